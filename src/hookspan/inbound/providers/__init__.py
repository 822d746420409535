"""The presets: a YAML file each, read once. A new provider is a new file here and no code.

A file may lay itself over another one (`extends`), member by member and one level deep.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import msgspec
import yaml

from hookspan.errors import Invalid
from hookspan.inbound.record import Answer, DedupeEntry, Record, TypeEntry, merged, plain_record, read_record

ACCEPTED = Answer(status=202)
GENERIC = "generic"
"""What a source works by that signs and names no provider."""
_FIXED = ("auth", "id", "keyServer")

try:
    from yaml import CSafeLoader as _Loader
except ImportError:
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]  # the same interface, where libyaml is missing


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A delivery as the provider sends it, without its signature."""

    headers: dict[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Preset:
    """A record and what hangs on it. `plain` is the record as read from the file, for overrides and for reading.

    `docs` says in a sentence or two what the secret is and what the owner should know.
    """

    id: str
    title: str
    record: Record
    plain: Mapping[str, object]
    sample: Sample | None = None
    docs: str = ""

    @property
    def dedupe(self) -> tuple[DedupeEntry, ...]:
        """Where the delivery's id stands, in order."""
        return self.record.dedupe

    @property
    def types(self) -> tuple[TypeEntry, ...]:
        """Where the event type stands, in order."""
        return self.record.types

    @property
    def methods(self) -> tuple[str, ...]:
        """Methods the provider uses."""
        return self.record.methods

    @property
    def answer(self) -> Answer:
        """What is answered on acceptance: 202 unless the provider wants something else."""
        return self.record.answer or ACCEPTED

    @property
    def is_supported(self) -> bool:
        """Whether the provider's own library agreed with this record; the others are experimental."""
        return self.record.evidence == "confirmed"

    @property
    def is_id_signed(self) -> bool:
        """Whether every place of the id is covered by the signature; False is the mark °."""
        return all(self.covers(entry) for entry in self.dedupe)

    @property
    def is_type_signed(self) -> bool:
        """Whether every place of the type is covered by the signature."""
        return all(self.covers(entry) for entry in self.types)

    def covers(self, entry: DedupeEntry | TypeEntry, signed_fields: Sequence[str] | None = None) -> bool:
        """Whether the signature covers this place, so that a captured delivery cannot be sent again under another.

        `signed_fields` are those of the request at hand, where a preset knows several ways to sign.
        """
        signed = self.record.signed if signed_fields is None else signed_fields
        if ("type" if isinstance(entry, TypeEntry) else "id") in signed:
            return True
        text = (self.record.text or "").lower()
        if entry.header is not None:
            return f"{{header:{entry.header.lower()}}}" in text
        if entry.body is None and not (isinstance(entry, TypeEntry) and (entry.form or entry.beside)):
            return True
        paths = (entry.body,) if isinstance(entry.body, str) else entry.body or ("",)
        return "body" in signed or all(f"{{json:{path.lower()}}}" in text for path in paths)

    def overridden(self, verification: Mapping[str, object] | None) -> Preset:
        """This preset with a source's `verification` laid over it; raises Invalid at the member that is wrong."""
        if not verification:
            return self
        for member in _FIXED:
            if member in verification:
                raise Invalid.one(f"/verification/{member}", "is set by the preset or the source itself")
        plain = merged(self.plain, verification)
        try:
            record = read_record(plain)
            # What cannot be laid over the record is refused here, and not at the first request.
            _ = record.ways
        except ValueError as error:
            raise Invalid.one("/verification", str(error)) from error
        return replace(self, record=record, plain=plain)


@lru_cache(maxsize=1)
def provider_ids() -> tuple[str, ...]:
    """The ids of all presets, sorted, without reading them."""
    names = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


@lru_cache(maxsize=1)
def presets() -> list[Preset]:
    """Every shipped preset by id; the list is shared, so it must not be changed."""
    return [_shipped(id) for id in provider_ids()]


def preset(id: str) -> Preset:
    """The preset of this id; raises Invalid at `/provider` for an unknown one."""
    if id in provider_ids():
        return _shipped(id)
    raise Invalid.one("/provider", f"{id[:40]!r} is no preset; use one of {', '.join(provider_ids())}")


def plain_preset(auth: Literal["none", "basic", "api_key"], *, header: str = "X-API-Key", query: str = "") -> Preset:
    """What a source without signatures works by; an API key stands in `header`, or in the parameter `query`."""
    record = plain_record(auth, header=header, query=query)
    return Preset(auth, auth, record, msgspec.to_builtins(record))


@lru_cache(maxsize=512)
def _shipped(id: str) -> Preset:
    content = _content(id)
    sample = msgspec.convert(content.pop("sample"), Sample)
    title = msgspec.convert(content.pop("title"), str)
    docs = msgspec.convert(content.pop("docs"), str)
    record = read_record(content)
    return Preset(record.id, title, record, content, sample, docs)


def _content(id: str) -> dict[str, object]:
    """A file, laid over the one it extends; a sample is taken whole."""
    text = (files(__name__) / f"{id}.yaml").read_text("utf-8")
    content: dict[str, object] = yaml.load(text, Loader=_Loader)
    base = content.pop("extends", None)
    if base is None:
        return content
    below = _content(str(base))
    del below["sample"]
    return merged(below, content)

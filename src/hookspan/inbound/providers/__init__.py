"""The presets: a YAML file each, read once. A new provider is a new file here and no code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import msgspec
import yaml

from hookspan.errors import Invalid
from hookspan.inbound.record import Answer, DedupeEntry, Record, TypeEntry, merged, plain_record, read_record

ACCEPTED = Answer(status=202)


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A delivery as the provider sends it, without its signature."""

    headers: dict[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Preset:
    """A record and what hangs on it. `plain` is the record as read from the file, for overrides and for reading."""

    id: str
    title: str
    record: Record
    plain: Mapping[str, object]
    sample: Sample | None = None

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
    def is_id_signed(self) -> bool:
        """Whether every place of the id is covered by the signature; False is the mark °."""
        return all(self.covers(entry) for entry in self.dedupe)

    @property
    def is_type_signed(self) -> bool:
        """Whether every place of the type is covered by the signature."""
        return all(self.covers(entry) for entry in self.types)

    def covers(self, entry: DedupeEntry | TypeEntry) -> bool:
        """Whether the signature covers this place, so that a captured delivery cannot be sent again under another."""
        if entry.header is None:
            return entry.body is None or "body" in self.record.signed
        named = f"{{header:{entry.header.lower()}}}" in (self.record.text or "").lower()
        part = "type" if isinstance(entry, TypeEntry) else "id"
        return named or part in self.record.signed

    def overridden(self, verification: Mapping[str, object] | None) -> Preset:
        """This preset with a source's `verification` laid over it; raises Invalid at the member that is wrong."""
        if not verification:
            return self
        for member in ("auth", "id"):
            if member in verification:
                raise Invalid.one(f"/verification/{member}", "is set by the source itself, not by its verification")
        plain = merged(self.plain, verification)
        try:
            return Preset(self.id, self.title, read_record(plain), plain, self.sample)
        except ValueError as error:
            raise Invalid.one("/verification", str(error)) from error


@lru_cache(maxsize=1)
def presets() -> list[Preset]:
    """Every shipped preset by id; the list is shared, so it must not be changed."""
    folder = files(__name__)
    texts = [entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return sorted((_read(yaml.safe_load(text)) for text in texts), key=lambda preset: preset.id)


def preset(id: str) -> Preset:
    """The preset of this id; raises Invalid at `/provider` for an unknown one."""
    for candidate in presets():
        if candidate.id == id:
            return candidate
    known = ", ".join(candidate.id for candidate in presets())
    raise Invalid.one("/provider", f"{id[:40]!r} is no preset; use one of {known}")


def plain_preset(auth: Literal["none", "basic", "api_key"], *, header: str = "X-API-Key", query: str = "") -> Preset:
    """What a source without signatures works by; an API key stands in `header`, or in the parameter `query`."""
    record = plain_record(auth, header=header, query=query)
    return Preset(auth, auth, record, msgspec.to_builtins(record))


def _read(content: dict[str, object]) -> Preset:
    sample = msgspec.convert(content.pop("sample"), Sample)
    title = msgspec.convert(content.pop("title"), str)
    record = read_record(content)
    return Preset(record.id, title, record, content, sample)

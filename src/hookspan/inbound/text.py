"""The text a signature covers: `{timestamp}.{body}` compiled to a function that joins bytes.

Everything outside braces is literal, except `\\n` for a newline. Bytes are joined without decoding the body.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from hookspan.errors import Invalid
from hookspan.inbound.request import InboundRequest, form_pairs
from hookspan.model.jsonview import JsonView
from hookspan.model.paths import Path, compile_path
from hookspan.model.templates import json_text


class Absent(Exception):
    """The request lacks something the signature needs; the text names it."""


class Malformed(Exception):
    """Something the signature needs cannot be read or stands twice; the text names it."""


class BadText(ValueError):
    """The template says something this verifier does not know."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a text is built from. `items` are the named items of the signature header, each with all its values;
    the functions are asked only when the text needs them.
    """

    request: InboundRequest
    url: bytes
    items: Mapping[bytes, Sequence[bytes]]
    timestamp: Callable[[], bytes]
    delivery_id: Callable[[], bytes]
    view: Callable[[], JsonView]
    secret: bytes = b""


Part: TypeAlias = Callable[[Signed], bytes]

_SLOT = re.compile(r"\{(?P<name>[a-z0-9_]+)(?::(?P<argument>[^}]+))?\}")


@dataclass(frozen=True, slots=True)
class Text:
    """A compiled text; `uses` are the tokens in it, with argument (`header:x-id`)."""

    uses: frozenset[str]
    parts: tuple[Part, ...]

    @property
    def is_body_only(self) -> bool:
        """Whether the text is the body and nothing else, the common and fastest case."""
        return len(self.parts) == 1 and self.uses == {"body"}

    def build(self, signed: Signed) -> bytes:
        """The bytes to sign; raises Absent or Malformed."""
        return b"".join([part(signed) for part in self.parts])


def compile_text(template: str) -> Text:
    """Raises BadText for an unknown token: as a literal it would make a signature that covers nothing."""
    parts: list[Part] = []
    uses: set[str] = set()
    position = 0
    for slot in _SLOT.finditer(template):
        parts.extend(_literal(template[position : slot.start()]))
        parts.append(_part(slot["name"], slot["argument"]))
        uses.add(slot.group()[1:-1])
        position = slot.end()
    parts.extend(_literal(template[position:]))
    if not uses - {"secret"}:
        raise BadText("the text covers nothing of the request")
    return Text(frozenset(uses), tuple(parts))


def _literal(text: str) -> list[Part]:
    if "{" in text or "}" in text:
        raise BadText(f"the text has an unknown token in {text!r}")
    value = text.replace("\\n", "\n").encode()
    return [lambda _: value] if value else []


def _part(name: str, argument: str | None) -> Part:
    if argument is not None and name in _WITH_ARGUMENT:
        return _WITH_ARGUMENT[name](argument)
    if argument is None and name in _PLAIN:
        return _PLAIN[name]
    raise BadText(f"the text has an unknown token {{{name}}}")


def _header(name: str) -> Part:
    field = name.lower().encode()
    return lambda signed: only(signed.request.header_lines(field), f"header {name}")


def _item(name: str) -> Part:
    key = name.encode()
    return lambda signed: only(signed.items.get(key, ()), f"item {name}")


def _json(text: str) -> Part:
    try:
        path = compile_path(text)
    except Invalid as invalid:
        raise BadText(invalid.detail) from invalid
    return lambda signed: scalar_text(path, signed.view()) or b""


def scalar_text(path: Path, view: JsonView) -> bytes | None:
    """The text of a scalar in the body; None when it is absent, null, empty, or no scalar."""
    value = path.value({"$": view.value}) if view.is_json else None
    if path.rest is None and isinstance(value, str | int | float | Decimal):
        return json_text(value).encode() or None
    return None


def only(values: Sequence[bytes], what: str) -> bytes:
    """The one value of something that may stand once: two values are two stories, so neither is believed."""
    if not values or not values[0]:
        raise Absent(f"{what} is missing")
    if len(values) > 1:
        raise Malformed(f"{what} stands more than once")
    return values[0]


def _sorted_form(signed: Signed) -> bytes:
    pairs = form_pairs(signed.request.body)
    if pairs is None:
        raise Malformed("the form has too many fields")
    return b"".join(name + value for name, value in sorted(set(pairs)))


_PLAIN: dict[str, Part] = {
    "method": lambda signed: signed.request.method.upper().encode(),
    "url": lambda signed: signed.url,
    "path": lambda signed: signed.request.path.encode("utf-8", "surrogateescape"),
    "query": lambda signed: signed.request.query.encode("utf-8", "surrogateescape"),
    "id": lambda signed: signed.delivery_id(),
    "timestamp": lambda signed: signed.timestamp(),
    "body": lambda signed: signed.request.body,
    "body_sha256": lambda signed: hashlib.sha256(signed.request.body).hexdigest().encode(),
    "body_crc32": lambda signed: str(zlib.crc32(signed.request.body)).encode(),
    "sorted_form": _sorted_form,
    "secret": lambda signed: signed.secret,
}
_WITH_ARGUMENT: dict[str, Callable[[str], Part]] = {"header": _header, "item": _item, "json": _json}

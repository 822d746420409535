"""The time a sender signed: where it stands, how it is read, and whether it is near enough to now."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

from hookspan.errors import Invalid
from hookspan.inbound.record import TimeAt
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.text import Absent, Malformed, only, scalar_text
from hookspan.model.jsonview import read_json
from hookspan.model.paths import compile_path
from hookspan.model.times import instant, parse_instant

TimeReader: TypeAlias = Callable[[InboundRequest, Mapping[bytes, Sequence[bytes]]], bytes]

_NUMBER = re.compile(rb"[0-9]{1,15}")


def compile_time(at: TimeAt) -> TimeReader:
    """How the text of the time is found; raises ValueError for a place this verifier cannot read."""
    if at.from_ == "header":
        field, what = at.name.lower().encode(), f"header {at.name}"
        return lambda request, _: only(request.header_lines(field), what)
    if at.from_ == "item":
        key = at.name.encode()
        return lambda _, items: only(items.get(key, ()), f"item {at.name}")
    if at.from_ == "body":
        return _body_time(at.name)
    raise ValueError(f"time.from {at.from_} is not supported")


def _body_time(name: str) -> TimeReader:
    try:
        path = compile_path(name, "/time/name")
    except Invalid as invalid:
        raise ValueError(invalid.detail) from invalid

    def read(request: InboundRequest, _: Mapping[bytes, Sequence[bytes]]) -> bytes:
        text = scalar_text(path, read_json(request.body))
        if text is None:
            raise Absent(f"body {name} is missing")
        return text

    return read


def time_ms(at: TimeAt, text: bytes) -> int:
    """Milliseconds since the Unix epoch; raises Malformed."""
    if at.unit == "rfc3339":
        try:
            return parse_instant(text.decode("ascii"), "/time")
        except (Invalid, UnicodeDecodeError):
            raise Malformed(f"{at.from_} {at.name} is not an RFC 3339 instant with offset") from None
    if _NUMBER.fullmatch(text) is None:
        raise Malformed(f"{at.from_} {at.name} is not a whole number of {at.unit}")
    return int(text) * (1_000 if at.unit == "s" else 1)


def time_text(at: TimeAt, now_ms: int) -> str:
    """The inverse: `now_ms` as this sender would write it."""
    if at.unit == "rfc3339":
        return instant(now_ms)
    return str(now_ms // 1_000 if at.unit == "s" else now_ms)


def window_fault(at: TimeAt, sent_ms: int, now_ms: int) -> Literal["stale_timestamp", "future_timestamp"] | None:
    """Both bounds are inclusive; a sender that counts in seconds is measured in seconds."""
    grain = 1_000 if at.unit == "s" else 1
    age = now_ms // grain - sent_ms // grain
    if age > at.past * 1_000 // grain:
        return "stale_timestamp"
    return "future_timestamp" if -age > at.future * 1_000 // grain else None

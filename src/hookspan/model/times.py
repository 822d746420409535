"""Instants on the wire: RFC 3339 UTC with exactly three fractional digits (contracts 0.2); inside, integer ms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hookspan.errors import Invalid

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def instant(ms: int) -> str:
    """`2025-05-21T21:27:09.442Z`."""
    return (_EPOCH + timedelta(milliseconds=ms)).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def optional_instant(ms: int | None) -> str | None:
    """As `instant`, None stays None."""
    return None if ms is None else instant(ms)


def parse_instant(value: object, pointer: str) -> int:
    """Milliseconds of an RFC 3339 text with any offset, or of integer epoch milliseconds; Invalid otherwise."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        return value
    if isinstance(value, str):
        try:
            read = datetime.fromisoformat(value)
        except ValueError:
            read = None
        if read is not None and read.tzinfo is not None:
            return (read - _EPOCH) // _MILLISECOND
    raise Invalid.one(pointer, "write an RFC 3339 instant such as 2025-05-21T21:27:09.442Z, or epoch milliseconds")

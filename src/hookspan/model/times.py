"""Instants on the wire: RFC 3339 UTC with exactly three fractional digits (contracts 0.2); inside, integer ms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from hookspan.errors import Invalid

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FIRST_MS = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MILLISECOND
_LAST_MS = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MILLISECOND


def instant(ms: int) -> str:
    """`2025-05-21T21:27:09.442Z`."""
    second, rest = divmod(ms, 1_000)
    return f"{_second(second)}.{rest:03d}Z"


@lru_cache(maxsize=1_024)
def _second(second: int) -> str:
    """The part that a thousand instants share; kept, because every event, frame and body writes its time."""
    return (_EPOCH + timedelta(seconds=second)).isoformat(timespec="seconds").removesuffix("+00:00")


def optional_instant(ms: int | None) -> str | None:
    """As `instant`, None stays None."""
    return None if ms is None else instant(ms)


def instant_of(value: datetime) -> str:
    """As `instant`, of a datetime; ValueError for one without time zone, whose instant nobody can know."""
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone: write datetime.now(UTC), not datetime.now()")
    return instant((value - _EPOCH) // _MILLISECOND)


def parse_instant(value: object, pointer: str) -> int:
    """Milliseconds of an RFC 3339 text with any offset, or of integer epoch milliseconds; Invalid otherwise.

    Only of the years 1 to 9999, because what is taken here must be written again by `instant`.
    """
    ms = value if isinstance(value, int) and not isinstance(value, bool) else _read_ms(value)
    if ms is None or not _FIRST_MS <= ms <= _LAST_MS:
        raise Invalid.one(pointer, "write an RFC 3339 instant such as 2025-05-21T21:27:09.442Z, or epoch milliseconds")
    return ms


def _read_ms(value: object) -> int | None:
    if isinstance(value, str):
        try:
            read = datetime.fromisoformat(value)
        except ValueError:
            read = None
        if read is not None and read.tzinfo is not None:
            return (read - _EPOCH) // _MILLISECOND
    return None

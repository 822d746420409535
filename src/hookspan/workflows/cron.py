"""When a schedule is next due: five-field cron in an IANA time zone.

Across changes of daylight saving time it follows Debian's cron: a run at a time that does not exist is made right
after the gap, one at a time that comes twice is made once, and `*` in the hour runs by elapsed time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import chain, islice, takewhile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from cronsim import CronSim, CronSimError

_ANY_DAY = datetime(2025, 1, 1, tzinfo=UTC)
_MINUTE_MS = 60_000
_NO_ZONES = frozenset({"localtime", "posixrules", "Factory"})
_OTHER_TREES = ("right/", "posix/")


def check_cron(cron: str) -> str | None:
    """Why a text is no cron expression that ever comes true; None when it is one."""
    if len(cron.split()) != 5:
        return "must have five fields: minute, hour, day of month, month, day of week; for example 0 2 * * *"
    try:
        next(CronSim(cron, _ANY_DAY))
    except CronSimError as error:
        return f"is no cron expression: {str(error).lower()}"
    except StopIteration:
        return "never comes true"
    return None


def check_zone(zone: str, *, is_kept: bool = False) -> str | None:
    """Why a text is no time zone; None when it is one, of what `is_kept` already also when it was taken once."""
    if zone in _zones() or (is_kept and _can_be_read(zone)):
        return None
    return f"{zone!r:.80} is no IANA time zone; write one such as Europe/Berlin"


def _can_be_read(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@cache
def _zones() -> frozenset[str]:
    """The zones by name: none that is the machine's own, and none of the trees that count otherwise than UTC does."""
    return frozenset(zone for zone in available_timezones() if not zone.startswith(_OTHER_TREES)) - _NO_ZONES


def next_due(cron: str, zone: str, after_ms: int) -> int:
    """The first instant after `after_ms` (epoch ms) at which it comes true; both were judged when they were saved."""
    return next(_dues(cron, zone, after_ms))


def _dues(cron: str, zone: str, after_ms: int) -> Iterator[int]:
    after = datetime.fromtimestamp(after_ms // 1_000, ZoneInfo(zone))
    for found in CronSim(cron, after):
        due_ms = round(found.timestamp()) * 1_000
        # Within the hour that comes twice, fixed times are found in its first half, which may be over.
        if due_ms > after_ms:
            yield due_ms


def last_due(cron: str, zone: str, first_ms: int, until_ms: int) -> int:
    """The last instant up to `until_ms` at which it came true; `first_ms` is one of them.

    Found by halving, as a minute's schedule may have missed a year.
    """
    low, high = first_ms // _MINUTE_MS, until_ms // _MINUTE_MS + 1
    found = first_ms
    while high - low > 1:
        middle = (low + high) // 2
        due = next_due(cron, zone, middle * _MINUTE_MS - 1_000)
        low, high, found = (middle, high, due) if due <= until_ms else (low, middle, found)
    return found


def count_due(cron: str, zone: str, first_ms: int, before_ms: int, *, most: int) -> int:
    """How often it came true from `first_ms`, which is one of them, until before `before_ms`; counted up to `most`."""
    times = chain((first_ms,), _dues(cron, zone, first_ms))
    return sum(1 for _ in takewhile(lambda due_ms: due_ms < before_ms, islice(times, most)))

"""When a schedule is next due: five-field cron in an IANA time zone.

Across changes of daylight saving time it follows Debian's cron: a run at a time that does not exist is made right
after the gap, one at a time that comes twice is made once, and `*` in the hour runs by elapsed time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

_ANY_DAY = datetime(2025, 1, 1, tzinfo=UTC)


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


def check_zone(zone: str) -> str | None:
    """Why a text is no time zone; None when it is one."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"{zone!r:.80} is no IANA time zone; write one such as Europe/Berlin"
    return None


def next_due(cron: str, zone: str, after_ms: int) -> int:
    """The first instant after `after_ms` (epoch ms) at which it comes true; both were judged when they were saved."""
    after = datetime.fromtimestamp(after_ms // 1_000, ZoneInfo(zone))
    return round(next(CronSim(cron, after)).timestamp()) * 1_000

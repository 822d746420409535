"""When schedules are due: time zones, hours that come never or twice, the ends of months."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hookspan.workflows.cron import check_zone, count_due, last_due, next_due

BERLIN = "Europe/Berlin"


def ms(text: str) -> int:
    """`2025-03-30 01:00` in UTC as epoch milliseconds."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000


def said(instant_ms: int) -> str:
    """The way back."""
    return datetime.fromtimestamp(instant_ms / 1_000, UTC).strftime("%Y-%m-%d %H:%M")


def runs(cron: str, zone: str, after: str, number: int = 3) -> list[str]:
    """The next runs in UTC."""
    found, at = [], ms(after)
    for _ in range(number):
        at = next_due(cron, zone, at)
        found.append(said(at))
    return found


@pytest.mark.parametrize(
    ("cron", "zone", "after", "expected"),
    [
        # The clocks of Berlin go from 02:00 to 03:00 on 2025-03-30, at 01:00 UTC, and back on 2025-10-26 at 01:00 UTC.
        ("30 2 * * *", BERLIN, "2025-03-28 12:00", ["2025-03-29 01:30", "2025-03-30 01:00", "2025-03-31 00:30"]),
        ("0 2 * * *", BERLIN, "2025-03-29 12:00", ["2025-03-30 01:00", "2025-03-31 00:00", "2025-04-01 00:00"]),
        ("*/30 * * * *", BERLIN, "2025-03-30 00:15", ["2025-03-30 00:30", "2025-03-30 01:00", "2025-03-30 01:30"]),
        ("30 2 * * *", BERLIN, "2025-10-25 12:00", ["2025-10-26 00:30", "2025-10-27 01:30", "2025-10-28 01:30"]),
        ("30 * * * *", BERLIN, "2025-10-25 23:45", ["2025-10-26 00:30", "2025-10-26 01:30", "2025-10-26 02:30"]),
        ("0 2 * * *", "UTC", "2025-03-29 12:00", ["2025-03-30 02:00", "2025-03-31 02:00", "2025-04-01 02:00"]),
        ("0 0 31 * *", "UTC", "2025-01-31 00:00", ["2025-03-31 00:00", "2025-05-31 00:00", "2025-07-31 00:00"]),
        ("0 0 L * *", "UTC", "2025-01-31 00:00", ["2025-02-28 00:00", "2025-03-31 00:00", "2025-04-30 00:00"]),
        ("0 0 29 2 *", "UTC", "2025-01-01 00:00", ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"]),
        ("0 9 * * 1", "Asia/Kolkata", "2025-05-21 00:00", ["2025-05-26 03:30", "2025-06-02 03:30", "2025-06-09 03:30"]),
    ],
)
def test_it_is_next_due(cron: str, zone: str, after: str, expected: list[str]) -> None:
    found = runs(cron, zone, after)

    assert found == expected


@pytest.mark.parametrize("minute", [0, 5, 29, 30, 31, 59])
@pytest.mark.parametrize("cron", ["0,30 2 * * *", "45 2 * * *", "15 1,2 * * *"])
def test_in_the_hour_that_comes_twice_the_next_run_is_never_in_the_past(cron: str, minute: int) -> None:
    now = ms(f"2025-10-26 01:{minute:02}")

    due = next_due(cron, BERLIN, now)

    assert due >= ms("2025-10-27 00:00")


def test_within_a_second_it_is_the_next_one() -> None:
    noon = ms("2025-05-21 12:00")

    found = [next_due("0 12 * * *", "UTC", noon + shift) for shift in (-1, 0, 999)]

    assert [said(each) for each in found] == ["2025-05-21 12:00", "2025-05-22 12:00", "2025-05-22 12:00"]


@pytest.mark.parametrize(
    ("cron", "zone", "first", "until", "last", "count"),
    [
        ("* * * * *", "UTC", "2025-01-01 00:00", "2025-01-01 00:00", "2025-01-01 00:00", 0),
        ("* * * * *", "UTC", "2025-01-01 00:00", "2025-01-01 00:07", "2025-01-01 00:07", 7),
        ("0 2 * * *", "UTC", "2025-01-01 02:00", "2025-01-04 01:59", "2025-01-03 02:00", 2),
        ("0 2 * * *", "UTC", "2025-01-01 02:00", "2025-01-04 02:00", "2025-01-04 02:00", 3),
        ("* * * 1 *", "UTC", "2025-01-01 00:00", "2026-12-31 23:59", "2026-01-31 23:59", 100),
        ("30 2 * * *", BERLIN, "2025-03-29 01:30", "2025-03-30 01:00", "2025-03-30 01:00", 1),
        ("0,30 2 * * *", BERLIN, "2025-10-26 00:00", "2025-10-26 01:45", "2025-10-26 00:30", 1),
    ],
)
def test_of_what_has_passed_the_last_is_found_and_the_others_are_counted(
    cron: str, zone: str, first: str, until: str, last: str, count: int
) -> None:
    found = last_due(cron, zone, ms(first), ms(until))

    assert said(found) == last
    assert count_due(cron, zone, ms(first), found, most=100) == count


@pytest.mark.parametrize(
    "zone",
    ["right/Europe/Berlin", "posix/Europe/Berlin", "localtime", "posixrules", "Factory", "", "../x", "europe/berlin"],
)
def test_a_zone_that_is_the_machines_own_or_counts_otherwise_is_none(zone: str) -> None:
    assert "is no IANA time zone" in (check_zone(zone) or "")


@pytest.mark.parametrize("zone", ["UTC", BERLIN, "America/Argentina/Buenos_Aires", "Etc/GMT+5", "US/Eastern"])
def test_a_zone_of_the_database_is_one(zone: str) -> None:
    assert check_zone(zone) is None


def test_a_zone_that_was_taken_once_stays_readable() -> None:
    assert check_zone("localtime", is_kept=True) is None
    assert check_zone("Mars/Base", is_kept=True) is not None

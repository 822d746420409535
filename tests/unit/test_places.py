"""Where an address is, by a file of the operator's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookspan.inbound.places import LOOK_SECONDS, Places
from tests.support.clock import FakeClock
from tests.support.places import WELLINGTON, write

NOBODY = "203.0.113.9"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "places.mmdb", {"198.51.100.0/24": WELLINGTON, "2001:db8::/32": {"country": {}}})


def test_a_known_address_has_a_place(file: Path) -> None:
    places = Places(file, FakeClock())

    assert places.fault is None
    assert places.of("198.51.100.7") == {
        "country": "NZ",
        "region": "Wellington Region",
        "city": "Wellington",
        "latitude": -41.28,
        "longitude": 174.77,
        "timeZone": "Pacific/Auckland",
    }
    places.close()


def test_what_a_record_leaves_out_is_null(file: Path) -> None:
    places = Places(file, FakeClock())

    found = places.of("2001:db8::1")

    assert found is not None
    assert set(found.values()) == {None}
    places.close()


@pytest.mark.parametrize("address", [NOBODY, "", "testclient", "::", "127.0.0.1"])
def test_others_are_nowhere(file: Path, address: str) -> None:
    places = Places(file, FakeClock())

    assert places.of(address) is None
    places.close()


def test_without_a_file_everybody_is_nowhere_and_nothing_is_wrong() -> None:
    places = Places(None, FakeClock())

    assert (places.of("198.51.100.7"), places.fault) == (None, None)


def test_a_missing_or_broken_file_is_told_and_nobody_is_anywhere(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mmdb"
    broken.write_bytes(b"no database")

    absent, unreadable = Places(tmp_path / "absent.mmdb", FakeClock()), Places(broken, FakeClock())

    assert "cannot be read" in (absent.fault or "")
    assert "is no MaxMind database" in (unreadable.fault or "")
    assert absent.of("198.51.100.7") is unreadable.of("198.51.100.7") is None


def test_a_replaced_file_is_opened_again(file: Path) -> None:
    clock = FakeClock()
    places = Places(file, clock)
    before = places.of("198.51.100.7")

    write(file, {"198.51.100.0/24": {"country": {"iso_code": "FR"}}, "192.0.2.0/24": WELLINGTON})
    clock.advance(seconds=LOOK_SECONDS)
    after = places.of("198.51.100.7")

    assert before is not None
    assert after is not None
    assert (before["country"], after["country"]) == ("NZ", "FR")
    places.close()


def test_a_file_that_comes_later_is_found(tmp_path: Path) -> None:
    clock = FakeClock()
    places = Places(tmp_path / "places.mmdb", clock)

    write(tmp_path / "places.mmdb", {"198.51.100.0/24": WELLINGTON})
    clock.advance(seconds=LOOK_SECONDS)

    assert places.of("198.51.100.7") is not None
    assert places.fault is None
    places.close()


def test_a_file_that_goes_away_is_told(file: Path) -> None:
    clock = FakeClock()
    places = Places(file, clock)

    file.unlink()
    clock.advance(seconds=LOOK_SECONDS)

    assert places.of("198.51.100.7") is None
    assert "cannot be read" in (places.fault or "")

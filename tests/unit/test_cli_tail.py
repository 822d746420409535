"""Following events: each once, none lost, whatever order they are committed in and whoever restarts (contracts C.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click
import httpx2
import msgspec
import pytest

from hookspan.cli.tail import OVERLAP_MS, PATIENCE_S, POLL_S, Follower, since_instant, steadily
from hookspan.client import ApiError, Client, NotFound, RateLimited, Seams, Unavailable, Unreachable
from hookspan.client.answers import Problem
from hookspan.model.times import instant, parse_instant

T0 = 1_747_862_829_442


class Ledger(httpx2.BaseTransport):
    """A server whose list of events is this list; away while `is_away`, too busy while `is_busy`."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, int]] = []
        self.is_away = False
        self.is_busy = False

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """List events as the API does: from an instant on, newest first unless asked otherwise."""
        if self.is_away:
            raise httpx2.ConnectError("gone", request=request)
        if self.is_busy:
            return httpx2.Response(429, headers={"Retry-After": "3600"})
        asked = request.url.params
        from_ms = parse_instant(asked["from"], "/from") if "from" in asked else 0
        rows = sorted((at, identity) for identity, at in self.rows if at >= from_ms)
        if asked.get("sort") != "createdAt":
            rows.reverse()
        return httpx2.Response(200, content=_page([_row(identity, at) for at, identity in rows[: int(asked["limit"])]]))


def _row(identity: str, at_ms: int) -> Mapping[str, str]:
    return {"id": identity, "createdAt": instant(at_ms)}


def _page(rows: Sequence[Mapping[str, str]]) -> bytes:
    return msgspec.json.encode({"data": rows, "nextCursor": None})


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def follower(ledger: Ledger, since: str | None = None) -> Follower:
    client = Client("http://hooks.test", seams=Seams(transport=ledger, sleep=lambda _: None))
    return Follower(client, {}, since)


def fresh(following: Follower) -> list[str]:
    return [event.text("id") for event in following.fresh()]


def test_what_was_there_before_is_not_shown(ledger: Ledger) -> None:
    ledger.rows = [("old", T0 - 60_000), ("just before", T0 - 5)]

    following = follower(ledger)

    assert fresh(following) == []


def test_an_empty_instance_shows_its_first_event(ledger: Ledger) -> None:
    following = follower(ledger)

    ledger.rows.append(("first", T0))

    assert fresh(following) == ["first"]


def test_since_begins_in_the_past_oldest_first(ledger: Ledger) -> None:
    ledger.rows = [("newer", T0), ("older", T0 - 1_000), ("too old", T0 - 9_000)]

    following = follower(ledger, instant(T0 - 5_000))

    assert fresh(following) == ["older", "newer"]
    assert fresh(following) == []


def test_an_event_committed_late_with_an_earlier_time_is_still_shown(ledger: Ledger) -> None:
    ledger.rows = [("first", T0)]
    following = follower(ledger)
    ledger.rows.append(("newest", T0 + 100))
    assert fresh(following) == ["newest"]

    ledger.rows.append(("late", T0 + 50))

    assert fresh(following) == ["late"]
    assert fresh(following) == []


def test_two_events_of_one_millisecond_are_both_shown(ledger: Ledger) -> None:
    following = follower(ledger)

    ledger.rows = [("a", T0)]
    assert fresh(following) == ["a"]
    ledger.rows.append(("b", T0))

    assert fresh(following) == ["b"]


def test_a_server_that_restarts_loses_nothing(ledger: Ledger) -> None:
    following = follower(ledger)
    ledger.is_away = True
    assert fresh(following) == []

    ledger.rows.append(("meanwhile", T0))
    ledger.is_away = False

    assert fresh(following) == ["meanwhile"]


def test_it_remembers_no_more_than_it_looks_back(ledger: Ledger) -> None:
    ledger.rows = [("old", T0)]
    following = follower(ledger, instant(T0))
    fresh(following)

    ledger.rows.append(("new", T0 + OVERLAP_MS + 1))

    assert fresh(following) == ["new"]
    assert fresh(following) == []


def test_an_age_counts_back_from_now() -> None:
    assert since_instant("10m", lambda: T0) == instant(T0 - 600_000)
    assert since_instant("7d", lambda: T0) == instant(T0 - 7 * 86_400_000)
    assert since_instant("2025-05-21T23:27:09.442+02:00") == instant(T0)
    assert since_instant(None) is None


@pytest.mark.parametrize("text", ["", "10", "10 minutes", "yesterday", "2025-05-21"])
def test_anything_else_is_no_age(text: str) -> None:
    with pytest.raises(click.UsageError, match="--since"):
        since_instant(text)


@pytest.mark.parametrize(
    ("refusals", "waits"),
    [
        ([Unavailable(503, "unavailable", "away")], [POLL_S]),
        ([Unreachable("gone"), Unreachable("gone")], [POLL_S, POLL_S]),
        ([RateLimited(429, "rate_limited", "busy", problem=Problem(retry_after_s=7.0))], [7.0]),
        ([RateLimited(429, "rate_limited", "busy", problem=Problem(retry_after_s=9_000.0))], [PATIENCE_S]),
    ],
)
def test_whoever_follows_asks_again_until_there_is_an_answer(refusals: list[ApiError], waits: list[float]) -> None:
    left, waited = list(refusals), list[float]()

    def ask() -> str:
        if left:
            raise left.pop(0)
        return "here"

    assert steadily(ask, waited.append) == "here"
    assert waited == waits


def test_a_refusal_is_no_reason_to_ask_again() -> None:
    def ask() -> str:
        raise NotFound(404, "not_found", "no such event")

    with pytest.raises(NotFound):
        steadily(ask, lambda _: None)


def test_a_server_that_is_too_busy_is_asked_again_later(ledger: Ledger) -> None:
    following = follower(ledger)
    ledger.rows.append(("first", T0))
    ledger.is_busy = True

    busy = fresh(following)
    ledger.is_busy = False

    assert (busy, fresh(following)) == ([], ["first"])

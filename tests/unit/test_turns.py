"""Slots go round fairly: over kinds of work, priorities, tenants and endpoints; slow ones share a quarter."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.model.deliveries import Attempt, Parcel
from hookspan.model.events import NewEvent
from hookspan.model.gates import Gate
from hookspan.outbound.lanes import Lane
from hookspan.outbound.turns import Slot, Turns

FAST, SLOW, TIMEOUT = ("delivered", 5), ("delivered", 60_000), ("timeout", 15_000)


def parcel(
    endpoint: str, *, tenant: str = "t", priority: int = 1, attempts: int = 0, replay: bool = False, due_at: int = 0
) -> Parcel:
    event = NewEvent(
        id="e", tenant_id=tenant, type="x", data=b"{}", created_at=0, origin="api", replay_count=int(replay)
    )
    return Parcel(
        id="d",
        endpoint_id=endpoint,
        event=event,
        delivered_name="x",
        profile="standard",
        unsafe_numbers="exact",
        policy_id="p",
        max_attempts=3,
        attempts=attempts,
        claim=attempts + 1,
        lease_token="",
        lease_until=0,
        due_at=due_at,
        first_due_at=0,
        trigger="automatic",
        priority=priority,
    )


def ended(word: tuple[str, int]) -> Attempt:
    return Attempt(
        outcome=word[0],
        status_code=200,
        duration_ms=word[1],
        timings="{}",
        request="{}",
        response_headers=None,
        response_body=None,
        response_truncated=False,
        error=None,
        error_code=None,
        started_at=0,
        finished_at=0,
    )


def lane(name: str, *, tenant: str = "t", cap: int = 1_000, last: tuple[str, int] | None = FAST) -> Lane:
    made = Lane(name, tenant, cap=cap)
    if last is not None:
        made.in_flight = 1
        made.ended(ended(last), 0.0)
    return made


def filled(turns: Turns, lanes: list[Lane], count: int, **members: int | bool) -> None:
    for each in lanes:
        for number in range(count):
            place = each.append(parcel(each.endpoint_id, tenant=each.tenant_id, due_at=number, **members))  # type: ignore[arg-type]
            turns.join(each, place)


def started(turns: Turns, slots: int) -> list[Slot]:
    found: list[Slot] = []
    while len(found) < slots and (slot := turns.next()) is not None:
        found.append(slot)
    return found


def test_endpoints_take_turns_however_much_each_has() -> None:
    turns = Turns(100)
    busy, quiet = lane("busy"), lane("quiet")
    filled(turns, [busy], 500)
    filled(turns, [quiet], 3)

    first = [slot.lane.endpoint_id for slot in started(turns, 6)]

    assert first == ["busy", "quiet"] * 3


def test_tenants_take_turns_however_many_endpoints_each_has() -> None:
    turns = Turns(100)
    filled(turns, [lane(f"a{number}", tenant="a") for number in range(50)], 10)
    filled(turns, [lane("b", tenant="b")], 10)

    first = Counter(slot.lane.tenant_id for slot in started(turns, 20))

    assert first == {"a": 10, "b": 10}


def test_a_tenant_holds_no_more_than_half_of_the_slots_while_another_waits() -> None:
    turns = Turns(100)
    filled(turns, [lane("a", tenant="a")], 500)
    started(turns, 60)
    filled(turns, [lane("b", tenant="b")], 500)

    later = Counter(slot.lane.tenant_id for slot in started(turns, 20))

    assert later == {"b": 20}


def test_alone_a_tenant_may_have_them_all() -> None:
    turns = Turns(100)
    filled(turns, [lane("a", tenant="a")], 500)

    assert len(started(turns, 100)) == 100


def test_first_attempts_retries_and_replays_share_sixty_thirty_ten() -> None:
    turns = Turns(100)
    each = lane("e")
    filled(turns, [each], 200, replay=True)
    filled(turns, [each], 200, attempts=1)
    filled(turns, [each], 200)

    shares = Counter(slot.kind for slot in started(turns, 100))

    assert shares == {0: 60, 1: 30, 2: 10}


def test_a_share_that_nobody_uses_is_lent() -> None:
    turns = Turns(100)
    filled(turns, [lane("e")], 200, attempts=1)

    assert len(started(turns, 100)) == 100


def test_priorities_share_by_weight() -> None:
    turns = Turns(300)
    for priority in range(4):
        filled(turns, [lane(f"p{priority}")], 300, priority=priority)

    shares = Counter(slot.parcel.priority for slot in started(turns, 300))

    assert shares[3] > shares[2] > shares[1] > shares[0] >= 15


@pytest.mark.parametrize("last", [SLOW, TIMEOUT, None])
def test_endpoints_that_are_slow_or_unknown_hold_a_quarter_together(last: tuple[str, int] | None) -> None:
    turns = Turns(100)
    filled(turns, [lane(f"slow{number}", last=last) for number in range(60)], 10)
    filled(turns, [lane("fast")], 200)

    shares = Counter(slot.lane.endpoint_id == "fast" for slot in started(turns, 100))

    assert shares == {True: 75, False: 25}


def test_when_a_slow_one_ends_the_next_slow_one_has_its_turn() -> None:
    turns = Turns(4)
    filled(turns, [lane("a", last=TIMEOUT), lane("b", last=TIMEOUT)], 1)
    [first] = started(turns, 4)

    first.lane.ended(ended(TIMEOUT), 0.0)
    turns.ended(first)

    assert [slot.lane.endpoint_id for slot in started(turns, 4)] == ["b"]


def test_a_lane_at_its_limit_comes_back_when_one_of_its_own_ends() -> None:
    turns = Turns(100)
    each = lane("e", cap=2)
    filled(turns, [each], 5)
    slots = started(turns, 100)

    each.ended(ended(FAST), 0.0)
    turns.ended(slots[0])

    assert len(slots) == 2
    assert len(started(turns, 100)) == 1


def test_a_gate_written_before_a_pause_was_asked_for_does_not_end_the_pause() -> None:
    each = lane("e")
    each.closed_until_ms = 60_000

    is_closed = each.learn(Gate(endpoint_id="e", tenant_id="t"), 1_000)

    assert is_closed
    assert each.closed_until_ms == 60_000


def test_a_breaker_that_closes_ends_its_own_pause() -> None:
    each = lane("e")
    each.learn(Gate(endpoint_id="e", tenant_id="t", breaker="open", not_before=60_000), 1_000)

    is_closed = each.learn(Gate(endpoint_id="e", tenant_id="t", cap=2, ramps=True), 2_000)

    assert not is_closed
    assert each.is_open(2_000)


_WORK = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 3), st.booleans(), st.booleans(), st.sampled_from((FAST, TIMEOUT))),
    max_size=80,
)


@given(_WORK, st.integers(1, 12))
def test_everything_that_waits_is_sent_once_and_no_lane_exceeds_its_limit(
    work: list[tuple[int, int, bool, bool, tuple[str, int]]], slots: int
) -> None:
    turns = Turns(slots)
    lanes = [lane(f"e{number}", tenant=f"t{number % 3}", cap=1 + number % 3, last=None) for number in range(6)]
    words = {}
    for number, priority, is_retry, is_replay, word in work:
        made = parcel(f"e{number}", priority=priority, attempts=int(is_retry), replay=is_replay)
        words[id(made)] = (made, word)
        turns.join(lanes[number], lanes[number].append(made))
    sent: list[int] = []
    running: list[Slot] = []

    while True:
        running += started(turns, slots - len(running))
        assert all(each.in_flight <= each.limit for each in lanes)
        if not running:
            break
        slot = running.pop(0)
        sent.append(id(slot.parcel))
        slot.lane.ended(ended(words[id(slot.parcel)][1]), 0.0)
        turns.ended(slot)

    assert sorted(sent) == sorted(words)

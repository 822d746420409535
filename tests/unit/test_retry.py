"""Retry policies as data, and what each answer of the far side means for a delivery."""

from __future__ import annotations

from itertools import pairwise

import pytest

from hookspan.errors import Invalid
from hookspan.model.retry import STANDARD, STEPS, SYSTEMPROMPT, RetryPolicy, policy_from_json, policy_to_json
from hookspan.outbound.retry import (
    Delivered,
    EndpointGone,
    Exhausted,
    Outcome,
    RetryAt,
    Verdict,
    classify,
    decide,
    is_crowding,
)

NOW = 1_747_862_829_000
"""2025-05-21T21:27:09Z, a Wednesday."""
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
REFUSED = Outcome(failure="connect_error")


def judge(
    policy: RetryPolicy, outcome: Outcome, attempt: int = 1, first_due_at_ms: int = NOW, random01: float = 0.5
) -> Verdict:
    return decide(policy, outcome, attempt=attempt, now_ms=NOW, first_due_at_ms=first_due_at_ms, random01=random01)


def hinted(retry_after: str | None, status: int = 503) -> Outcome:
    return Outcome(status=status, retry_after=retry_after)


def wait_after(policy: RetryPolicy, outcome: Outcome, attempt: int = 1) -> int:
    verdict = judge(policy, outcome, attempt)
    assert isinstance(verdict, RetryAt)
    return verdict.due_at_ms - NOW


def test_the_standard_schedule_takes_eleven_attempts_over_three_days() -> None:
    waits = STANDARD.waits_ms()

    assert (len(waits) + 1, sum(waits)) == (11, 265_355_000)


def test_a_seed_004_endpoint_waits_one_second_then_two() -> None:
    assert SYSTEMPROMPT.waits_ms() == [1_000, 2_000]


def test_waits_grow_as_the_strategy_says_and_never_past_the_ceiling() -> None:
    def waits(strategy: str) -> list[int]:
        policy = policy_from_json({"strategy": strategy, "maxAttempts": 6, "initialDelayMs": 1000, "maxDelayMs": 4000})
        return policy.waits_ms()

    assert waits("exponential") == [1_000, 2_000, 4_000, 4_000, 4_000]
    assert waits("linear") == [1_000, 2_000, 3_000, 4_000, 4_000]
    assert waits("fixed") == [1_000] * 5


@pytest.mark.parametrize(("random01", "waits"), [(0.0, [4_999, 4_000]), (0.5, [4_999, 5_000]), (1.0, [4_999, 6_000])])
def test_jitter_spreads_only_waits_of_five_seconds_and_more(random01: float, waits: list[int]) -> None:
    policy = RetryPolicy(strategy="schedule", delays_ms=(4_999, 5_000))

    assert [policy.wait_ms(n, random01=random01) for n in (1, 2)] == waits


def test_jitter_comes_before_the_cap() -> None:
    policy = RetryPolicy(max_attempts=9, max_delay_ms=60_000)

    assert policy.wait_ms(7, random01=0.0) == 51_200
    assert policy.wait_ms(7, random01=0.99) == 60_000
    assert policy.wait_ms(8, random01=0.0) == 60_000


def test_workflow_steps_jitter_every_wait() -> None:
    assert STEPS.wait_ms(1, random01=0.0) == 800


def test_a_policy_that_is_off_has_one_attempt() -> None:
    policy = policy_from_json({"strategy": "fixed", "maxAttempts": 5, "enabled": False})

    assert judge(policy, REFUSED) == Exhausted("1 of 1 attempts used")
    assert policy.waits_ms() == []


@pytest.mark.parametrize(
    "policy",
    [
        STANDARD,
        SYSTEMPROMPT,
        RetryPolicy(strategy="linear", max_attempts=4, initial_delay_ms=7, max_delay_ms=70, jitter=0),
        RetryPolicy(strategy="fixed", enabled=False),
        RetryPolicy(strategy="schedule", max_attempts=1),
    ],
)
def test_a_policy_survives_the_way_through_json(policy: RetryPolicy) -> None:
    assert policy_from_json(policy_to_json(policy)) == policy


def test_the_standard_policy_reads_as_the_contract_prints_it() -> None:
    assert policy_to_json(STANDARD) == {
        "strategy": "schedule",
        "maxAttempts": 11,
        "delaysMs": [
            *(5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000, 104_400_000)
        ],
        "jitter": 0.2,
    }


def test_absent_members_take_their_defaults() -> None:
    assert policy_from_json({}) == STANDARD
    assert policy_from_json({"strategy": "exponential"}) == SYSTEMPROMPT
    assert policy_from_json({"strategy": "fixed", "initialDelayMs": 90_000}).max_delay_ms == 90_000
    assert policy_from_json({"delaysMs": [1, 2]}).max_attempts == 3


@pytest.mark.parametrize(
    ("value", "pointer", "code"),
    [
        ([], "/retry", "validation_error"),
        ({"strategy": "sometimes"}, "/retry/strategy", "validation_error"),
        ({"strategy": ["fixed"]}, "/retry/strategy", "validation_error"),
        ({"maxAttempts": 0}, "/retry/maxAttempts", "validation_error"),
        ({"maxAttempts": 51}, "/retry/maxAttempts", "validation_error"),
        ({"maxAttempts": True}, "/retry/maxAttempts", "validation_error"),
        ({"maxAttempts": 2.0}, "/retry/maxAttempts", "validation_error"),
        ({"maxAttempts": 12}, "/retry/delaysMs", "validation_error"),
        ({"delaysMs": [-1]}, "/retry/delaysMs", "validation_error"),
        ({"delaysMs": [172_800_001]}, "/retry/delaysMs", "validation_error"),
        ({"delaysMs": "5000"}, "/retry/delaysMs", "validation_error"),
        ({"delaysMs": [172_800_000] * 5}, "/retry", "validation_error"),
        ({"multiplier": 2}, "/retry/multiplier", "unknown_member"),
        ({"strategy": "exponential", "delaysMs": []}, "/retry/delaysMs", "unknown_member"),
        ({"strategy": "exponential", "multiplier": 0.5}, "/retry/multiplier", "validation_error"),
        ({"strategy": "exponential", "multiplier": float("nan")}, "/retry/multiplier", "validation_error"),
        ({"strategy": "linear", "initialDelayMs": 5, "maxDelayMs": 4}, "/retry/maxDelayMs", "validation_error"),
        ({"jitter": 1.1}, "/retry/jitter", "validation_error"),
        ({"enabled": "no"}, "/retry/enabled", "validation_error"),
        ({"attempts": 3}, "/retry/attempts", "unknown_member"),
    ],
)
def test_a_wrong_member_is_pointed_at(value: object, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        policy_from_json(value)

    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [(pointer, code)]


def test_every_wrong_member_is_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        policy_from_json({"maxAttempts": 0, "jitter": 2, "extra": 1}, "/a")

    assert {fault.pointer for fault in caught.value.faults} == {"/a/extra", "/a/maxAttempts", "/a/jitter"}


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Outcome(status=200), "delivered"),
        (Outcome(status=204), "delivered"),
        (Outcome(status=299), "delivered"),
        (Outcome(status=301), "redirect"),
        (Outcome(status=304), "redirect"),
        (Outcome(status=399), "redirect"),
        (Outcome(status=400), "http_error"),
        (Outcome(status=410), "http_error"),
        (Outcome(status=500), "http_error"),
        (Outcome(status=999), "http_error"),
        (Outcome(status=101), "protocol_error"),
        (Outcome(), "protocol_error"),
        (Outcome(failure="timeout"), "timeout"),
        (Outcome(failure="dns_error"), "dns_error"),
        (Outcome(failure="connect_error"), "connect_error"),
        (Outcome(failure="tls_error"), "tls_error"),
        (Outcome(failure="protocol_error"), "protocol_error"),
        (Outcome(failure="blocked"), "blocked"),
    ],
)
def test_every_end_of_an_attempt_has_one_word(outcome: Outcome, word: str) -> None:
    assert classify(outcome) == word


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_delivered_even_on_the_last_attempt(status: int) -> None:
    assert judge(SYSTEMPROMPT, Outcome(status=status), attempt=3) == Delivered()


@pytest.mark.parametrize("attempt", [1, 11])
def test_410_takes_the_endpoint_out_whatever_attempts_are_left(attempt: int) -> None:
    assert judge(STANDARD, Outcome(status=410), attempt=attempt) == EndpointGone()


@pytest.mark.parametrize(
    "outcome",
    [
        *(Outcome(status=status) for status in (301, 400, 401, 404, 418, 429, 500, 502, 503, 504, 999)),
        Outcome(failure="timeout"),
        Outcome(failure="blocked"),
        Outcome(status=500, retry_after="3600"),
    ],
)
def test_all_else_is_tried_again_on_schedule(outcome: Outcome) -> None:
    assert judge(STANDARD, outcome, attempt=1) == RetryAt(NOW + 5_000)
    assert judge(STANDARD, outcome, attempt=10) == RetryAt(NOW + 104_400_000)


def test_a_refused_delivery_waits_longer_each_time_until_its_attempts_are_used() -> None:
    policy = RetryPolicy(max_attempts=9, jitter=0)

    waits = [wait_after(policy, REFUSED, attempt=n) for n in range(1, 9)]

    assert waits == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]
    assert judge(policy, REFUSED, attempt=9) == Exhausted("9 of 9 attempts used")
    assert judge(policy, REFUSED, attempt=12) == Exhausted("12 of 9 attempts used")


def test_jitter_moves_the_due_time_by_a_fifth_either_way() -> None:
    dues = [judge(STANDARD, REFUSED, attempt=2, random01=r) for r in (0.0, 0.25, 0.5, 0.75)]

    assert dues == [RetryAt(NOW + ms) for ms in (24_000, 27_000, 30_000, 33_000)]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "wait_ms"),
    [
        ("120", 120_000),
        (" 120 ", 120_000),
        ("0120", 120_000),
        ("1", 5_000),
        ("0", 5_000),
        ("86400", DAY_MS),
        ("86401", DAY_MS),
        ("99999999999999999999", DAY_MS),
        ("0" * 5_000 + "9", 9_000),
        ("Wed, 21 May 2025 21:29:09 GMT", 120_000),
        ("Wednesday, 21-May-25 21:29:09 GMT", 120_000),
        ("Wed May 21 21:29:09 2025", 120_000),
        ("Thu, 21 May 2026 21:29:09 GMT", DAY_MS),
    ],
)
def test_a_sensible_hint_can_only_lengthen_the_wait(status: int, retry_after: str, wait_ms: int) -> None:
    assert wait_after(STANDARD, hinted(retry_after, status)) == wait_ms


@pytest.mark.parametrize(
    "retry_after",
    [
        *("", "-5", "+5", "1.5", "1e9", "soon", "120s", "0x10", "１２０", "²", "1 2"),
        "Wed, 21 May 2025 21:20:00 GMT",
        "Wed, 21 May 2025 21:29:09 +0200",
        "Wed, 99 May 2025 21:29:09 GMT",
        "Wed, 21 Foo 2025 21:29:09 GMT",
        "2025-05-21T21:29:09Z",
        None,
    ],
)
def test_a_hint_without_sense_is_ignored(retry_after: str | None) -> None:
    for status in (429, 503):
        assert judge(STANDARD, hinted(retry_after, status)) == RetryAt(NOW + 5_000)


def test_a_hint_is_held_to_the_ceiling_of_a_formula() -> None:
    assert wait_after(SYSTEMPROMPT, hinted("120")) == 60_000


def test_a_hint_is_held_to_the_end_of_the_span() -> None:
    began = NOW - 8 * DAY_MS + 10 * HOUR_MS

    verdict = judge(STANDARD, hinted("86400"), attempt=1, first_due_at_ms=began)

    assert verdict == RetryAt(NOW + 10 * HOUR_MS)


@pytest.mark.parametrize("days", [7, 8, 11, 400])
def test_age_alone_never_ends_a_delivery(days: int) -> None:
    assert judge(STANDARD, REFUSED, first_due_at_ms=NOW - days * DAY_MS) == RetryAt(NOW + 5_000)


@pytest.mark.parametrize(("retry_after", "gate_ms"), [("60", 60_000), ("7200", HOUR_MS)])
def test_429_with_a_hint_closes_the_gate_for_an_hour_at_most(retry_after: str, gate_ms: int) -> None:
    verdict = judge(STANDARD, hinted(retry_after, 429))

    assert isinstance(verdict, RetryAt)
    assert verdict.gate_until_ms == NOW + gate_ms


def test_only_429_closes_the_gate_even_on_the_last_attempt() -> None:
    assert judge(STANDARD, hinted("60", 503)) == RetryAt(NOW + 60_000, None)
    assert judge(SYSTEMPROMPT, hinted("60", 429), attempt=3) == Exhausted("3 of 3 attempts used", NOW + 60_000)


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [
        (Outcome(status=502), True),
        (Outcome(status=504, retry_after="60"), True),
        (Outcome(status=429), True),
        (Outcome(status=429, retry_after="soon"), True),
        (Outcome(status=429, retry_after="60"), False),
        (Outcome(status=500), False),
        (Outcome(failure="timeout"), False),
    ],
)
def test_an_overloaded_far_side_that_names_no_time_gets_fewer_at_once(outcome: Outcome, answer: bool) -> None:
    assert is_crowding(outcome, NOW) is answer


def test_waits_of_the_standard_policy_never_shrink() -> None:
    assert all(earlier < later for earlier, later in pairwise(STANDARD.waits_ms()))


def test_attempts_that_people_add_never_wait_longer_than_the_ceiling() -> None:
    policy = RetryPolicy(multiplier=10.0, max_delay_ms=60_000)

    assert policy.wait_ms(5_000, random01=0.5) == 60_000

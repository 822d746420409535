"""Why a workflow that matches an event has no execution of it."""

from __future__ import annotations

import pytest

from hookspan.events.choices import EventView
from hookspan.events.reasons import Occasion, Reason, described_start, trigger_reasons
from hookspan.events.routing import EventTrigger
from hookspan.model.rules import stored_rules

MATCHED = Reason("w", True, "trigger a: matched by *")


@pytest.mark.parametrize(
    ("depth", "is_about_itself", "matched", "why"),
    [
        (0, False, True, "no execution: the trigger is newer than the event, or did not match then"),
        (5, False, True, "not started: 5 events have caused one another, the chain is cut here"),
        (1, True, False, "not started: what is told of a workflow does not start it"),
    ],
)
def test_the_reason_is_told(depth: int, is_about_itself: bool, matched: bool, why: str) -> None:
    told = described_start(MATCHED, {}, depth=depth, is_about_itself=is_about_itself)

    assert (told["matched"], told["reason"], told["executionId"]) == (matched, f"trigger a: matched by *; {why}", None)


def test_one_that_was_started_needs_no_reason_more() -> None:
    told = described_start(MATCHED, {"w": "x"}, depth=0, is_about_itself=False)

    assert (told["reason"], told["executionId"]) == ("trigger a: matched by *", "x")


def test_a_filter_that_cannot_be_read_is_named_and_another_trigger_counts() -> None:
    broken = stored_rules(b'[{"fieldPath":"$.x","operator":"sounds_like","value":"y"}]')
    occasion = Occasion("a.b", ("a.b",), EventView("a.b", b"{}", None))
    triggers = [EventTrigger(id_, "Named", 1, "t", 1, ("*",), rules) for id_, rules in (("v", broken), ("w", None))]

    first, second = trigger_reasons(occasion, triggers)

    assert (first.matched, first.text[:53]) == (False, "trigger t: filter error: the stored filter is not val")
    assert (second.matched, second.text) == (True, "trigger t: matched by *")

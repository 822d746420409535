"""Kind `wait`: holds a row for a duration or until an instant, no slot and no memory; then hands on its input."""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.errors import Invalid
from hookspan.model.templates import Template
from hookspan.model.times import parse_instant
from hookspan.workflows.members import Members
from hookspan.workflows.state import Problem
from hookspan.workflows.steps.outcome import Asleep, Broken, Call, rendered

LONGEST_MS = 366 * 86_400_000


@dataclass(frozen=True, slots=True)
class Wait:
    """`until` is a template of an instant; without one the wait lasts `duration_ms`."""

    duration_ms: int
    until: Template | None


def read(members: Members) -> Wait:
    """`{durationMs}` or `{until}`; signals are not supported yet."""
    members.only(("durationMs", "until", "signal", "timeoutMs"))
    members.refuse_later(("signal", "timeoutMs"))
    until = members.value.get("until")
    if (until is None) == (members.value.get("durationMs") is None):
        members.blame("durationMs", "give either durationMs or until")
    duration_ms = members.integer("durationMs", 0, 0, LONGEST_MS)
    if until is None:
        return Wait(duration_ms, None)
    template = members.template("until")
    if not template.paths:
        _check(until, members)
    return Wait(duration_ms, template)


def _check(until: object, members: Members) -> None:
    try:
        parse_instant(until, "/until")
    except Invalid as invalid:
        members.accuse(invalid)


def run(work: Wait, call: Call) -> Asleep | Broken:
    """The instant to wake at; a past one is now."""
    if work.until is None:
        return Asleep(call.now + work.duration_ms)
    try:
        until = parse_instant(rendered(work.until.render(call.scopes))["until"], "/until")
    except Invalid as invalid:
        return Broken(Problem("invalid_instant", invalid.detail))
    if until > call.now + LONGEST_MS:
        return Broken(Problem("invalid_instant", "until: is more than 366 days ahead"))
    return Asleep(max(until, call.now))

"""Kind `wait`: holds a row for a duration, until an instant or until a signal comes; no slot and no memory.

After a time it hands on its input; what came with a signal is its output.
"""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.errors import Invalid
from hookspan.model.templates import Template
from hookspan.model.times import parse_instant
from hookspan.workflows.members import Members
from hookspan.workflows.state import Problem
from hookspan.workflows.steps.outcome import Asleep, Awaits, Broken, Call, rendered

LONGEST_MS = 366 * 86_400_000


@dataclass(frozen=True, slots=True)
class Wait:
    """A duration, a template of an instant (`until`), or the topic of a `signal` and how long it is waited for."""

    duration_ms: int = 0
    until: Template | None = None
    signal: str | None = None
    timeout_ms: int | None = None


def read(members: Members) -> Wait:
    """`{durationMs}`, `{until}` or `{signal, timeoutMs?}`."""
    members.only(("durationMs", "until", "signal", "timeoutMs"))
    given = [name for name in ("durationMs", "until", "signal") if members.value.get(name) is not None]
    if len(given) != 1:
        members.blame("durationMs", "give either durationMs, until or signal")
    duration_ms = members.integer("durationMs", 0, 0, LONGEST_MS)
    timeout_ms = members.integer("timeoutMs", 0, 1, LONGEST_MS) or None
    signal = members.text("signal", "") or None
    if signal is None and "signal" in given:
        members.blame("signal", "must name what is waited for")
    if signal is not None and "{{" in signal and members.reading.rules is not None:
        members.blame("signal", "a topic is taken as it stands, without templates; write the text that will be sent")
    if timeout_ms is not None and signal is None:
        members.blame("timeoutMs", "only a signal is waited for with a timeout")
    if members.value.get("until") is None:
        return Wait(duration_ms, None, signal, timeout_ms)
    template = members.template("until")
    if not template.paths:
        _check(members.value.get("until"), members)
    return Wait(duration_ms, template, signal, timeout_ms)


def _check(until: object, members: Members) -> None:
    try:
        until_ms = parse_instant(until, "/until")
    except Invalid as invalid:
        members.accuse(invalid)
        return
    now = members.reading.now
    if now is not None and until_ms > now + LONGEST_MS:
        members.blame("until", "is more than 366 days ahead, which is the longest wait; write an earlier instant")


def run(work: Wait, call: Call) -> Asleep | Awaits | Broken:
    """The instant to wake at, a past one being now; or that a signal is waited for."""
    if work.signal is not None:
        return Awaits(None if work.timeout_ms is None else call.now + work.timeout_ms, is_blocking=True)
    if work.until is None:
        return Asleep(call.now + work.duration_ms)
    try:
        until = parse_instant(rendered(work.until.render(call.scopes))["until"], "/until")
    except Invalid as invalid:
        return Broken(Problem("invalid_instant", invalid.detail))
    if until > call.now + LONGEST_MS:
        return Broken(Problem("invalid_instant", "until: is more than 366 days ahead"))
    return Asleep(max(until, call.now))

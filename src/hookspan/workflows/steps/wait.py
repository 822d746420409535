"""Kind `wait`: holds a row for a duration, until an instant or until a signal comes; no slot and no memory.

After a time it hands on its input; what came with a signal is its output.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from hookspan.errors import Invalid
from hookspan.model.templates import Template
from hookspan.model.times import parse_instant
from hookspan.model.workflows import LONGEST_WAIT_MS
from hookspan.workflows.members import Members
from hookspan.workflows.state import Problem
from hookspan.workflows.steps.outcome import Asleep, Awaits, Broken, Call, rendered

_ODD = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, lone surrogates, and what ends a line."""
_CLIMBING = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class Wait:
    """A duration, a template of an instant (`until`), or the topic of a `signal` and how long it is waited for."""

    duration_ms: int = 0
    until: Template | None = None
    signal: str | None = None
    timeout_ms: int | None = None


def read(members: Members) -> Wait:
    """`{durationMs}`, `{until}` or `{signal, timeoutMs?}`: so long, until an instant, or until a signal comes."""
    members.only(("durationMs", "until", "signal", "timeoutMs"))
    given = [name for name in ("durationMs", "until", "signal") if members.value.get(name) is not None]
    if len(given) != 1:
        members.blame("durationMs", "give either durationMs, until or signal")
    duration_ms = max(members.integer("durationMs", -1, 0, LONGEST_WAIT_MS), 0)
    timeout_ms = members.integer("timeoutMs", 0, 1, LONGEST_WAIT_MS) or None
    signal = _signal(members) if "signal" in given else None
    if timeout_ms is not None and "signal" not in given:
        members.blame("timeoutMs", "only a signal is waited for with a timeout")
    if members.value.get("until") is None:
        return Wait(duration_ms, None, signal, timeout_ms)
    template = members.template("until")
    if not template.paths:
        _check(members.value.get("until"), members)
    return Wait(duration_ms, template, signal, timeout_ms)


def _signal(members: Members) -> str:
    """The topic that is waited for; it stands in the path of who sends it, so it must be one that a path can hold."""
    topic = members.text("signal")
    if members.reading.rules is None:
        return topic
    if "{{" in topic:
        members.blame("signal", "a topic is taken as it stands, without templates; write the text that will be sent")
    elif topic and not _is_sendable(topic):
        rule = "no control character and no backslash, and between slashes neither nothing nor . or .."
        members.blame("signal", f"stands in the path that it is sent to, which holds {rule}; choose another name")
    return topic


def _is_sendable(topic: str) -> bool:
    has_odd = any(character == "\\" or unicodedata.category(character) in _ODD for character in topic)
    return not has_odd and _CLIMBING.isdisjoint(topic.split("/"))


def _check(until: object, members: Members) -> None:
    try:
        until_ms = parse_instant(until, "/until")
    except Invalid as invalid:
        members.accuse(invalid)
        return
    now = members.reading.now
    if now is not None and until_ms > now + LONGEST_WAIT_MS:
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
    if until > call.now + LONGEST_WAIT_MS:
        return Broken(Problem("invalid_instant", "until: is more than 366 days ahead"))
    return Asleep(max(until, call.now))

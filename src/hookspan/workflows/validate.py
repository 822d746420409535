"""Read a workflow from JSON: every fault with its pointer, everything compiled, nothing left to fail by surprise.

Unknown members, kinds and ids, cycles and templates that could not resolve are refused when a workflow is saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import get_args

import msgspec

from hookspan.errors import Fault, Invalid, TooLarge
from hookspan.model.paths import Path
from hookspan.model.retry import STEPS, RetryPolicy, policy_from_json, policy_to_json
from hookspan.model.urls import UrlRules
from hookspan.model.workflows import (
    DEFINITION_BYTES,
    STEP_LIMIT,
    STEP_TIMEOUT_MS,
    Definition,
    Step,
    StepKind,
    WorkflowStatus,
    ancestors,
)
from hookspan.workflows.members import Members, Reading
from hookspan.workflows.steps.kinds import READERS

TRIGGER_MEMBERS = frozenset({"type", "eventId", "method", "path", "headers", "query", "body", "metadata"})
LONGEST_TIMEOUT_MS = 300_000

_SERVED = ("id", "version", "semver", "createdAt", "updatedAt")
_MEMBERS = (
    *_SERVED,
    *("name", "description", "status", "concurrency", "priority", "triggers", "steps", "syncPoints", "milestones"),
)
_STEP_MEMBERS = ("id", "name", "kind", "needs", "when", "with", "timeoutMs", "retry", "resources", "onError")
_RETRY_MEMBERS = frozenset(policy_to_json(STEPS)) - {"strategy"}
_KINDS: tuple[StepKind, ...] = get_args(StepKind)

_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.Decoder(dict[str, object], float_hook=Decimal).decode


@dataclass(frozen=True, slots=True)
class Draft:
    """A workflow as read: its own members, the graph, and the normalised JSON text that a version keeps."""

    name: str
    description: str
    status: WorkflowStatus
    definition: Definition
    text: str


def read_workflow(value: Mapping[str, object], rules: UrlRules | None = None) -> Draft:
    """Read the object of contracts C.6; members only the server sets are ignored. Raises Invalid, TooLarge.

    `rules` judge the URLs that hold no template.
    """
    top = Members(value, "", Reading(rules))
    top.only(_MEMBERS)
    top.refuse_later(("concurrency", "syncPoints", "milestones"))
    name = top.text("name")
    description = top.text("description", "", limit=2_000)
    status = top.word("status", get_args(WorkflowStatus), "active")
    definition, normal = _graph(top)
    if top.reading.faults:
        raise Invalid(top.reading.faults)
    text = _encode(normal)
    if len(text) > DEFINITION_BYTES:
        raise TooLarge(f"a workflow has at most {DEFINITION_BYTES:,} bytes; move constant data out of it")
    return Draft(name, description, status, definition, text.decode())


def read_definition(text: str) -> Definition:
    """Compile a stored version again; raises Invalid only if a later release reads it more strictly."""
    top = Members(_decode(text), "", Reading())
    definition, _ = _graph(top)
    if top.reading.faults:
        raise Invalid(top.reading.faults)
    return definition


def decode_definition(text: str) -> dict[str, object]:
    """The members of a stored version, numbers exact."""
    return _decode(text)


def _graph(top: Members) -> tuple[Definition, dict[str, object]]:
    priority = top.integer("priority", 1, 0, 3)
    triggers = _triggers(top)
    read = [_step(members, index) for index, members in enumerate(top.objects("steps", STEP_LIMIT))]
    _check_graph(top, [step for step, _ in read])
    definition = Definition(tuple(step for step, _ in read), priority, tuple(str(each["id"]) for each in triggers))
    normal: dict[str, object] = {
        "concurrency": None,
        "priority": priority,
        "triggers": triggers,
        "steps": [step for _, step in read],
        "syncPoints": [],
        "milestones": [],
    }
    return definition, normal


def _triggers(top: Members) -> list[dict[str, object]]:
    read: list[dict[str, object]] = []
    for members in top.objects("triggers", 20):
        members.only(("id", "kind"))
        kind = members.value.get("kind", "webhook")
        if kind != "webhook":
            members.blame("kind", f"{kind!r:.40} triggers are not supported yet; webhook and calls start executions")
        trigger_id = members.id("trigger")
        if any(trigger_id == other["id"] for other in read):
            members.blame("id", f"{trigger_id!r} is used twice")
        read.append({"id": trigger_id, "kind": "webhook"})
    return read or [{"id": "trigger", "kind": "webhook"}]


def _step(members: Members, index: int) -> tuple[Step, dict[str, object]]:
    members.only(_STEP_MEMBERS)
    members.refuse_later(("when", "resources", "onError"))
    step_id = members.id(f"step-{index + 1}")
    kind = members.word("kind", _KINDS, "pass")
    given = members.inner("with")
    # Without a known kind the members of `with` cannot be judged.
    work = READERS[kind](given) if members.value.get("kind", "pass") in _KINDS else None
    step = Step(
        id=step_id,
        name=members.text("name", step_id),
        kind=kind,
        needs=members.names("needs"),
        work=work,
        timeout_ms=members.integer("timeoutMs", STEP_TIMEOUT_MS, 1, LONGEST_TIMEOUT_MS),
        retry=_retry(members),
    )
    return step, {
        "id": step.id,
        "name": step.name,
        "kind": step.kind,
        "needs": step.needs,
        "when": [],
        "with": given.value,
        "timeoutMs": step.timeout_ms,
        "retry": {name: value for name, value in policy_to_json(step.retry).items() if name in _RETRY_MEMBERS},
        "resources": None,
    }


def _retry(members: Members) -> RetryPolicy:
    """Seed 2's policy with the members given; jitter on every wait."""
    given = members.inner("retry")
    given.only(_RETRY_MEMBERS)
    initial = given.value.get("initialDelayMs")
    ceiling = max(initial, STEPS.max_delay_ms) if isinstance(initial, int) else STEPS.max_delay_ms
    numbers = {name: float(v) if isinstance(v, Decimal) else v for name, v in given.value.items() if v is not None}
    known = {name: value for name, value in numbers.items() if name in _RETRY_MEMBERS}
    try:
        policy = policy_from_json({"strategy": "exponential", "maxDelayMs": ceiling, **known}, "")
    except Invalid as invalid:
        given.accuse(invalid)
        return STEPS
    return replace(policy, jitter_from_ms=0)


def _check_graph(top: Members, steps: Sequence[Step]) -> None:
    """Ids once, needs known, no rings, templates that read only what is certain to be there."""
    needs = {step.id: step.needs for step in steps}
    behind = ancestors(needs)
    seen: set[str] = set()
    for index, step in enumerate(steps):
        pointer = f"/steps/{index}"
        if step.id in seen:
            top.reading.faults.append(Fault(f"{pointer}/id", "validation_error", f"{step.id!r} is used twice"))
        seen.add(step.id)
        for place, other in enumerate(step.needs):
            if other not in needs:
                detail = f"there is no step {other!r:.80}"
                top.reading.faults.append(Fault(f"{pointer}/needs/{place}", "validation_error", detail))
        if step.id in behind[step.id]:
            detail = f"{step.id!r} would wait for itself; break the ring"
            top.reading.faults.append(Fault(f"{pointer}/needs", "validation_error", detail))
    for pointer, path in top.reading.paths:
        index = int(pointer.split("/")[2])
        reason = _unreadable(path, needs, behind[steps[index].id])
        if reason:
            top.reading.faults.append(Fault(pointer, "invalid_template", f"{path.text!r}: {reason}"))


def _unreadable(path: Path, needs: Mapping[str, object], behind: frozenset[str]) -> str | None:
    """Why a path could lead nowhere when the step starts; None when it may be there."""
    first, second = [name for name, _ in (*path.steps, (None, None), (None, None))][:2]
    if path.scope == "trigger" and first is not None and first not in TRIGGER_MEMBERS:
        return f"a trigger has {', '.join(sorted(TRIGGER_MEMBERS))}"
    if path.scope != "steps":
        return None
    if second != "output":
        return "write steps.<id>.output"
    if first not in needs:
        return f"there is no step {first!r}"
    return None if first in behind else f"this step does not need {first!r}, so its output may not be there yet"

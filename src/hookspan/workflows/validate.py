"""Read a workflow from JSON: every fault with its pointer, everything compiled, nothing left to fail by surprise.

Unknown members, kinds and ids, cycles and templates that could not resolve are refused when a workflow is saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast, get_args

import msgspec

from hookspan.errors import Fault, Invalid, TooLarge
from hookspan.model.retry import ATTEMPT_LIMIT, STEPS, RetryPolicy, policy_from_json, policy_to_json
from hookspan.model.urls import UrlRules
from hookspan.model.workflows import (
    DEFINITION_BYTES,
    LONGEST_WAIT_MS,
    PATIENT,
    POOLS,
    SERVED,
    STEP_LIMIT,
    STEP_TIMEOUT_MS,
    VARS_BYTES,
    Definition,
    Milestone,
    Step,
    StepKind,
    SyncPoint,
    WorkflowStatus,
    usual_retry,
)
from hookspan.workflows import graph
from hookspan.workflows.members import Members, Reading
from hookspan.workflows.resources import resources_normal
from hookspan.workflows.sealing import shown
from hookspan.workflows.steps import branch, wait
from hookspan.workflows.steps.kinds import READERS
from hookspan.workflows.triggers import read_triggers

LONGEST_TIMEOUT_MS = 300_000
CONCURRENCY_MOST = 10_000
CUSTOM_MOST = 20
MEETINGS_MOST = 1_000
"""Arrivals at all sync points and milestones of one execution: each arrival at a point is an event."""

_MEMBERS = (
    *SERVED,
    *("name", "description", "status", "concurrency", "priority", "vars"),
    *("triggers", "steps", "syncPoints", "milestones"),
)
_STEP_MEMBERS = (
    *("id", "name", "description", "kind", "needs", "when", "with", "timeoutMs", "retry", "resources", "onError"),
)
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
    concurrency: int | None = None


def read_workflow(value: Mapping[str, object], rules: UrlRules | None = None, *, now: int | None = None) -> Draft:
    """Read the object of contracts C.6; members only the server sets are ignored. Raises Invalid, TooLarge.

    `rules` judge its URLs, and `now` its instants.
    """
    top = Members(value, "", Reading(rules, now))
    draft, normal = read_members(top)
    _count_meetings(top.reading, draft.definition)
    if top.reading.faults:
        raise Invalid(top.reading.faults)
    text = _encode(normal)
    if len(text) > DEFINITION_BYTES:
        raise TooLarge(f"a workflow has at most {DEFINITION_BYTES:,} bytes; move constant data out of it")
    return replace(draft, text=text.decode())


def read_members(top: Members) -> tuple[Draft, dict[str, object]]:
    """The draft, as yet without its text, and what that is written from; faults are left in `top.reading`."""
    top.only(_MEMBERS)
    name = top.text("name")
    if name and not name.strip():
        top.blame("name", "must not be blank; write what people will look for")
    description = top.text("description", "", limit=2_000)
    status = top.word("status", get_args(WorkflowStatus), "active")
    concurrency = top.integer("concurrency", 0, 1, CONCURRENCY_MOST) or None
    definition, normal = _graph(top)
    return Draft(name, description, status, definition, "", concurrency), normal


def read_definition(text: str) -> Definition:
    """Compile a stored version again; raises Invalid only if a later release reads it more strictly."""
    top = Members(_decode(text), "", Reading())
    definition, _ = _graph(top)
    if top.reading.faults:
        raise Invalid(top.reading.faults)
    return definition


def decode_definition(text: str) -> dict[str, object]:
    """The members of a stored version as anybody may see them, numbers exact, secrets masked.

    What a text leaves out where there is none stands in it: `vars`, and the descriptions of steps. The limit of how
    many run at once is the workflow's, whatever texts of an earlier release say.
    """
    members = {"priority": 1, "vars": {}, **shown(text)}
    members.pop("concurrency", None)
    steps = cast("list[dict[str, object]]", members["steps"])
    members["steps"] = [{"id": step["id"], "name": step["name"], "description": "", **step} for step in steps]
    return members


def _graph(top: Members) -> tuple[Definition, dict[str, object]]:
    priority = top.integer("priority", 1, 0, 3)
    triggers = read_triggers(top)
    read = [_step(members, index) for index, members in enumerate(top.objects("steps", STEP_LIMIT))]
    points = [_point(members, index) for index, members in enumerate(top.objects("syncPoints", STEP_LIMIT))]
    milestones = [_milestone(members, index) for index, members in enumerate(top.objects("milestones", STEP_LIMIT))]
    constants = _constants(top)
    definition = Definition(
        graph.joined([step for step, _ in read], [point for point, _ in points]),
        priority,
        tuple(trigger for trigger, _ in triggers),
        tuple(point for point, _ in points),
        tuple(milestone for milestone, _ in milestones),
        constants,
    )
    graph.check(top.reading, definition)
    normal: dict[str, object] = {
        "priority": priority,
        # Versions from before there were any stay as they were written.
        **({"vars": constants} if constants else {}),
        "triggers": [written for _, written in triggers],
        "steps": [step for _, step in read],
        "syncPoints": [point for _, point in points],
        "milestones": [milestone for _, milestone in milestones],
    }
    return definition, normal


def _count_meetings(reading: Reading, definition: Definition) -> None:
    """Blame the list with which they become too many; a version saved before there was a limit still runs."""
    lists = [(f"/syncPoints/{index}/requires", point.requires) for index, point in enumerate(definition.points)]
    lists += [(f"/milestones/{index}/after", each.after) for index, each in enumerate(definition.milestones)]
    met = 0
    for pointer, names in lists:
        met += len(names)
        if met > MEETINGS_MOST:
            detail = f"sync points and milestones name at most {MEETINGS_MOST:,} steps together; name fewer here"
            reading.faults.append(Fault(pointer, "validation_error", detail))
            return


def _constants(top: Members) -> Mapping[str, object]:
    """What templates read as `vars`."""
    given = top.inner("vars").value
    if len(_encode(given)) > VARS_BYTES:
        top.blame("vars", f"has at most {VARS_BYTES:,} bytes")
    return given


def _step(members: Members, index: int) -> tuple[Step, dict[str, object]]:
    members.only(_STEP_MEMBERS)
    step_id = members.id(f"step-{index + 1}")
    kind = members.word("kind", _KINDS, "pass")
    given = members.inner("with")
    # Without a known kind the members of `with` cannot be judged.
    work = READERS[kind](given) if (members.value.get("kind") or kind) in _KINDS else None
    step = Step(
        id=step_id,
        name=members.text("name", step_id),
        kind=kind,
        needs=members.names("needs"),
        work=work,
        timeout_ms=_timeout_ms(members, kind, work),
        retry=_retry(members, kind),
        condition=branch.condition(members, "when"),
        on_error=members.names("onError"),
        resources=_resources(members),
        ways=work.ways if isinstance(work, branch.Branch) else (),
        description=members.text("description", "", limit=2_000),
    )
    # Versions from before steps were described stay as they were written.
    described = {"description": step.description} if step.description else {}
    return step, {
        "id": step.id,
        "name": step.name,
        **described,
        "kind": step.kind,
        "needs": step.needs,
        "when": members.value.get("when") or [],
        "with": given.value,
        "timeoutMs": step.timeout_ms,
        "retry": retry_normal(step.retry),
        "resources": resources_normal(step.resources),
        "onError": step.on_error,
    }


def _timeout_ms(members: Members, kind: StepKind, work: object) -> int | None:
    """How long one try may take; a wait for a time takes just that."""
    if kind not in PATIENT:
        return members.integer("timeoutMs", STEP_TIMEOUT_MS, 1, LONGEST_TIMEOUT_MS)
    timeout_ms = members.integer("timeoutMs", 0, 1, LONGEST_WAIT_MS) or None
    if not isinstance(work, wait.Wait) or work.signal is not None:
        return timeout_ms
    # Versions from before it was refused stay readable.
    if timeout_ms is not None and members.reading.rules is not None:
        members.blame("timeoutMs", "a wait for a time takes just that time; only a signal is waited for with a timeout")
    return None


def retry_normal(policy: RetryPolicy) -> dict[str, object]:
    """A step's policy as versions write it."""
    return {name: value for name, value in policy_to_json(policy).items() if name in _RETRY_MEMBERS}


def _resources(members: Members) -> dict[str, float] | None:
    """How much of each pool, zero being as good as absent; seed 002 lists those with other names under `custom`."""
    given = members.inner("resources")
    given.only((*POOLS, "custom"))
    amounts = {name: given.amount(name) for name in POOLS if given.value.get(name) is not None}
    for each in given.objects("custom", CUSTOM_MOST):
        each.only(("name", "value"))
        name = each.text("name")
        if name in POOLS or name in amounts:
            each.blame("name", f"{name!r} is a pool of its own beside custom" if name in POOLS else "is used twice")
        amounts[name] = each.amount("value")
    return {name: amount for name, amount in amounts.items() if amount > 0} or None


def _point(members: Members, index: int) -> tuple[SyncPoint, dict[str, object]]:
    members.only(("id", "name", "description", "requires", "timeoutMs"))
    point_id = members.id(f"sync-{index + 1}")
    timeout_ms = members.integer("timeoutMs", 0, 1, LONGEST_WAIT_MS) or None
    point = SyncPoint(
        point_id,
        members.text("name", point_id),
        members.names("requires"),
        timeout_ms,
        members.text("description", "", limit=2_000),
    )
    return point, {
        "id": point.id,
        "name": point.name,
        "description": point.description,
        "requires": point.requires,
        "timeoutMs": point.timeout_ms,
    }


def _milestone(members: Members, index: int) -> tuple[Milestone, dict[str, object]]:
    members.only(("id", "name", "description", "after"))
    milestone_id = members.id(f"milestone-{index + 1}")
    milestone = Milestone(
        milestone_id,
        members.text("name", milestone_id),
        members.names("after"),
        members.text("description", "", limit=2_000),
    )
    return milestone, {
        "id": milestone.id,
        "name": milestone.name,
        "description": milestone.description,
        "after": milestone.after,
    }


def _retry(members: Members, kind: StepKind) -> RetryPolicy:
    """Seed 2's policy with the members given; jitter on every wait."""
    given, usual = members.inner("retry"), usual_retry(kind)
    given.only(_RETRY_MEMBERS)
    attempts = given.integer("maxAttempts", usual.max_attempts, 1, ATTEMPT_LIMIT)
    initial = given.value.get("initialDelayMs")
    ceiling = max(initial, STEPS.max_delay_ms) if isinstance(initial, int) else STEPS.max_delay_ms
    numbers = {name: float(v) if isinstance(v, Decimal) else v for name, v in given.value.items() if v is not None}
    known = {name: value for name, value in numbers.items() if name in _RETRY_MEMBERS} | {"maxAttempts": attempts}
    try:
        policy = policy_from_json({"strategy": "exponential", "maxDelayMs": ceiling, **known}, "")
    except Invalid as invalid:
        given.accuse(invalid)
        return usual
    return replace(policy, jitter_from_ms=0)

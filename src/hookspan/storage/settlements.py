"""What became of executions, written set-wise: state, steps, timers, events and all that goes with them in one commit.

A settle is written only for who holds the lease (or, for an end decided from outside, only if nothing changed
meanwhile). Its cost beside an execution without children, resources and messages is none: each of those is a query
only where there is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Literal

from sqlalchemy import Connection, select

from hookspan import failpoints
from hookspan.model.events import Birth, NewExecution
from hookspan.model.executions import ENDED, ExecutionStatus, Message, StepRow
from hookspan.model.ids import new_id
from hookspan.storage import events, execution_messages, resources, routing
from hookspan.storage.dialect import insert_rows, one_of, update_rows, wake_others
from hookspan.storage.execution_limits import give_back
from hookspan.storage.idempotency import Claim, key_made
from hookspan.storage.resources import ResourceRequest
from hookspan.storage.tables import executions, steps

_columns = executions.c
_STEP_NAMES = " ".join(each.name for each in fields(StepRow))
_STEP_CHANGES = "id status attempts input output error due_at started_at completed_at"
_SETTLED = "id status state output error due_at lease_token lease_until silent_claims version started_at completed_at"


@dataclass(slots=True)
class Beside:
    """What goes with an outcome: messages made use of and told, children, steps given up, resources."""

    read: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    children: list[NewExecution] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    requests: list[ResourceRequest] = field(default_factory=list)
    releases: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of an execution. `held_token` is the lease it was worked under; None: `version` must still hold.

    `lease_token` is the same token when work goes on, None when the row is given back. `new_steps` have no row yet.
    `routed` is a routing version that all facts were matched at or after, also those nobody wanted; None if unknown.
    `told` says how often it was told something by when it last looked. `limited_by` are the workflow and
    tenant at which others may wait for it to make room.
    """

    execution_id: str
    held_token: str | None
    version: int
    status: ExecutionStatus
    state: bytes
    output: bytes | None
    error: str | None
    due_at: int | None
    lease_token: str | None
    lease_until: int | None
    silent_claims: int
    started_at: int | None
    completed_at: int | None
    new_steps: Sequence[StepRow]
    changed_steps: Sequence[StepRow]
    births: Sequence[Birth]
    tenant_id: str
    workflow_id: str
    routed: int | None
    now: int
    told: int
    limited_by: Sequence[str] = ()
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """An execution begun by a call, with the facts of that; `routed` as in Settlement, `claim` the caller's key."""

    new: NewExecution
    births: Sequence[Birth]
    routed: int | None
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """Lost: the lease or version is another's now, drop the result. Stale: drop the tenant's routing, try again.

    `routing_version` is the committed one. `told` counts what it was told, `woken` are executions it told something;
    `births` are those that the unit prepared itself.
    """

    verdict: Literal["written", "lost", "stale"]
    routing_version: int
    told: int = 0
    woken: frozenset[str] = frozenset()
    births: Sequence[Birth] = ()


def start(connection: Connection, item: Started) -> Settled:
    """Write an execution and the facts of its start, in a unit of its own: a request's row of the audit log joins."""
    current = routing.versions(connection, (item.new.tenant_id,))
    settled = _fresh(item, current[item.new.tenant_id])
    if settled.verdict == "written":
        events.insert_executions(connection, [item.new])
        failpoints.reach("start.in_tx")
        events.record_judged(connection, item.births)
        if item.claim is not None:
            key_made(connection, item.claim, item.new.id)
    return settled


def settle_one(connection: Connection, item: Settlement) -> Settled:
    """As `settle`, in a unit of its own: for an end that a request decided."""
    return settle(connection, [item])[0]


def settle_held(
    connection: Connection, item: Settlement, prepare: Callable[[Connection], tuple[int, Sequence[Birth]]]
) -> Settled:
    """As `settle_one`, its births prepared in the unit by routing that holds still: never stale."""
    version, births = prepare(connection)
    settled = settle_one(connection, replace(item, births=births, routed=version))
    return replace(settled, births=births)


def settle(connection: Connection, items: Sequence[Settlement]) -> list[Settled]:
    """Write outcomes, next states, timers, steps and events of many executions, each only if it may still."""
    current = routing.versions(connection, (item.tenant_id for item in items))
    children = _given_up(connection, items)
    if freeing := {item.tenant_id for item in items if item.beside and item.beside.releases}:
        # A grant locks what it gives before the execution it tells.
        resources.decide(connection, freeing)
    fences = _fences(connection, [item.execution_id for item in items], _others(items, children))
    verdicts = [_judge(item, fences.get(item.execution_id), current[item.tenant_id]) for item in items]
    kept = [item for item, settled in zip(items, verdicts, strict=True) if settled.verdict == "written"]
    update_rows(connection, executions, _SETTLED, [_settled_row(item, fences[item.execution_id]) for item in kept])
    insert_rows(connection, steps, _STEP_NAMES, [_step_row(step) for item in kept for step in item.new_steps])
    update_rows(connection, steps, _STEP_CHANGES, [_changes(step) for item in kept for step in item.changed_steps])
    failpoints.reach("record.in_tx")
    births = [birth for item in kept for birth in item.births if birth.is_kept]
    if births:
        events.record_judged(connection, births)
    woken = _write_beside(connection, kept, children)
    _forget(connection, [item.execution_id for item in kept if _is_over(item, fences)])
    give_back(connection, _freed(kept), max((item.now for item in kept), default=0))
    return [_with_woken(settled, woken) for settled in verdicts] if woken else verdicts


def _freed(kept: Sequence[Settlement]) -> Counter[str]:
    """How many of each limited workflow and tenant were given back."""
    return Counter(each for item in kept if item.lease_token is None for each in item.limited_by)


def _forget(connection: Connection, ids: Sequence[str]) -> None:
    if ids:
        execution_messages.forget(connection, ids)


_Children = Sequence[tuple[str, str, str]]
"""Open children to be ended: their id, their parent's and its step's."""


def _given_up(connection: Connection, items: Sequence[Settlement]) -> _Children:
    given_up = {(item.execution_id, each) for item in items if item.beside for each in item.beside.given_up}
    if not given_up:
        return ()
    query = select(_columns.id, _columns.parent_execution_id, _columns.parent_step_id).where(
        _columns.parent_execution_id.is_not(None),
        one_of(_columns.parent_execution_id, sorted({parent for parent, _ in given_up})),
        _columns.status.not_in(sorted(ENDED)),
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query) if (row[1], row[2]) in given_up]


def _others(items: Sequence[Settlement], children: _Children) -> list[str]:
    """Executions that will be told something."""
    told = [message.execution_id for item in items if item.beside for message in item.beside.messages]
    return [*told, *(child for child, _, _ in children)]


def _write_beside(connection: Connection, kept: Sequence[Settlement], children: _Children) -> set[str]:
    besides = [item.beside for item in kept if item.beside is not None]
    if not besides:
        return set()
    by_id = {item.execution_id: item for item in kept}
    messages = [message for each in besides for message in each.messages]
    messages += [_cancel(by_id[parent], child) for child, parent, _ in children if parent in by_id]
    if born := [child for each in besides for child in each.children]:
        events.insert_executions(connection, born)
        failpoints.reach("child.in_tx")
        wake_others(connection)
    if asked := [request for each in besides for request in each.requests]:
        resources.request(connection, asked)
    if released := [lease_id for each in besides for lease_id in each.releases]:
        resources.release(connection, released)
    if used := [message_id for each in besides for message_id in each.read]:
        execution_messages.read(connection, used)
    return execution_messages.tell(connection, messages)


def _cancel(parent: Settlement, child: str) -> Message:
    return Message(
        id=new_id(parent.now),
        tenant_id=parent.tenant_id,
        execution_id=child,
        kind="cancel",
        topic="",
        payload=b"null",
        created_at=parent.now,
    )


def _with_woken(settled: Settled, woken: set[str]) -> Settled:
    return Settled(settled.verdict, settled.routing_version, settled.told, frozenset(woken))


_Fence = tuple[str | None, int, int]
"""The lease, the version, and how often it was told something."""
_FENCES = (
    select(_columns.id, _columns.lease_token, _columns.version, _columns.told)
    .where(one_of(_columns.id))
    .order_by(_columns.id)
    .with_for_update()
)


def _fences(connection: Connection, ids: Sequence[str], others: Sequence[str]) -> dict[str, _Fence]:
    """Lock all rows this will touch in one order for everybody, so that settles wait for each other and never cross."""
    found = connection.execute(_FENCES, {"members": [*ids, *others]})
    return {identity: (token, version, told) for identity, token, version, told in found}


def _judge(item: Settlement, fence: _Fence | None, current: int) -> Settled:
    if fence is None:
        return Settled("lost", current)
    token, version, told = fence
    is_held = version == item.version if item.held_token is None else token == item.held_token
    return _fresh(item, current, told) if is_held else Settled("lost", current)


def _fresh(item: Settlement | Started, current: int, told: int = 0) -> Settled:
    """Stale when a subscription made since could want what was told, or seemed to be told to nobody."""
    is_fresh = item.routed == current and all(birth.routing_version == current for birth in item.births)
    return Settled("written" if is_fresh else "stale", current, told)


def _is_over(item: Settlement, fences: Mapping[str, _Fence]) -> bool:
    return item.status in ENDED and fences[item.execution_id][2] > 0


def _settled_row(item: Settlement, fence: _Fence) -> tuple[object, ...]:
    _, version, told = fence
    is_told = item.lease_token is None and told != item.told and item.status not in ENDED
    return (
        item.execution_id,
        item.status,
        item.state,
        item.output,
        item.error,
        item.now if is_told else item.due_at,
        item.lease_token,
        item.lease_until,
        item.silent_claims,
        version + 1,
        item.started_at,
        item.completed_at,
    )


def _step_row(step: StepRow) -> tuple[object, ...]:
    return (
        step.id,
        step.tenant_id,
        step.execution_id,
        step.step_id,
        step.name,
        step.kind,
        *_changes(step)[1:],
    )


def _changes(step: StepRow) -> tuple[object, ...]:
    return (
        step.id,
        step.status,
        step.attempts,
        step.input,
        step.output,
        step.error,
        step.due_at,
        step.started_at,
        step.completed_at,
    )

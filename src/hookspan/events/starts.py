"""Which workflows an event starts: those with a trigger that takes one of its names and whose filter holds.

A workflow is started at most once by an event. Three laws keep events from going round: a chain of causes is cut at
its fifth link; what hookspan itself tells of an execution never starts the workflow that it tells of; and what takes
that only by patterns with a `*` in them is the last link. Two workflows on `step.*` would else start each other
thousands of times.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from typing import Protocol

import msgspec

from hookspan import observe
from hookspan.events.choices import EventView
from hookspan.events.routing import EventTrigger, fact_names
from hookspan.model.catalogue import is_reserved
from hookspan.model.events import NewEvent, NewExecution
from hookspan.model.ids import new_id
from hookspan.model.match import matches
from hookspan.model.paths import BODY, MISSING
from hookspan.model.rules import FilterError
from hookspan.model.starts import TriggerContext
from hookspan.model.workflows import DEPTH_LIMIT


def begun_by(
    new: NewEvent, view: EventView, triggers: Sequence[EventTrigger], *, origin: str, begun: Collection[str], now: int
) -> list[NewExecution]:
    """An execution of each workflow that one of these triggers starts, but of none that is in `begun` already.

    `origin` is the door by which the event came, or the one that it replays. What is too deep, and what a filter gave
    no answer for, starts nothing and is told to the operator's log.
    """
    meant = [each for each in triggers if each.workflow_id not in begun and not is_about(new, origin, each.workflow_id)]
    if meant and new.depth >= DEPTH_LIMIT:
        ids = sorted({each.workflow_id for each in meant})
        observe.warn("workflow.chain_cut", event=new.id, tenant=new.tenant_id, type=new.type, workflows=ids)
        return []
    starting: dict[str, EventTrigger] = {}
    for trigger in meant:
        if trigger.workflow_id not in starting and _holds(new, trigger, view):
            starting[trigger.workflow_id] = trigger
    if not starting:
        return []
    context = context_of(new, view)
    told_of = fact_names(new.type, origin) if origin == "workflow" and is_reserved(new.type) else ()
    return [_execution(new, each, context, now, depth=_depth(new, each, told_of)) for each in starting.values()]


def _depth(new: NewEvent, trigger: EventTrigger, told_of: Sequence[str]) -> int:
    """How deep in its chain the execution is; `told_of` are the names of what hookspan tells of an execution."""
    is_named = any("*" not in pattern and matches(pattern, name) for pattern in trigger.patterns for name in told_of)
    return DEPTH_LIMIT if told_of and not is_named else new.depth


class _About(Protocol):
    @property
    def type(self) -> str: ...

    @property
    def workflow_id(self) -> str | None: ...


def is_about(told: _About, origin: str, workflow_id: str) -> bool:
    """Whether hookspan tells of this very workflow; what a step publishes has a name that is not reserved."""
    return origin == "workflow" and told.workflow_id == workflow_id and is_reserved(told.type)


def context_of(new: NewEvent, view: EventView) -> bytes:
    """What the executions read as `trigger`: one object for all, with the event's data whole."""
    metadata = view.metadata
    return TriggerContext(
        type=new.type,
        event_id=new.id,
        body=_body(new.data, is_json=view[BODY] is not MISSING),
        metadata={} if metadata is None or view["$meta"] is MISSING else msgspec.Raw(metadata),
    ).as_json()


def _body(data: bytes, *, is_json: bool) -> object:
    """JSON digit by digit; other text as text, and bytes that are none in base64; null where there is nothing."""
    if is_json:
        return msgspec.Raw(data)
    try:
        return data.decode() or None
    except UnicodeDecodeError:
        return base64.b64encode(data).decode()


def _holds(new: NewEvent, trigger: EventTrigger, view: EventView) -> bool:
    if trigger.rules is None:
        return True
    try:
        return trigger.rules.passes(view)
    except FilterError as error:
        ids = {"workflow": trigger.workflow_id, "trigger": trigger.trigger_id, "event": new.id}
        observe.warn("trigger.filter_failed", tenant=new.tenant_id, reason=str(error), **ids)
        return False


def _execution(new: NewEvent, trigger: EventTrigger, context: bytes, now: int, *, depth: int) -> NewExecution:
    return NewExecution(
        id=new_id(now),
        tenant_id=new.tenant_id,
        workflow_id=trigger.workflow_id,
        workflow_version=trigger.version,
        trigger_type="event",
        trigger=context,
        # The workflow's own (contracts C.6): an event's priority is about its deliveries, and whoever may publish
        # must not be able to move another's workflow into a faster lane.
        priority=trigger.priority,
        created_at=now,
        trigger_event_id=new.id,
        depth=depth,
        due_at=new.deliver_at,
        workflow_name=trigger.workflow_name,
        trigger_id=trigger.trigger_id,
    )

"""Kind `emit`: publishes an event, in the transaction that records the step, so it is published exactly once."""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.model.catalogue import is_reserved
from hookspan.model.events import NewEvent
from hookspan.model.ids import new_id
from hookspan.model.match import is_name
from hookspan.model.templates import Template
from hookspan.model.workflows import DEPTH_LIMIT
from hookspan.workflows.members import Members
from hookspan.workflows.state import Problem
from hookspan.workflows.steps.outcome import Broken, Call, Done, exact, rendered

CHAIN_IS_CUT = f"{DEPTH_LIMIT} events have caused one another through workflows; the chain is cut here"


@dataclass(frozen=True, slots=True)
class Emit:
    """The type is fixed when the workflow is saved, data and metadata are rendered."""

    type: str
    content: Template


def read(members: Members) -> Emit:
    """`{event, data?, metadata?}`: publishes an event; names that only hookspan itself publishes are refused."""
    members.only(("event", "data", "metadata"))
    name = members.text("event")
    if name and not is_name(name):
        members.blame("event", f"{name!r} is no event name; use dotted segments of letters, digits, - and _")
    elif is_reserved(name):
        members.blame("event", f"{name} is published by hookspan alone; choose another", code="reserved_event_type")
    metadata = members.value.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        members.blame("metadata", "must be an object")
    return Emit(name, members.template("data", "metadata"))


def run(work: Emit, call: Call) -> Done | Broken:
    """The event, one link further down the chain of causes than what started the execution."""
    if call.depth >= DEPTH_LIMIT:
        return Broken(Problem("depth_exceeded", CHAIN_IS_CUT))
    content = rendered(work.content.render(call.scopes))
    metadata = content.get("metadata")
    event = born(
        call,
        work.type,
        exact.encode(content.get("data", {})),
        None if metadata is None else exact.encode(metadata),
    )
    return Done({"eventId": event.id, "type": event.type}, events=(event,))


def born(call: Call, name: str, data: bytes, metadata: bytes | None) -> NewEvent:
    """An event of this execution, one link further down the chain of causes."""
    return NewEvent(
        id=new_id(call.now),
        tenant_id=call.tenant_id,
        type=name,
        data=data,
        metadata=metadata,
        created_at=call.now,
        origin="workflow",
        workflow_id=call.workflow_id,
        execution_id=call.execution_id,
        priority=call.priority,
        depth=call.depth + 1,
    )

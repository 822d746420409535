"""Functions of the program that are called on events, each a workflow of one python step (contracts G.2, `on`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from hookspan.errors import Invalid
from hookspan.model.events import NewEvent
from hookspan.model.publication import moment
from hookspan.storage.database import Database
from hookspan.storage.stored_events import stored_event
from hookspan.workflows.functions import (
    NAME_LENGTH,
    Functions,
    StepContext,
    check_function,
    check_name,
    checked_attempts,
)
from hookspan.workflows.steps.outcome import read_exact
from hookspan.workflows.validate import read_workflow

PREFIX = "on:"
"""What the functions of `on` and their workflows are named with, apart from those of `step`."""
DESCRIPTION = "Calls a function of the program that holds hookspan. Its code says what starts it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event that a function is called with. `id` is the same for every try, for whoever must tell a repeat.

    `data` are as published, fractions as Decimal; of data that are no JSON the bytes. `trigger` is what templates of
    a workflow read as such (contracts C.6).
    """

    id: str
    type: str
    data: object
    created_at: datetime
    metadata: Mapping[str, object]
    occurred_at: datetime | None = None
    subject: str | None = None
    ordering_key: str | None = None
    priority: int = 1
    webhook_id: str | None = None
    test: bool = False
    trigger: Mapping[str, object]
    attempt: int = 1


EventFunction = Callable[[Event], object] | Callable[[Event], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Wish:
    """On which events a function is called, how often it is tried, and rules that the event's data must keep."""

    patterns: tuple[str, ...]
    max_attempts: int | None = None
    filter: Sequence[Mapping[str, object]] | None = None


class Reactions:
    """What `on` has registered: the functions, and the workflow of each by name."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self._database: Database | None = None
        self.workflows: dict[str, Mapping[str, object]] = {}

    def read_from(self, database: Database) -> None:
        """Where the events are that functions are called with; said before anything runs."""
        self._database = database

    def register(self, function: EventFunction, wish: Wish, name: str | None) -> None:
        """Raises ValueError for what cannot be: a name, a pattern, a filter, a number of tries, a function."""
        check_function(function, "the Event")
        named = getattr(function, "__name__", "") if name is None else name
        if named == "<lambda>":
            raise ValueError("a lambda has no name; give it one, as in hooks.on('invoice.*', name='paid')")
        check_name(named, NAME_LENGTH - len(PREFIX))
        workflow = workflow_of(PREFIX + named, wish)
        self._functions.register(PREFIX + named, self._reacting(function))
        self.workflows[PREFIX + named] = workflow

    def _reacting(self, function: EventFunction) -> Callable[[StepContext], Awaitable[object]]:
        async def react(context: StepContext) -> object:
            event = await self._event(context)
            return await self._functions.call(function, event, context)

        return react

    async def _event(self, context: StepContext) -> Event:
        trigger = context.trigger if isinstance(context.trigger, Mapping) else {}
        event_id = trigger.get("eventId")
        if not isinstance(event_id, str):
            raise Invalid.one("/trigger", "no event started this execution; publish one that the workflow waits for")
        assert self._database is not None
        stored = await self._database.read(stored_event, context.tenant_id, event_id)
        return event_of(stored.event, trigger, context.attempt)


def event_of(stored: NewEvent, trigger: Mapping[str, object], attempt: int) -> Event:
    """The event as a function sees it."""
    metadata = {} if stored.metadata is None else read_exact(stored.metadata)
    return Event(
        id=stored.id,
        type=stored.type,
        data=_data(stored.data),
        created_at=moment(stored.created_at),
        metadata=metadata if isinstance(metadata, dict) else {},
        occurred_at=None if stored.occurred_at is None else moment(stored.occurred_at),
        subject=stored.subject,
        ordering_key=stored.ordering_key,
        priority=stored.priority,
        webhook_id=stored.webhook_id,
        test=stored.test,
        trigger=trigger,
        attempt=attempt,
    )


def _data(written: bytes) -> object:
    try:
        return read_exact(written)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return written


def workflow_of(name: str, wish: Wish) -> Mapping[str, object]:
    """The workflow of one function; raises ValueError for patterns, a filter or tries that cannot be."""
    step: dict[str, object] = {"id": "call", "name": "Call", "kind": "python", "with": {"function": name}}
    if wish.max_attempts is not None:
        step["retry"] = {"maxAttempts": checked_attempts(wish.max_attempts)}
    trigger = {"id": "event", "kind": "event", "events": list(wish.patterns), "filter": list(wish.filter or ())}
    workflow = {"name": name, "description": DESCRIPTION, "triggers": [trigger], "steps": [step]}
    try:
        read_workflow(workflow)
    except Invalid as invalid:
        said = "; ".join(fault.detail for fault in invalid.faults)
        raise ValueError(f"{name}: {said}; name events as in hooks.on('invoice.*')") from None
    return workflow

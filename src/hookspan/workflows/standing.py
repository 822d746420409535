"""An execution as its readers should see it: its recorded state, and what it was told but has not read yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from hookspan.model.executions import Message
from hookspan.storage.executions import Claimed
from hookspan.workflows.state import Blocker, State

_read_state = msgspec.json.Decoder(State).decode


class _Told(msgspec.Struct, rename="camel"):
    description: str = ""
    step_id: str | None = None


_read_told = msgspec.json.Decoder(_Told).decode


def recorded(found: Claimed) -> State:
    """The state of the last commit; an empty one before the first."""
    return State() if found.row.state is None else _read_state(found.row.state)


def standing(found: Claimed) -> State:
    """The recorded state with blockers and milestones that are on disk as messages, so that who wrote reads it back."""
    state = recorded(found)
    for message in found.messages:
        tell = _TOLD.get(message.kind)
        state = state if tell is None else tell(state, message)
    return state


_Tell: TypeAlias = Callable[[State, Message], State]


def _blocked(state: State, message: Message) -> State:
    told = _read_told(message.payload)
    blocker = Blocker(told.description, message.created_at, told.step_id)
    return replace(state, blockers={**state.blockers, message.topic: blocker})


def _resolved(state: State, message: Message) -> State:
    blocker = state.blockers.get(message.topic)
    if blocker is None or blocker.resolved_at is not None:
        return state
    gone = replace(blocker, resolved_at=message.created_at)
    return replace(state, blockers={**state.blockers, message.topic: gone})


def _achieved(state: State, message: Message) -> State:
    return replace(state, milestones={message.topic: message.created_at, **state.milestones})


_TOLD: Mapping[str, _Tell] = {"blocker": _blocked, "resolved": _resolved, "milestone": _achieved}

"""What a reader of the live feed asks for, in the words of its query and of its messages (contracts B.11, C.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from hookspan.access.roles import Caller
from hookspan.errors import Forbidden, Invalid, NotFound
from hookspan.events.interest import QUEUES, ROOMS, Interest
from hookspan.model.ids import canonical_id
from hookspan.model.paths import BODY
from hookspan.model.rules import Rules, compile_rules

TOPICS: Mapping[str, str] = {
    "events": "events:read",
    "webhooks": "events:read",
    "deliveries": "deliveries:read",
    "endpoints": "endpoints:read",
    "executions": "executions:read",
    QUEUES: "deliveries:read",
}
"""Topic → the scope it takes to hear it."""

TENANT = "tenant"
CHOICES_MOST = 100
FILTER_CHARACTERS = 4_096


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it was read: `topics` a comma list, `ids` by noun (`webhook`), `rules` JSON rows over the frame.

    `is_whole` None means: the whole tenant unless ids are named.
    """

    topics: str = ""
    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rules: str | None = None
    is_whole: bool | None = None
    has_output: bool = False


def interest_of(asked: Asked, caller: Caller) -> Interest:
    """The interest; Invalid for words nobody knows, Forbidden for what the caller may not hear."""
    rooms = {room_of(noun, identity) for noun, many in asked.ids.items() for identity in many}
    if len(rooms) > CHOICES_MOST:
        raise Invalid.one("/topics", f"at most {CHOICES_MOST} ids")
    return Interest(
        caller.tenant_id,
        topics_of(asked.topics, caller),
        is_whole=not rooms if asked.is_whole is None else asked.is_whole,
        rooms=rooms,
        rules=rules_of(asked.rules),
        has_output=asked.has_output and caller.may("payloads:read"),
    )


def topics_of(asked: str, caller: Caller) -> frozenset[str]:
    """The topics to hear: those asked for, or all the caller may hear but `queues`, which is told by name only."""
    named = [topic for topic in asked.split(",") if topic]
    for topic in named:
        check_topic(topic, caller)
    heard = frozenset(named) or hearable(caller) - {QUEUES}
    if not heard:
        raise Forbidden("Insufficient permissions")
    return heard


def check_topic(topic: str, caller: Caller) -> None:
    """Invalid for an unknown topic, Forbidden for one the caller may not hear."""
    if topic not in TOPICS:
        raise Invalid.one("/topics", f"choose among {', '.join(TOPICS)}")
    if not caller.may(TOPICS[topic]):
        raise Forbidden("Insufficient permissions")


def hearable(caller: Caller) -> frozenset[str]:
    """Every topic the caller has the scope for."""
    return frozenset(topic for topic, scope in TOPICS.items() if caller.may(scope))


def room_of(noun: str, identity: str) -> tuple[str, str]:
    """The member of a frame and the canonical id it must hold; Invalid for what is no id."""
    if noun not in ROOMS:
        raise Invalid.one("/topics", f"choose among {', '.join(f'{each}:<id>' for each in ROOMS)}, {TENANT}")
    try:
        return ROOMS[noun], canonical_id(identity)
    except NotFound:
        raise Invalid.one(f"/{ROOMS[noun]}", "must be an id") from None


def rules_of(text: str | None) -> Rules | None:
    """Filter rows over the frame itself; Invalid when they are no rows."""
    if not text:
        return None
    if len(text) > FILTER_CHARACTERS:
        raise Invalid.one("/filter", f"at most {FILTER_CHARACTERS:,} characters")
    try:
        rows = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise Invalid.one("/filter", f"must be a JSON list of filter rows: {error}") from error
    return compile_rules(rows, scopes=frozenset({BODY}))


def subscribe(interest: Interest, choices: Iterable[str], caller: Caller) -> None:
    """Add what a message asks for: `tenant`, a topic, or `<noun>:<id>`."""
    for choice in choices:
        noun, _, identity = choice.partition(":")
        if choice == TENANT:
            interest.is_whole = True
        elif identity:
            interest.rooms.add(room_of(noun, identity))
        else:
            check_topic(choice, caller)
            interest.words.add(choice)
            interest.topics |= {choice}
    if len(interest.rooms) > CHOICES_MOST:
        raise Invalid.one("/topics", f"at most {CHOICES_MOST} ids")


def unsubscribe(interest: Interest, choices: Iterable[str]) -> None:
    """Take back what was asked for; what was not is no fault."""
    for choice in choices:
        noun, _, identity = choice.partition(":")
        if choice == TENANT:
            interest.is_whole = False
        elif identity:
            interest.rooms.discard(room_of(noun, identity))
        else:
            interest.words.discard(choice)
            interest.topics -= {choice} & {QUEUES}

"""What a WebSocket says: in the query it is opened with, and in its messages (contracts B.11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl

import msgspec

from hookspan.api.interests import CHOICES_MOST, TENANT, Asked
from hookspan.errors import Forbidden, Invalid
from hookspan.events.interest import ROOMS

_NOUNS = {member: noun for noun, member in ROOMS.items()}
_SPELLINGS = {
    "execution_id": "executionId",
    "workflow_id": "workflowId",
    "webhook_id": "webhookId",
    "endpoint_id": "endpointId",
    "subscribe_tenant": "subscribeTenant",
    "last_event_id": "lastEventId",
}
_TEXTS = frozenset({"topics", "filter", "ticket", "subscribeTenant", "lastEventId", "include"})
# A URL ends up in logs and histories: whoever puts a credential there shall notice at once.
_CREDENTIALS = frozenset({"token", "accesstoken", "apikey", "key", "authorization", "bearer", "jwt", "session"})
_OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class SocketQuery:
    """The query, each name once but for ids."""

    texts: dict[str, str] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)

    @property
    def ticket(self) -> str | None:
        """The credential that may stand here."""
        return self.texts.get("ticket")

    @property
    def last_event_id(self) -> str | None:
        """The last frame that was read."""
        return self.texts.get("lastEventId")

    def asked(self, thing: tuple[str, str] | None) -> Asked:
        """What is asked for; `thing` is what the path names. Whoever names nothing subscribes later."""
        ids: dict[str, Sequence[str]] = dict(self.ids)
        if thing is not None:
            ids[thing[0]] = [*ids.get(thing[0], ()), thing[1]]
        topics = self.texts.get("topics", "")
        is_whole = _is_true(self.texts.get("subscribeTenant", "")) or bool(topics and not ids)
        has_output = _OUTPUT in self.texts.get("include", "").split(",")
        return Asked(topics, ids, self.texts.get("filter"), is_whole, has_output)


def read_query(query: bytes) -> SocketQuery:
    """Read it; Forbidden where a long-lived credential stands in it, Invalid for names nobody knows."""
    read = SocketQuery()
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        member = _SPELLINGS.get(name, name)
        if name.lower().replace("_", "").replace("-", "") in _CREDENTIALS or value.startswith("hsk_"):
            raise Forbidden("no long-lived credential in a URL: send a header, or ask for a ticket")
        if member in _NOUNS:
            read.ids.setdefault(_NOUNS[member], []).append(value)
        elif member in _TEXTS:
            read.texts[member] = value
        else:
            raise Invalid.one(f"/{name[:64]}", "no such query parameter; remove it", code="unknown_member")
    return read


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message of a client, which may choose what it hears and nothing else."""

    op: Literal["subscribe", "unsubscribe", "ping"]
    topics: list[str] = []


def read_wish(text: str) -> Wish:
    """The message; Invalid for anything else."""
    try:
        wish = msgspec.json.decode(text, type=Wish)
    except msgspec.DecodeError as error:
        raise Invalid.one("", f"send one JSON object with op and topics: {error}") from error
    if len(wish.topics) > CHOICES_MOST:
        raise Invalid.one("/topics", f"at most {CHOICES_MOST} at once, such as {TENANT}")
    return wish


def _is_true(text: str) -> bool:
    return text.lower() in ("true", "1")

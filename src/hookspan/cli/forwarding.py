"""What `listen` sends on: an inbound request as it came, signed anew, or an event as a delivery would look (D.4)."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from hookspan.cli.raw import program_version
from hookspan.cli.signing_anew import Outgoing, Signed, signed_for
from hookspan.client import Client, Document, Forbidden, NotFound
from hookspan.model.ids import new_id
from hookspan.model.redact import MASK
from hookspan.model.times import parse_instant
from hookspan.outbound import profiles
from hookspan.outbound.sign import Signer, generate_secret

Fields = Sequence[tuple[str, str]]
MARK: Final = ("X-Hookspan-Forwarded", "1")
_OF_THE_CONNECTION: Final = frozenset({"host", "connection", "content-length", "transfer-encoding", "expect", "te"})
_MASKED_SIGNATURE: Final = re.compile(r"… sha256:[0-9a-f]{16}\Z")


@dataclass(frozen=True, slots=True)
class Parcel:
    """One request for the local server; `note` says what is missing from it."""

    label: str
    method: str
    fields: Fields
    body: bytes
    query: str = ""
    note: str = ""


@dataclass
class Packer:
    """Makes parcels; `secret` signs events, `secrets` of sources are asked for once each."""

    client: Client
    secret: str = field(default_factory=generate_secret)
    _sources: dict[str, tuple[Document, Document]] = field(default_factory=dict)

    def event(self, event: Document, body: bytes) -> Parcel:
        """The event in profile `standard`, signed with this run's secret."""
        now_ms = time.time_ns() // 1_000_000
        fact = profiles.Fact(
            event.text("id"),
            new_id(now_ms),
            event.text("type"),
            event.text("type"),
            parse_instant(event.text("occurredAt") or event.text("createdAt"), "/createdAt"),
            body,
            event.text("dataContentType") or "application/json",
        )
        wire = profiles.build("standard", fact)
        attempt = profiles.Try(new_id(now_ms), 1, f"hookspan/{program_version()}")
        fields = [
            *profiles.headers("standard", fact, wire, attempt),
            *Signer([self.secret]).trio(fact.event_id, now_ms // 1_000, wire.body),
            MARK,
        ]
        return Parcel(event.text("type"), "POST", fields, wire.body)

    def request(self, event: Document) -> Parcel:
        """The inbound request: raw bytes, stored headers, and the proof its source asks for."""
        stored = self.client.events.request(event.text("id"))
        method, body = stored.text("method"), base64.b64decode(stored.text("bodyBase64"))
        fields = [(name, value) for name, value in pairs_of(stored.value("headers")) if is_sent_on(name, value)]
        query = "&".join(pair for pair in stored.text("query").split("&") if MASK not in pair)
        signed = self._signed(event.text("webhookId"), Outgoing(method, "", fields, body, query))
        made = signed.request
        return Parcel(event.text("type"), method, [*made.fields, MARK], made.body, made.query, signed.note)

    def source(self, identity: str) -> tuple[Document, Document]:
        """A source and what it knows its senders by, empty where this token may not see it."""
        if identity not in self._sources:
            found = self.client.sources.get(identity)
            try:
                path = self.client.sources.route(identity, "secret")
                secrets = self.client.request("GET", path).document()
            except (Forbidden, NotFound):
                secrets = Document(b"{}")
            self._sources[identity] = (found, secrets)
        return self._sources[identity]

    def _signed(self, webhook_id: str, request: Outgoing) -> Signed:
        try:
            source, secrets = self.source(webhook_id)
        except NotFound:
            return Signed(request, "unsigned: its source is gone")
        return signed_for(source, secrets, request.sent_to(source), now_ms=time.time_ns() // 1_000_000)


def pairs_of(headers: object) -> Iterable[tuple[str, str]]:
    """`[[name, value], …]` as pairs."""
    rows = headers if isinstance(headers, list) else []
    return [(str(row[0]), str(row[1])) for row in rows if isinstance(row, list) and len(row) == 2]


def is_sent_on(name: str, value: str) -> bool:
    """Whether a stored header goes on: not what belongs to a connection, not what is only a mask of a secret."""
    is_masked = MASK in value or _MASKED_SIGNATURE.search(value) is not None
    return name.lower() not in _OF_THE_CONNECTION and not is_masked

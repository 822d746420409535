"""What `listen` sends on: an inbound request as it came, signed anew, or an event as a delivery would look (D.4)."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from hookspan.cli.raw import program_version
from hookspan.client import ApiError, Client, Document
from hookspan.model.ids import new_id
from hookspan.model.redact import MASK
from hookspan.model.times import parse_instant
from hookspan.outbound import profiles
from hookspan.outbound.sign import Signer, generate_secret

Fields = Sequence[tuple[str, str]]
MARK: Final = ("X-Hookspan-Forwarded", "1")
_OF_THE_CONNECTION: Final = frozenset({"host", "connection", "content-length", "transfer-encoding", "expect", "te"})
_PLAIN_SIGNATURE: Final = "generic"


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
    _sources: dict[str, tuple[Document, str]] = field(default_factory=dict)

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
        """The inbound request: raw bytes, stored headers, and the signature its source asks for."""
        stored = self.client.events.request(event.text("id"))
        body = base64.b64decode(stored.text("bodyBase64"))
        kept = [(name, value) for name, value in pairs_of(stored.value("headers")) if is_sent_on(name, value)]
        signed, note = self._signature(event, body)
        names = {name.lower() for name, _ in signed}
        fields = [*((name, value) for name, value in kept if name.lower() not in names), *signed, MARK]
        return Parcel(event.text("type"), stored.text("method"), fields, body, stored.text("query"), note)

    def source(self, identity: str) -> tuple[Document, str]:
        """A source and its secret, empty where there is none or this token may not see it."""
        if identity not in self._sources:
            found = self.client.sources.get(identity)
            try:
                path = self.client.sources.route(identity, "secret")
                secret = self.client.request("GET", path).document().text("secret")
            except ApiError:
                secret = ""
            self._sources[identity] = (found, secret)
        return self._sources[identity]

    def _signature(self, event: Document, body: bytes) -> tuple[Fields, str]:
        try:
            source, secret = self.source(event.text("webhookId"))
        except ApiError:
            return [], "unsigned: its source is gone"
        if source.text("authType") != "signature":
            return [], ""
        if not secret:
            return [], "unsigned: the secret of its source cannot be read with this token"
        return signed_anew(source.text("provider") or _PLAIN_SIGNATURE, body, secret, event.text("id"))


def signed_anew(preset: str, body: bytes, secret: str, identity: str) -> tuple[Fields, str]:
    """The headers of the source's own scheme over these bytes; none where only the provider can sign."""
    from hookspan.verifying.sign import sign  # noqa: PLC0415 — the presets are read only when something is signed

    try:
        return list(sign(preset, body, secret, id=identity, timestamp=int(time.time())).items()), ""
    except ValueError as fault:
        return [], f"unsigned: {fault}"


def pairs_of(headers: object) -> Iterable[tuple[str, str]]:
    """`[[name, value], …]` as pairs."""
    rows = headers if isinstance(headers, list) else []
    return [(str(row[0]), str(row[1])) for row in rows if isinstance(row, list) and len(row) == 2]


def is_sent_on(name: str, value: str) -> bool:
    """Whether a stored header goes on: not what belongs to a connection, not what is only a mask of a secret."""
    return name.lower() not in _OF_THE_CONNECTION and MASK not in value

"""Presets in words: what the catalogue tells of each, so that a form can be drawn without knowing any provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hookspan.inbound.providers import Preset
from hookspan.inbound.record import DedupeEntry, Record, SignatureAt, TypeEntry
from hookspan.inbound.sign import can_sign

_PARTS = {"header": "header", "query": "query parameter", "body": "body", "authorization": "Authorization"}
_KEYS = {
    "utf8": "text",
    "base64": "base64",
    "hex": "hex",
    "pem": "public key (PEM)",
    "spki-b64": "public key (base64)",
    "raw-hex": "public key (hex)",
    "raw-b64": "public key (base64)",
}


@dataclass(frozen=True, slots=True)
class Described:
    """One preset in words; places of id and type are in the order in which they are looked at."""

    id: str
    title: str
    docs: str
    auth: str
    kind: str
    status: Literal["supported", "experimental"]
    evidence: str
    signature_place: str | None
    signed_fields: tuple[str, ...]
    secret_by: str
    secret_format: str | None
    secret_encoding: str
    time_past_s: int | None
    time_future_s: int | None
    dedupe: tuple[str, ...]
    is_id_signed: bool
    event_type: tuple[str, ...]
    is_type_signed: bool
    handshakes: tuple[str, ...]
    awaits_secret: bool
    methods: tuple[str, ...]
    needs_registered_url: bool
    can_sign: bool
    has_sample: bool


def described(used: Preset) -> Described:
    """A preset as the catalogue shows it."""
    record = used.record
    time = record.time if record.time and record.time.signed else None
    return Described(
        id=used.id,
        title=used.title,
        docs=used.docs,
        auth=record.auth,
        kind=record.kind,
        status="supported" if used.is_supported else "experimental",
        evidence=record.evidence,
        signature_place=_places(record),
        signed_fields=record.signed,
        secret_by=record.secret.by,
        secret_format=record.secret.format,
        secret_encoding=_KEYS[record.key.encoding],
        time_past_s=time.past if time else None,
        time_future_s=time.future if time else None,
        dedupe=tuple(_id_words(entry) for entry in used.dedupe),
        is_id_signed=used.is_id_signed,
        event_type=tuple(_type_words(entry) for entry in used.types),
        is_type_signed=used.is_type_signed,
        handshakes=record.handshake,
        awaits_secret=record.await_ is not None,
        methods=record.methods,
        needs_registered_url=record.url.use == "registered",
        can_sign=can_sign(record),
        has_sample=used.sample is not None,
    )


def _places(record: Record) -> str | None:
    """Where the signature stands, every way once."""
    if record.kind == "basic":
        return "header Authorization: Basic"
    words = [_place(way.signature) for way in record.ways if way.signature is not None]
    return ", else ".join(dict.fromkeys(words)) or None


def _place(at: SignatureAt) -> str:
    prefix = at.prefix if isinstance(at.prefix, str) else next((each for each in at.prefix or () if each), None)
    if at.from_ == "authorization":
        return f"header Authorization: {at.said}".rstrip(": ")
    if at.pair:
        return f"{_PARTS[at.from_]} {at.said}: {', '.join(f'{name}{at.pair}…' for name in at.take)}"
    return f"{_PARTS[at.from_]} {at.said}" + (f": {prefix}…" if prefix else "")


def _id_words(entry: DedupeEntry) -> str:
    if entry.off:
        return "none: equal deliveries are no duplicates"
    if entry.header is not None:
        return f"header {entry.header}"
    if entry.jwt is not None:
        return f"claim {entry.jwt}"
    if entry.body is not None:
        return f"body {entry.body if isinstance(entry.body, str) else ' + '.join(entry.body)}"
    return f"hash of {' and '.join(entry.hash)}"


def _type_words(entry: TypeEntry) -> str:
    if entry.header is not None:
        return f"header {entry.header}"
    if entry.body is not None:
        return f"body {entry.body}"
    if entry.form is not None:
        return f"form field {entry.form}"
    return f"always {entry.const}" if entry.const is not None else f"the first member of the body beside {entry.beside}"

"""What a verification record may say: the shape of the preset files and of a source's overrides.

A record is data. Reading one never fails half-way: a record that is unknown, contradictory or half filled is
refused as a whole, and the verifier made of it refuses every request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import msgspec

Algorithm = Literal["md5", "sha1", "sha256", "sha512"]
Encoding = Literal["hex", "base64", "base64url"]
KeyEncoding = Literal["utf8", "base64", "hex", "pem", "spki-b64", "raw-hex", "raw-b64"]
AuthType = Literal["none", "signature", "basic", "api_key"]
SignedPart = Literal["body", "time", "id", "url", "method", "type"]

DEFAULT_TOLERANCE_S = 300


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Strict by default: a misspelt member must not silently weaken a check."""


class SignatureAt(_Part, frozen=True, rename={"from_": "from"}):
    """Where signatures stand and how one value is taken apart; a list of prefixes means any of them ("" is none).

    `X-Signature-{1-100}` in a name stands for a hundred names.
    """

    from_: Literal["header", "query", "body", "authorization"] = "header"
    name: str | tuple[str, ...] | None = None
    items: str | None = None
    pair: str | None = None
    take: tuple[str, ...] = ()
    prefix: str | tuple[str, ...] | None = None
    trim: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """All places to look at, in order."""
        return _numbered((self.name,) if isinstance(self.name, str) else self.name or ())

    @property
    def said(self) -> str:
        """The places in words."""
        return " or ".join((self.name,) if isinstance(self.name, str) else self.name or ())

    @property
    def prefixes(self) -> tuple[bytes, ...]:
        """Longest first, so that "" is tried last."""
        given = (self.prefix,) if isinstance(self.prefix, str) else self.prefix or ("",)
        return tuple(sorted((prefix.encode() for prefix in given), key=len, reverse=True))


class KeyReading(_Part, frozen=True):
    """One way to make a key of a secret's text: cut `strip` off where it stands in front, then decode."""

    encoding: KeyEncoding = "utf8"
    strip: str | None = None


class KeyAt(_Part, frozen=True):
    """How a secret becomes a key; `also` are further readings (a bare encoding keeps `strip`)."""

    encoding: KeyEncoding = "utf8"
    strip: str | None = None
    also: tuple[KeyEncoding | KeyReading, ...] = ()

    @property
    def readings(self) -> tuple[KeyReading, ...]:
        """All readings in the order they are tried."""
        more = (item if isinstance(item, KeyReading) else KeyReading(item, self.strip) for item in self.also)
        return (KeyReading(self.encoding, self.strip), *more)


class TimeAt(_Part, frozen=True, rename={"from_": "from"}):
    """Where the sender's time stands; `past` and `future` are inclusive seconds; an unsigned time is ignored."""

    from_: Literal["header", "item", "body", "jwt"]
    name: str
    unit: Literal["s", "ms", "rfc3339"] = "s"
    past: int = DEFAULT_TOLERANCE_S
    future: int = DEFAULT_TOLERANCE_S
    signed: bool = True


class BodyHashAt(_Part, frozen=True, rename={"from_": "from"}):
    """A signed value that must equal the hash of the body."""

    from_: Literal["query", "jwt"]
    name: str
    algorithm: Algorithm = "sha256"
    encoding: Encoding = "hex"


class UrlRule(_Part, frozen=True):
    """Which URL is signed and which spellings of it are tried."""

    use: Literal["request", "registered"] = "request"
    variants: tuple[Literal["port", "slash"], ...] = ()
    unescape: bool = False


class DedupeEntry(_Part, frozen=True):
    """One place of the delivery's id: a header, one or several body paths, a hash, or `off` to end the search."""

    header: str | None = None
    body: str | tuple[str, ...] | None = None
    jwt: str | None = None
    hash: tuple[Literal["body", "time"], ...] = ()
    off: bool = False


class TypeEntry(_Part, frozen=True):
    """One place of the event type: a header, a path in the body, a field of a form body, or a word that never changes.

    `beside` means the name of the first member of the body that is not this one.
    """

    header: str | None = None
    body: str | None = None
    const: str | None = None
    form: str | None = None
    beside: str | None = None


class SecretRule(_Part, frozen=True):
    """Who makes the secret, and what it looks like."""

    by: Literal["provider", "integrator"] = "integrator"
    format: str | None = None
    bytes: int | None = None


class Answer(_Part, frozen=True):
    """What the provider wants to hear; `rejected` replaces 401."""

    status: int = 200
    content_type: str | None = None
    body: str | None = None
    rejected: int | None = None


class Record(_Part, frozen=True):
    """One verification record; `kind` and `algorithm` are free text here, because an unknown one must be refused.

    `claims` of a token must have exactly these texts. `key_server` is the URL of a provider's keys, or for keys that a
    delivery names the pattern its URL must match as a whole. `else_` are other ways this provider may sign, each laid
    over this record; a delivery needs to hold under one of them.
    """

    auth: AuthType
    kind: str
    id: str = "generic"
    algorithm: str | None = None
    signature: SignatureAt | None = None
    encoding: Encoding = "hex"
    text: str | None = None
    key: KeyAt = KeyAt()
    time: TimeAt | None = None
    body_hash: BodyHashAt | None = None
    url_hash: BodyHashAt | None = None
    url: UrlRule = UrlRule()
    claims: Mapping[str, str] = msgspec.field(default_factory=dict)
    key_server: str | None = None
    else_: tuple[dict[str, object], ...] = msgspec.field(default=(), name="else")
    signed: tuple[SignedPart, ...] = ()
    handshake: tuple[str, ...] = ()
    await_: Literal["asana", "notion"] | None = msgspec.field(default=None, name="await")
    dedupe: tuple[DedupeEntry, ...] = ()
    on_conflict: Literal["reject", "ignore"] = "reject"
    type: TypeEntry | tuple[TypeEntry, ...] = ()
    form: str | None = None
    secret: SecretRule = SecretRule()
    answer: Answer | None = None
    methods: tuple[str, ...] = ("POST",)
    evidence: Literal["confirmed", "vector", "none"] = "none"

    @property
    def types(self) -> tuple[TypeEntry, ...]:
        """The places of the event type, in order."""
        return (self.type,) if isinstance(self.type, TypeEntry) else self.type

    @property
    def covered_headers(self) -> frozenset[bytes]:
        """The headers whose time and id this way covers, in lower case."""
        names = {self.time.name} if self.time and self.time.from_ == "header" and self.time.signed else set[str]()
        if "{id}" in (self.text or "") and self.dedupe and self.dedupe[0].header:
            names.add(self.dedupe[0].header)
        return frozenset(name.lower().encode() for name in names)

    @property
    def masked_names(self) -> tuple[frozenset[str], frozenset[str]]:
        """Names of fields that carry the secret itself, and of those that carry a signature: headers in lower case,
        parameters as they are spelt.
        """
        credentials: set[str] = set()
        signatures: set[str] = set()
        for way in self.ways:
            at = way.signature
            if at is not None and at.from_ != "body":
                names = ("authorization",) if at.from_ == "authorization" else at.names
                kept = credentials if way.kind in ("api_key", "equality") else signatures
                kept.update(names if at.from_ == "query" else (name.lower() for name in names))
        return frozenset(credentials), frozenset(signatures)

    @property
    def ways(self) -> tuple[Record, ...]:
        """This record and its alternatives, each complete; raises ValueError when one of them cannot be read."""
        if not self.else_:
            return (self,)
        plain = {**msgspec.to_builtins(self), "else": []}
        others = tuple(read_record(merged(plain, overlay)) for overlay in self.else_)
        if any(other.auth != self.auth or other.id != self.id for other in others):
            raise ValueError("an alternative cannot change auth or id")
        return (msgspec.structs.replace(self, else_=()), *others)


def read_record(record: Mapping[str, object]) -> Record:
    """The typed record; raises ValueError (msgspec.ValidationError) naming the first member that is wrong."""
    return msgspec.convert(record, Record)


def merged(record: Mapping[str, object], overrides: Mapping[str, object] | None) -> dict[str, object]:
    """A preset's record with a source's overrides laid over it, one level into members that are objects."""
    combined = dict(record)
    for name, value in (overrides or {}).items():
        below = combined.get(name)
        combined[name] = {**below, **value} if isinstance(below, dict) and isinstance(value, Mapping) else value
    return combined


_RANGE = re.compile(r"\{(\d{1,2})-(\d{1,3})\}")


@lru_cache(maxsize=512)
def _numbered(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, every `{1-100}` in one written out."""
    written: list[str] = []
    for name in names:
        numbers = _RANGE.search(name)
        span = range(int(numbers[1]), int(numbers[2]) + 1) if numbers else ()
        written += [_RANGE.sub(str(number), name) for number in span] if numbers else [name]
    return tuple(written)


def plain_record(auth: Literal["none", "basic", "api_key"], *, header: str = "X-API-Key", query: str = "") -> Record:
    """The record of a source without signatures; an API key stands in `header`, or in the parameter `query`."""
    dedupe = (DedupeEntry(header="webhook-id"), DedupeEntry(header="idempotency-key"))
    place = SignatureAt(from_="query", name=query) if query else SignatureAt(from_="header", name=header)
    return Record(auth=auth, kind=auth, id=auth, signature=place if auth == "api_key" else None, dedupe=dedupe)

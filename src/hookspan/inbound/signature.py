"""Where signatures stand in a request and how their text becomes bytes.

A place that takes a list (`items`) is read over every repeated field; a place that takes one value and stands
twice is malformed, because the sender and we could each believe the other one.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hookspan.inbound.record import Encoding, KeyReading, SignatureAt
from hookspan.inbound.request import InboundRequest, query_values
from hookspan.inbound.text import Absent, Malformed, scalar_text
from hookspan.model.jsonview import read_json
from hookspan.model.paths import compile_path

MAX_ITEMS = 64


@dataclass(frozen=True, slots=True)
class Found:
    """Signature texts to try, and the named items that stood beside them with all their values."""

    signatures: Sequence[bytes]
    items: Mapping[bytes, Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Place:
    """A `SignatureAt` with its texts turned into bytes once."""

    at: SignatureAt
    names: tuple[bytes, ...]
    items: bytes | None
    pair: bytes | None
    take: frozenset[bytes]
    prefixes: tuple[bytes, ...]

    @classmethod
    def of(cls, at: SignatureAt) -> Place:
        """Compile; raises ValueError when the place is half filled."""
        if not at.names and at.from_ != "authorization":
            raise ValueError("signature.name is missing")
        if bool(at.take) != bool(at.pair) or "" in (*at.names, at.items, at.pair):
            raise ValueError("signature.pair and signature.take belong together, and no member may be empty")
        if at.from_ == "body":
            for name in at.names:
                compile_path(name, "/signature/name")
        return cls(
            at=at,
            names=tuple(name.lower().encode() for name in at.names),
            items=at.items.encode() if at.items else None,
            pair=at.pair.encode() if at.pair else None,
            take=frozenset(name.encode() for name in at.take),
            prefixes=at.prefixes,
        )

    def read(self, request: InboundRequest) -> Found:
        """Raises Absent when no signature stands there, Malformed when one cannot be read."""
        lines = self.lines(request)
        if not lines:
            raise Absent(f"{self.expected} is missing")
        found = self._split(lines) if self.items or self.pair else Found(lines, {})
        if not found.signatures:
            raise Absent(f"{self.expected} holds no signature")
        bare = [text for value in found.signatures if (text := self.bare(value))]
        if not bare:
            raise Malformed(f"{self.expected} must be {self.prefixes[0].decode()}<signature>")
        return Found(bare[:MAX_ITEMS], found.items)

    @property
    def expected(self) -> str:
        """What a sender should have sent, in words."""
        return f"{self.at.from_} {self.at.said or 'credentials'}"

    def lines(self, request: InboundRequest) -> list[bytes]:
        """The values at all names, empty ones left out; Malformed when a single value stands twice."""
        lines: list[bytes] = []
        for values in self._values(request):
            if len(values) > 1 and self.items is None:
                raise Malformed(f"{self.expected} stands more than once")
            lines.extend(value for value in values if value)
        return lines

    def _values(self, request: InboundRequest) -> list[list[bytes]]:
        match self.at.from_:
            case "header":
                return [request.header_lines(name) for name in self.names]
            case "query":
                return [query_values(request.query, name) for name in self.at.names]
            case "authorization":
                return [self._authorization(request.header_lines(b"authorization"))]
            case "body":
                view = read_json(request.body)
                texts = [scalar_text(compile_path(name), view) for name in self.at.names]
                return [[text] for text in texts if text]

    def _authorization(self, lines: list[bytes]) -> list[bytes]:
        if not self.names:
            return lines
        words = [line.partition(b" ") for line in lines]
        return [rest.strip() for scheme, _, rest in words if scheme.lower() in self.names]

    def bare(self, value: bytes) -> bytes | None:
        """A signature text without its prefix; None when no allowed prefix stands there."""
        for prefix in self.prefixes:
            if value.startswith(prefix):
                return value[len(prefix) :]
        return None

    def _split(self, lines: list[bytes]) -> Found:
        items = self._items(lines)
        if self.pair is None:
            return Found(items, {})
        signatures: list[bytes] = []
        named: dict[bytes, list[bytes]] = {}
        for name, separator, value in (item.partition(self.pair) for item in items):
            if name in self.take:
                signatures.append(value)
            elif separator:
                named.setdefault(name, []).append(value)
        return Found(signatures, named)

    def _items(self, lines: list[bytes]) -> list[bytes]:
        items = [item for line in lines for item in (line.split(self.items) if self.items else [line])]
        return [stripped for item in items if (stripped := item.strip() if self.at.trim else item)]


def decode(text: bytes, encoding: Encoding) -> bytes | None:
    """Bytes of a signature text (hex in either case, base64 with or without padding); None when it is neither."""
    try:
        if encoding == "hex":
            return binascii.unhexlify(text)
        plain = text.translate(_URL_SAFE) if encoding == "base64url" else text
        return _base64(plain)
    except ValueError:
        return None


def encode(value: bytes, encoding: Encoding) -> bytes:
    """The inverse of `decode`, as providers write it: lower-case hex, base64 with padding, base64url without."""
    if encoding == "hex":
        return binascii.hexlify(value)
    text = binascii.b2a_base64(value, newline=False)
    return text.translate(_URL_SAFE_BACK).rstrip(b"=") if encoding == "base64url" else text


def keys_of(secret: bytes, readings: Sequence[KeyReading]) -> list[bytes]:
    """The keys a secret may stand for, in the order of the readings; unreadable and empty ones are left out."""
    return [key for reading in readings if (key := _key(secret, reading))]


def _key(secret: bytes, reading: KeyReading) -> bytes | None:
    text = secret.removeprefix(reading.strip.encode()) if reading.strip else secret
    if reading.encoding == "utf8":
        # Everybody may know a public key, so as a shared one it would prove nothing.
        return None if text.startswith(_PUBLIC) else text
    if reading.encoding in {"base64", "hex"}:
        return decode(text, "base64" if reading.encoding == "base64" else "hex")
    return None


def _base64(text: bytes) -> bytes:
    bare = text.rstrip(b"=")
    return binascii.a2b_base64(bare + b"=" * (-len(bare) % 4), strict_mode=True)


_PUBLIC = b"whpk_"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_URL_SAFE_BACK = bytes.maketrans(b"+/", b"-_")

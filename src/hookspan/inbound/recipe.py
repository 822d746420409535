"""A record compiled once: places, text and time as functions, and the checks that make a record usable at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hookspan.errors import Invalid
from hookspan.inbound.record import DedupeEntry, KeyEncoding, KeyReading, Record, SignatureAt, TimeAt
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.signature import Place
from hookspan.inbound.spelling import spellings
from hookspan.inbound.text import Absent, Signed, Text, compile_text, only, scalar_text
from hookspan.inbound.verdict import MAX_TRIES
from hookspan.inbound.window import TimeReader, compile_time
from hookspan.model.jsonview import JsonView, read_json
from hookspan.model.paths import compile_path

KINDS: Mapping[str, frozenset[str]] = {
    "none": frozenset({"none"}),
    "basic": frozenset({"basic"}),
    "api_key": frozenset({"api_key"}),
    "signature": frozenset({"hmac", "hash", "equality", "ed25519", "ecdsa-p256", "rsa-pkcs1", "jwt", "plugin"}),
}
ASYMMETRIC = frozenset({"ed25519", "ecdsa-p256", "rsa-pkcs1"})
ALGORITHMS: Mapping[str, frozenset[str]] = {
    "hmac": frozenset({"md5", "sha1", "sha256", "sha512"}),
    "hash": frozenset({"md5", "sha1", "sha256", "sha512"}),
    "ed25519": frozenset({"ed25519"}),
    "ecdsa-p256": frozenset({"sha256"}),
    "rsa-pkcs1": frozenset({"sha1", "sha256", "sha512"}),
    "jwt": frozenset({"HS256", "HS512", "ES256"}),
    "plugin": frozenset({"sha256", "ES256"}),
}
_SHARED_KEYS: frozenset[KeyEncoding] = frozenset({"utf8", "base64", "hex"})
_PUBLIC_KEYS: frozenset[KeyEncoding] = frozenset({"pem", "spki-b64", "raw-hex", "raw-b64"})
# Not the CRC-32: another body with the same one is made in no time.
_COVERS_BODY = frozenset({"body", "body_sha256", "sorted_form"})

IdReader = Callable[[InboundRequest], bytes]


class Unusable(ValueError):
    """The record cannot be enforced; the text says why."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What `verify` and `sign` work from.

    `text` is None for `equality` and `jwt`, `time` when no time is signed or a token tells it.
    """

    record: Record
    place: Place
    readings: tuple[KeyReading, ...]
    algorithm: str
    text: Text | None
    time: TimeReader | None
    read_id: IdReader | None
    tries: int = MAX_TRIES

    def signed(self, request: InboundRequest, items: Mapping[bytes, Sequence[bytes]]) -> Signed:
        """The request as the text sees it, with the first spelling of the URL."""
        read_time, read_id = self.time, self.read_id
        return Signed(
            request=request,
            url=self.urls(request)[0],
            items=items,
            timestamp=lambda: read_time(request, items) if read_time else _absent("timestamp"),
            delivery_id=lambda: read_id(request) if read_id else _absent("id"),
            view=_seen_once(request.body),
        )

    def urls(self, request: InboundRequest) -> list[bytes]:
        """Every spelling to try; a text without URL has one."""
        if self.text is None or "url" not in self.text.uses:
            return [b""]
        return spellings(request.raw_url, self.record.url)

    @property
    def is_plain(self) -> bool:
        """One header, hex HMAC of the body under the bare secret, nothing else to look at."""
        at = self.place.at
        return (
            self.record.kind == "hmac"
            and at.from_ == "header"
            and not (at.items or at.pair)
            and self.record.encoding == "hex"
            and self.text is not None
            and self.text.is_body_only
            and self.readings == (KeyReading(),)
            and self.time is None
            and self.record.body_hash is None
        )


def compile_recipe(record: Record, tries: int = MAX_TRIES) -> Recipe:
    """The recipe of a `signature` record; raises Unusable for anything this verifier cannot enforce."""
    try:
        place = Place.of(_place_of(record))
        text = _text_of(record)
        time = _time_of(record)
        read_id = _id_reader(record.dedupe)
    except (Invalid, ValueError) as error:
        raise Unusable(str(error)) from error
    recipe = Recipe(record, place, record.key.readings, record.algorithm or "", text, time, read_id, tries)
    _check_cover(recipe)
    return recipe


def check_kind(record: Record) -> None:
    """Raises Unusable when the kind is unknown or not what `auth` promises."""
    if record.kind not in KINDS[record.auth]:
        raise Unusable(f"kind {record.kind!r} is not supported with auth {record.auth!r}")


def _place_of(record: Record) -> SignatureAt:
    if record.signature is None:
        raise Unusable("signature is missing")
    hashes = [at.from_ for at in (record.body_hash, record.url_hash) if at]
    if any((place == "jwt") is not _is_token(record) for place in hashes) or (hashes and record.kind == "equality"):
        raise Unusable(f"a hash of body or URL cannot stand there with kind {record.kind!r}")
    known = _PUBLIC_KEYS if record.kind in ASYMMETRIC or record.algorithm == "ES256" else _SHARED_KEYS
    if record.kind != "plugin" and any(reading.encoding not in known for reading in record.key.readings):
        raise Unusable("the key encoding is not supported")
    return record.signature


def _is_token(record: Record) -> bool:
    return record.kind == "jwt" or record.algorithm == "ES256"


def _time_of(record: Record) -> TimeReader | None:
    at = record.time
    if _is_token(record):
        if at is not None and at.from_ != "jwt":
            raise Unusable("the time of a token is one of its claims")
        return None
    return compile_time(at) if at and at.signed else None


def _text_of(record: Record) -> Text | None:
    if record.kind == "equality":
        return None
    if record.algorithm not in ALGORITHMS[record.kind]:
        raise Unusable(f"algorithm {record.algorithm!r} is not supported with kind {record.kind!r}")
    if _is_token(record):
        if "body" in record.signed and record.body_hash is None:
            raise Unusable("the body is said to be signed but no claim holds its hash")
        return None
    if record.text is None and record.kind == "plugin":
        return None
    if record.text is None:
        raise Unusable("text is missing")
    text = compile_text(record.text)
    if record.kind == "hash" and "secret" not in text.uses:
        raise Unusable("a plain hash without {secret} can be made by anyone")
    return text


def _check_cover(recipe: Recipe) -> None:
    """What `signed` and `time` promise must stand in the text, else the promise is empty."""
    uses = recipe.text.uses if recipe.text else frozenset[str]()
    record = recipe.record
    if record.kind == "plugin" and recipe.text is None:
        return
    if "body" in record.signed and record.body_hash is None and not uses & _COVERS_BODY:
        raise Unusable("the body is said to be signed but the text does not cover it")
    if recipe.time is not None and not uses & _covering(recipe.record.time):
        raise Unusable("time is said to be signed but the text does not cover it")
    if "timestamp" in uses and recipe.time is None:
        raise Unusable("the text has {timestamp} but the record has no signed time")
    if "id" in uses and recipe.read_id is None:
        raise Unusable("the text has {id} but the record has no id")


def _covering(at: TimeAt | None) -> set[str]:
    """The tokens that put this time under the signature."""
    match at:
        case TimeAt(from_="body", name=name):
            return {"timestamp", "body", "body_sha256", f"json:{name}"}
        case TimeAt(from_=place, name=name):
            return {"timestamp", f"{place}:{name}"}
        case None:
            return set()


def _id_reader(entries: Sequence[DedupeEntry]) -> IdReader | None:
    first = entries[0] if entries else DedupeEntry()
    if first.header is not None:
        field, what = first.header.lower().encode(), f"header {first.header}"
        return lambda request: only(request.header_lines(field), what)
    if isinstance(first.body, str):
        path = compile_path(first.body, "/dedupe/0/body")
        return lambda request: scalar_text(path, read_json(request.body)) or _absent("id")
    return None


def _seen_once(body: bytes) -> Callable[[], JsonView]:
    """The view of a body, parsed at the first look only: most texts never ask."""
    views: list[JsonView] = []

    def view() -> JsonView:
        if not views:
            views.append(read_json(body))
        return views[0]

    return view


def _absent(what: str) -> bytes:
    raise Absent(f"{what} is missing")

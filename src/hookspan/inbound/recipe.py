"""A record compiled once: places, text and time as functions, and the checks that make a record usable at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hookspan.errors import Invalid
from hookspan.inbound.record import DedupeEntry, KeyReading, Record, SignatureAt, TimeAt
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.signature import Place
from hookspan.inbound.spelling import spellings
from hookspan.inbound.text import Absent, Signed, Text, compile_text, only, scalar_text
from hookspan.inbound.window import TimeReader, compile_time
from hookspan.model.jsonview import JsonView, read_json
from hookspan.model.paths import compile_path

KINDS: Mapping[str, frozenset[str]] = {
    "none": frozenset({"none"}),
    "basic": frozenset({"basic"}),
    "api_key": frozenset({"api_key"}),
    "signature": frozenset({"hmac", "hash", "equality"}),
}
ALGORITHMS = frozenset({"md5", "sha1", "sha256", "sha512"})

IdReader = Callable[[InboundRequest], bytes]


class Unusable(ValueError):
    """The record cannot be enforced; the text says why."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What `verify` and `sign` work from. `text` is None for `equality`, `time` when no time is signed."""

    record: Record
    place: Place
    readings: tuple[KeyReading, ...]
    algorithm: str
    text: Text | None
    time: TimeReader | None
    read_id: IdReader | None

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


def compile_recipe(record: Record) -> Recipe:
    """The recipe of a `signature` record; raises Unusable for anything this verifier cannot enforce."""
    try:
        place = Place.of(_place_of(record))
        text = _text_of(record)
        time = compile_time(record.time) if record.time and record.time.signed else None
        read_id = _id_reader(record.dedupe)
    except (Invalid, ValueError) as error:
        raise Unusable(str(error)) from error
    recipe = Recipe(record, place, record.key.readings, record.algorithm or "", text, time, read_id)
    _check_cover(recipe)
    return recipe


def check_kind(record: Record) -> None:
    """Raises Unusable when the kind is unknown or not what `auth` promises."""
    if record.kind not in KINDS[record.auth]:
        raise Unusable(f"kind {record.kind!r} is not supported with auth {record.auth!r}")


def _place_of(record: Record) -> SignatureAt:
    if record.signature is None:
        raise Unusable("signature is missing")
    if record.url_hash is not None or (record.body_hash and record.body_hash.from_ != "query"):
        raise Unusable("hashes inside a token are not supported")
    if any(reading.encoding not in {"utf8", "base64", "hex"} for reading in record.key.readings):
        raise Unusable("the key encoding is not supported")
    return record.signature


def _text_of(record: Record) -> Text | None:
    if record.kind == "equality":
        return None
    if record.algorithm not in ALGORITHMS:
        raise Unusable(f"algorithm {record.algorithm!r} is not supported")
    if record.text is None:
        raise Unusable("text is missing")
    text = compile_text(record.text)
    if record.kind == "hash" and "secret" not in text.uses:
        raise Unusable("a plain hash without {secret} can be made by anyone")
    return text


def _check_cover(recipe: Recipe) -> None:
    """What `signed` and `time` promise must stand in the text, else the promise is empty."""
    uses = recipe.text.uses if recipe.text else frozenset[str]()
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

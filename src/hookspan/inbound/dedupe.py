"""Which keys make a request a repeat, and what kind of event it is. Runs only after verification held.

An id that the signature does not cover is not believed alone: whoever holds one captured delivery could send it
again under a fresh id, so then the hash of the body is a second key, and either one makes a duplicate.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from hookspan.inbound.providers import Preset
from hookspan.inbound.record import DedupeEntry, TypeEntry
from hookspan.inbound.request import InboundRequest, request_scopes
from hookspan.inbound.text import scalar_text
from hookspan.inbound.type_places import named_type
from hookspan.inbound.verify import Verified
from hookspan.model.jsonview import JsonView
from hookspan.model.paths import BODY, Path, Scopes, compile_path, without

DAY_MS = 86_400_000
KEY_CHARACTERS = 255
MAX_PATHS = 5
MAX_IGNORED = 20
RECEIVED = "webhook.received"
TYPE_CHARACTERS = 100

_FALLBACK_IDS = (DedupeEntry(header="webhook-id"), DedupeEntry(header="idempotency-key"))

_shipped_path = lru_cache(maxsize=512)(compile_path)


@dataclass(frozen=True, slots=True)
class DedupeSettings:
    """A source's `dedupe` member; paths are compiled when the source is saved."""

    mode: Literal["auto", "id", "paths", "body", "off"] = "auto"
    window_ms: int = 7 * DAY_MS
    body_window_ms: int = DAY_MS
    paths: tuple[Path, ...] = ()
    ignore_paths: tuple[Path, ...] = ()
    body_hash: bool = True


@dataclass(frozen=True, slots=True)
class DedupeKey:
    """One key of a request. `key` tells its kind, so keys of one source never meet by chance; ≤ 255 characters.

    `of_batch` says that it stands outside the body: of a batch, all elements have it.
    """

    kind: Literal["id", "body"]
    key: str
    window_ms: int
    of_batch: bool = False


class EventKind(NamedTuple):
    """The event type of a request; `mismatch` says that an unsigned header and the body name different ones."""

    name: str
    signed: bool
    mismatch: bool = False


def dedupe_keys(
    preset: Preset,
    settings: DedupeSettings,
    *,
    request: InboundRequest,
    view: JsonView,
    verified: Verified,
    enclosed: JsonView | None = None,
) -> list[DedupeKey]:
    """The keys of this request, any of which makes it a duplicate; none means it is never one.

    Of a batch's element `enclosed` is the batch with it alone, where the preset's paths are tried first.
    """
    seen = _Seen(request, verified, (view,) if enclosed is None else (enclosed, view))
    match settings.mode:
        case "auto":
            return _automatic(preset, settings, seen)
        case "id":
            found = _first_id(preset.dedupe, seen)
            return [_key_of(found, settings)] if found else []
        case "paths":
            text = _joined(settings.paths, request_scopes(request, view))
            of_batch = all(path.scope != BODY for path in settings.paths)
            return [_id_key(text, settings, of_batch=of_batch)] if text else []
        case "body":
            return [_body_key(_body_hash(request.body, view, settings.ignore_paths), settings)]
        case "off":
            return []


class _Seen(NamedTuple):
    """Where an id may stand; the body's views are tried in order."""

    request: InboundRequest
    verified: Verified
    views: tuple[JsonView, ...]


def _automatic(preset: Preset, settings: DedupeSettings, seen: _Seen) -> list[DedupeKey]:
    if any(entry.off for entry in preset.dedupe):
        return []
    keys: list[DedupeKey] = []
    found = _first_id((*preset.dedupe, *_FALLBACK_IDS), seen)
    if found is not None:
        keys.append(_key_of(found, settings))
    believed = found is not None and preset.covers(found[0], seen.verified.signed_fields)
    if preset.record.auth == "signature" and settings.body_hash and not believed:
        keys.append(_body_key(_hash_of(("body", "time"), seen.request, seen.verified), settings))
    return keys


def _first_id(entries: Sequence[DedupeEntry], seen: _Seen) -> tuple[DedupeEntry, str] | None:
    for entry in entries:
        text = _id_text(entry, seen)
        if text:
            return entry, text
    return None


def _id_text(entry: DedupeEntry, seen: _Seen) -> str | None:
    if entry.header is not None:
        return _header_text(seen.request, entry.header)
    if entry.body is not None:
        names = (entry.body,) if isinstance(entry.body, str) else entry.body
        paths = [_shipped_path(name) for name in names]
        texts = (_joined(paths, {"$": view.value}) for view in seen.views if view.is_json)
        return next(filter(None, texts), None)
    if entry.jwt is not None:
        return seen.verified.claims.get(entry.jwt, "").strip() or None
    return _hash_of(entry.hash, seen.request, seen.verified) if entry.hash else None


def _header_text(request: InboundRequest, name: str) -> str | None:
    value = request.header(name.lower().encode())
    return value.decode("latin-1").strip() or None if value else None


def _joined(paths: Sequence[Path], scopes: Scopes) -> str | None:
    """The texts of all paths; one that is missing or blank leaves no key, because half a key would join strangers."""
    found = [path.find(scopes) for path in paths]
    if not found or any(_is_blank(values) for values in found):
        return None
    if len(found) > 1 or len(found[0]) > 1:
        return canonical(found)
    only = found[0][0]
    return only if isinstance(only, str) else canonical(only)


def _is_blank(values: Sequence[object]) -> bool:
    """Whether nothing here tells one delivery from another."""
    return all(value in (None, {}, []) or (isinstance(value, str) and not value.strip()) for value in values)


def canonical(value: object) -> str:
    """One text for equal JSON values: members sorted, no blanks, decimals told apart from texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=lambda decimal: ["decimal", str(decimal)])


def _hash_of(parts: Sequence[str], request: InboundRequest, verified: Verified) -> str:
    """Body, and the signed time where there is one: an honest repeat of a body at another time is a new delivery."""
    digest = hashlib.sha256(request.body)
    if "time" in parts and verified.timestamp_ms is not None:
        digest.update(b"\x00" + str(verified.timestamp_ms).encode())
    return digest.hexdigest()


def _body_hash(body: bytes, view: JsonView, ignored: Sequence[Path]) -> str:
    if not ignored or not view.is_json:
        return hashlib.sha256(body).hexdigest()
    value: object = view.value
    for path in ignored:
        value = without(value, path)
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


def placed(key: DedupeKey, place: int) -> DedupeKey:
    """The key of one element of a batch: its own as it stands, whatever batch it comes in; the batch's by place."""
    return replace(key, key=_key_text(f"batch:{place}", key.key)) if key.of_batch else key


def _key_of(found: tuple[DedupeEntry, str], settings: DedupeSettings) -> DedupeKey:
    entry, text = found
    return _id_key(text, settings, of_batch=entry.header is not None or entry.jwt is not None)


def _id_key(text: str, settings: DedupeSettings, *, of_batch: bool) -> DedupeKey:
    return DedupeKey("id", _key_text("id", text), settings.window_ms, of_batch)


def _key_text(kind: str, text: str) -> str:
    key = f"{kind}:{text}"
    if len(key) <= KEY_CHARACTERS and "\x00" not in key:
        return key
    return f"{kind}hash:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _body_key(digest: str, settings: DedupeSettings) -> DedupeKey:
    return DedupeKey("body", f"body:{digest}", settings.body_window_ms)


def event_type(
    preset: Preset,
    request: InboundRequest,
    view: JsonView,
    *,
    prefix: str | None = None,
    signed_fields: Sequence[str] | None = None,
) -> EventKind:
    """`<prefix>.<type>`, the prefix being the preset's id unless the source has its own; else `webhook.received`.

    A signed place wins over an unsigned one that stands before it.
    """
    found = [(entry, text) for entry in preset.types if (text := _type_text(entry, request, view))]
    if not found:
        return EventKind(RECEIVED, signed=True)
    signed = [(entry, text) for entry, text in found if preset.covers(entry, signed_fields)]
    chosen = signed[0] if signed else found[0]
    mismatch = any(_differs(entry, text, chosen[1]) for entry, text in found if not preset.covers(entry, signed_fields))
    return EventKind(_type_name(f"{prefix or preset.id}.{chosen[1]}"), bool(signed), mismatch)


def _differs(entry: TypeEntry, text: str, chosen: str) -> bool:
    return entry.header is not None and text != chosen


def _type_text(entry: TypeEntry, request: InboundRequest, view: JsonView) -> str | None:
    if entry.header is not None:
        return _header_text(request, entry.header)
    if entry.body is not None:
        text = scalar_text(_shipped_path(entry.body), view)
        return text.decode("utf-8", "replace") if text else None
    return entry.const or named_type(entry, request, view)


def _type_name(text: str) -> str:
    """A name of the event grammar: other characters and empty segments become `_`; 100 characters at most."""
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", text)[:TYPE_CHARACTERS]
    return ".".join(segment or "_" for segment in plain.split("."))[:TYPE_CHARACTERS].rstrip(".")

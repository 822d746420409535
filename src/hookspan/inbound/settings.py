"""What a source is set to beside its own columns: read from what a caller named, stored as JSON, compiled for use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal, TypeVar

import msgspec

from hookspan.errors import Fault, Invalid
from hookspan.inbound.dedupe import MAX_IGNORED, MAX_PATHS, DedupeSettings
from hookspan.model.match import is_name
from hookspan.model.paths import compile_path

METHODS = ("POST", "PUT", "PATCH", "DELETE", "GET")
BODY_BYTES_DEFAULT = 1_048_576
BODY_BYTES_LEAST, BODY_BYTES_MOST = 1_024, 25 * 1_048_576
WINDOW_LEAST_MS, WINDOW_MOST_MS = 1_000, 30 * 86_400_000
ANSWER_CHARACTERS = 1_000
ALLOWED_MOST = 100
PREFIX_CHARACTERS = 50

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+*-]{1,100}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_Struct = TypeVar("_Struct", bound=msgspec.Struct)


class Dedupe(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Contracts B.1 `dedupe`; windows in milliseconds."""

    mode: Literal["auto", "id", "paths", "body", "off"] = "auto"
    window_ms: int = 604_800_000
    body_window_ms: int = 86_400_000
    paths: tuple[str, ...] = ()
    ignore_paths: tuple[str, ...] = ()
    body_hash: bool = True
    on_conflict: Literal["reject", "ignore"] = "reject"


class OwnAnswer(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Contracts B.1 `response`: sent instead of our own body on acceptance."""

    status: int = 200
    content_type: str = "text/plain"
    body: str = ""


class Settings(msgspec.Struct, frozen=True, rename="camel"):
    """The stored form. `methods` None means the preset's; an API key stands in a header or a query parameter."""

    methods: tuple[str, ...] | None = None
    content_types: tuple[str, ...] | None = None
    require_json: bool = False
    max_body_bytes: int = BODY_BYTES_DEFAULT
    allowed_ips: tuple[str, ...] = ()
    dedupe: Dedupe = Dedupe()
    verification: dict[str, object] | None = None
    response: OwnAnswer | None = None
    event_type_prefix: str | None = None
    key_header: str = "X-API-Key"
    key_query: str | None = None


_decode = msgspec.json.Decoder(Settings).decode


def settings_read(text: str) -> Settings:
    """The settings of a stored text; raises ValueError when it was not written by us."""
    return _decode(text)


def settings_text(settings: Settings) -> str:
    """The stored form."""
    return msgspec.json.encode(settings).decode()


def settings_changed(settings: Settings, named: Mapping[str, object]) -> Settings:
    """`settings` with the members a caller named (snake_case); raises Invalid with a fault for each wrong one."""
    faults: list[Fault] = []
    changes: dict[str, object] = {}
    for name, rule in _RULES.items():
        if name in named:
            try:
                changes[name] = rule(named[name], settings)
            except Invalid as error:
                faults.extend(error.faults)
    if faults:
        raise Invalid(faults)
    return msgspec.structs.replace(settings, **changes)


def dedupe_compiled(dedupe: Dedupe) -> DedupeSettings:
    """The form in which dedupe reads it."""
    return DedupeSettings(
        mode=dedupe.mode,
        window_ms=dedupe.window_ms,
        body_window_ms=dedupe.body_window_ms,
        paths=tuple(compile_path(path) for path in dedupe.paths),
        ignore_paths=tuple(compile_path(path) for path in dedupe.ignore_paths),
        body_hash=dedupe.body_hash,
    )


def networks_of(texts: Sequence[str], pointer: str = "/allowedIps") -> tuple[IPv4Network | IPv6Network, ...]:
    """CIDR texts as networks; raises Invalid at the one that is wrong."""
    found = []
    for place, text in enumerate(texts):
        try:
            found.append(ip_network(text))
        except ValueError as error:
            raise Invalid.one(f"{pointer}/{place}", "must be an address or a network such as 203.0.113.0/24") from error
    return tuple(found)


def _methods(value: object, _settings: Settings) -> tuple[str, ...] | None:
    if value is None:
        return None
    methods = tuple(dict.fromkeys(method.upper() for method in _texts(value, "/methods", len(METHODS))))
    if not methods or not set(methods) <= set(METHODS):
        raise Invalid.one("/methods", f"must be some of {' '.join(METHODS)}")
    return methods


def _content_types(value: object, _settings: Settings) -> tuple[str, ...] | None:
    if value is None:
        return None
    types = tuple(text.strip().lower() for text in _texts(value, "/contentTypes", 20))
    if not types or not all(_MEDIA_TYPE.fullmatch(text) for text in types):
        raise Invalid.one("/contentTypes", "must be media types such as application/json, or null for any")
    return types


def _require_json(value: object, _settings: Settings) -> bool:
    if not isinstance(value, bool):
        raise Invalid.one("/requireJson", "must be true or false")
    return value


def _max_body_bytes(value: object, _settings: Settings) -> int:
    return _integer(value, "/maxBodyBytes", BODY_BYTES_LEAST, BODY_BYTES_MOST)


def _allowed_ips(value: object, _settings: Settings) -> tuple[str, ...]:
    texts = _texts([] if value is None else value, "/allowedIps", ALLOWED_MOST)
    return tuple(str(network) for network in networks_of(texts))


def _dedupe(value: object, settings: Settings) -> Dedupe:
    if value is None:
        return Dedupe()
    if not isinstance(value, Mapping):
        raise Invalid.one("/dedupe", 'must be an object such as {"mode":"auto"}')
    dedupe = _converted({**msgspec.to_builtins(settings.dedupe), **value}, Dedupe, "/dedupe")
    _integer(dedupe.window_ms, "/dedupe/windowMs", WINDOW_LEAST_MS, WINDOW_MOST_MS)
    _integer(dedupe.body_window_ms, "/dedupe/bodyWindowMs", WINDOW_LEAST_MS, WINDOW_MOST_MS)
    _texts(list(dedupe.paths), "/dedupe/paths", MAX_PATHS)
    _texts(list(dedupe.ignore_paths), "/dedupe/ignorePaths", MAX_IGNORED)
    for member, paths in (("paths", dedupe.paths), ("ignorePaths", dedupe.ignore_paths)):
        for place, path in enumerate(paths):
            compile_path(path, f"/dedupe/{member}/{place}")
    if dedupe.mode == "paths" and not dedupe.paths:
        raise Invalid.one("/dedupe/paths", "mode paths needs at least one path")
    return dedupe


def _verification(value: object, _settings: Settings) -> dict[str, object] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise Invalid.one("/verification", "must be an object of verifier members, or null")
    return dict(value)


def _response(value: object, _settings: Settings) -> OwnAnswer | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise Invalid.one("/response", 'must be null or an object such as {"status":200,"body":"ok"}')
    answer = _converted(value, OwnAnswer, "/response")
    _integer(answer.status, "/response/status", 200, 299)
    if len(answer.body) > ANSWER_CHARACTERS:
        raise Invalid.one("/response/body", f"must be at most {ANSWER_CHARACTERS} characters")
    essence = answer.content_type.partition(";")[0].strip().lower()
    if not _MEDIA_TYPE.fullmatch(essence) or _CONTROL.search(answer.content_type) or not answer.content_type.isascii():
        raise Invalid.one("/response/contentType", "must be a media type such as text/plain")
    return answer


def _event_type_prefix(value: object, _settings: Settings) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not is_name(value) or len(value) > PREFIX_CHARACTERS:
        raise Invalid.one("/eventTypePrefix", f"must be an event name of at most {PREFIX_CHARACTERS} characters")
    return value


_RULES = {
    "methods": _methods,
    "content_types": _content_types,
    "require_json": _require_json,
    "max_body_bytes": _max_body_bytes,
    "allowed_ips": _allowed_ips,
    "dedupe": _dedupe,
    "verification": _verification,
    "response": _response,
    "event_type_prefix": _event_type_prefix,
}


def _texts(value: object, pointer: str, most: int) -> list[str]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(text, str) for text in value):
        raise Invalid.one(pointer, "must be a list of texts")
    if len(value) > most:
        raise Invalid.one(pointer, f"at most {most} entries")
    return list(value)


def _integer(value: object, pointer: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Invalid.one(pointer, f"must be a whole number from {least} to {most}")
    return value


def _converted(value: object, kind: type[_Struct], pointer: str) -> _Struct:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise Invalid.one(pointer, str(error)) from error

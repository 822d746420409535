"""What a source is set to beside its own columns: read from what a caller named, stored as JSON, compiled for use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal

import msgspec

from hookspan.errors import Fault, Invalid
from hookspan.inbound.dedupe import MAX_IGNORED, MAX_PATHS, DedupeSettings
from hookspan.inbound.enrichment import EnrichmentSettings, enrichment_changed
from hookspan.inbound.reading import integer_of, object_of, texts_of, truth_of
from hookspan.model.addresses import AddressRules
from hookspan.model.match import is_name
from hookspan.model.paths import BODY, REQUEST_SCOPES, Path, compile_path
from hookspan.model.urls import UrlRules, parse_url

METHODS = ("POST", "PUT", "PATCH", "DELETE", "GET")
BODY_BYTES_DEFAULT = 1_048_576
BODY_BYTES_LEAST, BODY_BYTES_MOST = 1_024, 25 * 1_048_576
WINDOW_LEAST_MS, WINDOW_MOST_MS = 1_000, 30 * 86_400_000
ANSWER_CHARACTERS = 1_000
ALLOWED_MOST = 100
PREFIX_CHARACTERS = 50
RATE_COUNT_MOST, RATE_PERIOD_MOST_MS = 1_000_000, 86_400_000
RETENTION_DAYS_MOST = 365
SUBSCRIBERS_MOST = 20
AWAITING_MS = 15 * 60_000

SchemaCheck = Literal["enforce", "warn", "off"]

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+*-]{1,100}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ORIGIN = re.compile(r"[a-z0-9._:/-]{1,253}")
_TOPIC = re.compile(r"[\x21-\x7e]{1,300}")
# We never call it: the sender signs it. What only its own network knows is as good as what the world does.
_SENDERS_URL = UrlRules(AddressRules(dev_loopback=True, extra_ports=frozenset(range(1, 1_024))))


class Dedupe(msgspec.Struct, frozen=True, rename="camel"):
    """Contracts B.1 `dedupe`; windows in milliseconds."""

    mode: Literal["auto", "id", "paths", "body", "off"] = "auto"
    window_ms: int = 604_800_000
    body_window_ms: int = 86_400_000
    paths: tuple[str, ...] = ()
    ignore_paths: tuple[str, ...] = ()
    body_hash: bool = True
    on_conflict: Literal["reject", "ignore"] = "reject"


class OwnAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """Contracts B.1 `response`: sent instead of our own body on acceptance."""

    status: int = 200
    content_type: str = "text/plain"
    body: str = ""

    @property
    def sent_type(self) -> str:
        """The type as it is sent: a text beyond ASCII says that it is UTF-8, else a client may take another guess."""
        essence, _, parameters = self.content_type.partition(";")
        is_plain = self.body.isascii() or "charset=" in parameters.lower()
        is_text = essence.strip().lower().startswith("text/")
        return self.content_type if is_plain or not is_text else f"{self.content_type}; charset=utf-8"


class RateLimit(msgspec.Struct, frozen=True, rename="camel"):
    """At most `count` requests within `period_ms`."""

    count: int
    period_ms: int = 1_000


class Handshake(msgspec.Struct, frozen=True, rename="camel"):
    """Who may subscribe: origins that may ask (CloudEvents), topics whose subscription we confirm (SNS)."""

    origins: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


class Settings(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The stored form. `methods` None means the preset's; an API key stands in a header or a query parameter.

    Until `awaiting_until` (epoch ms) a secret may come by handshake.
    """

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
    rate_limit: RateLimit | None = None
    ordering_key: str | None = None
    registered_url: str | None = None
    split: str | None = None
    retention_days: int | None = None
    enrichment: EnrichmentSettings = EnrichmentSettings()
    schema_check: SchemaCheck = "enforce"
    handshake: Handshake = Handshake()
    awaiting_until: int = 0


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
    methods = tuple(dict.fromkeys(method.upper() for method in texts_of(value, "/methods", len(METHODS))))
    if not methods or not set(methods) <= set(METHODS):
        raise Invalid.one("/methods", f"must be some of {' '.join(METHODS)}")
    return methods


def _content_types(value: object, _settings: Settings) -> tuple[str, ...] | None:
    if value is None:
        return None
    types = tuple(text.strip().lower() for text in texts_of(value, "/contentTypes", 20))
    if not types or not all(_MEDIA_TYPE.fullmatch(text) for text in types):
        raise Invalid.one("/contentTypes", "must be media types such as application/json, or null for any")
    return types


def _require_json(value: object, _settings: Settings) -> bool:
    return truth_of(value, "/requireJson")


def _max_body_bytes(value: object, _settings: Settings) -> int:
    return integer_of(value, "/maxBodyBytes", BODY_BYTES_LEAST, BODY_BYTES_MOST)


def _allowed_ips(value: object, _settings: Settings) -> tuple[str, ...]:
    texts = texts_of([] if value is None else value, "/allowedIps", ALLOWED_MOST)
    return tuple(str(network) for network in networks_of(texts))


def _dedupe(value: object, settings: Settings) -> Dedupe:
    if value is None:
        return Dedupe()
    dedupe = object_of(value, Dedupe, "/dedupe", was=settings.dedupe)
    integer_of(dedupe.window_ms, "/dedupe/windowMs", WINDOW_LEAST_MS, WINDOW_MOST_MS)
    integer_of(dedupe.body_window_ms, "/dedupe/bodyWindowMs", WINDOW_LEAST_MS, WINDOW_MOST_MS)
    texts_of(list(dedupe.paths), "/dedupe/paths", MAX_PATHS)
    texts_of(list(dedupe.ignore_paths), "/dedupe/ignorePaths", MAX_IGNORED)
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
    answer = object_of(value, OwnAnswer, "/response")
    integer_of(answer.status, "/response/status", 200, 299)
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


def _rate_limit(value: object, settings: Settings) -> RateLimit | None:
    if value is None:
        return None
    limit = object_of(value, RateLimit, "/rateLimit", was=settings.rate_limit)
    integer_of(limit.count, "/rateLimit/count", 1, RATE_COUNT_MOST)
    integer_of(limit.period_ms, "/rateLimit/periodMs", 1, RATE_PERIOD_MOST_MS)
    return limit


def _ordering_key(value: object, _settings: Settings) -> str | None:
    if value is None:
        return None
    path = _path_of(value, "/orderingKey")
    if path.scope not in REQUEST_SCOPES | {BODY} or path.has_star:
        raise Invalid.one("/orderingKey", "must lead to one value of the request, such as $.order.id or $headers.host")
    return path.text


def _registered_url(value: object, _settings: Settings) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Invalid.one("/registeredUrl", "must be the URL as it was registered with the sender, or null")
    try:
        parse_url(value, _SENDERS_URL)
    except Invalid as error:
        raise Invalid.one("/registeredUrl", error.detail, code="invalid_url") from error
    return value


def _split(value: object, _settings: Settings) -> str | None:
    if value is None:
        return None
    path = _path_of(value, "/split")
    if path.scope != BODY or path.has_star:
        raise Invalid.one("/split", "must lead to a list in the body, such as $ or $.events, without [*]")
    return path.text


def _retention_days(value: object, _settings: Settings) -> int | None:
    return None if value is None else integer_of(value, "/retentionDays", 1, RETENTION_DAYS_MOST)


def _enrichment(value: object, settings: Settings) -> EnrichmentSettings:
    return EnrichmentSettings() if value is None else enrichment_changed(settings.enrichment, value)


def _schema_check(value: object, _settings: Settings) -> SchemaCheck:
    match value:
        case "enforce" | "warn" | "off":
            return value
        case _:
            raise Invalid.one("/schemaCheck", "must be enforce, warn or off")


def _handshake(value: object, settings: Settings) -> Handshake:
    if value is None:
        return Handshake()
    asked = object_of(value, Handshake, "/handshake", was=settings.handshake)
    origins = texts_of(asked.origins, "/handshake/origins", SUBSCRIBERS_MOST)
    topics = texts_of(asked.topics, "/handshake/topics", SUBSCRIBERS_MOST)
    lowered = tuple(dict.fromkeys(origin.lower() for origin in origins))
    for place, origin in enumerate(lowered):
        if not _ORIGIN.fullmatch(origin):
            raise Invalid.one(f"/handshake/origins/{place}", "must be a host such as events.example.com")
    for place, topic in enumerate(topics):
        if not _TOPIC.fullmatch(topic):
            raise Invalid.one(f"/handshake/topics/{place}", "must be the name of a topic, such as arn:aws:sns:…")
    return Handshake(lowered, tuple(dict.fromkeys(topics)))


def _path_of(value: object, pointer: str) -> Path:
    if not isinstance(value, str):
        raise Invalid.one(pointer, "must be a path such as $.order.id, or null")
    return compile_path(value, pointer)


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
    "rate_limit": _rate_limit,
    "ordering_key": _ordering_key,
    "registered_url": _registered_url,
    "split": _split,
    "retention_days": _retention_days,
    "enrichment": _enrichment,
    "schema_check": _schema_check,
    "handshake": _handshake,
}

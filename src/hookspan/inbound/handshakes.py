"""Handshakes: how a provider asks whether somebody is there before it sends (providers §4). A preset names them by id.

Kind      When it is answered                              Ids
unsigned  before verification, because nothing is signed   H1 H2 H2b H3 H4 H9 H13
awaited   only while the source awaits a secret            H10 H11
signed    after the signature held                         H5 H6 H7 H8 H9b
outbound  after the signature held; asks the provider      H12

An echo is at most 256 bytes of plain text, so nobody can use us as a mirror; a handshake is never an event.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from hookspan.errors import Invalid
from hookspan.inbound import answers
from hookspan.inbound.answers import Answer, Ending
from hookspan.inbound.request import InboundRequest, form_pairs, query_values
from hookspan.inbound.source import HandshakeRules, Source
from hookspan.inbound.verdict import is_same
from hookspan.model.jsonview import Json, JsonView
from hookspan.model.urls import UrlRules, parse_url
from hookspan.ports import HttpAnswer, HttpClient, HttpRequest

ECHO_BYTES = 256
SECRET_BYTES_MOST = 256
CONFIRM_TIMEOUT_MS = 5_000
ALLOWED_RATE = "120"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_VISIBLE = re.compile(rb"[\x21-\x7e]+")
_DIGITS = re.compile(rb"[0-9]{1,20}")
_SNS_HOST = re.compile(r"https://sns\.[-a-z0-9]+\.amazonaws\.com/")

_PROBES: Mapping[str, frozenset[str]] = {
    "H1": frozenset({"GET"}),
    "H2": frozenset({"GET"}),
    "H2b": frozenset({"GET"}),
    "H3": frozenset({"HEAD", "GET"}),
    "H4": frozenset({"OPTIONS"}),
}


@dataclass(frozen=True, slots=True)
class Signed:
    """A request whose signature held: its body as JSON, and the secret under which it held."""

    request: InboundRequest
    view: JsonView
    secret: bytes = b""


@dataclass(frozen=True, slots=True)
class Brought:
    """A secret that came by handshake, and what its bringer hears once it is kept."""

    secret: str
    ending: Ending


def probe_methods(source: Source) -> frozenset[str]:
    """Methods that the source's handshakes use beside those of its events."""
    found: frozenset[str] = frozenset()
    for identity in source.preset.record.handshake:
        found |= _PROBES.get(identity, frozenset())
    return found


def greeted(request: InboundRequest, source: Source) -> Ending | None:
    """The answer to a handshake that shows in the head alone, before verification."""
    for identity in source.preset.record.handshake:
        answer = _UNSIGNED.get(identity)
        ending = answer(request, source.handshake) if answer is not None else None
        if ending is not None:
            return ending
    return None


def pinged(request: InboundRequest, source: Source) -> Ending | None:
    """The answer to an unsigned first ping that shows in the body (H13)."""
    if "H13" not in source.preset.record.handshake or any(
        name.decode("latin-1") in source.signature_names for name, _ in request.headers
    ):
        return None
    pairs = form_pairs(request.body) if len(request.body) <= ECHO_BYTES else None
    if pairs is None or len(pairs) != 1 or pairs[0][0] != b"webhook_id" or not _DIGITS.fullmatch(pairs[0][1]):
        return None
    return _done("H13", _text(""))


def brought(request: InboundRequest, view: Callable[[], JsonView], source: Source, now_ms: int) -> Brought | None:
    """The secret in a first request, only while the source awaits one; afterwards it is a request like any other."""
    if source.handshake.awaiting_until <= now_ms or request.method != "POST":
        return None
    known = source.preset.record.handshake
    if "H10" in known:
        return _asana(request)
    return _notion(view()) if "H11" in known else None


def acknowledged(signed: Signed, source: Source) -> Ending | None:
    """The answer to a handshake that the signature covers."""
    for identity in source.preset.record.handshake:
        answer = _SIGNED.get(identity)
        ending = answer(signed) if answer is not None else None
        if ending is not None:
            return ending
    return None


def confirmation_url(signed: Signed, source: Source) -> str | None:
    """Where a subscription is confirmed (H12): of an allow-listed topic, at the provider's own host, else nowhere.

    The topic that the source's own secret names is listed by that.
    """
    value = signed.view.value
    if "H12" not in source.preset.record.handshake or _member(value, "Type") != "SubscriptionConfirmation":
        return None
    url, topic = _member(value, "SubscribeURL"), _member(value, "TopicArn")
    if not isinstance(url, str) or not isinstance(topic, str):
        return None
    is_named = is_same(topic.encode("utf-8", "surrogatepass"), signed.secret)
    if topic not in source.handshake.topics and not is_named:
        return None
    if not _SNS_HOST.match(url):
        return None
    try:
        return parse_url(url, UrlRules(https_only=True)).canonical
    except Invalid:
        return None


async def confirmed(client: HttpClient, url: str, tenant_id: str) -> Ending:
    """Ask the provider once, through the guarded way out; 503 makes it try again."""
    answer = await client.send(HttpRequest("GET", url, [("Accept", "*/*")], b"", CONFIRM_TIMEOUT_MS, tenant_id))
    if isinstance(answer, HttpAnswer) and 200 <= answer.status < 300:
        return _done("H12", _text(""), "the subscription is confirmed")
    heard = f"answered {answer.status}" if isinstance(answer, HttpAnswer) else answer.code
    return Ending(answers.KEY_UNAVAILABLE, "handshake", f"H12: the confirmation failed ({heard})")


# -- unsigned: what shows in the head ------------------------------------------------------------------------------


def _meta(request: InboundRequest, rules: HandshakeRules) -> Ending | None:
    if request.method != "GET" or query_values(request.query, "hub.mode") != [b"subscribe"]:
        return None
    if rules.verify_token is None:
        return Ending(answers.FORBIDDEN, "not_configured", "no verify token is set for this source")
    if not is_same(b"\n".join(query_values(request.query, "hub.verify_token")), rules.verify_token):
        return Ending(answers.FORBIDDEN, "key_failed", "hub.verify_token is not the one of this source")
    return _echo_query("H1", request, "hub.challenge")


def _challenge(request: InboundRequest, rules: HandshakeRules) -> Ending | None:
    return _echo_query("H2", request, "challenge") if request.method == "GET" else None


def _okta(request: InboundRequest, rules: HandshakeRules) -> Ending | None:
    lines = request.header_lines(b"x-okta-verification-challenge")
    if request.method != "GET" or len(lines) != 1 or not _VISIBLE.fullmatch(lines[0]) or len(lines[0]) > ECHO_BYTES:
        return None
    return _done("H2b", _json({"verification": lines[0].decode()}))


def _probe(request: InboundRequest, rules: HandshakeRules) -> Ending | None:
    return _done("H3", _text("")) if request.method in ("HEAD", "GET") else None


def _cloud_events(request: InboundRequest, rules: HandshakeRules) -> Ending | None:
    lines = request.header_lines(b"webhook-request-origin")
    origin = lines[0].decode("latin-1").strip() if len(lines) == 1 else ""
    if request.method != "OPTIONS" or origin.lower() not in {known.lower() for known in rules.origins} or not origin:
        return None
    allowed = (("WebHook-Allowed-Origin", origin), ("WebHook-Allowed-Rate", ALLOWED_RATE), ("Allow", "POST"))
    return _done("H4", Answer(200, b"", _PLAIN, allowed))


def _graph(request: InboundRequest, rules: HandshakeRules) -> Ending | None:
    return _echo_query("H9", request, "validationToken") if request.method == "POST" else None


_UNSIGNED: Mapping[str, Callable[[InboundRequest, HandshakeRules], Ending | None]] = {
    "H1": _meta,
    "H2": _challenge,
    "H2b": _okta,
    "H3": _probe,
    "H4": _cloud_events,
    "H9": _graph,
}


# -- awaited: a secret arrives -------------------------------------------------------------------------------------


def _asana(request: InboundRequest) -> Brought | None:
    lines = request.header_lines(b"x-hook-secret")
    if len(lines) != 1 or not _VISIBLE.fullmatch(lines[0]) or len(lines[0]) > SECRET_BYTES_MOST:
        return None
    secret = lines[0].decode()
    answer = Answer(200, b"", _PLAIN, (("X-Hook-Secret", secret),))
    return Brought(secret, _done("H10", answer, "the secret is kept"))


def _notion(view: JsonView) -> Brought | None:
    token = _member(view.value, "verification_token")
    if not isinstance(token, str) or not _VISIBLE.fullmatch(token.encode("utf-8", "replace")):
        return None
    if len(token) > SECRET_BYTES_MOST:
        return None
    return Brought(token, _done("H11", _text(""), "the token is kept; confirm it at the provider"))


# -- signed: what shows in the body --------------------------------------------------------------------------------


def _slack(signed: Signed) -> Ending | None:
    if _member(signed.view.value, "type") != "url_verification":
        return None
    return _echo("H5", _member(signed.view.value, "challenge"))


def _zoom(signed: Signed) -> Ending | None:
    if _member(signed.view.value, "event") != "endpoint.url_validation":
        return None
    plain = _member(_member(signed.view.value, "payload"), "plainToken")
    if not isinstance(plain, str) or len(plain.encode("utf-8", "replace")) > ECHO_BYTES:
        return None
    sealed = hmac.digest(signed.secret, plain.encode("utf-8", "replace"), "sha256").hex()
    return _done("H6", _json({"plainToken": plain, "encryptedToken": sealed}))


def _twitch(signed: Signed) -> Ending | None:
    kind = signed.request.header(b"twitch-eventsub-message-type")
    if kind != b"webhook_callback_verification":
        return None
    return _echo("H7", _member(signed.view.value, "challenge"))


def _discord(signed: Signed) -> Ending | None:
    """Type 1 is the ping of an interaction and type 0 that of webhook events, whose type 1 carries an `event`."""
    value = signed.view.value
    kind = _member(value, "type")
    if kind == 0 and not isinstance(kind, bool):
        return _done("H8", Answer(204, b"", _PLAIN))
    if kind == 1 and not isinstance(kind, bool) and _member(value, "event") is None:
        return _done("H8", _json({"type": 1}))
    return None


def _event_grid(signed: Signed) -> Ending | None:
    value = signed.view.value
    first = value[0] if isinstance(value, list) and value else None
    if _member(first, "eventType") != "Microsoft.EventGrid.SubscriptionValidationEvent":
        return None
    code = _member(_member(first, "data"), "validationCode")
    if not isinstance(code, str) or len(code.encode("utf-8", "replace")) > ECHO_BYTES:
        return None
    return _done("H9b", _json({"validationResponse": code}))


_SIGNED: Mapping[str, Callable[[Signed], Ending | None]] = {
    "H5": _slack,
    "H6": _zoom,
    "H7": _twitch,
    "H8": _discord,
    "H9b": _event_grid,
}


# -- answers -------------------------------------------------------------------------------------------------------

_PLAIN = "text/plain; charset=utf-8"


def _done(identity: str, answer: Answer, detail: str = "answered") -> Ending:
    return Ending(answer, "handshake", f"{identity}: {detail}")


def _text(body: str) -> Answer:
    return Answer(200, body.encode(), _PLAIN)


def _json(content: Mapping[str, object]) -> Answer:
    return Answer(200, msgspec.json.encode(content))


def _echo_query(identity: str, request: InboundRequest, name: str) -> Ending | None:
    values = query_values(request.query, name)
    if len(values) != 1:
        return None
    return _echo(identity, values[0].decode("utf-8", "replace"))


def _echo(identity: str, value: Json) -> Ending | None:
    """The value as plain text; what is empty, long or holds control characters is not echoed at all."""
    if not isinstance(value, str) or not value or _CONTROL.search(value):
        return None
    body = value.encode("utf-8", "replace")
    return _done(identity, Answer(200, body, _PLAIN)) if len(body) <= ECHO_BYTES else None


def _member(value: Json, name: str) -> Json:
    return value.get(name) if isinstance(value, dict) else None

"""Amazon SNS: RSA over lines picked from the message, under a certificate that the message names by URL.

Any account can make a topic and sign with SNS, so the source's secret is the ARN of the topic that may speak to it:
a message of another topic is refused. What is not checked of the certificate: see `certificates`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hookspan.inbound.plugins.certificates import Claimed, certificate_needed, lateness, url_pattern
from hookspan.inbound.recipe import Recipe, Unusable
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.signature import decode
from hookspan.inbound.text import Absent, Malformed
from hookspan.inbound.verdict import Check, Refused, Verdict, is_same
from hookspan.inbound.window import time_ms
from hookspan.model.jsonview import Json, read_json

NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_CONFIRMING = frozenset({"SubscriptionConfirmation", "UnsubscribeConfirmation"})
_ALGORITHMS = {"1": "sha1", "2": "sha256"}

Message = Mapping[str, Json]


def check_of(recipe: Recipe) -> Check:
    """The check of the SNS record."""
    may_fetch = url_pattern(recipe)
    if recipe.record.time is None:
        raise Unusable("time is missing")

    def check(request: InboundRequest, secrets: Sequence[bytes], now_ms: int) -> Verdict:
        if not any(secrets):
            return Refused("not_configured", "no ARN of a topic")
        try:
            message = _message(request)
            index = _topic_index(message, secrets)
            if index is None:
                return Refused("bad_signature", "the message is of another topic than the source's")
            claimed = _claimed(recipe, message, index=index, now_ms=now_ms, may_fetch=may_fetch)
        except Absent as absent:
            return Refused("missing_signature", str(absent))
        except Malformed as malformed:
            return Refused("malformed_signature", str(malformed))
        return certificate_needed(claimed, now_ms)

    return check


def signed_text(message: Message) -> bytes:
    """What SNS signs: name and value of each member in order, a line each; `Subject` only where it stands."""
    names = CONFIRMATION if message.get("Type") in _CONFIRMING else NOTIFICATION
    present = [name for name in names if name != "Subject" or message.get(name) is not None]
    return "".join(f"{name}\n{_text(message, name)}\n" for name in present).encode("utf-8", "surrogatepass")


def _message(request: InboundRequest) -> Message:
    view = read_json(request.body)
    if not view.is_json or not isinstance(view.value, dict):
        raise Malformed("the body is no JSON object")
    return view.value


def _topic_index(message: Message, secrets: Sequence[bytes]) -> int | None:
    topic = _text(message, "TopicArn").encode("utf-8", "surrogatepass")
    held = [index for index, secret in enumerate(secrets) if secret and is_same(secret, topic)]
    return held[0] if held else None


def _claimed(recipe: Recipe, message: Message, *, index: int, now_ms: int, may_fetch: Callable[[str], bool]) -> Claimed:
    at = recipe.record.time
    assert at is not None
    signature = decode(_text(message, "Signature").encode("utf-8", "surrogatepass"), "base64")
    algorithm = _ALGORITHMS.get(_text(message, "SignatureVersion"))
    if signature is None or algorithm is None:
        raise Malformed("send base64 of a signature of version 1 or 2")
    url = _text(message, "SigningCertURL")
    if not may_fetch(url):
        raise Malformed("SigningCertURL is no address of the provider's certificates")
    sent_ms = time_ms(at, _text(message, "Timestamp").encode("utf-8", "surrogatepass"))
    return Claimed(
        url=url,
        signature=signature,
        algorithm=algorithm,
        texts=[(index, signed_text(message))],
        fields=recipe.record.signed,
        sent_ms=sent_ms,
        late=lateness(at, sent_ms, now_ms),
    )


def _text(message: Message, name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str) or not value:
        raise Absent(f"body $.{name} is missing")
    return value

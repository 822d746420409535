"""Deliveries of the presets whose keys live at the provider, and their servers as they should be."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable

from hookspan.inbound.key_servers import KeyServers, KeyUnavailable
from hookspan.inbound.providers import preset
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.verify import Refused, Verified, Verifier
from tests.support.clock import FakeClock
from tests.support.inbound import NOW_MS, request
from tests.support.key_servers import (
    KeyHost,
    certificate,
    curve_key,
    plaid_answer,
    plaid_token,
    rsa_key,
    rsa_signature,
)

TOPIC = b"arn:aws:sns:us-west-2:123456789012:MyTopic"
WEBHOOK = b"WH-ID-1"
PLAID = b"client-1:plaid-secret"
SECRETS = {"sns": TOPIC, "paypal": WEBHOOK, "plaid": PLAID}
SNS_CERTIFICATE = "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ec.pem"
PAYPAL_CERTIFICATE = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42"
PLAID_SERVER = "https://production.plaid.com/webhook_verification_key/get"


def sns(*, version: str = "2", url: str = SNS_CERTIFICATE, topic: bytes = TOPIC, **members: str) -> InboundRequest:
    """A notification, or what `Type` says, signed."""
    message = {
        "Type": "Notification",
        "MessageId": "22b80b92",
        "TopicArn": topic.decode(),
        "Subject": "S",
        "Message": "Hello\nworld!",
        "Timestamp": "2025-05-21T21:27:10.000Z",
        **members,
    }
    kind = message["Type"]
    names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    if kind != "Notification":
        names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{message[name]}\n" for name in names if name in message).encode()
    signature = rsa_signature(rsa_key(), text, sha1=version == "1")
    signed = {**message, "SignatureVersion": version, "Signature": signature, "SigningCertURL": url}
    return request(json.dumps(signed).encode(), [("Content-Type", "text/plain")])


def paypal(
    body: bytes = b'{"id": "WH-1"}', *, url: str = PAYPAL_CERTIFICATE, algorithm: str = "SHA256withRSA"
) -> InboundRequest:
    """A delivery of PayPal, signed."""
    at = "2025-05-21T21:27:10Z"
    text = f"tid-1|{at}|{WEBHOOK.decode()}|{zlib.crc32(body)}".encode()
    fields = {
        "PAYPAL-TRANSMISSION-ID": "tid-1",
        "PAYPAL-TRANSMISSION-TIME": at,
        "PAYPAL-TRANSMISSION-SIG": rsa_signature(rsa_key(), text),
        "PAYPAL-CERT-URL": url,
        "PAYPAL-AUTH-ALGO": algorithm,
    }
    return request(body, fields.items())


def plaid(body: bytes = b'{"webhook_type":"ITEM"}', *, kid: str = "k1", number: int = 0) -> InboundRequest:
    """A delivery of Plaid, signed by the key of this number."""
    claims: dict[str, object] = {"iat": NOW_MS // 1_000, "request_body_sha256": hashlib.sha256(body).hexdigest()}
    return request(body, [("Plaid-Verification", plaid_token(curve_key(number), claims, kid=kid))])


GOOD: dict[str, Callable[[], InboundRequest]] = {"sns": sns, "paypal": paypal, "plaid": plaid}


def clock_at(now_ms: int = NOW_MS) -> FakeClock:
    """A clock that stands at this time."""
    clock = FakeClock()
    clock.advance(seconds=(now_ms - clock.now_ms()) / 1_000)
    return clock


def host() -> KeyHost:
    """Every provider's keys, as they should be."""
    made = KeyHost()
    made.pages = {
        SNS_CERTIFICATE: (200, certificate(rsa_key())),
        PAYPAL_CERTIFICATE: (200, certificate(rsa_key())),
        PLAID_SERVER: (200, plaid_answer(curve_key(0))),
    }
    return made


async def settled(
    name: str, sent: InboundRequest, keys: KeyServers, *, now_ms: int = NOW_MS, secrets: tuple[bytes, ...] = ()
) -> Verified | Refused | KeyUnavailable:
    """What is said of a delivery, after a fetch where one is needed."""
    verifier = Verifier.from_record(preset(name).record)
    return await keys.settled(verifier, sent, secrets or (SECRETS[name],), now_ms)


async def outcome(name: str, sent: InboundRequest, *, at: KeyHost | None = None, now_ms: int = NOW_MS) -> str:
    """The cause of the refusal, or the name of the verdict."""
    answer = await settled(name, sent, KeyServers(at or host(), clock_at(now_ms)), now_ms=now_ms)
    return answer.cause if isinstance(answer, Refused) else type(answer).__name__

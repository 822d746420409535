"""A subscription is confirmed only for a listed topic, only at the provider's own host, only when it is signed (S7)."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hookspan.inbound.plugins.sns import signed_text
from hookspan.inbound.sources import KeptSource
from hookspan.model.times import instant
from hookspan.storage.database import Database
from hookspan.storage.tables import events
from tests.support.clock import START_MS
from tests.support.gateway import Gateway

ARN = "arn:aws:sns:eu-west-1:123456789012:orders"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem"
CONFIRM = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=abc"


@pytest.fixture
async def gateway(database: Database) -> Gateway:
    """On each database."""
    return await Gateway.open(database)


async def of(gateway: Gateway, provider: str, **members: Any) -> KeptSource:
    """A source of a provider."""
    return await gateway.source(provider=provider, **members)


class Sns:
    """A topic that signs: its key, and its certificate at the provider."""

    def __init__(self, gateway: Gateway) -> None:
        self._key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
        day = datetime.fromtimestamp(START_MS / 1_000, UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self._key.public_key())
        made = made.serial_number(1).not_valid_before(day - timedelta(days=1)).not_valid_after(day + timedelta(days=9))
        pem = made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        gateway.provider.answers[CERTIFICATE] = (200, pem)

    def confirmation(self, url: str = CONFIRM, **members: str) -> bytes:
        """A signed wish to be confirmed."""
        message = {
            "Type": "SubscriptionConfirmation",
            "MessageId": "m-1",
            "Token": "abc",
            "TopicArn": ARN,
            "Message": "You have chosen to subscribe",
            "SubscribeURL": url,
            "Timestamp": instant(START_MS),
            "SignatureVersion": "2",
            "SigningCertURL": CERTIFICATE,
            **members,
        }
        signature = self._key.sign(signed_text(message), padding.PKCS1v15(), hashes.SHA256())
        return json.dumps({**message, "Signature": base64.b64encode(signature).decode()}).encode()


async def test_a_listed_topic_is_confirmed_with_one_request(gateway: Gateway) -> None:
    sns = Sns(gateway)
    kept = await of(gateway, "sns", secret=ARN, handshake={"topics": [ARN]})

    answer = await gateway.takes(kept.source.path, sns.confirmation())

    assert (answer.status, answer.body) == (200, b"")
    assert gateway.provider.asked == [CERTIFICATE, CONFIRM]
    assert await gateway.causes() == ["handshake"]


ELSEWHERE = (
    "https://evil.example/?Action=ConfirmSubscription",
    "http://sns.eu-west-1.amazonaws.com/",
    "https://sns.eu-west-1.amazonaws.com.evil.example/",
    "https://sns.evil.example/.amazonaws.com/",
    "https://sns.eu-west-1.amazonaws.com@evil.example/",
    "https://169.254.169.254/latest/meta-data",
)


@pytest.mark.parametrize("url", ELSEWHERE)
async def test_a_confirmation_elsewhere_is_never_asked_for(gateway: Gateway, url: str) -> None:
    sns = Sns(gateway)
    kept = await of(gateway, "sns", secret=ARN, handshake={"topics": [ARN]})

    await gateway.takes(kept.source.path, sns.confirmation(url))

    assert gateway.provider.asked == [CERTIFICATE]


async def test_the_topic_that_the_secret_names_is_confirmed_without_being_listed(gateway: Gateway) -> None:
    sns = Sns(gateway)
    kept = await of(gateway, "sns", secret=ARN)

    answer = await gateway.takes(kept.source.path, sns.confirmation())

    assert (answer.status, gateway.provider.asked) == (200, [CERTIFICATE, CONFIRM])
    assert await gateway.rows(events) == []


async def test_another_topic_is_refused_and_nothing_is_asked(gateway: Gateway) -> None:
    sns = Sns(gateway)
    kept = await of(gateway, "sns", secret=ARN, handshake={"topics": [f"{ARN}-2"]})

    answer = await gateway.takes(kept.source.path, sns.confirmation(TopicArn=f"{ARN}-2"))

    assert (answer.status, gateway.provider.asked) == (401, [])


async def test_a_forged_confirmation_fetches_nothing(gateway: Gateway) -> None:
    sns = Sns(gateway)
    kept = await of(gateway, "sns", secret=ARN, handshake={"topics": [ARN]})
    forged = sns.confirmation().replace(b"You have chosen", b"You may have chosen")

    answer = await gateway.takes(kept.source.path, forged)

    assert (answer.status, gateway.provider.asked) == (401, [CERTIFICATE])


async def test_a_confirmation_that_fails_is_asked_for_again(gateway: Gateway) -> None:
    sns = Sns(gateway)
    gateway.provider.answers[CONFIRM] = (500, b"")
    kept = await of(gateway, "sns", secret=ARN, handshake={"topics": [ARN]})

    answer = await gateway.takes(kept.source.path, sns.confirmation())

    assert (answer.status, dict(answer.headers)) == (503, {"Retry-After": "60"})

"""`v1a`: an Ed25519 signature beside the HMACs, which receivers can check but not make (contracts E.2)."""

from __future__ import annotations

import base64
import time

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook

from hookspan.errors import Invalid
from hookspan.outbound.sign import (
    Signer,
    check_secret,
    decode_private_key,
    decode_public_key,
    generate_key_pair,
    generate_secret,
    public_key_of,
)

PRIVATE = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
PUBLIC = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
VECTOR = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
MESSAGE = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}')
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_signature_is_the_vector_other_implementations_print() -> None:
    signer = Signer([SECRET], ed25519_key=decode_private_key(PRIVATE))

    assert signer.standard(*MESSAGE) == f"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= {VECTOR}"
    assert public_key_of(decode_private_key(PRIVATE)) == PUBLIC


def test_it_stands_after_every_hmac_and_the_reference_library_passes_over_it() -> None:
    older = generate_secret()
    signer = Signer([SECRET, older], ed25519_key=decode_private_key(PRIVATE))

    versions = [part.partition(",")[0] for part in signer.standard(*MESSAGE).split(" ")]

    assert versions == ["v1", "v1", "v1a"]
    now = int(time.time())
    assert Webhook(older).verify(b"{}", dict(signer.trio("id", now, b"{}"))) == {}


def test_a_new_pair_signs_and_its_public_half_checks() -> None:
    pair = generate_key_pair()
    signer = Signer([SECRET], ed25519_key=decode_private_key(pair.private))

    signature = base64.b64decode(signer.standard("id", 7, b"body").rpartition("v1a,")[2])

    public = Ed25519PublicKey.from_public_bytes(decode_public_key(pair.public))
    public.verify(signature, b"id.7.body")
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"id.7.body!")
    assert generate_key_pair() != pair


def test_the_private_half_may_be_written_without_the_public_one() -> None:
    seed = decode_private_key(PRIVATE)

    assert decode_private_key("whsk_" + base64.b64encode(seed).decode()) == seed
    assert len(seed) == 32


@pytest.mark.parametrize("text", ["", "whsk_", PUBLIC, SECRET, PRIVATE[:-8], "whsk_!", "whsk_" + "A" * 86 + "=="])
def test_other_texts_are_no_private_key(text: str) -> None:
    with pytest.raises(ValueError, match=r"private key|base64"):
        decode_private_key(text)


@pytest.mark.parametrize("text", ["", "whpk_", PRIVATE, SECRET, PUBLIC[:-8], "whpk_é"])
def test_other_texts_are_no_public_key(text: str) -> None:
    with pytest.raises(ValueError, match=r"public key|base64|ASCII"):
        decode_public_key(text)


@pytest.mark.parametrize("key", [PRIVATE, PUBLIC])
def test_an_ed25519_key_is_no_shared_secret(key: str) -> None:
    with pytest.raises(Invalid, match="Ed25519"):
        check_secret(key, "/signing/secret")

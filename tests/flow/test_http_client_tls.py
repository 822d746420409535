"""TLS of the delivery client: verified always, by the name, from TLS 1.2 up (security S39)."""

from __future__ import annotations

import asyncio
import datetime
import ssl
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trustme
import uvloop

from hookspan.net.tls import tls_context
from hookspan.ports import HttpAnswer, HttpFailure
from tests.support.hostile import OK, Receiver, Talk, answers
from tests.support.outbound import delivering, post

CA = trustme.CA()
STRANGE_CA = trustme.CA()
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


def trusting() -> ssl.SSLContext:
    return tls_context(ca_pem=CA.cert_pem.bytes().decode())


def serving(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def self_signed(folder: Path) -> ssl.SSLContext:
    own = trustme.CA()
    pem = folder / "self-signed.pem"
    pem.write_bytes(own.private_key_pem.bytes() + own.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def held_to_tls_1_1(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


async def test_a_certificate_of_the_operators_authority_passes_and_the_connection_is_kept() -> None:
    names: list[str | None] = []
    context = serving(CA.issue_cert("shop.example"))
    context.sni_callback = lambda _connection, name, _context: names.append(name)
    async with Receiver(answers(OK), tls=context) as target, delivering(tls=trusting()) as client:
        outcomes = [await client.send(post(target.url(host="shop.example"))) for _ in range(3)]

    assert [outcome.status for outcome in outcomes if isinstance(outcome, HttpAnswer)] == [200, 200, 200]
    assert outcomes[0].timings.tls_ms is not None
    assert target.connections == 1
    assert names == ["shop.example"]
    assert f"Host: shop.example:{target.port}".encode() in target.requests[0]


async def test_a_literal_address_is_checked_against_the_certificate_too() -> None:
    async with (
        Receiver(answers(OK), tls=serving(CA.issue_cert("127.0.0.1"))) as target,
        delivering(tls=trusting()) as client,
    ):
        outcome = await client.send(post(target.url()))

    assert isinstance(outcome, HttpAnswer)


async def refused(context: ssl.SSLContext, client_tls: ssl.SSLContext | None = None) -> HttpFailure:
    """The failure of one request; fails if any of it was sent or the socket stays open."""
    async with Receiver(answers(OK), tls=context) as target, delivering(tls=client_tls or trusting()) as client:
        outcome = await client.send(post(target.url(host="shop.example")))
    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent, target.requests) == ("tls_error", False, [])
    return outcome


async def test_an_expired_certificate_is_refused() -> None:
    certificate = CA.issue_cert("shop.example", not_before=LONG_AGO, not_after=LONG_AGO + datetime.timedelta(days=1))

    outcome = await refused(serving(certificate))

    assert "expired" in outcome.detail


async def test_a_certificate_for_another_name_is_refused() -> None:
    outcome = await refused(serving(CA.issue_cert("other.example")))

    assert "Hostname mismatch" in outcome.detail


async def test_a_certificate_of_an_unknown_authority_is_refused() -> None:
    outcome = await refused(serving(STRANGE_CA.issue_cert("shop.example")))

    assert "unable to get local issuer certificate" in outcome.detail


async def test_without_an_operators_authority_only_the_systems_count() -> None:
    outcome = await refused(serving(CA.issue_cert("shop.example")), tls_context())

    assert "unable to get local issuer certificate" in outcome.detail


async def test_a_self_signed_certificate_is_refused(tmp_path: Path) -> None:
    outcome = await refused(self_signed(tmp_path))

    assert "self-signed" in outcome.detail


async def test_tls_1_1_is_refused_though_a_laxer_client_would_speak_it() -> None:
    context = held_to_tls_1_1(serving(CA.issue_cert("shop.example")))
    async with Receiver(answers(OK), tls=context) as target, delivering(tls=held_to_tls_1_1(trusting())) as lax:
        control = await lax.send(post(target.url(host="shop.example")))

    assert isinstance(control, HttpAnswer)
    assert await refused(context)


async def test_a_far_side_that_speaks_no_tls_is_refused() -> None:
    async def plain(talk: Talk) -> None:
        await talk.says(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await talk.stays()

    async with Receiver(plain) as target, delivering(tls=trusting()) as client:
        outcome = await client.send(post(f"https://shop.example:{target.port}/"))

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent) == ("tls_error", False)


async def test_a_handshake_that_hangs_ends_at_the_deadline_and_frees_the_socket() -> None:
    async def hangs(talk: Talk) -> None:
        await talk.stays()

    async with Receiver(hangs) as target, delivering(tls=trusting()) as client:
        outcome = await client.send(post(f"https://shop.example:{target.port}/", timeout_ms=300))
        async with asyncio.timeout(1):
            await target.gone.wait()

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent) == ("timeout", False)
    assert 250 <= outcome.duration_ms < 800


def test_the_context_cannot_be_talked_out_of_verifying(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))

    context = tls_context()

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.keylog_filename is None


@pytest.mark.parametrize(
    "walk",
    [
        test_a_certificate_of_the_operators_authority_passes_and_the_connection_is_kept,
        test_a_certificate_for_another_name_is_refused,
        test_a_far_side_that_speaks_no_tls_is_refused,
        test_a_handshake_that_hangs_ends_at_the_deadline_and_frees_the_socket,
    ],
    ids=lambda walk: walk.__name__.removeprefix("test_"),
)
def test_the_same_holds_on_uvloop(walk: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await walk()

    uvloop.run(run())

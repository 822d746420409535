"""TLS as one endpoint has it: own authorities, a client certificate, or none of the checks (security S39, S49)."""

from __future__ import annotations

import asyncio
import datetime
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
import trustme
import uvloop
from cryptography.hazmat.primitives import serialization

from hookspan.errors import Invalid
from hookspan.net.tls import TlsContexts, check_tls, client_identity, tls_context
from hookspan.ports import HttpAnswer, HttpFailure, TlsRules
from tests.support.hostile import OK, Receiver, answers
from tests.support.outbound import delivering, post

CA = trustme.CA()
STRANGE_CA = trustme.CA()
CLIENT_CA = trustme.CA()
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
NAME = "shop.example"


def pem_of(ca: trustme.CA) -> str:
    return ca.cert_pem.bytes().decode()


def client_pems(ca: trustme.CA = CLIENT_CA) -> tuple[str, str]:
    """A client's certificate and key."""
    leaf = ca.issue_cert("hookspan@client.example")
    return leaf.cert_chain_pems[0].bytes().decode(), leaf.private_key_pem.bytes().decode()


CERT, KEY = client_pems()
TRUSTING = TlsRules(ca_pem=pem_of(CA))
IDENTIFIED = TlsRules(ca_pem=pem_of(CA), cert_pem=CERT, key_pem=KEY)
UNVERIFIED = TlsRules(verify=False)


def serving(certificate: trustme.LeafCert, *, asks: bool = False) -> ssl.SSLContext:
    """A server's context; `asks` demands a certificate of CLIENT_CA."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if asks:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=pem_of(CLIENT_CA))
    return context


def expired() -> trustme.LeafCert:
    return CA.issue_cert(NAME, not_before=LONG_AGO, not_after=LONG_AGO + datetime.timedelta(days=1))


async def sent(
    context: ssl.SSLContext, rules: TlsRules | None, *, allow_insecure_tls: bool = False
) -> HttpAnswer | HttpFailure:
    async with (
        Receiver(answers(OK), tls=context) as target,
        delivering(allow_insecure_tls=allow_insecure_tls) as client,
    ):
        outcome = await client.send(post(target.url(host=NAME), tls=rules))
    assert bool(target.requests) is isinstance(outcome, HttpAnswer)
    return outcome


BAD: dict[str, Callable[[], trustme.LeafCert]] = {
    "wrong host": lambda: CA.issue_cert("other.example"),
    "expired": expired,
    "unknown authority": lambda: STRANGE_CA.issue_cert(NAME),
}


async def test_an_endpoints_own_authority_is_trusted_for_it_alone() -> None:
    context = serving(CA.issue_cert(NAME))

    assert isinstance(await sent(context, TRUSTING), HttpAnswer)
    assert isinstance(await sent(context, None), HttpFailure)


async def test_the_operators_authority_counts_beside_the_endpoints() -> None:
    operator = tls_context(ca_pem=pem_of(CA))
    rules = TlsRules(ca_pem=pem_of(STRANGE_CA))
    async with (
        Receiver(answers(OK), tls=serving(CA.issue_cert(NAME))) as target,
        delivering(tls=operator) as client,
    ):
        outcome = await client.send(post(target.url(host=NAME), tls=rules))

    assert isinstance(outcome, HttpAnswer)


@pytest.mark.parametrize("allow_insecure_tls", [False, True])
@pytest.mark.parametrize("rules", [None, TRUSTING, IDENTIFIED], ids=["none", "authority", "client certificate"])
@pytest.mark.parametrize("bad", BAD)
async def test_a_bad_certificate_is_refused_under_every_rule_that_verifies(
    bad: str, rules: TlsRules | None, allow_insecure_tls: bool
) -> None:
    outcome = await sent(serving(BAD[bad]()), rules, allow_insecure_tls=allow_insecure_tls)

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent) == ("tls_error", False)


@pytest.mark.parametrize("bad", BAD)
async def test_only_the_owner_lets_an_endpoint_go_unverified(bad: str) -> None:
    context = serving(BAD[bad]())

    assert isinstance(await sent(context, UNVERIFIED), HttpFailure)
    assert isinstance(await sent(context, UNVERIFIED, allow_insecure_tls=True), HttpAnswer)


async def test_unverified_is_still_tls_1_2_at_least() -> None:
    contexts = TlsContexts(tls_context(), allow_insecure=True)

    context = await contexts.get(UNVERIFIED)

    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.verify_mode == ssl.CERT_NONE


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_far_side_that_asks_for_a_certificate_gets_the_right_one_or_nothing(version: ssl.TLSVersion) -> None:
    context = serving(CA.issue_cert(NAME), asks=True)
    context.minimum_version = context.maximum_version = version
    strange_cert, strange_key = client_pems(STRANGE_CA)

    assert isinstance(await sent(context, IDENTIFIED), HttpAnswer)
    assert isinstance(await sent(context, TRUSTING), HttpFailure)
    assert isinstance(await sent(context, TlsRules(pem_of(CA), strange_cert, strange_key)), HttpFailure)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_missing_certificate_reads_as_a_fault_of_tls(version: ssl.TLSVersion) -> None:
    context = serving(CA.issue_cert(NAME), asks=True)
    context.minimum_version = context.maximum_version = version
    with socket.create_server(("127.0.0.1", 0)) as listening:
        refusing = asyncio.create_task(asyncio.to_thread(shake_hands_once, listening, context))
        async with delivering() as client:
            outcome = await client.send(post(f"https://{NAME}:{listening.getsockname()[1]}/", tls=TRUSTING))
        await refusing

    assert isinstance(outcome, HttpFailure)
    assert outcome.code == "tls_error"


def shake_hands_once(listening: socket.socket, context: ssl.SSLContext) -> None:
    """One handshake by the system's own TLS, which says why it fails; asyncio's just hangs up."""
    accepted, _ = listening.accept()
    speaking = context.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False)
    with suppress(ssl.SSLError):
        speaking.do_handshake()
    # What the caller sent already must be read, or closing resets the connection before the reason is.
    with socket.socket(fileno=speaking.detach()) as bare:
        bare.shutdown(socket.SHUT_WR)
        while bare.recv(65_536):
            pass


async def test_a_connection_made_with_one_certificate_never_serves_another() -> None:
    cert, key = client_pems()
    rules = [IDENTIFIED, TlsRules(pem_of(CA), cert, key), TRUSTING, TlsRules(pem_of(CA), verify=False), TRUSTING]
    context = serving(CA.issue_cert(NAME))
    async with Receiver(answers(OK), tls=context) as target, delivering(allow_insecure_tls=True) as client:
        outcomes = [await client.send(post(target.url(host=NAME), tls=each)) for each in rules]

    assert all(isinstance(outcome, HttpAnswer) for outcome in outcomes)
    assert target.connections == 4


async def test_rules_say_nothing_about_plain_http() -> None:
    async with Receiver(answers(OK)) as target, delivering() as client:
        outcomes = [await client.send(post(target.url(), tls=rules)) for rules in (UNVERIFIED, IDENTIFIED, None)]

    assert all(isinstance(outcome, HttpAnswer) for outcome in outcomes)
    assert target.connections == 1


UNREADABLE = {
    "authority": TlsRules(ca_pem="-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n"),
    "empty authority": TlsRules(ca_pem=""),
    "authority in another alphabet": TlsRules(ca_pem="é"),
    "certificate": TlsRules(cert_pem="nonsense", key_pem=KEY),
    "key": TlsRules(cert_pem=CERT, key_pem="nonsense"),
    "key of another": TlsRules(cert_pem=CERT, key_pem=client_pems()[1]),
    "certificate alone": TlsRules(cert_pem=CERT),
    "key alone": TlsRules(key_pem=KEY),
    "NUL": TlsRules(cert_pem=CERT + "\0", key_pem=KEY),
    "giant": TlsRules(ca_pem=pem_of(CA) * 200),
}


@pytest.mark.parametrize("fault", UNREADABLE)
async def test_pem_that_cannot_be_read_fails_the_attempt_and_nothing_else(fault: str) -> None:
    outcome = await sent(serving(CA.issue_cert(NAME)), UNREADABLE[fault])

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent) == ("tls_error", False)
    assert "PRIVATE KEY" not in outcome.detail


@pytest.mark.parametrize(
    ("fault", "member"),
    [
        ("authority", "caPem"),
        ("empty authority", "caPem"),
        ("giant", "caPem"),
        ("certificate", "clientCertPem"),
        ("key alone", "clientCertPem"),
        ("key", "clientKeyPem"),
        ("key of another", "clientKeyPem"),
        ("certificate alone", "clientKeyPem"),
    ],
)
def test_unreadable_pem_is_refused_where_it_is_written(fault: str, member: str) -> None:
    rules = UNREADABLE[fault]

    with pytest.raises(Invalid) as caught:
        check_tls(ca_pem=rules.ca_pem, cert_pem=rules.cert_pem, key_pem=rules.key_pem)

    assert [each.pointer for each in caught.value.faults] == [f"/tls/{member}"]


def test_a_key_under_a_passphrase_is_refused_without_asking_for_it() -> None:
    key = serialization.load_pem_private_key(KEY.encode(), None)
    sealed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"x"),
    ).decode()

    with pytest.raises(Invalid, match="passphrase"):
        check_tls(cert_pem=CERT, key_pem=sealed)


def test_readable_pem_is_taken_and_the_certificate_named() -> None:
    rules = check_tls(ca_pem=pem_of(CA), cert_pem=CERT, key_pem=KEY, verify=False)

    assert rules == TlsRules(pem_of(CA), CERT, KEY, verify=False, identity=client_identity(CERT))
    assert check_tls() == TlsRules()


async def test_contexts_are_made_once_and_bounded() -> None:
    contexts = TlsContexts(tls_context(), allow_insecure=True, contexts_most=2)

    first = await contexts.get(UNVERIFIED)
    again = await contexts.get(TlsRules(verify=False))
    for number in range(2):
        await contexts.get(TlsRules(verify=False, identity=str(number)))

    assert first is again
    assert len(contexts) == 2
    assert await contexts.get(UNVERIFIED) is not first


@pytest.mark.parametrize(
    "walk",
    [
        test_an_endpoints_own_authority_is_trusted_for_it_alone,
        test_a_connection_made_with_one_certificate_never_serves_another,
        lambda: test_a_far_side_that_asks_for_a_certificate_gets_the_right_one_or_nothing(ssl.TLSVersion.TLSv1_3),
    ],
    ids=["authority", "pool", "client certificate"],
)
def test_the_same_holds_on_uvloop(walk: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await walk()

    uvloop.run(run())

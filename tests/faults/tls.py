"""L8 TLS: certificates good and bad, through a running instance that trusts one authority of ours."""

from __future__ import annotations

import contextlib
import datetime
import ssl
import tempfile
import warnings
from pathlib import Path

import trustme

from tests.faults.ledger import Ledger, Options
from tests.faults.matrix import Row, judged, matrix
from tests.support.hostile import OK, Receiver, Talk, answers

ADDRESS = "127.0.0.1"
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


def _shows(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def _self_signed(folder: Path) -> ssl.SSLContext:
    own = trustme.CA()
    pem = folder / "self-signed.pem"
    pem.write_bytes(own.private_key_pem.bytes() + own.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def _only_1_1(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def _asks_for_one(authority: trustme.CA) -> ssl.SSLContext:
    context = _shows(authority.issue_cert(ADDRESS))
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    return context


async def _no_handshake(talk: Talk) -> None:
    await talk.stays()


async def tls(options: Options) -> Ledger:
    """Only what the operator's authority vouches for, by the address asked for, is sent anything."""
    authority, strange = trustme.CA(), trustme.CA()
    client = authority.issue_cert("hookspan.example")
    shown = {
        "clientCertPem": b"".join(pem.bytes() for pem in client.cert_chain_pems).decode(),
        "clientKeyPem": client.private_key_pem.bytes().decode(),
    }
    expired = authority.issue_cert(ADDRESS, not_before=LONG_AGO, not_after=LONG_AGO + datetime.timedelta(days=1))
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hookspan-tls-")))
        ca_file = folder / "authority.pem"
        ca_file.write_bytes(authority.cert_pem.bytes())
        town = await stack.enter_async_context(matrix(options, {"HOOKSPAN_EGRESS__CA_FILE": str(ca_file)}))
        contexts = {
            "good": (_shows(authority.issue_cert(ADDRESS)), "delivered", {}),
            "asks for ours, and gets it": (_asks_for_one(authority), "delivered", {"tls": shown}),
            "asks for ours, which we have not, and hangs up": (_asks_for_one(authority), "protocol_error", {}),
            "trusted by the endpoint alone": (
                _shows(strange.issue_cert(ADDRESS)),
                "delivered",
                {"tls": {"caPem": strange.cert_pem.bytes().decode()}},
            ),
            "expired": (_shows(expired), "tls_error", {}),
            "of another host": (_shows(authority.issue_cert("other.example")), "tls_error", {}),
            "self-signed": (_self_signed(folder), "tls_error", {}),
            "of an unknown authority": (_shows(strange.issue_cert(ADDRESS)), "tls_error", {}),
            "TLS 1.1": (_only_1_1(_shows(authority.issue_cert(ADDRESS))), "tls_error", {}),
        }
        receivers, rows = {}, []
        for name, (context, outcome, wish) in contexts.items():
            receivers[name] = target = await stack.enter_async_context(Receiver(answers(OK), tls=context))
            status = "delivered" if outcome == "delivered" else "pending"
            rows.append(Row(name, target.url(), outcome, status, wish=wish))
        silent = await stack.enter_async_context(Receiver(_no_handshake))
        rows.append(Row("no handshake", f"https://{ADDRESS}:{silent.port}/", "timeout"))
        await judged(town, rows)
        sent = [row.name for row in rows if row.outcome == "tls_error" and receivers[row.name].requests]
        town.ledger.noted.extend(f"SENT {name}: the far side got a request" for name in sent)
    return town.ledger

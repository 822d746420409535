"""TLS per endpoint: its own authorities, its client certificate, and whether it is verified at all (security S39, S49).

A context costs some milliseconds and hundreds of kilobytes, so it is made once for each set of rules, in a thread, and
the one used longest ago makes room. PEM that cannot be read is refused where it is saved (`check_tls`); met later all
the same, it fails the attempt and nothing else.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from hookspan.errors import Fault, Invalid
from hookspan.ports import TlsRules

CONTEXTS_MOST = 256
PEM_BYTES_MOST = 65_536


class Unreadable(ValueError):
    """Authorities, certificate or key are not what TLS can use; `part` is the member of TlsRules."""

    def __init__(self, part: str, detail: str) -> None:
        super().__init__(detail)
        self.part = part
        self.detail = detail


def tls_context(*, ca_file: str | None = None, ca_pem: str | None = None) -> ssl.SSLContext:
    """Verification on, TLS 1.2 or later, the system's authorities and the operator's own."""
    context = _bare_context()
    context.load_default_certs()
    if ca_file or ca_pem:
        context.load_verify_locations(cafile=ca_file, cadata=ca_pem)
    return context


def _bare_context() -> ssl.SSLContext:
    """Verifies, but trusts nobody yet."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


class TlsContexts:
    """A context for each set of rules, made from what `common` trusts; use from one event loop.

    `allow_insecure` is the owner's word that an endpoint may go unverified; without it `verify` False fails.
    """

    def __init__(
        self, common: ssl.SSLContext, *, allow_insecure: bool = False, contexts_most: int = CONTEXTS_MOST
    ) -> None:
        self._common = common
        self._contexts_most = contexts_most
        self._allow_insecure = allow_insecure
        self._kept: OrderedDict[TlsRules, ssl.SSLContext] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    async def get(self, rules: TlsRules | None) -> ssl.SSLContext:
        """The context for these rules; raises Unreadable."""
        if rules is None:
            return self._common
        if not (rules.verify or self._allow_insecure):
            raise Unreadable("verify", "the endpoint asks to go unverified, which egress.allow_insecure_tls forbids")
        context = self._kept.get(rules)
        if context is None:
            context = await asyncio.to_thread(build_context, rules, self._common)
            self._kept[rules] = context
            while len(self._kept) > self._contexts_most:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(rules)
        return context


def build_context(rules: TlsRules, common: ssl.SSLContext) -> ssl.SSLContext:
    """What `common` trusts and the rules add; raises Unreadable for PEM that cannot be used."""
    context = _bare_context()
    if rules.verify:
        context.load_default_certs()
        ours = set(common.get_ca_certs(binary_form=True)) - set(context.get_ca_certs(binary_form=True))
        if ours:
            context.load_verify_locations(cadata=b"".join(ours))
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if rules.ca_pem is not None:
        _trust(context, rules.ca_pem)
    if rules.cert_pem is not None or rules.key_pem is not None:
        _identify(context, rules.cert_pem, rules.key_pem)
    return context


def check_tls(
    *,
    ca_pem: str | None = None,
    cert_pem: str | None = None,
    key_pem: str | None = None,
    verify: bool = True,
    pointer: str = "/tls",
) -> TlsRules:
    """The rules with `identity` filled in; raises Invalid at `caPem`, `clientCertPem`, `clientKeyPem` below `pointer`.

    Give the stored half of a client certificate with the half that changes: one without the other is refused.
    """
    rules = TlsRules(ca_pem=ca_pem, cert_pem=cert_pem, key_pem=key_pem, verify=verify)
    try:
        build_context(rules, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    except Unreadable as unreadable:
        place = f"{pointer}/{_MEMBERS[unreadable.part]}"
        raise Invalid([Fault(place, "validation_error", unreadable.detail)]) from None
    return replace(rules, identity=client_identity(cert_pem) if cert_pem is not None else "")


_MEMBERS = {"ca_pem": "caPem", "cert_pem": "clientCertPem", "key_pem": "clientKeyPem"}


def client_identity(cert_pem: str) -> str:
    """The SHA-256 of the first certificate, which names it in logs and in the pool; raises ValueError for no PEM."""
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    first = cert_pem[cert_pem.index(begin) : cert_pem.index(end) + len(end)]
    return sha256(ssl.PEM_cert_to_DER_cert(first)).hexdigest()


def _trust(context: ssl.SSLContext, ca_pem: str) -> None:
    _check_text("ca_pem", ca_pem)
    try:
        context.load_verify_locations(cadata=ca_pem)
    except (ssl.SSLError, ValueError) as error:
        raise Unreadable("ca_pem", f"is no PEM of certificates: {_reason(error)}") from None


def _identify(context: ssl.SSLContext, cert_pem: str | None, key_pem: str | None) -> None:
    if cert_pem is None:
        raise Unreadable("cert_pem", "is missing: a client key needs its certificate")
    if key_pem is None:
        raise Unreadable("key_pem", "is missing: a client certificate needs its key")
    _check_text("cert_pem", cert_pem)
    _check_text("key_pem", key_pem)
    try:
        client_identity(cert_pem)
    except ValueError:
        raise Unreadable("cert_pem", "is no PEM of a certificate") from None
    if "ENCRYPTED" in key_pem:
        raise Unreadable("key_pem", "is encrypted; give it without a passphrase, it is sealed here")
    if "PRIVATE KEY-----" not in key_pem:
        raise Unreadable("key_pem", "is no PEM of a private key")
    with _as_file(f"{cert_pem}\n{key_pem}\n") as path:
        try:
            context.load_cert_chain(path, password="")
        except (ssl.SSLError, OSError) as error:
            raise Unreadable("key_pem", f"does not go with the certificate: {_reason(error)}") from None


def _check_text(part: str, pem: str) -> None:
    if not pem.isascii() or "\0" in pem:
        raise Unreadable(part, "is no PEM: it holds other than ASCII characters")
    if len(pem) > PEM_BYTES_MOST:
        raise Unreadable(part, f"is longer than {PEM_BYTES_MOST} bytes")


def _reason(error: Exception) -> str:
    reason = error.reason if isinstance(error, ssl.SSLError) else None
    return str(reason or "unreadable").lower().replace("_", " ")


@contextmanager
def _as_file(text: str) -> Iterator[str]:
    """A path to read the text from, which is all TLS takes; in memory where the system can, so no key touches disk."""
    if sys.platform == "linux":
        descriptor = os.memfd_create("client-certificate")
        try:
            os.write(descriptor, text.encode())
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "client-certificate.pem")
            path.touch(0o600)
            path.write_text(text)
            yield str(path)

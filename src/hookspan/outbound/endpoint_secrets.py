"""The secret halves of an endpoint: sealed when given, opened for an attempt and on reveal, shown nowhere else.

which           holds
standard        a Standard Webhooks secret; several while a rotation overlaps
legacy          the seed-shaped secret of `X-Webhook-Signature`; likewise
ed25519         a private key; its hint is the public one
auth            the credentials of `auth`, as JSON
header:<name>   the value of a secret-like header
client_cert     certificate and key for TLS, as JSON
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from hookspan.errors import Fault, Invalid
from hookspan.model.endpoint_settings import AuthWay, TlsSettings
from hookspan.model.headers import check_headers, is_secret_name
from hookspan.model.ids import new_id
from hookspan.model.redact import MASK
from hookspan.net.tls import check_tls
from hookspan.outbound.credentials import read_auth
from hookspan.outbound.endpoint_wish import EndpointWish
from hookspan.outbound.sign import check_legacy_secret, check_secret, decode_private_key, generate_key_pair
from hookspan.ports import Vault
from hookspan.storage.endpoints import EndpointRow
from hookspan.storage.sealed_secrets import SecretRow

HINT_FROM_CHARACTERS = 16
LIVE_SECRETS_MOST = 5
OVERLAP_MOST_MS = 7 * 86_400_000
SECRET_HEADER_CHARACTERS = 90

_json = msgspec.json.Encoder().encode
_read_json = msgspec.json.Decoder(dict[str, str]).decode


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """What we show a far side that asks who we are."""

    id: str
    certificate_pem: str
    key_pem: str


def header_kind(name: str) -> str:
    """The kind of secret that the value of this header is."""
    return f"header:{name.lower()}"


class Sealer:
    """Seals and opens the secrets of endpoints; each rule gives the row as it shall be."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def signing(self, row: EndpointRow, wish: EndpointWish, now: int) -> EndpointRow:
        """Set or remove the keys that sign; a secret set here takes the place of all of its kind at once."""
        if "secret" in wish:
            text = check_secret(wish["secret"], "/signing/secret")
            row = _with(row, "standard", [self._seal(row, "standard", text, now)])
        if "legacy_secret" in wish:
            legacy = wish["legacy_secret"]
            given = [] if legacy is None else [check_legacy_secret(legacy, "/signing/legacySecret")]
            row = _with(row, "legacy", [self._seal(row, "legacy", text, now) for text in given])
        if "ed25519" in wish:
            row = self._with_key_pair(row, wish["ed25519"], now)
        return row

    def rotated(self, row: EndpointRow, which: str, secret: str, *, overlap_ms: int, now: int) -> EndpointRow:
        """A new secret that signs first; those before it sign beside it for `overlap_ms` more, at most five in all."""
        if not 0 <= overlap_ms <= OVERLAP_MOST_MS:
            raise Invalid.one("/overlapMs", f"must be from 0 to {OVERLAP_MOST_MS}")
        check = check_legacy_secret if which == "legacy" else check_secret
        fresh = self._seal(row, which, check(secret, "/secret"), now)
        live = [each for each in row.secrets if each.which == which and each.is_live(now)] if overlap_ms else []
        older = [replace(each, expires_at=min(now + overlap_ms, each.expires_at or now + overlap_ms)) for each in live]
        return _with(row, which, [fresh, *older[: LIVE_SECRETS_MOST - 1]])

    def headers(self, row: EndpointRow, wish: EndpointWish, now: int) -> EndpointRow:
        """Set the custom headers; a secret-like one is sealed, and its mask keeps what is sealed."""
        if "headers" not in wish:
            return row
        pairs = check_headers(wish["headers"])
        kept = [each for each in row.secrets if not each.which.startswith("header:")]
        faults: list[Fault] = []
        # One that was saved before its name counted as a secret stands there in clear, but is shown masked.
        in_clear = {name.lower(): value for name, value in row.headers.items() if value != MASK}
        for name, sent in pairs:
            if not is_secret_name(name):
                continue
            known = row.secret(header_kind(name))
            value = in_clear.get(name.lower(), sent) if sent == MASK and known is None else sent
            if value == MASK and known is None:
                faults.append(_header_fault(name, "has no value yet that the mask could stand for"))
            elif len(name) > SECRET_HEADER_CHARACTERS:
                faults.append(_header_fault(name, f"is longer than {SECRET_HEADER_CHARACTERS} characters"))
            else:
                kept.append(known if value == MASK and known else self._seal(row, header_kind(name), value, now))
        if faults:
            raise Invalid(faults)
        shown = {name: MASK if is_secret_name(name) else value for name, value in pairs}
        return replace(row, headers=shown, secrets=tuple(kept))

    def auth(self, row: EndpointRow, wish: EndpointWish, now: int) -> EndpointRow:
        """Set how deliveries prove who sends them."""
        if "auth" not in wish:
            return row
        wished = read_auth(wish["auth"], row.settings.auth)
        row = replace(row, settings=msgspec.structs.replace(row.settings, auth=wished.way))
        if wished.credentials is None:
            return row
        text = _json(wished.credentials).decode()
        return _with(row, "auth", [self._seal(row, "auth", text, now)] if wished.credentials else [])

    def tls(self, row: EndpointRow, wish: EndpointWish, now: int) -> EndpointRow:
        """Set authorities, client certificate and whether to verify."""
        if "tls" not in wish:
            return row
        given = wish["tls"]
        if given is None:
            return _with(replace(row, settings=msgspec.structs.replace(row.settings, tls=TlsSettings())), _CLIENT, [])
        was = row.settings.tls
        authorities = given.get("ca_pem", was.ca_pem)
        ca_pem = None if authorities is None else str(authorities)
        check_tls(ca_pem=ca_pem)
        tls = TlsSettings(ca_pem, bool(given.get("verify", was.verify)))
        row = replace(row, settings=msgspec.structs.replace(row.settings, tls=tls))
        return self._with_client(row, given, now)

    def _with_client(self, row: EndpointRow, given: Mapping[str, object], now: int) -> EndpointRow:
        if "client_cert_pem" not in given and "client_key_pem" not in given:
            return row
        certificate, key = given.get("client_cert_pem"), given.get("client_key_pem")
        if certificate is None and key is None:
            return _with(row, _CLIENT, [])
        if certificate is None or key is None:
            missing = "clientCertPem" if certificate is None else "clientKeyPem"
            raise Invalid.one(f"/tls/{missing}", "is required: certificate and key belong together")
        check_tls(cert_pem=str(certificate), key_pem=str(key))
        text = _json({"certificate": certificate, "key": key}).decode()
        return _with(row, _CLIENT, [self._seal(row, _CLIENT, text, now)])

    def _with_key_pair(self, row: EndpointRow, wanted: bool, now: int) -> EndpointRow:
        if not wanted:
            return _with(row, "ed25519", [])
        if row.secret("ed25519") is not None:
            return row
        pair = generate_key_pair()
        return _with(row, "ed25519", [replace(self._seal(row, "ed25519", pair.private, now), hint=pair.public)])

    def _seal(self, row: EndpointRow, which: str, secret: str, now: int) -> SecretRow:
        identity = new_id(now)
        sealed = self._vault.seal(secret.encode(), tenant_id=row.tenant_id, context=_context(identity))
        is_shown = which in ("standard", "legacy") and len(secret) >= HINT_FROM_CHARACTERS
        hint = secret[-4:] if is_shown else ""
        return SecretRow(id=identity, which=which, sealed=sealed, hint=hint, created_at=now)

    # -- opened ------------------------------------------------------------------------------------------------------

    def live(self, row: EndpointRow, which: str, now: int) -> list[str]:
        """The secrets of a kind that hold now, newest first, in clear."""
        return [self._open(row, each) for each in row.secrets if each.which == which and each.is_live(now)]

    def opened_headers(self, row: EndpointRow) -> tuple[tuple[str, str], ...]:
        """The custom headers with their values in clear."""
        found = {each.which: each for each in row.secrets}
        return tuple(
            (name, self._open(row, found[header_kind(name)]) if header_kind(name) in found else value)
            for name, value in row.headers.items()
            if header_kind(name) in found or value != MASK or not is_secret_name(name)
        )

    def opened_auth(self, row: EndpointRow) -> tuple[AuthWay, Mapping[str, str]]:
        """The way and its credentials in clear."""
        sealed = row.secret("auth")
        return row.settings.auth, {} if sealed is None else _read_json(self._open(row, sealed))

    def opened_client(self, row: EndpointRow) -> ClientCertificate | None:
        """The client certificate, if there is one."""
        sealed = row.secret(_CLIENT)
        if sealed is None:
            return None
        pair = _read_json(self._open(row, sealed))
        return ClientCertificate(sealed.id, pair["certificate"], pair["key"])

    def opened_key(self, row: EndpointRow) -> bytes | None:
        """The Ed25519 private key, if there is one."""
        sealed = row.secret("ed25519")
        return None if sealed is None else decode_private_key(self._open(row, sealed))

    def _open(self, row: EndpointRow, secret: SecretRow) -> str:
        return self._vault.open(secret.sealed, tenant_id=row.tenant_id, context=_context(secret.id)).decode()


_CLIENT = "client_cert"


def _context(secret_id: str) -> str:
    """Where an endpoint's secret is sealed to."""
    return f"endpoint_secrets.{secret_id}.sealed"


def _with(row: EndpointRow, which: str, secrets: Sequence[SecretRow]) -> EndpointRow:
    """The row with these in place of all its secrets of a kind."""
    return replace(row, secrets=(*secrets, *(each for each in row.secrets if each.which != which)))


def _header_fault(name: str, detail: str) -> Fault:
    pointer = name.replace("~", "~0").replace("/", "~1")
    return Fault(f"/headers/{pointer}", "validation_error", f"The header {name!r} {detail}")

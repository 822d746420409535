"""PEM texts of an endpoint's TLS: read once when given, so that a delivery never meets one that cannot be used."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509 import Certificate, load_pem_x509_certificates

from hookspan.errors import Invalid

PEM_BYTES_MOST = 65_536


def check_authorities(pem: str, pointer: str) -> str:
    """The text as given; raises Invalid unless it holds at least one certificate."""
    _read_certificates(pem, pointer)
    return pem


def check_client(certificate_pem: str, key_pem: str) -> None:
    """Raise Invalid unless the key belongs to the first certificate and can be used without a passphrase."""
    certificates = _read_certificates(certificate_pem, "/tls/clientCertPem")
    _check_size(key_pem, "/tls/clientKeyPem")
    try:
        key = load_pem_private_key(key_pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Invalid.one("/tls/clientKeyPem", "must be a private key in PEM without a passphrase") from None
    spoken = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*spoken) != certificates[0].public_key().public_bytes(*spoken):
        raise Invalid.one("/tls/clientKeyPem", "belongs to another certificate; the first certificate must be its own")


def _read_certificates(pem: str, pointer: str) -> list[Certificate]:
    _check_size(pem, pointer)
    try:
        return load_pem_x509_certificates(pem.encode())
    except ValueError:
        raise Invalid.one(pointer, "must be one or more certificates in PEM") from None


def _check_size(pem: str, pointer: str) -> None:
    if len(pem) > PEM_BYTES_MOST or not pem.isascii():
        raise Invalid.one(pointer, f"must be PEM of at most {PEM_BYTES_MOST} bytes")

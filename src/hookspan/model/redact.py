"""What is kept of a request's headers and query: enough to debug with, nothing to log in with (security §14).

Redaction happens before the first write, so what is masked was never stored.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from urllib.parse import unquote_plus

from hookspan.model.headers import is_secret_name
from hookspan.model.urls import is_key_like

MASK = "***"
SHOWN_CHARACTERS = 8

Fields = list[tuple[str, str]]

_TOKEN_IN_PATH = re.compile(r"(/api/v1/callbacks/).+", re.DOTALL)


def stored_fields(
    headers: Iterable[tuple[bytes, bytes]], *, credentials: Collection[str] = (), signatures: Collection[str] = ()
) -> Fields:
    """Every field in order, names in lower case, values masked.

    `credentials` and `signatures` are the names the source is configured with, in lower case; a name that is
    both is a credential.
    """
    return [
        (name, _stored(name, value.decode("latin-1"), credentials, signatures))
        for name, value in ((raw.decode("latin-1").lower(), value) for raw, value in headers)
    ]


def joined(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """One text for each name, repeated fields joined by `, ` as RFC 9110 §5.2 combines them."""
    headers: dict[str, str] = {}
    for name, value in fields:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def masked_signature(value: str) -> str:
    """The first 8 characters (never more than a quarter) and a hash that tells two signatures apart."""
    shown = value[: min(SHOWN_CHARACTERS, len(value) // 4)]
    return f"{shown}… sha256:{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def masked_query(query: str, *, credentials: Collection[str] = ()) -> str:
    """A raw query string with the values of key-like names masked and everything else untouched."""
    return "&".join(_masked_pair(pair, credentials) for pair in query.split("&")) if query else ""


def masked_path(path: str) -> str:
    """A path as it may be told anywhere: where a segment of it is a credential, that is masked."""
    return _TOKEN_IN_PATH.sub(rf"\g<1>{MASK}", path)


def _stored(name: str, value: str, credentials: Collection[str], signatures: Collection[str]) -> str:
    if name in credentials or is_secret_name(name):
        return MASK
    return masked_signature(value) if name in signatures else value


def _masked_pair(pair: str, credentials: Collection[str]) -> str:
    name, separator, value = pair.partition("=")
    plain = unquote_plus(name)
    if value and (plain in credentials or is_key_like(plain)):
        return f"{name}{separator}{MASK}"
    return pair

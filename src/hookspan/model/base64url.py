"""Base64 as it stands in URLs, without padding (RFC 4648 §5), and with one spelling for each value.

The usual decoders pass over characters that are no base64 and over spare bits at the end, so that several texts stand
for one token; a token that was touched must not be one.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode


def written(raw: bytes) -> str:
    """The text of these bytes."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def read(text: str) -> bytes:
    """The bytes of a text; raises ValueError for any other spelling than `written` gives."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if written(raw) != text:
        raise ValueError("this is not how it is spelled in base64")
    return raw

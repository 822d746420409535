"""The text in which an event is searched for: lower case, bounded, whatever the bytes were (contracts B.6, S9)."""

from __future__ import annotations

from collections.abc import Iterable

from hookspan.model.redact import MASK

NEEDLE_LEAST, NEEDLE_MOST = 3, 200
BODY_BYTES = 65_536

_SIGNATURE = "… sha256:"


def search_text(
    body: bytes,
    *,
    event_type: str,
    subject: str | None = None,
    headers: Iterable[tuple[str, str]] = (),
    body_bytes: int = BODY_BYTES,
) -> str:
    """Type, subject, header values that were not masked, and the beginning of the body, a line each."""
    values = [value for _, value in headers if value != MASK and _SIGNATURE not in value]
    return folded("\n".join((event_type, subject or "", *values, _readable(body, body_bytes))))


def folded(text: str) -> str:
    """Needle and text alike: lower case, without NUL, which neither database keeps in a text."""
    return text.replace("\0", "").lower()


def _readable(body: bytes, most: int) -> str:
    beginning = body[:most]
    try:
        return beginning.decode()
    except UnicodeDecodeError as error:
        is_cut_character = len(body) > most and error.start > most - 4
        return beginning[: error.start].decode() if is_cut_character else beginning.decode("latin-1")

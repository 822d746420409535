"""`Retry-After` (RFC 9110 §10.2.3) as the far side wrote it, whatever it wrote: a wait, never an exception."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

HINT_LIMIT_MS = 86_400_000

_HTTP_DATE = re.compile(
    r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
    r"|[A-Z][a-z]{5,8}, [0-9]{2}-[A-Z][a-z]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} [0-9]{4}"
)


def retry_after_ms(text: str, now_ms: int) -> int:
    """How long the far side asks us to wait, at most a day; 0 where it asks nothing sensible."""
    text = text.strip(" \t")
    if text.isascii() and text.isdigit():
        digits = text.lstrip("0") or "0"
        return HINT_LIMIT_MS if len(digits) > 6 else min(int(digits) * 1_000, HINT_LIMIT_MS)
    date_ms = _read_http_date_ms(text)
    return 0 if date_ms is None else max(0, min(date_ms - now_ms, HINT_LIMIT_MS))


def _read_http_date_ms(text: str) -> int | None:
    """One of the three forms of RFC 9110 §5.6.7, always GMT: the library reads more, and fails on some of it."""
    if _HTTP_DATE.fullmatch(text) is None:
        return None
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return int(date.replace(tzinfo=UTC).timestamp() * 1_000)

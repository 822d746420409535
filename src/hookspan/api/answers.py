"""Bytes that were not made by us, sent so that no browser shows or runs them (security §12; `nosniff` is on all)."""

from __future__ import annotations

from typing import Any

from fastapi import Response

_HARMLESS = frozenset({"application/json", "text/plain"})


def content_of(content_type: str) -> dict[int | str, dict[str, Any]]:
    """What the document says of a route that answers with bytes or text of this type."""
    return {200: {"content": {content_type: {"schema": {"type": "string"}}}}}


def attachment(content: bytes, content_type: str, name: str) -> Response:
    """A download under a name of ours; a type that a browser might act on goes out as octet-stream."""
    essence = content_type.partition(";")[0].strip().lower()
    is_harmless = essence in _HARMLESS or (essence.startswith("application/") and essence.endswith("+json"))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=essence if is_harmless else "application/octet-stream", headers=headers)

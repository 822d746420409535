"""The HTTP client of hookspan: `http` asks and retries, `answers` reads what came back, `nouns` knows the routes."""

from __future__ import annotations

from hookspan.client.answers import (
    Answer,
    ApiError,
    Conflict,
    Document,
    Forbidden,
    NotFound,
    Page,
    RateLimited,
    Unauthorized,
    Unavailable,
    Unreachable,
    ValidationFailed,
)
from hookspan.client.http import Client, Exchange, Seams

__all__ = [
    "Answer",
    "ApiError",
    "Client",
    "Conflict",
    "Document",
    "Exchange",
    "Forbidden",
    "NotFound",
    "Page",
    "RateLimited",
    "Seams",
    "Unauthorized",
    "Unavailable",
    "Unreachable",
    "ValidationFailed",
]

"""`trigger_webhook`: publish from anywhere in a program; who takes the event is found by itself (contracts G.1).

The target is the argument, else the `Hookspan` that runs in this process, else the server of `HOOKSPAN_URL` and
`HOOKSPAN_TOKEN`, else the database of `HOOKSPAN_DATABASE_URL`. It returns when the event is on disk and never waits
for deliveries.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

from hookspan.client import ApiError
from hookspan.client.typed import Client
from hookspan.embedding.failures import not_published
from hookspan.errors import HookspanError, NotConfigured
from hookspan.model.publication import EventRef, Options, Publication, publication

if TYPE_CHECKING:
    from hookspan.embedding.embedded import Hookspan

_log = logging.getLogger("hookspan")
running: list[Hookspan] = []
"""Those that run in this process; the last one is current."""


class TriggerOptions(TypedDict, total=False):
    """`tenant` is a slug, for a target in this process; `on_error="log"` logs a failure and gives None."""

    idempotency_key: str | None
    tenant: str | None
    target: Hookspan | Client | None
    on_error: Literal["raise", "log"]


async def trigger_webhook(
    event: str, data: object = None, metadata: Mapping[str, object] | None = None, **options: Unpack[TriggerOptions]
) -> EventRef | None:
    """Publish an event; see the module for the target. Raises PublishError, NotConfigured, ValueError for bad data."""
    try:
        asked = publication(event, data, _options(metadata, options))
        target = _target(options.get("target"))
        if isinstance(target, Client):
            return await asyncio.to_thread(_remote, target, asked)
        return await target.publish_asked(asked)
    except (HookspanError, ValueError, TypeError) as error:
        _failed(event, error, options)
        return None


def trigger_webhook_sync(
    event: str, data: object = None, metadata: Mapping[str, object] | None = None, **options: Unpack[TriggerOptions]
) -> EventRef | None:
    """As `trigger_webhook`, for code that does not await; not from the event loop that a `Hookspan` runs on."""
    try:
        asked = publication(event, data, _options(metadata, options))
        target = _target(options.get("target"))
        return _remote(target, asked) if isinstance(target, Client) else target.publish_asked_sync(asked)
    except (HookspanError, ValueError, TypeError) as error:
        _failed(event, error, options)
        return None


def _options(metadata: Mapping[str, object] | None, options: TriggerOptions) -> Options:
    return {
        "metadata": metadata,
        "tenant": options.get("tenant"),
        "idempotency_key": options.get("idempotency_key"),
    }


def _failed(event: str, error: Exception, options: TriggerOptions) -> None:
    if options.get("on_error", "raise") == "raise":
        if isinstance(error, HookspanError) and not isinstance(error, NotConfigured):
            raise error if error.code == "not_published" else not_published(error.code, error.detail) from error
        raise error
    _log.error("%s was not published: %s", event, error)


def _target(given: Hookspan | Client | None) -> Hookspan | Client:
    if given is not None:
        return given
    if running:
        return running[-1]
    url = os.environ.get("HOOKSPAN_URL")
    if url:
        return _client(url, os.environ.get("HOOKSPAN_TOKEN"))
    database_url = os.environ.get("HOOKSPAN_DATABASE_URL")
    if database_url:
        from hookspan.embedding.background import hookspan_of  # noqa: PLC0415 — loads the server; the others need none

        return hookspan_of(database_url)
    raise NotConfigured(
        "nothing to publish to: start a Hookspan in this process, or set HOOKSPAN_URL and HOOKSPAN_TOKEN, "
        "or HOOKSPAN_DATABASE_URL"
    )


@lru_cache(maxsize=8)
def _client(url: str, token: str | None) -> Client:
    return Client(url, token)


def _remote(client: Client, asked: Publication) -> EventRef:
    """Publish to a server; its tenant is the token's."""
    if asked.tenant is not None:
        raise NotConfigured("a server takes the tenant from the token: leave tenant out")
    metadata = asked.options.get("metadata")
    try:
        made = client.events.publish(
            asked.type, asked.data, metadata if isinstance(metadata, dict) else None, idempotency_key=asked.key
        )
    except ApiError as error:
        raise not_published(error.code, error.detail) from error
    return EventRef(made.id, made.type, made.created_at, made.duplicate)

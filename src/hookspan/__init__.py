"""hookspan: webhooks in, workflows, events, webhooks out.

inbound     a request becomes an event: verify, shake hands, filter, dedupe, enrich, record, hold
events      the one door by which an event is born, together with the work it causes
workflows   an event becomes an execution: claim, advance, run a step, record
outbound    an event becomes a delivery: dispatch, build, sign, send, settle
history     what was: search, count, export, replay, forget
access      who may: users, keys, tokens, roles
model       the nouns and the rules that need nothing but them
storage     the floor: tables, write units, group commit; beside it net, the guarded client
api, cli    the surfaces, a file per noun; worker runs the loops; app joins it all

A name imports only what stands below it; names in one line do not import each other:

    cli | embedding
    app
    api | worker
    verifying
    inbound | workflows | outbound | history | access
    events
    storage | net | client | clock | outbox
    ports
    model
    config | observe | failpoints
    errors

The library surface is the names of `__all__`, each loaded when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hookspan.client import ApiError as ApiError
    from hookspan.client.typed import AsyncClient as AsyncClient
    from hookspan.client.typed import Client as Client
    from hookspan.embedding.embedded import Hookspan as Hookspan
    from hookspan.embedding.failures import PublishError as PublishError
    from hookspan.embedding.failures import SchemaMismatch as SchemaMismatch
    from hookspan.embedding.reactions import Event as Event
    from hookspan.embedding.trigger import trigger_webhook as trigger_webhook
    from hookspan.embedding.trigger import trigger_webhook_sync as trigger_webhook_sync
    from hookspan.model.publication import EventRef as EventRef
    from hookspan.outbox import OutboxMissing as OutboxMissing
    from hookspan.outbox import apublish as apublish
    from hookspan.outbox import create_outbox as create_outbox
    from hookspan.outbox import outbox_table as outbox_table
    from hookspan.outbox import publish as publish
    from hookspan.verifying.fastapi import verified as verified
    from hookspan.verifying.refusals import BadSignature as BadSignature
    from hookspan.verifying.refusals import FutureTimestamp as FutureTimestamp
    from hookspan.verifying.refusals import MalformedSignature as MalformedSignature
    from hookspan.verifying.refusals import MissingSignature as MissingSignature
    from hookspan.verifying.refusals import StaleTimestamp as StaleTimestamp
    from hookspan.verifying.refusals import UnknownScheme as UnknownScheme
    from hookspan.verifying.refusals import VerificationError as VerificationError
    from hookspan.verifying.sign import sign as sign
    from hookspan.verifying.verify import Verified as Verified
    from hookspan.verifying.verify import Webhook as Webhook
    from hookspan.verifying.verify import verify as verify
    from hookspan.workflows.functions import StepContext as StepContext

_HOMES = {
    "ApiError": "client",
    "AsyncClient": "client.typed",
    "BadSignature": "verifying.refusals",
    "Client": "client.typed",
    "Event": "embedding.reactions",
    "EventRef": "model.publication",
    "FutureTimestamp": "verifying.refusals",
    "Hookspan": "embedding.embedded",
    "MalformedSignature": "verifying.refusals",
    "MissingSignature": "verifying.refusals",
    "OutboxMissing": "outbox",
    "PublishError": "embedding.failures",
    "SchemaMismatch": "embedding.failures",
    "StaleTimestamp": "verifying.refusals",
    "StepContext": "workflows.functions",
    "UnknownScheme": "verifying.refusals",
    "VerificationError": "verifying.refusals",
    "Verified": "verifying.verify",
    "Webhook": "verifying.verify",
    "apublish": "outbox",
    "create_outbox": "outbox",
    "outbox_table": "outbox",
    "publish": "outbox",
    "sign": "verifying.sign",
    "trigger_webhook": "embedding.trigger",
    "trigger_webhook_sync": "embedding.trigger",
    "verified": "verifying.fastapi",
    "verify": "verifying.verify",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605 — one table says name and place


def __getattr__(name: str) -> object:
    """A public name on its first use, so that importing the package loads neither server nor client."""
    if name not in _HOMES:
        raise AttributeError(f"module 'hookspan' has no attribute {name!r}")
    return getattr(import_module(f"hookspan.{_HOMES[name]}"), name)

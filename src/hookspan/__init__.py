"""hookspan: webhooks in, workflows, events, webhooks out.

inbound     a request becomes an event: verify, dedupe, enrich, record
events      the one door by which an event is born, together with the work it causes
workflows   an event becomes an execution: claim, advance, run a step, record
outbound    an event becomes a delivery: dispatch, build, sign, send, settle
history     what was: search and count
access      who may: users, keys, tokens, roles
model       the nouns and the rules that need nothing but them
storage     the floor: tables, write units, group commit; beside it net, the guarded client
api, cli    the surfaces, a file per noun; worker runs the loops; app joins it all

A name imports only what stands below it; names in one line do not import each other:

    cli
    app
    api | worker
    inbound | workflows | outbound | history | access
    events
    storage | net | client | clock
    ports
    model
    config | observe | failpoints
    errors

The library surface is `Client`, loaded when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hookspan.client import Client as Client

__all__ = ["Client"]


def __getattr__(name: str) -> object:
    """A public name on its first use, so that importing the package loads neither server nor client."""
    if name not in __all__:
        raise AttributeError(f"module 'hookspan' has no attribute {name!r}")
    from hookspan import client  # noqa: PLC0415 — see above

    return getattr(client, name)

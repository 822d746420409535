"""What a problem's `type` leads to (contracts 0.6): a page of plain text for every code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from hookspan import errors
from hookspan.api.problems import TITLES
from hookspan.errors import HookspanError

_MEANINGS = {
    "unknown_member": (422, "The body has a member this route does not know; remove it."),
    "reserved_event_type": (422, "hookspan itself publishes this type; choose another, or hold events:publish_system."),
    "schema_mismatch": (422, "The data does not fit the registered schema of its type."),
    "path_looks_like_id": (422, "A receiver path may not read as a UUID; choose another."),
    "path_needs_auth": (422, "A chosen path can be guessed; choose an authType other than none."),
    "secret_required": (422, "The provider issues this secret; send the one it shows."),
    "invalid_path": (422, "The path is not of the subset hookspan reads; see the detail."),
    "invalid_template": (422, "A template is malformed or leads nowhere that can be known; see the detail."),
    "not_supported": (422, "This release does not offer the member or kind; remove it."),
    "invalid_url": (422, "The URL is not absolute http or https, or its address is not allowed."),
    "path_taken": (409, "Another source has this path; choose another."),
    "name_taken": (409, "Another thing of this kind has this name; choose another."),
    "in_progress": (409, "The first request with this Idempotency-Key still runs; repeat in a second."),
    "idempotency_mismatch": (
        409,
        "This Idempotency-Key was used with another request: another path, query, body or caller; use a new key.",
    ),
    "replay_limit_reached": (409, "The event is a replay of a replay too many times over; replay its original."),
    "webhook_disabled": (409, "The source is disabled; enable it first."),
    "endpoint_disabled": (409, "The endpoint is not active; resume it first."),
    "not_retryable": (409, "The state of the delivery or execution allows no retry; see its status."),
    "in_use": (409, "Something still depends on this, or the limit is reached."),
    "incompatible_schema": (409, "The schema breaks the compatibility this type declares; change it or force."),
    "precondition_failed": (412, "The thing has changed since you read it; read it again."),
    "insufficient_storage": (507, "The disk is nearly full; nothing was stored."),
}


@cache
def problem_pages() -> Mapping[str, str]:
    """Status, title, meaning and remedy by code."""
    pages = {code: f"{code}\n{status} {title}\n" for status, (code, title) in TITLES.items()}
    pages |= {code: f"{code}\n{status}\n\n{meaning}\n" for code, (status, meaning) in _MEANINGS.items()}
    classes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, HookspanError)]
    return pages | {one.code: f"{one.code}\n{one.status} {one.title}\n\n{one.__doc__}\n" for one in classes}

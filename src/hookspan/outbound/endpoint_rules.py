"""The rules of an endpoint's members but for its secrets: each takes the row and the wish and gives the row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, cast

import msgspec

from hookspan.errors import Fault, Invalid
from hookspan.model.endpoint_settings import (
    SYSTEMPROMPT_TIMEOUT_MS,
    TIMEOUT_LEAST_MS,
    TIMEOUT_MOST_MS,
    CloudEventsMode,
    EndpointSettings,
    Ordering,
    RateLimit,
)
from hookspan.model.ids import new_id
from hookspan.model.jstree import UnsafeNumbers
from hookspan.model.match import check_patterns
from hookspan.model.merge import merge_patch
from hookspan.model.paths import BODY, compile_path
from hookspan.model.retry import STANDARD, SYSTEMPROMPT, RetryPolicy, policy_from_json
from hookspan.model.rules import compile_rules
from hookspan.outbound.endpoint_wish import EndpointWish
from hookspan.storage.endpoints import EndpointRow

NAME_MOST = 100
METADATA_BYTES_MOST = 4_096
RATE_MOST = 1_000_000
RATE_PERIOD_MOST_MS = 86_400_000
PROFILES = ("orchestrator", "systemprompt", "standard", "cloudevents")
METHODS = ("POST", "PUT", "PATCH", "DELETE", "GET")
UNSAFE_NUMBERS: tuple[UnsafeNumbers, ...] = ("exact", "string", "round")
MODES: tuple[CloudEventsMode, ...] = ("structured", "binary")

CreatedBy = Literal["native", "orchestrator", "cli", "library"]

_rows_json = msgspec.json.Encoder(decimal_format="number").encode


def blank(tenant_id: str, created_by: CreatedBy, profile: str, now: int) -> EndpointRow:
    """A new endpoint before anything is wished of it."""
    return EndpointRow(
        id=new_id(now),
        tenant_id=tenant_id,
        name="",
        url="",
        method="POST",
        profile=profile,
        events=(),
        status="active",
        status_reason=None,
        status_changed_at=None,
        policy_id="",
        policy=default_policy(profile),
        timeout_ms=default_timeout_ms(profile),
        max_in_flight=10,
        unsafe_numbers="exact",
        metadata={},
        created_by=created_by,
        version=1,
        created_at=now,
        updated_at=now,
    )


def default_policy(profile: str) -> RetryPolicy:
    """When an endpoint of this profile is tried again, if nobody says so (reliability §4.4)."""
    return SYSTEMPROMPT if profile == "systemprompt" else STANDARD


def default_timeout_ms(profile: str) -> int:
    """How long an attempt of this profile may take, if nobody says so."""
    return SYSTEMPROMPT_TIMEOUT_MS if profile == "systemprompt" else 15_000


def require(wish: EndpointWish, *names: str) -> None:
    """Raise Invalid unless these members are named."""
    missing = [Fault(f"/{name}", "validation_error", "is required") for name in names if name not in wish]
    if missing:
        raise Invalid(missing)


def merged(row: EndpointRow, wish: EndpointWish) -> EndpointWish:
    """The wish with its merge patches applied to what the row has; header names are one in any case of letters."""
    whole: EndpointWish = {**wish}
    if "header_changes" in wish:
        changes = wish["header_changes"]
        named = {name.lower() for name in changes}
        kept = {name: value for name, value in row.headers.items() if name.lower() not in named}
        whole["headers"] = kept | {name: value for name, value in changes.items() if value is not None}
    if "metadata_changes" in wish:
        whole["metadata"] = merge_patch(row.metadata, wish["metadata_changes"])
    return whole


def words(row: EndpointRow, wish: EndpointWish) -> EndpointRow:
    """Name, method, profile and how numbers and CloudEvents are written."""
    name, method = wish.get("name", row.name), wish.get("method", row.method)
    profile, unsafe = wish.get("profile", row.profile), wish.get("unsafe_numbers", row.unsafe_numbers)
    mode = wish.get("cloud_events_mode", row.settings.cloud_events_mode)
    _refuse(
        _unless(len(name) <= NAME_MOST, "/name", f"at most {NAME_MOST} characters"),
        _unless(method in METHODS, "/method", f"must be one of {' '.join(METHODS)}"),
        _unless(profile in PROFILES, "/profile", f"must be one of {' '.join(PROFILES)}"),
        _unless(unsafe in UNSAFE_NUMBERS, "/unsafeNumbers", f"must be one of {' '.join(UNSAFE_NUMBERS)}"),
        _unless(mode in MODES, "/cloudEventsMode", f"must be one of {' '.join(MODES)}"),
    )
    row = replace(row, name=name, method=method, profile=profile, unsafe_numbers=cast(UnsafeNumbers, unsafe))
    return _set(row, msgspec.structs.replace(row.settings, cloud_events_mode=cast(CloudEventsMode, mode)))


def numbers(row: EndpointRow, wish: EndpointWish) -> EndpointRow:
    """Time, concurrency, priority and rate."""
    timeout_ms = wish.get("timeout_ms", row.timeout_ms)
    if timeout_ms is None:
        timeout_ms = default_timeout_ms(row.profile)
    most = wish.get("max_in_flight", row.max_in_flight)
    priority = wish.get("priority", row.settings.priority)
    is_in_time = TIMEOUT_LEAST_MS <= timeout_ms <= TIMEOUT_MOST_MS
    _refuse(
        _unless(is_in_time, "/timeoutMs", f"must be from {TIMEOUT_LEAST_MS} to {TIMEOUT_MOST_MS}"),
        _unless(1 <= most <= 100, "/maxInFlight", "must be from 1 to 100"),
        _unless(priority is None or 0 <= priority <= 3, "/priority", "must be null or from 0 to 3"),
    )
    row = replace(row, timeout_ms=timeout_ms, max_in_flight=most)
    return _set(row, msgspec.structs.replace(row.settings, priority=priority))


def rate(row: EndpointRow, wish: EndpointWish) -> EndpointRow:
    """How many attempts may begin in a period."""
    if "rate_limit" not in wish:
        return row
    given = wish["rate_limit"]
    if given is None:
        return _set(row, msgspec.structs.replace(row.settings, rate_limit=None))
    count, period_ms = given.get("count", 0), given.get("period_ms", 0)
    is_long = 1 <= period_ms <= RATE_PERIOD_MOST_MS
    _refuse(
        _unless(1 <= count <= RATE_MOST, "/rateLimit/count", f"must be from 1 to {RATE_MOST}"),
        _unless(is_long, "/rateLimit/periodMs", f"must be from 1 to {RATE_PERIOD_MOST_MS}"),
    )
    return _set(row, msgspec.structs.replace(row.settings, rate_limit=RateLimit(count, period_ms)))


def order(row: EndpointRow, wish: EndpointWish) -> EndpointRow:
    """By which key deliveries keep their order."""
    if "ordering" not in wish:
        return row
    given = wish["ordering"]
    if given is None:
        return _set(row, msgspec.structs.replace(row.settings, ordering=None))
    path = compile_path(str(given.get("key", "")), "/ordering/key")
    on_exhausted = given.get("on_exhausted", "block")
    is_one = path.scope == BODY and path.rest is None
    _refuse(
        _unless(is_one, "/ordering/key", "must lead to one value of the data, such as $.order.id"),
        _unless(on_exhausted in ("block", "skip"), "/ordering/onExhausted", "must be block or skip"),
    )
    ordering = Ordering(path.text, "skip" if on_exhausted == "skip" else "block")
    return _set(row, msgspec.structs.replace(row.settings, ordering=ordering))


def lists(row: EndpointRow, wish: EndpointWish) -> EndpointRow:
    """Patterns, filter rows, retry policy and metadata."""
    if "events" in wish:
        row = replace(row, events=check_patterns(wish["events"], "/events"))
    if "filter" in wish:
        rows = compile_rules(list(wish["filter"]), "/filter").rows
        row = _set(row, msgspec.structs.replace(row.settings, filter=msgspec.Raw(_rows_json(rows))))
    if "retry" in wish:
        retry = wish["retry"]
        policy = default_policy(row.profile) if retry is None else policy_from_json(retry, "/retry")
        row = replace(row, policy=policy)
    return replace(row, metadata=_metadata(wish["metadata"])) if "metadata" in wish else row


def _metadata(given: Mapping[str, object]) -> dict[str, object]:
    size = len(json.dumps(dict(given), ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > METADATA_BYTES_MOST:
        raise Invalid.one("/metadata", f"must be at most {METADATA_BYTES_MOST} bytes")
    return dict(given)


def _set(row: EndpointRow, settings: EndpointSettings) -> EndpointRow:
    return replace(row, settings=settings)


def _unless(holds: bool, pointer: str, detail: str) -> Fault | None:
    return None if holds else Fault(pointer, "validation_error", detail)


def _refuse(*found: Fault | None) -> None:
    faults = [fault for fault in found if fault]
    if faults:
        raise Invalid(faults)


def paused(row: EndpointRow, now: int) -> EndpointRow:
    """Paused by people, if it was sending; what is disabled stays so."""
    return replace(row, status="paused", status_reason=None, status_changed_at=now) if row.status == "active" else row


def active(row: EndpointRow, now: int) -> EndpointRow:
    """Sending again, whatever it was before."""
    return replace(row, status="active", status_reason=None, status_changed_at=now) if row.status != "active" else row

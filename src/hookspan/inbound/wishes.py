"""What a caller may wish of a source, and the rules of each member (contracts B.1)."""

from __future__ import annotations

import base64
import re
import secrets as randomness
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict, cast

from hookspan.errors import Fault, Invalid, NotFound
from hookspan.inbound.providers import preset
from hookspan.inbound.settings import Settings, settings_changed, settings_read, settings_text
from hookspan.model.ids import canonical_id, looks_like_id, new_id
from hookspan.storage.webhooks import WebhookRow

NAME_MOST = 100
DESCRIPTION_MOST = 1_000

_SEGMENT = re.compile(r"[A-Za-z0-9._~-]{1,64}")
_GENERATED = re.compile(r"[A-Za-z0-9_-]{22}")
_NODE = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_STATUSES = ("active", "paused", "disabled")


class SourceWish(TypedDict, total=False):
    """Members a caller named, as contracts B.1 has them; `credentials` are of the kind its `auth_type` asks for."""

    name: str
    description: str
    path: str | None
    auth_type: str
    provider: str | None
    status: str
    enabled: bool
    priority: int
    workflow_id: str | None
    node_id: str | None
    methods: Sequence[str] | None
    content_types: Sequence[str] | None
    require_json: bool
    max_body_bytes: int
    allowed_ips: Sequence[str] | None
    dedupe: Mapping[str, object] | None
    verification: Mapping[str, object] | None
    response: Mapping[str, object] | None
    event_type_prefix: str | None
    rate_limit: Mapping[str, object] | None
    ordering_key: str | None
    registered_url: str | None
    split: str | None
    retention_days: int | None
    enrichment: Mapping[str, object] | None
    schema_check: str
    handshake: Mapping[str, object] | None
    secret: str | None
    credentials: Mapping[str, str] | None


def blank_source(tenant_id: str, now: int) -> WebhookRow:
    """What a source is before anything is wished: active, signed, at a path nobody can guess."""
    return WebhookRow(
        id=new_id(now),
        tenant_id=tenant_id,
        workflow_id=None,
        node_id="trigger",
        name="",
        description="",
        path=base64.urlsafe_b64encode(randomness.token_bytes(16)).decode().rstrip("="),
        auth_type="signature",
        provider=None,
        status="active",
        priority=1,
        settings=settings_text(Settings()),
        version=1,
        created_at=now,
        updated_at=now,
    )


# -- the rules of each member -----------------------------------------------------------------------------------------


def changed_source(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    """The row as wished, but for its secrets; raises Invalid with the faults of all members."""
    faults: list[Fault] = []
    for rule in (_named, _path, _authentication, _status, _workflow, _settings):
        try:
            row = rule(row, wish)
        except Invalid as error:
            faults.extend(error.faults)
    if faults:
        raise Invalid(faults)
    return row


def _named(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    name, description = wish.get("name", row.name), wish.get("description", row.description)
    if not 1 <= len(name.strip()) <= NAME_MOST or len(name) > NAME_MOST:
        raise Invalid.one("/name", f"must be 1 to {NAME_MOST} characters")
    if len(description) > DESCRIPTION_MOST:
        raise Invalid.one("/description", f"must be at most {DESCRIPTION_MOST} characters")
    return replace(row, name=name, description=description)


def _path(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    path = wish.get("path")
    if path is None or path == row.path:
        return row
    segments = path.split("/")
    if looks_like_id(segments[0]):
        raise Invalid.one("/path", "begins like an id; choose other words", code="path_looks_like_id")
    is_plain = all(_SEGMENT.fullmatch(segment) and segment not in (".", "..") for segment in segments)
    if not is_plain or len(segments) > 5 or len(path) > 255:
        raise Invalid.one("/path", "must be 1 to 5 segments of A-Z a-z 0-9 . _ ~ -, each at most 64 characters")
    return replace(row, path=path)


def check_guess(was: WebhookRow, row: WebhookRow, *, is_path_chosen: bool) -> None:
    """Refuse an open door at a path that can be guessed, whichever change leaves it there (code `path_needs_auth`)."""
    is_guessable = is_path_chosen or row.path != was.path or not _GENERATED.fullmatch(row.path)
    if row.auth_type == "none" and is_guessable:
        pointer = "/path" if is_path_chosen or row.path != was.path else "/authType"
        detail = "a chosen path can be guessed, so it needs an authType other than none"
        raise Invalid.one(pointer, detail, code="path_needs_auth")


def _authentication(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    provider = wish.get("provider", row.provider) or None
    auth_type = wish.get("auth_type", row.auth_type)
    if provider is not None:
        wanted = preset(provider).record.auth
        auth_type = wish.get("auth_type", wanted)
        if auth_type != wanted:
            raise Invalid.one("/authType", f"{provider} uses {wanted}; leave authType out")
    if auth_type not in ("none", "signature", "basic", "api_key"):
        raise Invalid.one("/authType", "must be none, signature, basic or api_key")
    return replace(row, provider=provider, auth_type=auth_type)


def _status(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    status = _wished_status(row.status, wish)
    priority = wish.get("priority", row.priority)
    if not 0 <= priority <= 3:
        raise Invalid.one("/priority", "must be 0 (low), 1, 2 or 3 (critical)")
    return replace(row, status=status, priority=priority)


def _wished_status(was: str, wish: SourceWish) -> str:
    """Whoever sends back what was read changes one of `status` and `enabled`: the one that differs is meant."""
    status = wish.get("status", was)
    if status not in _STATUSES:
        raise Invalid.one("/status", "must be active, paused or disabled")
    is_enabled = was != "disabled"
    wants_enabled = wish.get("enabled", is_enabled)
    if wants_enabled == is_enabled:
        return status
    if status == was:
        return "active" if wants_enabled else "disabled"
    if wants_enabled != (status != "disabled"):
        raise Invalid.one("/enabled", f"contradicts the status {status}; send one of them")
    return status


def _workflow(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    node_id = wish.get("node_id", row.node_id) or "trigger"
    if not _NODE.fullmatch(node_id):
        raise Invalid.one("/nodeId", "must be the id of a trigger, such as trigger")
    if "workflow_id" not in wish:
        return replace(row, node_id=node_id)
    named = wish["workflow_id"]
    return replace(row, node_id=node_id, workflow_id=_workflow_id(named) if named else None)


def _workflow_id(text: str) -> str:
    try:
        return canonical_id(text)
    except NotFound as error:
        raise Invalid.one("/workflowId", "there is no such workflow") from error


def _settings(row: WebhookRow, wish: SourceWish) -> WebhookRow:
    settings = settings_changed(settings_read(row.settings), cast(Mapping[str, object], wish))
    return replace(row, settings=settings_text(settings))

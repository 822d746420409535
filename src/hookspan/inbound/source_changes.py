"""What the audit log is told of a change to a source: the members that changed, and of secrets nothing but hints."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from hookspan.inbound.settings import Settings, settings_read
from hookspan.model.redact import MASK
from hookspan.storage.webhooks import WebhookRow

TEXT_MOST = 256
VALUE_BYTES = 2_048

_write = msgspec.json.Encoder(decimal_format="number").encode
# It may name whatever a verifier takes, so that it has changed is all that is told.
_MASKED = frozenset({"verification"})


def changes_of(was: WebhookRow, now: WebhookRow) -> tuple[dict[str, object], dict[str, object]]:
    """The members that differ, as they were and as they are."""
    before, after = members_of(was), members_of(now)
    changed = [name for name in after if before[name] != after[name]]
    return {name: _told(name, before[name]) for name in changed}, {name: _told(name, after[name]) for name in changed}


def members_of(row: WebhookRow) -> dict[str, object]:
    """Every member that can change, by its name in the API."""
    return {
        "name": row.name,
        "description": row.description,
        "path": row.path,
        "workflowId": row.workflow_id,
        "nodeId": row.node_id,
        "authType": row.auth_type,
        "provider": row.provider,
        "status": row.status,
        "priority": row.priority,
        "secrets": [{"which": each.which, "hint": each.hint, "expiresAt": each.expires_at} for each in row.secrets],
        **_settings(settings_read(row.settings)),
    }


def _settings(settings: Settings) -> Mapping[str, object]:
    names = zip(settings.__struct_fields__, settings.__struct_encode_fields__, strict=True)
    plain = {name: msgspec.to_builtins(getattr(settings, field)) for field, name in names if field != "enrichment"}
    return {**plain, "enrichment": settings.enrichment.as_json()}


def _told(name: str, value: object) -> object:
    if name in _MASKED and value is not None:
        return MASK
    if isinstance(value, str):
        return value[:TEXT_MOST]
    written = _write(value)
    return value if len(written) <= VALUE_BYTES else f"{written[:TEXT_MOST].decode(errors='ignore')}…"

"""What the list of sources is asked for (contracts B.2)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from hookspan.api.source_shapes import AuthType, WebhookStatus
from hookspan.errors import Invalid, NotFound
from hookspan.model.ids import canonical_id
from hookspan.model.source_health import Health
from hookspan.storage.webhooks import WebhookFilter

LIMIT_DEFAULT, LIMIT_MOST = 20, 1_000

_SORTS = {
    "name": "name",
    "path": "path",
    "createdAt": "created_at",
    "lastTriggeredAt": "last_triggered_at",
    "triggerCount": "trigger_count",
    "errorRate": "error_rate",
}
_LIMIT = {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_DEFAULT}
_OFFSET = {"type": "integer", "minimum": 0, "default": 0}


class WebhookQuery(BaseModel):
    """Filters of the list of sources; a bad number falls back to its default, as seed 003's own code does."""

    model_config = ConfigDict(alias_generator=to_camel)

    limit: Annotated[str, WithJsonSchema(_LIMIT)] = ""
    offset: Annotated[str, WithJsonSchema(_OFFSET)] = ""
    workflow_id: str | None = None
    enabled: bool | None = None
    status: WebhookStatus | None = None
    auth_type: AuthType | None = None
    provider: str | None = None
    health: Health | None = None
    priority: Annotated[int | None, Field(ge=0, le=3)] = None
    q: Annotated[str | None, Field(max_length=200)] = None
    sort: Annotated[str, Field(max_length=40)] = "-createdAt"

    @property
    def page(self) -> tuple[int, int]:
        """Limit and offset."""
        limit = _number(self.limit, LIMIT_DEFAULT)
        return (limit if 1 <= limit <= LIMIT_MOST else LIMIT_DEFAULT), _number(self.offset, 0)

    @property
    def wanted(self) -> WebhookFilter:
        """What is looked for."""
        column = _SORTS.get(self.sort.removeprefix("-"))
        if column is None:
            raise Invalid.one("/sort", f"must be one of {' '.join(_SORTS)}, with - before it to descend")
        statuses = {None: (), True: ("active", "paused"), False: ("disabled",)}[self.enabled]
        return WebhookFilter(
            workflow_id=_identity(self.workflow_id) if self.workflow_id else None,
            statuses=(self.status,) if self.status else statuses,
            auth_type=self.auth_type,
            provider=self.provider or None,
            priority=self.priority,
            text=self.q or None,
            health=self.health,
            sort=("-" if self.sort.startswith("-") else "") + column,
        )


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else default


def _identity(text: str) -> str:
    """An id in any spelling; what is none finds nothing."""
    try:
        return canonical_id(text)
    except NotFound:
        return text

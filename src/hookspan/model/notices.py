"""What hookspan tells operators of itself: `system.error`, `system.warning`, `system.info` (contracts F.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from hookspan.model.events import NewEvent
from hookspan.model.ids import new_id
from hookspan.model.times import instant

NoticeType = Literal["system.error", "system.warning", "system.info"]


@dataclass(frozen=True, slots=True)
class Notice:
    """`code` for programs, `message` for people, the `component` that noticed; `details` by their names in JSON."""

    type: NoticeType
    code: str
    message: str
    component: str
    details: Mapping[str, object] = field(default_factory=dict)

    def event(
        self, tenant_id: str, now: int, *, workflow_id: str | None = None, execution_id: str | None = None
    ) -> NewEvent:
        """The fact, as of now (epoch ms)."""
        told = {
            "code": self.code,
            "message": self.message,
            "component": self.component,
            "details": self.details,
            "occurredAt": instant(now),
        }
        return NewEvent(
            id=new_id(now),
            tenant_id=tenant_id,
            type=self.type,
            data=msgspec.json.encode(told),
            created_at=now,
            origin="system",
            workflow_id=workflow_id,
            execution_id=execution_id,
        )

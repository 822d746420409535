"""Schedules: when workflows start by the clock."""

from __future__ import annotations

from hookspan.storage.workflow_triggers import ArmedTrigger
from hookspan.workflows.cron import next_due
from hookspan.workflows.validate import Draft


def armed(draft: Draft, now: int) -> list[ArmedTrigger]:
    """What starts the workflow by itself while it is active, schedules with their next run after `now`."""
    if draft.status != "active":
        return []
    definition = draft.definition
    return [
        ArmedTrigger(
            each, definition.priority, next_due(each.cron, each.timezone, now) if each.kind == "schedule" else 0
        )
        for each in definition.triggers
        if each.kind != "webhook"
    ]

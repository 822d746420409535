"""Read what starts a workflow: sources and calls, the clock, events (contracts C.6)."""

from __future__ import annotations

from typing import get_args

from hookspan.errors import Invalid
from hookspan.model.match import check_patterns
from hookspan.model.rules import Rules, compile_rules
from hookspan.model.workflows import Missed, Trigger, TriggerKind
from hookspan.workflows.cron import check_cron, check_zone
from hookspan.workflows.members import Members

TRIGGERS_MOST = 20
CRON_CHARACTERS = 100
_WEBHOOK = {"id": "trigger", "kind": "webhook"}
_MEMBERS = {
    "webhook": ("id", "kind"),
    "schedule": ("id", "kind", "cron", "timezone", "missed"),
    "event": ("id", "kind", "events", "filter"),
}


def read_triggers(top: Members) -> list[tuple[Trigger, dict[str, object]]]:
    """Every trigger with its normal form; one of kind `webhook` where the workflow does not speak of any.

    With an empty list only calls and other workflows start it.
    """
    read: list[tuple[Trigger, dict[str, object]]] = []
    for members in top.objects("triggers", TRIGGERS_MOST):
        trigger, normal = _trigger(members)
        if any(trigger.id == other.id for other, _ in read):
            members.blame("id", f"{trigger.id!r} is used twice")
        read.append((trigger, normal))
    return [(Trigger(), dict(_WEBHOOK))] if top.value.get("triggers") is None else read


def _trigger(members: Members) -> tuple[Trigger, dict[str, object]]:
    kind: TriggerKind = members.word("kind", get_args(TriggerKind), "webhook")
    if (members.value.get("kind") or kind) == kind:
        members.only(_MEMBERS[kind])
    trigger_id = members.id("trigger")
    if kind == "schedule":
        return _schedule(members, trigger_id)
    if kind == "event":
        return _event(members, trigger_id)
    return Trigger(trigger_id), {"id": trigger_id, "kind": kind}


def _schedule(members: Members, trigger_id: str) -> tuple[Trigger, dict[str, object]]:
    zone = members.text("timezone", "UTC")
    cron = members.text("cron", limit=CRON_CHARACTERS)
    missed: Missed = members.word("missed", get_args(Missed), "run_once")
    if reason := check_zone(zone, is_kept=members.reading.rules is None):
        members.blame("timezone", reason)
    if cron and (reason := check_cron(cron)):
        members.blame("cron", reason)
    normal: dict[str, object] = {"id": trigger_id, "kind": "schedule", "cron": cron, "timezone": zone, "missed": missed}
    return Trigger(trigger_id, "schedule", cron=cron, timezone=zone, missed=missed), normal


def _event(members: Members, trigger_id: str) -> tuple[Trigger, dict[str, object]]:
    patterns: tuple[str, ...] = ()
    rules = Rules()
    try:
        patterns = check_patterns(members.value.get("events"), members.at("events"))
        rules = compile_rules(members.value.get("filter"), members.at("filter"))
    except Invalid as invalid:
        members.reading.faults.extend(invalid.faults)
    normal = {
        "id": trigger_id,
        "kind": "event",
        "events": list(patterns),
        "filter": members.value.get("filter") or [],
    }
    return Trigger(trigger_id, "event", events=patterns, rules=None if rules.is_open else rules), normal

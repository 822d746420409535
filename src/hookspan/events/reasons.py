"""Why an endpoint gets an event or not, and why a workflow starts: by today's patterns, filters, states (C.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hookspan.events.choices import ordering_key
from hookspan.events.routing import EventTrigger, Subscriber
from hookspan.model.match import delivered_name, matches
from hookspan.model.rules import FilterError, Rules, View
from hookspan.model.workflows import DEPTH_LIMIT

PATTERNS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """The answer of one endpoint or one workflow: whether it matches now, and why."""

    subscriber_id: str
    matched: bool
    text: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """The event that is asked about. `names` are the fact's, `key` the ordering key it was published with.

    `shows_values` False leaves out what the data hold, for those who may not see payloads.
    """

    type: str
    names: tuple[str, ...]
    view: View
    key: str | None = None
    shows_values: bool = True


def reasons(occasion: Occasion, subscribers: Sequence[Subscriber]) -> list[Reason]:
    """An answer for each endpoint, in order; runs filters, so not on the event loop."""
    return [_reason(occasion, subscriber) for subscriber in subscribers]


def _reason(occasion: Occasion, subscriber: Subscriber) -> Reason:
    pattern = _pattern(occasion.names, subscriber)
    if pattern is None:
        text = f"type {occasion.type} not in {_listed(subscriber.patterns)}"
        return Reason(subscriber.endpoint_id, False, text)
    passed, verdict = _filtered(occasion, subscriber.rules)
    if not passed:
        return Reason(subscriber.endpoint_id, False, verdict)
    state = "" if subscriber.is_active else subscriber.status
    said = [f"matched by {pattern}", verdict, state, _order(occasion, subscriber)]
    return Reason(subscriber.endpoint_id, True, "; ".join(part for part in said if part))


def _pattern(names: tuple[str, ...], subscriber: Subscriber) -> str | None:
    if delivered_name(subscriber.patterns, names, subscriber.profile) is None:
        return None
    return _first_taking(subscriber.patterns, names)


def _first_taking(patterns: Sequence[str], names: Sequence[str]) -> str | None:
    return next((pattern for pattern in patterns if any(matches(pattern, name) for name in names)), None)


def trigger_reasons(occasion: Occasion, triggers: Sequence[EventTrigger]) -> list[Reason]:
    """An answer for each workflow that events start: of the trigger that matches, or of all its triggers."""
    by_workflow: dict[str, list[tuple[bool, str]]] = {}
    for trigger in triggers:
        by_workflow.setdefault(trigger.workflow_id, []).append(_trigger_reason(occasion, trigger))
    return [
        Reason(workflow_id, any(matched for matched, _ in told), _told(told))
        for workflow_id, told in by_workflow.items()
    ]


def _told(told: Sequence[tuple[bool, str]]) -> str:
    return next((text for matched, text in told if matched), "; ".join(text for _, text in told))


def _trigger_reason(occasion: Occasion, trigger: EventTrigger) -> tuple[bool, str]:
    pattern = _first_taking(trigger.patterns, occasion.names)
    if pattern is None:
        return False, f"trigger {trigger.trigger_id}: type {occasion.type} not in {_listed(trigger.patterns)}"
    passed, verdict = _filtered(occasion, trigger.rules)
    said = [f"matched by {pattern}", verdict] if passed else [verdict]
    return passed, f"trigger {trigger.trigger_id}: {'; '.join(part for part in said if part)}"


def _listed(patterns: Sequence[str]) -> str:
    more = len(patterns) - PATTERNS_SHOWN
    return ", ".join(patterns[:PATTERNS_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _filtered(occasion: Occasion, rules: Rules | None) -> tuple[bool, str]:
    if rules is None:
        return True, ""
    try:
        result = rules.explain(occasion.view, shows_values=occasion.shows_values)
    except FilterError as error:
        return False, f"filter error: {error}"
    return result.passed, f"filter: {result.reason.removeprefix('no group passed: ')}"


def _order(occasion: Occasion, subscriber: Subscriber) -> str:
    if occasion.key is not None or subscriber.ordering_path is None:
        return "" if occasion.key is None else "in order of its orderingKey"
    key = ordering_key(subscriber.ordering_path, occasion.view)
    return f"in order of {subscriber.ordering_path}" if key is not None else f"no order: no {subscriber.ordering_path}"


def described(reason: Reason, deliveries: Mapping[str, tuple[str, str]]) -> dict[str, object]:
    """The answer as it goes out, with the delivery that the endpoint has of this event: id and status, or null."""
    delivery_id, status = deliveries.get(reason.subscriber_id, (None, None))
    text = reason.text
    if reason.matched and delivery_id is None:
        text += "; no delivery: the endpoint is newer than the event, or did not match then"
    return {
        "kind": "endpoint",
        "id": reason.subscriber_id,
        "matched": reason.matched,
        "reason": text,
        "deliveryId": delivery_id,
        "deliveryStatus": status,
    }


def described_start(
    reason: Reason, executions: Mapping[str, str], *, depth: int, is_about_itself: bool
) -> dict[str, object]:
    """The answer of a workflow as it goes out, with the execution that the event started, or why there is none."""
    execution_id = executions.get(reason.subscriber_id)
    text = reason.text
    if reason.matched and execution_id is None:
        if is_about_itself:
            text += "; not started: what is told of a workflow does not start it"
        elif depth >= DEPTH_LIMIT:
            text += f"; not started: {DEPTH_LIMIT} events have caused one another, the chain is cut here"
        else:
            text += "; no execution: the trigger is newer than the event, or did not match then"
    return {
        "kind": "workflow",
        "id": reason.subscriber_id,
        "matched": reason.matched and not is_about_itself,
        "reason": text,
        "executionId": execution_id,
    }

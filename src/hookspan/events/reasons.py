"""Why an endpoint gets an event or not, told for people: by today's patterns, filters and states (contracts C.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hookspan.events.choices import ordering_key
from hookspan.events.routing import Subscriber
from hookspan.model.match import delivered_name, matches
from hookspan.model.rules import FilterError, View

PATTERNS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """One endpoint's answer: whether it matches now, and why."""

    endpoint_id: str
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
    passed, verdict = _filtered(occasion, subscriber)
    if not passed:
        return Reason(subscriber.endpoint_id, False, verdict)
    state = "" if subscriber.is_active else subscriber.status
    said = [f"matched by {pattern}", verdict, state, _order(occasion, subscriber)]
    return Reason(subscriber.endpoint_id, True, "; ".join(part for part in said if part))


def _pattern(names: tuple[str, ...], subscriber: Subscriber) -> str | None:
    if delivered_name(subscriber.patterns, names, subscriber.profile) is None:
        return None
    return next(pattern for pattern in subscriber.patterns if any(matches(pattern, name) for name in names))


def _listed(patterns: Sequence[str]) -> str:
    more = len(patterns) - PATTERNS_SHOWN
    return ", ".join(patterns[:PATTERNS_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _filtered(occasion: Occasion, subscriber: Subscriber) -> tuple[bool, str]:
    if subscriber.rules is None:
        return True, ""
    try:
        result = subscriber.rules.explain(occasion.view, shows_values=occasion.shows_values)
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
    delivery_id, status = deliveries.get(reason.endpoint_id, (None, None))
    text = reason.text
    if reason.matched and delivery_id is None:
        text += "; no delivery: the endpoint is newer than the event, or did not match then"
    return {
        "kind": "endpoint",
        "id": reason.endpoint_id,
        "matched": reason.matched,
        "reason": text,
        "deliveryId": delivery_id,
        "deliveryStatus": status,
    }

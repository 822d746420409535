"""Which events a query means: the filters of lists of events by their public names (contracts B.6, C.3).

They come as a query string, or as JSON that a job keeps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from hookspan.errors import Invalid
from hookspan.history.bulk import ids_of
from hookspan.history.search import EventQuestion
from hookspan.model.jsonview import read_json
from hookspan.model.match import is_pattern
from hookspan.model.rules import OF_EVENT, OF_REQUEST, Rules, compile_rules
from hookspan.model.search_text import NEEDLE_LEAST, NEEDLE_MOST, folded
from hookspan.model.times import parse_instant
from hookspan.storage.event_filter import EventFilter
from hookspan.storage.keyset import Span

PATTERNS_MOST = 100
RULES_MOST = 5
KEPT_AT = "/query"
"""Where the filters of a job stand in the body that asks for it."""

_RECEIPT_WORDS = {"success": "processed"} | {
    word: word for word in ("received", "processed", "filtered", "failed", "held")
}
_EVENT_WORDS = ("stored", "scheduled", "cancelled", "expunged")
_ANSWERED = re.compile(r"[1-5](?:[0-9]{2}|xx)")
_METHOD = re.compile(r"[A-Za-z]{1,10}")


def question_of(query: Mapping[str, Any], before: int, now: int) -> EventQuestion:
    """The filters and patterns of a stored query, of events born before an instant (epoch ms); Invalid as below."""
    return asked_of(query, _span(query, before), now, at=KEPT_AT)


def asked_of(query: Mapping[str, Any], span: Span, now: int, *, at: str = "") -> EventQuestion:
    """The filters and patterns of a query, of events born within a span.

    What may repeat is a list. Invalid points at a wrong member under `at`.
    """
    statuses = _texts(query, "status")
    _check_words(statuses, f"{at}/status")
    wanted = EventFilter(
        origins=_texts(query, "origin"),
        webhook_ids=ids_of(_texts(query, "webhookId")),
        workflow_ids=ids_of(_texts(query, "workflowId")),
        execution_ids=ids_of(_texts(query, "executionId")),
        receipt_statuses=[_RECEIPT_WORDS[word] for word in statuses if word in _RECEIPT_WORDS],
        event_statuses=[word for word in statuses if word in _EVENT_WORDS],
        delivery_statuses=_texts(query, "deliveryStatus"),
        endpoint_ids=ids_of(_texts(query, "endpointId")),
        methods=[_method(text, f"{at}/method") for text in _texts(query, "method")],
        response_statuses=[_answered(text, f"{at}/responseStatus") for text in _texts(query, "responseStatus")],
        source_ips=[_address(text, f"{at}/sourceIp") for text in _texts(query, "sourceIp")],
        error_codes=_texts(query, "errorCode"),
        subject=query.get("subject"),
        ordering_key=query.get("orderingKey"),
        priorities=query.get("priority", ()),
        has_execution=query.get("hasExecution"),
        is_replay=query.get("replayed"),
        is_test=query.get("test"),
        needle=_needle(query.get("q"), f"{at}/q"),
        span=span,
        now=now,
    )
    patterns = _patterns(_texts(query, "type"), f"{at}/type")
    return EventQuestion(wanted, patterns, _rules(query.get("where"), f"{at}/where"))


def _texts(query: Mapping[str, Any], name: str) -> Sequence[str]:
    found: Sequence[str] = query.get(name, ())
    return found


def _check_words(statuses: Sequence[str], pointer: str) -> None:
    """A receipt's words and an event's own words share one filter (contracts B.6, C.3)."""
    if not set(statuses) <= {*_RECEIPT_WORDS, *_EVENT_WORDS}:
        raise Invalid.one(pointer, f"must be one of {' '.join((*_RECEIPT_WORDS, *_EVENT_WORDS))}")


def _patterns(patterns: Sequence[str], pointer: str) -> Sequence[str]:
    if len(patterns) > PATTERNS_MOST or not all(is_pattern(pattern) for pattern in patterns):
        raise Invalid.one(pointer, "must be an event name or a pattern such as order.*")
    return patterns


def _method(text: str, pointer: str) -> str:
    if _METHOD.fullmatch(text) is None:
        raise Invalid.one(pointer, "must be a method such as POST")
    return text.upper()


def _answered(text: str, pointer: str) -> tuple[int, int]:
    if _ANSWERED.fullmatch(text) is None:
        raise Invalid.one(pointer, "must be a status such as 202, or a class such as 2xx")
    low = int(text.replace("x", "0"))
    return low, low + (100 if text.endswith("xx") else 1)


def _address(text: str, pointer: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise Invalid.one(pointer, "must be an address such as 203.0.113.9") from None


def _needle(text: str | None, pointer: str) -> str | None:
    if not text:
        return None
    needle = folded(text)
    if not NEEDLE_LEAST <= len(needle) <= NEEDLE_MOST:
        raise Invalid.one(pointer, f"must have {NEEDLE_LEAST} to {NEEDLE_MOST} characters")
    return needle


def _rules(where: object, pointer: str) -> Rules | None:
    """Rows as a list, or as the JSON text that a list's query string holds."""
    if where is None or where == "":
        return None
    text = where if isinstance(where, str) else json.dumps(where)
    rows = read_json(text.encode("utf-8", "replace")).value
    if not isinstance(rows, list) or len(rows) > RULES_MOST:
        raise Invalid.one(pointer, f"must be a JSON array of at most {RULES_MOST} filter rows")
    rules = compile_rules(rows, pointer, scopes=OF_EVENT | OF_REQUEST)
    return None if rules.is_open else rules


def _span(query: Mapping[str, Any], before: int) -> Span:
    start, end = query.get("from"), query.get("to")
    return Span(
        None if start is None else parse_instant(start, f"{KEPT_AT}/from"),
        before if end is None else min(before, parse_instant(end, f"{KEPT_AT}/to")),
    )

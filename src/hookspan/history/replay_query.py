"""Which events a stored query means: the filters of lists of events by their public names, as JSON (contracts C.3)."""

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
_RECEIPT_WORDS = {"success": "processed"} | {
    word: word for word in ("received", "processed", "filtered", "failed", "held")
}
_EVENT_WORDS = ("stored", "scheduled", "cancelled", "expunged")
_ANSWERED = re.compile(r"[1-5](?:[0-9]{2}|xx)")


def question_of(query: Mapping[str, Any], before: int, now: int) -> EventQuestion:
    """The filters and patterns of a query, of events born before an instant (epoch ms).

    What may repeat is a list. Invalid points at a wrong member under `/query`.
    """
    statuses = _texts(query, "status")
    wanted = EventFilter(
        origins=_texts(query, "origin"),
        webhook_ids=ids_of(_texts(query, "webhookId")),
        workflow_ids=ids_of(_texts(query, "workflowId")),
        execution_ids=ids_of(_texts(query, "executionId")),
        receipt_statuses=[_RECEIPT_WORDS[word] for word in _words(statuses) if word in _RECEIPT_WORDS],
        event_statuses=[word for word in statuses if word in _EVENT_WORDS],
        delivery_statuses=_texts(query, "deliveryStatus"),
        endpoint_ids=ids_of(_texts(query, "endpointId")),
        methods=[text.upper() for text in _texts(query, "method")],
        response_statuses=[_answered(text) for text in _texts(query, "responseStatus")],
        source_ips=[_address(text) for text in _texts(query, "sourceIp")],
        error_codes=_texts(query, "errorCode"),
        subject=query.get("subject"),
        ordering_key=query.get("orderingKey"),
        priorities=query.get("priority", ()),
        has_execution=query.get("hasExecution"),
        is_replay=query.get("replayed"),
        is_test=query.get("test"),
        needle=_needle(query.get("q")),
        span=_span(query, before),
        now=now,
    )
    return EventQuestion(wanted, _patterns(_texts(query, "type")), _rules(query.get("where")))


def _texts(query: Mapping[str, Any], name: str) -> Sequence[str]:
    found: Sequence[str] = query.get(name, ())
    return found


def _words(statuses: Sequence[str]) -> Sequence[str]:
    """A receipt's words and an event's own words share one filter (contracts B.6, C.3)."""
    for place, word in enumerate(statuses):
        if word not in _RECEIPT_WORDS and word not in _EVENT_WORDS:
            raise Invalid.one(f"/query/status/{place}", f"must be one of {' '.join((*_RECEIPT_WORDS, *_EVENT_WORDS))}")
    return statuses


def _patterns(patterns: Sequence[str]) -> Sequence[str]:
    if len(patterns) > PATTERNS_MOST or not all(is_pattern(pattern) for pattern in patterns):
        raise Invalid.one("/query/type", "must be an event name or a pattern such as order.*")
    return patterns


def _answered(text: str) -> tuple[int, int]:
    if _ANSWERED.fullmatch(text) is None:
        raise Invalid.one("/query/responseStatus", "must be a status such as 202, or a class such as 2xx")
    low = int(text.replace("x", "0"))
    return low, low + (100 if text.endswith("xx") else 1)


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise Invalid.one("/query/sourceIp", "must be an address such as 203.0.113.9") from None


def _needle(text: str | None) -> str | None:
    if not text:
        return None
    needle = folded(text)
    if not NEEDLE_LEAST <= len(needle) <= NEEDLE_MOST:
        raise Invalid.one("/query/q", f"must have {NEEDLE_LEAST} to {NEEDLE_MOST} characters")
    return needle


def _rules(where: object) -> Rules | None:
    """Rows as a list, or as the JSON text that a list's query string holds."""
    if where is None:
        return None
    text = where if isinstance(where, str) else json.dumps(where)
    rows = read_json(text.encode("utf-8", "replace")).value
    if not isinstance(rows, list) or len(rows) > RULES_MOST:
        raise Invalid.one("/query/where", f"must be a list of at most {RULES_MOST} filter rows")
    rules = compile_rules(rows, "/query/where", scopes=OF_EVENT | OF_REQUEST)
    return None if rules.is_open else rules


def _span(query: Mapping[str, Any], before: int) -> Span:
    start, end = query.get("from"), query.get("to")
    return Span(
        None if start is None else parse_instant(start, "/query/from"),
        before if end is None else min(before, parse_instant(end, "/query/to")),
    )

"""The filters of lists and exports of events (contracts B.6, C.3), as they stand in a query."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from hookspan.api.auth import CallerOf
from hookspan.api.event_shapes import Origin
from hookspan.api.paging import BornOf
from hookspan.api.rooms import RoomsOf
from hookspan.errors import Forbidden, Invalid
from hookspan.history.bulk import ids_of
from hookspan.history.search import EventQuestion
from hookspan.model.deliveries import DeliveryStatus
from hookspan.model.jsonview import read_json
from hookspan.model.match import is_pattern
from hookspan.model.rules import OF_EVENT, OF_REQUEST, Rules, compile_rules
from hookspan.model.search_text import NEEDLE_LEAST, NEEDLE_MOST, folded
from hookspan.storage.event_filter import EventFilter
from hookspan.storage.event_walk import FACETS

RULES_MOST = 5
WHERE_CHARACTERS = 16_384
_RECEIPT_WORDS = {
    "success": "processed",
    **{word: word for word in ("received", "processed", "filtered", "failed", "held")},
}
_EVENT_WORDS = ("stored", "scheduled", "cancelled", "expunged")
_ANSWERED = re.compile(r"[1-5](?:[0-9]{2}|xx)")
_METHOD = re.compile(r"[A-Za-z]{1,10}")


class EventQuery(BaseModel):
    """Filters of a list of events; `type` and `eventType` take patterns, `responseStatus` also `2xx`."""

    model_config = ConfigDict(alias_generator=to_camel)

    type: list[str] = []
    event_type: list[str] = []
    status: list[str] = []
    origin: list[Origin] = []
    webhook_id: list[str] = []
    workflow_id: list[str] = []
    execution_id: list[str] = []
    delivery_status: list[DeliveryStatus] = []
    endpoint_id: list[str] = []
    method: list[str] = []
    response_status: list[str] = []
    source_ip: list[str] = []
    error_code: list[str] = []
    subject: str | None = None
    ordering_key: str | None = None
    priority: list[Annotated[int, Field(ge=0, le=3)]] = []
    has_execution: bool | None = None
    replayed: bool | None = None
    test: bool | None = None
    q: Annotated[str | None, Field(max_length=NEEDLE_MOST)] = None
    where: Annotated[str | None, Field(max_length=WHERE_CHARACTERS)] = None


def _question(asked: Annotated[EventQuery, Query()], born: BornOf, rooms: RoomsOf, caller: CallerOf) -> EventQuestion:
    if (asked.q or asked.where) and not caller.may("payloads:read"):
        # Whoever may ask whether a payload holds a text can read it, a letter at a time.
        raise Forbidden("q and where look into payloads: this needs the scope payloads:read")
    receipts, stored = _statuses(asked.status)
    wanted = EventFilter(
        origins=asked.origin,
        webhook_ids=ids_of(asked.webhook_id),
        workflow_ids=ids_of(asked.workflow_id),
        execution_ids=ids_of(asked.execution_id),
        receipt_statuses=receipts,
        event_statuses=stored,
        delivery_statuses=asked.delivery_status,
        endpoint_ids=ids_of(asked.endpoint_id),
        methods=[_method(text) for text in asked.method],
        response_statuses=[_answered(text) for text in asked.response_status],
        source_ips=[_address(text) for text in asked.source_ip],
        error_codes=asked.error_code,
        subject=asked.subject,
        ordering_key=asked.ordering_key,
        priorities=asked.priority,
        has_execution=asked.has_execution,
        is_replay=asked.replayed,
        is_test=asked.test,
        needle=_needle(asked.q),
        span=born.span,
        now=rooms.clock.now_ms(),
    )
    return EventQuestion(wanted, _patterns([*asked.type, *asked.event_type]), _rules(asked.where))


Asked = Annotated[EventQuestion, Depends(_question)]
"""The filters that were asked for."""


def _facet_names(facets: str | None = None) -> list[str]:
    names = [name.strip() for name in (facets or "").split(",") if name.strip()]
    if not set(names) <= FACETS.keys():
        raise Invalid.one("/facets", f"must be some of {','.join(FACETS)}")
    return names


def _included(include: str | None = None) -> frozenset[str]:
    words = frozenset(word.strip() for word in (include or "").split(",") if word.strip())
    if not words <= {"headers", "body"}:
        raise Invalid.one("/include", "must be headers, body or both")
    return words


FacetNames = Annotated[list[str], Depends(_facet_names)]
Included = Annotated[frozenset[str], Depends(_included)]


def _statuses(words: list[str]) -> tuple[list[str], list[str]]:
    """A receipt's words and an event's own words share one filter (contracts B.6, C.3)."""
    unknown = [word for word in words if word not in _RECEIPT_WORDS and word not in _EVENT_WORDS]
    if unknown:
        raise Invalid.one("/status", f"must be one of {' '.join((*_RECEIPT_WORDS, *_EVENT_WORDS))}")
    receipts = [_RECEIPT_WORDS[word] for word in words if word in _RECEIPT_WORDS]
    return receipts, [word for word in words if word in _EVENT_WORDS]


def _patterns(patterns: list[str]) -> list[str]:
    if len(patterns) > 100 or not all(is_pattern(pattern) for pattern in patterns):
        raise Invalid.one("/type", "must be an event name or a pattern such as order.*")
    return patterns


def _method(text: str) -> str:
    if _METHOD.fullmatch(text) is None:
        raise Invalid.one("/method", "must be a method such as POST")
    return text.upper()


def _answered(text: str) -> tuple[int, int]:
    if _ANSWERED.fullmatch(text) is None:
        raise Invalid.one("/responseStatus", "must be a status such as 202, or a class such as 2xx")
    low = int(text.replace("x", "0"))
    return low, low + (100 if text.endswith("xx") else 1)


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise Invalid.one("/sourceIp", "must be an address such as 203.0.113.9") from None


def _needle(text: str | None) -> str | None:
    if text is None or text == "":
        return None
    needle = folded(text)
    if len(needle) < NEEDLE_LEAST:
        raise Invalid.one("/q", f"must have at least {NEEDLE_LEAST} characters")
    return needle


def _rules(text: str | None) -> Rules | None:
    if not text:
        return None
    rows = read_json(text.encode("utf-8", "replace")).value
    if not isinstance(rows, list) or len(rows) > RULES_MOST:
        raise Invalid.one("/where", f"must be a JSON array of at most {RULES_MOST} filter rows")
    rules = compile_rules(rows, "/where", scopes=OF_EVENT | OF_REQUEST)
    return None if rules.is_open else rules

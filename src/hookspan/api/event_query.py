"""The filters of lists and exports of events (contracts B.6, C.3), as they stand in a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from hookspan.api.auth import CallerOf
from hookspan.api.event_shapes import Origin
from hookspan.api.paging import BornOf
from hookspan.api.rooms import RoomsOf
from hookspan.errors import Forbidden, Invalid
from hookspan.history.replay_query import asked_of
from hookspan.history.search import EventQuestion
from hookspan.model.deliveries import DeliveryStatus
from hookspan.model.search_text import NEEDLE_MOST
from hookspan.storage.event_walk import FACETS

WHERE_CHARACTERS = 16_384


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
    members = asked.model_dump(by_alias=True, exclude_none=True)
    members["type"] = [*asked.type, *asked.event_type]
    return asked_of(members, born.span, rooms.clock.now_ms())


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


def _expands(caller: CallerOf, expand: Literal["execution"] | None = None) -> bool:
    if expand is not None and not caller.may("executions:read"):
        raise Forbidden("expand=execution shows executions: this needs the scope executions:read")
    return expand is not None


Expands = Annotated[bool, Depends(_expands)]
"""Whether each event is asked for with its execution."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a list of events tells beside them: counts by these facets, the execution of each."""

    facets: list[str]
    expands: bool


def _beside(names: FacetNames, expands: Expands) -> Beside:
    return Beside(names, expands)


BesideOf = Annotated[Beside, Depends(_beside)]
Included = Annotated[frozenset[str], Depends(_included)]

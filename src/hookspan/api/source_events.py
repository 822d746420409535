"""`/api/v1/webhooks/{id}/events`: the history of one source, as seed 003 shapes it (contracts B.6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.event_query import Asked, FacetNames, Included
from hookspan.api.event_shapes import seen_of
from hookspan.api.exports import EXPORT_ANSWER, FormOf, webhook_events_download
from hookspan.api.paging import SlowestPagingOf
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.api.webhook_event_shapes import WebhookEvent, WebhookEventList, list_answer, webhook_event_bytes
from hookspan.errors import BadRequest, Forbidden, NotFound
from hookspan.history.search import EventQuestion, Search, Shown
from hookspan.model.ids import canonical_id
from hookspan.storage.keyset import Total

router = APIRouter(prefix="/api/v1/webhooks/{webhook_id}/events", tags=["sources"])
Reader = Annotated[Caller, may("events:read")]
OFFSET_MOST = 10_000


async def _of_source(webhook_id: str, rooms: RoomsOf, caller: Reader, asked: Asked) -> EventQuestion:
    """The question for this source alone; NotFound when the tenant has no such source."""
    source_id = await _source(rooms, caller, webhook_id)
    return replace(asked, wanted=replace(asked.wanted, webhook_ids=(source_id,)))


OfSource = Annotated[EventQuestion, Depends(_of_source)]


def _offset(offset: Annotated[int, Query(ge=0)] = 0) -> int:
    if offset > OFFSET_MOST:
        raise BadRequest(f"offset is at most {OFFSET_MOST}; go on with the cursor of the last page")
    return offset


def _shown(caller: Reader, names: FacetNames, included: Included) -> tuple[Shown, frozenset[str]]:
    if included and not caller.may("payloads:read"):
        raise Forbidden("include shows contents: this needs the scope payloads:read")
    return Shown(names, contents=bool(included)), included


@router.get("", operation_id="listWebhookEvents", response_model=WebhookEventList)
async def list_webhook_events(
    rooms: RoomsOf,
    asked: OfSource,
    paging: SlowestPagingOf,
    offset: Annotated[int, Depends(_offset)],
    showing: Annotated[tuple[Shown, frozenset[str]], Depends(_shown)],
    caller: Reader,
) -> Response:
    """The source's requests, newest first; `cursor` leads on where `offset` may not."""
    shown, included = showing
    keyset = replace(paging.keyset, counted=True)
    page = await Search(rooms.database).events(caller.tenant_id, asked, keyset, offset=offset, shown=shown)
    linked = Response()
    links = paging.links_of(linked, page.page)
    total = page.page.total or Total(0, is_capped=False)
    paged = {"limit": keyset.limit, "offset": offset, "nextCursor": links["next_cursor"]}
    beside = {"total": total.number, "totalIsCapped": total.is_capped, **paged, **seen_of(page)}
    answer = list_answer(page, included, beside, may_read=caller.may("payloads:read"))
    if "link" in linked.headers:
        answer.headers["Link"] = linked.headers["link"]
    return answer


@router.get("/export", operation_id="exportWebhookEvents", response_class=Response, responses=EXPORT_ANSWER)
async def export_webhook_events(rooms: RoomsOf, caller: Reader, asked: OfSource, form: FormOf) -> Response:
    """The source's requests with the filters of their list, contents included for who may read them."""
    return await webhook_events_download(rooms, caller, asked, form)


@router.get("/{event_id}", operation_id="getWebhookEvent", response_model=WebhookEvent)
async def get_webhook_event(webhook_id: str, event_id: str, rooms: RoomsOf, caller: Reader) -> Response:
    """One request of the source in full; its content only with the scope payloads:read."""
    source_id = await _source(rooms, caller, webhook_id)
    found = await Search(rooms.database).event(caller.tenant_id, canonical_id(event_id))
    if found.receipt is None or found.receipt.webhook_id != source_id:
        raise NotFound("the source has no such event")
    return Response(webhook_event_bytes(found, may_read=caller.may("payloads:read")), media_type="application/json")


async def _source(rooms: Rooms, caller: Caller, webhook_id: str) -> str:
    return (await rooms.sources.get(caller.tenant_id, canonical_id(webhook_id))).id

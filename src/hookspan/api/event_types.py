"""`/api/v1/event-types`: the catalogue, and a tenant's own types with their schemas (contracts B.8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.event_type_shapes import (
    EventType,
    EventTypeInput,
    EventTypeList,
    EventTypePatch,
    SampleList,
    SeedName,
    ValidateInput,
    ValidateResult,
    event_type_json,
)
from hookspan.api.exact import read_object, takes, written
from hookspan.api.rooms import RoomsOf
from hookspan.errors import Invalid, InvalidJson
from hookspan.events.registry import EventType as ShownType
from hookspan.events.registry import TypeFilter
from hookspan.events.type_wishes import read_wish

router = APIRouter(prefix="/api/v1/event-types", tags=["event types"])
Reader = Annotated[Caller, may("events:read")]
Writer = Annotated[Caller, may("event-types:write")]
Name = Annotated[str, Path(max_length=100)]
Version = Annotated[int | None, Query(ge=1, le=1_000_000)]

LIMIT_MOST = 1_000


class _Judged(msgspec.Struct, frozen=True):
    """A body of `validate`; the data stay the bytes that were sent."""

    data: msgspec.Raw
    version: int | None = None


_read_judged = msgspec.json.Decoder(_Judged).decode


class EventTypeQuery(BaseModel):
    """Filters of the list of event types; `archived=true` shows the archived ones alone."""

    limit: Annotated[int, Field(ge=1, le=LIMIT_MOST)] = LIMIT_MOST
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    prefix: Annotated[str, Field(max_length=100)] = ""
    seed: SeedName | None = None
    archived: bool = False


@router.get("", operation_id="listEventTypes", response_model=EventTypeList)
async def list_event_types(rooms: RoomsOf, caller: Reader, asked: Annotated[EventTypeQuery, Query()]) -> Response:
    """Built-in types and the tenant's own, by name."""
    wanted = TypeFilter(asked.prefix, asked.seed, asked.archived)
    page, total = await rooms.registry.list(caller.tenant_id, wanted, limit=asked.limit, offset=asked.offset)
    return _listed(page, total, asked.limit, asked.offset)


@router.post(
    "",
    status_code=201,
    operation_id="createEventType",
    response_model=EventType,
    openapi_extra=takes(EventTypeInput),
)
async def create_event_type(request: Request, rooms: RoomsOf, caller: Writer) -> Response:
    """Register a type; from now on published data of this type are checked."""
    shown = await rooms.registry.create(caller.tenant_id, read_wish(await read_object(request)))
    return written(event_type_json(shown), status=201, headers={"Location": f"/api/v1/event-types/{shown.name}"})


@router.get("/{name}", operation_id="getEventType", response_model=EventType)
async def get_event_type(name: Name, rooms: RoomsOf, caller: Reader, version: Version = None) -> Response:
    """One type at its current version or another; an alias answers with its own row."""
    return written(event_type_json(await rooms.registry.get(caller.tenant_id, name, version)))


@router.put("/{name}", operation_id="updateEventType", response_model=EventType, openapi_extra=takes(EventTypePatch))
async def update_event_type(
    name: Name, request: Request, rooms: RoomsOf, caller: Writer, force: bool = False
) -> Response:
    """Change the members named; another schema is the next version, refused when it breaks the compatibility."""
    wish = read_wish(await read_object(request), name=name)
    return written(event_type_json(await rooms.registry.update(caller.tenant_id, name, wish, force=force)))


@router.delete("/{name}", status_code=204, operation_id="archiveEventType")
async def archive_event_type(name: Name, rooms: RoomsOf, caller: Writer) -> None:
    """Archive a type: its data are no longer checked, and where unknown types are rejected, no longer published."""
    await rooms.registry.archive(caller.tenant_id, name)


@router.get("/{name}/versions", operation_id="listEventTypeVersions", response_model=EventTypeList)
async def list_event_type_versions(name: Name, rooms: RoomsOf, caller: Reader) -> Response:
    """Every version, newest first."""
    versions = await rooms.registry.versions(caller.tenant_id, name)
    return _listed(versions, len(versions), LIMIT_MOST, 0)


@router.post(
    "/{name}/validate",
    operation_id="validateEventData",
    response_model=ValidateResult,
    openapi_extra=takes(ValidateInput),
)
async def validate_event_data(name: Name, request: Request, rooms: RoomsOf, caller: Reader) -> Response:
    """Judge data without publishing them."""
    asked = _judged(await request.body())
    faults = await rooms.registry.validate(caller.tenant_id, name, bytes(asked.data), asked.version)
    errors = [{"pointer": fault.pointer, "detail": fault.detail} for fault in faults]
    return written({"valid": not faults, "errors": errors})


@router.get("/{name}/samples", operation_id="listEventTypeSamples", response_model=SampleList)
async def list_event_type_samples(name: Name, rooms: RoomsOf, caller: Reader) -> Response:
    """Data to start a test from."""
    samples = await rooms.registry.samples(caller.tenant_id, name)
    return written({"data": [msgspec.Raw(sample) for sample in samples]})


def _judged(body: bytes) -> _Judged:
    try:
        return _read_judged(body)
    except msgspec.ValidationError as error:
        detail = str(error)
        raise Invalid.one("/version" if "version" in detail else "/data", detail.partition(" - at")[0]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidJson(f"the body is not JSON: {error}") from None


def _listed(page: Sequence[ShownType], total: int, limit: int, offset: int) -> Response:
    return written({"data": [event_type_json(each) for each in page], "total": total, "limit": limit, "offset": offset})

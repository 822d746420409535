"""`/api/v1/keys`: make, list and revoke API keys (contracts C.7)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from hookspan.access.minting import YEAR_MS, NewKey
from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer, NativeBody
from hookspan.api.paging import CountedPagingOf, Listing
from hookspan.api.rooms import RoomsOf
from hookspan.model.times import instant, optional_instant, parse_instant
from hookspan.storage.api_keys import KeyRow

router = APIRouter(prefix="/api/v1/keys", tags=["keys"])
KeyAdmin = Annotated[Caller, may("keys:write")]


class ApiKeyWrite(NativeBody):
    """A new key. `expiresAt`: an instant, null for no end, absent for a year. `*` with a role: all the role may."""

    name: str = Field(min_length=1, max_length=100)
    scopes: list[str] = Field(min_length=1, max_length=64)
    role: str | None = None
    expires_at: str | int | None = None


class ApiKeyPatch(NativeBody):
    """What may change of a key: its name."""

    name: str = Field(min_length=1, max_length=100)


class ApiKey(Answer):
    """A key as it may be shown; `prefix` is its public part."""

    id: str
    name: str
    scopes: list[str]
    role: str | None
    prefix: str
    created_at: str
    expires_at: str | None
    last_used_at: str | None


class NewApiKey(ApiKey):
    """The one answer that holds the key itself."""

    key: str


class ApiKeyList(Listing):
    """One page of keys."""

    data: list[ApiKey]


@router.post("", status_code=201, operation_id="createKey")
async def create_key(body: ApiKeyWrite, rooms: RoomsOf, caller: KeyAdmin, response: Response) -> NewApiKey:
    """Make a key; it is shown here and never again."""
    wanted = NewKey(body.name, tuple(dict.fromkeys(body.scopes)), body.role, _end(body, rooms.clock.now_ms()))
    row, key = await rooms.access.api_keys.create(wanted, caller)
    response.headers["Location"] = f"/api/v1/keys/{row.id}"
    return NewApiKey(**_shown(row).model_dump(), key=key.reveal())


@router.get("", operation_id="listKeys")
async def list_keys(rooms: RoomsOf, caller: KeyAdmin, paging: CountedPagingOf, response: Response) -> ApiKeyList:
    """The live keys of the tenant, newest first."""
    rows, page = await rooms.access.api_keys.list(caller, paging.keyset)
    return ApiKeyList.model_validate({"data": [_shown(row) for row in rows], **paging.links_of(response, page)})


@router.get("/{key_id}", operation_id="getKey")
async def get_key(key_id: str, rooms: RoomsOf, caller: KeyAdmin) -> ApiKey:
    """One live key."""
    return _shown(await rooms.access.api_keys.get(key_id, caller))


@router.patch("/{key_id}", operation_id="renameKey")
async def rename_key(key_id: str, body: ApiKeyPatch, rooms: RoomsOf, caller: KeyAdmin) -> ApiKey:
    """Call a key something else; for other rights or another end, make a new key and revoke this one."""
    return _shown(await rooms.access.api_keys.rename(key_id, body.name, caller))


@router.delete("/{key_id}", status_code=204, operation_id="revokeKey")
async def revoke_key(key_id: str, rooms: RoomsOf, caller: KeyAdmin) -> None:
    """Revoke a key; no process takes it for longer than five seconds more."""
    await rooms.access.api_keys.revoke(key_id, caller)


def _end(body: ApiKeyWrite, now: int) -> int | None:
    if "expires_at" not in body.model_fields_set:
        return now + YEAR_MS
    return None if body.expires_at is None else parse_instant(body.expires_at, "/expiresAt")


def _shown(row: KeyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        scopes=list(row.scopes),
        role=row.role,
        prefix=row.prefix,
        created_at=instant(row.created_at),
        expires_at=optional_instant(row.expires_at),
        last_used_at=optional_instant(row.last_used_at),
    )

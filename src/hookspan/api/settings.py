"""`/api/v1/settings`: what a tenant decides for itself (contracts C.7)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body

from hookspan.access.roles import Caller
from hookspan.access.settings import TenantSettings
from hookspan.api.auth import CallerOf, may
from hookspan.api.rooms import RoomsOf

router = APIRouter(prefix="/api/v1/settings", tags=["settings"])
Settler = Annotated[Caller, may("settings:write")]


@router.get("", operation_id="getSettings")
async def get_settings(rooms: RoomsOf, caller: CallerOf) -> dict[str, Any]:
    """Every setting of the tenant by its dotted name."""
    return await TenantSettings(rooms.database, rooms.clock).read(caller.tenant_id)


@router.patch("", operation_id="changeSettings")
async def change_settings(body: Annotated[dict[str, Any], Body()], rooms: RoomsOf, caller: Settler) -> dict[str, Any]:
    """Change what is named; null goes back to the default, an unknown name is refused."""
    return await TenantSettings(rooms.database, rooms.clock).change(caller.tenant_id, body)

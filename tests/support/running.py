"""Executions in tests of the API: begun by a call, driven as far as they go, whenever the test says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.calls import Calls
from tests.support.surface import Surface

EXECUTIONS = "/api/v1/executions"
ASK: dict[str, object] = {"id": "ask", "kind": "external"}
GO: dict[str, object] = {"id": "go", "kind": "wait", "with": {"signal": "paid"}}


@dataclass(frozen=True)
class Running:
    """One execution, at the path where the API shows it."""

    world: Surface
    api: Calls
    id: str
    workflow_id: str

    @property
    def path(self) -> str:
        """Where it is."""
        return f"{EXECUTIONS}/{self.id}"

    async def shown(self) -> dict[str, Any]:
        """The execution as it stands."""
        read: dict[str, Any] = await self.api.get(self.path)
        return read

    async def steps(self) -> dict[str, dict[str, Any]]:
        """Its steps by id."""
        return {step["stepId"]: step for step in (await self.api.get(f"{self.path}/steps"))["data"]}

    async def callback(self, step_id: str = "ask") -> str:
        """The path of a step's callback, its token in it."""
        url: str = (await self.steps())[step_id]["callbackUrl"]
        return url.removeprefix("http://testserver")

    async def tell(self, route: str, body: Any = None, *, status: int = 202) -> dict[str, Any]:
        """Post to a route below it, and run what follows."""
        answered: dict[str, Any] = await self.api.post(f"{self.path}/{route}", body, status=status)
        await driven(self.world)
        return answered


async def begun(world: Surface, api: Calls, *steps: Mapping[str, object], start: Any = None, **members: Any) -> Running:
    """A new workflow of these steps, started with `start` and driven as far as it goes."""
    workflow = await api.post("/api/v1/workflows", {"name": "Order intake", "steps": list(steps), **members})
    body = {"input": start}
    execution = await api.post(f"/api/v1/workflows/{workflow['id']}/executions", body, status=202)
    await driven(world)
    return Running(world, api, execution["id"], workflow["id"])


async def driven(world: Surface) -> None:
    """Run all that is due."""
    while await world.rooms.engine.claim_once():
        await world.rooms.engine.quiet()

"""A workflow that calls the source it is started by: the count of hops goes round with it, and it ends (S32)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import msgspec
import pytest

from hookspan.inbound.head import PREFIX, Headers
from hookspan.model.hops import hop_header
from hookspan.ports import HttpAnswer, HttpRequest
from hookspan.storage.database import Database
from hookspan.storage.tables import executions
from tests.support.gateway import BASE, Gateway
from tests.support.workshop import HOP_KEY, FarSide, Workshop, workshop_on

CALL: dict[str, object] = {
    "id": "call",
    "kind": "http",
    "with": {"url": "{{trigger.body.to}}", "method": "POST", "body": "{{trigger.body}}"},
}


ROUNDS_MOST = 20


class OwnReceiver(FarSide):
    """Leads every request back to our receiver, as a proxy before it would; a loop without end is cut here."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__()
        self._gateway = gateway
        self.statuses: list[int] = []

    async def send(self, request: HttpRequest) -> HttpAnswer:
        """One request, and what the receiver says to it."""
        path = urlsplit(request.url).path.removeprefix(PREFIX)
        fields = [(name.lower().encode(), value.encode()) for name, value in request.headers]
        if len(self.statuses) == ROUNDS_MOST:
            return HttpAnswer(410, [], b"", False, 1.0)
        answer = await self._gateway.takes(path, request.body, fields)
        self.statuses.append(answer.status)
        return HttpAnswer(answer.status, [], answer.body, False, 1.0)


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


@pytest.fixture
def gateway(shop: Workshop) -> Gateway:
    return Gateway(shop.database, shop.tenant_id)


async def a_source(gateway: Gateway, workflow_id: str, headers: Headers | None = None) -> None:
    """One that starts the workflow and is told its own address."""
    kept = await gateway.source(workflow_id=workflow_id)
    path = kept.source.path
    await gateway.takes(path, msgspec.json.encode({"to": f"{BASE}{PREFIX}{path}"}), headers)


async def ran(shop: Workshop, gateway: Gateway, own: OwnReceiver) -> list[tuple[int, str]]:
    """Run all that is due; how deep each execution was, and its end."""
    await shop.settle(shop.another_engine(own))
    return [(row["depth"], row["status"]) for row in await gateway.rows(executions)]


async def test_a_workflow_that_posts_to_its_own_source_ends_after_eight_hops(shop: Workshop, gateway: Gateway) -> None:
    own = OwnReceiver(gateway)
    await a_source(gateway, await shop.workflow(CALL))

    ends = await ran(shop, gateway, own)

    assert own.statuses == [202] * 8 + [508]
    assert ends == [*((depth, "completed") for depth in range(8)), (8, "failed")]
    assert await gateway.causes() == ["loop"]


async def test_a_request_that_came_far_already_goes_on_counting(shop: Workshop, gateway: Gateway) -> None:
    own = OwnReceiver(gateway)
    hops = hop_header(HOP_KEY, "m-1", 7).encode()
    await a_source(gateway, await shop.workflow(CALL), [(b"webhook-id", b"m-1"), (b"x-hookspan-hops", hops)])

    ends = await ran(shop, gateway, own)

    assert own.statuses == [202, 508]
    assert ends == [(7, "completed"), (8, "failed")]


async def test_a_child_goes_on_counting_for_its_parent(shop: Workshop, gateway: Gateway) -> None:
    own = OwnReceiver(gateway)
    child = await shop.workflow(CALL, name="Calls")
    beget: dict[str, object] = {
        "id": "beget",
        "kind": "workflow",
        "with": {"workflowId": child, "input": "{{trigger.body}}"},
    }
    await a_source(gateway, await shop.workflow(beget, name="Begets"))

    await ran(shop, gateway, own)

    assert own.statuses == [202] * 8 + [508]

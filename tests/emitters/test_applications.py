"""What applications publish themselves under names of the catalogue, and what they may not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emitters.stage import Stage
from tests.emitters.told import emits

pytestmark = pytest.mark.asyncio(loop_scope="module")

AGENT = {"agent_id": "agent_123", "agent_name": "Data Processor"}


@emits("custom", "agent.started", "agent.stopped", "agent.failed")
async def test_what_an_application_publishes_arrives_as_it_was_given(stage: Stage) -> None:
    sent: dict[str, Any] = {
        "custom": {"anything": [1, 2]},
        "agent.started": AGENT,
        "agent.stopped": {**AGENT, "stopped_at": "2025-05-21T21:27:09.442Z"},
        "agent.failed": {**AGENT, "error": "out of memory"},
    }
    for name, data in sent.items():
        await stage.api.publish(name, data)

    told = await stage.hears_all()

    assert told == sent
    for name in stage.names:
        assert await stage.sees("event.published", eventType=name, origin="api")


async def test_a_name_of_the_products_own_is_refused_without_the_right_to_it(stage: Stage) -> None:
    await stage.listens("execution.completed")
    key = await stage.api.post("/api/v1/keys", {"name": "app", "scopes": ["events:publish"]})

    refused = await stage.api.ask(
        "POST",
        "/api/v1/events",
        {"type": "execution.completed", "data": {}},
        headers={"Authorization": f"Bearer {key['key']}"},
    )

    await stage.run({"id": "fetch", "kind": "pass"})
    await stage.hears("execution.completed")
    assert refused.status_code == 422
    assert len(stage.sent_to("execution.completed")) == 1

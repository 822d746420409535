"""What is found out about a request reaches the workflow it starts, as `trigger.metadata` (contracts B.9)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hookspan.storage.tables import executions, webhook_events
from tests.support.instance import Instance, running
from tests.support.places import WELLINGTON, write
from tests.support.raw_http import post

ENRICHMENT = {
    "geo": True,
    "custom": {"team": "shop"},
    "rules": [
        {
            "when": [{"fieldPath": "$meta.geo.country", "operator": "equals", "value": "NZ"}],
            "set": {"order": "{{$.order.id}}", "agent": "{{$meta.userAgentParsed.family}}"},
        }
    ],
}


async def trigger_of(instance: Instance, fields: tuple[str, ...] = (), **members: Any) -> dict[str, Any]:
    """The trigger of the execution that a request starts, and that its receipt says the same."""
    workflow = {"name": "w", "steps": [{"id": "a", "kind": "pass"}]}
    row, _ = await instance.application.definitions.create(instance.tenant_id, workflow)
    kept = await instance.source(auth_type="none", workflow_id=row.id, **members)
    async with instance.wire() as wire:
        await wire.says(post(f"/api/v1/webhooks/{kept.source.path}", b'{"order":{"id":7}}', *fields))
        assert (await wire.hears()).status == 202
    database = instance.application.database
    trigger = await database.read(lambda connection: connection.execute(select(executions.c.trigger)).scalar_one())
    receipt = await database.read(lambda connection: connection.execute(select(webhook_events.c.metadata)).scalar_one())
    found: dict[str, Any] = json.loads(trigger)
    assert json.loads(receipt)["custom"] == found["metadata"]["custom"]
    return found


async def test_a_workflow_sees_who_sent_it_from_where_and_what_the_rules_add(tmp_path: Path) -> None:
    file = write(tmp_path / "places.mmdb", {"127.0.0.0/8": WELLINGTON})

    async with running(tmp_path / "data", receiver__geo_database=file) as instance:
        trigger = await trigger_of(instance, ("User-Agent: GitHub-Hookshot/abc",), enrichment=ENRICHMENT)

    metadata = trigger["metadata"]
    assert (metadata["sourceIp"], metadata["geo"]["city"]) == ("127.0.0.1", "Wellington")
    assert metadata["userAgentParsed"] == {"family": "GitHub-Hookshot", "os": None, "device": None, "bot": True}
    assert metadata["custom"] == {"team": "shop", "order": 7, "agent": "GitHub-Hookshot"}
    assert set(metadata["timing"]) == {"readMs", "verifyMs", "filterMs", "storeMs"}


async def test_a_file_that_is_no_database_stops_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "places.mmdb"
    broken.write_bytes(b"no database")

    async with running(tmp_path / "data", receiver__geo_database=broken) as instance:
        trigger = await trigger_of(instance, enrichment=ENRICHMENT)

    assert trigger["metadata"]["geo"] is None
    assert trigger["metadata"]["custom"] == {"team": "shop"}


async def test_a_paused_source_holds_what_comes_and_counts_it_once_it_is_let_go(tmp_path: Path) -> None:
    async with running(tmp_path) as instance:
        sources, tenant_id = instance.application.sources, instance.tenant_id
        kept = await instance.source(auth_type="none")
        await sources.pause(tenant_id, kept.source.id)
        async with instance.wire() as wire:
            await wire.says(post(f"/api/v1/webhooks/{kept.source.path}", b"{}"))
            held = await wire.hears()
        while_paused = await sources.get(tenant_id, kept.source.id)

        await sources.resume(tenant_id, kept.source.id)
        await instance.application.holding.turn()

        resumed = await sources.get(tenant_id, kept.source.id)
    assert json.loads(held.body)["status"] == "held"
    assert (while_paused.trigger_count, while_paused.last_triggered_at) == (0, None)
    assert resumed.trigger_count == 1
    assert resumed.last_triggered_at is not None

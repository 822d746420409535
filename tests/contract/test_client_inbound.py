"""The typed client of webhooks in and of history: sources, filters, presets, replays, levels, views (contracts G.4)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import FrozenInstanceError
from datetime import datetime
from pathlib import Path

import httpx2
import pytest

from hookspan import AsyncClient, Client
from hookspan.client import Conflict, Forbidden, NotFound
from hookspan.client.http import Seams
from hookspan.client.inbound_records import FilterVerdict, Secrets, Webhook
from hookspan.client.typed import AsyncSeams
from tests.support.surface import Surface, surface


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Surface]:
    async with surface(tmp_path) as opened:
        yield opened


@pytest.fixture
async def client(api: Surface) -> AsyncIterator[AsyncClient]:
    transport = httpx2.ASGITransport(app=api.app)
    token = api.greeting.api_key.reveal()
    async with AsyncClient("http://testserver", token, seams=AsyncSeams(transport=transport)) as opened:
        yield opened


async def test_a_source_lives_from_its_making_to_its_end(client: AsyncClient) -> None:
    made = await client.webhooks.create(
        "in", provider="github", max_body_bytes=2_048, rate_limit={"count": 5, "periodMs": 9}
    )
    changed = await client.webhooks.update(made.id, priority=3, rate_limit=None)
    paused, resumed = await client.webhooks.pause(made.id), await client.webhooks.resume(made.id)
    found = [row.id async for row in client.webhooks.list(q="in", priority=3)]
    await client.webhooks.delete(made.id)

    assert (made.provider, made.max_body_bytes, made.rate_limit) == ("github", 2_048, {"count": 5, "periodMs": 9})
    assert (changed.priority, changed.rate_limit, changed.secret) == (3, None, None)
    assert (paused.status, resumed.status, found) == ("paused", "active", [made.id])
    assert isinstance(made.created_at, datetime)
    assert (made.error_rate.h24, made.extra) == (0.0, {})
    with pytest.raises(NotFound):
        await client.webhooks.get(made.id)


async def test_secrets_are_regenerated_and_revealed_but_never_printed(client: AsyncClient) -> None:
    made = await client.webhooks.create("in", provider="github")

    fresh = await client.webhooks.regenerate_secret(made.id, overlap_ms=60_000)
    live = await client.webhooks.secret(made.id)

    assert isinstance(live, Secrets)
    assert (live.secret, [row.hint for row in live.previous]) == (fresh, [str(made.secret)[-4:]])
    assert fresh not in repr(live)
    assert str(made.secret) not in repr(made)
    with pytest.raises(FrozenInstanceError):
        live.secret = "x"  # type: ignore[misc]


async def test_a_source_is_tested_and_its_tests_are_kept(client: AsyncClient) -> None:
    made = await client.webhooks.create("in", provider="github")

    passed = await client.webhooks.test(made.id, body={"n": 1}, headers={"X-GitHub-Event": "push"})
    refused = await client.webhooks.test(made.id, body={"n": 1}, sign=False, dry_run=True)
    kept = [row async for row in client.webhooks.tests(made.id)]
    samples = [row.kind async for row in client.webhooks.samples(made.id)]

    assert (passed.success, passed.status_code, passed.verification) == (True, 200, "signed")
    assert passed.filter is not None
    assert passed.filter.reason == "no filters"
    assert (refused.success, refused.error) == (False, "missing_signature")
    assert [row.event_id for row in kept] == [passed.event_id]
    assert kept[0].response is not None
    assert kept[0].response.status_code == 200
    assert "provider" in samples


async def test_filter_rows_are_written_and_tried(client: AsyncClient) -> None:
    source = await client.webhooks.create("in", auth_type="none")

    row = await client.filters.create(source.id, field_path="$.n", operator="greater_than", value=1)
    changed = await client.filters.update(source.id, row.id, value=2)
    verdict = await client.filters.test(source.id, payload={"n": 2})
    backtest = await client.filters.backtest(source.id, last=10)
    rows = await client.filters.replace(source.id, [{"field_path": "$.a", "operator": "exists"}])
    listed = [each.field_path async for each in client.filters.list(source.id)]

    assert (row.value, changed.value) == (1, 2)
    assert isinstance(verdict, FilterVerdict)
    assert (verdict.passed, verdict.groups[0]["group"]) == (False, 0)
    assert (backtest.tested, backtest.examples) == (0, {"passed": [], "filtered": [], "failed": []})
    assert ([each.field_path for each in rows], listed) == (["$.a"], ["$.a"])


async def test_what_came_in_is_listed_read_exported_and_replayed(client: AsyncClient) -> None:
    source = await client.webhooks.create("in", auth_type="none")
    result = await client.webhooks.test(source.id, body={"n": 1})
    assert result.event_id is not None

    (listed,) = [event async for event in client.webhooks.events(source.id, status="success", include="headers,body")]
    whole = await client.webhooks.event(source.id, result.event_id)
    exported = b"".join([part async for part in client.webhooks.export(source.id, format="ndjson")])
    everything = b"".join([part async for part in client.events.export(format="json", webhook_id=source.id)])
    replayed = await client.webhooks.replay(source.id, [result.event_id, source.id], reason="again")

    assert (listed.id, listed.request_body, whole.request_body) == (result.event_id, {"n": 1}, {"n": 1})
    assert json.loads(exported)["id"] == json.loads(everything)[0]["id"] == result.event_id
    assert (replayed[result.event_id].success, replayed[result.event_id].replay_count) == (True, 1)
    assert (replayed[source.id].success, replayed[source.id].error) == (False, "not found")


async def test_replays_have_a_chain_and_a_record(client: AsyncClient) -> None:
    first = await client.events.publish("replay.me", {"n": 1})

    second = await client.events.replay(first.id, modified_payload=b'{"n": 2.50}', reason="why")
    assert second.event_id is not None
    chain = await client.events.chain(second.event_id)
    (recorded,) = [row async for row in client.replays.list(event_id=first.id)]
    plan = await client.events.replay_many(query={"type": "replay.me"}, dry_run=True)

    assert await client.events.data(second.event_id) == b'{"n":2.50}'
    assert ([row.id for row in chain.data], chain.root_event_id) == ([first.id, second.event_id], first.id)
    assert (recorded.reason, recorded.modified, recorded.event_id) == ("why", True, second.event_id)
    assert plan.total == 2


async def test_replays_of_replays_end(client: AsyncClient) -> None:
    first = await client.events.publish("replay.me", {"n": 1})

    with pytest.raises(Conflict):
        await _replayed_too_deep(client, first.id)


async def _replayed_too_deep(client: AsyncClient, identity: str) -> None:
    for _ in range(6):
        made = await client.events.replay(identity)
        identity = str(made.event_id)


async def test_presets_levels_retention_and_views_are_objects_too(client: AsyncClient) -> None:
    presets = {row.id: row async for row in client.providers.list()}
    stripe = await client.providers.get("stripe")
    levels = [row.name async for row in client.priorities.list()]
    changed = await client.priorities.update(0, sla_ms=60_000)
    kept = await client.retention.replace(events=45, audit=None)
    view = await client.views.create("requests", "failed", {"status": ["failed"]}, shared=True)
    views = [row.name async for row in client.views.list(list="requests")]
    renamed = await client.views.update(view.id, name="broken")
    await client.views.delete(view.id)

    assert presets["stripe"].signed_fields == stripe.signed_fields == ("body", "time")
    assert (presets["stripe"].verification, stripe.sample is None) == (None, False)
    assert levels == ["critical", "high", "normal", "low"]
    assert (changed.level, changed.sla_ms) == (0, 60_000)
    assert (kept.events.days, kept.audit.days) == (45, None)
    assert (view.own, views, renamed.name) == (True, ["failed"], "broken")


def test_a_refused_download_is_an_error_and_not_a_file() -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(403, content=b'{"code":"forbidden","detail":"no"}')

    with Client("http://gateway.test", "x", seams=Seams(transport=httpx2.MockTransport(answer))) as client:
        parts = client.events.export()
        with pytest.raises(Forbidden, match="no"):
            next(parts)


def test_a_refused_request_tells_its_cause() -> None:
    row = {"id": "1", "cause": "bad_signature", "receivedAt": "2025-05-21T21:27:09.442Z", "count": 3}

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"data": [row], "total": 1})

    with Client("http://gateway.test", "x", seams=Seams(transport=httpx2.MockTransport(answer))) as client:
        (refused,) = client.webhooks.rejected("1", cause=["bad_signature"])

    assert (refused.cause, refused.count, refused.headers) == ("bad_signature", 3, None)


def test_an_older_server_leaves_members_out() -> None:
    assert (Webhook(id="1").dedupe, Webhook(id="1").methods) == ({}, ())

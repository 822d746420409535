"""hookspan inside a program: `trigger_webhook`, `Hookspan`, the mounted app, and what importing loads (contracts G)."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

import hookspan
from hookspan import Client, EventRef, Hookspan, PublishError, SchemaMismatch, trigger_webhook, trigger_webhook_sync
from hookspan.client.http import Seams
from hookspan.config import load
from hookspan.embedding.failures import not_published
from hookspan.errors import NotConfigured
from hookspan.storage.settings import settings_of
from tests.support.surface import KEK

VARIABLES = ("HOOKSPAN_URL", "HOOKSPAN_TOKEN", "HOOKSPAN_DATABASE_URL")


@pytest.fixture(autouse=True)
def _no_target_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def hooks(tmp_path: Path) -> AsyncIterator[Hookspan]:
    async with Hookspan(f"sqlite:///{tmp_path / 'hookspan.db'}") as started:
        yield started


def caller(hooks: Hookspan, app: object, root: str = "") -> httpx2.AsyncClient:
    assert hooks.greeting is not None
    headers = {"Authorization": f"Bearer {hooks.greeting.api_key.reveal()}"}
    transport = httpx2.ASGITransport(app=app)  # type: ignore[arg-type]
    return httpx2.AsyncClient(transport=transport, base_url=f"http://host{root}", headers=headers)


async def events_of(hooks: Hookspan) -> list[dict[str, object]]:
    async with caller(hooks, hooks.asgi()) as client:
        listed: list[dict[str, object]] = (await client.get("/api/v1/events")).json()["data"]
        return [event for event in listed if event["origin"] == "library"]


def server(*statuses: int) -> Client:
    left = list(statuses)

    def answer(request: httpx2.Request) -> httpx2.Response:
        body = {"id": "1", "type": "a.b", "createdAt": "2025-05-21T21:27:09.442Z", "code": "validation_error"}
        return httpx2.Response(left.pop(0), json=body)

    return Client("http://gateway.test", seams=Seams(sleep=lambda _: None, transport=httpx2.MockTransport(answer)))


async def test_the_example_of_the_seed_publishes_to_the_hookspan_of_this_process(hooks: Hookspan) -> None:
    ref = await trigger_webhook("agent.started", {"agent_id": "agent_123"}, {"triggered_by": "scheduler"})

    assert isinstance(ref, EventRef)
    async with caller(hooks, hooks.asgi()) as client:
        event = (await client.get(f"/api/v1/events/{ref.id}")).json()
    assert (event["type"], event["origin"], event["data"]) == ("agent.started", "library", {"agent_id": "agent_123"})
    assert event["metadata"] == {"triggered_by": "scheduler"}
    assert ref.duplicate is False


async def test_one_idempotency_key_is_one_event(hooks: Hookspan) -> None:
    first = await trigger_webhook("order.paid", {"n": 1}, idempotency_key="k1")
    again = await trigger_webhook("order.paid", {"n": 1}, idempotency_key="k1")

    assert first is not None
    assert again is not None
    assert (again.id, again.duplicate) == (first.id, True)
    with pytest.raises(PublishError, match="another body"):
        await trigger_webhook("order.paid", {"n": 2}, idempotency_key="k1")


async def test_a_thread_that_does_not_await_publishes_too(hooks: Hookspan) -> None:
    ref = await asyncio.to_thread(trigger_webhook_sync, "order.paid", {"n": 1})

    assert ref is not None
    assert [event["id"] for event in await events_of(hooks)] == [ref.id]


async def test_waiting_on_the_loop_that_would_publish_is_refused(hooks: Hookspan) -> None:
    with pytest.raises(PublishError, match="await trigger_webhook"):
        trigger_webhook_sync("order.paid")


async def test_the_argument_comes_before_the_hookspan_of_this_process(hooks: Hookspan) -> None:
    ref = await trigger_webhook("a.b", target=server(202))

    assert ref is not None
    assert ref.id == "1"
    assert await events_of(hooks) == []


def test_a_server_is_asked_as_the_same_call() -> None:
    ref = trigger_webhook_sync("a.b", {"n": 1}, target=server(503, 202))

    assert ref is not None
    assert (ref.id, ref.type, ref.duplicate) == ("1", "a.b", False)


def test_a_refusal_of_the_server_is_a_publish_error() -> None:
    with pytest.raises(PublishError) as refused:
        trigger_webhook_sync("a.b", target=server(422))

    assert refused.value.code == "validation_error"


def test_a_schema_that_does_not_hold_has_an_error_of_its_own() -> None:
    assert isinstance(not_published("schema_mismatch", "data: …"), SchemaMismatch)


def test_a_tenant_is_not_for_a_server_whose_token_names_it() -> None:
    with pytest.raises(NotConfigured, match="leave tenant out"):
        trigger_webhook_sync("a.b", tenant="other", target=server())


async def test_without_any_target_it_says_what_to_set() -> None:
    with pytest.raises(NotConfigured, match="HOOKSPAN_DATABASE_URL"):
        await trigger_webhook("a.b")


async def test_a_failure_can_be_logged_instead(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "hookspan"):
        ref = await trigger_webhook("a.b", {"n": float("nan")}, on_error="log")

    assert ref is None
    assert "a.b was not published" in caplog.text


@pytest.mark.parametrize(
    ("event", "code"),
    [("no spaces", "validation_error"), ("execution.completed", "reserved_event_type")],
)
async def test_what_the_api_refuses_is_refused_here(hooks: Hookspan, event: str, code: str) -> None:
    with pytest.raises(PublishError) as refused:
        await trigger_webhook(event)

    assert refused.value.code == code


def test_a_database_in_the_environment_is_published_to_and_nothing_is_sent(tmp_path: Path) -> None:
    question = (
        "import asyncio, hookspan\n"
        "one = hookspan.trigger_webhook_sync('order.paid', {'n': 1})\n"
        "two = asyncio.run(hookspan.trigger_webhook('order.paid', {'n': 2}))\n"
        "print(one.id < two.id)\n"
    )
    environment = {"HOOKSPAN_DATABASE_URL": f"sqlite:///{tmp_path / 'hookspan.db'}", "PATH": "/usr/bin"}

    ran = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, env=environment, check=False)

    assert (ran.stdout, ran.stderr) == ("True\n", "")


async def test_the_whole_product_answers_below_a_prefix(tmp_path: Path) -> None:
    hooks = Hookspan(f"sqlite:///{tmp_path / 'hookspan.db'}")
    host = FastAPI(lifespan=hooks.lifespan)
    host.mount("/hooks", hooks.asgi())
    async with host.router.lifespan_context(host), caller(hooks, host) as client:
        published = await client.post("/hooks/api/v1/events", json={"type": "a.b"})
        source = await client.post("/hooks/api/v1/webhooks", json={"name": "in", "authType": "none"})
        path = source.json()["url"].partition("/api/v1/webhooks/")[2]
        received = await client.post(f"/hooks/api/v1/webhooks/{path}", json={"n": 1})
        unknown = await client.post("/hooks/api/v1/webhooks/nobody", json={})
        listed = await client.get("/hooks/api/v1/events")
        home = await client.get("/hooks/")
        page = await client.get("/hooks/ui/", headers={"Accept": "text/html"})
        document = await client.get("/hooks/openapi.json")

    assert (published.status_code, published.headers["location"]) == (
        202,
        f"/hooks/api/v1/events/{published.json()['id']}",
    )
    assert source.headers["location"].startswith("/hooks/api/v1/webhooks/")
    assert source.json()["url"].startswith("http://host/hooks/api/v1/webhooks/")
    assert (received.status_code, unknown.status_code) == (202, 404)
    assert {event["type"] for event in listed.json()["data"]} >= {"a.b", "webhook.received"}
    assert (home.headers["location"], page.status_code) == ("/hooks/ui/", 200)
    assert document.json()["servers"] == [{"url": "/hooks"}]


async def test_the_mounted_app_serves_without_lifespan_and_runs_no_workers(tmp_path: Path) -> None:
    hooks = Hookspan(f"sqlite:///{tmp_path / 'hookspan.db'}")
    transport = httpx2.ASGITransport(app=hooks.asgi())
    async with httpx2.AsyncClient(transport=transport, base_url="http://host") as client:
        health = await client.get("/livez")
    lock_exists = (tmp_path / "hookspan.lock").exists()
    await hooks.stop()

    assert health.status_code == 200
    assert not lock_exists


async def test_two_hookspans_do_not_work_on_one_file(hooks: Hookspan, tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="another hookspan"):
        await Hookspan(f"sqlite:///{tmp_path / 'hookspan.db'}").start()


async def test_current_is_the_one_that_runs(tmp_path: Path) -> None:
    hooks = Hookspan(f"sqlite:///{tmp_path / 'hookspan.db'}")
    before = Hookspan.current()
    async with hooks:
        within = Hookspan.current()

    assert (before, within, Hookspan.current()) == (None, hooks, None)


async def test_a_tenant_nobody_has_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="no tenant 'shop'"):
        await Hookspan(f"sqlite:///{tmp_path / 'hookspan.db'}", tenant="shop").start()

    assert Hookspan.current() is None


async def test_a_module_file_sets_retention_and_timeout(tmp_path: Path) -> None:
    file = tmp_path / "module.yaml"
    file.write_text("config: {defaultTimeout: 20000, cleanup: {interval: 3600000, retentionDays: 7}}")
    async with Hookspan(f"sqlite:///{tmp_path / 'hookspan.db'}", module=file) as hooks:
        application, _ = hooks.serving()
        stored = await application.database.read(settings_of, application.instance.tenant_id)
        kept = await application.janitor.kept(application.instance.tenant_id)

    assert (kept.days["deliveries"], kept.days["events"], kept.sweep_interval_ms) == (7, 30, 3_600_000)
    assert stored == {
        "retention": {"deliveries": 7},
        "endpoints.systemprompt_timeout_ms": 20_000,
    }


def test_importing_hookspan_loads_neither_web_framework_nor_database() -> None:
    heavy = "{'fastapi', 'starlette', 'uvicorn', 'pydantic', 'sqlalchemy', 'httpx2'}"
    question = (
        "import sys, hookspan\n"
        f"told = lambda: print(sorted({heavy} & {{name.partition('.')[0] for name in sys.modules}}))\n"
        "told(); hookspan.trigger_webhook, hookspan.Client, hookspan.AsyncClient; told(); hookspan.publish; told()\n"
    )

    told = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True).stdout

    assert told.splitlines() == ["[]", "['httpx2']", "['httpx2', 'sqlalchemy']"]


def test_every_public_name_is_what_it_is_called() -> None:
    assert [name for name in hookspan.__all__ if getattr(hookspan, name).__name__ != name] == []


async def test_a_registered_schema_is_checked_at_once(hooks: Hookspan) -> None:
    schema = {"type": "object", "required": ["total"]}
    async with caller(hooks, hooks.asgi()) as client:
        made = await client.post("/api/v1/event-types", json={"name": "order.paid", "schema": schema})

    with pytest.raises(SchemaMismatch, match="total"):
        await trigger_webhook("order.paid", {"n": 1})

    assert made.status_code == 201
    assert await trigger_webhook("order.paid", {"total": 1}) is not None


async def test_postgresql_is_published_to_as_well(postgres_url: str, tmp_path: Path) -> None:
    settings = load(data=tmp_path, database__url=postgres_url, kek=KEK)
    async with Hookspan(settings=settings, workers=False):
        ref = await trigger_webhook("order.paid", {"n": 1})
        again = await asyncio.to_thread(trigger_webhook_sync, "order.paid", {"n": 2})

    assert ref is not None
    assert again is not None
    assert ref.id < again.id

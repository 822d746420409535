"""Nobody makes us call ourselves, unless the operator lets us (security S32)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hookspan.app.compose import Application
from hookspan.app.grounds import open_schema, url_rules
from hookspan.clock import SystemClock
from hookspan.config import load
from hookspan.errors import Invalid, NotConfigured
from hookspan.model.urls import origins_of, parse_url
from hookspan.ports import HttpFailure, HttpRequest

BASE = "http://127.0.0.1:9"
OWN = f"{BASE}/api/v1/webhooks/orders"
CALL: dict[str, object] = {"id": "call", "kind": "http", "with": {"url": OWN}}


@asynccontextmanager
async def served(folder: Path, **settings: Any) -> AsyncIterator[Application]:
    """An instance that the world reaches at an address which is open but for being its own."""
    chosen = load(data=folder, server__base_url=BASE, egress__allow=("127.0.0.1/32:9",), log__level="off", **settings)
    open_schema(chosen)
    application = Application(chosen, clock=SystemClock(), short_lived=True)
    await application.start()
    try:
        yield application
    finally:
        await application.stop()


async def failure(application: Application) -> HttpFailure:
    """Of a request to itself."""
    answer = await application.client.send(HttpRequest("POST", OWN, [], b"", 1_000, application.instance.tenant_id))
    assert isinstance(answer, HttpFailure)
    return answer


@pytest.mark.parametrize(
    ("base_url", "origins"),
    [
        ("https://Hooks.Example", {("hooks.example", 443), ("hooks.example", 80)}),
        ("http://hooks.example/prefix/", {("hooks.example", 443), ("hooks.example", 80)}),
        ("https://hooks.example.:8443", {("hooks.example", 8443)}),
        ("https://bücher.example:8443", {("xn--bcher-kva.example", 8443)}),
        ("http://[2606:4700:0:0::1111]:8080", {("2606:4700::1111", 8080)}),
    ],
)
def test_an_address_is_reached_by_the_same_names_that_urls_are_judged_by(
    base_url: str, origins: set[tuple[str, int]]
) -> None:
    assert origins_of(base_url) == origins


@pytest.mark.parametrize(
    "url", ["https://hooks.example/", "https://HOOKS.example:443/x", "http://hooks.example/api/v1/events?a=b"]
)
def test_the_own_address_is_refused_whatever_is_asked_there(url: str, tmp_path: Path) -> None:
    rules = url_rules(load(data=tmp_path, server__base_url="https://hooks.example"))

    with pytest.raises(Invalid, match=r"egress\.allow_self"):
        parse_url(url, rules)


def test_the_operator_may_allow_the_own_address(tmp_path: Path) -> None:
    rules = url_rules(load(data=tmp_path, server__base_url="https://hooks.example", egress__allow_self=True))

    assert parse_url("https://hooks.example/api/v1/webhooks/orders", rules)


def test_where_it_listens_is_its_own_address_too(tmp_path: Path) -> None:
    allowed = ("10.0.0.5/32:8001", "10.0.0.5/32:8002")
    rules = url_rules(load(data=tmp_path, server__host="10.0.0.5", server__port=8001, egress__allow=allowed))

    assert parse_url("http://10.0.0.5:8002/", rules)
    with pytest.raises(Invalid, match=r"egress\.allow_self"):
        parse_url("http://10.0.0.5:8001/", rules)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_developers_loopback_stays_open_on_every_port(host: str, tmp_path: Path) -> None:
    rules = url_rules(load(data=tmp_path, dev=True, server__host=host))

    assert [parse_url(f"http://{at}/hooks", rules).port for at in ("127.0.0.1:8000", "localhost:3000")] == [8000, 3000]


@pytest.mark.parametrize("base_url", ["hooks.example", "https://me@hooks.example", "ftp://hooks.example"])
def test_a_base_url_that_is_none_is_named_at_the_start(base_url: str, tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match=r"server\.base_url"):
        url_rules(load(data=tmp_path, server__base_url=base_url))


async def test_an_instance_refuses_itself_when_saved_and_when_sent(tmp_path: Path) -> None:
    async with served(tmp_path) as application:
        tenant_id = application.instance.tenant_id
        with pytest.raises(Invalid) as endpoint:
            await application.endpoints.create(tenant_id, {"url": OWN, "events": ["*"]}, created_by="native")
        with pytest.raises(Invalid) as step:
            await application.definitions.create(tenant_id, {"name": "Loop", "steps": [CALL]})

        sent = await failure(application)

    assert [fault.pointer for refused in (endpoint, step) for fault in refused.value.faults] == [
        "/url",
        "/steps/0/with/url",
    ]
    assert (sent.code, "egress.allow_self" in sent.detail) == ("blocked", True)


async def test_an_instance_that_may_call_itself_does(tmp_path: Path) -> None:
    async with served(tmp_path, egress__allow_self=True) as application:
        tenant_id = application.instance.tenant_id
        await application.endpoints.create(tenant_id, {"url": OWN, "events": ["*"]}, created_by="native")
        await application.definitions.create(tenant_id, {"name": "Loop", "steps": [CALL]})

        sent = await failure(application)

    assert sent.code == "connect_error"


async def test_a_step_may_call_an_inbox_of_our_own(tmp_path: Path) -> None:
    async with served(tmp_path) as application:
        tenant_id = application.instance.tenant_id
        inbox = await application.inboxes.create(tenant_id, status=200, life_ms=60_000)
        url = f"{BASE}/inbox/{inbox.token}"

        saved, _ = await application.definitions.create(
            tenant_id, {"name": "Try", "steps": [{**CALL, "with": {"url": url}}]}
        )

    assert saved.name == "Try"

"""What is kept of an attempt holds no credential, neither of ours nor of the far side (S46)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import Connection, select

from hookspan.ports import HttpAnswer, HttpRequest
from hookspan.storage.database import Database
from hookspan.storage.tables import attempts
from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop

CANARY = "canary-7f31b2"
WISHES = {
    "basic": {"auth": {"type": "basic", "username": "us", "password": CANARY}},
    "bearer": {"auth": {"type": "bearer", "token": CANARY}},
    "api-key": {"auth": {"type": "api-key", "api_key": CANARY, "header_name": "X-Plain"}},
    "header": {"headers": {"Authorization": CANARY, "X-Team": "billing"}},
}


@pytest.mark.parametrize("kind", WISHES)
async def test_a_stored_attempt_names_its_headers_but_keeps_no_credential(database: Database, kind: str) -> None:
    hooks = Hooks(database, FakeClock())
    await hooks.open()
    shop = Shop()
    await hooks.subscribe(shop, **WISHES[kind])
    shop.answers(500, Set_Cookie=f"session={CANARY}")
    await hooks.publish("order.paid")
    await hooks.settle()

    stored = hooks.rows(_stored)

    sent = json.dumps([list(each.headers) for each in shop.requests])
    assert CANARY in sent or "Basic " in sent
    assert CANARY not in json.dumps(stored)
    assert "Basic dXM6" not in json.dumps(stored)
    assert "***" in stored[0]["request"]
    assert "***" in stored[0]["response_headers"]


class Echo(Shop):
    """A far side that repeats what it was sent, as debug pages do."""

    async def take(self, request: HttpRequest, moved: asyncio.Event) -> HttpAnswer:
        """Refuse it, and say what it was."""
        await super().take(request, moved)
        sent = dict(request.headers)
        told = [(f"X-Echo-{name}", value) for name, value in sent.items()]
        return HttpAnswer(500, told, f"you sent {sent}".encode(), False, 1.0)


@pytest.mark.parametrize("kind", WISHES)
async def test_an_answer_that_repeats_our_credentials_is_kept_without_them(database: Database, kind: str) -> None:
    hooks = Hooks(database, FakeClock())
    await hooks.open()
    await hooks.subscribe(Echo(), **WISHES[kind])
    await hooks.publish("order.paid")

    await hooks.settle()

    [answered] = hooks.rows(_answered)
    assert b"you sent" in answered["response_body"]
    for text in (answered["response_headers"], answered["response_body"].decode()):
        assert CANARY not in text
        assert "dXM6" not in text


def _answered(connection: Connection) -> list[dict[str, Any]]:
    columns = (attempts.c.response_headers, attempts.c.response_body)
    return [dict(row) for row in connection.execute(select(*columns)).mappings()]


def _stored(connection: Connection) -> list[dict[str, object]]:
    columns = (attempts.c.request, attempts.c.response_headers)
    return [dict(row) for row in connection.execute(select(*columns)).mappings()]

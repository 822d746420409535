"""What is kept of an attempt holds no credential, neither of ours nor of the far side (S46)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Connection, select

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


def _stored(connection: Connection) -> list[dict[str, object]]:
    columns = (attempts.c.request, attempts.c.response_headers)
    return [dict(row) for row in connection.execute(select(*columns)).mappings()]

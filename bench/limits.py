"""The limit of a run: the same work without hookspan around it. Run as `python -m bench.limits NAME …` in a child.

server  a bare ASGI function on the same server answers the same requests
client  the delivery client posts the same bodies to the same sink
rows    the same rows are written set-wise through the same group commit
received  as rows, those of a webhook in
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Coroutine, Sequence

import uvicorn
import uvloop
from sqlalchemy import Connection

from hookspan.model.addresses import AddressRules
from hookspan.model.urls import UrlRules
from hookspan.net.egress import Egress
from hookspan.net.http import DeliveryClient
from hookspan.ports import HttpRequest
from hookspan.storage import schema
from hookspan.storage.database import Database
from hookspan.storage.dialect import insert_rows, update_rows
from hookspan.storage.tables import attempts, events, idempotency_keys, tenants, webhook_deliveries, webhook_events

IN_FLIGHT = 64
EVENT = "id tenant_id type origin priority status data data_content_type created_at"
DELIVERY = (
    "id tenant_id event_id endpoint_id event_type delivered_name profile unsafe_numbers status policy_id due_at "
    "first_due_at lease_token lease_until claims silent_claims max_attempts priority created_at"
)
ATTEMPT = (
    "delivery_id number tenant_id endpoint_id trigger outcome status_code duration_ms request response_headers "
    "response_body started_at finished_at"
)
RECEIVED = "id tenant_id type origin webhook_id priority status data data_content_type created_at"
RECEIPT = (
    "id tenant_id webhook_id event_type event_type_signed request_method request_path request_headers body_size "
    "response_status processing_time_ms status metadata created_at"
)
KEY = "scope key tenant_id body_sha256 event_id created_at expires_at"
SETTLED = "id status lease_token lease_until attempts last_status_code last_attempt_at completed_at"


async def bare(scope: dict[str, object], receive: object, send: object) -> None:
    """Read the body, answer 202."""
    assert callable(receive)
    assert callable(send)
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    head = [(b"content-type", b"application/json"), (b"content-length", b"15")]
    await send({"type": "http.response.start", "status": 202, "headers": head})
    await send({"type": "http.response.body", "body": b'{"status":"ok"}'})


def serve_bare(port: int) -> None:
    """The server limit."""
    uvicorn.run(
        bare,
        port=port,
        http="httptools",
        loop="uvloop",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
    )


async def client_cost(port: int, total: int, body: bytes) -> float:
    """CPU seconds for `total` posts."""
    rules = UrlRules(addresses=AddressRules(dev_loopback=True))
    client = DeliveryClient(Egress(rules))
    headers = [(f"x-header-{number}", "value of a common length") for number in range(10)]
    request = HttpRequest("POST", f"http://127.0.0.1:{port}/limit", headers, body, 15_000, "tenant")
    left = total

    async def post() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await client.send(request)

    began = time.process_time()
    await asyncio.gather(*(post() for _ in range(IN_FLIGHT)))
    spent = time.process_time() - began
    await client.close()
    return spent


def write_born(connection: Connection, items: Sequence[tuple[int, bytes]]) -> Sequence[None]:
    """The rows of a publish: event and delivery."""
    now = 1_700_000_000_000
    event_rows, delivery_rows = [], []
    for number, body in items:
        identity = f"{number:036}"
        event_rows.append((identity, "t", "order.paid", "api", 1, "stored", body, "application/json", now))
        names = (identity, "t", identity, "e", "order.paid", "order.paid", "standard", "exact", "sending", "p")
        delivery_rows.append((*names, now, now, "token" * 6, now, 1, 1, 11, 1, now))
    insert_rows(connection, events, EVENT, event_rows)
    insert_rows(connection, webhook_deliveries, DELIVERY, delivery_rows)
    return [None] * len(items)


def write_settled(connection: Connection, items: Sequence[int]) -> Sequence[None]:
    """The rows of a settle: attempt, and the delivery's new state."""
    now = 1_700_000_000_000
    request, headers = "r" * 700, "h" * 60
    insert_rows(
        connection,
        attempts,
        ATTEMPT,
        [
            (f"{number:036}", 1, "t", "e", "automatic", "delivered", 200, 1, request, headers, b"ok", now, now)
            for number in items
        ],
    )
    update_rows(
        connection,
        webhook_deliveries,
        SETTLED,
        [(f"{number:036}", "delivered", None, None, 1, 200, now, now) for number in items],
    )
    return [None] * len(items)


def write_received(connection: Connection, items: Sequence[tuple[int, bytes]]) -> Sequence[None]:
    """The rows of a webhook in: event, receipt, key."""
    now = 1_700_000_000_000
    event_rows, receipt_rows, key_rows = [], [], []
    for number, body in items:
        identity = f"{number:036}"
        event_rows.append(
            (identity, "t", "webhook.received", "webhook", "w", 1, "stored", body, "application/json", now)
        )
        request = ("webhook.received", False, "POST", "/api/v1/webhooks/x", "h" * 160, len(body))
        receipt_rows.append((identity, "t", "w", *request, 202, 1, "processed", "m" * 280, now))
        key_rows.append(("w", f"body:{number:064}", "t", b"x" * 32, identity, now, now))
    insert_rows(connection, events, RECEIVED, event_rows)
    insert_rows(connection, webhook_events, RECEIPT, receipt_rows)
    insert_rows(connection, idempotency_keys, KEY, key_rows)
    return [None] * len(items)


async def received_cost(url: str, total: int, body: bytes) -> float:
    """CPU seconds for the rows of `total` requests, 64 callers waiting for their commits."""
    database = await _database(url)
    next_number = iter(range(total))

    async def caller() -> None:
        for number in next_number:
            await database.batch(write_received, (number, body))

    return await _spent(database, caller)


async def rows_cost(url: str, total: int, body: bytes) -> float:
    """CPU seconds for the rows of `total` delivered events, 64 callers waiting for their commits."""
    database = await _database(url)
    next_number = iter(range(total))

    async def caller() -> None:
        for number in next_number:
            await database.batch(write_born, (number, body))
            await database.batch(write_settled, number)

    return await _spent(database, caller)


async def _database(url: str) -> Database:
    database = Database(url)
    schema.migrate(database.engine)
    database.start()
    await database.write(insert_rows, tenants, "id slug name status created_at", [("t", "t", "t", "active", 1)])
    return database


async def _spent(database: Database, caller: Callable[[], Coroutine[None, None, None]]) -> float:
    began = time.process_time()
    await asyncio.gather(*(caller() for _ in range(IN_FLIGHT)))
    spent = time.process_time() - began
    await database.close()
    return spent


def main() -> None:
    """`server PORT`, `client PORT TOTAL BODY_BYTES`, `rows|received URL TOTAL BODY_BYTES`."""
    name, *rest = sys.argv[1:]
    if name == "server":
        serve_bare(int(rest[0]))
        return
    total, body = int(rest[1]), b'{"data":"' + b"x" * (int(rest[2]) - 11) + b'"}'
    if name == "client":
        work = client_cost(int(rest[0]), total, body)
    else:
        work = (received_cost if name == "received" else rows_cost)(rest[0], total, body)
    spent = uvloop.run(work)
    print(json.dumps({"cpu_us": spent / total * 1e6}))


if __name__ == "__main__":
    main()

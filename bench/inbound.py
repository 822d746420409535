"""What inbound costs: verified requests, with filters, among many sources, repeated; beside the limit of that run.

The limit is a bare function on the same server and the same rows through the same group commit.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
import time
import uuid
from pathlib import Path
from typing import Any

import uvloop

from bench.api import ask
from bench.load import Make, flat_out, on_schedule
from bench.process import SERVER_CORE, Server, child, hookspan, serving
from bench.scenarios import BARE_PORT, BODY_BYTES, limit, percentile, wait_for_port

RULES = (0, 5, 50)
SOURCES = (1_000, 50_000)
WARM_UP = 2_000
REPEATS = 10_000
HALF_LOAD_SECONDS = 5.0


def receive(folder: Path, *, total: int) -> dict[str, float]:
    """Every scenario on a server of its own folder; `total` requests each."""
    figures = _limits(folder, total)
    with hookspan(folder / "one") as server:
        source = source_of(server, "one")
        figures |= _cost(server, signed(source), total, "verified")
        figures |= _half_load(server, signed(source), figures["verified_per_second"] / 2)
        figures["ratio_to_limit"] = figures["verified_cpu_us"] / figures["limit_us"]
        for rules in RULES[1:]:
            _filter(server, source, rules)
            figures |= _cost(server, signed(source), total // 2, f"rules_{rules}")
        _filter(server, source, 0)
        figures |= _duplicates(server, source)
    for sources in SOURCES:
        figures |= _among(folder / f"among-{sources}", sources, total // 2)
    return figures


def _limits(folder: Path, total: int) -> dict[str, float]:
    request = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1024\r\n\r\n" + b"x" * BODY_BYTES
    with child(["-m", "bench.limits", "server", str(BARE_PORT)], core=SERVER_CORE, log=folder / "bare.log") as bare:
        wait_for_port(BARE_PORT)
        uvloop.run(flat_out(BARE_PORT, lambda _: request, total=WARM_UP))
        before = bare.cpu_seconds()
        uvloop.run(flat_out(BARE_PORT, lambda _: request, total=total))
        bare_us = (bare.cpu_seconds() - before) / total * 1e6
    rows_us = limit("received", f"sqlite:///{folder}/received.db", str(total), str(BODY_BYTES))
    return {"limit_server_us": bare_us, "limit_rows_us": rows_us, "limit_us": bare_us + rows_us}


def source_of(server: Server, name: str) -> dict[str, Any]:
    """A new source with a secret of its own."""
    return dict(ask(server, "POST", "/api/v1/webhooks", {"name": name}))


def _filter(server: Server, source: dict[str, Any], count: int) -> None:
    """Rows of which all hold, so that every one is looked at."""
    rows = [
        {"fieldPath": "$.customer.id", "operator": "greater_than", "value": number, "logicGroup": 0}
        for number in range(count)
    ]
    ask(server, "PUT", f"/api/v1/webhooks/{source['id']}/filters", {"filters": rows})


def signed(source: dict[str, Any], *, number: int | None = None) -> Make:
    """Requests of 1 KiB, each with a body of its own unless `number` is given."""
    key, path = source["secret"].encode(), f"/api/v1/webhooks/{source['path']}"

    def make(turn: int) -> bytes:
        start = f'{{"id":"{turn if number is None else number}","customer":{{"id":1000}},"fill":"'
        body = (start + "x" * (BODY_BYTES - len(start) - 2) + '"}').encode()
        signature = hmac.new(key, body, hashlib.sha256).hexdigest()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Webhook-Signature: {signature}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    return make


def _cost(server: Server, make: Make, total: int, name: str) -> dict[str, float]:
    offset = time.monotonic_ns()
    uvloop.run(flat_out(server.port, lambda turn: make(offset + turn), total=WARM_UP))
    before, offset = server.child.cpu_seconds(), time.monotonic_ns()
    outcome = uvloop.run(flat_out(server.port, lambda turn: make(offset + turn), total=total))
    return {
        f"{name}_per_second": outcome.accepted / outcome.seconds,
        f"{name}_cpu_us": (server.child.cpu_seconds() - before) / total * 1e6,
        f"{name}_refused": total - outcome.accepted,
    }


def _half_load(server: Server, make: Make, rate: float) -> dict[str, float]:
    outcome = uvloop.run(on_schedule(server.port, make, rate=rate, seconds=HALF_LOAD_SECONDS))
    return {
        "half_load_rate": rate,
        "accept_p50_ms": percentile(outcome.waits_ns, 0.5),
        "accept_p99_ms": percentile(outcome.waits_ns, 0.99),
    }


def _duplicates(server: Server, source: dict[str, Any]) -> dict[str, float]:
    """One delivery sent 10,000 times: one event, every answer the first one's."""
    make = signed(source, number=time.time_ns())
    total = ask(server, "GET", f"/api/v1/events?webhookId={source['id']}&count=true&limit=1").get("total", 0)
    before = server.child.cpu_seconds()
    outcome = uvloop.run(flat_out(server.port, make, total=REPEATS))
    cpu_us = (server.child.cpu_seconds() - before) / REPEATS * 1e6
    born = ask(server, "GET", f"/api/v1/events?webhookId={source['id']}&count=true&limit=1").get("total", 0) - total
    return {
        "duplicates_per_second": outcome.accepted / outcome.seconds,
        "duplicates_cpu_us": cpu_us,
        "duplicates_refused": REPEATS - outcome.accepted,
        "duplicates_events": born,
    }


def _among(folder: Path, sources: int, total: int) -> dict[str, float]:
    """One source among many: rows made in one life of the server, read in the next."""
    with hookspan(folder) as server:
        source = source_of(server, "among")
    with sqlite3.connect(folder / "hookspan.db") as rows:
        _copies(rows, source["id"], sources - 1)
    began = time.monotonic()
    with serving(folder) as server:
        started = time.monotonic() - began
        figures = _cost(server, signed(source), total, f"among_{sources}")
        return figures | {f"among_{sources}_start_s": started, f"among_{sources}_rss_mib": server.child.rss_mib()}


def _copies(rows: sqlite3.Connection, webhook_id: str, count: int) -> None:
    for table, owner in (("webhooks", "id"), ("webhook_secrets", "webhook_id")):
        names = [row[1] for row in rows.execute(f"PRAGMA table_info({table})")]
        first = dict(
            zip(names, rows.execute(f"SELECT * FROM {table} WHERE {owner} = ?", (webhook_id,)).fetchone(), strict=True)
        )
        marks = ", ".join("?" * len(names))
        copies = (_copy(table, first, number, owner) for number in range(count))
        rows.executemany(f"INSERT INTO {table} VALUES ({marks})", ([copy[name] for name in names] for copy in copies))


def _copy(table: str, first: dict[str, Any], number: int, owner: str) -> dict[str, Any]:
    identity = str(uuid.UUID(int=number + 1))
    if table == "webhooks":
        return {**first, "id": identity, "name": f"copy {number}", "path": f"copy-{number}"}
    return {**first, "id": str(uuid.UUID(int=(1 << 100) + number)), owner: identity}

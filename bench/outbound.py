"""What outbound costs: fan-out, draining, retries due at once, rows stored before, and each feature beside none.

Every figure of a part comes from one server in one run, so that the ratios stand whatever the machine.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bench.api import ask, make_endpoint, told, wait_for
from bench.process import Server, hookspan, serving
from bench.scenarios import SINK_PORT, settled
from hookspan.model.gates import Signal
from hookspan.storage.database import Database
from hookspan.storage.gates import gates_move

FANS = (1, 10, 100, 1_000)
FAN_DELIVERIES = 20_000
BATCH = 1_000
WAITING = 100_000
RETRIES = 10_000
STORED = (10_000, 2_000_000)
MEASURED = 20_000
AN_HOUR_MS = 3_600_000
SOON_MS = 10_000


def publish(server: Server, event: str, count: int, **members: Any) -> None:
    """Events in batches; a callable member is asked for each number."""
    for start in range(0, count, BATCH):
        events = [
            {
                "type": event,
                "data": {"n": number, "customer": number % 100, "fill": "x" * 900},
                **{name: value(number) if callable(value) else value for name, value in members.items()},
            }
            for number in range(start, min(count, start + BATCH))
        ]
        ask(server, "POST", "/api/v1/events/batch", {"events": events})


def _cost(server: Server, event: str, events: int, deliveries: int, **members: Any) -> dict[str, float]:
    """CPU µs and seconds for `deliveries` caused by `events`, to the last outcome written."""
    told(SINK_PORT, reset=True)
    before, began = server.child.cpu_seconds(), time.monotonic()
    publish(server, event, events, **members)
    seen = wait_for(SINK_PORT, deliveries, seconds=180)
    settled(server)
    seconds = time.monotonic() - began
    return {
        "cpu_us": (server.child.cpu_seconds() - before) / deliveries * 1e6,
        "per_second": deliveries / seconds,
        "missing": deliveries - seen,
    }


def fan_out(server: Server) -> dict[str, float]:
    """One event to 1, 10, 100 and 1,000 endpoints: cost of a delivery, the event's own share included."""
    made = 0
    figures: dict[str, float] = {}
    for fan in FANS:
        for number in range(made, fan):
            make_endpoint(server, f"http://127.0.0.1:{SINK_PORT}/fan/{number}", "fan.out")
        made = fan
        _cost(server, "fan.out", max(2, 2_000 // fan), max(2, 2_000 // fan) * fan)
        cost = _cost(server, "fan.out", FAN_DELIVERIES // fan, FAN_DELIVERIES)
        figures |= {f"to_{fan}_{name}": value for name, value in cost.items()}
    return figures


def drain(server: Server) -> dict[str, float]:
    """100,000 deliveries that wait and become due at one moment, to one endpoint."""
    make_endpoint(server, f"http://127.0.0.1:{SINK_PORT}/drain", "drain.item")
    told(SINK_PORT, reset=True)
    due_at = int(time.time() * 1_000) + SOON_MS * 3
    publish(server, "drain.item", WAITING, deliverAt=due_at)
    rss_waiting = server.child.rss_mib()
    # Nothing is asked of the server until the moment comes, or the asking would be measured too.
    time.sleep(max(0.0, due_at / 1_000 - time.time()))
    before, began = server.child.cpu_seconds(), time.monotonic()
    seen = wait_for(SINK_PORT, WAITING, seconds=300)
    seconds = time.monotonic() - began
    settled(server)
    return {
        "waiting": WAITING,
        "missing": WAITING - seen,
        "drain_seconds": seconds,
        "per_second": WAITING / seconds,
        "cpu_us": (server.child.cpu_seconds() - before) / WAITING * 1e6,
        "rss_waiting_mib": rss_waiting,
        "rss_mib": server.child.rss_mib(),
    }


def retries(folder: Path) -> dict[str, float]:
    """10,000 retries due at one moment: rows made in one life of the server, sent in the next."""
    with hookspan(folder) as server:
        make_endpoint(server, f"http://127.0.0.1:{SINK_PORT}/again", "again.item")
        publish(server, "again.item", RETRIES, deliverAt=int(time.time() * 1_000) + AN_HOUR_MS)
    with sqlite3.connect(folder / "hookspan.db") as rows:
        rows.execute("UPDATE webhook_deliveries SET attempts = 1, claims = 1, due_at = first_due_at - ?", (AN_HOUR_MS,))
    told(SINK_PORT, reset=True)
    began = time.monotonic()
    with serving(folder) as server:
        started = time.monotonic() - began
        seen = wait_for(SINK_PORT, RETRIES, seconds=120)
        seconds = time.monotonic() - began
        settled(server)
        cpu_us = server.child.cpu_seconds() / RETRIES * 1e6
    return {
        "due": RETRIES,
        "missing": RETRIES - seen,
        "start_seconds": started,
        "all_sent_seconds": seconds,
        "cpu_us_with_start": cpu_us,
    }


def stored(folder: Path) -> dict[str, float]:
    """The same work beside 10 thousand and beside 2 million delivered rows, interleaved with nothing in between."""
    figures: dict[str, float] = {}
    for rows in STORED:
        place = folder / str(rows)
        with hookspan(place) as server:
            make_endpoint(server, f"http://127.0.0.1:{SINK_PORT}/stored", "stored.item")
            _cost(server, "stored.item", 2_000, 2_000)
        _multiply(place / "hookspan.db", rows)
        with serving(place) as server:
            _cost(server, "stored.item", 2_000, 2_000)
            cost = _cost(server, "stored.item", MEASURED, MEASURED)
        figures |= {f"beside_{rows}_{name}": value for name, value in cost.items()}
    least, most = (figures[f"beside_{rows}_cpu_us"] for rows in STORED)
    return figures | {"ratio": most / least}


def _multiply(path: Path, wanted: int) -> None:
    """Copy the delivered rows, with ids of their own, until there are `wanted` deliveries and as many attempts."""
    with sqlite3.connect(path) as rows:
        rows.execute("PRAGMA synchronous=OFF")
        [had] = rows.execute("SELECT COUNT(*) FROM webhook_deliveries").fetchone()
        for table, key in (("webhook_deliveries", "id"), ("attempts", "delivery_id")):
            names = [row[1] for row in rows.execute(f"PRAGMA table_info({table})")]
            copied = ", ".join(
                f"substr('0000000' || copy, -8) || substr({key}, 9)" if name == key else name for name in names
            )
            rows.execute(
                f"WITH RECURSIVE copies(copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM copies WHERE copy < ?)"
                f" INSERT INTO {table} ({', '.join(names)}) SELECT {copied} FROM {table} CROSS JOIN copies",
                (wanted // had - 1,),
            )


def features(server: Server) -> dict[str, float]:
    """CPU µs of a delivery with one feature on, and what that adds to none."""
    url = f"http://127.0.0.1:{SINK_PORT}/feature"
    wishes: dict[str, dict[str, Any]] = {
        "none": {},
        "filter": {"filter": [{"fieldPath": "$.customer", "operator": "less_than", "value": 1_000}]},
        "rate": {"rateLimit": {"count": 1_000_000, "periodMs": 1_000}},
        "ordering": {"ordering": {"key": "$.customer", "onExhausted": "block"}},
        "headers": {"headers": {"X-Custom": "value"}, "auth": {"type": "bearer", "token": "t" * 40}},
        "cloudevents": {"profile": "cloudevents"},
        "orchestrator": {"profile": "orchestrator"},
    }
    for name, wish in wishes.items():
        body = {"name": name, "url": f"{url}/{name}", "events": [f"feature.{name}"], **wish}
        ask(server, "POST", "/api/v1/endpoints", body)
        _cost(server, f"feature.{name}", 1_000, 1_000)
    rounds: dict[str, list[float]] = {name: [] for name in wishes}
    for _ in range(3):
        for name in wishes:
            rounds[name].append(_cost(server, f"feature.{name}", 5_000, 5_000)["cpu_us"])
    middle = {name: sorted(each)[1] for name, each in rounds.items()}
    return {f"{name}_cpu_us": value for name, value in middle.items()} | {
        f"{name}_adds_us": middle[name] - middle["none"] for name in wishes if name != "none"
    }


def inside(folder: Path, *, turns: int = 400, batch: int = 64) -> dict[str, float]:
    """What a settle spends on the gate (breaker, ramp, streaks), set-wise: µs a delivery in batches of 64."""
    database = Database(f"sqlite:///{folder / 'hookspan.db'}")

    def run(connection: Connection, endpoints: list[tuple[str, str]]) -> float:
        now = int(time.time() * 1_000)
        began = time.process_time()
        for turn in range(turns):
            signals = {key: [Signal(now + turn, True, 10)] * (batch // len(endpoints)) for key in endpoints}
            gates_move(connection, signals)
        return (time.process_time() - began) / (turns * batch) * 1e6

    try:
        with database.engine.begin() as connection:
            found = connection.exec_driver_sql("SELECT id, tenant_id FROM endpoints LIMIT 64").all()
            every = [(row[0], row[1]) for row in found]
            return {"gate_us_one_endpoint": run(connection, every[:1]), "gate_us_64_endpoints": run(connection, every)}
    finally:
        database.engine.dispose()


__all__ = ["drain", "fan_out", "features", "inside", "retries", "stored"]

"""Searches and rare sources among many stored events: how long loading takes, how large the index is, how quick it is.

    python -m bench.search --events 2000000 --database sqlite

Loads in bulk with the units that the instance itself writes with, then asks as the API does, one question at a time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from hookspan.history.search import EventQuestion, Search
from hookspan.storage import schema, search_index, search_postgresql, search_sqlite
from hookspan.storage.database import Database
from hookspan.storage.dialect import make_engine, own_way
from hookspan.storage.event_filter import EventFilter
from hookspan.storage.keyset import Keyset
from tests.support.history import Past, add_tenant, remember
from tests.support.postgres import running_server

BATCH = 1_000
EVERY_MS = 5
BEGAN_MS = 1_700_000_000_000
SOURCES = [f"01890000-0000-7000-8000-{number:012x}" for number in range(50)]
RARE_SOURCE = "01890000-0000-7000-8000-0000000fffff"
CITIES = ("Berlin", "Paris", "Lima", "Osaka", "Cairo", "Oslo")
STATES = ("paid", "open", "refunded", "disputed", "void")
HEADERS = (
    ("content-type", "application/json"),
    ("user-agent", "GitHub-Hookshot/7b1a"),
    ("x-github-event", "push"),
    ("accept", "*/*"),
)
_PLACES = {
    "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name {} 'search%'",
    "postgresql": "SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables WHERE relname {} 'search%'",
}
QUERIES = {
    "newest": EventFilter(),
    "rare source": EventFilter(webhook_ids=[RARE_SOURCE]),
    "failed of a source": EventFilter(webhook_ids=[SOURCES[3]], receipt_statuses=["failed"]),
    "common": EventFilter(needle="invoice"),
    "common, failed": EventFilter(needle="invoice", receipt_statuses=["failed"]),
    "one in six": EventFilter(needle="berlin"),
    "two words": EventFilter(needle='"berlin","state":"void"'),
    "one in 10,000": EventFilter(needle="tenthousandth"),
    "one in 200,000": EventFilter(needle="needle in a haystack"),
    "an id": EventFilter(needle="cus_"),
    "absent": EventFilter(needle="zyzzyva quux"),
    "absent, parts everywhere": EventFilter(needle="refunded paris berlin"),
    "rare source, common": EventFilter(needle="invoice", webhook_ids=[RARE_SOURCE]),
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A filled database."""

    database: Database
    tenant_id: str
    an_id: str


def past(number: int, chance: random.Random) -> Past:
    """One request of about a kilobyte."""
    body = {
        "id": f"evt_{chance.getrandbits(64):016x}",
        "object": "invoice",
        "data": {
            "customer": f"cus_{chance.getrandbits(56):014x}",
            "city": chance.choice(CITIES),
            "state": chance.choice(STATES),
            "amount": chance.randrange(1, 100_000) / 100,
            "lines": [
                {"sku": f"sku-{chance.randrange(5_000)}", "quantity": chance.randrange(1, 9), "note": "as ordered"}
                for _ in range(6)
            ],
            "note": "tenthousandth"
            if number % 10_000 == 7
            else "needle in a haystack"
            if number % 200_000 == 9
            else "",
        },
        "text": " ".join(chance.choice(CITIES + STATES) for _ in range(40)).lower().replace("refunded paris", "so"),
    }
    return Past(
        at=BEGAN_MS + number * EVERY_MS,
        body=json.dumps(body, separators=(",", ":")).encode(),
        source=RARE_SOURCE if number % 50_000 == 11 else SOURCES[number % len(SOURCES)],
        headers=HEADERS,
        status="failed" if number % 97 == 0 else "processed",
    )


def stored(connection: Connection, tenant_id: str, pasts: Sequence[Past]) -> list[str]:
    """Events and receipts."""
    return remember(connection, tenant_id, pasts)


def documents(connection: Connection, edge: str) -> str:
    """The documents behind `edge`; the last of their ids."""
    found = search_index.following(connection, edge, before_ms=BEGAN_MS * 2, most=BATCH)
    way = own_way(connection, sqlite=search_sqlite, postgresql=search_postgresql)
    way.documents_insert(connection, found.documents)
    return found.edge or ""


async def load(database: Database, events: int) -> Loaded:
    """Fill and tell how long it took."""
    tenant_id = await database.write(add_tenant, "bench")
    chance = random.Random(7)  # a load that is the same each time
    stored_s = indexed_s = 0.0
    edge = an_id = ""
    for start in range(0, events, BATCH):
        pasts = [past(number, chance) for number in range(start, min(start + BATCH, events))]
        if not an_id:
            an_id = json.loads(pasts[0].body)["data"]["customer"]
        began = time.perf_counter()
        await database.write(stored, tenant_id, pasts)
        between = time.perf_counter()
        edge = await database.write(documents, edge)
        stored_s, indexed_s = stored_s + between - began, indexed_s + time.perf_counter() - between
    await database.write(reach, edge)
    print(f"  stored {events:,} events in {stored_s:.0f} s, indexed in {indexed_s:.0f} s")
    print(f"  {indexed_s / events * 1e6:.0f} µs a document")
    return Loaded(database, tenant_id, an_id)


def reach(connection: Connection, edge: str) -> None:
    """Say how far the index goes, and let the planner know the tables."""
    state = search_index.index_lease(connection, "bench", BEGAN_MS, 1)
    assert state is not None
    search_index.documents_write(connection, "bench", [], edge)
    connection.execute(text("ANALYZE"))


def size(connection: Connection, word: str) -> int:
    """Bytes of the tables whose names are (`LIKE`) or are not (`NOT LIKE`) those of the search."""
    return int(connection.execute(text(_PLACES[connection.dialect.name].format(word))).scalar() or 0)


async def ask(loaded: Loaded, name: str, wanted: EventFilter, times: int) -> dict[str, float]:
    """Ask for a page so many times; milliseconds."""
    if name == "an id":
        wanted = EventFilter(needle=loaded.an_id)
    took, rows, is_truncated = [], 0, False
    for _ in range(times):
        began = time.perf_counter()
        page = await Search(loaded.database).events(loaded.tenant_id, EventQuestion(wanted), Keyset(20))
        took.append((time.perf_counter() - began) * 1_000)
        rows, is_truncated = len(page.found), page.page.is_truncated
    p95 = statistics.quantiles(took, n=20)[-1]
    mark = "  truncated" if is_truncated else ""
    print(f"  {name:26} p50 {statistics.median(took):8.1f} ms   p95 {p95:8.1f} ms   {rows:3} rows{mark}", flush=True)
    return {"p50_ms": statistics.median(took), "p95_ms": p95, "rows": float(rows)}


async def measure(url: str, events: int, times: int) -> dict[str, float]:
    """Everything for one database."""
    engine = make_engine(url)
    schema.migrate(engine)
    engine.dispose()
    database = Database(url)
    database.start()
    try:
        loaded = await load(database, events)
        index, rest = [await database.read(size, word) for word in ("LIKE", "NOT LIKE")]
        print(f"  search {index / 1e6:.0f} MB beside {rest / 1e6:.0f} MB of everything else")
        figures = {"search_mb": index / 1e6, "rest_mb": rest / 1e6}
        for name, wanted in QUERIES.items():
            figures |= {f"{name} {part}": value for part, value in (await ask(loaded, name, wanted, times)).items()}
        return figures
    finally:
        await database.close()


@contextmanager
def place(name: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if name == "sqlite":
        yield f"sqlite:///{folder / 'search.db'}"
        return
    with running_server() as server:
        server.execute("CREATE DATABASE search")
        yield server.url("search")


def main() -> None:
    """Load, ask, print."""
    parser = argparse.ArgumentParser(prog="bench.search")
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), nargs="+", default=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    for name in chosen.database:
        print(f"\n{name}", flush=True)
        with tempfile.TemporaryDirectory(prefix="hookspan-search-") as folder, place(name, Path(folder)) as url:
            asyncio.run(measure(url, chosen.events, chosen.times))


if __name__ == "__main__":
    main()

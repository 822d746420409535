"""Far sides one by one: each gets two events through a running instance; what is recorded and what is due must fit."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.faults import web
from tests.faults.ledger import Options
from tests.faults.scene import Scene, scene
from tests.faults.victims import NotReady, until

SECONDS = 40.0
TIMEOUT_MS = 1_500
WAIT_MS, WAIT_MOST_MS = 60_000, 90_000
SLACK_MS = 1_500
"""Between an outcome and its being recorded."""
_RETRY = {
    "strategy": "fixed",
    "initialDelayMs": WAIT_MS,
    "maxDelayMs": WAIT_MOST_MS,
    "maxAttempts": 3,
    "jitter": 0,
}
_FOUND = (
    "SELECT d.endpoint_id, e.type, d.status, d.due_at - a.finished_at, a.outcome FROM webhook_deliveries d"
    " JOIN events e ON e.id = d.event_id LEFT JOIN attempts a ON a.delivery_id = d.id AND a.number = 1"
    " WHERE e.type IN ('matrix.first', 'matrix.second')"
)


@dataclass(frozen=True)
class Row:
    """One far side: where it is, and what must become of a delivery to it.

    `waits_ms` is the time from the outcome to the next attempt; `goes_on` whether another event is tried meanwhile,
    with one slot for all.
    """

    name: str
    url: str
    outcome: str
    status: str = "pending"
    waits_ms: int = WAIT_MS
    goes_on: bool = True
    wish: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What the database says of one delivery."""

    status: str
    waits_ms: int | None
    outcome: str | None


@asynccontextmanager
async def matrix(options: Options, settings: Mapping[str, str]) -> AsyncIterator[Scene]:
    """A serving instance; what the block notes are the violations, and an instance that is down is one."""
    async with scene(options, (), settings=settings) as town:
        began = time.monotonic()
        try:
            await town.answering(await town.serve())
            yield town
            await town.stop()
        except (NotReady, web.Refused) as broken:
            town.ledger.noted.append(f"DOWN {broken}")
        town.ledger.numbers["seconds"] = round(time.monotonic() - began, 1)
        town.ledger.violations = [*town.ledger.noted]


async def create(town: Scene, row: Row) -> str:
    """An endpoint with one slot; its id."""
    wish = {
        "name": row.name,
        "url": row.url,
        "events": ["matrix.*"],
        "timeoutMs": TIMEOUT_MS,
        "maxInFlight": 1,
        "retry": _RETRY,
        **row.wish,
    }
    door = town.crowd.door
    return str((await web.ask(door.url, door.token, "/api/v1/endpoints", wish))["id"])


async def publish(town: Scene, name: str, **members: Any) -> None:
    """One event for all of them."""
    door = town.crowd.door
    await web.ask(door.url, door.token, "/api/v1/events", {"type": name, "data": members})


async def judged(town: Scene, rows: Sequence[Row]) -> None:
    """Two events to each; notes what does not fit."""
    ids = {await create(town, row): row for row in rows}
    await publish(town, "matrix.first", n=1)
    await until(SECONDS, lambda: all(each.outcome for each in _found(town, "matrix.first").values()))
    for identity, found in _found(town, "matrix.first").items():
        town.ledger.noted.extend(_faults(ids[identity], found))
    await publish(town, "matrix.second", n=2)
    going = {identity for identity, row in ids.items() if row.goes_on}

    def is_done() -> bool:
        second = _found(town, "matrix.second")
        return all(second[identity].outcome for identity in going if identity in second)

    await until(SECONDS, is_done)
    for identity, found in _found(town, "matrix.second").items():
        row = ids[identity]
        if row.goes_on and found.outcome is None:
            town.ledger.noted.append(f"SLOT {row.name}: the next event was not tried")
        elif not row.goes_on and found.outcome is not None:
            town.ledger.noted.append(f"GATE {row.name}: the next event was tried though the far side asked for a pause")
    town.ledger.numbers["rows"] = len(rows)


def _found(town: Scene, event_type: str) -> dict[str, Found]:
    return {row[0]: Found(row[2], row[3], row[4]) for row in town.books.rows(_FOUND) if row[1] == event_type}


def _faults(row: Row, found: Found) -> list[str]:
    told = []
    if (found.outcome, found.status) != (row.outcome, row.status):
        told.append(f"OUTCOME {row.name}: {found.outcome}, {found.status} instead of {row.outcome}, {row.status}")
    elif row.status == "pending" and found.waits_ms is not None:
        off_ms = found.waits_ms - row.waits_ms
        if not -SLACK_MS <= off_ms <= SLACK_MS:
            told.append(f"DUE {row.name}: again after {found.waits_ms} ms instead of {row.waits_ms}")
    return told

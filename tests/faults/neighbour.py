"""L11 neighbour: one endpoint hangs, thirty hang, one gets very many events; the others get theirs meanwhile."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path

from tests.faults import web
from tests.faults.ledger import Arrival, Endpoint, Ledger, Options, Submission
from tests.faults.scene import SHORT_CLOCKS, Scene, played, scene
from tests.faults.victims import Victim, until

SECONDS = 60.0
SLOTS = 16
SLOW_SHARE = SLOTS // 4
HANGING = 30
AT_ONCE = 100
"""Events in one call."""
EVENTS = 60
"""For the others, in each part."""
OPEN_SECONDS = 4.0
OTHERS = tuple(Endpoint(f"other-{number}", ("calm.*", "one.*", "many.*", "flood.few"), "ok") for number in range(4))
FIRST = Endpoint("hung-0", ("one.*",), "hung")
REST = tuple(Endpoint(f"hung-{number}", ("many.*",), "hung") for number in range(1, HANGING))
FLOODED = Endpoint("flooded", ("flood.*",), "ok")
SETTINGS = {
    **SHORT_CLOCKS,
    "HOOKSPAN_LIMITS__SLOTS": str(SLOTS),
    "HOOKSPAN_BREAKER__OPEN_SECONDS": str(OPEN_SECONDS),
    "HOOKSPAN_BREAKER__OPEN_SECONDS_MOST": str(OPEN_SECONDS),
}


async def neighbour(options: Options) -> Ledger:
    """One instance with few slots; `events` are what the flooded endpoint gets."""
    async with scene(options, (*OTHERS, FIRST, *REST, FLOODED), settings=SETTINGS) as town:
        return await played(town, _disturb)


async def _disturb(town: Scene) -> None:
    api = await town.serve()
    await town.answering(api)
    await town.set_up(api)
    await _part(town, "calm", ("calm.a",))
    await _part(town, "one", ("one.a",))
    await _broken(town, (FIRST,))
    await _part(town, "many", ("many.a",))
    await _flooded(town)
    town.ledger.numbers["rss_most_mib"] = _rss_mib(api)


async def _part(town: Scene, name: str, types: Sequence[str]) -> None:
    """Events for the others and for those that hang: when the others have all, nobody who hangs has any."""
    sent = [await _publish(town, event_type, EVENTS) for event_type in types]
    keys = {submission.key for submissions in sent for submission in submissions}
    if not await until(SECONDS, lambda: _left(town, keys) == 0):
        town.ledger.noted.append(f"NEIGHBOUR {name}: {_left(town, keys)} deliveries of others are late by {SECONDS} s")
    hung = {endpoint.name for endpoint in (FIRST, *REST)}
    most = max((each.beside for each in _arrivals(town) if each.endpoint in hung), default=0)
    # One that is given up and its successor overlap for a moment at the far side.
    if most > 2 * SLOW_SHARE:
        town.ledger.noted.append(f"NEIGHBOUR {name}: {most} requests hung at once, {SLOW_SHARE} slots are for them")
    town.ledger.numbers[f"{name}_p99_ms"] = _p99_ms(town, keys)
    town.ledger.numbers[f"{name}_waiting"] = town.books.open_work()


def _arrivals(town: Scene) -> list[Arrival]:
    town.far.count()
    return list(town.far.arrivals.values())


def _left(town: Scene, keys: set[str]) -> int:
    """Deliveries that the others are still owed."""
    taken = {(each.endpoint, each.key) for each in _arrivals(town) if each.is_taken and each.key in keys}
    return len(OTHERS) * len(keys) - len([pair for pair in taken if pair[0].startswith("other-")])


def _p99_ms(town: Scene, keys: set[str]) -> float:
    """From a call's answer to the arrival, of the others alone."""
    acked = {each.key: each.acked_at or 0.0 for each in town.crowd.submitted if each.key in keys}
    waits = sorted(
        each.at - acked[each.key] for each in _arrivals(town) if each.key in acked and each.endpoint.startswith("other")
    )
    return round(waits[len(waits) * 99 // 100] * 1_000, 1) if waits else 0.0


async def _broken(town: Scene, endpoints: Sequence[Endpoint]) -> None:
    """Once its breaker is open an endpoint gets probes alone, and what waits for it keeps its attempts."""
    names = {endpoint.name for endpoint in endpoints}
    opened = "SELECT count(*) FROM gates WHERE breaker <> 'closed'"
    if not await until(SECONDS, lambda: town.books.count(opened) >= len(endpoints)):
        town.ledger.noted.append("BREAKER it did not open though nothing was ever answered")
        return
    began = time.monotonic()
    before = sum(each.endpoint in names for each in _arrivals(town))
    await asyncio.sleep(OPEN_SECONDS * 2)
    tried = sum(each.endpoint in names for each in _arrivals(town)) - before
    # Those under way when it opened, and one probe each time its time is over.
    may = len(endpoints) * (town.options.max_in_flight + 1 + (time.monotonic() - began) / OPEN_SECONDS)
    if tried > may:
        town.ledger.noted.append(f"BREAKER {tried} attempts while it was open, {may:.0f} may")
    spent = "SELECT count(*) FROM attempts"
    used = town.books.count("SELECT coalesce(sum(attempts), 0) FROM webhook_deliveries")
    recorded = town.books.count(spent)
    if used > recorded:
        town.ledger.noted.append(f"BREAKER {used} attempts used, {recorded} made")


async def _flooded(town: Scene) -> None:
    """One endpoint gets very many; the few events of the others do not wait for them."""
    flood = asyncio.create_task(_publish(town, "flood.much", town.options.events))
    backlog = "SELECT count(*) FROM events WHERE type = 'flood.much'"
    await until(SECONDS, lambda: town.books.count(backlog) >= town.options.events // 2)
    await _part(town, "flood", ("flood.few",))
    await flood


async def _publish(town: Scene, event_type: str, count: int) -> list[Submission]:
    """Publish so many, in few calls."""
    sent: list[Submission] = []
    door = town.crowd.door
    while len(sent) < count:
        made = [_submission(event_type, len(town.crowd.submitted) + n) for n in range(min(AT_ONCE, count - len(sent)))]
        town.crowd.submitted.extend(submission for submission, _ in made)
        told = await web.ask(door.url, door.token, "/api/v1/events/batch", {"events": [body for _, body in made]})
        for (submission, _), kept in zip(made, told["data"], strict=True):
            submission.ids.append(kept["id"])
            submission.acked_at = time.monotonic()
            sent.append(submission)
    return sent


def _submission(event_type: str, number: int) -> tuple[Submission, dict[str, object]]:
    key = f"n-{number}"
    data = {"key": key}
    sha256 = hashlib.sha256(json.dumps(data).encode()).hexdigest()
    return Submission(key, "publish", event_type, sha256), {"type": event_type, "data": data}


def _rss_mib(victim: Victim) -> float:
    """The most memory it ever held."""
    lines = Path(f"/proc/{victim.pid}/status").read_text().splitlines()
    kib = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
    return round(int(kib) / 1_024, 1)

"""L12 rolling: every process in turn is told to stop, under load, and replaced; nobody outside may notice."""

from __future__ import annotations

import signal

from tests.faults.ledger import Ledger, Options
from tests.faults.producers import Door
from tests.faults.scene import OK_ENDPOINTS, Scene, played, scene
from tests.faults.victims import Victim, until

GATE_SECONDS = 40.0
SLOW_MS = 20
"""Each answer of the far side takes this long, so that a stop always meets work under way."""
UNITS = 12


async def rolling(options: Options) -> Ledger:
    """Two serving processes and as many workers as the options say; `kills` rounds of stops."""
    async with scene(options, OK_ENDPOINTS, slow_ms=SLOW_MS, settings={}) as town:
        return await played(town, _roll)


async def _roll(town: Scene) -> None:
    await town.answering(await _started(town, "serve"))
    await town.set_up(town.victims["serve"])
    await _started(town, "serve-1")
    workers = [f"worker-{number}" for number in range(town.options.workers)]
    for name in workers:
        await (await town.worker(name)).working()
    town.produce()
    for _ in range(town.options.kills):
        for name in ("serve", *workers, "serve-1"):
            await _replace(town, name)
    for status, count in town.crowd.refusals.items():
        town.ledger.noted.append(f"REFUSED {count} requests answered {status}")
    town.ledger.numbers["stops"] = town.options.kills * (2 + len(workers))
    town.ledger.numbers["cut"] = town.crowd.cuts


async def _started(town: Scene, name: str) -> Victim:
    victim = await town.serve(name=name, is_worker=False)
    await victim.ready()
    if name == "serve":
        town.crowd.door.url, town.crowd.door.token = victim.url, victim.token
    else:
        town.crowd.spare = Door(victim.url, victim.token)
    return victim


async def _replace(town: Scene, name: str) -> None:
    """Stop one in the middle of its work; its successor runs before anything else stops."""
    victim = town.victims[name]
    acks, requests = town.crowd.acks, town.far.count()
    await until(GATE_SECONDS, lambda: town.crowd.acks - acks >= UNITS and town.far.count() - requests >= UNITS)
    code = await victim.end(signal.SIGTERM)
    if code != 0:
        town.ledger.noted.append(f"UNCLEAN STOP {name} ended with {code} on SIGTERM")
    if name.startswith("serve"):
        await _started(town, name)
    else:
        await (await town.worker(name)).working()

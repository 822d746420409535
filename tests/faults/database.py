"""L4 database: the server is killed or restarted, throws everybody out, or a table is locked, all under load."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Awaitable, Callable, Mapping

import psycopg

from tests.faults.ledger import Kill, Ledger, Options
from tests.faults.scene import OK_ENDPOINTS, Scene, played, scene
from tests.faults.victims import until
from tests.support.postgres import USER, Server

GATE_SECONDS = 40.0
ACKS_MOST = 30
LOCK_SECONDS = 3.0
"""Longer than a statement waits for a lock."""
_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'faults'"


async def database(options: Options) -> Ledger:
    """`serve` and a worker; after each fault events are accepted and delivered again."""
    async with scene(options, OK_ENDPOINTS) as town:
        return await played(town, _suffer)


async def _suffer(town: Scene) -> None:
    chance = random.Random(f"{town.options.seed}:nemesis")
    api = await town.serve()
    await town.answering(api)
    await town.set_up(api)
    await (await town.worker("worker-0")).working()
    town.produce()
    faults = list(FAULTS)
    for number in range(town.options.kills):
        await _after_acks(town, chance.randint(1, ACKS_MOST))
        await _once(town, faults[number % len(faults)])
    for victim in town.victims.values():
        if not victim.is_alive:
            told = [
                line for line in victim.log.read_text(errors="replace").splitlines() if "delivery.attempted" not in line
            ][-6:]
            town.ledger.noted.append(f"DOWN {victim.name} ended while the database was away: {told}")


async def _after_acks(town: Scene, units: int) -> bool:
    before = town.crowd.acks
    return await until(GATE_SECONDS, lambda: town.crowd.acks - before >= units)


async def _once(town: Scene, fault: str) -> None:
    server = town.books.server
    assert server is not None
    await FAULTS[fault](server)
    began = time.monotonic()
    requests = town.far.count()
    is_back = await _after_acks(town, 1)
    accepted = time.monotonic() - began
    is_back = is_back and await until(GATE_SECONDS, lambda: town.far.count() > requests)
    town.ledger.kills.append(Kill("postgres", fault, "acks", 1, is_back))
    if not is_back:
        town.ledger.noted.append(f"STUCK nothing is accepted and sent {GATE_SECONDS:g} s after {fault}")
    numbers = town.ledger.numbers
    numbers["accepts_after_most"] = max(numbers.get("accepts_after_most", 0.0), round(accepted, 2))
    sent = round(time.monotonic() - began, 2)
    numbers["sends_after_most"] = max(numbers.get("sends_after_most", 0.0), sent)


async def _restart(server: Server, number: signal.Signals) -> None:
    await asyncio.to_thread(server.end, number)
    await asyncio.to_thread(server.start)


async def _kill(server: Server) -> None:
    await _restart(server, signal.SIGKILL)


async def _immediate(server: Server) -> None:
    await _restart(server, signal.SIGQUIT)


async def _fast(server: Server) -> None:
    await _restart(server, signal.SIGINT)


async def _terminate(server: Server) -> None:
    await asyncio.to_thread(server.execute, _OTHERS)


async def _lock(server: Server) -> None:
    connection = await psycopg.AsyncConnection.connect(host=str(server.folder), user=USER, dbname="faults")
    async with connection:
        await connection.execute("LOCK TABLE webhook_deliveries IN ACCESS EXCLUSIVE MODE")
        await asyncio.sleep(LOCK_SECONDS)


FAULTS: Mapping[str, Callable[[Server], Awaitable[None]]] = {
    "kill": _kill,
    "terminate": _terminate,
    "immediate": _immediate,
    "lock": _lock,
    "fast": _fast,
}

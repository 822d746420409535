"""The near side: keep-alive connections that post as fast as answers come, or on a schedule (open loop)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import httptools

Make = Callable[[int], bytes]


@dataclass
class Outcome:
    """Answers by status, seconds spent, and waits for an answer in ns."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    waits_ns: list[int] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """How many were answered 2xx."""
        return sum(count for status, count in self.statuses.items() if 200 <= status < 300)


class _Connection(asyncio.Protocol):
    """Posts one request at a time."""

    def __init__(self, outcome: Outcome, on_free: Callable[[_Connection], None]) -> None:
        self._outcome = outcome
        self._on_free = on_free
        self._parser = httptools.HttpResponseParser(self)
        self._sent_ns = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready."""
        self.transport = cast(asyncio.Transport, transport)

    def post(self, request: bytes) -> None:
        """Send one."""
        self._sent_ns = time.monotonic_ns()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Parse."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """An answer came."""
        status = self._parser.get_status_code()
        self._outcome.statuses[status] = self._outcome.statuses.get(status, 0) + 1
        self._outcome.waits_ns.append(time.monotonic_ns() - self._sent_ns)
        self._on_free(self)


async def flat_out(port: int, make: Make, *, total: int, connections: int = 64) -> Outcome:
    """Post `total` requests over `connections`, each sending again as soon as it was answered."""
    outcome, loop = Outcome(), asyncio.get_running_loop()
    done = loop.create_future()
    sent = 0

    def next_one(connection: _Connection) -> None:
        nonlocal sent
        if sent < total:
            sent += 1
            connection.post(make(sent))
        elif sum(outcome.statuses.values()) >= total and not done.done():
            done.set_result(None)

    opened = [
        (await loop.create_connection(lambda: _Connection(outcome, next_one), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    began = time.monotonic()
    for connection in opened:
        next_one(connection)
    await done
    outcome.seconds = time.monotonic() - began
    for connection in opened:
        connection.transport.close()
    return outcome


async def on_schedule(port: int, make: Make, *, rate: float, seconds: float, connections: int = 256) -> Outcome:
    """Post at `rate` a second for `seconds`; a request that finds no free connection waits, its time runs on.

    `make` gets the scheduled monotonic nanoseconds.
    """
    outcome, loop = Outcome(), asyncio.get_running_loop()
    free: list[_Connection] = []
    late: list[int] = []

    def freed(connection: _Connection) -> None:
        if late:
            connection.post(make(late.pop(0)))
        else:
            free.append(connection)

    for _ in range(connections):
        free.append((await loop.create_connection(lambda: _Connection(outcome, freed), "127.0.0.1", port))[1])
    opened = list(free)
    began = time.monotonic_ns()
    total = int(rate * seconds)
    for number in range(total):
        due = began + int(number / rate * 1e9)
        ahead = (due - time.monotonic_ns()) / 1e9
        if ahead > 0:
            await asyncio.sleep(ahead)
        if free:
            free.pop().post(make(due))
        else:
            late.append(due)
    deadline = time.monotonic() + 30
    while sum(outcome.statuses.values()) < total and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    outcome.seconds = (time.monotonic_ns() - began) / 1e9
    for connection in opened:
        connection.transport.close()
    return outcome

"""L7 network: every behaviour of a far side through a running instance; a faulty line between instance and database."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import random
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.faults.ledger import Kill, Ledger, Options
from tests.faults.matrix import WAIT_MOST_MS, Row, create, judged, matrix, publish
from tests.faults.proxy import FAULTS, Proxy, proxied
from tests.faults.scene import OK_ENDPOINTS, Scene, played, scene
from tests.faults.victims import until
from tests.support.hostile import (
    OK,
    Behaviour,
    Receiver,
    Talk,
    answers,
    drips,
    floods,
    head_of,
    says_and_resets,
    says_and_stays,
)

GATE_SECONDS = 40.0
FAULT_SECONDS = 1.5
HINT_MS = 75_000
_EMPTY = "Content-Length: 0"
_TIMESTAMP = re.compile(rb"webhook-timestamp: (\d+)", re.IGNORECASE)


async def _never_reads(_talk: Talk) -> None:
    await asyncio.Event().wait()


def _says(status: int, *fields: str, body: bytes = b"", version: str = "1.1") -> Behaviour:
    length = () if any("ength" in name or "ncoding" in name for name in fields) else (f"Content-Length: {len(body)}",)
    return answers(head_of(status, *length, *fields, version=version) + body)


def _date(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def _says_when(status: int, seconds: float) -> Behaviour:
    """A date that lies so far ahead when it is said, however long that takes."""

    async def behaviour(talk: Talk) -> None:
        await _says(status, f"Retry-After: {_date(seconds)}")(talk)

    return behaviour


DELIVERED: dict[str, Behaviour] = {
    "200 then drip": drips(b"x" * 1_000, at_once=head_of(200, "Content-Length: 1000")),
    "200 then hang": says_and_stays(head_of(200, "Content-Length: 5")),
    "200 then reset": says_and_resets(head_of(200, "Content-Length: 5")),
    "200 with 50 MB": floods(head_of(200, "Content-Length: 50000000"), b"x" * 50_000, 1_000),
    "200 with a gzip bomb": _says(200, "Content-Encoding: gzip", body=gzip.compress(bytes(20_000_000))),
    "204 with a body": answers(head_of(204) + b"what", then_closes=True),
    "HTTP/1.0": answers(head_of(200, version="1.0") + b"ok", then_closes=True),
    "a bad chunk size": answers(head_of(200, "Transfer-Encoding: chunked") + b"zz\r\n"),
    "less than announced": answers(head_of(200, "Content-Length: 50") + b"short", then_closes=True),
    "more than announced": answers(head_of(200, "Content-Length: 2") + b"far more than that"),
    "closes after each": answers(OK, then_closes=True),
}
FAILED: dict[str, tuple[str, Behaviour]] = {
    "accepts, then silence": ("timeout", says_and_stays(b"")),
    "never reads": ("timeout", _never_reads),
    "drips its head": ("timeout", drips(head_of(200, "X-Long: x"), every_s=0.2)),
    "resets": ("protocol_error", says_and_resets(b"")),
    "resets amid its head": ("protocol_error", says_and_resets(b"HTTP/1.1 20")),
    "a flood of 1xx": ("protocol_error", floods(b"", head_of(100), 100)),
    "a head of 80 kB": ("protocol_error", answers(head_of(200, *(f"X-{n}: {'v' * 8_000}" for n in range(10)), _EMPTY))),
    **{
        f"{status} {words}": ("redirect", _says(status, *fields))
        for status in (301, 302, 303, 304, 307, 308)
        for words, fields in (("with a place", ("Location: http://127.0.0.1:9/",)), ("without", ()))
    },
    **{str(status): ("http_error", _says(status)) for status in (400, 401, 404, 429, 500, 502, 503, 504, 999)},
    **{
        f"429 with {hint}": ("http_error", _says(429, f"Retry-After: {hint}"))
        for hint in ("-5", "1e9", "1.5", "soon", _date(-3_600))
    },
}


def _hinted() -> Iterator[tuple[str, Behaviour, int, bool]]:
    """What asks for more time: whose wait is that long, and of which status every delivery waits."""
    for status, stops_all in ((429, True), (503, False)):
        yield f"{status} with seconds", _says(status, "Retry-After: 75"), HINT_MS, not stops_all
        yield f"{status} with a date", _says_when(status, HINT_MS / 1_000), HINT_MS, not stops_all
        yield f"{status} with a year", _says(status, "Retry-After: 31536000"), WAIT_MOST_MS, not stops_all


@contextmanager
def _black_hole() -> Iterator[int]:
    """A port whose queue is full: handshakes get no answer."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(2)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        yield full.getsockname()[1]
        for each in waiting:
            each.close()


def _nobodys_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def net(options: Options) -> Ledger:
    """On SQLite the far sides, on PostgreSQL the line to the database."""
    return await (_far_sides(options) if options.store == "sqlite" else _lines(options))


async def _far_sides(options: Options) -> Ledger:
    async with contextlib.AsyncExitStack() as stack:
        hole = stack.enter_context(_black_hole())
        town = await stack.enter_async_context(matrix(options, {}))
        rows = [
            Row("refused", f"http://127.0.0.1:{_nobodys_port()}/", "connect_error"),
            Row("no handshake", f"http://127.0.0.1:{hole}/", "connect_error"),
            Row("no such name", "http://nobody.invalid/", "dns_error"),
        ]

        async def listens(behaviour: Behaviour) -> str:
            return (await stack.enter_async_context(Receiver(behaviour))).url()

        for name, behaviour in DELIVERED.items():
            rows.append(Row(name, await listens(behaviour), "delivered", "delivered"))
        for name, (outcome, behaviour) in FAILED.items():
            rows.append(Row(name, await listens(behaviour), outcome))
        for name, behaviour, waits_ms, goes_on in _hinted():
            rows.append(Row(name, await listens(behaviour), "http_error", "pending", waits_ms, goes_on))
        rows.append(Row("410", await listens(_says(410)), "http_error", "held", goes_on=False))
        await judged(town, rows)
        await _signs_anew(town)
    return town.ledger


async def _signs_anew(town: Scene) -> None:
    """Each attempt carries the time at which it was made."""
    retry = {"strategy": "fixed", "initialDelayMs": 1_200, "maxDelayMs": 1_200, "maxAttempts": 3, "jitter": 0}
    async with Receiver(answers(head_of(500, _EMPTY), OK)) as again:
        await create(town, Row("again", again.url(), "", wish={"retry": retry, "events": ["anew.*"]}))
        await publish(town, "anew.first")
        await until(GATE_SECONDS, lambda: len(again.requests) == 2)
        times = [found[1] for request in again.requests if (found := _TIMESTAMP.search(request))]
    if len(set(times)) != 2:
        town.ledger.noted.append(f"TIMESTAMP two attempts said {times}")


async def _lines(options: Options) -> Ledger:
    """An instance whose database is behind a proxy that delays, cuts, falls silent or drips."""
    async with scene(options, OK_ENDPOINTS) as town:
        server = town.books.server
        assert server is not None
        async with proxied(server.folder / ".s.PGSQL.5432") as line:
            url = f"postgresql://hookspan@127.0.0.1:{line.port}/faults"
            town.settings = {**town.settings, "HOOKSPAN_DATABASE__URL": url}
            return await played(town, lambda town: _disturb(town, line))


async def _disturb(town: Scene, line: Proxy) -> None:
    chance = random.Random(f"{town.options.seed}:nemesis")
    api = await town.serve()
    await town.answering(api)
    await town.set_up(api)
    town.produce()
    for number in range(town.options.kills):
        before = town.crowd.acks
        units = chance.randint(5, 30)
        await until(GATE_SECONDS, lambda before=before, units=units: town.crowd.acks - before >= units)
        fault = FAULTS[number % len(FAULTS)]
        line.turn(fault)
        await asyncio.sleep(FAULT_SECONDS)
        line.turn("calm")
        before = town.crowd.acks
        is_back = await until(GATE_SECONDS, lambda before=before: town.crowd.acks > before)
        town.ledger.kills.append(Kill("line", fault, "acks", units, is_back))
        if not is_back:
            town.ledger.noted.append(f"STUCK nothing is accepted {GATE_SECONDS:g} s after the line was {fault}")
    if not api.is_alive:
        town.ledger.noted.append("DOWN serve ended while its database was out of reach")

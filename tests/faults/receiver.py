"""The far side, one process on raw sockets: answers as its seed draws, and writes its own ledger, a line an act.

`python -m tests.faults.receiver '{"seed":1,"endpoints":[…]}' ledger.jsonl` prints its port; the line `calm` on stdin
turns every fault off, the end of stdin ends the process.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import os
import random
import re
import socket
import struct
import sys
import time
from collections.abc import Mapping

import msgspec

from tests.faults.ledger import Endpoint

HANG_SECONDS = 3.0
HUGE_BYTES = 50_000_000
_PIECE = b"x" * 65_536
_DATA = re.compile(rb'^\{"type":"[^"]*","timestamp":"[^"]*","data":(.*)\}$', re.DOTALL)

CHAOS: Mapping[str, int] = {
    "ok": 500,
    "500": 130,
    "502": 130,
    "503": 130,
    "reset": 40,
    "hang": 12,
    "drip": 25,
    "302": 25,
    "huge": 3,
    "204": 5,
}
MOODS: Mapping[str, Mapping[str, int]] = {
    "chaos": CHAOS,
    "moody": {**CHAOS, "429": 8, "410": 4},
    "step": {"ok": 850, "500": 100, "reset": 40, "hang": 10},
    "ok": {"ok": 1},
    "hung": {"hung": 1},
}


class Plan(msgspec.Struct, frozen=True):
    """What the process is started with."""

    seed: int
    endpoints: tuple[Endpoint, ...]
    is_calm: bool = False
    slow_ms: int = 0


def secret_of(seed: int, endpoint: str) -> bytes:
    """The signing key of an endpoint, the same here and where the endpoint is created."""
    return hashlib.sha256(f"{seed}:{endpoint}".encode()).digest()


class Notebook:
    """The receiver's own ledger: an arrival, later its status."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.count = 0

    def arrived(self, members: dict[str, object]) -> int:
        """Write a whole request down; its number."""
        self.count += 1
        self._line({"n": self.count, **members})
        return self.count

    def answered(self, number: int, status: int) -> None:
        """Write down that a status line was sent."""
        self._line({"n": number, "status": status})

    def _line(self, members: dict[str, object]) -> None:
        os.write(self._file, msgspec.json.encode(members) + b"\n")


class Receiver:
    """Reads requests, draws a behaviour for each, acts it out."""

    def __init__(self, plan: Plan, notebook: Notebook) -> None:
        self._plan = plan
        self._notebook = notebook
        self._moods = {endpoint.name: endpoint.mood for endpoint in plan.endpoints}
        self._secrets = {endpoint.name: secret_of(plan.seed, endpoint.name) for endpoint in plan.endpoints}
        self.is_calm = plan.is_calm
        self._hung = 0
        self.port = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request after request."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            while await self._exchange(reader, writer):
                pass
        writer.transport.abort()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        line, headers = _head(await reader.readuntil(b"\r\n\r\n"))
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        name = line.split(" ")[1].rpartition("/")[2]
        behaviour = self._draw(name, self._notebook.count + 1)
        self._hung += behaviour == "hung"
        told = {"at": time.monotonic(), "beside": self._hung if behaviour == "hung" else 0}
        number = self._notebook.arrived({**self._read(name, headers, body), **told})
        if behaviour == "hung":
            return await self._hang_until_gone(reader)
        if self._plan.slow_ms:
            await asyncio.sleep(self._plan.slow_ms / 1_000)
        act = getattr(self, f"_{behaviour}", None)
        if act is None:
            return await self._plain(writer, number, 200 if behaviour == "ok" else int(behaviour))
        await act(writer, number)
        return False

    def _read(self, name: str, headers: Mapping[str, str], body: bytes) -> dict[str, object]:
        found = _DATA.match(body)
        content = found[1] if found else body
        key = ""
        with contextlib.suppress(msgspec.DecodeError, AttributeError):
            members = msgspec.json.decode(content)
            key = str(members["key"] if "key" in members else members.get("body", {}).get("key"))
        return {
            "endpoint": name,
            "event": headers.get("webhook-id", ""),
            "delivery": headers.get("x-hookspan-delivery") or headers.get("idempotency-key", ""),
            "claim": int(headers.get("x-hookspan-attempt", "0")),
            "key": key,
            "sha256": hashlib.sha256(content).hexdigest(),
            "is_signed": self._is_signed(name, headers, body),
        }

    def _is_signed(self, name: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Standard Webhooks: HMAC-SHA256 over id, timestamp and body."""
        told = f"{headers.get('webhook-id')}.{headers.get('webhook-timestamp')}.".encode()
        made = base64.b64encode(hmac.digest(self._secrets.get(name, b""), told + body, "sha256")).decode()
        return f"v1,{made}" in headers.get("webhook-signature", "").split(" ")

    def _draw(self, name: str, number: int) -> str:
        weights = MOODS["ok" if self.is_calm else self._moods.get(name, "ok")]
        chance = random.Random(f"{self._plan.seed}:{number}")
        return chance.choices(list(weights), list(weights.values()))[0]

    async def _hang_until_gone(self, reader: asyncio.StreamReader) -> bool:
        """No answer until the caller hangs up."""
        try:
            await reader.read()
        finally:
            self._hung -= 1
        return False

    async def _plain(self, writer: asyncio.StreamWriter, number: int, status: int, fields: str = "") -> bool:
        if status == 302:
            fields = f"Location: http://127.0.0.1:{self.port}/stolen\r\n"
        elif status == 429:
            fields = "Retry-After: 1\r\n"
        length = "" if status == 204 else "Content-Length: 0\r\n"
        writer.write(f"HTTP/1.1 {status} Told\r\n{length}{fields}\r\n".encode())
        self._notebook.answered(number, status)
        await writer.drain()
        return True

    async def _reset(self, writer: asyncio.StreamWriter, _number: int) -> None:
        connection: socket.socket = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    async def _hang(self, _writer: asyncio.StreamWriter, _number: int) -> None:
        await asyncio.sleep(HANG_SECONDS)

    async def _drip(self, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(b"HTTP/1.1 200 Told\r\nContent-Length: 40\r\n\r\n")
        self._notebook.answered(number, 200)
        for _ in range(20):
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.1)

    async def _huge(self, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(f"HTTP/1.1 200 Told\r\nContent-Length: {HUGE_BYTES}\r\n\r\n".encode())
        self._notebook.answered(number, 200)
        for _ in range(HUGE_BYTES // len(_PIECE)):
            writer.write(_PIECE)
            await writer.drain()


def _head(raw: bytes) -> tuple[str, dict[str, str]]:
    first, *fields = raw.decode("latin-1").split("\r\n")
    pairs = (field.partition(":") for field in fields if field)
    return first, {name.lower(): value.strip() for name, _, value in pairs}


async def _run(plan: Plan, path: str) -> None:
    receiver = Receiver(plan, Notebook(path))
    server = await asyncio.start_server(receiver.talk, "127.0.0.1", 0, backlog=1_024)
    receiver.port = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"{receiver.port}\n")
    sys.stdout.flush()
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while order := await orders.readline():
        receiver.is_calm = order.strip() == b"calm"


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(msgspec.json.decode(sys.argv[1], type=Plan), sys.argv[2]))
    os._exit(0)

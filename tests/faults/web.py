"""The smallest HTTP client that can hang up: one request a connection, on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `json` reads its body."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


CUT = Reply(0, b"")
"""The connection ended, or fell silent, without a whole answer."""


async def call(
    url: str,
    *,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    seconds: float = 10.0,
    hangs_up: bool = False,
) -> Reply | None:
    """The answer or CUT; None when nobody listens, or when we hung up after the request."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    lines = [f"{method} {path} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    try:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except OSError:
        return None
    try:
        async with asyncio.timeout(seconds):
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            await writer.drain()
            return None if hangs_up else await _reply(reader)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
        return CUT
    finally:
        writer.transport.abort()


async def _reply(reader: asyncio.StreamReader) -> Reply:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    length = fields.get("content-length")
    body = await (reader.read() if length is None else reader.readexactly(int(length)))
    return Reply(int(head[0].split(" ")[1]), body)


class Refused(Exception):
    """The instance refused what setting up needs."""


async def ask(url: str, token: str, path: str, members: object, *, method: str = "POST") -> Any:
    """A management call that must succeed."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    reply = await call(url + path, method=method, headers=headers, body=json.dumps(members).encode(), seconds=30)
    if reply is None or not 200 <= reply.status < 300:
        raise Refused(f"{method} {path}: {reply}")
    return reply.json() if reply.body else None

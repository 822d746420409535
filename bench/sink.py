"""The far side: answers 200 to every POST, or hangs; tells how many came and how long each was on its way.

A body may carry `"t":<monotonic nanoseconds>`, the moment its publish was scheduled. Statistics are read by GET.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from typing import cast

import httptools
import uvloop

STAMP = re.compile(rb'"t":(\d+)')
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


class Counts:
    """What came by path since the last reset."""

    def __init__(self) -> None:
        self.total: dict[str, int] = {}
        self.waits_ns: dict[str, list[int]] = {}

    def reset(self) -> None:
        """Begin anew."""
        self.total.clear()
        self.waits_ns.clear()


class Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._parser = httptools.HttpRequestParser(self)
        self._body = b""
        self._path = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Parse."""
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """A request begins."""
        self._path, self._body = url.decode(), b""

    def on_body(self, body: bytes) -> None:
        """Collect."""
        self._body += body

    def on_message_complete(self) -> None:
        """Count, answer; paths under /hang never get one."""
        if self._parser.get_method() == b"GET":
            self._tell()
            return
        counts, path = self._counts, self._path
        counts.total[path] = counts.total.get(path, 0) + 1
        stamp = STAMP.search(self._body)
        if stamp:
            counts.waits_ns.setdefault(path, []).append(time.monotonic_ns() - int(stamp[1]))
        if not path.startswith("/hang"):
            self._transport.write(ANSWER)

    def _tell(self) -> None:
        counts = self._counts
        body = json.dumps({"total": counts.total, "waits_ns": counts.waits_ns}).encode()
        if self._path == "/reset":
            counts.reset()
        self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))


async def main(port: int) -> None:
    """Serve until ended."""
    counts = Counts()
    server = await asyncio.get_running_loop().create_server(lambda: Sink(counts), "127.0.0.1", port, backlog=2048)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))

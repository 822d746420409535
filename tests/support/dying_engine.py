"""A process that runs due executions until an armed failpoint kills it: `dying_engine <url> <tenant> <requests>`.

The idempotency key of every request it sends is appended to the file `<requests>`.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from hookspan import failpoints
from hookspan.ports import HttpAnswer, HttpFailure, HttpRequest
from hookspan.storage.database import Database
from tests.support.clock import FakeClock
from tests.support.workshop import FarSide, Workshop


class Notebook(FarSide):
    """A far side that outlives the process that calls it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    async def send(self, request: HttpRequest) -> HttpAnswer | HttpFailure:
        """Write the key down, then answer."""
        with self._path.open("a") as notes:
            notes.write(dict(request.headers)["Idempotency-Key"] + "\n")
        return await super().send(request)


async def run(url: str, tenant_id: str, requests: Path) -> None:
    """Run everything that is due."""
    database = Database(url)
    database.start()
    await Workshop(database, FakeClock(), tenant_id, Notebook(requests)).settle()
    await database.close()


if __name__ == "__main__":
    failpoints.arm()
    asyncio.run(run(sys.argv[1], sys.argv[2], Path(sys.argv[3])))

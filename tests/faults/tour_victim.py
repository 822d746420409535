"""A process that walks one execution to its end: `tour_victim <url> <tenant> <plan> <execution> <folder> <seconds>`.

It dies at the armed failpoint; requests and calls of functions it wrote down outlive it. `seconds` sets its clock.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from hookspan import failpoints, observe
from hookspan.storage.database import Database
from tests.faults.tour import Mill
from tests.faults.tour_walk import NotingFarSide, walk
from tests.support.clock import FakeClock
from tests.support.workshop import Workshop


async def run(url: str, tenant_id: str, plan: str, execution_id: str, folder: Path, seconds: float) -> bool:
    """Walk it."""
    clock = FakeClock()
    clock.advance(seconds=seconds)
    database = Database(url, writers=1, readers=1)
    database.start()
    far_side, functions = NotingFarSide(folder / "requests"), Mill(folder / "calls").functions()
    shop = Workshop(database, clock, tenant_id, far_side, functions=functions)
    is_over = await walk(shop, plan, execution_id)
    await database.close()
    return is_over


if __name__ == "__main__":
    observe.log.level = observe.LEVELS["error"]
    failpoints.arm()
    url, tenant_id, plan, execution_id, folder, seconds = sys.argv[1:]
    sys.exit(0 if asyncio.run(run(url, tenant_id, plan, execution_id, Path(folder), float(seconds))) else 1)

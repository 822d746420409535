"""What the world outside does for an execution until it is over: looks how it stands, tells what it waits for.

Each act is decided from what is stored alone, so whoever goes on where another died does the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from sqlalchemy import Connection, func, select

from hookspan.errors import Conflict
from hookspan.model.executions import ENDED, ExecutionRow, StepRow
from hookspan.ports import HttpAnswer, HttpFailure, HttpRequest
from hookspan.storage.tables import execution_messages, executions
from tests.faults.tour import SIGNAL
from tests.support.workshop import FarSide, Workshop

ROUNDS = 40
ROUND_SECONDS = 1.0
FAILED = 500


class NotingFarSide(FarSide):
    """Refuses the first request of each step, takes the second; every request is a line of a file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    async def send(self, request: HttpRequest) -> HttpAnswer | HttpFailure:
        """Write the key down, then answer."""
        key = dict(request.headers)["Idempotency-Key"]
        is_first = not self._path.exists() or f"{key}\n" not in self._path.read_text()
        with self._path.open("a") as notes:
            notes.write(f"{key}\n")
        return HttpAnswer(FAILED, [], b"", False, 1.0) if is_first else await super().send(request)


async def walk(shop: Workshop, plan: str, execution_id: str) -> bool:
    """Run all that is due and tell what is waited for, until it is over; False when it never is."""
    for _ in range(ROUNDS):
        await shop.settle()
        row = await shop.execution(execution_id)
        steps = await shop.steps(execution_id)
        if row.status in ENDED and _IS_OVER[plan](row, steps):
            await shop.settle()
            return True
        await _ACTS[plan](shop, row, steps)
        shop.clock.advance(seconds=ROUND_SECONDS)
    return False


_Steps = Mapping[str, StepRow]


async def _tell(shop: Workshop, row: ExecutionRow, steps: _Steps) -> None:
    """A signal, an answer by name, an answer by callback."""
    outside, named = shop.engine.outside, (shop.tenant_id, row.id)
    if _waits(steps, "asked") and not await shop.database.read(_unread, row.id, "signal"):
        await outside.signal(*named, SIGNAL, {"went": True})
    with contextlib.suppress(Conflict):
        if _waits(steps, "outside"):
            await outside.complete(*named, "outside", {"by": "name"})
    with contextlib.suppress(Conflict, KeyError):
        if _waits(steps, "called"):
            token, _ = await shop.callback(row.id, "called")
            await outside.call_back(token, output={"by": "callback"})


async def _begin_anew(shop: Workshop, row: ExecutionRow, steps: _Steps) -> None:
    """What failed is tried again; what was completed begins anew from its second step on, once."""
    if row.status == "failed":
        await shop.engine.retry(shop.tenant_id, row.id)
    elif row.status == "completed":
        await shop.engine.restart_from(shop.tenant_id, row.id, "stubborn")


async def _cancel(shop: Workshop, row: ExecutionRow, steps: _Steps) -> None:
    """Cancelled once its child and its queue wait."""
    children = await shop.database.read(children_of, row.id)
    if _waits(steps, "hold") and _waits(steps, "queue") and "waiting" in children.values():
        await shop.engine.cancel(shop.tenant_id, row.id)


def _waits(steps: _Steps, step_id: str) -> bool:
    return step_id in steps and steps[step_id].status == "waiting"


_ACTS: Mapping[str, Callable[[Workshop, ExecutionRow, _Steps], Awaitable[None]]] = {
    "tour": _tell,
    "again": _begin_anew,
    "halted": _cancel,
}
_IS_OVER: Mapping[str, Callable[[ExecutionRow, _Steps], bool]] = {
    "tour": lambda row, steps: True,
    "again": lambda row, steps: row.status == "completed" and steps["stubborn"].attempts > 2,
    "halted": lambda row, steps: row.status == "cancelled",
}


def children_of(connection: Connection, parent_id: str) -> dict[str, str]:
    """Status by id of the executions that an execution began."""
    query = select(executions.c.id, executions.c.status).where(executions.c.parent_execution_id == parent_id)
    return {row.id: row.status for row in connection.execute(query.order_by(executions.c.id))}


def _unread(connection: Connection, execution_id: str, kind: str) -> int:
    told = execution_messages.c
    query = select(func.count()).where(told.execution_id == execution_id, told.kind == kind)
    return connection.execute(query).scalar_one()

"""Compiled schemas of event types: made in a thread within a budget, kept by version, which never changes."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

from hookspan.errors import Invalid
from hookspan.model.jsonview import read_json
from hookspan.model.schema_judge import Judge, compile_schema

COMPILE_NS = 250_000_000
KEPT_MOST = 2_000


async def compile_within(schema: object, *, budget_ns: int = COMPILE_NS) -> Judge:
    """Compile off the loop; Invalid for a schema that is wrong, beyond the limits, or takes more than the budget.

    The budget is the thread's own time, not the clock's, so that a busy machine refuses nothing. The limits on
    schemas end the work; the budget keeps out what was slow all the same, since each process compiles it again.
    """
    judge, spent_ns = await asyncio.to_thread(_timed, schema)
    if spent_ns > budget_ns:
        raise Invalid.one("/schema", f"takes more than {budget_ns // 1_000_000} ms to compile")
    return judge


def _timed(schema: object) -> tuple[Judge, int]:
    begun = time.thread_time_ns()
    judge = compile_schema(schema)
    return judge, time.thread_time_ns() - begun


class Judges:
    """The last 2,000 compiled schemas by type id and version."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], Judge] = OrderedDict()

    def peek(self, type_id: str, version: int) -> Judge | None:
        """The judge if it is here."""
        return self._kept.get((type_id, version))

    def keep(self, type_id: str, version: int, judge: Judge) -> None:
        """Remember a judge."""
        self._kept[(type_id, version)] = judge
        while len(self._kept) > KEPT_MOST:
            self._kept.popitem(last=False)

    async def opened(self, type_id: str, version: int, schema: str) -> Judge:
        """The judge of a stored schema, compiled if need be."""
        judge = self.peek(type_id, version)
        if judge is None:
            judge = await asyncio.to_thread(compile_schema, read_json(schema.encode()).value)
            self.keep(type_id, version, judge)
        return judge

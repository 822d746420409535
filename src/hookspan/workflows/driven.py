"""What this process drives now: a task and a run for each execution, and which of them are suspects."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from hookspan.model.executions import SUSPECT_ALONE_FROM, SUSPECT_FROM, SUSPECTS_MOST, ExecutionRow
from hookspan.workflows.drive import Run


@dataclass(slots=True)
class Driven:
    """Executions by id, each under the lease it was claimed with; `on_room` tells that a place that lacked is free."""

    slots: int
    on_room: Callable[[], None]
    runs: dict[str, Run] = field(default_factory=dict)
    """Those that have been read."""
    _tasks: dict[str, tuple[str, asyncio.Task[None]]] = field(default_factory=dict)
    _suspects: dict[str, tuple[str, int]] = field(default_factory=dict)
    _workflows: dict[str, str] = field(default_factory=dict)

    def begin(self, row: ExecutionRow, token: str, work: Coroutine[None, None, None]) -> None:
        """Drive what was just claimed; what is left of an earlier lease of it here is cut."""
        # After a pause of this process it may still drive what it claims anew: its own lease was taken back.
        self.cut([row.id])
        if row.silent_claims > SUSPECT_FROM:
            # The claim counted itself. One that must be alone takes the room of all.
            self._suspects[row.id] = token, SUSPECTS_MOST if row.silent_claims > SUSPECT_ALONE_FROM else 1
        task = asyncio.create_task(work)
        self._tasks[row.id] = token, task
        self._workflows[row.id] = row.workflow_id
        # No `finally` of its own would do: what is cut before its first step never gets into it.
        task.add_done_callback(partial(self._left, row.id, token))

    def _left(self, execution_id: str, token: str, _: asyncio.Task[None]) -> None:
        if self.lease(execution_id) != token:
            return
        is_awaited = self.is_full or execution_id in self._suspects
        del self._tasks[execution_id]
        del self._workflows[execution_id]
        self.runs.pop(execution_id, None)
        self._suspects.pop(execution_id, None)
        if is_awaited:
            self.on_room()

    @property
    def tasks(self) -> Sequence[asyncio.Task[None]]:
        """What drives them."""
        return [task for _, task in self._tasks.values()]

    @property
    def leases(self) -> dict[str, str]:
        """Their tokens, in the order in which they were claimed."""
        return {execution_id: token for execution_id, (token, _) in self._tasks.items()}

    def lease(self, execution_id: str) -> str | None:
        """The token under which it is driven, None when it is not."""
        return self._tasks[execution_id][0] if execution_id in self._tasks else None

    @property
    def by_workflow(self) -> Counter[str]:
        """How many of each workflow."""
        return Counter(self._workflows.values())

    @property
    def room(self) -> int:
        """How many more may be driven; below zero there are some in reserve."""
        return self.slots - len(self._tasks)

    @property
    def is_full(self) -> bool:
        """Whether no more may be driven."""
        return self.room <= 0

    @property
    def suspects(self) -> int:
        """How many suspects of which nothing came yet are driven; while one must be alone, as many as ever may be."""
        if not self._suspects:
            return 0
        cleared = [each for each in self._suspects if each in self.runs and not self.runs[each].is_silent]
        for execution_id in cleared:
            del self._suspects[execution_id]
        return sum(weight for _, weight in self._suspects.values())

    def cut(self, execution_ids: Iterable[str]) -> None:
        """End the work on these, as far as they are driven here."""
        for execution_id in execution_ids:
            if execution_id in self._tasks:
                self._tasks[execution_id][1].cancel()

"""Compiled versions of workflows: immutable, so they are read once and kept.

A step of kind `python` that leaves `retry` as it is by default is tried as often as its function's `max_attempts` says
in this process (contracts G.2); a version kept from before a function was registered is compiled anew.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace

from hookspan.errors import HookspanError
from hookspan.model.retry import STEPS
from hookspan.model.workflows import Definition, Step
from hookspan.ports import Vault
from hookspan.storage import workflows
from hookspan.storage.database import Database
from hookspan.workflows.functions import Functions
from hookspan.workflows.sealing import NO_VAULT, clear_text
from hookspan.workflows.steps import python
from hookspan.workflows.validate import read_definition

KEPT = 1_000
SLOW_CHARACTERS = 16_384
"""A longer text is compiled in another thread: the longest takes a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Version:
    """A graph ready to run and the workflow's name; `fault` says why it cannot be run."""

    definition: Definition
    name: str
    fault: str | None = None


class Versions:
    """The versions this process ran last."""

    def __init__(self, database: Database, functions: Functions | None = None, *, vault: Vault = NO_VAULT) -> None:
        self._database = database
        self._vault = vault
        self._functions = functions or Functions()
        self._registered = self._functions.registered
        self._kept: OrderedDict[tuple[str, int], asyncio.Task[Version]] = OrderedDict()

    async def get(self, tenant_id: str, workflow_id: str, version: int) -> Version:
        """The version an execution is pinned to; with a `fault` when it is gone or unreadable."""
        if self._registered != self._functions.registered:
            self._registered = self._functions.registered
            self._kept.clear()
        key = (workflow_id, version)
        reading = self._kept.get(key)
        if reading is None:
            reading = self._kept[key] = asyncio.create_task(self._read(tenant_id, workflow_id, version))
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        if not reading.done():
            await asyncio.wait([reading])
        if reading.cancelled() or reading.exception() is not None or reading.result().fault is not None:
            self._kept.pop(key, None)
        return reading.result()

    async def _read(self, tenant_id: str, workflow_id: str, version: int) -> Version:
        row = await self._database.read(workflows.workflow_version_get, tenant_id, workflow_id, version)
        name = await self._database.read(workflows.workflow_name, tenant_id, workflow_id) or ""
        if row is None:
            return Version(Definition(()), name, "the workflow's version is gone")
        try:
            text = clear_text(self._vault, row, tenant_id=tenant_id)
            is_slow = len(text) > SLOW_CHARACTERS
            read = await asyncio.to_thread(read_definition, text) if is_slow else read_definition(text)
            return Version(self._as_registered(read), name)
        except HookspanError as error:
            return Version(Definition(()), name, f"the workflow's version cannot be read: {error.detail}")
        except ValueError:
            return Version(
                Definition(()), name, "the secrets of the workflow's version do not open; save it with new ones"
            )

    def _as_registered(self, definition: Definition) -> Definition:
        return replace(definition, steps=tuple(self._tried(step) for step in definition.steps))

    def _tried(self, step: Step) -> Step:
        if not isinstance(step.work, python.Function) or step.retry != STEPS:
            return step
        attempts = self._functions.max_attempts(step.work.name)
        return step if attempts is None else replace(step, retry=replace(STEPS, max_attempts=attempts))

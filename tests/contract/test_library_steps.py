"""Functions of a program that steps of its workflows name (contracts G.2)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hookspan import Hookspan
from hookspan.workflows.functions import StepContext


async def test_a_decorated_function_runs_as_a_step(tmp_path: Path) -> None:
    hooks = Hookspan(f"sqlite:///{tmp_path}/hookspan.db")
    called = asyncio.Event()

    @hooks.step("charge")
    async def charge(context: StepContext) -> object:
        called.set()
        return {"charged": context.input}

    async with hooks:
        application, _ = hooks.serving()
        tenant_id = application.instance.tenant_id
        value = {"name": "Charge", "steps": [{"id": "charge", "kind": "python", "with": {"function": "charge"}}]}
        row, _ = await application.definitions.create(tenant_id, value)

        await application.engine.start(tenant_id, row.id, 7)

        await asyncio.wait_for(called.wait(), 10)
    assert charge.__name__ == "charge"


def test_a_name_stands_for_one_function(tmp_path: Path) -> None:
    hooks = Hookspan(f"sqlite:///{tmp_path}/hookspan.db")
    hooks.step("charge")(print)

    with pytest.raises(ValueError, match="charge"):
        hooks.step("charge")(print)

"""Steps that take their time: a request, a function, the birth of a child. They run side by side, each a task."""

from __future__ import annotations

from msgspec.structs import replace

from hookspan import failpoints
from hookspan.errors import HookspanError, StoreAway
from hookspan.model.workflows import STEP_TIMEOUT_MS, Step
from hookspan.storage import workflows
from hookspan.workflows.record import Tools
from hookspan.workflows.starting import called, triggered
from hookspan.workflows.state import Problem
from hookspan.workflows.steps import child, http, python
from hookspan.workflows.steps.outcome import Awaits, Broken, Call, Done, Outcome, faulty
from hookspan.workflows.validate import read_definition


async def run(tools: Tools, step: Step, call: Call) -> Outcome:
    """One try of a step; what hookspan refuses fails it, and so does any fault, which is tried again as it may be."""
    failpoints.reach("step.before_effect")
    try:
        outcome = await _run(tools, step, call)
    except StoreAway:
        raise
    except HookspanError as error:
        outcome = Broken(Problem(error.code, error.detail))
    except Exception as error:  # noqa: BLE001  # the boundary of one try: a fault must not run the step for ever
        tools.on_fault(error)
        outcome = faulty(call, error)
    failpoints.reach("step.after_effect")
    return outcome


async def _run(tools: Tools, step: Step, call: Call) -> Outcome:
    timeout_ms = STEP_TIMEOUT_MS if step.timeout_ms is None else step.timeout_ms
    match step.work:
        case http.Request() as request:
            wire = http.Wire(tools.client, tools.url_rules, timeout_ms, tools.product, tools.hop_key)
            return await http.run(request, call, wire)
        case python.Function() as function:
            return await tools.functions.run(function, call, timeout_ms)
        case child.Child() as work:
            return await _beget(tools, work, call)
    raise TypeError(f"no long work: {step.work!r}")


async def _beget(tools: Tools, work: child.Child, call: Call) -> Done | Broken | Awaits:
    """The child on its workflow's current version, to be written with the step."""
    database, identity = tools.database, (call.tenant_id, work.workflow_id)
    found = await database.read(workflows.workflow_get, *identity)
    row = None if found is None else found[0]
    was_there = found is None and await database.read(workflows.workflow_name, *identity) is not None
    if broken := child.refused(row, call, was_there=was_there):
        return broken
    assert found is not None
    row, version = found
    definition = read_definition(version.definition)
    given = child.given(work, call)
    new = replace(
        called(row, priority=definition.priority, body=given, now=call.now),
        depth=call.depth,
        parent_execution_id=call.execution_id,
        parent_step_id=call.step_id,
        parent_attempt=call.attempt,
        nesting=call.nesting + 1,
        offspring=call.room - 1,
    )
    fact = triggered(new, row, definition.call_id)
    return Awaits(None, child=new, triggered=fact, shown=given)

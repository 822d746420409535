"""What the steps of one execution may read and have made: the trigger, outputs by step, and their stored bytes."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hookspan.model.executions import ExecutionRow, StepRow
from hookspan.model.times import instant
from hookspan.model.workflows import Definition, Step
from hookspan.workflows.steps.outcome import exact, read_exact

_NOTHING: dict[str, object] = {"output": None}
OUTPUT_BYTES = 1024 * 1024
"""All outputs a run makes, what is handed on not counted twice (security §5.4)."""


class Context:
    """The values behind the templates of one execution, numbers exact."""

    def __init__(self, row: ExecutionRow, recorded: Sequence[StepRow]) -> None:
        self.outputs: dict[str, bytes] = {step.step_id: step.output for step in recorded if step.output is not None}
        self._values: dict[str, dict[str, object]] = {
            step_id: {"output": read_exact(output)} for step_id, output in self.outputs.items()
        }
        self._made_bytes = 0
        trigger = read_exact(row.trigger)
        self.trigger: dict[str, object] = trigger if isinstance(trigger, dict) else {"body": trigger}
        execution = {
            "id": row.id,
            "workflowId": row.workflow_id,
            "workflowVersion": row.workflow_version,
            "triggerType": row.trigger_type,
            "priority": row.priority,
            "createdAt": instant(row.created_at),
        }
        self.scopes: dict[str, object] = {
            "trigger": self.trigger,
            "steps": self._values,
            "vars": {},
            "execution": execution,
        }

    def given(self, step: Step) -> object:
        """A step's input: the trigger's body, the output of its one need, or those of all its needs by id.

        A need that was skipped gave nothing: null alone, left out among others.
        """
        if not step.inputs:
            return self.trigger.get("body")
        if len(step.inputs) == 1:
            return self._values.get(step.inputs[0], _NOTHING)["output"]
        return {other: self._values[other]["output"] for other in step.inputs if other in self._values}

    def keep(self, step_id: str, output: object, *, is_handed_on: bool) -> bool:
        """Keep an output; False when all outputs together are over the limit."""
        written = exact.encode(output)
        if not is_handed_on:
            self._made_bytes += len(written)
            if self._made_bytes > OUTPUT_BYTES:
                return False
        self.outputs[step_id] = written
        self._values[step_id] = {"output": output}
        return True

    def forget(self, step_id: str) -> None:
        """A step begins anew: what it made is gone."""
        self.outputs.pop(step_id, None)
        self._values.pop(step_id, None)

    def result(self, definition: Definition) -> bytes:
        """The execution's output: of the one step nobody needs, or of all such steps by id."""
        leaves = [step.id for step in definition.leaves]
        if len(leaves) == 1:
            return self.outputs.get(leaves[0], b"null")
        return msgspec.json.encode({step_id: msgspec.Raw(self.outputs.get(step_id, b"null")) for step_id in leaves})

"""What the steps of one execution may read and have made: the trigger, outputs by step, and their stored bytes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from hookspan.model.executions import ExecutionRow, StepRow
from hookspan.model.times import instant
from hookspan.model.workflows import Definition, Step
from hookspan.workflows.state import Problem
from hookspan.workflows.steps.outcome import exact, read_exact
from hookspan.workflows.steps.wait import Wait

OUTPUT_BYTES = 1024 * 1024
"""The trigger and all outputs of an execution, what is handed on not counted twice (security §5.3)."""


def hands_on(step: Step) -> bool:
    """Whether its output is its input, which is kept already."""
    return step.kind in ("pass", "branch") or (isinstance(step.work, Wait) and step.work.signal is None)


class Context:
    """The values behind the templates of one execution, numbers exact; `makers` are steps that hand on nothing."""

    def __init__(
        self,
        row: ExecutionRow,
        recorded: Sequence[StepRow],
        makers: Collection[str] = (),
        *,
        constants: Mapping[str, object],
    ) -> None:
        self.outputs: dict[str, bytes] = {step.step_id: step.output for step in recorded if step.output is not None}
        self._values: dict[str, dict[str, object]] = {
            step_id: {"output": read_exact(output)} for step_id, output in self.outputs.items()
        }
        for step in recorded:
            if step.status == "failed" and step.error is not None:
                self.note_failure(step.step_id, msgspec.json.decode(step.error, type=Problem))
        made = {step_id: len(output) for step_id, output in self.outputs.items() if step_id in makers}
        self._made_bytes = len(row.trigger) + sum(made.values())
        self._made = made
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
            "vars": constants,
            "execution": execution,
        }

    def given(self, step: Step) -> object:
        """A step's input: the trigger's body, the output of its one need, or those of all its needs by id.

        A need that was skipped gave nothing: null alone, left out among others.
        """
        if not step.inputs:
            return self.trigger.get("body")
        if len(step.inputs) == 1:
            return self._values.get(step.inputs[0], {}).get("output")
        return {other: self._values[other]["output"] for other in step.inputs if other in self.outputs}

    def keep(self, step: Step, output: object) -> bool:
        """Keep an output; False when the trigger and all outputs together are over the limit."""
        written = exact.encode(output)
        if not hands_on(step):
            if self._made_bytes + len(written) > OUTPUT_BYTES:
                return False
            self._made[step.id] = len(written)
            self._made_bytes += len(written)
        self.outputs[step.id] = written
        self._values[step.id] = {"output": output}
        return True

    def note_failure(self, step_id: str, problem: Problem) -> None:
        """Let those that handle the failure of a step read why."""
        self._values[step_id] = {"error": {"code": problem.code, "message": problem.message}}

    def forget(self, step_id: str) -> None:
        """A step begins anew: what it made is gone."""
        self.outputs.pop(step_id, None)
        self._values.pop(step_id, None)
        self._made_bytes -= self._made.pop(step_id, 0)

    def result(self, definition: Definition) -> bytes:
        """The execution's output: of the one step nobody needs, or of all such steps by id."""
        leaves = [step.id for step in definition.leaves]
        if len(leaves) == 1:
            return self.outputs.get(leaves[0], b"null")
        return msgspec.json.encode({step_id: msgspec.Raw(self.outputs.get(step_id, b"null")) for step_id in leaves})

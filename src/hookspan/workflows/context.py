"""What the steps of one execution may read and have made: the trigger, outputs by step, and their stored bytes.

What a step hands on from one place is kept where it came from: the rows of those behind it hold a copy only of what is
short. So the context is stored once, whatever the graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from hookspan.model.executions import ExecutionRow, StepRow
from hookspan.model.times import instant
from hookspan.model.workflows import Definition, Step
from hookspan.workflows.state import Problem
from hookspan.workflows.steps.outcome import OUTPUT_BYTES, exact, read_exact
from hookspan.workflows.steps.wait import Wait

COPY_BYTES = 4 * 1024
"""Up to this size what is handed on is kept with each step that hands it on."""
CUT = b""
"""Stands in the store for JSON that was too large to be kept: an execution's joined outputs, a step's input."""
_TRIGGER = ""


def hands_on(step: Step) -> bool:
    """Whether its output is its input: it makes nothing of its own."""
    return step.kind in ("pass", "branch") or (isinstance(step.work, Wait) and step.work.signal is None)


def is_shared(step: Step) -> bool:
    """Whether its output is kept already; what comes from several steps is an object that was nowhere before."""
    return hands_on(step) and len(step.inputs) <= 1


def is_elsewhere(definition: Definition, row: StepRow) -> bool:
    """Whether a step's output is not in its row because it is kept where it came from."""
    step = definition.by_id.get(row.step_id)
    return row.output is None and row.status == "completed" and step is not None and is_shared(step)


def read_trigger(trigger: bytes) -> dict[str, object]:
    """A stored trigger, numbers exact; raises as a decoder does."""
    value = read_exact(trigger)
    return value if isinstance(value, dict) else {"body": value}


def outputs_of(definition: Definition, trigger: Mapping[str, object], recorded: Sequence[StepRow]) -> dict[str, bytes]:
    """Outputs by step, those too that are kept elsewhere; those that are kept in one place are one object."""
    kept = {row.step_id: row.output for row in recorded if row.output is not None}
    elsewhere = {
        row.step_id: _origin(definition, row.step_id, kept) for row in recorded if is_elsewhere(definition, row)
    }
    outputs = dict(kept)
    if _TRIGGER in elsewhere.values():
        kept[_TRIGGER] = exact.encode(trigger.get("body"))
    outputs.update((step_id, kept[origin]) for step_id, origin in elsewhere.items() if origin in kept)
    return outputs


def _origin(definition: Definition, step_id: str, kept: Mapping[str, bytes]) -> str:
    """The step whose row holds an output, or the trigger; where its content was erased nothing does."""
    while step_id != _TRIGGER and step_id not in kept:
        step = definition.by_id[step_id]
        if not is_shared(step):
            break
        step_id = step.inputs[0] if step.inputs else _TRIGGER
    return step_id


def _joined_bytes(outputs: Mapping[str, bytes]) -> int:
    """What an object of these outputs comes to, without writing it: `{"<id>":<output>,…}`, ids being plain."""
    return 2 + sum(len(step_id) + 4 + len(output) for step_id, output in outputs.items())


class Context:
    """The values behind the templates of one execution, numbers exact.

    `outputs` are all there are, `stored` what the rows of the steps hold of them.
    """

    def __init__(self, row: ExecutionRow, recorded: Sequence[StepRow], definition: Definition) -> None:
        self.trigger = read_trigger(row.trigger)
        self.outputs = outputs_of(definition, self.trigger, recorded)
        self.stored: dict[str, bytes] = {step.step_id: step.output for step in recorded if step.output is not None}
        self._body: bytes | None = None
        self._values = _read_once(self.outputs)
        for step in recorded:
            if step.status == "failed" and step.error is not None:
                self.note_failure(step.step_id, msgspec.json.decode(step.error, type=Problem))
        shared = {step.id for step in definition.steps if is_shared(step)}
        self._made = {step_id: len(output) for step_id, output in self.stored.items() if step_id not in shared}
        self._made_bytes = len(row.trigger) + sum(self._made.values())
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
            "vars": definition.constants,
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

    def given_bytes(self, step: Step) -> int:
        """What the input comes to where it is put together of several outputs; 0 where it is kept already."""
        if len(step.inputs) <= 1:
            return 0
        return _joined_bytes({other: self.outputs[other] for other in step.inputs if other in self.outputs})

    def keep(self, step: Step, output: object) -> bool:
        """Keep an output; False when the trigger and all outputs together are over the limit."""
        if is_shared(step):
            self._keep_shared(step, output)
            return True
        # Counted before it is written: of outputs joined again and again each could be twice the last.
        if hands_on(step) and self._made_bytes + self.given_bytes(step) > OUTPUT_BYTES:
            return False
        written = exact.encode(output)
        if self._made_bytes + len(written) > OUTPUT_BYTES:
            return False
        self._made[step.id] = len(written)
        self._made_bytes += len(written)
        self.outputs[step.id] = self.stored[step.id] = written
        self._values[step.id] = {"output": output}
        return True

    def _keep_shared(self, step: Step, output: object) -> None:
        if step.inputs:
            written = self.outputs.get(step.inputs[0], b"null")
        else:
            written = self._body = exact.encode(output) if self._body is None else self._body
        self.outputs[step.id] = written
        self._values[step.id] = {"output": output}
        if len(written) <= COPY_BYTES:
            self.stored[step.id] = written

    def note_failure(self, step_id: str, problem: Problem) -> None:
        """Let those that handle the failure of a step read why."""
        self._values[step_id] = {"error": {"code": problem.code, "message": problem.message}}

    def forget(self, step_id: str) -> None:
        """A step begins anew: what it made is gone."""
        self.outputs.pop(step_id, None)
        self.stored.pop(step_id, None)
        self._values.pop(step_id, None)
        self._made_bytes -= self._made.pop(step_id, 0)

    def result(self, definition: Definition) -> bytes:
        """The execution's output: of the one step nobody needs, or of all such steps by id; CUT over the limit."""
        leaves = {step.id: self.outputs.get(step.id, b"null") for step in definition.leaves}
        if len(leaves) == 1:
            (only,) = leaves.values()
            return only if len(only) <= OUTPUT_BYTES else CUT
        if _joined_bytes(leaves) > OUTPUT_BYTES:
            return CUT
        return msgspec.json.encode({step_id: msgspec.Raw(output) for step_id, output in leaves.items()})


def _read_once(outputs: Mapping[str, bytes]) -> dict[str, dict[str, object]]:
    """The values of outputs by step; one that is kept once is read once."""
    read: dict[int, object] = {}
    for output in outputs.values():
        if id(output) not in read:
            read[id(output)] = read_exact(output)
    return {step_id: {"output": read[id(output)]} for step_id, output in outputs.items()}

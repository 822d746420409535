"""What callers tell executions under way: signals, answers, milestones, blockers (contracts C.6).

Each is a message, on disk when the call returns; the execution makes use of it when its worker reads it.
"""

from __future__ import annotations

import msgspec

from hookspan.errors import Conflict, Fault, Invalid, NotFound, TooLarge
from hookspan.model.executions import Message, MessageKind
from hookspan.model.ids import new_id
from hookspan.storage import execution_messages, executions
from hookspan.storage.executions import Claimed
from hookspan.workflows.callbacks import Callback, callback_token, read_callback
from hookspan.workflows.context import OUTPUT_BYTES
from hookspan.workflows.record import Tools
from hookspan.workflows.state import State
from hookspan.workflows.steps.external import External
from hookspan.workflows.steps.outcome import exact
from hookspan.workflows.versions import Versions

TOPIC_LENGTH = 100
_read_state = msgspec.json.Decoder(State).decode


class Outside:
    """The door for what is told to executions."""

    def __init__(self, tools: Tools, versions: Versions) -> None:
        self._tools = tools
        self._database = tools.database
        self._clock = tools.clock
        self._versions = versions

    async def signal(self, tenant_id: str, execution_id: str, topic: str, payload: object) -> None:
        """Send a signal; it is kept until a step waits for its topic, and goes with the execution's end.

        Raises NotFound, Invalid, TooLarge, or Conflict when the execution has ended.
        """
        if not 1 <= len(topic) <= TOPIC_LENGTH:
            raise Invalid([Fault("", "validation_error", f"a signal has 1 to {TOPIC_LENGTH} characters")])
        await self._tell(tenant_id, execution_id, "signal", topic, payload)

    async def complete(self, tenant_id: str, execution_id: str, step_id: str, output: object) -> None:
        """Say that a step that waits outside is done; raises NotFound, or Conflict when it does not wait."""
        attempt = await self._awaited(tenant_id, execution_id, step_id)
        await self._tell(tenant_id, execution_id, "complete", step_id, {"attempt": attempt, "output": output})

    async def fail(self, tenant_id: str, execution_id: str, step_id: str, *, code: str, message: str) -> None:
        """Say that a step that waits outside failed; raises as `complete` does."""
        attempt = await self._awaited(tenant_id, execution_id, step_id)
        error = {"code": code, "message": message}
        await self._tell(tenant_id, execution_id, "fail", step_id, {"attempt": attempt, "error": error})

    async def call_back(self, token: str, *, output: object = None, error: tuple[str, str] | None = None) -> None:
        """Answer by a callback token, `error` being (code, message); raises NotFound, Conflict the second time."""
        named = read_callback(self._tools.callback_key, token, self._clock.now_ms())
        attempt = await self._awaited(named.tenant_id, named.execution_id, named.step_id)
        if attempt != named.attempt:
            raise Conflict("this callback was answered already")
        kind: MessageKind = "complete" if error is None else "fail"
        said = {"output": output} if error is None else {"error": {"code": error[0], "message": error[1]}}
        payload = {"attempt": attempt, **said}
        await self._tell(named.tenant_id, named.execution_id, kind, named.step_id, payload)

    async def callback(self, tenant_id: str, execution_id: str, step_id: str) -> tuple[str, int]:
        """The token of the callback of a step that waits outside, and when it expires; raises as `complete` does."""
        found, state = await self._found(tenant_id, execution_id)
        attempt = await self._awaited(tenant_id, execution_id, step_id)
        expires_at = state.step(step_id).due_at
        if expires_at is None:
            raise Conflict("the step does not wait for an answer")
        named = Callback(tenant_id, found.row.id, step_id, attempt, expires_at)
        return callback_token(self._tools.callback_key, named), expires_at

    async def achieve(self, tenant_id: str, execution_id: str, milestone_id: str) -> None:
        """Say that a milestone is achieved; raises NotFound for one the workflow does not name."""
        found, _ = await self._found(tenant_id, execution_id)
        row = found.row
        definition = (await self._versions.get(tenant_id, row.workflow_id, row.workflow_version)).definition
        if milestone_id not in {each.id for each in definition.all_milestones}:
            raise NotFound("no such milestone")
        await self._tell(tenant_id, execution_id, "milestone", milestone_id, None)

    async def block(self, tenant_id: str, execution_id: str, description: str, step_id: str | None = None) -> str:
        """Tell of a blocker; its id. Raises NotFound for a step the workflow does not have."""
        found, _ = await self._found(tenant_id, execution_id)
        row = found.row
        definition = (await self._versions.get(tenant_id, row.workflow_id, row.workflow_version)).definition
        if step_id is not None and step_id not in definition.by_id:
            raise NotFound("no such step")
        blocker_id = new_id(self._clock.now_ms())
        said = {"description": description, "stepId": step_id}
        await self._tell(tenant_id, execution_id, "blocker", blocker_id, said)
        return blocker_id

    async def resolve(self, tenant_id: str, execution_id: str, blocker_id: str) -> None:
        """Say that a blocker, told or found, is resolved; raises NotFound for one nobody told of."""
        found, state = await self._found(tenant_id, execution_id)
        told = {message.topic for message in found.messages if message.kind == "blocker"}
        if blocker_id not in state.blockers and blocker_id not in told:
            raise NotFound("no such blocker")
        await self._tell(tenant_id, execution_id, "resolved", blocker_id, None)

    async def _awaited(self, tenant_id: str, execution_id: str, step_id: str) -> int:
        """The attempt in which a step waits outside; one that was answered a moment ago does not any more."""
        found, state = await self._found(tenant_id, execution_id)
        row = found.row
        definition = (await self._versions.get(tenant_id, row.workflow_id, row.workflow_version)).definition
        step = definition.by_id.get(step_id)
        if step is None or not isinstance(step.work, External):
            raise NotFound("no such step that waits for an answer")
        answered = {message.topic for message in found.messages if message.kind in ("complete", "fail")}
        stands = state.step(step_id)
        if stands.status != "waiting" or stands.then != "answer" or step_id in answered:
            raise Conflict(f"the step is {stands.status} and waits for no answer")
        return stands.attempt

    async def _found(self, tenant_id: str, execution_id: str) -> tuple[Claimed, State]:
        found = await self._database.read(executions.execution_with_steps, tenant_id, execution_id)
        if found is None:
            raise NotFound("no such execution")
        return found, State() if found.row.state is None else _read_state(found.row.state)

    async def _tell(self, tenant_id: str, execution_id: str, kind: MessageKind, topic: str, payload: object) -> None:
        now = self._clock.now_ms()
        written = exact.encode(payload)
        if len(written) > OUTPUT_BYTES:
            raise TooLarge(f"an execution is told at most {OUTPUT_BYTES:,} bytes at once")
        message = Message(
            id=new_id(now),
            tenant_id=tenant_id,
            execution_id=execution_id,
            kind=kind,
            topic=topic,
            payload=written,
            created_at=now,
        )
        await self._database.write(execution_messages.tell_one, message)
        self._tools.on_told([execution_id])

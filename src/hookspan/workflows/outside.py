"""What callers tell executions under way: signals, answers, milestones, blockers (contracts C.6).

Each is a message, on disk when the call returns; the execution makes use of it when its worker reads it.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from hookspan.errors import Conflict, Invalid, NotFound, TooLarge
from hookspan.model.executions import ENDED, ExecutionRow, Message, MessageKind
from hookspan.model.ids import new_id
from hookspan.model.workflows import Definition
from hookspan.storage import execution_messages, executions
from hookspan.storage.execution_answers import answer_one
from hookspan.storage.executions import Claimed
from hookspan.workflows.callbacks import UNKNOWN, Callback, callback_token, read_callback
from hookspan.workflows.progress import blocker_json, milestone_json
from hookspan.workflows.record import Tools
from hookspan.workflows.shapes import progress_json
from hookspan.workflows.standing import recorded, standing
from hookspan.workflows.state import Blocker
from hookspan.workflows.steps.external import External
from hookspan.workflows.steps.outcome import OUTPUT_BYTES, exact
from hookspan.workflows.steps.wait import Wait
from hookspan.workflows.versions import Versions

TOPIC_LENGTH = 100
BLOCKERS_MOST = 100
"""How many blockers that were told of an execution may be open."""
_ANSWERED = "this callback was answered already, or nobody waits for it any more"


class Outside:
    """The door for what is told to executions."""

    def __init__(self, tools: Tools, versions: Versions) -> None:
        self._tools = tools
        self._database = tools.database
        self._clock = tools.clock
        self._versions = versions

    async def signal(self, tenant_id: str, execution_id: str, topic: str, payload: object) -> None:
        """Send a signal; it is kept until a step waits for its topic, and goes with the execution's end.

        Raises NotFound, TooLarge, Invalid, also for a topic that no step of the workflow waits for, or Conflict when
        the execution has ended.
        """
        if not 1 <= len(topic) <= TOPIC_LENGTH:
            raise Invalid.one("/topic", f"must be 1 to {TOPIC_LENGTH} characters; shorten the name of the signal")
        if "\0" in topic:
            raise Invalid.one("/topic", "must not hold a NUL character; remove it")
        found, definition = await self._found(tenant_id, execution_id)
        message = self._message((tenant_id, execution_id), "signal", topic, payload)
        waiting = _listeners(found, definition, topic)
        is_awaited = any(recorded(found).awaits_answer(step_id) for step_id in waiting)
        await self._tell(message, None if is_awaited else found.row)

    async def complete(self, tenant_id: str, execution_id: str, step_id: str, output: object) -> None:
        """Say that a step that waits outside is done; raises NotFound, or Conflict when it does not wait."""
        await self._answer((tenant_id, execution_id), step_id, {"output": output})

    async def fail(self, tenant_id: str, execution_id: str, step_id: str, *, code: str, message: str) -> None:
        """Say that a step that waits outside failed; raises as `complete` does."""
        await self._answer((tenant_id, execution_id), step_id, {"error": {"code": code, "message": message}})

    async def call_back(self, token: str, *, output: object = None, error: tuple[str, str] | None = None) -> None:
        """Answer by a callback token, `error` being (code, message); raises NotFound, Conflict the second time."""
        named = read_callback(self._tools.callback_key, token, self._clock.now_ms())
        said = {"output": output} if error is None else {"error": {"code": error[0], "message": error[1]}}
        try:
            await self._answer((named.tenant_id, named.execution_id), named.step_id, said, attempt=named.attempt)
        except NotFound:
            raise NotFound(UNKNOWN) from None

    def callbacks(self, found: Claimed, definition: Definition) -> dict[str, tuple[str, int]]:
        """Token and expiry of every step that waits outside now."""
        state, answered = recorded(found), _answered(found)
        tokens = {}
        for step in definition.steps:
            stands = state.step(step.id)
            is_open = isinstance(step.work, External) and state.awaits_answer(step.id) and step.id not in answered
            if is_open and stands.due_at is not None:
                row = found.row
                named = Callback(row.tenant_id, row.id, step.id, stands.attempt, stands.due_at)
                tokens[step.id] = (callback_token(self._tools.callback_key, named), stands.due_at)
        return tokens

    async def achieve(self, tenant_id: str, execution_id: str, milestone_id: str) -> dict[str, object]:
        """Say that a milestone is achieved (V7); raises NotFound for one the workflow does not name."""
        found, definition = await self._found(tenant_id, execution_id)
        milestone = next((each for each in definition.all_milestones if each.id == milestone_id), None)
        if milestone is None:
            raise NotFound("no such milestone")
        achieved_at = standing(found).milestones.get(milestone_id)
        if achieved_at is None:
            message = self._message((tenant_id, execution_id), "milestone", milestone_id, None)
            await self._tell(message)
            achieved_at = message.created_at
        return milestone_json(execution_id, milestone, achieved_at)

    async def block(
        self, tenant_id: str, execution_id: str, description: str, step_id: str | None = None
    ) -> dict[str, object]:
        """Tell of a blocker (V6); raises NotFound, or Invalid for a step the workflow does not have."""
        found, definition = await self._found(tenant_id, execution_id)
        if step_id is not None and step_id not in definition.by_id:
            raise Invalid.one("/stepId", "the execution's workflow has no such step")
        if _open_told(found, definition) >= BLOCKERS_MOST:
            raise Conflict(f"{BLOCKERS_MOST} blockers that were told of are open; resolve some first")
        blocker_id = new_id(self._clock.now_ms())
        said = {"description": description, "stepId": step_id}
        message = self._message((tenant_id, execution_id), "blocker", blocker_id, said)
        await self._tell(message)
        return blocker_json(execution_id, blocker_id, Blocker(description, message.created_at, step_id))

    async def resolve(self, tenant_id: str, execution_id: str, blocker_id: str) -> dict[str, object]:
        """Say that a blocker, told or found, is resolved (V6); raises NotFound for one nobody told of."""
        found, _ = await self._found(tenant_id, execution_id)
        blocker = standing(found).blockers.get(blocker_id)
        if blocker is None:
            raise NotFound("no such blocker")
        if blocker.resolved_at is None:
            message = self._message((tenant_id, execution_id), "resolved", blocker_id, None)
            await self._tell(message)
            blocker = msgspec.structs.replace(blocker, resolved_at=message.created_at)
        return blocker_json(execution_id, blocker_id, blocker)

    async def progress(self, tenant_id: str, execution_id: str) -> dict[str, object]:
        """How far an execution is (A.6), what was told of it a moment ago included; raises NotFound."""
        found, definition = await self._found(tenant_id, execution_id)
        mean_ms = await self._tools.pace.mean_ms(tenant_id, found.row.workflow_id)
        return progress_json(found, definition, mean_ms=mean_ms, now=self._clock.now_ms())

    async def _answer(
        self, named: tuple[str, str], step_id: str, said: Mapping[str, object], *, attempt: int | None = None
    ) -> None:
        """Answer a step in the try it waits in, or in that one only: once, however many answers arrive together."""
        kind: MessageKind = "fail" if "error" in said else "complete"
        found, definition = await self._found(*named)

        def judged(found: Claimed) -> Message:
            if attempt is not None and not _still_waits(found, definition, step_id, attempt):
                raise Conflict(_ANSWERED)
            waits_in = _awaited(found, definition, step_id)
            return self._message(named, kind, step_id, {"attempt": waits_in, **said})

        judged(found)
        while not await self._database.write(answer_one, found.row, judged):
            # It moved meanwhile: as it stands now it says why the answer comes too late.
            judged((await self._found(*named))[0])
        self._tools.on_told([found.row.id])

    async def _found(self, tenant_id: str, execution_id: str) -> tuple[Claimed, Definition]:
        found = await self._database.read(executions.execution_with_steps, tenant_id, execution_id)
        if found is None:
            raise NotFound("no such execution")
        return found, await self._definition(found.row)

    async def _definition(self, row: ExecutionRow) -> Definition:
        return (await self._versions.get(row.tenant_id, row.workflow_id, row.workflow_version)).definition

    def _message(self, named: tuple[str, str], kind: MessageKind, topic: str, payload: object) -> Message:
        now = self._clock.now_ms()
        written = exact.encode(payload)
        if len(written) > OUTPUT_BYTES:
            raise TooLarge(f"an execution is told at most {OUTPUT_BYTES:,} bytes at once")
        tenant_id, execution_id = named
        return Message(
            id=new_id(now),
            tenant_id=tenant_id,
            execution_id=execution_id,
            kind=kind,
            topic=topic,
            payload=written,
            created_at=now,
        )

    async def _tell(self, message: Message, idle: ExecutionRow | None = None) -> None:
        if await self._database.write(execution_messages.tell_one, message, idle):
            self._tools.on_told([message.execution_id])


def _listeners(found: Claimed, definition: Definition, topic: str) -> list[str]:
    """The steps that wait for a signal once they begin; raises Invalid when there is none in an open execution."""
    topics = {step.id: step.work.signal for step in definition.steps if isinstance(step.work, Wait)}
    named = [step_id for step_id, awaited in topics.items() if awaited == topic]
    if not named and found.row.status not in ENDED:
        known = ", ".join(sorted({each for each in topics.values() if each is not None}))
        remedy = f"its topics are {known}" if known else "the workflow waits for none"
        raise Invalid.one("/topic", f"no step waits for the signal {topic!r}; {remedy}")
    return named


def _open_told(found: Claimed, definition: Definition) -> int:
    """How many blockers that somebody told of are open; found ones are named after what waits."""
    return sum(
        blocker.resolved_at is None and each not in definition.by_id and each not in definition.point_by_id
        for each, blocker in standing(found).blockers.items()
    )


def _awaited(found: Claimed, definition: Definition, step_id: str) -> int:
    """The attempt in which a step waits outside; one that was answered a moment ago does not any more."""
    step = definition.by_id.get(step_id)
    if step is not None and isinstance(step.work, Wait) and step.work.signal is not None:
        topic = step.work.signal
        raise Conflict(f"the step waits for the signal {topic!r}, not for an answer; send it to …/signals/{topic}")
    if step is None or not isinstance(step.work, External):
        raise NotFound("no such step that waits for an answer")
    state = recorded(found)
    if step_id in _answered(found):
        raise Conflict("the step was answered already; only its first answer counts")
    if not state.awaits_answer(step_id):
        raise Conflict(f"the step is {state.step(step_id).status} and waits for no answer")
    return state.step(step_id).attempt


def _still_waits(found: Claimed, definition: Definition, step_id: str, attempt: int) -> bool:
    state = recorded(found)
    is_open = state.awaits_answer(step_id) and step_id not in _answered(found)
    return step_id not in definition.by_id or (is_open and state.step(step_id).attempt == attempt)


def _answered(found: Claimed) -> frozenset[str]:
    """Steps whose answer is on disk and not read yet."""
    return frozenset(message.topic for message in found.messages if message.kind in ("complete", "fail"))

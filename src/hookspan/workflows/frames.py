"""The live frames of an execution: small, without payloads, told after the commit of what they tell of (B.11)."""

from __future__ import annotations

from collections.abc import Mapping

from hookspan.model.executions import step_row_id
from hookspan.model.times import instant, optional_instant
from hookspan.workflows.facts import Fact, Subject, duration_ms
from hookspan.workflows.progress import measure


def frames_of(subject: Subject, fact: Fact) -> list[Mapping[str, object]]:
    """The live frames of a fact, small and without payloads; progress goes out under both of its names."""
    frame = _frame(subject, fact)
    if fact.publish.type == "progress.updated":
        return [frame, {**frame, "type": "execution.progress"}]
    return [frame]


def _frame(subject: Subject, fact: Fact) -> dict[str, object]:
    row, state = subject.row, fact.state
    frame: dict[str, object] = {
        "topic": "executions",
        "type": fact.publish.type,
        "tenantId": row.tenant_id,
        "executionId": row.id,
        "workflowId": row.workflow_id,
        "status": state.status,
        "timestamp": instant(fact.at),
    }
    frame |= _about(subject, fact)
    step_id = fact.publish.step_id
    if step_id is not None and step_id in subject.definition.by_id:
        frame["step"] = _step_frame(subject, fact, step_id)
    elif fact.publish.type != "execution.started":
        progress = measure(subject.definition, state)
        frame["progress"] = {
            "totalSteps": progress.total,
            "completedSteps": progress.completed,
            "percentage": progress.percentage,
        }
    return frame


def _about(subject: Subject, fact: Fact) -> dict[str, object]:
    """Which blocker, milestone or sync point it is about, by id and name."""
    named = fact.publish.subject
    if named is None:
        return {}
    room = fact.publish.type.split(".", 1)[0]
    if room == "blocker":
        blocker = fact.state.blockers[named]
        return {"blocker": {"blockerId": named, "description": blocker.description}}
    name = next(each.name for each in subject.definition.all_milestones if each.id == named)
    if room == "milestone":
        return {"milestone": {"milestoneId": named, "name": name}}
    return {"syncPoint": {"pointId": named, "name": name, "reason": fact.publish.reason}}


def _step_frame(subject: Subject, fact: Fact, step_id: str) -> dict[str, object]:
    step = fact.state.step(step_id)
    return {
        "stepId": step_row_id(subject.row.id, step_id),
        "nodeId": step_id,
        "nodeType": subject.definition.by_id[step_id].kind,
        "status": step.status,
        "attempt": step.attempt,
        "error": None if fact.problem is None else fact.problem.code,
        "durationMs": duration_ms(step.started_at, step.completed_at),
        "startedAt": optional_instant(step.started_at),
        "completedAt": optional_instant(step.completed_at),
    }

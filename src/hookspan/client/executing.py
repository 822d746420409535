"""The noun of executions: look at them, move them, tell them something (contracts C.6)."""

from __future__ import annotations

from hookspan.client.execution_records import Blocker, ExecutionStep, MilestoneState, Progress
from hookspan.client.flow import call_of
from hookspan.client.records import Execution
from hookspan.client.shapes import filters_of, given
from hookspan.client.verbs import Ask, M, Noun, Query, listing, shaped, verb
from hookspan.model.jsonable import to_json


class Executions(Noun[M]):
    """`/api/v1/executions`."""

    path = "/api/v1/executions"

    @listing
    def list(self, /, **filters: object) -> Query[Execution]:
        """Executions, newest first; filters `workflow_id=`, `status=`, `trigger_event_id=`, `trigger_type=`,
        `parent_execution_id=`, `created_at=`, `completed_at=`, and `sort=`."""
        return Query(self.path, Execution, filters_of(filters))

    @verb
    def get(self, identity: str) -> Ask[Execution]:
        """One execution."""
        return Ask(call_of("GET", self.route(identity)), shaped(Execution))

    @listing
    def steps(self, identity: str) -> Query[ExecutionStep]:
        """Its steps, in the order of its workflow."""
        return Query(self.route(identity, "steps"), ExecutionStep)

    @verb
    def progress(self, identity: str) -> Ask[Progress]:
        """How far it is, with its blockers and milestones."""
        return Ask(call_of("GET", self.route(identity, "progress")), shaped(Progress))

    @verb
    def cancel(self, identity: str) -> Ask[Execution]:
        """End it; a second time changes nothing."""
        return Ask(call_of("POST", self.route(identity, "cancel")), shaped(Execution))

    @verb
    def retry(self, identity: str, *, step_id: str | None = None) -> Ask[Execution]:
        """Try what failed again, or only one of the steps that did; Conflict where nothing failed."""
        body = given(step_id=step_id) or None
        return Ask(call_of("POST", self.route(identity, "retry"), json=body), shaped(Execution))

    @verb
    def restart_from(self, identity: str, step_id: str) -> Ask[Execution]:
        """Begin an ended one anew from a step it has reached."""
        return Ask(call_of("POST", self.route(identity, "restart-from"), json={"stepId": step_id}), shaped(Execution))

    @verb
    def signal(self, identity: str, topic: str, content: object = None) -> Ask[Execution]:
        """What a waiting step waits for; kept until one does."""
        return Ask(call_of("POST", self.route(identity, "signals", topic), content=to_json(content)), shaped(Execution))

    @verb
    def complete_step(self, identity: str, step_id: str, output: object = None) -> Ask[Execution]:
        """Say that a step that waits outside is done."""
        content = b'{"output":' + to_json(output) + b"}"
        call = call_of("POST", self.route(identity, "steps", step_id, "complete"), content=content)
        return Ask(call, shaped(Execution))

    @verb
    def fail_step(self, identity: str, step_id: str, message: str, *, code: str = "failed") -> Ask[Execution]:
        """Say that a step that waits outside failed."""
        body = {"error": {"code": code, "message": message}}
        call = call_of("POST", self.route(identity, "steps", step_id, "fail"), json=body)
        return Ask(call, shaped(Execution))

    @verb
    def create_blocker(self, identity: str, description: str, *, step_id: str | None = None) -> Ask[Blocker]:
        """Tell of something that keeps it from going on."""
        body = given(description=description, step_id=step_id)
        return Ask(call_of("POST", self.route(identity, "blockers"), json=body), shaped(Blocker))

    @verb
    def resolve_blocker(self, identity: str, blocker_id: str) -> Ask[Blocker]:
        """Say that a blocker is gone."""
        return Ask(call_of("POST", self.route(identity, "blockers", blocker_id, "resolve")), shaped(Blocker))

    @verb
    def achieve_milestone(self, identity: str, milestone_id: str) -> Ask[MilestoneState]:
        """Say that a milestone is achieved."""
        call = call_of("POST", self.route(identity, "milestones", milestone_id, "achieve"))
        return Ask(call, shaped(MilestoneState))

"""The noun of workflow definitions: kept, compared, judged, run (contracts C.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from hookspan.client.answers import Answer
from hookspan.client.flow import call_of
from hookspan.client.records import Execution, Workflow
from hookspan.client.shapes import Shape, body_of, filters_of
from hookspan.client.verbs import Ask, M, Noun, Query, listing, members, nothing, shaped, verb
from hookspan.model.jsonable import to_json

Json = Mapping[str, object]
YAML = {"Accept": "application/yaml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowVersion(Shape):
    """What a version fixes; it never changes."""

    workflow_id: str
    version: int
    priority: int = 1
    vars: Json = field(default_factory=dict)
    triggers: tuple[Json, ...] = ()
    steps: tuple[Json, ...] = ()
    sync_points: tuple[Json, ...] = ()
    milestones: tuple[Json, ...] = ()
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepChanges(Shape):
    """The ids of the steps that came, went and were changed."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowDiff(Shape):
    """What makes one version of another, as a JSON Patch and by step."""

    from_: int
    to: int
    patch: tuple[Json, ...] = ()
    steps: StepChanges = StepChanges()


class Workflows(Noun[M]):
    """`/api/v1/workflows`."""

    path = "/api/v1/workflows"

    @listing
    def list(self, /, **filters: object) -> Query[Workflow]:
        """Definitions, newest first; filters `status=`, `q=` in names, `name=` for the whole of one, `sort=`."""
        return Query(self.path, Workflow, filters_of(filters))

    @verb
    def get(self, identity: str) -> Ask[Workflow]:
        """One definition."""
        return Ask(call_of("GET", self.route(identity)), shaped(Workflow))

    @verb
    def create(self, /, name: str, steps: Sequence[Json] = (), **members: object) -> Ask[Workflow]:
        """A new definition; steps as the API has them. Conflict when the tenant has its most already."""
        body = {"name": name, "steps": steps, **body_of(members)}
        return Ask(call_of("POST", self.path, json=body), shaped(Workflow))

    @verb
    def update(self, /, identity: str, **changes: object) -> Ask[Workflow]:
        """Change the members named, None is the default again; a changed graph is a new version."""
        return Ask(call_of("PATCH", self.route(identity), json=body_of(changes)), shaped(Workflow))

    @verb
    def replace(self, /, identity: str, **whole: object) -> Ask[Workflow]:
        """A whole new state: what is absent gets its default."""
        return Ask(call_of("PUT", self.route(identity), json=body_of(whole)), shaped(Workflow))

    @verb
    def delete(self, identity: str) -> Ask[None]:
        """Delete it; Conflict while a source starts it."""
        return Ask(call_of("DELETE", self.route(identity)), nothing)

    @listing
    def versions(self, identity: str) -> Query[WorkflowVersion]:
        """Its versions, newest first."""
        return Query(self.route(identity, "versions"), WorkflowVersion)

    @verb
    def version(self, identity: str, number: int) -> Ask[WorkflowVersion]:
        """One version."""
        return Ask(call_of("GET", self.route(identity, "versions", str(number))), shaped(WorkflowVersion))

    @verb
    def diff(self, identity: str, from_: int | None = None, to: int | None = None) -> Ask[WorkflowDiff]:
        """What makes one version of another; without numbers the newest of the one before it."""
        call = call_of("GET", self.route(identity, "diff"), params={"from": from_, "to": to})
        return Ask(call, shaped(WorkflowDiff))

    @verb
    def export(self, identity: str, version: int | None = None) -> Ask[str]:
        """The definition as YAML, to be kept in a file and sent back; an older version makes it what it was."""
        below = () if version is None else ("versions", str(version))
        return Ask(call_of("GET", self.route(identity, *below), headers=YAML), _text)

    @verb
    def validate(self, /, **definition: object) -> Ask[None]:
        """Judge a definition that is not saved; ValidationFailed has every fault in `errors`."""
        return Ask(call_of("POST", self.route("validate"), json=body_of(definition)), nothing)

    @verb
    def schema(self) -> Ask[Json]:
        """The JSON Schema of a definition."""
        return Ask(call_of("GET", self.route("schema")), members)

    @verb
    def run(self, identity: str, start: object = None) -> Ask[Execution]:
        """Start an execution with an input."""
        body = {} if start is None else {"input": msgspec.Raw(to_json(start))}
        return Ask(call_of("POST", self.route(identity, "executions"), json=body), shaped(Execution))


def _text(answer: Answer) -> str:
    return answer.content.decode()

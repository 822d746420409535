"""Bodies of the workflows' routes, for the document of the API (contracts C.6).

The routes answer with the JSON that is stored, byte for byte; these models say what it holds. What may be sent is said
in full by `GET /api/v1/workflows/schema`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from hookspan.api.bodies import UNCHANGED, Answer, NativeBody
from hookspan.api.paging import Listing
from hookspan.model.workflows import Missed, StepKind, TriggerKind, WorkflowStatus


class Trigger(Answer):
    """What starts a workflow: a source or a call (`webhook`), the clock, or an event."""

    id: str = "trigger"
    kind: TriggerKind = "webhook"
    cron: str | None = Field(default=None, description="of a schedule: five fields")
    timezone: str | None = Field(default=None, description="of a schedule: an IANA zone, UTC where nothing is said")
    missed: Missed | None = Field(default=None, description="of a schedule: what becomes of runs nobody was there for")
    events: list[str] | None = Field(default=None, description="of an event trigger: names or patterns")
    filter: list[dict[str, Any]] | None = Field(default=None, description="of an event trigger: rows its data passes")


class StepRetry(Answer):
    """How often a failed step is tried, and how long it waits between."""

    max_attempts: int
    initial_delay_ms: int
    multiplier: float
    max_delay_ms: int
    jitter: float


class Step(Answer):
    """One step; `with` is what its kind asks for."""

    id: str
    name: str
    description: str
    kind: StepKind
    needs: list[str]
    when: list[dict[str, Any]] = Field(description="filter rows over the context; where they do not hold it is skipped")
    with_: dict[str, Any] = Field(alias="with")
    timeout_ms: int | None = Field(description="null for as long as it takes")
    retry: StepRetry = Field(description="how often it is tried, and how long it waits between")
    resources: dict[str, Any] | None = Field(description="what it takes of each of the tenant's pools while it runs")
    on_error: list[str]


class SyncPoint(Answer):
    """Where steps meet: what is behind it starts when all it requires are done."""

    id: str
    name: str
    description: str
    requires: list[str]
    timeout_ms: int | None


class Milestone(Answer):
    """Achieved when all of `after` are done, or when somebody says so."""

    id: str
    name: str
    description: str
    after: list[str]


class WorkflowInput(NativeBody):
    """A whole workflow; what is absent gets its default."""

    name: str
    description: str = ""
    status: WorkflowStatus = "active"
    concurrency: int | None = Field(default=None, ge=1, le=10_000)
    priority: int = Field(default=1, ge=0, le=3)
    vars: dict[str, Any] = Field(default_factory=dict, description="constants that templates read as vars")
    triggers: list[dict[str, Any]] = Field(default_factory=list)
    steps: list[dict[str, Any]] = Field(default_factory=list)
    sync_points: list[dict[str, Any]] = Field(default_factory=list)
    milestones: list[dict[str, Any]] = Field(default_factory=list)


class WorkflowPatch(NativeBody):
    """Members to change (RFC 7396): absent is unchanged, null is the default again, a list is replaced as a whole."""

    name: str = UNCHANGED
    description: str | None = None
    status: WorkflowStatus | None = None
    concurrency: int | None = None
    priority: int | None = None
    vars: dict[str, Any] | None = None
    triggers: list[dict[str, Any]] | None = None
    steps: list[dict[str, Any]] | None = None
    sync_points: list[dict[str, Any]] | None = None
    milestones: list[dict[str, Any]] | None = None


class Graph(Answer):
    """What a version fixes."""

    priority: int
    vars: dict[str, Any] = Field(description="constants that templates read as vars")
    triggers: list[Trigger]
    steps: list[Step]
    sync_points: list[SyncPoint]
    milestones: list[Milestone]


class Schedule(Answer):
    """When a schedule of an active workflow runs next, and when it ran last."""

    trigger_id: str
    next_run_at: str
    last_run_at: str | None


class ListedWorkflow(Graph):
    """A workflow with the graph of its newest version."""

    id: str
    name: str
    description: str
    status: WorkflowStatus
    concurrency: int | None = Field(description="how many executions run at once, of all versions; null is no limit")
    version: int
    semver: str
    created_at: str
    updated_at: str


class Workflow(ListedWorkflow):
    """The same, by itself: also with the next runs of its schedules."""

    schedules: list[Schedule]


class WorkflowVersion(Graph):
    """One version; it never changes."""

    workflow_id: str
    version: int
    created_at: str


class WorkflowList(Listing):
    """One page of workflows."""

    data: list[ListedWorkflow]


class WorkflowVersionList(Listing):
    """Versions, newest first."""

    data: list[WorkflowVersion]


class PatchOperation(Answer):
    """One operation of a JSON Patch (RFC 6902)."""

    op: Literal["add", "remove", "replace"]
    path: str
    value: Any = None


class StepChanges(Answer):
    """The ids of the steps that came, went and were changed."""

    added: list[str]
    removed: list[str]
    changed: list[str]


class WorkflowDiff(Answer):
    """What makes one version of another; no operation where they are alike."""

    from_: int = Field(alias="from")
    to: int
    patch: list[PatchOperation]
    steps: StepChanges


class RunInput(NativeBody):
    """What the run reads as `trigger.body`."""

    input: Any = None

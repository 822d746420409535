"""What happened: an event as it is born, with all the work it causes, before anything is stored.

These are structs, not dataclasses: each is made once or more for every event, at a quarter of the cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from hookspan.model.executions import OFFSPRING_LIMIT
from hookspan.model.jstree import UnsafeNumbers

OTHER_BODY = "this idempotency key was used with another body; use a new key"

Origin = Literal["webhook", "api", "library", "cli", "workflow", "replay", "system"]


class NewEvent(Struct, frozen=True, kw_only=True, gc=False):
    """A fact to be published. `data` and `metadata` are bytes as given; times are epoch milliseconds.

    `cloud_event` keeps, as a JSON object, the attributes and extensions of an event that came in as a CloudEvent;
    `publisher` is the name of the key that published it.
    """

    id: str
    tenant_id: str
    type: str
    data: bytes
    created_at: int
    origin: Origin
    data_content_type: str = "application/json"
    metadata: bytes | None = None
    webhook_id: str | None = None
    workflow_id: str | None = None
    execution_id: str | None = None
    subject: str | None = None
    priority: int = 1
    ordering_key: str | None = None
    occurred_at: int | None = None
    depth: int = 0
    test: bool = False
    deliver_at: int | None = None
    type_version: int | None = None
    cloud_event: str | None = None
    replay_count: int = 0
    source_event_id: str | None = None
    root_event_id: str | None = None
    publisher: str | None = None


ReceiptStatus = Literal["received", "processed", "filtered", "failed", "held"]

KEY_KEPT_MS = 7 * 86_400_000
"""How long a key holds unless the operator chose otherwise."""


class Key(Struct, frozen=True, gc=False):
    """A key under which an event is born at most once. A second body under one key is refused (`reject`) or not."""

    scope: str
    key: str
    body_sha256: bytes
    expires_at: int
    reject_other_body: bool = True


class NewDelivery(Struct, frozen=True, kw_only=True, gc=False):
    """One event owed to one endpoint; leased at birth when `lease_token` is set."""

    id: str
    endpoint_id: str
    delivered_name: str
    profile: str
    unsafe_numbers: UnsafeNumbers
    status: Literal["pending", "sending", "held", "exhausted"]
    reason: str | None
    policy_id: str
    max_attempts: int
    due_at: int
    priority: int = 1
    ordering_key: str | None = None
    blocks_key: bool = True
    lease_token: str | None = None
    lease_until: int | None = None


class NewExecution(Struct, frozen=True, kw_only=True, gc=False):
    """One run of a workflow, born with the event that triggers it or by a call. `trigger` is the JSON context."""

    id: str
    tenant_id: str
    workflow_id: str
    workflow_version: int
    trigger_type: Literal["webhook", "webhook_replay", "event", "schedule", "manual"]
    trigger: bytes
    priority: int
    created_at: int
    trigger_event_id: str | None = None
    webhook_id: str | None = None
    depth: int = 0
    parent_execution_id: str | None = None
    parent_step_id: str | None = None
    parent_attempt: int | None = None
    """Which try of the parent's step it answers."""
    nesting: int = 0
    offspring: int = OFFSPRING_LIMIT
    due_at: int | None = None
    """When it is to begin; None: now. Of an event that waits for its hour, that hour."""
    workflow_name: str = ""
    """With `trigger_id` for the fact that it was triggered; neither is kept."""
    trigger_id: str | None = "trigger"


class NewReceipt(Struct, frozen=True, kw_only=True, gc=False):
    """One inbound request and our answer to it; its id is the event's. Headers are JSON, redacted already."""

    webhook_id: str
    event_type: str
    event_type_signed: bool
    request_method: str
    request_path: str
    request_query: str
    request_headers: str
    request_body: bytes | None
    body_size: int
    body_valid: bool
    response_status: int
    processing_time_ms: int
    status: ReceiptStatus
    metadata: str
    error_code: str | None = None
    error_message: str | None = None
    filtered_reason: str | None = None
    source_ip: str | None = None


class NewReplay(Struct, frozen=True, kw_only=True, gc=False):
    """The row that tells of a replay, written with the event it made. `diff` is a JSON Patch, as JSON.

    With `endpoint_ids`, which is not kept, it is for these endpoints alone and starts no workflow. `place`, not
    kept either, is that of an element in the batch that the replay took apart.
    """

    id: str
    source_event_id: str
    root_event_id: str
    replay_count: int
    actor: str
    webhook_id: str | None = None
    reason: str | None = None
    modified: bool = False
    diff: str | None = None
    job_id: str | None = None
    endpoint_ids: frozenset[str] | None = None
    place: int | None = None


class NewFact(Struct, frozen=True, gc=False):
    """A fact about an event, born with it if somebody wants that type when it happens; `data` are made only then."""

    type: str
    data: Callable[[], bytes]


class Entry(Struct, frozen=True, gc=False):
    """An event to be published, with all that must be written beside it or not at all.

    `matched_as` is the door by which a replay's first event came: it decides the names that subscribers know it by.
    `judged_at` is the routing version that its executions were decided by; with None nothing but fan-out depends on it.
    """

    event: NewEvent
    keys: Sequence[Key] = ()
    receipt: NewReceipt | None = None
    executions: Sequence[NewExecution] = ()
    facts: Sequence[NewFact] = ()
    replay: NewReplay | None = None
    matched_as: Origin | None = None
    judged_at: int | None = None


class Birth(Struct, frozen=True, gc=False):
    """An event and the work it causes: committed together or not at all (law 4).

    `fanout` are deliveries too many for one transaction: their list is committed, their rows follow. `facts` are the
    births of what is told about this event and about the executions it starts; they are written if it is, and have
    no facts of their own: those stand beside them. A fact that nobody wants is not kept (`is_kept`): of it no row is
    written, but whoever commits what it tells of counts it and shows it live (contracts F.1).
    """

    event: NewEvent
    routing_version: int
    deliveries: Sequence[NewDelivery] = ()
    executions: Sequence[NewExecution] = ()
    receipt: NewReceipt | None = None
    keys: Sequence[Key] = ()
    fanout: Sequence[NewDelivery] = ()
    facts: Sequence[Birth] = ()
    replay: NewReplay | None = None
    is_kept: bool = True

    @property
    def own_execution_id(self) -> str | None:
        """The execution that its source started, which the receipt tells of; others heard of the event."""
        return next((each.id for each in self.executions if each.webhook_id is not None), None)


def with_facts(births: Iterable[Birth]) -> Iterator[Birth]:
    """Every birth and, behind it, those of the facts about it."""
    for birth in births:
        yield birth
        yield from birth.facts


class Recorded(Struct, frozen=True, gc=False):
    """What became of a birth. `duplicate_of` names the event that holds the key; `stale` means: match again.

    `status` is that of the receipt of the event that holds the key, where there is one.
    """

    event_id: str
    duplicate_of: str | None = None
    other_body: bool = False
    stale: bool = False
    status: str | None = None


class Published(Struct, frozen=True, gc=False):
    """The answer to a publisher: on disk when returned. `deliveries` None means that their rows follow.

    `status` is that of the receipt of a duplicate's first event, where it has one.
    """

    id: str
    type: str
    created_at: int
    duplicate: bool
    deliveries: int | None
    executions: Sequence[str] = ()
    other_body: bool = False
    status: str | None = None

"""The three books of a run: what was submitted, what arrived, what the database holds; written as `ledger.json`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

Store = Literal["sqlite", "postgres"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a run depends on; drawn from the seed, so a seed and these repeat it.

    `push` is the share of events that come in by a webhook; a run that `is_tidal` has a source paused and resumed.
    With a `stride` of n only every n-th pass of a point is died at; `callers` start executions beside all that.
    """

    layer: str
    seed: int = 1
    store: Store = "sqlite"
    kills: int = 0
    stops: int = 0
    producers: int = 4
    workers: int = 2
    events: int = 0
    timeout_ms: int = 1_000
    max_in_flight: int = 8
    order_keys: int = 0
    drain_seconds: float = 45.0
    push: float = 0.4
    is_tidal: bool = False
    points: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    stride: int = 1
    callers: int = 0


class Endpoint(msgspec.Struct, frozen=True):
    """One endpoint of ours at the receiver: its name is its path there, `mood` how it answers."""

    name: str
    patterns: tuple[str, ...]
    mood: Literal["chaos", "moody", "step", "ok", "hung"]
    id: str = ""

    def wants(self, event_type: str) -> bool:
        """Whether an event of this type is owed to it."""
        return any(
            event_type == pattern or (pattern.endswith(".*") and event_type.startswith(pattern[:-1]))
            for pattern in self.patterns
        )


class Submission(msgspec.Struct):
    """One thing a producer wanted kept: `sha256` of its data or body, every event id it was told with a 2xx.

    `order` is its ordering key; `sent_at` and `acked_at` are seconds of the run's clock. One that is pushed names its
    `source` and the state its receipt comes to (`fate`); of a batch `parts` are the hashes of its elements by key.
    """

    key: str
    kind: Literal["publish", "push"]
    type: str
    sha256: str
    tries: int = 0
    ids: list[str] = []
    order: str | None = None
    sent_at: float = 0.0
    acked_at: float | None = None
    source: str = ""
    fate: str = "processed"
    parts: dict[str, str] = {}

    @property
    def bodies(self) -> dict[str, str]:
        """What is owed under which key: its own, or that of each element."""
        return self.parts or {self.key: self.sha256}

    @property
    def is_acked(self) -> bool:
        """Whether a 2xx was ever answered."""
        return bool(self.ids)


class Arrival(msgspec.Struct):
    """One request as the receiver saw it; `status` None until a status line was written, `key` from the data.

    Of a request of a step `delivery` is its idempotency key.

    `at` is seconds of the machine's monotonic clock, `beside` how many requests hung then, this one among them.
    """

    n: int
    endpoint: str
    event: str
    delivery: str
    claim: int
    key: str
    sha256: str
    is_signed: bool
    at: float = 0.0
    beside: int = 0
    status: int | None = None

    @property
    def is_taken(self) -> bool:
        """Whether it was answered 2xx."""
        return self.status is not None and 200 <= self.status < 300


class Kill(msgspec.Struct, frozen=True):
    """One fault: who, after how much of which progress (`gate`), and whether the gate was reached."""

    victim: str
    fault: str
    gate: str
    units: int
    is_reached: bool


class StoredEvent(msgspec.Struct, frozen=True):
    """A row of events; `key` is read from its data."""

    id: str
    type: str
    origin: str
    key: str
    sha256: str
    execution: str | None


class StoredDelivery(msgspec.Struct, frozen=True):
    """A row of deliveries; `place` is its number under its ordering key."""

    id: str
    event: str
    endpoint: str
    status: str
    reason: str | None
    order: str | None = None
    place: int | None = None


class StoredAttempt(msgspec.Struct, frozen=True):
    """A row of attempts."""

    delivery: str
    number: int
    outcome: str


class StoredReceipt(msgspec.Struct, frozen=True):
    """A row of received requests; `sha256` is of the body as kept, beside the event or in it."""

    id: str
    source: str
    status: str
    execution: str | None = None
    sha256: str = ""


class StoredSource(msgspec.Struct, frozen=True):
    """A source; `starts` says whether a workflow is bound to it."""

    id: str
    status: str
    starts: bool


class StoredReplay(msgspec.Struct, frozen=True):
    """Which event is a replay of which, and the job that made it."""

    event: str
    origin: str
    job: str | None


class StoredJob(msgspec.Struct, frozen=True):
    """A bulk job of replays."""

    id: str
    status: str
    succeeded: int


class Started(msgspec.Struct):
    """One execution a caller wanted: of which plan, and its id, or its event's, once a 2xx told it."""

    key: str
    plan: str
    id: str | None = None


class StoredExecution(msgspec.Struct, frozen=True):
    """A row of executions: `workflow` is its workflow's name, `key` and `code` are read from trigger and error."""

    id: str
    status: str
    trigger: str | None
    workflow: str = "tell"
    parent: str | None = None
    key: str = ""
    code: str = ""


class StoredStep(msgspec.Struct, frozen=True):
    """A row of steps."""

    execution: str
    step: str
    kind: str
    status: str
    attempts: int


class StoredHold(msgspec.Struct, frozen=True):
    """Something taken or given back, in order: of a tenant's `pool` the amounts, of a workflow a `lease`."""

    what: str
    id: str
    holder: str
    is_held: bool
    amounts: dict[str, float] = {}


class Stored(msgspec.Struct):
    """The database after the calm phase; `moves` counts (from, to) of every change of a delivery's state.

    `listed` are events whose deliveries still stand in a list, to be written. `flow_moves` counts (execution, step,
    from, to), the step empty for the execution itself; `left` what ended executions still have of leases and messages.
    """

    events: list[StoredEvent] = []
    deliveries: list[StoredDelivery] = []
    attempts: list[StoredAttempt] = []
    executions: list[StoredExecution] = []
    keys: dict[str, str] = {}
    receipts: list[StoredReceipt] = []
    sources: list[StoredSource] = []
    replays: list[StoredReplay] = []
    jobs: list[StoredJob] = []
    moves: list[tuple[str | None, str, int]] = []
    listed: list[str] = []
    steps: list[StoredStep] = []
    flow_moves: list[tuple[str, str, str | None, str, int]] = []
    held: list[StoredHold] = []
    left: dict[str, int] = {}


class Ledger(msgspec.Struct, kw_only=True):
    """A whole run; `calls` are the lines that functions of steps wrote, `pools` what the tenant has."""

    options: Options
    endpoints: list[Endpoint] = []
    submitted: list[Submission] = []
    started: list[Started] = []
    calls: list[str] = []
    pools: dict[str, float] = {}
    received: list[Arrival] = []
    stored: Stored = msgspec.field(default_factory=Stored)
    kills: list[Kill] = []
    canaries: list[str] = []
    noted: list[str] = []
    numbers: dict[str, float] = {}
    violations: list[str] = []

    def write(self, path: Path) -> None:
        """Keep it."""
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1))


def read_ledger(path: Path) -> Ledger:
    """A run as it was written."""
    return msgspec.json.decode(path.read_bytes(), type=Ledger)

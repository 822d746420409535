"""A delivery: one event owed to one endpoint, its states and every legal move between them (reliability §2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from hookspan.model.events import Birth, NewEvent
from hookspan.model.jstree import UnsafeNumbers

DeliveryStatus = Literal["pending", "sending", "held", "delivered", "exhausted", "cancelled"]
Trigger = Literal["automatic", "manual", "resume", "probe"]

SILENT_CLAIMS_LIMIT = 5
# From here on a delivery is claimed alone: whoever shares its claim would be blamed for its worker's end.
SUSPECT_FROM = 3
LEASE_MARGIN_MS = 15_000


@dataclass(frozen=True, slots=True)
class Move:
    """One legal transition: who makes it and on what condition. `origin` None is birth."""

    number: int
    origin: DeliveryStatus | None
    target: DeliveryStatus
    mover: str
    guard: str


MOVES: tuple[Move, ...] = (
    Move(1, None, "pending", "publish", "endpoint active and matched"),
    Move(1, None, "sending", "publish", "as above, leased to this process at birth"),
    Move(1, None, "exhausted", "publish", "the endpoint's filter could not be judged: filter_error"),
    Move(2, None, "held", "publish", "endpoint paused or disabled"),
    Move(3, "pending", "sending", "claimer", "due, endpoint active, free slot"),
    Move(4, "sending", "delivered", "settler", "token matches, 2xx"),
    Move(5, "sending", "pending", "settler", "token matches, failed, attempts left"),
    Move(6, "sending", "exhausted", "settler", "token matches, attempts or span used up"),
    Move(7, "sending", "held", "settler", "token matches, 410"),
    Move(8, "sending", "pending", "worker on stop", "token matches, no byte sent"),
    Move(9, "sending", "pending", "sweeper", "lease over, fewer than 5 silent claims"),
    Move(10, "sending", "exhausted", "sweeper", "lease over, 5 silent claims: quarantined"),
    Move(11, "pending", "held", "janitor", "endpoint no longer active"),
    Move(12, "held", "pending", "janitor", "endpoint active again"),
    Move(13, "exhausted", "pending", "person", "retry, endpoint active"),
    Move(14, "pending", "pending", "person", "retry now, endpoint active"),
    Move(15, "pending", "cancelled", "person", "cancel, endpoint deleted"),
    Move(15, "held", "cancelled", "person", "cancel, endpoint deleted, hold over"),
    Move(15, "exhausted", "cancelled", "person", "cancel"),
    Move(16, "delivered", "pending", "person", "retry with force, endpoint active"),
    Move(17, "pending", "delivered", "late settler", "token lost, 2xx"),
    Move(17, "held", "delivered", "late settler", "token lost, 2xx"),
    Move(17, "exhausted", "delivered", "late settler", "token lost, 2xx, quarantined"),
)
LEGAL: frozenset[tuple[DeliveryStatus | None, DeliveryStatus]] = frozenset((move.origin, move.target) for move in MOVES)
LATE_SUCCESS_FROM: frozenset[str] = frozenset(move.origin for move in MOVES if move.number == 17 and move.origin)


class Parcel(Struct, eq=False, gc=False):
    """A leased delivery with its event: all that an attempt needs beside the endpoint itself.

    `claim` is the number of this claim and of its attempt row; `attempts` counts recorded outcomes before it.
    """

    id: str
    endpoint_id: str
    event: NewEvent
    delivered_name: str
    profile: str
    unsafe_numbers: UnsafeNumbers
    policy_id: str
    max_attempts: int
    attempts: int
    claim: int
    lease_token: str
    lease_until: int
    due_at: int
    first_due_at: int
    trigger: str
    is_suspect: bool = False
    is_probe: bool = False
    priority: int = 1
    ordering_key: str | None = None

    @property
    def tenant_id(self) -> str:
        """Whose delivery this is."""
        return self.event.tenant_id


class Attempt(Struct, frozen=True, kw_only=True, gc=False):
    """One HTTP try as it is recorded; headers are JSON with secrets masked, times epoch ms."""

    outcome: str
    status_code: int | None
    duration_ms: int
    timings: str
    request: str
    response_headers: str | None
    response_body: bytes | None
    response_truncated: bool
    error: str | None
    error_code: str | None
    started_at: int
    finished_at: int


class Settled(Struct, frozen=True, kw_only=True, gc=False):
    """What an attempt led to: the fenced change of its delivery, written with the attempt in one transaction."""

    parcel: Parcel
    attempt: Attempt
    status: DeliveryStatus
    reason: str | None
    due_at: int
    gate_until: int = 0
    endpoint_gone: bool = False
    is_crowding: bool = False
    most_in_flight: int = 10
    births: Sequence[Birth] = ()

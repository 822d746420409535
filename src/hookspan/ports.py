"""What the rooms need from the world, and what a test may fake: the clock, the far side, the hand-off of due work.

Storage is no port: tests use real SQLite and real PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from hookspan.model.deliveries import Parcel


class Clock(Protocol):
    """Time as the product sees it. `now_ms` is for rows, `monotonic` for deadlines."""

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait, on the monotonic clock."""
        ...


ErrorCode = Literal["timeout", "dns_error", "connect_error", "tls_error", "protocol_error", "blocked"]


class Timings(Struct, frozen=True, gc=False):
    """Milliseconds of each phase; None where a phase did not happen (a kept-alive connection has no connect)."""

    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    wait_ms: float | None = None


_NO_TIMINGS = Timings()


class TlsRules(Struct, frozen=True, gc=False):
    """How to speak TLS to one endpoint, PEM texts; `verify` False accepts any certificate (the owner must allow it).

    `identity` names the client certificate in the pool's key: connections made with one never serve another.
    """

    ca_pem: str | None = None
    cert_pem: str | None = None
    key_pem: str | None = None
    verify: bool = True
    identity: str = ""


class HttpRequest(Struct, frozen=True, gc=False):
    """One outgoing request, exactly as it shall stand on the wire.

    `url` is canonical (model/urls.py). `headers` are complete but for `Host`, `Content-Length`,
    `Connection`, which the client makes itself. `tenant_id` keys the pool: connections are never shared
    between tenants.
    """

    method: str
    url: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    timeout_ms: int
    tenant_id: str
    read_limit: int = 65_536
    tls: TlsRules | None = None


class HttpAnswer(Struct, frozen=True, gc=False):
    """The far side answered. `truncated` says the body was longer than `read_limit` or cut by the deadline.

    `certificate_ends_at` (epoch ms) is of the certificate that was verified, None without one.
    """

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    truncated: bool
    duration_ms: float
    timings: Timings = _NO_TIMINGS
    certificate_ends_at: int | None = None


class HttpFailure(Struct, frozen=True, gc=False):
    """No status line arrived. `bytes_sent` is False when the far side cannot have seen the request.

    `reused` says the connection had served before: closed without an answer, it was most likely just stale.
    """

    code: ErrorCode
    detail: str
    bytes_sent: bool
    duration_ms: float
    timings: Timings = _NO_TIMINGS
    reused: bool = False


class HttpClient(Protocol):
    """The one guarded way out: every outbound byte of the product passes here."""

    async def send(self, request: HttpRequest) -> HttpAnswer | HttpFailure:
        """Send once: no redirect, no retry, no decompression. Never raises for what a far side does."""
        ...

    async def close(self) -> None:
        """Close idle connections; requests under way are cut."""
        ...


class Vault(Protocol):
    """Seals secrets so that a moved or copied value does not open (security.md §8)."""

    def seal(self, plain: bytes, *, tenant_id: str, context: str) -> bytes:
        """Ciphertext bound to tenant and `context` (table.row.column)."""
        ...

    def open(self, sealed: bytes, *, tenant_id: str, context: str) -> bytes:
        """The plain bytes; raises ValueError when tenant or context differ."""
        ...


class Handoff(Protocol):
    """The way from a commit to its work without a query: rows leased at birth go straight to whoever sends them."""

    def reserve(self, endpoint_id: str) -> bool:
        """Keep room for one delivery; False when it must wait in the database."""
        ...

    def cancel(self, endpoint_id: str) -> None:
        """Give a reservation back: its transaction did not commit."""
        ...

    def take(self, parcel: Parcel) -> None:
        """Send a committed, leased delivery; uses up one reservation."""
        ...

    def backlog(self, endpoint_id: str) -> None:
        """Due deliveries of this endpoint wait in the database: claim them when there is room."""
        ...

    def executions_due(self) -> None:
        """Executions were committed and are due."""
        ...

    def fanout_due(self) -> None:
        """An event was committed whose deliveries are still to be written."""
        ...


class ReplayOrder(Struct, frozen=True, kw_only=True, gc=False):
    """Which event to bring about once more, for whom and why.

    `payload` None means the original bytes; otherwise it takes their place (compact JSON) and `diff` tells, as a JSON
    Patch, what was changed. With `endpoint_ids` it is for these endpoints alone: no other gets a delivery and no
    workflow is started. A job replays an event once: a second order of one `job_id` and event gives the first's event
    (a publish key of that scope, in the event's own transaction).
    """

    tenant_id: str
    event_id: str
    actor: str
    reason: str | None = None
    payload: bytes | None = None
    diff: str | None = None
    job_id: str | None = None
    endpoint_ids: frozenset[str] | None = None


class Replayed(Struct, frozen=True, kw_only=True, gc=False):
    """The new event, on disk. `status` is its receipt's, None for an event that never came in by a webhook."""

    event_id: str
    source_event_id: str
    root_event_id: str
    replay_count: int
    execution_id: str | None = None
    status: str | None = None


class Replayer(Protocol):
    """Makes a new event of a stored one; implemented by the room that records requests."""

    async def replay(self, order: ReplayOrder) -> Replayed:
        """A new event of the same source, type, headers and metadata; filters and workflow as configured now.

        Dedupe is not applied and nothing is overwritten; the audit row of the replay is in the same transaction. How
        deep and how often is for the caller to judge, and whether the content is still there. Raises NotFound for an
        event this tenant does not have, Conflict `webhook_disabled` when its webhook is disabled or deleted.
        """
        ...


class LiveFeed(Protocol):
    """Where committed changes are told to whoever listens; best effort by design."""

    def hears(self, tenant_id: str) -> bool:
        """Whether anybody listens to this tenant, or may come back to: else its frames need not be made."""
        ...

    def tell(self, frame: Mapping[str, object], output: bytes | None = None) -> None:
        """Queue one frame (contracts B.11) with what its step or execution put out; never blocks, never raises."""
        ...

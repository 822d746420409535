"""What the routes may use: the rooms, handed in once by the composition root."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol, cast

from fastapi import Depends, Request

if TYPE_CHECKING:
    from hookspan.access.keys import KeyRing
    from hookspan.access.minting import ApiKeys
    from hookspan.access.priorities import Priorities
    from hookspan.access.sessions import Sessions
    from hookspan.access.tickets import Tickets
    from hookspan.access.tokens import Tokens
    from hookspan.access.users import Users
    from hookspan.events.publish import Publisher
    from hookspan.events.registry import Registry
    from hookspan.events.stream import Feed
    from hookspan.history.export import Exports
    from hookspan.history.jobs import Jobs
    from hookspan.history.prune import Janitor
    from hookspan.history.replay import Replays
    from hookspan.history.replay_jobs import BulkReplays
    from hookspan.inbound.enrich import Network
    from hookspan.inbound.filters import Filters
    from hookspan.inbound.inboxes import Inboxes
    from hookspan.inbound.rehearsal import Rehearsals
    from hookspan.inbound.samples import Samples
    from hookspan.inbound.sources import Sources
    from hookspan.inbound.trials import Trials
    from hookspan.outbound.endpoints import Endpoints
    from hookspan.ports import Clock, Handoff, HttpClient, Vault
    from hookspan.storage.database import Database
    from hookspan.workflows.definitions import Definitions
    from hookspan.workflows.run import Engine


class Health(Protocol):
    """What the background work says of itself (reliability.md §4.20)."""

    def checks(self) -> Mapping[str, Mapping[str, object]]:
        """By name (`migrations disk queue clock draining`): `{"ok": bool, …}`; the database is asked elsewhere."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """Plain values of the settings that the surface needs.

    `base_url` is where the world reaches this instance; set, management routes answer to its host alone (421).
    `payload_bytes` limits an event's data. `metrics_token` opens
    `/metrics` to other machines. `static` holds the built dashboard. `trusted_proxies` are believed when
    they tell for whom they ask. `management_per_minute` bounds each caller; an answer is kept under its
    `Idempotency-Key` for `idempotency_ms`.
    """

    version: str = "0"
    base_url: str | None = None
    payload_bytes: int = 1_048_576
    limits: Mapping[str, object] = field(default_factory=dict)
    features: Mapping[str, bool] = field(default_factory=dict)
    metrics_token: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    static: Path = Path(__file__).parent.parent / "static"
    dev: bool = False
    management_per_minute: int = 600
    idempotency_ms: int = 7 * 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may: credentials, keys, people; `cursor_key` tags the cursors of lists."""

    keys: KeyRing
    api_keys: ApiKeys
    tokens: Tokens
    tickets: Tickets
    users: Users
    sessions: Sessions
    cursor_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """Every room object a route may need."""

    database: Database
    clock: Clock
    vault: Vault
    publisher: Publisher
    registry: Registry
    feed: Feed
    handoff: Handoff
    client: HttpClient
    endpoints: Endpoints
    sources: Sources
    filters: Filters
    trials: Trials
    rehearsals: Rehearsals
    samples: Samples
    inboxes: Inboxes
    workflows: Definitions
    engine: Engine
    jobs: Jobs
    replays: Replays
    bulk_replays: BulkReplays
    priorities: Priorities
    exports: Exports
    janitor: Janitor
    access: Access
    health: Health
    settings: ApiSettings = field(default_factory=ApiSettings)


def rooms_of(request: Request) -> Rooms:
    """The rooms of the app that got this request."""
    return cast(Rooms, request.app.state.rooms)


RoomsOf = Annotated[Rooms, Depends(rooms_of)]

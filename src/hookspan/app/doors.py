"""What the surface may use of the joined rooms, and the plain values of the settings it needs."""

from __future__ import annotations

from hookspan.access.tickets import Tickets
from hookspan.api.publish import BATCH_MOST
from hookspan.api.rooms import Access, ApiSettings, Health, Rooms
from hookspan.app.joined import Joined, product_version
from hookspan.history.export import Exports
from hookspan.inbound.enrich import parse_networks
from hookspan.inbound.filters import Filters
from hookspan.inbound.samples import Samples
from hookspan.inbound.trials import Trials


def rooms_of(joined: Joined, health: Health) -> Rooms:
    """Every room object a route may need."""
    return Rooms(
        database=joined.database,
        clock=joined.clock,
        vault=joined.vault,
        publisher=joined.publisher,
        registry=joined.registry,
        feed=joined.feed,
        handoff=joined.hands,
        client=joined.client,
        endpoints=joined.endpoints,
        sources=joined.sources,
        filters=Filters(joined.database, joined.clock, joined.sources),
        trials=Trials(joined.database, joined.sources),
        rehearsals=joined.rehearsals,
        samples=Samples(joined.database, joined.sources, joined.registry),
        inboxes=joined.inboxes,
        workflows=joined.definitions,
        engine=joined.engine,
        jobs=joined.jobs,
        replays=joined.replays,
        bulk_replays=joined.bulk_replays,
        priorities=joined.priorities,
        exports=Exports(
            joined.database,
            rows_most=joined.settings.limits.export_rows,
            bytes_most=joined.settings.limits.export_bytes,
        ),
        janitor=joined.janitor,
        access=_access(joined),
        health=health,
        settings=_settings(joined),
    )


def _access(joined: Joined) -> Access:
    return Access(
        keys=joined.keys,
        api_keys=joined.api_keys,
        tokens=joined.tokens,
        tickets=Tickets(joined.database, joined.clock, joined.instance.token_secret),
        users=joined.users,
        sessions=joined.sessions,
        cursor_key=joined.instance.cursor_key,
    )


def _settings(joined: Joined) -> ApiSettings:
    replay = joined.settings.replay
    return ApiSettings(
        version=product_version(),
        base_url=joined.settings.server.base_url,
        payload_bytes=joined.settings.limits.payload_bytes,
        limits={"batchEvents": BATCH_MOST, "replayDepth": replay.max_depth, "replayBatch": replay.max_batch},
        features={
            "geo": joined.settings.receiver.geo_database is not None,
            "insecureTls": joined.settings.egress.allow_insecure_tls,
            "manyProcesses": not joined.settings.is_embedded,
        },
        trusted_proxies=parse_networks(joined.settings.server.trusted_proxies, "/server/trusted_proxies"),
        metrics_token=joined.settings.metrics.token,
        dev=joined.settings.dev,
        management_per_minute=joined.settings.limits.management_per_minute,
        idempotency_ms=joined.settings.limits.idempotency_hours * 3_600_000,
    )

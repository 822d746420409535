"""The relay as a process of its own: `hookspan relay` beside an application whose outbox it moves (contracts D.4)."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from hookspan import failpoints
from hookspan.app.compose import Application
from hookspan.app.grounds import open_schema
from hookspan.app.intake import Intake
from hookspan.app.relay import Relay, Remote, SameDatabase, same_database
from hookspan.client.typed import Client
from hookspan.clock import FollowingClock
from hookspan.config import Settings
from hookspan.errors import NotConfigured
from hookspan.outbox import rows
from hookspan.outbox.rows import Standing


def outbox_standing(database_url: str) -> Standing:
    """How the outbox of that database stands; NotConfigured when it is not there or does not answer."""
    engine = _engine(database_url)
    try:
        with engine.connect() as connection:
            return rows.standing(connection)
    except SQLAlchemyError as error:
        raise NotConfigured(f"the database does not answer: {type(error).__name__}") from None
    finally:
        engine.dispose()


def relay(database_url: str, client: Client | None, settings: Settings, *, once: bool) -> int:
    """Move the outbox to the client's server, or, where it stands in hookspan's own database, right there.

    `once` moves what is visible and gives how many rows that were; otherwise it runs until a signal.
    """
    if settings.dev:
        failpoints.arm()
    return asyncio.run(_relay(database_url, client, settings, once=once))


async def _relay(database_url: str, client: Client | None, settings: Settings, *, once: bool) -> int:
    engine = _engine(database_url)
    try:
        async with _mover(engine, database_url, client, settings) as mover:
            return await _until_empty(mover) if once else await _until_signal(mover)
    finally:
        engine.dispose()


@asynccontextmanager
async def _mover(engine: Engine, database_url: str, client: Client | None, settings: Settings) -> AsyncIterator[Relay]:
    if not same_database(database_url, settings.database_url):
        if client is None:
            raise NotConfigured("name the server to publish to, with --url and --token or HOOKSPAN_URL")
        yield Relay(engine, Remote(client))
        return
    open_schema(settings, migrate=False)
    application = Application(settings, clock=FollowingClock(), queues=())
    await application.start()
    intake = Intake(
        application.database,
        application.publisher,
        application.registry,
        application.clock,
        settings.limits.payload_bytes,
        "default",
        settings.limits.idempotency_hours * 3_600_000,
    )
    try:
        yield SameDatabase(engine, intake)
    finally:
        await application.stop()


async def _until_empty(mover: Relay) -> int:
    moved = 0
    while found := await mover.turn():
        moved += found
    return moved


async def _until_signal(mover: Relay) -> int:
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, mover.end)
    await mover.check()
    await mover.run()
    return 0


def _engine(database_url: str) -> Engine:
    parsed = make_url(database_url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed)

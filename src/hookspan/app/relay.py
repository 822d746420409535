"""The relay: moves the rows of an application's outbox to hookspan, in order of id, each to one event (contracts G.1).

Same database: event and deletion are one transaction. Another database or server: published under the row's id as
idempotency key, then deleted, so that a crash between the two repeats without a second event. A row that can never be
accepted stays with its `failed_reason`, and `system.error` tells of it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from hookspan import failpoints, observe
from hookspan.app.intake import Intake
from hookspan.client import ApiError, Conflict, Unavailable, ValidationFailed
from hookspan.client.typed import Client
from hookspan.errors import BadRequest, HookspanError, Invalid, TooLarge
from hookspan.errors import Conflict as Clash
from hookspan.model.events import OTHER_BODY, Birth, Entry, NewEvent, Recorded
from hookspan.model.ids import new_id
from hookspan.model.publication import Publication
from hookspan.model.scheduled_tasks import delay_facts
from hookspan.model.times import instant
from hookspan.outbox import rows
from hookspan.storage import events

P = ParamSpec("P")
R = TypeVar("R")

ROWS_MOST = 100
POLL_SECONDS = 1.0
_POISON = (Invalid, TooLarge, BadRequest, Clash)


class Refused(Exception):
    """A row that no later try would bring through."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class Door(Protocol):
    """Where rows go to when they are not in hookspan's own database."""

    async def take(self, row: Publication) -> None:
        """Publish under the row's id; Refused for one that can never be accepted, any other error means: later."""
        ...

    async def tell(self, row: Publication, refused: Refused) -> None:
        """Report a refused row as `system.error`."""
        ...


class Inside:
    """Hookspan in this process."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def take(self, row: Publication) -> None:
        """Implements Door."""
        try:
            await self._intake.publish(row, by_id=True)
        except _POISON as error:
            raise Refused(error.code, error.detail) from error

    async def tell(self, row: Publication, refused: Refused) -> None:
        """Implements Door."""
        now = self._intake.clock.now_ms()
        fact = NewEvent(
            id=new_id(now),
            tenant_id=await self._intake.tenant_id(),
            type="system.error",
            data=msgspec.json.encode({**notice(row, refused), "occurredAt": instant(now)}),
            created_at=now,
            origin="system",
        )
        await self._intake.publisher.publish(fact)


class Remote:
    """A server elsewhere; whose tenant it is, the client's token says."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def take(self, row: Publication) -> None:
        """Implements Door."""
        if row.tenant is not None:
            raise Refused("tenant_not_supported", "a server takes the tenant from the token; publish without tenant")
        # A key of the application's own stands in the body and in the header, the same at every try.
        options = {name: value for name, value in row.options.items() if name not in ("metadata", "idempotencyKey")}
        metadata = row.options.get("metadata")
        try:
            await asyncio.to_thread(
                self._client.events.publish,
                row.type,
                row.data,
                metadata if isinstance(metadata, dict) else None,
                idempotency_key=row.key or row.id,
                **options,
            )
        except ValidationFailed as error:
            raise Refused(error.code, error.detail) from error
        except Conflict as error:
            if error.code != "idempotency_mismatch":
                raise
            raise Refused(error.code, error.detail) from error

    async def tell(self, row: Publication, refused: Refused) -> None:
        """Implements Door; a token that may not publish system names leaves it to the log."""
        content = {**notice(row, refused), "occurredAt": instant(row.created_at)}
        with contextlib.suppress(ApiError):
            await asyncio.to_thread(
                self._client.events.publish, "system.error", content, idempotency_key=f"refused:{row.id}"
            )


def notice(row: Publication, refused: Refused) -> dict[str, object]:
    """What `system.error` says of a refused row."""
    return {
        "code": refused.code,
        "message": f"an event in the outbox cannot be published: {refused.detail}",
        "component": "relay",
        "details": {"outboxId": row.id, "eventType": row.type},
    }


class Relay:
    """Moves the rows of one outbox through a door."""

    def __init__(self, engine: Engine | AsyncEngine, door: Door) -> None:
        self._engine = engine
        self._door = door
        self._wake = asyncio.Event()
        self._is_ending = False

    async def turn(self) -> int:
        """Move or refuse what is visible, at most a hundred rows; how many. Raises what means: try later."""
        found = await self.ask(rows.waiting, ROWS_MOST)
        for row in found:
            if self._is_ending:
                break
            await self._moved(row)
        return len(found)

    async def _moved(self, row: Publication) -> None:
        failpoints.reach("relay.before_send")
        try:
            await self._door.take(row)
        except Refused as refused:
            await self._refuse(row, refused)
            return
        failpoints.reach("relay.after_send")
        await self.ask(rows.take, [row.id])

    async def _refuse(self, row: Publication, refused: Refused) -> None:
        observe.warn("relay.refused", outbox_id=row.id, type=row.type, error=str(refused))
        await self._door.tell(row, refused)
        await self.ask(rows.refuse, row.id, str(refused))

    async def ask(self, query: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a query on the outbox in a transaction of its own."""
        if isinstance(self._engine, AsyncEngine):
            async with self._engine.begin() as connection:
                return await connection.run_sync(query, *args, **kwargs)
        engine = self._engine

        def run() -> R:
            with engine.begin() as connection:
                return query(connection, *args, **kwargs)

        return await asyncio.to_thread(run)

    async def check(self) -> None:
        """Raise OutboxMissing for an outbox that is not there."""
        await self.ask(rows.standing)

    async def run(self) -> None:
        """Turn until `end`: at once when a row was written in this process, at least every second."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._wake.set)

        engine = self._engine.sync_engine if isinstance(self._engine, AsyncEngine) else self._engine
        unwatch = rows.watch(engine, wake)
        try:
            while not self._is_ending:
                self._wake.clear()
                if await self._turned() < ROWS_MOST and not self._is_ending:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
        finally:
            unwatch()

    def end(self) -> None:
        """Finish the row under way, then let `run` return."""
        self._is_ending = True
        self._wake.set()

    async def _turned(self) -> int:
        try:
            return await self.turn()
        except (HookspanError, ApiError, SQLAlchemyError) as error:
            is_busy = isinstance(error, Unavailable)
            observe.warn("relay.waits", error=f"{type(error).__name__}: {error}", busy=is_busy)
            return 0


class SameDatabase(Relay):
    """Moves rows that stand in hookspan's own database."""

    def __init__(self, engine: Engine | AsyncEngine, intake: Intake) -> None:
        super().__init__(engine, Inside(intake))
        self._intake = intake

    async def turn(self) -> int:
        """As of every relay; all rows in one transaction of hookspan's own writer."""
        found = await self.ask(rows.waiting, ROWS_MOST)
        births: list[Birth] = []
        for row in found:
            try:
                event, keys = await self._intake.judged(row, by_id=True)
            except _POISON as error:
                await self._refuse(row, Refused(error.code, error.detail))
                continue
            births.append(await self._intake.publisher.conceive(Entry(event, keys, facts=delay_facts(event))))
        failpoints.reach("relay.before_send")
        if births:
            await self._commit(births, {row.id: row for row in found})
        failpoints.reach("relay.after_send")
        return len(found)

    async def _commit(self, births: Sequence[Birth], by_id: dict[str, Publication]) -> None:
        publisher = self._intake.publisher
        try:
            moved = await self._intake.database.write(_move, births)
        except BaseException:
            publisher.abandoned(births)
            raise
        if moved is None:
            for birth in births:
                publisher.stale(birth)
            self._wake.set()
            return
        fresh = [birth for birth in births if not moved[birth.event.id].duplicate_of]
        publisher.abandoned([birth for birth in births if moved[birth.event.id].duplicate_of])
        publisher.committed(fresh)
        for identity, outcome in moved.items():
            if outcome.other_body:
                await self._refuse(by_id[identity], Refused("idempotency_mismatch", OTHER_BODY))


def _move(connection: Connection, births: Sequence[Birth]) -> dict[str, Recorded] | None:
    """Events in, rows out, in one transaction; None when births are stale.

    Two relays may meet here: the row's id is a key of the event, so the second one records a duplicate.
    """
    if events.stale_tenants(connection, births):
        return None
    outcomes = {
        birth.event.id: outcome for birth, outcome in zip(births, events.record(connection, births), strict=True)
    }
    if any(outcome.stale for outcome in outcomes.values()):
        raise Clash("subscriptions changed while rows were moved", code="in_progress")
    rows.take(connection, [identity for identity, outcome in outcomes.items() if not outcome.other_body])
    return outcomes


def same_database(one: str, other: str) -> bool:
    """Whether two URLs surely name one database; a host spelled in two ways reads as two, which is safe."""
    return _place(one) == _place(other)


def _place(url: str) -> tuple[object, ...]:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return ("sqlite", Path(parsed.database or "").resolve())
    return (parsed.get_backend_name(), parsed.host, parsed.port or 5432, parsed.database)

"""The outbox: real with the caller's commit, gone with the rollback, one event however often it is moved (G.1)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from hookspan import Hookspan, OutboxMissing, apublish, create_outbox, outbox_table, publish
from hookspan.app.intake import Intake
from hookspan.app.relay import Inside, Relay, Remote, SameDatabase, same_database
from hookspan.client import Unavailable
from hookspan.client.http import Seams
from hookspan.client.typed import Client
from hookspan.outbox import rows
from hookspan.storage.database import Database
from hookspan.storage.tables import events
from tests.support.surface import furnished


def driver_url(url: str) -> str:
    """The same database, as a program that knows nothing of hookspan would name it."""
    return (
        url if url.startswith("sqlite") else make_url(url).set(drivername="postgresql+psycopg").render_as_string(False)
    )


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An application on the very database that hookspan uses."""
    made = create_engine(driver_url(database_url))
    create_outbox(made)
    yield made
    made.dispose()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Engine]:
    """An application with a database of its own."""
    made = create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    create_outbox(made)
    yield made
    made.dispose()


@pytest.fixture
async def intake(database: Database) -> Intake:
    rooms = (await furnished(database)).rooms
    return Intake(database, rooms.publisher, rooms.registry, rooms.clock, 1_024, "default")


def ids_of(connection: Connection) -> list[tuple[str, str]]:
    query = select(events.c.type, events.c.id).where(events.c.origin != "system").order_by(events.c.id)
    return [(row[0], row[1]) for row in connection.execute(query)]


def notices(connection: Connection) -> list[dict[str, Any]]:
    query = select(events.c.data).where(events.c.type == "system.error")
    return [msgspec.json.decode(row[0]) for row in connection.execute(query)]


def written(engine: Engine, *types: str, **options: Any) -> list[str]:
    with engine.begin() as connection:
        return [publish(connection, name, {"n": 1}, **options).id for name in types]


def standing(engine: Engine) -> tuple[int, int]:
    with engine.connect() as connection:
        found = rows.standing(connection)
    return found.waiting, found.failed


def test_a_publish_is_one_insert_that_goes_with_the_callers_rollback(engine: Engine) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))

    with engine.connect() as connection:
        ref = publish(connection, "order.paid", {"n": 1}, metadata={"by": "x"})
        connection.rollback()

    assert [statement.split(" (")[0] for statement in statements] == ["INSERT INTO hookspan_outbox"]
    assert ref.duplicate is None
    assert standing(engine) == (0, 0)


async def test_committed_rows_become_the_events_they_promised_in_order(engine: Engine, intake: Intake) -> None:
    promised = written(engine, "order.paid", "order.sent", subject="o1", metadata={"by": "shop"})

    moved = await SameDatabase(engine, intake).turn()

    assert moved == 2
    assert await intake.database.read(ids_of) == list(zip(["order.paid", "order.sent"], promised, strict=True))
    assert standing(engine) == (0, 0)


async def test_rows_of_another_database_become_events_too(elsewhere: Engine, intake: Intake) -> None:
    promised = written(elsewhere, "order.paid", "order.sent")

    await Relay(elsewhere, Inside(intake)).turn()

    assert [identity for _, identity in await intake.database.read(ids_of)] == promised
    assert standing(elsewhere) == (0, 0)


async def test_a_crash_between_publish_and_delete_gives_one_event(elsewhere: Engine, intake: Intake) -> None:
    [identity] = written(elsewhere, "order.paid")
    with elsewhere.connect() as connection:
        [row] = rows.waiting(connection, 1)
    await Inside(intake).take(row)

    await Relay(elsewhere, Inside(intake)).turn()

    assert await intake.database.read(ids_of) == [("order.paid", identity)]
    assert standing(elsewhere) == (0, 0)


async def test_two_relays_on_one_outbox_make_one_event_of_a_row(engine: Engine, intake: Intake) -> None:
    promised = written(engine, "order.paid", "order.sent")

    await asyncio.gather(*(SameDatabase(engine, intake).turn() for _ in range(2)))

    assert [identity for _, identity in await intake.database.read(ids_of)] == promised


@pytest.mark.parametrize("is_same", [True, False])
async def test_a_repeated_idempotency_key_is_dropped(
    engine: Engine, elsewhere: Engine, intake: Intake, is_same: bool
) -> None:
    outbox = engine if is_same else elsewhere
    first, _ = written(outbox, "order.paid", "order.paid", idempotency_key="k1")

    await (SameDatabase(outbox, intake) if is_same else Relay(outbox, Inside(intake))).turn()

    assert await intake.database.read(ids_of) == [("order.paid", first)]
    assert standing(outbox) == (0, 0)


@pytest.mark.parametrize("is_same", [True, False])
async def test_a_row_that_can_never_be_accepted_stays_is_reported_and_stops_nobody(
    engine: Engine, elsewhere: Engine, intake: Intake, is_same: bool
) -> None:
    outbox = engine if is_same else elsewhere
    with outbox.begin() as connection:
        poison = publish(connection, "order.huge", {"pad": "x" * 2_000}).id
    [good] = written(outbox, "order.paid")

    await (SameDatabase(outbox, intake) if is_same else Relay(outbox, Inside(intake))).turn()

    assert await intake.database.read(ids_of) == [("order.paid", good)]
    assert standing(outbox) == (0, 1)
    with outbox.connect() as connection:
        reason = connection.execute(text("SELECT failed_reason FROM hookspan_outbox")).scalar_one()
    assert reason.startswith("payload_too_large: ")
    [notice] = await intake.database.read(notices)
    assert (notice["code"], notice["details"]["outboxId"]) == ("payload_too_large", poison)


async def test_one_key_with_two_bodies_leaves_the_second_for_people(engine: Engine, intake: Intake) -> None:
    written(engine, "order.paid", "order.sent", idempotency_key="k1")

    await SameDatabase(engine, intake).turn()

    assert [name for name, _ in await intake.database.read(ids_of)] == ["order.paid"]
    assert standing(engine) == (0, 1)


class Gateway:
    """A server that answers with these statuses and remembers the keys."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.keys: list[str] = []
        self.client = Client("http://gateway.test", retries=0, seams=Seams(transport=httpx2.MockTransport(self.answer)))

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.keys.append(request.headers["idempotency-key"])
        body = {"id": "1", "type": "a", "createdAt": "2025-05-21T21:27:09.442Z", "code": "schema_mismatch"}
        return httpx2.Response(self.statuses.pop(0), json=body)


async def test_a_server_elsewhere_gets_the_rows_id_as_key_until_it_takes_the_row(elsewhere: Engine) -> None:
    identities = written(elsewhere, "order.paid", "order.sent")
    gateway = Gateway(503, 202, 202)
    mover = Relay(elsewhere, Remote(gateway.client))

    with pytest.raises(Unavailable):
        await mover.turn()
    await mover.turn()

    assert gateway.keys == [identities[0], *identities]
    assert standing(elsewhere) == (0, 0)


async def test_what_a_server_elsewhere_never_takes_stays_and_is_reported_there(elsewhere: Engine) -> None:
    [refused, other] = written(elsewhere, "order.paid", "order.sent")
    gateway = Gateway(422, 202, 202)

    await Relay(elsewhere, Remote(gateway.client)).turn()

    assert gateway.keys == [refused, f"refused:{refused}", other]
    assert standing(elsewhere) == (0, 1)


async def test_a_session_and_an_async_session_write_the_same_row(elsewhere: Engine, tmp_path: Path) -> None:
    with Session(elsewhere) as session:
        publish(session, "order.paid", {"n": 1})
        session.commit()

    assert standing(elsewhere) == (1, 0)


async def test_an_async_session_writes_and_its_engine_is_relayed(
    postgres_url: str, postgres_database: Database
) -> None:
    made = create_async_engine(driver_url(postgres_url))
    rooms = (await furnished(postgres_database)).rooms
    own = Intake(postgres_database, rooms.publisher, rooms.registry, rooms.clock, 1_024, "default")
    async with made.begin() as connection:
        await connection.run_sync(create_outbox)
        inner = await apublish(connection, "order.paid", {"n": 1})
    async with AsyncSession(made) as session:
        outer = await apublish(session, "order.sent")
        await session.commit()

    await SameDatabase(made, own).turn()
    await made.dispose()

    assert await postgres_database.read(ids_of) == [("order.paid", inner.id), ("order.sent", outer.id)]


def test_without_the_table_it_says_how_to_make_it(tmp_path: Path) -> None:
    bare = create_engine(f"sqlite:///{tmp_path / 'bare.db'}")

    with bare.connect() as connection, pytest.raises(OutboxMissing, match="create_outbox"):
        publish(connection, "order.paid")

    bare.dispose()


def test_without_the_table_it_says_how_to_make_it_on_postgresql_too(postgres_url: str) -> None:
    bare = create_engine(driver_url(postgres_url))

    with bare.connect() as connection, pytest.raises(OutboxMissing, match="outbox_table"):
        publish(connection, "order.paid")

    bare.dispose()


def test_the_table_can_stand_in_the_metadata_of_the_caller(tmp_path: Path) -> None:
    metadata = MetaData()
    outbox_table(metadata)
    made = create_engine(f"sqlite:///{tmp_path / 'own.db'}")

    metadata.create_all(made)

    columns = [column["name"] for column in inspect(made).get_columns("hookspan_outbox")]
    assert columns == ["id", "tenant", "type", "data", "options", "created_at", "failed_reason"]
    made.dispose()


async def test_the_relay_in_process_moves_what_is_committed_while_it_runs(elsewhere: Engine, tmp_path: Path) -> None:
    loop, gone = asyncio.get_running_loop(), asyncio.Event()

    def executed(*told: Any) -> None:
        if told[2].startswith("DELETE"):
            loop.call_soon_threadsafe(gone.set)

    event.listen(elsewhere, "after_cursor_execute", executed)
    async with Hookspan(f"sqlite:///{tmp_path / 'hookspan.db'}", outbox=[elsewhere]) as hooks:
        [promised] = await asyncio.to_thread(written, elsewhere, "order.paid")
        await asyncio.wait_for(gone.wait(), 10)
        application, _ = hooks.serving()
        born = await application.database.read(ids_of)

    assert born == [("order.paid", promised)]
    assert standing(elsewhere) == (0, 0)


def test_a_relay_is_woken_when_the_transaction_that_wrote_has_ended_and_by_no_other(elsewhere: Engine) -> None:
    seen: list[int] = []
    unwatch = rows.watch(elsewhere, lambda: seen.append(standing(elsewhere)[0]))

    written(elsewhere, "order.paid")
    standing(elsewhere)
    written(elsewhere, "order.sent")
    unwatch()
    written(elsewhere, "order.lost")

    assert seen == [1, 2]


async def test_a_missing_table_is_told_at_the_start(tmp_path: Path) -> None:
    bare = create_engine(f"sqlite:///{tmp_path / 'bare.db'}")

    with pytest.raises(OutboxMissing):
        await Hookspan(f"sqlite:///{tmp_path / 'hookspan.db'}", outbox=[bare]).start()

    bare.dispose()


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("sqlite:////tmp/a.db", "sqlite:////tmp/../tmp/a.db", True),
        ("sqlite:////tmp/a.db", "sqlite:////tmp/b.db", False),
        ("postgresql://u:p@db/x", "postgresql+psycopg://v@db:5432/x", True),
        ("postgresql://u@db/x", "postgresql://u@db/y", False),
        ("postgresql://u@db/x", "sqlite:///x", False),
    ],
)
def test_one_database_is_known_by_its_place(one: str, other: str, is_same: bool) -> None:
    assert same_database(one, other) is is_same

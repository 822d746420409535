"""`Hookspan(engine=...)`: the product in the database of the program's own engine (contracts G.2)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from hookspan import Hookspan, create_outbox, publish
from hookspan.config import Settings, load
from hookspan.embedding.place import address_of
from hookspan.errors import NotConfigured
from tests.support.surface import KEK


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The engine of a program with a table of its own."""
    url = make_url(database_url)
    made = create_engine(url if url.get_backend_name() == "sqlite" else url.set(drivername="postgresql+psycopg"))
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE orders (id TEXT)"))
    yield made
    made.dispose()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Engine]:
    """A program's SQLite file without anything of hookspan."""
    made = create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    yield made
    made.dispose()


async def test_hookspan_works_in_the_database_of_the_programs_engine(engine: Engine, tmp_path: Path) -> None:
    hooks = Hookspan(engine=engine, settings=Settings(kek=KEK, data=tmp_path), workers=False)

    async with hooks:
        ref = await hooks.publish("order.placed", {"id": "o1"})

    with engine.connect() as connection:
        stored = connection.execute(text("SELECT id FROM events WHERE type = 'order.placed'")).scalars().all()
        orders = connection.execute(text("SELECT count(*) FROM orders")).scalar()
    assert (stored, orders) == ([ref.id], 0)


async def test_the_keys_of_an_sqlite_engine_are_kept_beside_its_file(shop: Engine, tmp_path: Path) -> None:
    async with Hookspan(engine=shop):
        pass

    assert (tmp_path / "hookspan.kek").exists()
    assert "events" in inspect(shop).get_table_names()


async def test_an_outbox_in_the_same_database_is_moved_in_its_own_transaction(shop: Engine) -> None:
    create_outbox(shop)
    with shop.begin() as connection:
        promised = publish(connection, "order.placed", {"id": "o1"})
    hooks = Hookspan(engine=shop, outbox=[shop], workers=False)

    async with hooks:
        [mover] = hooks._movers
        await mover.turn()

    with shop.connect() as connection:
        stored = connection.execute(text("SELECT id FROM events WHERE type = 'order.placed'")).scalars().all()
    assert stored == [promised.id]


async def test_an_engine_that_awaits_names_its_database_as_well(postgres_url: str, tmp_path: Path) -> None:
    engine = create_async_engine(make_url(postgres_url).set(drivername="postgresql+psycopg", password="p@ss/1"))

    async with Hookspan(engine=engine, settings=Settings(kek=KEK, data=tmp_path), workers=False) as hooks:
        ref = await hooks.publish("order.placed", {"id": "o1"})

    async with engine.connect() as connection:
        stored = (await connection.execute(text("SELECT id FROM events WHERE type = 'order.placed'"))).scalars().all()
    await engine.dispose()
    assert stored == [ref.id]


def test_the_password_of_an_engine_goes_with_its_address() -> None:
    address = "postgresql://shop:p%40ss%2F1@db.example/orders?sslmode=require"

    assert address_of(create_engine(address.replace("://", "+psycopg://"))) == address


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:shop?mode=memory&uri=true"])
def test_an_engine_in_memory_is_refused(address: str) -> None:
    with pytest.raises(NotConfigured, match="name a file"):
        Hookspan(engine=create_engine(address, poolclass=NullPool))


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("mysql+pymysql://db.example/orders", "this engine speaks to mysql"),
        ("postgresql+pg8000://db.example/orders?ssl_context=x", "give url with ssl_context as psycopg has it"),
    ],
)
def test_an_engine_that_names_no_place_for_hookspan_is_refused(address: str, why: str) -> None:
    with pytest.raises(NotConfigured, match=why):
        Hookspan(engine=create_engine(address, module=sqlite3))


def test_an_engine_beside_another_name_of_the_database_is_refused(shop: Engine) -> None:
    with pytest.raises(NotConfigured, match="a url or an engine, not both"):
        Hookspan("sqlite:///hookspan.db", engine=shop)


async def test_an_engine_beside_settings_with_a_database_is_refused(shop: Engine, tmp_path: Path) -> None:
    settings = load(data=tmp_path, database__url=f"sqlite:///{tmp_path / 'hookspan.db'}")

    with pytest.raises(NotConfigured, match=re.escape("leave database.url out of them")):
        await Hookspan(engine=shop, settings=settings).start()


async def test_a_database_with_tables_of_the_same_names_is_left_alone(shop: Engine) -> None:
    with shop.begin() as connection:
        connection.execute(text("CREATE TABLE users (id TEXT)"))

    with pytest.raises(NotConfigured, match="tables of another program: users"):
        await Hookspan(engine=shop).start()

    assert inspect(shop).get_table_names() == ["users"]

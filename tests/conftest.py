"""Both databases by one fixture: `database_url` is an empty, migrated SQLite file or PostgreSQL database."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from hookspan.model.ids import new_id
from hookspan.storage import schema
from hookspan.storage.database import Database
from hookspan.storage.dialect import make_engine
from tests.support.postgres import Server, running_server

_numbers = count()

# A shell starts what stands before `&` deaf to ^C, and so are its children; commands under test must hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_millisecond() -> None:
    """Let the ids of each test ascend: 4,096 of a millisecond do, and every fake clock begins in the same one."""
    new_id(0)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server with a migrated template; started when the first test asks."""
    with running_server() as server:
        server.execute("CREATE DATABASE template_hookspan")
        engine = make_engine(server.url("template_hookspan"))
        schema.migrate(engine)
        engine.dispose()
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A migrated SQLite file."""
    path = tmp_path_factory.mktemp("template") / "hookspan.db"
    engine = make_engine(f"sqlite:///{path}")
    schema.migrate(engine)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    engine.dispose()
    return path.read_bytes()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "hookspan.db"
        path.write_bytes(request.getfixturevalue("sqlite_template"))
        yield f"sqlite:///{path}"
        return
    yield request.getfixturevalue("postgres_url")


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """The address of an empty, migrated PostgreSQL database."""
    name = f"test_{next(_numbers)}"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE template_hookspan")
    yield postgres.url(name)
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def postgres_database(postgres_url: str) -> AsyncIterator[Database]:
    """A started PostgreSQL database, for what only several processes do."""
    opened = Database(postgres_url)
    opened.start()
    yield opened
    await opened.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A started database of each kind."""
    opened = Database(database_url)
    opened.start()
    yield opened
    await opened.close()

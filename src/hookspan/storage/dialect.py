"""The differences of the two databases, all of them: how to connect, and words that compile differently.

Nothing else in hookspan asks which database it speaks to.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Table, bindparam, create_engine, event, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import URL, Dialect, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import ARRAY, Boolean, String, TypeDecorator, TypeEngine

from hookspan.errors import NotConfigured, TooSlow

# BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB
_SQLITE_AWAY = frozenset({5, 6, 8, 10, 11, 13, 14, 26})

WAKE_CHANNEL = "hookspan_due"
FEED_CHANNEL = "hookspan_feed"
LISTEN_SECONDS = 0.5

_SQLITE_INTERRUPTED, _QUERY_CANCELED = 9, "57014"
_LOST_RACES = frozenset({"40001", "40P01", "55P03"})
"""Serialization failure, deadlock, a lock that was not to be had in time."""
_STEPS = 10_000
"""Steps of SQLite's machine between two looks at the clock, well below a millisecond."""

Rows = Sequence[tuple[Any, ...]]
Way = TypeVar("Way")

_SQLITE_PRAGMAS = (
    "PRAGMA auto_vacuum=INCREMENTAL",
    "PRAGMA secure_delete=ON",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA fullfsync=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA wal_autocheckpoint=0",
    "PRAGMA cache_size=-16000",
    "PRAGMA temp_store=MEMORY",
)


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…` with the settings durability needs (WAL, FULL)."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=8, max_overflow=4, pool_pre_ping=True)


def reader_of(engine: Engine) -> Engine:
    """The same pool, but transactions that never take the write lock."""
    return engine.execution_options(reader=True)


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=8, max_overflow=4, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        # The driver's own transaction control commits behind our back; we begin ourselves.
        connection.isolation_level = None
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reader") else "BEGIN IMMEDIATE")

    return engine


def is_away(error: BaseException) -> bool:
    """Whether the database cannot be used now: gone, full, locked or unreadable; not a fault of the statement."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError):
        return False
    primary = getattr(error.orig, "sqlite_errorcode", None)
    if primary is not None:
        return primary & 0xFF in _SQLITE_AWAY
    # psycopg: no SQLSTATE means no answer; classes 53, 57 and 58 are the server's own trouble.
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state[:2] in ("53", "57", "58")


def is_race(error: BaseException) -> bool:
    """Whether a transaction was given up because of another's locks or rows: run anew it may well succeed."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _LOST_RACES


def passive_checkpoint(connection: Connection) -> None:
    """Move WAL pages into the database file without stopping a writer; nothing to do elsewhere."""
    if connection.dialect.name == "sqlite":
        connection.execution_options(reader=True)
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


def give_back(connection: Connection, pages: int) -> bool:
    """Return up to `pages` free pages of the file to the disk; whether more are left. PostgreSQL vacuums by itself."""
    if connection.dialect.name != "sqlite":
        return False
    driver = connection.connection.driver_connection
    assert driver is not None
    free = int(driver.execute("PRAGMA freelist_count").fetchone()[0])
    for _ in range(min(free, pages)):
        # One at a time: a page is a step of the statement, and the driver steps what has no columns only once.
        driver.execute("PRAGMA incremental_vacuum(1)")
    return free > pages


def forget_log(connection: Connection) -> bool:
    """Empty the write-ahead log, so that what was erased is not read there; False while others still read from it."""
    if connection.dialect.name != "sqlite":
        return True
    connection.execution_options(reader=True)
    driver = connection.connection.driver_connection
    assert driver is not None
    is_busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def clock_ms(connection: Connection) -> int | None:
    """The database's own time, epoch ms; None where it has no clock but this machine's."""
    if connection.dialect.name != "postgresql":
        return None
    query = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
    return int(connection.execute(query).scalar_one())


def wake_others(connection: Connection) -> None:
    """Tell other processes, at the commit of this transaction, that work is due; SQLite has no others."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"NOTIFY {WAKE_CHANNEL}")


def listen(engine: Engine, on_wake: Callable[[], None], is_closing: Callable[[], bool]) -> None:
    """Call `on_wake` for each such word of another process until closing; for a thread of its own."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"LISTEN {WAKE_CHANNEL}")
        driver = connection.connection.driver_connection
        assert driver is not None
        while not is_closing():
            for _ in driver.notifies(timeout=LISTEN_SECONDS, stop_after=1):
                on_wake()


def send_notes(connection: Connection, channel: str, texts: Sequence[str]) -> None:
    """Send notes to every process that hears the channel, at the commit; an embedded database has no others."""
    if connection.dialect.name == "postgresql":
        for text in texts:
            connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (channel, text))


def hear_notes(
    engine: Engine,
    channel: str,
    on_note: Callable[[str], None],
    on_open: Callable[[], None],
    is_closing: Callable[[], bool],
) -> None:
    """Call `on_open` once it hears, and `on_note` with each text until closing; for a thread of its own."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"LISTEN {channel}")
        on_open()
        driver = connection.connection.driver_connection
        assert driver is not None
        while not is_closing():
            for note in driver.notifies(timeout=LISTEN_SECONDS, stop_after=1):
                on_note(note.payload)


def check_durability(connection: Connection) -> None:
    """Refuse a database that would lose what it acknowledged; raises NotConfigured naming the setting."""
    if connection.dialect.name != "postgresql":
        return
    if connection.exec_driver_sql("SHOW fsync").scalar() == "off":
        raise NotConfigured("PostgreSQL runs with fsync=off: acknowledged events would be lost. Set fsync=on")


def durability(connection: Connection) -> tuple[str, bool]:
    """How commits are kept, in the database's own words, and whether an acknowledged one survives a power cut."""
    if connection.dialect.name == "postgresql":
        fsync = connection.exec_driver_sql("SHOW fsync").scalar()
        commit = connection.exec_driver_sql("SHOW synchronous_commit").scalar()
        return f"fsync {fsync}, synchronous_commit {commit}", fsync == "on" and commit != "off"
    journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    return f"journal {journal}, synchronous {synchronous}", journal == "wal" and synchronous == 2


def own_way(connection: Connection, *, sqlite: Way, postgresql: Way) -> Way:
    """What this database has a way of its own for."""
    return postgresql if connection.dialect.name == "postgresql" else sqlite


@contextmanager
def time_limit(connection: Connection, seconds: float) -> Iterator[None]:
    """No statement of this transaction may run for longer; TooSlow when one does (SQLite: all of them together)."""
    try:
        with _limited(connection, seconds):
            yield
    except OperationalError as error:
        if _is_interrupted(error):
            raise TooSlow("it took too long; narrow the time span or the filters") from error
        raise


@contextmanager
def _limited(connection: Connection, seconds: float) -> Iterator[None]:
    if connection.dialect.name == "postgresql":
        before = connection.exec_driver_sql("SHOW statement_timeout").scalar()
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {round(seconds * 1_000)}")
        yield
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{before}'")
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    until = time.monotonic() + seconds
    driver.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def _is_interrupted(error: OperationalError) -> bool:
    primary = getattr(error.orig, "sqlite_errorcode", None)
    return primary == _SQLITE_INTERRUPTED or getattr(error.orig, "sqlstate", None) == _QUERY_CANCELED


def lock_schema(connection: Connection) -> None:
    """One migration at a time; SQLite's write lock is that lock already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7365672171)")


def database_file(engine: Engine) -> Path | None:
    """The file of an embedded database, or None."""
    return Path(engine.url.database) if engine.dialect.name == "sqlite" and engine.url.database else None


class _Texts(TypeDecorator[Sequence[str]]):
    """A list as one parameter, so that a statement reads the same for one id and for five hundred."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(String()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        return list(value or ()) if dialect.name == "postgresql" else json.dumps(list(value or ()))


class one_of(ColumnElement[bool]):
    """`column` is among `values`, passed as one parameter; reads as a word: `where(one_of(table.c.id, ids))`.

    Without values it takes the parameter `members` of the call: a hot statement is built once.
    """

    inherit_cache = True
    type = Boolean()
    _traverse_internals = [  # noqa: RUF012  # the base class declares it on the instance
        ("column", InternalTraversal.dp_clauseelement),
        ("members", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: ColumnElement[Any], values: Sequence[str] | None = None) -> None:
        self.column = column
        name = "members" if values is None else None
        self.members = bindparam(name, None if values is None else list(values), type_=_Texts())

    def self_group(self, against: object = None) -> one_of:
        """Already a whole condition: SQLite would scan the table for `(… IN …) = 1`."""
        return self


@compiles(one_of, "postgresql")
def _any(element: one_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.column, **options)} = ANY({compiler.process(element.members, **options)})"


@compiles(one_of)
def _json_each(element: one_of, compiler: SQLCompiler, **options: Any) -> str:
    members = compiler.process(element.members, **options)
    return f"{compiler.process(element.column, **options)} IN (SELECT value FROM json_each({members}))"  # noqa: S608


def insert_rows(connection: Connection, table: Table, columns: str | Sequence[str], rows: Rows) -> None:
    """Insert many rows set-wise; each row holds the values of `columns` (names apart by blanks, or a list)."""
    if rows:
        names = columns if isinstance(columns, str) else " ".join(columns)
        _run_many(connection, _insert_sql(table, names, connection.dialect.name), rows)


def update_rows(connection: Connection, table: Table, columns: str | Sequence[str], rows: Rows) -> None:
    """Update many rows by key set-wise: the first of `columns` is the key, the others are set."""
    if rows:
        names = columns if isinstance(columns, str) else " ".join(columns)
        _run_many(connection, _update_sql(table, names, connection.dialect.name), rows)


def _run_many(connection: Connection, sql: str, rows: Rows) -> None:
    # exec_driver_sql: SQLAlchemy's own executemany spends more on a row's parameters than SQLite on the row.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(sql, tuple(list(column) for column in zip(*rows, strict=True)))
    else:
        connection.exec_driver_sql(sql, list(rows))


@lru_cache(maxsize=256)
def _insert_sql(table: Table, blank_separated: str, dialect: str) -> str:
    columns = tuple(blank_separated.split())
    names = ", ".join(f'"{name}"' for name in columns)
    if dialect == "postgresql":
        return f'INSERT INTO "{table.name}" ({names}) SELECT * FROM unnest({_arrays(table, columns)})'  # noqa: S608
    marks = ", ".join("?" * len(columns))
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608


@lru_cache(maxsize=256)
def _update_sql(table: Table, blank_separated: str, dialect: str) -> str:
    columns = tuple(blank_separated.split())
    key, *values = columns
    if dialect == "postgresql":
        changes = ", ".join(f'"{name}" = new."{name}"' for name in values)
        names = ", ".join(f'"{name}"' for name in columns)
        new = f"unnest({_arrays(table, columns)}) AS new({names})"
        return f'UPDATE "{table.name}" AS old SET {changes} FROM {new} WHERE old."{key}" = new."{key}"'  # noqa: S608
    changes = ", ".join(f'"{name}" = ?{position}' for position, name in enumerate(values, start=2))
    return f'UPDATE "{table.name}" SET {changes} WHERE "{key}" = ?1'  # noqa: S608


def _arrays(table: Table, columns: tuple[str, ...]) -> str:
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    kinds = (table.c[name].type.compile(dialect).split(" COLLATE")[0] for name in columns)
    return ", ".join(f"%b::{kind}[]" for kind in kinds)

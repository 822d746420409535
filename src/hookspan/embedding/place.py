"""Where a `Hookspan` keeps what it is told: the database of an address, of settings, or of the program's own engine.

Of an engine only the address is taken, as hookspan needs connections of its own: other threads, and commits that are on
disk when they return. What the program gave its driver beside the address is unknown here.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from hookspan.config import Settings, load
from hookspan.errors import NotConfigured

KINDS = ("sqlite", "postgresql")


def address_of(engine: Engine | AsyncEngine) -> str:
    """The address of an engine's database, password included; NotConfigured where hookspan could not open it."""
    url = engine.url
    kind = url.get_backend_name()
    if kind not in KINDS:
        raise NotConfigured(f"hookspan keeps its tables in SQLite or PostgreSQL, and this engine speaks to {kind}")
    if kind == "sqlite":
        return f"sqlite:///{_file(url)}"
    driver = engine.dialect.driver
    if url.query and not driver.startswith("psycopg"):
        options = ", ".join(sorted(url.query))
        raise NotConfigured(f"hookspan connects by psycopg, not by {driver}: give url with {options} as psycopg has it")
    return url.set(drivername=kind).render_as_string(hide_password=False)


def settings_at(url: str | None, settings: Settings | None) -> Settings:
    """The settings of an instance at that address: those given, else those of the environment.

    SQLite's folder is the data folder, unless the settings name one.
    """
    if url is None:
        return settings or load()
    parsed = make_url(url)
    changes: dict[str, object] = {"database__url": url}
    if parsed.get_backend_name() == "sqlite":
        file = _file(parsed)
        changes = {"database__url": f"sqlite:///{file}", "data": file.parent}
    return load(**changes) if settings is None else _moved(settings, changes)


def _moved(settings: Settings, changes: dict[str, object]) -> Settings:
    if settings.database.url:
        raise NotConfigured("these settings name a database and so does the engine: leave database.url out of them")
    database = settings.database.model_copy(update={"url": changes.pop("database__url")})
    kept = {name: value for name, value in changes.items() if name not in settings.model_fields_set}
    return settings.model_copy(update={**kept, "database": database})


def _file(url: URL) -> Path:
    name = url.database or ""
    if name in ("", ":memory:") or name.startswith("file:"):
        raise NotConfigured("hookspan keeps what it acknowledges: name a file, as in sqlite:///hookspan.db")
    return Path(name).resolve()

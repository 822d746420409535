"""Look at an instance without serving it: schema, and what could go wrong (doctor)."""

from __future__ import annotations

import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from hookspan.app.grounds import kek_ring, make_data_folder, open_schema, url_rules
from hookspan.config import Settings
from hookspan.errors import HookspanError, NotConfigured
from hookspan.storage import schema
from hookspan.storage.database import Database
from hookspan.storage.dialect import durability

DISK_WARN = 0.15
DISK_FAIL_BYTES = 256 * 1_048_576


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor."""

    name: str
    state: Literal["ok", "warn", "fail"]
    detail: str


def migrate(settings: Settings) -> list[str]:
    """Upgrade the schema; the revisions passed, empty when it was up to date."""
    before = migration_status(settings)["current"]
    open_schema(settings)
    after = migration_status(settings)["current"]
    return [] if before == after else [str(after)]


def migration_status(settings: Settings) -> dict[str, str | None]:
    """Where the schema stands and where this release wants it."""
    if settings.is_embedded:
        make_data_folder(settings)
    database = Database(settings.database_url)
    try:
        current, newest = schema.revisions(database.engine)
    except OperationalError as error:
        raise NotConfigured(f"the database does not answer: {str(error.orig).strip().splitlines()[0]}") from error
    finally:
        database.engine.dispose()
    return {"current": current, "newest": newest}


def doctor(settings: Settings) -> list[Check]:
    """Every check, in the order in which a fault would matter."""
    return list(_checks(settings))


def _checks(settings: Settings) -> Iterator[Check]:
    yield from _database(settings)
    yield _disk(settings)
    yield _keys(settings)
    yield _egress(settings)


def _database(settings: Settings) -> Iterator[Check]:
    database = Database(settings.database_url)
    try:
        with database.engine.connect() as connection:
            started = time.perf_counter()
            connection.execute(text("SELECT 1"))
            spent_ms = (time.perf_counter() - started) * 1_000
            yield Check("database", "ok", f"answers in {spent_ms:.1f} ms")
            name, is_safe = durability(connection)
            yield Check("durability", "ok" if is_safe else "fail", name)
        current, newest = schema.revisions(database.engine)
        hint = "" if current == newest else ": run `hookspan migrate`"
        yield Check("migrations", "ok" if current == newest else "warn", f"{current or 'none'} of {newest}{hint}")
    except SQLAlchemyError as error:
        yield Check("database", "fail", f"does not answer: {type(error).__name__}")
    finally:
        database.engine.dispose()


def _disk(settings: Settings) -> Check:
    folder = settings.data if settings.data.exists() else settings.data.resolve().parent
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    state: Literal["ok", "warn", "fail"] = (
        "fail" if usage.free < DISK_FAIL_BYTES else "warn" if share < DISK_WARN else "ok"
    )
    return Check("disk", state, f"{usage.free / 1e9:.1f} GB free ({share:.0%})")


def _keys(settings: Settings) -> Check:
    path = settings.kek_file or settings.data / "hookspan.kek"
    if not settings.kek and not path.exists():
        return Check("keys", "warn", "no key-encryption key yet; the first start makes one")
    try:
        ids = ", ".join(sorted(kek_ring(settings).ids))
    except HookspanError as error:
        return Check("keys", "fail", error.detail)
    if not settings.kek and stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Check("keys", "fail", f"{path} can be read by others: chmod 600 it")
    return Check("keys", "ok", f"loaded: {ids}")


def _egress(settings: Settings) -> Check:
    try:
        rules = url_rules(settings)
    except (HookspanError, ValueError) as error:
        return Check("egress", "fail", str(error))
    if rules.dev or rules.addresses.allow:
        opened = "loopback (--dev)" if rules.dev else ", ".join(settings.egress.allow)
        return Check("egress", "warn", f"opened beside the public internet: {opened}")
    return Check("egress", "ok", "public addresses only")

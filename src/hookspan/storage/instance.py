"""The instance's own row: that it was started once, when, and which tenant it began with."""

from __future__ import annotations

from dataclasses import dataclass

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from hookspan.errors import HookspanError, NotFound
from hookspan.model.events import Birth
from hookspan.storage import api_keys, events, tenants, users, vault
from hookspan.storage.database import Database
from hookspan.storage.tables import instance

_DEFAULT_TENANT = "default_tenant"
_SCHEMA_TOLD = "schema_told"


@dataclass(frozen=True, slots=True)
class FirstRows:
    """Everything the first start stores, in one transaction."""

    tenant: tenants.TenantRow
    keys: tuple[vault.WrappedKey, ...]
    user: users.UserRow
    api_key: api_keys.KeyRow


def instance_tenant(connection: Connection) -> str | None:
    """The tenant made by the first start; None before it."""
    value = connection.execute(select(instance.c.value).where(instance.c.name == _DEFAULT_TENANT)).scalar()
    return None if value is None else bytes(value).decode()


def instance_start(connection: Connection, rows: FirstRows) -> bool:
    """Store the first tenant, its keys, its owner and the owner's API key; False when someone was first."""
    if instance_tenant(connection) is not None:
        return False
    connection.execute(instance.insert().values(name=_DEFAULT_TENANT, value=rows.tenant.id.encode()))
    _note_revision(connection, _revision(connection))
    tenants.tenant_insert(connection, rows.tenant)
    vault.keys_insert(connection, rows.keys)
    users.user_insert(connection, rows.user)
    api_keys.api_key_insert(connection, rows.api_key)
    return True


def instance_secret(connection: Connection, purpose: str) -> vault.WrappedKey:
    """The wrapped key only the instance holds (`pepper`, `tokens`, `cursors`); NotFound before the first start."""
    tenant_id = instance_tenant(connection)
    found = [key for key in vault.keys_of(connection, tenant_id or "") if key.purpose == purpose]
    if not found:
        raise NotFound(f"the instance has no key for {purpose}: it was never started")
    return found[-1]


def schema_revisions(connection: Connection) -> tuple[str | None, str | None]:
    """(revision of the schema that was told of last, revision it has)."""
    told = connection.execute(select(instance.c.value).where(instance.c.name == _SCHEMA_TOLD)).scalar()
    return None if told is None else bytes(told).decode(), _revision(connection)


def schema_tell(connection: Connection, was: str | None, now: str, birth: Birth) -> bool:
    """Note that this revision was told of, with the event that tells; False when another was first, or it is stale."""
    # One row that is always there keeps two processes that start at once apart.
    connection.execute(select(instance.c.value).where(instance.c.name == _DEFAULT_TENANT).with_for_update())
    if events.stale_tenants(connection, [birth]) or schema_revisions(connection)[0] != was:
        return False
    if was is None:
        _note_revision(connection, now)
    else:
        connection.execute(update(instance).where(instance.c.name == _SCHEMA_TOLD).values(value=now.encode()))
    events.record_judged(connection, [birth])
    return True


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _note_revision(connection: Connection, revision: str | None) -> None:
    if revision is not None:
        connection.execute(instance.insert().values(name=_SCHEMA_TOLD, value=revision.encode()))


async def database_answers(database: Database) -> bool:
    """Whether the database answers a question that needs no table."""
    try:
        await database.read(lambda connection: connection.execute(text("SELECT 1")).scalar())
    except (HookspanError, SQLAlchemyError):
        return False
    return True

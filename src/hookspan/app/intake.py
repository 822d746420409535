"""Publish from inside the process: what the publish route does, for an application that holds hookspan in itself."""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.errors import Conflict, NotConfigured
from hookspan.events.publish import Publisher
from hookspan.events.registry import Registry
from hookspan.model.events import KEY_KEPT_MS, OTHER_BODY, Entry, Key, NewEvent, Published
from hookspan.model.publication import Publication, event_of, keys_of
from hookspan.model.scheduled_tasks import delay_facts
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.tenants import tenant_by_slug


@dataclass(frozen=True, slots=True)
class Intake:
    """Judges and publishes; `tenant` is the slug that is meant where none is named, keys hold for `key_kept_ms`."""

    database: Database
    publisher: Publisher
    registry: Registry
    clock: Clock
    payload_bytes: int
    tenant: str
    key_kept_ms: int = KEY_KEPT_MS

    async def publish(self, asked: Publication, *, by_id: bool = False) -> Published:
        """On disk when this returns; `by_id` makes a repeat of the same publication a duplicate.

        Raises Invalid, TooLarge and Conflict for what can never be published, StoreAway when the store is away.
        """
        event, keys = await self.judged(asked, by_id=by_id)
        published = await self.publisher.publish_entry(Entry(event, keys, facts=delay_facts(event)))
        if published.other_body:
            raise Conflict(OTHER_BODY, code="idempotency_mismatch")
        return published

    async def judged(self, asked: Publication, *, by_id: bool = False) -> tuple[NewEvent, list[Key]]:
        """The event and its keys, checked against every rule that publishing has."""
        tenant_id = await self.tenant_id(asked.tenant)
        now = self.clock.now_ms()
        event = event_of(asked, tenant_id, payload_bytes=self.payload_bytes, now_ms=now)
        version = await self.registry.check(tenant_id, event.type, event.data, event.data_content_type)
        if version is not None:
            event = _versioned(event, version)
        return event, keys_of(asked, tenant_id, until_ms=now + self.key_kept_ms, by_id=by_id)

    async def tenant_id(self, slug: str | None = None) -> str:
        """The tenant of that slug, or the one that is meant; NotConfigured for a slug nobody has."""
        row = await self.database.read(tenant_by_slug, slug or self.tenant)
        if row is None:
            raise NotConfigured(f"there is no tenant {slug or self.tenant!r}")
        return row.id


def _versioned(event: NewEvent, version: int) -> NewEvent:
    return NewEvent(**{name: getattr(event, name) for name in event.__struct_fields__} | {"type_version": version})

"""The event types of an instance: the built-in catalogue and each tenant's own, and what publishing asks of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from hookspan.errors import Conflict, Fault, Invalid, NotFound
from hookspan.events.routing import Routing
from hookspan.events.type_judges import Judges, compile_within
from hookspan.events.type_wishes import TypeWish, changed, first_row, kept_examples
from hookspan.model.catalogue import CATALOGUE, find, names_of
from hookspan.model.compatibility import breaks
from hookspan.model.event_types import Compatibility, KnownType, TypeRow, TypeVersion
from hookspan.model.jsonview import read_json
from hookspan.model.samples import sample_of
from hookspan.model.schema_judge import MISMATCH, Judge
from hookspan.model.schemas import (
    BUILT_IN_VERSION,
    built_in_description,
    built_in_example,
    built_in_id,
    built_in_schema,
    seeds_of,
)
from hookspan.ports import Clock
from hookspan.storage import event_types, routing
from hookspan.storage.database import Database

TYPES_MOST = 1_000
_encode = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One version of a type as it is shown, built-in or a tenant's own; `schema` and `examples` are JSON texts."""

    id: str
    name: str
    description: str
    schema: str
    version: int
    examples: str
    compatibility: Compatibility
    canonical: str
    aliases: tuple[str, ...]
    built_in: bool
    seed: tuple[str, ...]
    retain: str
    archived: bool
    created_at: int | None
    updated_at: int | None


@dataclass(frozen=True, slots=True)
class TypeFilter:
    """Which types a list shows; None or empty means any."""

    prefix: str = ""
    seed: str | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """What publishing asks of a tenant's types, as read at one routing version."""

    version: int
    rejects_unknown: bool
    types: Mapping[str, KnownType]


class Registry:
    """Event types by name, and the judge of published data."""

    def __init__(self, database: Database, routing: Routing, *, clock: Clock) -> None:
        self._database = database
        self._routing = routing
        self._clock = clock
        self._judges = Judges()
        self._known: dict[str, _Known] = {}

    async def check(
        self, tenant_id: str, event_type: str, data: bytes, content_type: str, version: int | None = None
    ) -> int | None:
        """Judge data before it is published; gives the version to record on the event, None for an unregistered type.

        Free (a dict look-up) for a tenant or type without a schema. Raises Invalid: `schema_mismatch` with a pointer
        under `/data` for each fault, `/version` for a version that does not exist, `/type` for a type that is
        archived or unknown while the tenant's `event_types.unknown` is `reject`. Built-in types are not enforced:
        whoever may publish their names publishes what they like under them.
        """
        known = self._known.get(tenant_id)
        if known is None or self._is_stale(tenant_id, known):
            known = await self._load(tenant_id)
        row = known.types.get(event_type)
        if row is None or row.archived:
            return _unregistered(event_type, version, is_archived=row is not None, known=known)
        wanted = row.version if version is None else version
        if not 1 <= wanted <= row.version:
            raise Invalid.one("/version", f"{event_type} has the versions 1 to {row.version}")
        judge = self._judges.peek(row.id, wanted) or await self._judge(tenant_id, row.id, wanted)
        if not judge.is_open:
            _judge_data(judge, data, content_type)
        return wanted

    async def sample(self, tenant_id: str, event_type: str) -> bytes:
        """Data a test send of this type may carry, as JSON; `{}` for a type nobody registered."""
        row = await self._database.read(event_types.type_get, tenant_id, event_type)
        if row is None and find(event_type) is None:
            return b"{}"
        return (await self.samples(tenant_id, event_type) or [b"{}"])[0]

    async def refresh(self) -> None:
        """Forget what other processes changed; called every few seconds."""
        known = {tenant_id: each.version for tenant_id, each in self._known.items()}
        current = await self._database.read(routing.versions, list(known)) if known else {}
        for tenant_id, version in known.items():
            if current.get(tenant_id) != version:
                self._known.pop(tenant_id, None)

    # -- the catalogue -----------------------------------------------------------------------------------------------

    async def list(self, tenant_id: str, wanted: TypeFilter, *, limit: int, offset: int) -> tuple[list[EventType], int]:
        """One page by name of the built-in types and the tenant's own, and how many there are in all."""
        own = {row.name: row for row in await self._database.read(event_types.types_list, tenant_id)}
        names = sorted(
            [name for name, row in own.items() if row.archived is wanted.archived and wanted.seed is None]
            + [row.name for row in CATALOGUE if not wanted.archived and wanted.seed in (None, row.seed)]
        )
        names = [name for name in names if name.startswith(wanted.prefix)]
        page = names[offset : offset + limit]
        ids = [own[name].id for name in page if name in own]
        current = await self._database.read(event_types.types_current, tenant_id, ids) if ids else {}
        return [_own(own[name], current[own[name].id]) if name in own else _built_in(name) for name in page], len(names)

    async def get(self, tenant_id: str, name: str, version: int | None = None) -> EventType:
        """One type at its current or the given version; NotFound."""
        if find(name) is not None:
            if version not in (None, BUILT_IN_VERSION):
                raise NotFound("no such version")
            return _built_in(name)
        row = await self._row(tenant_id, name)
        return _own(row, await self._version(tenant_id, row.id, row.version if version is None else version))

    async def versions(self, tenant_id: str, name: str) -> Sequence[EventType]:
        """Every version, newest first; NotFound."""
        if find(name) is not None:
            return [_built_in(name)]
        row = await self._row(tenant_id, name)
        return [
            _own(row, version)
            for version in await self._database.read(event_types.type_versions_list, tenant_id, row.id)
        ]

    async def create(self, tenant_id: str, wish: TypeWish) -> EventType:
        """Register a type; Conflict `name_taken`, Invalid for what is wrong with the schema or an example."""
        row, version = first_row(tenant_id, wish, self._clock.now_ms())
        if find(row.name) is not None:
            raise Conflict(f"{row.name} is built in", code="name_taken")
        judge = await compile_within(wish.schema)
        _check_examples(judge, wish.examples or [])
        await self._database.write(event_types.type_insert, row, version, most=TYPES_MOST)
        self._written(tenant_id, version, judge)
        return _own(row, version)

    async def update(self, tenant_id: str, name: str, wish: TypeWish, *, force: bool = False) -> EventType:
        """Change the members that `wish` has; another schema is the next version, and an archived type comes back.

        Raises Conflict `incompatible_schema` for a schema that may refuse data valid now, unless `force` or the
        type's compatibility is `none`.
        """
        _refuse_built_in(name)
        was = await self._row(tenant_id, name)
        old = await self._version(tenant_id, was.id, was.version)
        row, version = changed(was, old, wish, self._clock.now_ms())
        is_new = version.version != old.version
        judge = await compile_within(read_json(version.schema.encode()).value)
        if is_new and row.compatibility == "backward" and not force:
            await asyncio.to_thread(_check_compatible, old, wish.schema)
        if wish.examples is not None:
            _check_examples(judge, wish.examples)
        elif is_new:
            version = replace(version, examples=kept_examples(version.examples, judge))
        await self._database.write(event_types.type_update, row, version, was=was, is_new_version=is_new)
        self._written(tenant_id, version, judge)
        return _own(row, version)

    async def archive(self, tenant_id: str, name: str) -> None:
        """Take a type out of use; NotFound, Conflict for a built-in one."""
        _refuse_built_in(name)
        await self._database.write(event_types.type_archive, tenant_id, name, now=self._clock.now_ms())
        self._known.pop(tenant_id, None)

    async def validate(self, tenant_id: str, name: str, data: bytes, version: int | None = None) -> Sequence[Fault]:
        """What is wrong with data under a type's schema, pointers into the data; NotFound for type or version."""
        shown = await self.get(tenant_id, name, version)
        return (await self._judges.opened(shown.id, shown.version, shown.schema)).faults(data)

    async def samples(self, tenant_id: str, name: str) -> Sequence[bytes]:
        """The type's examples, else one made from its schema; empty when none could be made, NotFound."""
        shown = await self.get(tenant_id, name)
        examples = msgspec.json.decode(shown.examples, type=list[msgspec.Raw])
        if examples:
            return [bytes(example) for example in examples]
        judge = await self._judges.opened(shown.id, shown.version, shown.schema)
        made = sample_of(read_json(shown.schema.encode()).value, judge)
        return [] if made is None else [made]

    # -- what is kept ------------------------------------------------------------------------------------------------

    def _is_stale(self, tenant_id: str, known: _Known) -> bool:
        """A newer routing of this tenant is here already: something of its events was changed since."""
        snapshot = self._routing.peek(tenant_id)
        return snapshot is not None and snapshot.version > known.version

    async def _load(self, tenant_id: str) -> _Known:
        version, unknown, types = await self._database.read(event_types.types_known, tenant_id)
        known = self._known[tenant_id] = _Known(version, unknown == "reject", types)
        return known

    def _written(self, tenant_id: str, version: TypeVersion, judge: Judge) -> None:
        self._judges.keep(version.event_type_id, version.version, judge)
        self._known.pop(tenant_id, None)

    async def _judge(self, tenant_id: str, type_id: str, version: int) -> Judge:
        row = await self._version(tenant_id, type_id, version)
        return await self._judges.opened(type_id, version, row.schema)

    async def _row(self, tenant_id: str, name: str) -> TypeRow:
        row = await self._database.read(event_types.type_get, tenant_id, name)
        if row is None:
            raise NotFound("no such event type")
        return row

    async def _version(self, tenant_id: str, type_id: str, version: int) -> TypeVersion:
        row = await self._database.read(event_types.type_version_get, tenant_id, type_id, version)
        if row is None:
            raise NotFound("no such version")
        return row


def _unregistered(event_type: str, version: int | None, *, is_archived: bool, known: _Known) -> int | None:
    is_built_in = find(event_type) is not None
    if known.rejects_unknown and not is_built_in:
        raise Invalid.one("/type", f"{event_type} is archived" if is_archived else f"{event_type} is not registered")
    if version is not None and not (is_built_in and version == BUILT_IN_VERSION):
        raise Invalid.one("/version", f"{event_type} has no such version")
    return version


def _judge_data(judge: Judge, data: bytes, content_type: str) -> None:
    essence = content_type.partition(";")[0].strip().lower()
    if essence != "application/json" and not essence.endswith("+json"):
        raise Invalid.one("/data", "must be JSON: the type has a schema", code=MISMATCH)
    faults = judge.faults(data)
    if faults:
        raise Invalid([Fault(f"/data{fault.pointer}", fault.code, fault.detail) for fault in faults])


def _check_examples(judge: Judge, examples: Sequence[object]) -> None:
    faults = [
        Fault(f"/examples/{place}{fault.pointer}", fault.code, fault.detail)
        for place, example in enumerate(examples)
        for fault in judge.faults(_encode(example))
    ]
    if faults:
        raise Invalid(faults)


def _check_compatible(old: TypeVersion, schema: object) -> None:
    broken = breaks(read_json(old.schema.encode()).value, schema)
    if broken:
        places = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in broken[:5])
        detail = f"data that are valid now may be refused: {places}. Use ?force=true to do it all the same"
        raise Conflict(detail, code="incompatible_schema")


def _refuse_built_in(name: str) -> None:
    if find(name) is not None:
        raise Conflict(f"{name} is built in and cannot be changed")


def _own(row: TypeRow, version: TypeVersion) -> EventType:
    return EventType(
        id=row.id,
        name=row.name,
        description=row.description,
        schema=version.schema,
        version=version.version,
        examples=version.examples,
        compatibility=row.compatibility,
        canonical=row.name,
        aliases=(),
        built_in=False,
        seed=(),
        retain="always",
        archived=row.archived,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _built_in(name: str) -> EventType:
    row = find(name)
    assert row is not None
    canonical = row.canonical or name
    return EventType(
        id=built_in_id(name),
        name=name,
        description=built_in_description(name),
        schema=_encode(dict(built_in_schema(name))).decode(),
        version=BUILT_IN_VERSION,
        examples=_encode([dict(built_in_example(name))]).decode(),
        compatibility="backward",
        canonical=canonical,
        aliases=names_of(canonical)[1:],
        built_in=True,
        seed=tuple(seeds_of(row)),
        retain="always" if row.retention == "A" else "wanted",
        archived=False,
        created_at=None,
        updated_at=None,
    )

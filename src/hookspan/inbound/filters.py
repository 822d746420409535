"""Keep the filters of sources: add, change, remove, or replace all of them in one transaction (contracts B.4).

A row is compiled before it is written, so what is stored can be evaluated; what a request meets is the set as it
stood when its source was read last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, cast

import msgspec

from hookspan.errors import Invalid, NotFound
from hookspan.inbound.sources import Sources
from hookspan.model.ids import new_id
from hookspan.model.jsonview import read_json
from hookspan.model.operators import takes_value
from hookspan.model.rules import (
    GROUPS_MOST,
    OF_REQUEST,
    ROWS_MOST,
    Rules,
    compile_row,
    compile_rules,
)
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.webhook_filters import Change, FilterRow, filters_change, filters_list

Row = Mapping[str, object]
"""Members of one row, spelled as contracts B.4 prints them; numbers in `value` are exact."""

_write = msgspec.json.Encoder(decimal_format="number").encode


class _Owner(NamedTuple):
    tenant_id: str
    webhook_id: str


class Filters:
    """The filters of every source; NotFound for a source or filter that is missing or another tenant's."""

    def __init__(self, database: Database, clock: Clock, sources: Sources) -> None:
        self._database = database
        self._clock = clock
        self._sources = sources

    async def list(self, tenant_id: str, webhook_id: str) -> Sequence[FilterRow]:
        """All rows of a source, by group and then by birth."""
        return await self._database.read(filters_list, tenant_id, webhook_id)

    async def get(self, tenant_id: str, webhook_id: str, filter_id: str) -> FilterRow:
        """One row."""
        return _found(await self.list(tenant_id, webhook_id), filter_id)

    async def create(self, tenant_id: str, webhook_id: str, row: Row) -> FilterRow:
        """Add one; Invalid for a row that cannot be compiled or is one too many."""
        now = self._clock.now_ms()
        shape = compile_row(_without_id(row), scopes=OF_REQUEST)
        made = _made(_Owner(tenant_id, webhook_id), new_id(now), shape, now)
        await self._change(tenant_id, webhook_id, lambda rows: _counted([*rows, made], "/logicGroup"))
        return made

    async def update(self, tenant_id: str, webhook_id: str, filter_id: str, named: Row) -> FilterRow:
        """Change the members named; the row must compile as a whole afterwards."""
        now = self._clock.now_ms()

        def change(rows: Sequence[FilterRow]) -> Sequence[FilterRow]:
            was = _found(rows, filter_id)
            shape = compile_row(_merged(was, _without_id(named)), scopes=OF_REQUEST)
            changed = _changed(was, shape, now)
            return _counted([changed if row.id == was.id else row for row in rows], "/logicGroup")

        return _found(await self._change(tenant_id, webhook_id, change), filter_id)

    async def delete(self, tenant_id: str, webhook_id: str, filter_id: str) -> None:
        """Remove one."""

        def change(rows: Sequence[FilterRow]) -> Sequence[FilterRow]:
            gone = _found(rows, filter_id)
            return [row for row in rows if row.id != gone.id]

        await self._change(tenant_id, webhook_id, change)

    async def replace(self, tenant_id: str, webhook_id: str, rows: object) -> Sequence[FilterRow]:
        """Make these all the rows there are; one that names the id of a row of this source changes that row."""
        now = self._clock.now_ms()
        shapes = compile_rules(rows, "/filters", scopes=OF_REQUEST).rows
        owner, fresh = _Owner(tenant_id, webhook_id), [new_id(now) for _ in shapes]

        def change(were: Sequence[FilterRow]) -> Sequence[FilterRow]:
            left = {row.id: row for row in were}
            wished = []
            for shape, identity in zip(shapes, fresh, strict=True):
                was = left.pop(str(shape.get("id")), None)
                wished.append(_made(owner, identity, shape, now) if was is None else _changed(was, shape, now))
            return wished

        return await self._change(tenant_id, webhook_id, change)

    async def _change(self, tenant_id: str, webhook_id: str, change: Change) -> Sequence[FilterRow]:
        rows, is_other = await self._database.write(filters_change, tenant_id, webhook_id, change)
        if is_other:
            await self._sources.reload(tenant_id, webhook_id)
        return rows


def given_rules(rows: object) -> Rules:
    """Rows that are tried and not stored, compiled; Invalid with a pointer under `/filters`."""
    return compile_rules(rows, "/filters", scopes=OF_REQUEST)


def _found(rows: Iterable[FilterRow], filter_id: str) -> FilterRow:
    for row in rows:
        if row.id == filter_id:
            return row
    raise NotFound("no such filter")


def _counted(rows: Sequence[FilterRow], pointer: str) -> Sequence[FilterRow]:
    """The rows, if a source may have so many in so many groups."""
    if len(rows) > ROWS_MOST:
        raise Invalid.one("", f"a source has at most {ROWS_MOST} filters")
    if len({row.logic_group for row in rows}) > GROUPS_MOST:
        raise Invalid.one(pointer, f"a source has at most {GROUPS_MOST} groups of filters")
    return rows


def _merged(was: FilterRow, named: Row) -> Row:
    """The row as it stands with the members named laid over it; either spelling of the path replaces it.

    A row that compared with nothing has no value to keep.
    """
    stands: dict[str, object] = {
        "fieldPath": was.field_path,
        "operator": was.operator,
        "value": read_json(was.value.encode()).value,
        "logicGroup": was.logic_group,
        "enabled": was.enabled,
    }
    if "field" in named:
        del stands["fieldPath"]
    if not takes_value(was.operator):
        del stands["value"]
    return {**stands, **named}


def _made(owner: _Owner, identity: str, shape: Row, now: int) -> FilterRow:
    row = FilterRow(
        id=identity,
        tenant_id=owner.tenant_id,
        webhook_id=owner.webhook_id,
        field_path="",
        operator="",
        value="null",
        logic_group=0,
        enabled=True,
        created_at=now,
        updated_at=now,
    )
    return _shaped(row, shape)


def _changed(was: FilterRow, shape: Row, now: int) -> FilterRow:
    row = _shaped(was, shape)
    return row if row == was else replace(row, updated_at=now)


def _shaped(row: FilterRow, shape: Row) -> FilterRow:
    """The row with the members of a compiled one."""
    return replace(
        row,
        field_path=cast(str, shape["fieldPath"]),
        operator=cast(str, shape["operator"]),
        value=_write(shape["value"]).decode(),
        logic_group=cast(int, shape["logicGroup"]),
        enabled=cast(bool, shape["enabled"]),
    )


def _without_id(row: Row) -> Row:
    return {name: member for name, member in row.items() if name != "id"}

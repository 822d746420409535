"""Exports: all that matches a list's filters, up to a limit, read a few rows at a time (contracts B.6, security §14).

matching   which rows, newest first unless asked otherwise, and whether there were more than may go out
rows       their contents in the same order, in memory only as many as hold PORTION_BYTES
csv_line   one line of RFC 4180 in which no cell is read as a formula
"""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO

from hookspan.errors import RateLimited
from hookspan.history.search import EventQuestion, FoundEvent, walk_of
from hookspan.storage import exports
from hookspan.storage.database import Database
from hookspan.storage.deliveries_list import DeliveryFilter, DeliveryRow, deliveries_find
from hookspan.storage.exports import Found

ROWS_MOST = 100_000
BYTES_MOST = 1 << 30
PORTION_ROWS = 500
PORTION_BYTES = 4 << 20
ROW_BYTES = 1_024
"""What a row costs beside its contents, which count twice: quoting may double them."""
RETRY_AFTER_S = 10

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | int | float | bool | None


def csv_line(cells: Sequence[Cell]) -> str:
    """One line with its CR LF. A text that a spreadsheet would run gets a leading `'`; numbers are ours and do not."""
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([_guarded(cell) for cell in cells])
    return line.getvalue()


def _guarded(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


@dataclass(frozen=True, slots=True)
class Matching:
    """The rows that go out, in order; `is_truncated` says that more matched."""

    found: Sequence[Found]
    is_truncated: bool


class Exports:
    """Exports of an instance, one at a time for a tenant; one for a process."""

    def __init__(self, database: Database, *, rows_most: int = ROWS_MOST, bytes_most: int = BYTES_MOST) -> None:
        self._database = database
        self._rows_most = rows_most
        self._bytes_most = bytes_most
        self._running: set[str] = set()

    @contextmanager
    def only_one(self, tenant_id: str) -> Iterator[None]:
        """Hold the tenant's one place; RateLimited while another export has it."""
        if tenant_id in self._running:
            raise RateLimited("an export is running already; wait until it ends", retry_after_s=RETRY_AFTER_S)
        self._running.add(tenant_id)
        try:
            yield
        finally:
            self._running.discard(tenant_id)

    async def deliveries(self, tenant_id: str, wanted: DeliveryFilter, *, ascending: bool = False) -> Matching:
        """The deliveries that match."""
        found, edge = _Gathered(self._rows_most, self._bytes_most), None
        while True:
            stretch = await self._database.read(exports.deliveries_stretch, tenant_id, wanted, edge, ascending)
            if not found.take(stretch.found) or stretch.edge is None:
                return found.matching()
            edge = stretch.edge

    async def events(self, tenant_id: str, question: EventQuestion, *, ascending: bool = False) -> Matching:
        """The events that match."""
        walk = walk_of(tenant_id, question)
        found, edge = _Gathered(self._rows_most, self._bytes_most), None
        while True:
            stretch = await self._database.read(exports.events_stretch, walk, edge, ascending)
            if not found.take(stretch.found) or stretch.edge is None:
                return found.matching()
            edge = stretch.edge

    async def delivery_rows(self, tenant_id: str, matching: Matching) -> AsyncIterator[Sequence[DeliveryRow]]:
        """The deliveries, a portion at a time."""
        for ids in _portions(matching.found):
            rows = {row.id: row for row in await self._database.read(deliveries_find, tenant_id, ids)}
            yield [rows[each] for each in ids if each in rows]

    async def event_rows(self, tenant_id: str, matching: Matching) -> AsyncIterator[Sequence[FoundEvent]]:
        """The events in full, a portion at a time."""
        for ids in _portions(matching.found):
            rows = await self._database.read(exports.events_contents, tenant_id, ids)
            yield [FoundEvent(*row) for row in rows]


class _Gathered:
    """Rows until one is too many."""

    def __init__(self, rows_most: int, bytes_most: int) -> None:
        self._rows_most = rows_most
        self._bytes_left = bytes_most
        self._found: list[Found] = []
        self._is_truncated = False

    def take(self, found: Sequence[Found]) -> bool:
        """Add these; False when no more may be added."""
        for row in found:
            self._bytes_left -= ROW_BYTES + 2 * row.size
            if len(self._found) == self._rows_most or self._bytes_left < 0:
                self._is_truncated = True
                return False
            self._found.append(row)
        return True

    def matching(self) -> Matching:
        """What was gathered."""
        return Matching(self._found, self._is_truncated)


def _portions(found: Sequence[Found]) -> Iterator[list[str]]:
    ids: list[str] = []
    size = 0
    for row in found:
        if ids and (len(ids) == PORTION_ROWS or size + row.size > PORTION_BYTES):
            yield ids
            ids, size = [], 0
        ids.append(row.id)
        size += row.size
    if ids:
        yield ids

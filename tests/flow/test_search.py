"""Searching payloads and headers on both databases: at once, by the index, after erasing, while rows arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Connection, func, select

from hookspan.history.indexer import SETTLE_MS, Indexer
from hookspan.history.search import EventQuestion, Search
from hookspan.model.rules import compile_rules
from hookspan.storage import event_search, search_index
from hookspan.storage.database import Database
from hookspan.storage.erase import content_erase
from hookspan.storage.event_filter import EventFilter
from hookspan.storage.event_walk import TESTED_MOST
from hookspan.storage.keyset import Keyset, Span
from hookspan.storage.prune import events_prune
from hookspan.storage.tables import search_documents
from tests.support.clock import START_MS, FakeClock
from tests.support.history import Past, add_tenant, remember

NOW = START_MS
LONG_AGO = NOW - 3_600_000
RARE, OTHER = "01890000-0000-7000-8000-000000000002", "01890000-0000-7000-8000-000000000003"


class History:
    """The events of one tenant, and an indexer that runs when it is told to."""

    def __init__(self, database: Database, tenant_id: str, clock: FakeClock) -> None:
        self.database = database
        self.tenant_id = tenant_id
        self.clock = clock
        self.indexer = Indexer(database, clock)

    async def remembers(self, *pasts: Past) -> list[str]:
        """Write these."""
        return await self.database.write(remember, self.tenant_id, pasts)

    async def indexes(self) -> int:
        """Let the indexer do all there is."""
        written = 0
        while more := await self.indexer.turn():
            written += more
        return written

    async def finds(self, needle: str, **asked: object) -> list[str]:
        """Every id that has the needle, over as many pages as it takes."""
        found, edge = [], None
        wanted = EventFilter(needle=needle, **asked)  # type: ignore[arg-type]
        while True:
            page = await Search(self.database).events(self.tenant_id, EventQuestion(wanted), Keyset(7, edge))
            found += [each.event.id for each in page.found]
            if not page.page.has_next:
                return found
            edge = page.page.last


@pytest.fixture
async def history(database: Database) -> History:
    """An empty history."""
    return History(database, await database.write(add_tenant, "one"), FakeClock())


def bodies(*texts: str, at: int = LONG_AGO) -> Sequence[Past]:
    return [Past(at=at + number, body=text.encode()) for number, text in enumerate(texts)]


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_a_text_is_found_in_body_type_header_and_subject_in_any_case(history: History, is_indexed: bool) -> None:
    ids = await history.remembers(
        Past(at=LONG_AGO, body=b'{"name":"\xc3\x84RGER Inc"}'),
        Past(at=LONG_AGO + 1, type="needle.moved"),
        Past(at=LONG_AGO + 2, headers=[("x-thread", "The NeedleEye")]),
        Past(at=LONG_AGO + 3, subject="needle-7"),
        Past(at=LONG_AGO + 4),
    )
    if is_indexed:
        assert await history.indexes() == 5

    assert await history.finds("needle") == [ids[3], ids[2], ids[1]]
    assert await history.finds("ärger inc") == [ids[0]]
    assert await history.finds("needl_") == []


async def test_what_was_masked_is_not_found(history: History) -> None:
    await history.remembers(
        Past(at=LONG_AGO, headers=[("authorization", "***"), ("x-sig", "deadbeef… sha256:0123456789abcdef")])
    )
    await history.indexes()

    assert await history.finds("***") == []
    assert await history.finds("deadbeef") == []


async def test_bytes_that_are_no_text_are_searched_as_latin(history: History) -> None:
    ids = await history.remembers(Past(at=LONG_AGO, body=b"\xff\x00caf\xe9 needle"))

    await history.indexes()

    assert await history.finds("café needle") == ids


async def test_an_event_is_found_before_the_indexer_came(history: History) -> None:
    old = await history.remembers(*bodies("needle old"))
    await history.indexes()
    history.clock.advance(seconds=10)

    new = await history.remembers(*bodies("needle new", at=NOW + 9_999))

    assert await history.indexes() == 0
    assert await history.finds("needle") == [*new, *old]


async def test_what_was_committed_late_is_found_in_its_place(history: History) -> None:
    early, late, middle = bodies("needle a", "needle b", "needle c", at=NOW - 30_000)
    first = await history.remembers(early, middle)
    await history.indexes()

    between = await history.remembers(late)
    history.clock.advance(seconds=60)
    await history.indexes()

    assert await history.finds("needle") == [first[1], *between, first[0]]
    assert await history.database.read(lambda c: c.execute(select(func.count()).select_from(search_documents)).scalar())


async def test_erased_and_pruned_events_are_found_no_more(history: History) -> None:
    ids = await history.remembers(*bodies("needle one", "needle two", "needle three"))
    await history.indexes()

    await history.database.write(content_erase, history.tenant_id, ids[1], NOW)
    await history.database.write(events_prune, history.tenant_id, "", LONG_AGO + 1, 100)

    assert await history.finds("needle") == [ids[2]]
    assert await history.database.read(documents) == [ids[2]]


def documents(connection: Connection) -> list[str]:
    return list(connection.execute(select(search_documents.c.id)).scalars())


async def test_what_is_erased_while_it_is_indexed_gets_no_document(history: History) -> None:
    ids = await history.remembers(*bodies("needle one", "needle two"))
    found = await history.database.read(search_index.following, "", before_ms=NOW, most=10)
    await history.database.write(search_index.index_lease, "me", NOW, 1_000)

    await history.database.write(content_erase, history.tenant_id, ids[0], NOW)
    await history.database.write(search_index.documents_write, "me", found.documents, found.edge)

    assert await history.database.read(documents) == [ids[1]]


async def test_one_indexer_works_at_a_time_and_another_takes_over(history: History) -> None:
    other = Indexer(history.database, history.clock)
    await history.remembers(*bodies("needle one"))
    assert await history.indexer.turn() == 1
    await history.remembers(*bodies("needle two", at=LONG_AGO + 50))

    assert await other.turn() == 0
    history.clock.advance(seconds=31)
    assert await other.turn() == 1


async def test_the_rest_of_the_index_is_asked_when_the_newest_hold_too_few(history: History) -> None:
    rare = [number % 1_100 == 0 for number in range(event_search.NEWEST + 1_500)]
    texts = [f"needle {number}" if is_rare else f"straw {number}" for number, is_rare in enumerate(rare)]
    ids = await history.remembers(*bodies(*texts))
    await history.indexes()

    found = await history.finds("needle")

    assert found == [identity for identity, is_rare in zip(ids, rare, strict=True) if is_rare][::-1]
    assert await history.finds("needle 0") == [ids[0]]


async def test_every_old_row_is_shown_once_while_rows_arrive(history: History) -> None:
    old = await history.remembers(*bodies(*(f"needle {number}" for number in range(500))))
    seen: list[str] = []
    edge: str | None = None

    for number in range(200):
        page = await Search(history.database).events(
            history.tenant_id, EventQuestion(EventFilter(needle="needle")), Keyset(13, edge)
        )
        seen += [each.event.id for each in page.found]
        if not page.page.has_next:
            break
        edge = page.page.last
        await history.remembers(*bodies(*["needle new"] * 10, at=NOW - SETTLE_MS + number))
        if number % 5 == 0:
            await history.indexes()

    assert seen == old[::-1]


async def test_a_search_keeps_to_span_order_source_and_other_filters(history: History) -> None:
    pasts = [replace(past, source=OTHER if number % 2 else RARE, status="failed" if number % 3 else "processed")
             for number, past in enumerate(bodies(*["needle"] * 12))]  # fmt: skip
    ids = await history.remembers(*pasts)
    await history.indexes()

    assert await history.finds("needle", webhook_ids=[RARE]) == ids[::2][::-1]
    assert await history.finds("needle", receipt_statuses=["processed"]) == ids[::3][::-1]
    span = Span(LONG_AGO + 3, LONG_AGO + 6)
    assert await history.finds("needle", span=span) == ids[3:6][::-1]
    rising = await Search(history.database).events(
        history.tenant_id, EventQuestion(EventFilter(needle="needle", span=span)), Keyset(50, ascending=True)
    )
    assert [each.event.id for each in rising.found] == ids[3:6]


async def test_pages_lead_back_as_they_led_on(history: History) -> None:
    ids = await history.remembers(*bodies(*["needle"] * 10))
    await history.indexes()
    question = EventQuestion(EventFilter(needle="needle"))
    first = await Search(history.database).events(history.tenant_id, question, Keyset(4))
    second = await Search(history.database).events(history.tenant_id, question, Keyset(4, first.page.last))

    back = await Search(history.database).events(
        history.tenant_id, question, Keyset(4, second.page.first, backward=True)
    )

    assert [each.event.id for each in back.found] == ids[::-1][:4]
    assert (back.page.has_previous, back.page.has_next) == (False, True)


async def test_rules_look_into_stored_events(history: History) -> None:
    ids = await history.remembers(*bodies('{"total":10}', '{"total":20}', "no json"))
    rules = compile_rules([{"fieldPath": "$.total", "operator": "greater_than", "value": 15}])

    page = await Search(history.database).events(
        history.tenant_id, EventQuestion(EventFilter(), where=rules), Keyset(10, counted=True)
    )

    assert [each.event.id for each in page.found] == [ids[1]]
    assert page.page.total is not None
    assert page.page.total.number == 1


async def test_a_source_is_listed_by_its_own_index(history: History) -> None:
    pasts = [
        replace(past, source=RARE if number % 10 == 0 else OTHER) for number, past in enumerate(bodies(*["x"] * 40))
    ]
    ids = await history.remembers(*pasts)
    search = Search(history.database)
    question = EventQuestion(EventFilter(webhook_ids=[RARE]))

    page = await search.events(history.tenant_id, question, Keyset(2, counted=True), offset=1)

    assert [each.event.id for each in page.found] == [ids[20], ids[10]]
    assert page.page.total is not None
    assert page.page.total.number == 4
    both = EventQuestion(EventFilter(webhook_ids=[RARE, OTHER], receipt_statuses=["processed"]))
    all_of_them = await search.events(history.tenant_id, both, Keyset(50, counted=True))
    assert [each.event.id for each in all_of_them.found] == ids[::-1]


async def test_rules_that_find_nothing_stop_and_lead_on(history: History) -> None:
    await history.remembers(*bodies(*["{}"] * (TESTED_MOST + 100)))
    rules = compile_rules([{"fieldPath": "$.total", "operator": "exists"}])
    question = EventQuestion(EventFilter(), where=rules)
    search = Search(history.database)

    first = (await search.events(history.tenant_id, question, Keyset(10))).page
    last = (await search.events(history.tenant_id, question, Keyset(10, first.last))).page

    assert (first.ids, first.is_truncated, first.has_next) == ([], True, True)
    assert (last.ids, last.is_truncated, last.has_next) == ([], False, False)

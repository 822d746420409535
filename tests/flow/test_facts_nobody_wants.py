"""Facts that nobody wants: told live when what they tell of is on disk, never before; kept once they are wanted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hookspan.events.interest import Interest
from hookspan.events.stream import Listener
from hookspan.model.events import Birth, Entry, NewFact
from hookspan.storage import events
from hookspan.storage.settings import settings_change
from hookspan.storage.tables import events as table
from tests.support.hooks import Hooks

KIND = "task.executed"


def listening(hooks: Hooks) -> Listener:
    """A reader of everything."""
    return hooks.feed.open(Interest(hooks.tenant_id))


def types(listener: Listener) -> list[Any]:
    return [frame["type"] for frame, _ in listener.waiting]


async def prepared(hooks: Hooks) -> Birth:
    return await hooks.publisher.prepare(hooks.event(KIND, {}, origin="system"))


def kept(hooks: Hooks) -> list[str]:
    """The types of all events in the database."""
    return [row["type"] for row in hooks.rows(lambda connection: connection.execute(select(table.c.type)).mappings())]


async def test_such_a_fact_is_told_when_its_change_is_committed_and_no_event_is_kept(hooks: Hooks) -> None:
    listener, birth = listening(hooks), await prepared(hooks)
    await hooks.database.write(events.record_judged, [birth])
    before = types(listener)

    hooks.publisher.committed([birth])

    assert (birth.is_kept, before, types(listener)) == (False, [], [KIND])
    assert kept(hooks) == []


async def test_such_a_fact_of_a_change_that_is_given_up_is_told_to_nobody(hooks: Hooks) -> None:
    listener, birth = listening(hooks), await prepared(hooks)

    hooks.publisher.abandoned([birth])

    assert types(listener) == []


async def test_such_a_fact_about_an_event_is_told_behind_it(hooks: Hooks) -> None:
    listener = listening(hooks)

    await hooks.publisher.publish_entry(
        Entry(hooks.event("order.paid"), facts=[NewFact("task.scheduled", lambda: b"{}")])
    )

    assert types(listener) == ["event.published", "task.scheduled"]
    assert kept(hooks) == ["order.paid"]


async def test_a_fact_about_an_event_that_the_tenant_keeps_is_written_beside_it(hooks: Hooks) -> None:
    await hooks.database.write(settings_change, hooks.tenant_id, {"events.keep": ["task.*"]}, now=hooks.clock.now_ms())
    waits = NewFact("task.scheduled", lambda: b"{}")

    await hooks.publisher.publish_entry(Entry(hooks.event("order.paid"), facts=[waits]))

    assert sorted(kept(hooks)) == ["order.paid", "task.scheduled"]


async def test_what_the_tenant_begins_to_keep_in_another_process_is_kept_at_once(hooks: Hooks) -> None:
    birth = await prepared(hooks)
    await hooks.database.write(settings_change, hooks.tenant_id, {"events.keep": ["task.*"]}, now=hooks.clock.now_ms())

    stale = await hooks.database.write(events.stale_tenants, [birth])

    hooks.publisher.stale(birth)
    assert stale == {hooks.tenant_id}
    assert (await prepared(hooks)).is_kept

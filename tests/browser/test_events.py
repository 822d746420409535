"""The log: rows that arrive by themselves, filters that live in the address, pages."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.stage import Stage
from tests.browser.walk import Walk


async def test_a_published_event_appears_by_itself(walk: Walk, stage: Stage) -> None:
    await walk.open("/events?type=live.row")
    await walk.is_live()
    await expect(walk.page.get_by_text("No events match")).to_be_visible()

    stage.publish("live.row")

    await expect(walk.rows()).to_have_count(1, timeout=3_000)
    await expect(walk.rows().first).to_contain_text("live.row")


async def test_rows_wait_behind_a_pill_while_one_reads(walk: Walk, stage: Stage) -> None:
    stage.publish("read.now")
    await walk.open("/events?type=read.now")
    await walk.is_live()
    await walk.settles()
    await walk.rows().first.hover()

    stage.publish("read.now")

    pill = walk.page.get_by_role("button", name="1 new", exact=True)
    await expect(pill).to_be_visible()
    await expect(walk.rows()).to_have_count(1)
    # Not by the mouse: once it leaves the rows nobody reads them, and they come by themselves.
    await pill.press("Enter")
    await expect(walk.rows()).to_have_count(2)


async def test_the_address_is_the_filter_and_the_filter_is_the_address(walk: Walk, stage: Stage) -> None:
    stage.publish("invoice.sent")
    stage.publish("invoice.paid")
    stage.publish("refund.paid")
    await walk.open("/events?type=invoice.*")
    await expect(walk.rows()).to_have_count(2)

    await walk.page.get_by_role("searchbox", name="Type").fill("refund.paid")
    await walk.page.keyboard.press("Enter")

    await expect(walk.page).to_have_url(f"{walk.url}/ui/events?type=refund.paid")
    await expect(walk.rows()).to_have_count(1)
    await walk.page.go_back()
    await expect(walk.rows()).to_have_count(2)
    await expect(walk.page.get_by_role("searchbox", name="Type")).to_have_value("invoice.*")


async def test_a_choice_of_the_filter_menu_becomes_a_chip_that_can_be_removed(walk: Walk, stage: Stage) -> None:
    source = stage.source(name="Chips")
    stage.post(source, b"{}")
    await walk.open("/events")
    await walk.page.get_by_role("button", name="Filter", exact=True).click()

    await walk.page.get_by_role("checkbox", name="Processed").check()

    await expect(walk.page).to_have_url(f"{walk.url}/ui/events?status=processed")
    await walk.page.keyboard.press("Escape")
    await walk.page.get_by_role("button", name="Remove the filter Request status Processed").click()
    await expect(walk.page).to_have_url(f"{walk.url}/ui/events")


async def test_older_events_are_a_page_away_and_newer_ones_too(walk: Walk, stage: Stage) -> None:
    stage.client.events.publish_batch([b'{"type":"page.turned","data":{"n":%d}}' % n for n in range(60)])
    await walk.open("/events?type=page.turned")
    await expect(walk.page.get_by_text("50 events on this page")).to_be_visible()

    await walk.page.get_by_role("button", name="Older").click()

    await expect(walk.rows()).to_have_count(10)
    assert "cursor=" in walk.page.url
    await walk.page.get_by_role("button", name="Newer").click()
    await expect(walk.rows()).to_have_count(50)

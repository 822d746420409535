"""Home counts by itself, and leads a new instance through its first steps."""

from __future__ import annotations

from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.stage import Stage
from tests.browser.walk import Walk, signed_in, walking


def tile(page: Page, word: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=word).locator("[title]").first


def step(page: Page, word: str) -> Locator:
    return page.get_by_text(f"{word} (done)", exact=True)


async def test_tiles_count_up_by_themselves_when_something_is_delivered(walk: Walk, stage: Stage) -> None:
    stage.endpoint("/tiles", "tile.counted")
    await walk.open("/?range=1h")
    await walk.is_live()
    delivered = tile(walk.page, "Delivered")
    before = int(await delivered.inner_text())
    await walk.page.evaluate("window.notReloaded = true")

    stage.publish("tile.counted")

    await expect(delivered).to_have_text(str(before + 1))
    await expect(walk.page.get_by_role("link", name="tile.counted")).to_be_visible()
    assert await walk.page.evaluate("window.notReloaded")


async def test_the_first_steps_tick_themselves_until_the_chart_takes_their_place(
    browser: Browser, empty_stage: Stage
) -> None:
    session = await signed_in(browser, empty_stage)
    async with walking(browser, empty_stage, session) as walk:
        page = walk.page
        await walk.open("/")
        await walk.is_live()
        await expect(page.get_by_text("0 of 5")).to_be_visible()

        source = empty_stage.source(name="First source")
        await expect(step(page, "Create a source")).to_be_visible()
        empty_stage.post(source, b'{"hello":"world"}')
        await expect(step(page, "Send a request to it")).to_be_visible()
        await expect(step(page, "See the event")).to_be_visible()
        empty_stage.endpoint("/first", "*")
        await expect(step(page, "Add an endpoint")).to_be_visible()
        empty_stage.publish("hello.world")

        await expect(page.get_by_text("First steps")).to_be_hidden()
        await expect(page.get_by_role("heading", name="Volume")).to_be_visible()


async def test_a_tile_leads_to_the_log_behind_its_number(walk: Walk) -> None:
    await walk.open("/?range=7d")

    await walk.page.get_by_role("link", name="Delivered").click()

    await expect(walk.title("Events")).to_be_visible()
    await expect(walk.page).to_have_url(f"{walk.url}/ui/events?range=7d&deliveryStatus=delivered")

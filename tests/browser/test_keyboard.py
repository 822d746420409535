"""Nothing needs a mouse."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.scene import Scene
from tests.browser.stage import USERNAME, Stage
from tests.browser.walk import Walk


async def test_login_events_and_one_event_are_reached_by_keys_alone(stranger: Walk, stage: Stage, scene: Scene) -> None:
    page, keys = stranger.page, stranger.page.keyboard
    await stranger.open("/")

    await keys.press("Tab")
    await keys.type(USERNAME)
    await keys.press("Tab")
    await keys.type(stage.password)
    await keys.press("Enter")

    await expect(stranger.title("Home")).to_be_focused()
    await keys.press("g")
    await keys.press("e")
    await expect(stranger.title("Events")).to_be_focused()
    await expect(stranger.rows().first).to_be_visible()
    await keys.press("/")
    await keys.type("parcel.lost")
    await keys.press("Enter")
    await expect(stranger.rows()).to_have_count(1)
    await keys.press("Tab")
    await keys.press("Tab")
    await keys.press("j")
    await expect(page.get_by_role("link", name="parcel.lost")).to_be_focused()
    await keys.press("Enter")
    await expect(stranger.title("parcel.lost")).to_be_focused()
    await expect(page).to_have_url(f"{stage.url}/ui/events/{scene.refused_id}")


async def test_the_first_tab_leads_past_the_navigation(walk: Walk) -> None:
    await walk.open("/events")

    await walk.page.keyboard.press("Tab")

    await expect(walk.page.get_by_role("link", name="Skip to content")).to_be_focused()
    await expect(walk.page.get_by_role("link", name="Skip to content")).to_be_in_viewport()


async def test_escape_closes_the_question_and_gives_the_focus_back(walk: Walk, scene: Scene) -> None:
    await walk.open(f"/executions/{scene.waiting_id}")
    ask = walk.page.get_by_role("button", name="Cancel execution")
    await ask.focus()
    await walk.page.keyboard.press("Enter")
    await expect(walk.page.get_by_role("dialog")).to_be_visible()

    await walk.page.keyboard.press("Escape")

    await expect(walk.page.get_by_role("dialog")).to_be_hidden()
    await expect(ask).to_be_focused()

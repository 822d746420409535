"""Themes without a flash, and every screen on the narrowest window."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.browser.scene import Scene
from tests.browser.stage import Stage
from tests.browser.walk import Look, Session, Theme, Walk, walking

# Runs when the parser reaches the body: nothing can have been painted before.
NOTE_THEME_BEFORE_PAINT = """
new MutationObserver((_, observer) => {
  if (document.body === null) return
  window.themeBeforePaint = document.documentElement.dataset.theme
  observer.disconnect()
}).observe(document, {childList: true, subtree: true})
"""
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"


@pytest.mark.parametrize(("theme", "background"), [("light", "rgb(251, 251, 253)"), ("dark", "rgb(16, 18, 24)")])
async def test_the_theme_stands_before_the_first_paint(
    browser: Browser, stage: Stage, theme: Theme, background: str
) -> None:
    async with walking(browser, stage, None, Look(theme=theme)) as walk:
        await walk.page.add_init_script(NOTE_THEME_BEFORE_PAINT)

        await walk.open("/login")

        assert await walk.page.evaluate("window.themeBeforePaint") == theme
        assert await walk.page.evaluate(BACKGROUND) == background


async def test_a_chosen_theme_outlives_a_reload_and_the_system_s_wish(walk: Walk) -> None:
    await walk.open("/")
    await walk.page.get_by_role("button", name="Theme: system").click()
    await walk.page.get_by_role("button", name="Theme: light").click()
    await expect(walk.page.get_by_role("button", name="Theme: dark")).to_be_visible()
    await walk.page.add_init_script(NOTE_THEME_BEFORE_PAINT)

    await walk.page.reload()

    await expect(walk.title("Home")).to_be_visible()
    assert await walk.page.evaluate("window.themeBeforePaint") == "dark"


async def test_no_screen_scrolls_sideways_at_320_pixels(
    browser: Browser, stage: Stage, session: Session, scene: Scene
) -> None:
    async with walking(browser, stage, session, Look(width=320, height=640)) as walk:
        overhanging = {}
        for screen in [*scene.screens, "/login"]:
            await walk.open(screen)
            await walk.settles()

            overhanging[screen] = await walk.page.evaluate(OVERHANG)

        assert {screen: pixels for screen, pixels in overhanging.items() if pixels > 0} == {}


async def test_the_menu_of_a_narrow_window_leads_around(browser: Browser, stage: Stage, session: Session) -> None:
    async with walking(browser, stage, session, Look(width=320, height=640)) as walk:
        await walk.open("/")
        await walk.page.get_by_role("button", name="Menu").click()

        await walk.page.get_by_role("dialog").get_by_role("link", name="Executions").click()

        await expect(walk.title("Executions")).to_be_visible()
        await expect(walk.page.get_by_role("dialog")).to_be_hidden()

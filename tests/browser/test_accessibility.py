"""axe-core finds nothing on any screen, in either theme; WCAG 2.2 AA, no allow-list."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from tests.browser.axe import violations
from tests.browser.scene import Scene
from tests.browser.stage import Stage
from tests.browser.walk import Look, Session, signed_in, walking

OPEN_TO_AXE = Look(bypass_policy=True)


async def test_axe_finds_nothing_on_any_screen(browser: Browser, stage: Stage, session: Session, scene: Scene) -> None:
    found: list[str] = []
    async with walking(browser, stage, session, OPEN_TO_AXE) as walk:
        for screen in scene.screens:
            await walk.open(screen)

            found += await violations(walk, screen)

    assert found == []


async def test_axe_finds_nothing_on_what_floats_above_a_screen(
    browser: Browser, stage: Stage, session: Session, scene: Scene
) -> None:
    async with walking(browser, stage, session, OPEN_TO_AXE) as walk:
        await walk.open("/events?status=processed")
        await walk.page.get_by_role("button", name="Filter", exact=True).click()
        found = await violations(walk, "filters")
        await walk.page.keyboard.press("Escape")
        await walk.page.get_by_role("button", name="Account").click()
        found += await violations(walk, "account")
        await walk.open(f"/executions/{scene.waiting_id}")
        await walk.page.get_by_role("button", name="Cancel execution").click()
        await expect(walk.page.get_by_role("dialog")).to_be_visible()
        found += await violations(walk, "question")

    assert found == []


async def test_axe_finds_nothing_on_the_login(browser: Browser, stage: Stage) -> None:
    async with walking(browser, stage, None, OPEN_TO_AXE) as walk:
        await walk.open("/login")

        found = await violations(walk, "login")

    assert found == []


async def test_axe_finds_nothing_on_an_instance_nobody_has_used(browser: Browser, empty_stage: Stage) -> None:
    session = await signed_in(browser, empty_stage)
    found: list[str] = []
    async with walking(browser, empty_stage, session, OPEN_TO_AXE) as walk:
        for screen in ("/", "/events", "/executions"):
            await walk.open(screen)

            found += await violations(walk, f"empty {screen}")

    assert found == []

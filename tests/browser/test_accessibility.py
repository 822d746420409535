"""axe-core finds nothing on any screen, in either theme; WCAG 2.2 AA, no allow-list."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.scene import Scene
from tests.browser.stage import Stage
from tests.browser.walk import Look, Session, Theme, Walk, signed_in, walking

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.flatMap(
  ({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html.slice(0, 200)} ${failureSummary}`))"""


async def violations(walk: Walk, screen: str) -> list[str]:
    await walk.settles()
    await walk.page.add_script_tag(path=AXE)
    found: list[str] = await walk.page.evaluate(RUN)
    return [f"{screen} {violation}" for violation in found]


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_on_any_screen(
    browser: Browser, stage: Stage, session: Session, scene: Scene, theme: Theme
) -> None:
    found: list[str] = []
    async with walking(browser, stage, session, Look(theme=theme, bypass_policy=True)) as walk:
        for screen in scene.screens:
            await walk.open(screen)

            found += await violations(walk, screen)

    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_on_what_floats_above_a_screen(
    browser: Browser, stage: Stage, session: Session, scene: Scene, theme: Theme
) -> None:
    look = Look(theme=theme, bypass_policy=True)
    async with walking(browser, stage, session, look) as walk:
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


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_on_the_login(browser: Browser, stage: Stage, theme: Theme) -> None:
    async with walking(browser, stage, None, Look(theme=theme, bypass_policy=True)) as walk:
        await walk.open("/login")

        found = await violations(walk, "login")

    assert found == []


async def test_axe_finds_nothing_on_an_instance_nobody_has_used(browser: Browser, empty_stage: Stage) -> None:
    session = await signed_in(browser, empty_stage)
    found: list[str] = []
    async with walking(browser, empty_stage, session, Look(bypass_policy=True)) as walk:
        for screen in ("/", "/events", "/executions"):
            await walk.open(screen)

            found += await violations(walk, f"empty {screen}")

    assert found == []

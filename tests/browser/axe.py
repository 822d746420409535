"""axe-core, as the dashboard's own packages bring it."""

from __future__ import annotations

from pathlib import Path

from tests.browser.walk import Theme, Walk

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.flatMap(
  ({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html.slice(0, 200)} ${failureSummary}`))"""
THEMES: tuple[Theme, Theme] = ("light", "dark")


async def violations(walk: Walk, screen: str) -> list[str]:
    """What axe holds against the page in either theme; the walk must bypass the content policy to let axe in."""
    await walk.settles()
    await walk.page.add_script_tag(path=AXE)
    found = []
    for theme in THEMES:
        await walk.page.emulate_media(color_scheme=theme)
        await walk.page.locator(f"html[data-theme={theme}]").wait_for()
        held: list[str] = await walk.page.evaluate(RUN)
        found += [f"{screen}, {theme}: {violation}" for violation in held]
    return found

"""The walks would notice: each fault they watch for is made once, on purpose."""

from __future__ import annotations

from playwright.async_api import Browser

from tests.browser.axe import violations
from tests.browser.stage import Stage
from tests.browser.walk import Look, Session, Walk, walking

FAULTS = {
    "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')": "require-trusted-types-for",
    "document.body.append(Object.assign(document.createElement('script'), {src: 'data:,1'}))": "Trusted",
    "document.body.append(Object.assign(new Image(), {src: 'https://evil.example/x'}))": "content policy: img-src",
    "document.body.setAttribute('onclick', 'alert(1)'); document.body.click()": "TrustedScript",
    "alert('here')": "dialog: here",
    "console.error('broken')": "console: broken",
    "setTimeout(() => { throw new Error('lost') })": "page error: lost",
    "fetch('/api/v1/events/nonsense')": "status of 404",
}


async def test_a_walk_sees_every_kind_of_fault(walk: Walk) -> None:
    await walk.open("/")
    seen = {}

    for deed in FAULTS:
        walk.faults.clear()
        await walk.page.evaluate(f"(() => {{ try {{ {deed} }} catch (refused) {{}} }})()")
        await walk.page.wait_for_timeout(100)
        seen[deed] = " ".join(walk.faults)

    assert {deed: seen[deed] for deed, told in FAULTS.items() if told not in seen[deed]} == {}
    walk.faults.clear()


async def test_axe_sees_a_button_without_a_name_in_either_theme(
    browser: Browser, stage: Stage, session: Session
) -> None:
    async with walking(browser, stage, session, Look(bypass_policy=True)) as walk:
        await walk.open("/")
        await walk.page.evaluate("document.querySelector('main').append(document.createElement('button'))")

        found = await violations(walk, "home")

    assert [violation.split(": ")[:2] for violation in found] == [
        ["home, light", "button-name"],
        ["home, dark", "button-name"],
    ]

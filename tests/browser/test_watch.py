"""The walks would notice: each fault they watch for is made once, on purpose."""

from __future__ import annotations

import pytest

from tests.browser.walk import Walk


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        ("document.body.innerHTML = '<img src=x onerror=alert(1)>'", "require-trusted-types-for"),
        ("document.body.append(Object.assign(document.createElement('script'), {src: 'data:,1'}))", "content policy"),
        ("document.body.append(Object.assign(new Image(), {src: 'https://evil.example/x'}))", "content policy"),
        ("document.body.setAttribute('onclick', 'alert(1)'); document.body.click()", "content policy"),
        ("alert('here')", "dialog: here"),
        ("console.error('broken')", "console: broken"),
        ("setTimeout(() => { throw new Error('lost') })", "page error: lost"),
        ("fetch('/api/v1/events/nonsense')", "404"),
    ],
)
async def test_a_walk_sees(walk: Walk, deed: str, told: str) -> None:
    await walk.open("/")

    await walk.page.evaluate(f"(() => {{ try {{ {deed} }} catch (refused) {{}} }})()")
    await walk.page.wait_for_timeout(150)

    assert any(told in fault for fault in walk.faults), walk.faults
    walk.faults.clear()

"""The way in and out, under the real content policy."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.browser.stage import Stage
from tests.browser.walk import Walk

POLICY = re.compile(
    r"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w-]{22}'; img-src 'self' data:; "
    r"font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    r"require-trusted-types-for 'script'"
)


async def test_login_leads_back_to_the_page_one_came_for_and_logout_ends_the_session(
    stranger: Walk, stage: Stage
) -> None:
    page = stranger.page
    await stranger.open("/events?type=order.paid")
    await expect(stranger.title("Sign in")).to_be_visible()

    await stranger.sign_in(stage.password)

    await expect(page).to_have_url(f"{stage.url}/ui/events?type=order.paid")
    await expect(stranger.title("Events")).to_be_visible()
    await page.get_by_role("button", name="Account").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(stranger.title("Sign in")).to_be_visible()
    stranger.may_be_stranger = True
    await stranger.open("/")
    await expect(stranger.title("Sign in")).to_be_visible()


async def test_a_link_cannot_send_a_fresh_session_to_another_site(stranger: Walk, stage: Stage) -> None:
    await stranger.open("/login?to=//evil.example/")

    await stranger.sign_in(stage.password)

    await expect(stranger.title("Home")).to_be_visible()
    assert stranger.page.url.startswith(f"{stage.url}/ui/")


async def test_every_page_carries_the_content_policy(walk: Walk, stage: Stage) -> None:
    answer = await walk.page.goto(f"{stage.url}/ui/executions")

    assert answer is not None
    headers = answer.headers
    assert POLICY.fullmatch(headers["content-security-policy"])
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    await expect(walk.title("Executions")).to_be_visible()

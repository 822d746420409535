"""One page as one person sees it, and everything that must never happen on it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Dialog, Locator, Page, Request, StorageState

from tests.browser.stage import USERNAME, Stage

Theme = Literal["light", "dark"]
Session = StorageState
_TELL_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.error('content policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample))
"""
_ACCOUNT_ROUTE = "/api/v1/me"


@dataclass
class Walk:
    """A page of the dashboard; `faults` is what a visitor's console, or a script that got in, said."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)
    may_be_stranger: bool = False

    def watch(self) -> None:
        """Keep every error from now on."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        place = message.location["url"]
        if self.may_be_stranger and place.endswith(_ACCOUNT_ROUTE) and "401" in message.text:
            self.may_be_stranger = False
            return
        self.faults.append(f"console: {message.text} ({place})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:")):
            self.faults.append(f"asked another site: {request.url}")

    async def _dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        await dialog.dismiss()

    async def open(self, path: str) -> None:
        """Load a page of the dashboard; a path such as `/events`."""
        await self.page.goto(f"{self.url}/ui{path}")
        await self.page.get_by_role("heading", level=1).first.wait_for()

    async def sign_in(self, password: str) -> None:
        """Fill the form of the page and send it."""
        await self.page.get_by_label("Username").fill(USERNAME)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Sign in").click()

    async def is_live(self) -> None:
        """Wait until the page hears of what happens."""
        await self.page.get_by_text("Live", exact=True).first.wait_for()

    async def settles(self) -> None:
        """Wait until nothing on the page is still to come."""
        await self.page.locator(".shimmer").first.wait_for(state="detached")
        await self.page.locator("[aria-busy=true]").first.wait_for(state="detached")

    def title(self, name: str) -> Locator:
        """The page's title."""
        return self.page.get_by_role("heading", level=1, name=name)

    def rows(self) -> Locator:
        """Rows of the page's table."""
        return self.page.locator("main tbody tr")

    async def text(self) -> str:
        """All words of the screen, its invisible ones included."""
        return await self.page.locator("body").text_content() or ""


@dataclass(frozen=True, slots=True)
class Look:
    """How the person looks: window size in CSS pixels, theme of the system, and whether axe may be put in."""

    width: int = 1280
    height: int = 800
    theme: Theme = "light"
    bypass_policy: bool = False


@asynccontextmanager
async def walking(browser: Browser, stage: Stage, session: Session | None, look: Look = Look()) -> AsyncIterator[Walk]:
    """A walk in a browser profile of its own; ends with no fault or fails."""
    context = await browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.theme,
        bypass_csp=look.bypass_policy,
        storage_state=session,
        timezone_id="UTC",
        locale="en-US",
        reduced_motion="reduce",
    )
    try:
        await context.add_init_script(_TELL_VIOLATIONS)
        walk = Walk(await context.new_page(), stage.url, may_be_stranger=session is None)
        walk.watch()
        yield walk
        assert not walk.faults, walk.faults
    finally:
        await context.close()


async def signed_in(browser: Browser, stage: Stage) -> Session:
    """The cookie of a new session."""
    context: BrowserContext = await browser.new_context(base_url=stage.url)
    credentials = json.dumps({"username": USERNAME, "password": stage.password})
    headers = {"Content-Type": "application/json"}
    answer = await context.request.post("/api/auth/login?cookie=true", data=credentials, headers=headers)
    assert answer.ok, await answer.text()
    session = await context.storage_state()
    await context.close()
    return session

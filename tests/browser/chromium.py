"""Which Chromium the walks use, and how it is started so that runs are equal."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.async_api import Browser, Playwright
from playwright.sync_api import sync_playwright

LEFT_OUT = "browser walks left out: no Chromium (set HOOKSPAN_CHROMIUM)"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def found() -> str | None:
    """The program named by HOOKSPAN_CHROMIUM, else the one on PATH, else Playwright's own; None without any."""
    named = os.environ.get("HOOKSPAN_CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, _NAMES)), None) or _own()


def _own() -> str | None:
    with sync_playwright() as playwright:
        program = Path(playwright.chromium.executable_path)
        return str(program) if program.exists() else None


async def launch(playwright: Playwright, program: str) -> Browser:
    """A browser without a window that calls nobody by itself."""
    return await playwright.chromium.launch(executable_path=program, args=_FLAGS)

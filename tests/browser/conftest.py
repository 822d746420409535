"""One server, one browser and one session for all walks; every test gets a browser profile of its own.

Without a Chromium the walks are left out and the summary says so; without a built dashboard they fail.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from inspect import iscoroutinefunction
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

import hookspan
from tests.browser.chromium import LEFT_OUT, found, launch
from tests.browser.scene import Scene, play
from tests.browser.stage import Stage, staged
from tests.browser.walk import Session, Walk, signed_in, walking

_PROGRAM = found()
_INDEX = Path(hookspan.__file__).parent / "static" / "index.html"
_PATIENCE_MS = 10_000
collect_ignore_glob = [] if _PROGRAM else ["test_*.py"]
expect.set_options(timeout=_PATIENCE_MS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what did not run."""
    if _PROGRAM is None:
        terminalreporter.write_line(LEFT_OUT, yellow=True)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """All walks share one event loop, as the browser lives on it."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            if isinstance(item, pytest.Function) and iscoroutinefunction(item.function):
                item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def built() -> None:
    """The dashboard's files are there."""
    if not _INDEX.exists():
        pytest.fail(f"the dashboard is not built ({_INDEX} is missing): run `make ui`", pytrace=False)


@pytest.fixture(scope="session")
def stage(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The server all walks share."""
    with staged(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture
def empty_stage(built: None, tmp_path: Path) -> Iterator[Stage]:
    """A server nobody has used yet."""
    with staged(tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser all walks share."""
    if _PROGRAM is None:
        pytest.fail(LEFT_OUT, pytrace=False)
    async with async_playwright() as playwright:
        launched = await launch(playwright, _PROGRAM)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def session(browser: Browser, stage: Stage) -> Session:
    """The owner's cookie."""
    return await signed_in(browser, stage)


@pytest_asyncio.fixture(loop_scope="session")
async def walk(browser: Browser, stage: Stage, session: Session) -> AsyncIterator[Walk]:
    """A page of the owner, signed in."""
    async with walking(browser, stage, session) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(browser: Browser, stage: Stage) -> AsyncIterator[Walk]:
    """A page of someone who has not signed in."""
    async with walking(browser, stage, None) as opened:
        yield opened


@pytest.fixture(scope="session")
def scene(stage: Stage) -> Scene:
    """Something on every screen of the shared server."""
    return play(stage)

"""One application for all tests of a file, and a stage for each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.emitters.stage import House, Stage, house_in, stage_for
from tests.emitters.told import names_of


@pytest.fixture
def folder(tmp_path: Path, sqlite_template: bytes) -> Path:
    """A data folder with a migrated database."""
    (tmp_path / "hookspan.db").write_bytes(sqlite_template)
    return tmp_path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: bytes) -> AsyncIterator[House]:
    """The application of this file."""
    place = tmp_path_factory.mktemp("house")
    (place / "hookspan.db").write_bytes(sqlite_template)
    async with house_in(place) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: House, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """What the test sees."""
    async with stage_for(house, names_of(request.function)) as opened:
        yield opened

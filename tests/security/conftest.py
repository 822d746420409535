"""The surface that the security tests attack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from tests.support.calls import Calls
from tests.support.surface import Surface, surface


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Surface]:
    """A started instance."""
    async with surface(tmp_path) as started:
        yield started


@pytest.fixture
async def client(world: Surface) -> AsyncIterator[httpx2.AsyncClient]:
    """A client without credential, on another machine."""
    async with world.client() as opened:
        yield opened


@pytest.fixture
def api(world: Surface, client: httpx2.AsyncClient) -> Calls:
    """The API as the owner sees it."""
    return Calls(client, world.owner)

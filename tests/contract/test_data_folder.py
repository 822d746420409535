"""A data folder has one process at a time; whoever comes while it is held waits a moment."""

from __future__ import annotations

import asyncio
import fcntl
import threading
from pathlib import Path

import pytest

from hookspan import Hookspan
from hookspan.app.lock import LOCK, only_one
from hookspan.config import load
from hookspan.errors import NotConfigured


def test_a_folder_that_stays_held_is_refused_with_the_remedy(tmp_path: Path) -> None:
    settings = load(data=tmp_path)

    with only_one(settings), pytest.raises(NotConfigured) as refused, only_one(settings, patience_seconds=0):
        pass

    assert str(refused.value) == f"another hookspan serves {tmp_path} already; stop it or use --data"


def test_a_server_that_is_started_again_waits_for_a_command_that_is_about_to_end(tmp_path: Path) -> None:
    settings = load(data=tmp_path)
    with (tmp_path / LOCK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ending = threading.Timer(0.1, fcntl.flock, (held, fcntl.LOCK_UN))
        ending.start()

        with only_one(settings):
            is_over = ending.finished.is_set()

        ending.join()
    assert is_over


async def test_a_program_that_waits_for_the_folder_goes_on_with_what_else_it_does(tmp_path: Path) -> None:
    hooks = Hookspan(f"sqlite:///{tmp_path / 'hookspan.db'}")
    with (tmp_path / LOCK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        asyncio.get_running_loop().call_later(0.1, fcntl.flock, held, fcntl.LOCK_UN)

        async with hooks:
            is_started = Hookspan.current() is hooks

    assert is_started

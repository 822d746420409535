"""One process for each SQLite file: two writers on one file would stop each other.

A command that works on the file itself holds it for a moment, one that asks who does for an instant; whoever comes
meanwhile, a server that is started again above all, waits for it instead of giving up.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from hookspan.app.grounds import make_data_folder
from hookspan.config import Settings
from hookspan.errors import NotConfigured

LOCK = "hookspan.lock"
PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = 0.05


class FolderHeld(NotConfigured):
    """Another process holds the data folder; a moment later it may not."""


@contextmanager
def only_one(settings: Settings, *, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the data folder until the block ends; FolderHeld when another process goes on holding it."""
    if not settings.is_embedded:
        yield
        return
    make_data_folder(settings)
    with (settings.data / LOCK).open("w") as lock:
        given_up_at = time.monotonic() + patience_seconds
        while not _is_taken(lock):
            if time.monotonic() >= given_up_at:
                raise FolderHeld(f"another hookspan serves {settings.data} already; stop it or use --data")
            # The kernel tells nobody when a lock is free, and waiting for it inside `flock` knows no end.
            time.sleep(PAUSE_SECONDS)
        yield
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_UN)


def _is_taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

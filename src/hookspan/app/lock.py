"""One process for each SQLite file: two writers on one file would stop each other."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from hookspan.app.grounds import make_data_folder
from hookspan.config import Settings
from hookspan.errors import NotConfigured

LOCK = "hookspan.lock"


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the data folder until the block ends; NotConfigured when another process holds it."""
    if not settings.is_embedded:
        yield
        return
    make_data_folder(settings)
    with (settings.data / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise NotConfigured(f"another hookspan serves {settings.data} already; stop it or use --data") from error
        yield
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_UN)

"""The hookspan behind `HOOKSPAN_DATABASE_URL`: one for a database, on a thread of its own, without background work.

Events are committed to the database; whoever serves it (`hookspan serve`, `hookspan worker`) sends them.
"""

from __future__ import annotations

import asyncio
import threading

from hookspan.embedding.embedded import Hookspan

_lock = threading.Lock()
_known: dict[str, Hookspan] = {}


def hookspan_of(database_url: str) -> Hookspan:
    """The started hookspan of that database."""
    with _lock:
        if database_url not in _known:
            _known[database_url] = _started(database_url)
        return _known[database_url]


def _started(database_url: str) -> Hookspan:
    loop = asyncio.new_event_loop()
    # A daemon, never stopped: what it acknowledged is on disk, so the end of the process may cut it anywhere.
    thread = threading.Thread(target=loop.run_forever, name="hookspan-publish", daemon=True)
    thread.start()
    hooks = Hookspan(database_url, workers=False)
    try:
        asyncio.run_coroutine_threadsafe(hooks.start(), loop).result()
    except BaseException:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        raise
    return hooks

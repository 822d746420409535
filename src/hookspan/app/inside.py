"""The application inside another program: its own thread and loop, called as the owner, no port (contracts D.1)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from fastapi import FastAPI

from hookspan import observe
from hookspan.access.instance import OWNER, Greeting
from hookspan.app.compose import Application
from hookspan.app.grounds import open_schema
from hookspan.app.lock import only_one
from hookspan.clock import FollowingClock
from hookspan.config import Settings
from hookspan.errors import NotConfigured
from hookspan.storage.users import user_by_name
from hookspan.worker import QUEUES

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Inside:
    """A running application: `app` lives on `loop`, `token` speaks as owner, `greeting` is set on its first start."""

    app: FastAPI
    loop: asyncio.AbstractEventLoop
    url: str
    token: str
    greeting: Greeting | None


@contextmanager
def inside(settings: Settings) -> Iterator[Inside]:
    """Run the application until the block ends, then drain it; NotConfigured when another process holds the data.

    With SQLite it is the only process, so it also sends; with PostgreSQL it leaves that to the workers.
    """
    level, observe.log.level = observe.log.level, observe.LEVELS["off"]
    try:
        with only_one(settings):
            open_schema(settings, migrate=settings.is_embedded)
            with _loop_in_a_thread() as loop:
                queues = QUEUES if settings.is_embedded else ()
                application = Application(settings, clock=FollowingClock(), queues=queues, short_lived=True)
                started = _on(loop, _started(application, loop))
                try:
                    yield started
                finally:
                    _on(loop, application.stop())
    finally:
        observe.log.level = level


async def _started(application: Application, loop: asyncio.AbstractEventLoop) -> Inside:
    app = await application.start()
    owner = await application.database.read(user_by_name, OWNER)
    if owner is None:
        raise NotConfigured("there is no user `owner` to act as")
    token = application.tokens.issue(owner.tenant_id, owner.id, owner.roles)
    return Inside(app, loop, application.base_url, token.token, application.greeting)


def _on(loop: asyncio.AbstractEventLoop, work: Coroutine[object, object, Result]) -> Result:
    return asyncio.run_coroutine_threadsafe(work, loop).result()


@contextmanager
def _loop_in_a_thread() -> Iterator[asyncio.AbstractEventLoop]:
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        thread = threading.Thread(target=loop.run_forever, name="hookspan", daemon=True)
        thread.start()
        try:
            yield loop
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

"""`Hookspan`: the whole product in this process, started and drained with the program (contracts G.1, G.2)."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, Unpack

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from hookspan import observe
from hookspan.access.instance import Greeting
from hookspan.app.compose import Application
from hookspan.app.grounds import open_schema, url_rules
from hookspan.app.intake import Intake
from hookspan.app.lock import PATIENCE_SECONDS, PAUSE_SECONDS, FolderHeld, only_one
from hookspan.app.module_file import apply_module, read_module, with_module
from hookspan.app.relay import Inside, Relay, SameDatabase, same_database
from hookspan.clock import FollowingClock
from hookspan.config import Settings
from hookspan.embedding.failures import PublishError, not_published
from hookspan.embedding.mounted import Mounted
from hookspan.embedding.place import address_of, settings_at
from hookspan.embedding.reactions import EventFunction, Reactions, Wish
from hookspan.embedding.trigger import running
from hookspan.errors import HookspanError, NotConfigured
from hookspan.model.publication import EventRef, Options, Publication, moment, publication
from hookspan.worker import QUEUES
from hookspan.workflows.from_code import CodeWorkflows
from hookspan.workflows.functions import NAME_LENGTH, Functions, StepFunction, check_name

if TYPE_CHECKING:
    from fastapi import FastAPI

    from hookspan.embedding.mounted import AsgiApp

R = TypeVar("R")
Step = TypeVar("Step", bound=StepFunction)
Reaction = TypeVar("Reaction", bound=EventFunction)


class Hookspan:
    """hookspan in this process, on one event loop.

    `url` is a database (`sqlite:///hookspan.db`; its keys are kept beside it), `engine` the program's own, whose
    database is used by connections of hookspan's; `settings` say more. `tenant` is the slug that is meant where none is
    named, `workers=False` leaves deliveries and workflows to `hookspan worker`, `outbox` are the engines of databases
    whose `hookspan_outbox` is moved here, `module` is a module file.
    """

    def __init__(  # noqa: PLR0913  # what a program may say once, by name (contracts G.2)
        self,
        url: str | None = None,
        *,
        tenant: str = "default",
        workers: bool = True,
        outbox: Sequence[Engine | AsyncEngine] = (),
        module: str | Path | None = None,
        settings: Settings | None = None,
        engine: Engine | AsyncEngine | None = None,
    ) -> None:
        if url is not None and settings is not None:
            raise NotConfigured("give a url or settings, not both: settings name the database too")
        if url is not None and engine is not None:
            raise NotConfigured("give a url or an engine, not both: an engine names the database too")
        self._url = url if engine is None else address_of(engine)
        self._tenant = tenant
        self._workers = workers
        self._outbox = tuple(outbox)
        self._module = None if module is None else read_module(Path(module))
        self._settings = settings
        self._functions = Functions()
        self._reactions = Reactions(self._functions)
        self._stack = ExitStack()
        self._movers: list[Relay] = []
        self._relays: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._serving: tuple[Application, FastAPI] | None = None
        self._intake: Intake | None = None
        self._starting = asyncio.Lock()

    @staticmethod
    def current() -> Hookspan | None:
        """The one that runs in this process, the youngest of several."""
        return running[-1] if running else None

    # -- life --------------------------------------------------------------------------------------------------------

    async def start(self, *, workers: bool | None = None) -> None:
        """Open the database, bring its schema up to date, start the loops. Once more changes nothing."""
        async with self._starting:
            if self._serving is None:
                try:
                    await self._start(self._workers if workers is None else workers)
                except BaseException:
                    self._stack.close()
                    raise

    async def _start(self, workers: bool) -> None:
        settings = settings_at(self._url, self._settings)
        if self._module is not None:
            settings = with_module(settings, self._module)
        if "level" not in settings.log.model_fields_set:
            # A guest is quiet: a line for each event belongs to a server's log.
            observe.log.level = max(observe.log.level, observe.LEVELS["warning"])
        if workers:
            await self._hold_folder(settings)
        with _kept_umask():
            open_schema(settings, migrate=settings.is_embedded or workers)
        queues = QUEUES if workers else ()
        application = Application(settings, clock=FollowingClock(), queues=queues, functions=self._functions)
        self._reactions.read_from(application.database)
        app = await application.start()
        self._loop = asyncio.get_running_loop()
        self._intake = Intake(
            application.database,
            application.publisher,
            application.registry,
            application.clock,
            settings.limits.payload_bytes,
            self._tenant,
            settings.limits.idempotency_hours * 3_600_000,
        )
        self._serving = application, app
        running.append(self)
        try:
            tenant_id = await self._intake.tenant_id()
            if self._module is not None:
                await apply_module(application, tenant_id, self._module)
            await self._keep_workflows(application, tenant_id, retires=workers)
            self._movers = [self._relay(engine) for engine in self._outbox]
            for mover in self._movers:
                await mover.check()
            self._relays = [asyncio.create_task(mover.run()) for mover in self._movers]
        except BaseException:
            await self.stop()
            raise

    async def _hold_folder(self, settings: Settings) -> None:
        """Be patient as `only_one` is, without stopping the event loop of the program."""
        given_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with _kept_umask():
                    self._stack.enter_context(only_one(settings, patience_seconds=0))
            except FolderHeld:
                if time.monotonic() >= given_up_at:
                    raise
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return

    def _relay(self, engine: Engine | AsyncEngine) -> Relay:
        application, _ = self.serving()
        assert self._intake is not None
        if same_database(str(engine.url.render_as_string(hide_password=False)), application.settings.database_url):
            return SameDatabase(engine, self._intake)
        return Relay(engine, Inside(self._intake))

    async def stop(self) -> None:
        """Drain: what is under way may finish, then everything closes. Once more changes nothing."""
        if self._serving is None:
            return
        application, _ = self._serving
        running.remove(self)
        self._serving = self._intake = None
        for mover in self._movers:
            mover.end()
        await asyncio.gather(*self._relays, return_exceptions=True)
        self._relays = []
        await application.stop()
        self._stack.close()

    async def __aenter__(self) -> Hookspan:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def lifespan(self, app: object = None) -> AbstractAsyncContextManager[None]:
        """The `lifespan` of a framework's app, because frameworks do not run that of a mounted one."""
        return self._alive()

    @asynccontextmanager
    async def _alive(self) -> AsyncIterator[None]:
        async with self:
            yield

    def serving(self) -> tuple[Application, FastAPI]:
        """The application that runs and its web app; NotConfigured before the start."""
        if self._serving is None:
            raise NotConfigured("this Hookspan is not started: use `async with hooks:` or hooks.lifespan")
        return self._serving

    @property
    def greeting(self) -> Greeting | None:
        """The first credentials, when this start made them; they are kept only as hash and MAC."""
        application, _ = self.serving()
        return application.greeting

    def asgi(self) -> AsgiApp:
        """API, receiver and dashboard as an ASGI app, under any prefix; without lifespan it runs no workers."""
        return Mounted(self._served)

    async def _served(self) -> tuple[Application, FastAPI]:
        await self.start(workers=False)
        return self.serving()

    # -- workflows ---------------------------------------------------------------------------------------------------

    def step(self, name: str, *, max_attempts: int | None = None) -> Callable[[Step], Step]:
        """Let steps of kind `python` name the decorated function; ValueError for a name that is none or taken.

        A plain function runs on a thread of its own, a coroutine function on this event loop. Both are given a
        StepContext, return what JSON can say, and may be called again for the same step. `max_attempts` (1 to 50)
        counts where a step leaves `retry` as it is by default.
        """
        check_name(name, NAME_LENGTH)

        def registered(function: Step) -> Step:
            self._functions.register(name, function, max_attempts=max_attempts)
            return function

        return registered

    def on(
        self,
        *patterns: str,
        name: str | None = None,
        max_attempts: int | None = None,
        filter: Sequence[Mapping[str, object]] | None = None,
    ) -> Callable[[Reaction], Reaction]:
        """Call the decorated function with every Event of these types (`invoice.*`) whose data pass the filter.

        It is the one step of a workflow `on:<name>`, which the start makes and keeps in step with the code; the name
        is the function's own unless another is given. What it returns is the execution's output. It may be called
        again for the same event. Raises ValueError for what cannot be, and once this Hookspan is started.
        """
        if self._serving is not None:
            raise ValueError("this Hookspan is started already; register functions with `on` before the start")
        if not all(isinstance(pattern, str) for pattern in patterns):
            raise ValueError("name the events: @hooks.on('invoice.*')")

        def registered(function: Reaction) -> Reaction:
            self._reactions.register(function, Wish(patterns, max_attempts, filter), name)
            return function

        return registered

    async def _keep_workflows(self, application: Application, tenant_id: str, *, retires: bool) -> None:
        """The workflows of `on` as the code has them; a program that uses no `on` leaves those of others alone."""
        declared = self._reactions.workflows
        if declared:
            kept = CodeWorkflows(
                application.database,
                application.publisher,
                clock=application.clock,
                url_rules=url_rules(application.settings),
                vault=application.vault,
            )
            await kept.keep(tenant_id, declared, retires=retires)

    # -- publishing --------------------------------------------------------------------------------------------------

    async def publish(self, event: str, data: object = None, **options: Unpack[Options]) -> EventRef:
        """Publish in a transaction of its own; on disk when this returns. Raises PublishError."""
        return await self.publish_asked(publication(event, data, options))

    async def trigger(self, event: str, data: object = None, metadata: Mapping[str, object] | None = None) -> EventRef:
        """As `trigger_webhook`, here."""
        return await self.publish(event, data, metadata=metadata)

    async def publish_asked(self, asked: Publication) -> EventRef:
        """Publish what was asked, from whichever event loop."""
        loop = self._home()
        work = self._published(asked)
        if loop is asyncio.get_running_loop():
            return await work
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))

    def publish_asked_sync(self, asked: Publication) -> EventRef:
        """Publish and wait; PublishError on the event loop that would have to do it."""
        loop = self._home()
        if _is_here(loop):
            raise PublishError("await trigger_webhook here: waiting would stop the event loop that has to publish")
        return asyncio.run_coroutine_threadsafe(self._published(asked), loop).result()

    async def _published(self, asked: Publication) -> EventRef:
        assert self._intake is not None
        try:
            made = await self._intake.publish(asked)
        except NotConfigured:
            raise
        except HookspanError as error:
            raise not_published(error.code, error.detail) from error
        return EventRef(made.id, made.type, moment(made.created_at), made.duplicate)

    def _home(self) -> asyncio.AbstractEventLoop:
        self.serving()
        assert self._loop is not None
        return self._loop


def _is_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


@contextmanager
def _kept_umask() -> Iterator[None]:
    """The files of hookspan are for their owner alone; what else the process makes is not our business."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)

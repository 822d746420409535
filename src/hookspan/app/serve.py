"""Run the application as a process: open the port, say where, stop in order."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

import uvicorn
import uvloop

from hookspan import failpoints, observe
from hookspan.access.instance import OWNER
from hookspan.api.framing import Limits
from hookspan.api.protocol import GuardedProtocol
from hookspan.api.sweep import sweep_connections
from hookspan.app.compose import Application
from hookspan.app.grounds import make_data_folder, open_schema
from hookspan.app.lock import only_one
from hookspan.app.module_file import ModuleFile, apply_module, read_module, with_module
from hookspan.clock import FollowingClock
from hookspan.config import Settings
from hookspan.errors import NotConfigured
from hookspan.storage.users import UserRow, user_by_name
from hookspan.worker import QUEUES, Queue
from hookspan.workflows.functions import Functions

HTTP_GRACE_SECONDS = 5
TOKEN_REFRESH_SECONDS = 3_600


def serve(
    settings: Settings,
    *,
    dev: bool,
    worker: bool = True,
    migrate: bool = True,
    module: Path | None = None,
    functions: Functions | None = None,
) -> int:
    """Serve API, dashboard and background work until a signal; the exit code.

    `functions` are those of a program that serves hookspan itself, for steps of kind `python`.
    """
    values = None if module is None else read_module(module)
    if values is not None:
        settings = with_module(settings, values)
    if dev:
        failpoints.arm()
    _set_up_log(settings)
    with only_one(settings):
        open_schema(settings, migrate=migrate)
        return _run(lambda: _serve(settings, worker=worker, module=values, functions=functions))


def work(settings: Settings, functions: Functions | None = None, *, queues: Collection[Queue] = QUEUES) -> int:
    """Background work only, on these queues; PostgreSQL, because SQLite has one serving process.

    `functions` as in `serve`.
    """
    if settings.is_embedded:
        raise NotConfigured("`worker` needs PostgreSQL: with SQLite, `serve` runs the work itself")
    if settings.dev:
        failpoints.arm()
    _set_up_log(settings)
    open_schema(settings, migrate=False)
    return _run(lambda: _work(settings, functions, queues))


def _calm_collector() -> None:
    """What the start made stays for ever, and the hot path makes no cycles: look for garbage rarely.

    The default thresholds cost a fifth of the CPU of an event.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


def _run(main: Callable[[], Awaitable[int]]) -> int:
    async def call() -> int:
        return await main()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(call())


class _Server(uvicorn.Server):
    """uvicorn's server; `ready` is set when it answers, a second signal ends the process at once."""

    def __init__(self, settings: uvicorn.Config, on_stop: Callable[[], None]) -> None:
        super().__init__(settings)
        self.ready = asyncio.Event()
        self._on_stop = on_stop
        self._loop = asyncio.get_running_loop()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        self.ready.set()

    def handle_exit(self, sig: int, frame: object) -> None:
        """First signal: stop in order. Second: now."""
        if self.should_exit:
            os._exit(1)
        self.should_exit = True
        self._loop.call_soon_threadsafe(self._on_stop)


async def _serve(settings: Settings, *, worker: bool, module: ModuleFile | None, functions: Functions | None) -> int:
    bound = _listen(settings)
    port = bound.getsockname()[1]
    settings = settings.model_copy(update={"server": settings.server.model_copy(update={"port": port})})
    queues = QUEUES if worker else ()
    application = Application(settings, clock=FollowingClock(), queues=queues, functions=functions)
    app = await application.start()
    if module is not None:
        await apply_module(application, application.instance.tenant_id, module)
    _calm_collector()
    taking = settings.receiver
    limits = Limits(
        head_seconds=taking.head_seconds,
        body_seconds=taking.body_seconds,
        body_bytes_per_second=taking.body_bytes_per_second,
    )
    protocol = type("Protocol", (GuardedProtocol,), {"hot": application.hot, "limits": limits})
    server = _Server(
        uvicorn.Config(
            app,
            http=protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=False,
            timeout_graceful_shutdown=HTTP_GRACE_SECONDS,
            backlog=2_048,
        ),
        application.begin_drain,
    )
    application.on_collapse = lambda: server.handle_exit(signal.SIGTERM, None)
    sweeper = asyncio.create_task(sweep_connections(server.server_state.connections))
    announcer = asyncio.create_task(_announce(application, server.ready))
    try:
        await server.serve(sockets=[bound])
    finally:
        sweeper.cancel()
        announcer.cancel()
        await application.monitor.stopped()
        _server_file(settings).unlink(missing_ok=True)
        await application.stop()
    return application.exit_code


async def _work(settings: Settings, functions: Functions | None, queues: Collection[Queue]) -> int:
    application = Application(settings, clock=FollowingClock(), queues=queues, functions=functions)
    await application.start()
    _calm_collector()
    stopped = asyncio.Event()
    application.on_collapse = stopped.set
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    limits = settings.limits
    told = {"queues": ",".join(queues), "slots": limits.slots, "executions": limits.executions}
    observe.step("worker.started", pid=os.getpid(), **told)
    await stopped.wait()
    await application.stop()
    return application.exit_code


def _listen(settings: Settings) -> socket.socket:
    """The bound socket; NotConfigured when the port is taken."""
    family = socket.AF_INET6 if ":" in settings.server.host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.server.host, settings.server.port))
    except OSError as error:
        bound.close()
        place = f"{settings.server.host}:{settings.server.port}"
        raise NotConfigured(f"cannot listen on {place}: {error.strerror}; choose another with --port") from error
    return bound


async def _announce(application: Application, ready: asyncio.Event) -> None:
    """Once requests are answered: say where, show the first credentials once, keep the local token fresh."""
    await ready.wait()
    _greet(application)
    await application.monitor.started()
    owner = await application.database.read(user_by_name, OWNER)
    while owner is not None:
        _write_server_file(application, owner)
        await asyncio.sleep(TOKEN_REFRESH_SECONDS)


def _greet(application: Application) -> None:
    url, settings, greeting = application.base_url, application.settings, application.greeting
    lines = [f"hookspan is ready at {url}", f"  dashboard   {url}/ui/", f"  data        {settings.database_url}"]
    if greeting is not None:
        lines += [
            "",
            "First start. These are shown once and kept only as a hash:",
            f"  user        {greeting.username}",
            f"  password    {greeting.password.reveal()}",
            f"  owner key   {greeting.api_key.reveal()}",
        ]
        if settings.is_embedded and not settings.kek:
            path = settings.kek_file or settings.data / "hookspan.kek"
            lines.append(f"  encryption  {path.resolve()} (back this up apart from the database)")
        lines += [
            "",
            "Try next:  hookspan demo",
            '           hookspan events publish hello --data \'{"name":"world"}\'',
        ]
    if settings.dev:
        lines += ["", "Developer mode: endpoints on loopback are allowed. Not for production."]
    sys.stdout.write("\n".join(lines) + "\n\n")
    sys.stdout.flush()


def _server_file(settings: Settings) -> Path:
    return settings.data / "server.json"


def _write_server_file(application: Application, owner: UserRow) -> None:
    """The address and a token for commands on this machine, readable by the owner of the process alone."""
    make_data_folder(application.settings)
    token = application.tokens.issue(owner.tenant_id, owner.id, owner.roles)
    path = _server_file(application.settings)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump({"url": application.base_url, "token": token.token, "pid": os.getpid()}, file)
    fresh.rename(path)


def _set_up_log(settings: Settings) -> None:
    observe.log.level = observe.LEVELS[settings.log.level]
    is_terminal = sys.stderr.isatty()
    observe.log.form = ("text" if is_terminal else "json") if settings.log.form == "auto" else settings.log.form

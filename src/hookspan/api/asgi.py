"""The application: every router, behind the gate, under the headers."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, FastAPI

from hookspan.api import (
    deliveries,
    endpoints,
    events,
    executions,
    keys,
    live,
    login,
    problems,
    sources,
    stats,
    system,
    ui,
    workflows,
)
from hookspan.api.compat import orchestrator
from hookspan.api.document import Api
from hookspan.api.gate import Doors, Gate
from hookspan.api.headers import Headers
from hookspan.api.rooms import Rooms


def routers() -> Iterator[APIRouter]:
    """Every router, in order of matching."""
    yield from (system.router, login.router, keys.router, live.router)
    yield from (orchestrator.router, endpoints.router, sources.router, events.router, deliveries.router)
    yield from (workflows.router, executions.router, stats.router)
    yield ui.router


def make_routes() -> FastAPI:
    """The routes alone, without gate and rooms: what the document of the API is written from."""
    app = Api(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, title="hookspan")
    for router in routers():
        app.include_router(router)
    problems.install(app)
    return app


def make_app(rooms: Rooms) -> FastAPI:
    """The one ASGI app of an instance; it starts nothing and owns nothing."""
    app = make_routes()
    app.state.rooms = rooms
    app.add_middleware(Gate, doors=Doors(app.routes), rooms=rooms)
    app.add_middleware(Headers)
    return app

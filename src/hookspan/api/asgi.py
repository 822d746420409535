"""The application: every router, behind the gate, under the headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from hookspan.api import (
    asyncapi,
    audit,
    callbacks,
    deliveries,
    endpoint_stats,
    endpoint_tests,
    endpoints,
    event_types,
    events,
    execution_moves,
    executions,
    exports,
    filters,
    forms,
    forwards,
    inboxes,
    issues,
    jobs,
    keys,
    live,
    login,
    overview,
    priorities,
    problems,
    providers,
    rejections,
    replays,
    retention,
    routing_answers,
    settings,
    sockets,
    source_events,
    source_tests,
    sources,
    stats,
    stats_batch,
    system,
    ui,
    views,
    workflow_versions,
    workflows,
)
from hookspan.api.compat import definitions, orchestrator
from hookspan.api.compat import executions as orchestrator_executions
from hookspan.api.document import Api
from hookspan.api.gate import Doors, Gate
from hookspan.api.headers import Headers
from hookspan.api.rooms import Rooms
from hookspan.api.sockets import Places


def routers() -> Iterator[APIRouter]:
    """Every router, in order of matching."""
    yield from (system.router, login.router, keys.router, audit.router)
    yield from (live.router, sockets.router, forwards.router, forms.router)
    yield from (inboxes.router, settings.router, overview.router)
    yield from (exports.router, replays.router, priorities.router)
    yield from (orchestrator.router, endpoint_tests.router, endpoints.router)
    yield from (filters.router, source_tests.router)
    yield rejections.router
    yield source_events.router
    yield from (sources.router, events.router, routing_answers.router)
    yield providers.router
    yield from (event_types.router, asyncapi.router)
    yield deliveries.router
    yield from (definitions.router, workflows.router, workflow_versions.router)
    yield from (executions.router, execution_moves.router)
    yield from (orchestrator_executions.router, callbacks.router)
    yield from (issues.router, jobs.router, retention.router, stats.router, endpoint_stats.router)
    yield stats_batch.router
    yield views.router
    yield ui.router


def _bare() -> FastAPI:
    app = Api(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, title="hookspan")
    problems.install(app)
    return app


@cache
def _joined() -> tuple[Sequence[BaseRoute], Doors]:
    """The routes and the doors before them: the same for every instance of a process, and half a second's work."""
    routes = make_routes().routes
    return routes, Doors(routes)


def make_routes() -> FastAPI:
    """The routes alone, without gate and rooms: what the document of the API is written from."""
    app = _bare()
    for router in routers():
        app.include_router(router)
    return app


def make_app(rooms: Rooms) -> FastAPI:
    """The one ASGI app of an instance; it starts nothing and owns nothing."""
    app = _bare()
    routes, doors = _joined()
    app.router.routes.extend(routes)
    app.state.rooms = rooms
    app.state.places = Places(rooms.clock)
    app.add_middleware(Gate, doors=doors, rooms=rooms)
    app.add_middleware(Headers)
    return app

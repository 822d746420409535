"""Every error in the shape of its door (contracts 0.6).

Native: RFC 9457. Seed 002: the same with `error` and `details`. Seed 001: `{"message"}`.
Texts of ours only: what an unexpected exception says stays in the log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette._utils import get_route_path
from starlette.exceptions import HTTPException

from hookspan.api.wording import wording
from hookspan.errors import (
    Fault,
    HookspanError,
    InProgress,
    Invalid,
    InvalidJson,
    NotFound,
    RateLimited,
    Unavailable,
)
from hookspan.model.redact import masked_path

if TYPE_CHECKING:
    from starlette.types import Scope

Door = Literal["orchestrator", "gateway", "native"]

_GATEWAY = re.compile(r"^/api/v1/(?:(?:webhooks|event-types|retention|priorities)(?:/|$)|events/[^/]+/replay$)")
_MISSING = {
    "/api/webhooks": "Webhook not found",
    "/api/workflows": "Workflow not found",
    "/api/executions/": "Execution not found",
    "/api/executions": "Workflow not found",
    "/api/tasks": "Task not found",
}
TITLES = {
    404: ("not_found", "Not found"),
    405: ("method_not_allowed", "Method not allowed"),
    408: ("request_timeout", "Request timeout"),
    413: ("payload_too_large", "Payload too large"),
    414: ("uri_too_long", "Request line too long"),
    421: ("misdirected_request", "Wrong host"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, before it takes a door's shape."""

    status: int
    code: str
    title: str
    detail: str
    faults: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


FAULTS_MOST = 100
"""So many faults of one request are listed."""
INTERNAL = Problem(500, "internal_error", "Internal error", "Internal server error")


def door_of(path: str) -> Door:
    """Which of the three shapes a path speaks (contracts 0.1)."""
    if not path.startswith("/api/v1/"):
        return "orchestrator" if path.startswith("/api/") else "native"
    return "gateway" if _GATEWAY.match(path) else "native"


def problem_of(error: HookspanError) -> Problem:
    """The problem an error of ours tells; a fault of the operator's settings reads as internal."""
    if error.status == 500:
        return INTERNAL
    headers: dict[str, str] = {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, RateLimited | Unavailable | InProgress):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, Invalid):
        error = _bounded(error)
        return Problem(error.status, error.code, error.title, error.detail, error.faults, headers)
    return Problem(error.status, error.code, error.title, error.detail, (), headers)


def _bounded(invalid: Invalid) -> Invalid:
    """With its first faults, and how many more there are: whoever sends rubbish gets no answer of any size."""
    more = len(invalid.faults) - FAULTS_MOST
    if more <= 0:
        return invalid
    rest = f"{more:,} more {'fault is' if more == 1 else 'faults are'} not listed; mend these first"
    return Invalid([*invalid.faults[:FAULTS_MOST], Fault("", "validation_error", rest)])


class Plain(Exception):
    """A refusal of HTTP itself, for which hookspan has no error class."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str]) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


def plain_problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Problem:
    """A problem of HTTP itself, such as 405 with its `Allow`."""
    code, title = TITLES.get(status, ("bad_request", "Bad request"))
    return Problem(status, code, title, detail, (), headers or {})


def answer(scope: Scope, problem: Problem) -> Response:
    """The response in the shape of the door the request came by."""
    path = get_route_path(scope)
    door = door_of(path)
    if door == "orchestrator":
        return _message(path, problem)
    document = _document(scope, problem)
    if door == "gateway":
        document["error"] = problem.detail
        if problem.status == 422:
            document["details"] = {_field(fault): fault.detail for fault in problem.faults}
        if path.endswith("/replay"):
            document["success"] = False
    return _response(problem.status, document, "application/problem+json", problem.headers)


def _document(scope: Scope, problem: Problem) -> dict[str, object]:
    document: dict[str, object] = {
        "type": f"/docs/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": masked_path(get_route_path(scope)),
        "code": problem.code,
        "requestId": scope.get("state", {}).get("request_id", ""),
    }
    if problem.faults:
        document["errors"] = [
            {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail} for fault in problem.faults
        ]
    return document


def _message(path: str, problem: Problem) -> Response:
    """Seed 001 knows no 422 and fixes the texts of 401, 403, 404 and 500."""
    status = 400 if problem.status == 422 else problem.status
    detail = problem.detail
    if status == 404:
        detail = next((text for prefix, text in _MISSING.items() if path.startswith(prefix)), detail)
    return _response(status, {"message": detail}, "application/json", problem.headers)


def _field(fault: Fault) -> str:
    return fault.pointer.lstrip("/") or "body"


def _response(status: int, document: Mapping[str, object], media_type: str, headers: Mapping[str, str]) -> Response:
    return Response(msgspec.json.encode(document), status, dict(headers), media_type)


def faults_of(errors: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """Pydantic's findings as faults with RFC 6901 pointers; a query parameter's pointer is its name."""
    return [
        Fault(
            _pointer(error["loc"]),
            "unknown_member" if error["type"] == "extra_forbidden" else "validation_error",
            wording(error),
        )
        for error in errors
    ]


def _pointer(location: Sequence[str | int]) -> str:
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in location[1:]]
    return "".join(f"/{part}" for part in parts)


def install(app: FastAPI) -> None:
    """Make the app answer every error as above instead of the framework's own shapes."""

    async def refused(request: Request, error: HookspanError) -> Response:
        return answer(request.scope, problem_of(error))

    async def invalid(request: Request, error: RequestValidationError) -> Response:
        found = error.errors()
        if any(one["type"] == "json_invalid" for one in found):
            return answer(request.scope, problem_of(InvalidJson("the body is not JSON")))
        if all(one["loc"][0] == "path" for one in found):
            return answer(request.scope, problem_of(NotFound("no such thing")))
        return answer(request.scope, problem_of(Invalid(faults_of(found))))

    async def plain(request: Request, error: HTTPException) -> Response:
        return answer(request.scope, plain_problem(error.status_code, str(error.detail), error.headers))

    app.add_exception_handler(HookspanError, refused)  # type: ignore[arg-type]  # narrower than Exception, as meant
    app.add_exception_handler(RequestValidationError, invalid)  # type: ignore[arg-type]  # as above
    app.add_exception_handler(HTTPException, plain)  # type: ignore[arg-type]  # as above

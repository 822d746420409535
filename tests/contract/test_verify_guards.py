"""`verified(…)` guards a route in FastAPI, Flask and Django; the last two as their documents describe them.

Flask and Django are no dependencies of hookspan, so what the guards ask of them is stood in for, nothing more.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable, Mapping
from types import ModuleType, SimpleNamespace
from typing import Annotated, Any, cast

import pytest
from fastapi import Depends, FastAPI, Request

from hookspan import Verified, sign, verified
from hookspan.inbound.providers import presets
from hookspan.verifying.django import verified as django_verified
from hookspan.verifying.flask import verified as flask_verified

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"type":"invoice.paid","data":{"n": 1.50}}'
TOLERANCE = 10**9
"""Seconds: these tests are not about the clock."""
GUARD = Depends(verified(secret=SECRET, tolerance=TOLERANCE))


def good() -> dict[str, str]:
    return sign("standard", BODY, SECRET, id="msg_1", timestamp=1_747_862_830)


def fastapi_app() -> FastAPI:
    app = FastAPI()

    @app.post("/hook")
    async def hook(delivery: Annotated[Verified, GUARD], request: Request) -> dict[str, object]:
        return {"id": delivery.id, "type": delivery.event_type, "bytes": len(await request.body())}

    @app.post("/github", dependencies=[Depends(verified("github", secret="github-secret"))])
    async def github() -> str:
        return "taken"

    return app


async def ask(app: FastAPI, path: str, headers: Mapping[str, str], body: bytes = BODY) -> tuple[int, bytes]:
    """Status and body of one POST, spoken to the application directly."""
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    fields = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b""}
    await app({**scope, "headers": fields, "server": ("h", 80), "scheme": "https", "root_path": ""}, receive, send)
    return said[0]["status"], b"".join(each.get("body", b"") for each in said[1:])


async def test_a_fastapi_route_gets_what_was_verified_and_may_read_the_body_again() -> None:
    status, body = await ask(fastapi_app(), "/hook", good())

    assert (status, json.loads(body)) == (200, {"id": "msg_1", "type": "invoice.paid", "bytes": len(BODY)})


async def test_a_fastapi_route_never_sees_what_does_not_hold() -> None:
    app = fastapi_app()

    refusals = {
        await ask(app, "/hook", {}),
        await ask(app, "/hook", good(), BODY + b" "),
        await ask(app, "/hook", {**good(), "webhook-timestamp": "1"}),
        await ask(app, "/github", good()),
    }

    assert refusals == {(401, b'{"detail":"the signature was not accepted"}')}


async def test_a_fastapi_route_can_be_guarded_by_a_providers_scheme() -> None:
    headers = sign("github", BODY, "github-secret", id="d1", timestamp=1)

    assert await ask(fastapi_app(), "/github", headers) == (200, b'"taken"')
    assert any(preset.id == "github" for preset in presets())


class HttpResponse:
    """As much of Django's as a refusal needs."""

    def __init__(self, content: str, *, status: int, content_type: str) -> None:
        self.content, self.status_code, self.content_type = content, status, content_type


class Pairs:
    """Fields as Flask has them: pairs, not a mapping."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = list(pairs)

    def items(self) -> Iterable[tuple[str, str]]:
        return iter(self._pairs)


def test_a_flask_view_runs_only_for_what_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    application = SimpleNamespace(ensure_sync=lambda view: view)
    flask = SimpleNamespace(g=SimpleNamespace(), current_app=application, request=None)
    monkeypatch.setitem(sys.modules, "flask", cast(ModuleType, flask))

    @flask_verified(secret=SECRET, tolerance=TOLERANCE)
    def view(name: str) -> str:
        return f"{name} {flask.g.verified.id}"

    flask.request = SimpleNamespace(
        get_data=lambda: BODY, headers=Pairs(good().items()), method="POST", url="https://h/"
    )
    taken: object = view(name="ann")
    flask.request.get_data = lambda: BODY[1:]

    assert taken == "ann msg_1"
    assert view(name="ann") == ("the signature was not accepted", 401)
    assert view.__name__ == "view"


def test_a_django_view_runs_only_for_what_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    http = SimpleNamespace(HttpResponse=HttpResponse)
    monkeypatch.setitem(sys.modules, "django.http", cast(ModuleType, http))

    @django_verified(secret=SECRET, tolerance=TOLERANCE)
    def view(request: Any, name: str) -> str:
        return f"{name} {request.verified.id}"

    @django_verified(secret=SECRET, tolerance=TOLERANCE)
    async def view_async(request: Any, name: str) -> str:
        return f"{name} {request.verified.id}"

    def request(body: bytes) -> Any:
        return SimpleNamespace(body=body, headers=good(), method="POST", build_absolute_uri=lambda: "https://h/")

    assert view(request(BODY), name="ann") == "ann msg_1"
    assert asyncio.run(view_async(request(BODY), name="bea")) == "bea msg_1"
    refused, refused_async = view(request(b"x"), name="ann"), asyncio.run(view_async(request(b"x"), name="bea"))
    assert {refused.status_code, refused_async.status_code} == {401}
    assert getattr(view, "csrf_exempt", False)

"""Query strings and texts that no route should have to look at: control characters, NUL, unknown names."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest

from hookspan import observe
from hookspan.api.asgi import make_routes
from hookspan.api.hot import Exchange, finished
from hookspan.api.problems import door_of
from hookspan.inbound.answers import Answer
from hookspan.storage.database import Database
from tests.contract.test_bad_input import GOOD, address, speaks_its_door
from tests.support.calls import Calls
from tests.support.surface import Surface, furnished


@pytest.fixture
async def both(database: Database) -> AsyncIterator[Calls]:
    """The API as the owner sees it, on each database."""
    world = await furnished(database)
    async with world.client() as client:
        yield Calls(client, world.owner)


def questions() -> list[tuple[str, str]]:
    """Path and name of every text in a query string."""
    return [
        (path, parameter["name"])
        for path, item in make_routes().openapi()["paths"].items()
        for parameter in item.get("get", {}).get("parameters", ())
        if parameter["in"] == "query"
    ]


async def test_a_nul_in_a_query_string_is_refused_everywhere(both: Calls) -> None:
    asked = questions()

    for path, name in asked:
        answer = await both.ask("GET", f"{address(path)}?{name}=a%00b")
        assert answer.status_code == (400 if door_of(path) == "orchestrator" else 422), (path, name, answer.text)
        assert speaks_its_door(answer, path), (path, name)

    assert len(asked) > 40


async def test_a_nul_in_a_text_of_a_body_is_refused_everywhere(both: Calls) -> None:
    for path, good in GOOD.items():
        for name, value in good.items():
            if isinstance(value, str):
                answer = await both.ask("POST", path, {**good, name: f"{value}\0"})
                assert answer.status_code == (400 if door_of(path) == "orchestrator" else 422), (path, name)
                assert speaks_its_door(answer, path), (path, name)


async def test_a_nul_is_pointed_at(api: Calls) -> None:
    steps = [{"id": "a", "kind": "pass", "output": {"x": ["\0"]}}]

    answer = await api.ask("POST", "/api/v1/workflows", {"name": "good", "steps": steps})

    assert answer.json()["errors"][0]["pointer"] == "/steps/0/output/x/0"


async def test_a_nul_in_a_members_name_is_refused(api: Calls) -> None:
    answer = await api.ask("POST", "/api/v1/workflows", {"name": "good", "steps": [], "a\0": 1})

    assert answer.status_code == 422


@pytest.mark.parametrize("number", ["99999999999999999999", "2147483648", "-99999999999999999999"])
async def test_an_attempt_of_a_number_no_database_holds_is_not_found(both: Calls, number: str) -> None:
    await both.endpoint()
    await both.publish()
    delivery = (await both.get("/api/v1/deliveries"))["data"][0]["id"]

    answer = await both.ask("GET", f"/api/v1/deliveries/{delivery}/attempts/{number}")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "asked",
    ["deliveries?colour=x", "events?colour=x", "webhooks?count=true", "keys?name=x", "endpoints?Q=x"],
)
async def test_a_query_parameter_nobody_reads_is_refused(api: Calls, asked: str) -> None:
    answer = await api.ask("GET", f"/api/v1/{asked}")

    name = asked.partition("?")[2].partition("=")[0]
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_member")
    assert answer.json()["errors"][0]["pointer"] == f"/{name}"


async def test_every_query_parameter_of_the_document_is_known(api: Calls) -> None:
    # A stream that takes the parameter never ends; its own parameters have tests of their own.
    for path, name in [each for each in questions() if each[0] != "/api/v1/stream"]:
        answer = await api.ask("GET", f"{address(path)}?{name}=1")
        assert "unknown_member" not in answer.text, (path, name)


async def test_seed_001_ignores_a_query_parameter_it_does_not_know(api: Calls) -> None:
    answer = await api.ask("GET", "/api/webhooks?whatever=1")

    assert answer.status_code == 200


async def test_a_dashboard_address_longer_than_a_file_name_is_the_page(api: Calls) -> None:
    answer = await api.ask("GET", f"/ui/{'a' * 300}")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


async def test_a_log_field_named_like_the_lines_own_keeps_both(world: Surface) -> None:
    log = observe.Log()
    log.form, log.stream = "text", io.StringIO()
    log.line("request.failed", "error", {"at": "execute:117", "level": 3, "step": "x"})

    log.flush()

    assert "field_at=execute:117 field_level=3 field_step=x" in log.stream.getvalue()


async def failing(body: bytes) -> Answer:
    raise LookupError(body)


def never() -> Answer:
    raise LookupError


@pytest.mark.parametrize(("door", "status"), [("receiver", 503), ("native", 500)])
@pytest.mark.parametrize("form", ["text", "json"])
async def test_a_fault_on_a_hot_route_is_answered(door: str, status: int, form: str) -> None:
    exchange = Exchange(1, None, failing, never, "request-id", door)
    kept, observe.log.form = observe.log.form, form
    try:
        answer = await finished(exchange, b"x")
    finally:
        observe.log.form = kept

    assert answer.status == status

"""A workflow's request between a sender who chooses values and a far side who chooses the answer (S14, S34, S37)."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import redirect_stderr
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from hookspan.errors import Invalid
from hookspan.model.retry_after import HINT_LIMIT_MS, retry_after_ms
from hookspan.model.templates import TemplateError
from hookspan.ports import HttpAnswer, HttpFailure, HttpRequest
from hookspan.storage.database import Database
from hookspan.workflows.members import Members, Reading
from hookspan.workflows.steps import http
from hookspan.workflows.steps.outcome import Broken, Call, Done, exact, read_exact
from tests.support.calls import Calls
from tests.support.instance import running
from tests.support.running import EXECUTIONS, GO, begun, driven
from tests.support.sockets import calling_in
from tests.support.surface import Surface
from tests.support.workshop import HOP_KEY, RULES, FarSide, Workshop, workshop_on

URL = "http://127.0.0.1:9000/p/{{trigger.body.x}}/q?k={{trigger.body.x}}"
CALL: dict[str, object] = {"id": "call", "kind": "http", "with": {"url": "https://api.example.com/"}}
TWICE: dict[str, object] = {**CALL, "retry": {"maxAttempts": 2}}
LEAKING: dict[str, object] = {"id": "call", "kind": "http", "with": {"url": "{{trigger.body.url}}"}}
WITHHELD = "its message may hold content; reading it needs the scope payloads:read"

ESCAPES = {
    "../../admin": "..%2F..%2Fadmin",
    "a/b?c=d": "a%2Fb%3Fc%3Dd",
    "%2e%2e": "%252e%252e",
    "a&k=b#c": "a%26k%3Db%23c",
    "é\r\nX: y": "%C3%A9%0D%0AX%3A%20y",
    "@evil.example:80\\": "%40evil.example%3A80%5C",
    7: "7",
    True: "true",
}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


def called(x: object) -> Call:
    scopes = {"trigger": {"body": {"x": x}}, "steps": {}, "vars": {}, "execution": {}}
    return Call("t", "w", "e", "call", 1, 1_700_000_000_000, 1, 0, scopes, None)


def request_of(url: str, **members: object) -> http.Request:
    return http.read(Members({"url": url, **members}, "", Reading()))


async def sent(url: str, x: object, **members: object) -> HttpRequest | str:
    """What went out, or the code of the refusal."""
    shop = FarSide()
    try:
        await http.run(request_of(url, **members), called(x), http.Wire(shop, RULES, 1_000, "hookspan/1", HOP_KEY))
    except (Invalid, TemplateError) as refused:
        return refused.code
    return shop.received[0]


@pytest.mark.parametrize(("value", "written"), ESCAPES.items(), ids=[str(value) for value in ESCAPES])
async def test_a_value_stays_in_its_segment_and_its_parameter(value: object, written: str) -> None:
    went = await sent(URL, value)

    assert isinstance(went, HttpRequest)
    assert went.url == f"http://127.0.0.1:9000/p/{written}/q?k={written}"


@pytest.mark.parametrize("value", [".", "..", "", {"a": 1}, ["a"]], ids=repr)
async def test_a_value_that_would_lead_elsewhere_is_refused(value: object) -> None:
    went = await sent(URL, value)

    assert went == "invalid_url"


@pytest.mark.parametrize("url", ["http://h.example/.{{trigger.body.x}}", "http://h.example/%2e{{trigger.body.x}}/q"])
async def test_dots_of_the_workflow_and_of_a_value_make_no_climb(url: str) -> None:
    went = await sent(url, ".")

    assert went == "invalid_url"


async def test_a_url_that_is_one_template_is_taken_as_it_is() -> None:
    went = await sent("{{trigger.body.x}}", "https://a.example/b?c=d/e")

    assert isinstance(went, HttpRequest)
    assert went.url == "https://a.example/b?c=d/e"


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "\0", "\x7f", "é"], ids=repr)
async def test_a_header_value_with_a_control_is_refused(value: str) -> None:
    went = await sent("https://a.example/", value, headers={"X-A": "b {{trigger.body.x}}"})

    assert went == "validation_error"


@settings(max_examples=150, deadline=None, database=None)
@given(some.text(max_size=20) | some.sampled_from([".", "..", "%2e", "/", "\\", "?", "#", "{{x}}"]))
async def test_no_value_moves_a_boundary_of_the_url(value: str) -> None:
    went = await sent(URL, value)

    if isinstance(went, HttpRequest):
        parts = urlsplit(went.url)
        assert parts.netloc == "127.0.0.1:9000"
        assert [unquote(part) for part in parts.path.split("/")] == ["", "p", value, "q"]
        assert unquote(parts.query) == f"k={value}"
    else:
        assert value in ("", ".", "..")


HOSTS = ["https://{{trigger.body.s}}.invalid/", "https://a.example:{{vars.p}}/", "{{vars.s}}://a.example/",
         "https://a.example{{vars.p}}", "https://{{vars.u}}@a.example/", "{{vars.base}}/orders"]  # fmt: skip


@pytest.mark.parametrize("url", HOSTS)
async def test_a_template_in_scheme_or_host_is_refused_at_save(url: str, api: Calls) -> None:
    names = {"p": 1, "s": "s", "u": "u", "base": "b"}
    workflow = {"name": "Order", "vars": names, "steps": [{**CALL, "with": {"url": url}}]}

    problem = await api.post("/api/v1/workflows", workflow, status=422)

    assert [fault["pointer"] for fault in problem["errors"]] == ["/steps/0/with/url"]
    assert "let one template be the whole URL" in problem["errors"][0]["detail"]


async def test_what_surrounds_the_templates_of_a_url_is_judged_at_save(api: Calls) -> None:
    step = {**CALL, "with": {"url": "http://169.254.169.254/{{trigger.body.x}}"}}

    problem = await api.post("/api/v1/workflows", {"name": "Order", "steps": [step]}, status=422)

    assert [fault["pointer"] for fault in problem["errors"]] == ["/steps/0/with/url"]


# -- what the far side answers ---------------------------------------------------------------------------------------

HINTS = [
    "Mon, 01 Jan 99999999999 00:00:00 GMT",
    "Mon, 01 Jan 2024 00:00:00 +999999999999999999",
    "Mon, 01 Jan 0000 00:00:00 GMT",
    "9" * 5_000,
    "-1",
    "\u0663",
    "",
]


@pytest.mark.parametrize("hint", HINTS, ids=[hint[:20] for hint in HINTS])
async def test_whatever_the_far_side_asks_for_retries_and_their_end_are_the_workflows(
    hint: str, shop: Workshop
) -> None:
    shop.far_side.answers(503, 503, headers={"Retry-After": hint})
    execution = await shop.run(TWICE)
    shop.clock.advance(seconds=90_000)

    await shop.settle()

    stands = await shop.execution(execution.id)
    assert (stands.status, len(shop.far_side.received)) == ("failed", 2)
    assert "http_error" in str(stands.error)


class Faulty(FarSide):
    """A client with a fault."""

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self._fault = fault

    async def send(self, request: HttpRequest) -> HttpAnswer | HttpFailure:
        """Count the request, and fail."""
        self.received.append(request)
        raise self._fault


async def test_a_fault_of_a_step_is_a_failed_try_that_keeps_its_text_to_itself(shop: Workshop) -> None:
    faulty = Faulty(OverflowError("topsecret"))
    engine = shop.another_engine(faulty)
    faults: list[tuple[str, str]] = []
    engine.on_fault = lambda unit, error: faults.append((unit, type(error).__name__))
    handled: dict[str, object] = {"id": "mend", "kind": "pass"}
    started = await engine.start(shop.tenant_id, await shop.workflow({**TWICE, "onError": ["mend"]}, handled))
    log = io.StringIO()

    with redirect_stderr(log):
        await shop.settle(engine)
        shop.clock.advance(seconds=60)
        await shop.settle(engine)

    step, stands = (await shop.steps(started.id))["call"], await shop.execution(started.id)
    assert (step.status, step.attempts, len(faulty.received), stands.status) == ("failed", 2, 2, "completed")
    assert "internal_error" in str(step.error)
    assert "topsecret" not in f"{step.error}{log.getvalue()}"
    assert faults == [("step", "OverflowError")] * 2


async def test_an_answer_nested_deeper_than_any_view_is_text(shop: Workshop) -> None:
    body = b"[" * 990 + b"]" * 990
    shop.far_side.answers(200, body=body)

    execution = await shop.run(CALL, {"id": "then", "kind": "pass", "needs": ["call"]})

    assert execution.output is not None
    assert msgspec.json.decode(execution.output)["body"] == body.decode()


VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
JSON = VALUES.map(exact.encode)
BODIES = (
    some.binary(max_size=60)
    | JSON
    | JSON.map(lambda body: body[:-1])
    | some.integers(0, 1_100).map(lambda depth: b"[" * depth + b"]" * depth)
    | some.sampled_from([b"1e999999999", b"1e" + b"9" * 400, b"-" + b"9" * 5_000, b'"\\ud800"', b"\xff", b"\x1f\x8b"])
)
NAMES = some.sampled_from(["retry-after", "content-type", "content-encoding", "set-cookie", "x"])
ANSWERS = some.builds(
    HttpAnswer,
    some.integers(100, 999),
    some.lists(some.tuples(NAMES, some.text(some.characters(max_codepoint=255), max_size=40)), max_size=3),
    BODIES,
    some.booleans(),
    some.just(1.0),
)


@settings(max_examples=200, deadline=None, database=None)
@given(ANSWERS)
async def test_any_answer_is_an_outcome_that_can_be_stored_and_read(answer: HttpAnswer) -> None:
    shop = FarSide()
    shop.script.append(answer)

    outcome = await http.run(
        request_of("https://a.example/"), called(1), http.Wire(shop, RULES, 1_000, "hookspan/1", HOP_KEY)
    )

    assert isinstance(outcome, Done | Broken)
    assert isinstance(outcome, Done) == (200 <= answer.status < 300 and not answer.truncated)
    if isinstance(outcome, Done):
        written = exact.encode(outcome.output)
        assert exact.encode(read_exact(written)) == written


@settings(max_examples=300, deadline=None, database=None)
@given(some.text(max_size=40) | some.from_regex(r"[A-Z][a-z]{2}, \d+ Jan \d+ \d+:\d+:\d+ [GMT+0-9]+", fullmatch=True))
def test_any_retry_after_is_a_wait_of_at_most_a_day(text: str) -> None:
    wait_ms = retry_after_ms(text, 1_700_000_000_000)

    assert 0 <= wait_ms <= HINT_LIMIT_MS


# -- what callers see who may not see content ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["", "?expand=steps", "/steps", "list", "task", "tasks"], ids=lambda path: path or "alone"
)
async def test_the_text_of_an_error_is_content(path: str, world: Surface, api: Calls) -> None:
    started = await begun(world, api, LEAKING, start={"url": "https://topsecret/"})
    paths = {
        "list": EXECUTIONS,
        "task": f"/api/executions/{started.id}",
        "tasks": f"/api/executions/{started.id}/tasks",
    }
    at = paths.get(path, f"{started.path}{path}")
    viewer = Calls(api.client, await world.key_for("viewer"))

    seen, unseen = await api.ask("GET", at), await viewer.ask("GET", at)

    assert "topsecret has no dot" in seen.text
    assert "topsecret" not in unseen.text
    assert ("invalid_url" in unseen.text, WITHHELD in unseen.text) == (True, True)


async def test_frames_tell_the_code_of_an_error_and_not_its_text(world: Surface, api: Calls) -> None:
    workflow = await api.post("/api/v1/workflows", {"name": "Order", "steps": [LEAKING]})
    path = f"/api/v1/workflows/{workflow['id']}/executions"
    frames: list[dict[str, Any]] = []

    async with calling_in(world, "/api/v1/ws?subscribeTenant=true", await world.key_for("viewer")) as socket:
        await api.post(path, {"input": {"url": "https://topsecret/"}}, status=202)
        await driven(world)
        while not frames or frames[-1]["type"] != "execution.failed":
            frames.append(await socket.hears())

    failed = next(frame for frame in frames if frame["type"] == "step.failed")
    assert failed["step"]["error"] == "invalid_url"
    assert "topsecret" not in str(frames)


# -- waits and signals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wait", "member"), [({"signal": "{{trigger.body.u}}"}, "signal"), ({"until": "9999-01-01T00:00:00Z"}, "until")]
)
async def test_a_wait_that_can_only_fail_is_refused_at_save(wait: dict[str, str], member: str, api: Calls) -> None:
    workflow = {"name": "Order", "steps": [{"id": "go", "kind": "wait", "with": wait}]}

    problem = await api.post("/api/v1/workflows", workflow, status=422)

    assert [fault["pointer"] for fault in problem["errors"]] == [f"/steps/0/with/{member}"]


async def test_a_topic_that_is_too_long_is_blamed_on_the_topic(world: Surface, api: Calls) -> None:
    started = await begun(world, api, GO)

    problem = await api.post(f"{started.path}/signals/{'a' * 101}", {}, status=422)

    assert [fault["pointer"] for fault in problem["errors"]] == ["/topic"]


@pytest.mark.parametrize("topic", ["a%2Fb", "..", "%2e"])
async def test_a_path_that_proxies_could_read_otherwise_is_refused_with_its_remedy(
    topic: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with running(tmp_path_factory.mktemp("i")) as instance:
        target = f"/api/v1/executions/0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d/signals/{topic}"

        said = await instance.ask(f"POST {target} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".encode())

    head, _, body = said.partition(b"\r\n\r\n")
    problem = msgspec.json.decode(body)
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("bad_request", "/path")

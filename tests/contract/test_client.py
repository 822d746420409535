"""The typed clients: one way of asking for both, what they read, what they repeat (contracts G.4)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import FrozenInstanceError, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from hookspan import ApiError, AsyncClient, Client
from hookspan.client import Conflict, RateLimited, Unavailable, Unreachable
from hookspan.client.http import Seams
from hookspan.client.records import Endpoint
from hookspan.client.typed import AsyncSeams
from hookspan.errors import NotConfigured
from tests.support.surface import Surface, surface

URL = "http://gateway.test"
PUBLISHED = {"id": "1", "type": "a.b", "createdAt": "2025-05-21T21:27:09.442Z", "duplicate": False}
AT = datetime(2025, 5, 21, 21, 27, 9, 442_000, UTC)
Reply = tuple[int, object] | tuple[int, object, dict[str, str]] | None


@dataclass
class Script:
    """Answers in order, None for a connection that breaks; remembers what was asked and how long was waited."""

    replies: list[Reply] = field(default_factory=list)
    requests: list[httpx2.Request] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        reply = self.replies.pop(0)
        if reply is None:
            raise httpx2.ReadError("broken")
        status, content, *headers = reply
        body = b"" if content is None else json.dumps(content).encode()
        return httpx2.Response(status, content=body, headers=headers[0] if headers else {})

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def client(self) -> Client:
        transport = httpx2.MockTransport(self.answer)
        return Client(URL, "hsk_x", seams=Seams(sleep=self.waits.append, transport=transport))

    def async_client(self) -> AsyncClient:
        transport = httpx2.MockTransport(self.answer)
        return AsyncClient(URL, "hsk_x", seams=AsyncSeams(sleep=self.sleep, transport=transport))

    @property
    def keys(self) -> Sequence[str | None]:
        return [request.headers.get("idempotency-key") for request in self.requests]


async def waiting(script: Script) -> object:
    with script.client() as client:
        return client.events.publish("a.b", {"n": 1})


async def awaiting(script: Script) -> object:
    async with script.async_client() as client:
        return await client.events.publish("a.b", {"n": 1})


both = pytest.mark.parametrize("publish", [waiting, awaiting])
Publish = Callable[[Script], Awaitable[object]]


@both
async def test_a_publish_is_repeated_under_one_key_after_the_wait_that_was_asked_for(publish: Publish) -> None:
    script = Script([(503, None, {"Retry-After": "3"}), None, (202, PUBLISHED)])

    made = await publish(script)

    assert (getattr(made, "id", None), getattr(made, "created_at", None)) == ("1", AT)
    assert script.waits == [3.0, 0.4]
    assert len(set(script.keys)) == 1
    assert script.keys[0]


@both
@pytest.mark.parametrize(
    ("replies", "kind"),
    [
        ([(409, {"code": "conflict", "detail": "no"})], Conflict),
        ([(503, None)] * 3, Unavailable),
        ([None] * 3, Unreachable),
        ([(429, None, {"Retry-After": "3600"})], RateLimited),
    ],
)
async def test_both_give_up_alike(publish: Publish, replies: list[Reply], kind: type[ApiError]) -> None:
    script = Script(list(replies))

    with pytest.raises(kind):
        await publish(script)

    assert script.replies == []


def test_every_post_carries_a_key_and_the_events_of_a_batch_one_each() -> None:
    script = Script([(200, {"id": "1"}), (202, {"data": [], "accepted": 2})])

    with script.client() as client:
        client.endpoints.pause("1")
        client.events.publish_batch([{"type": "a"}, {"type": "b", "idempotencyKey": "mine"}])

    events = json.loads(script.requests[1].content)["events"]
    assert script.keys[0]
    assert script.keys[1] is None
    assert events[0]["idempotencyKey"]
    assert events[1] == {"idempotencyKey": "mine", "type": "b"}


def test_an_answer_is_a_frozen_object_that_keeps_what_it_does_not_know() -> None:
    answer = {
        "id": "1",
        "timeoutMs": 5,
        "events": ["a.*"],
        "metadata": {"keepThis": 1},
        "signing": {"secretHint": "aLSw"},
        "createdAt": "2025-05-21T21:27:09.442Z",
        "newInTheYearAfter": [1],
    }

    with Script([(200, answer)]).client() as client:
        endpoint = client.endpoints.get("1")

    assert (endpoint.timeout_ms, endpoint.events, endpoint.created_at) == (5, ("a.*",), AT)
    assert endpoint.metadata == {"keepThis": 1}
    assert endpoint.signing is not None
    assert endpoint.signing.secret_hint == "aLSw"
    assert endpoint.extra == {"newInTheYearAfter": [1]}
    assert endpoint.status == Endpoint(id="1").status
    with pytest.raises(FrozenInstanceError):
        endpoint.name = "x"  # type: ignore[misc]


def test_secrets_stay_out_of_what_is_printed() -> None:
    answer = {"id": "1", "key": "hsk_secret"}

    with Script([(201, answer)]).client() as client:
        made = client.keys.create("ci", ["events:publish"])

    assert made.key == "hsk_secret"
    assert "hsk_secret" not in repr(made)


def test_a_list_goes_over_all_pages_and_can_be_taken_page_by_page() -> None:
    first = {"data": [{"id": "1"}, {"id": "2"}], "nextCursor": "c1"}
    pages: list[Reply] = [(200, first), (200, {"data": [{"id": "3"}], "nextCursor": None})]
    script = Script([*pages, *pages])

    with script.client() as client:
        rows = client.events.list(type="a.*", created_at={"gte": AT}, status=["stored", "scheduled"])
        ids = [event.id for event in rows]
        sizes = [len(page.rows) for page in rows.pages()]

    assert (ids, sizes) == (["1", "2", "3"], [2, 1])
    asked = dict(script.requests[0].url.params.multi_items())
    assert (asked["type"], asked["createdAt[gte]"]) == ("a.*", "1747862829442")
    assert script.requests[1].url.params["cursor"] == "c1"


async def test_an_async_list_goes_over_all_pages_by_offset_where_the_route_counts() -> None:
    script = Script(
        [(200, {"data": [{"id": "1"}, {"id": "2"}], "total": 3}), (200, {"data": [{"id": "3"}], "total": 3})]
    )

    async with script.async_client() as client:
        ids = [webhook.id async for webhook in client.webhooks.list()]

    assert ids == ["1", "2", "3"]
    assert script.requests[1].url.params["offset"] == "2"


def test_an_update_says_null_for_none_and_nothing_for_the_rest() -> None:
    script = Script([(200, {"id": "1"})])

    with script.client() as client:
        client.endpoints.update("1", rate_limit=None, timeout_ms=5_000)

    assert json.loads(script.requests[0].content) == {"rateLimit": None, "timeoutMs": 5_000}


def test_published_bytes_reach_the_server_unchanged() -> None:
    script = Script([(202, PUBLISHED)])

    with script.client() as client:
        client.events.publish("a.b", b'{ "total": 10.50 }', {"by": "x"}, subject="inv_1", deliver_at=AT)

    sent = script.requests[0].content
    assert b'"data":{ "total": 10.50 },"metadata":{"by":"x"}' in sent
    assert json.loads(sent)["deliverAt"] == 1_747_862_829_442


def test_the_environment_names_the_server_and_a_client_without_one_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOKSPAN_URL", raising=False)
    with pytest.raises(NotConfigured, match="HOOKSPAN_URL"):
        Client()
    monkeypatch.setenv("HOOKSPAN_URL", "http://named.test/")

    with Client() as client:
        assert client.url == "http://named.test"


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Surface]:
    async with surface(tmp_path) as opened:
        yield opened


async def test_the_verbs_do_on_a_real_instance_what_they_say(api: Surface) -> None:
    transport = httpx2.ASGITransport(app=api.app)
    token = api.greeting.api_key.reveal()
    async with AsyncClient("http://testserver", token, seams=AsyncSeams(transport=transport)) as client:
        made = await client.endpoints.create("https://shop.example/hook", ["order.*"], name="Shop", timeout_ms=5_000)
        changed = await client.endpoints.update(made.id, name="Shop 2")
        paused = await client.endpoints.pause(made.id)
        resumed = await client.endpoints.resume(made.id)
        webhook = await client.webhooks.create("Pushes", provider="github")
        secret = await client.webhooks.regenerate_secret(webhook.id)
        key = await client.keys.create("ci", ["events:publish"])
        listed = [endpoint.id async for endpoint in client.endpoints.list(q="Shop")]
        await client.endpoints.delete(made.id)
        await client.keys.delete(key.id)
        left = [endpoint.id async for endpoint in client.endpoints.list()]

    assert made.signing is not None
    assert made.signing.secret is not None
    assert made.signing.secret.startswith("whsec_")
    assert (changed.name, changed.timeout_ms, changed.events) == ("Shop 2", 5_000, ("order.*",))
    assert (paused.status, resumed.status) == ("paused", "active")
    assert secret
    assert secret != webhook.secret
    assert key.key is not None
    assert (listed, left) == ([made.id], [])

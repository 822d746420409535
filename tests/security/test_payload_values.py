"""Values of a payload reach nobody without payloads:read, by whatever door: reasons of filters, copies of rules."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from hookspan.inbound.head import Head
from tests.support.calls import Calls
from tests.support.surface import Surface

WEBHOOKS = "/api/v1/webhooks"
CANARY = 'CANARY) (was ") CANARY'
ROWS = [{"fieldPath": "$.status", "operator": "equals", "value": ' (was "'}]
RULE = {"when": [], "set": {"who": "{{$.status}}"}}


@pytest.fixture
async def refused(world: Surface, client: httpx2.AsyncClient) -> tuple[str, str]:
    """A source and a request that its filter held back, whose content a rule has copied."""
    owner = Calls(client, world.owner)
    rules = {"custom": {"team": "billing"}, "rules": [RULE]}
    source = await owner.post(WEBHOOKS, {"name": "Shop", "authType": "none", "enrichment": rules})
    await owner.ask("PUT", f"{WEBHOOKS}/{source['id']}/filters", {"filters": ROWS})
    lines = [(b"content-type", b"application/json")]
    head = Head("POST", source["path"], "", lines, "203.0.113.9", world.clock.monotonic())
    answer = await world.receiver.receive(world.receiver.admit(head), json.dumps({"status": CANARY}).encode())
    told = json.loads(answer.body)
    assert told["status"] == "filtered"
    return source["id"], told["eventId"]


def doors(source: str, event: str) -> list[str]:
    """Every way to look at the request."""
    listed = ["/api/v1/events", f"{WEBHOOKS}/{source}/events"]
    exports = [f"{path}/export?format={form}" for path in listed for form in ("csv", "json", "ndjson")]
    return [*listed, *(f"{path}/{event}" for path in listed), *exports, f"/api/v1/events/{event}/routing"]


async def test_without_payloads_read_a_reason_and_the_metadata_tell_no_values(
    world: Surface, client: httpx2.AsyncClient, refused: tuple[str, str]
) -> None:
    viewer = Calls(client, await world.key_for("viewer"))

    answers = [await viewer.ask("GET", path) for path in doors(*refused)]

    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert [answer.url for answer in answers if "CANARY" in answer.text] == []
    row = answers[1].json()["data"][0]
    assert row["filteredReason"] == 'no group passed: group 0: $.status equals " \\u0028was \\""'
    assert row["metadata"]["custom"] == {}


async def test_with_payloads_read_they_are_told(
    world: Surface, client: httpx2.AsyncClient, refused: tuple[str, str]
) -> None:
    owner = Calls(client, world.owner)
    source, event = refused

    shown: Any = await owner.get(f"{WEBHOOKS}/{source}/events/{event}")

    assert shown["filteredReason"].endswith('(was "CANARY) (was \\") CANARY")')
    assert shown["metadata"]["custom"] == {"team": "billing", "who": CANARY}

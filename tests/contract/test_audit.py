"""The audit log as its readers see it, and that every route which changes something adds one row (contracts C.7)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from sqlalchemy import select

from hookspan.access.audit import AuditLog
from hookspan.api.routes import rules
from hookspan.storage.tables import audit
from tests.support.calls import URL, Calls
from tests.support.surface import Surface

VIEW = {"list": "events", "name": "late", "query": {}}
ENDPOINT = {"url": URL, "events": ["*"]}
FILTER = {"fieldPath": "$.status", "operator": "equals", "value": "paid"}
WORKFLOW = {"name": "Intake", "steps": [{"id": "a", "kind": "pass"}], "triggers": [{"id": "t", "kind": "webhook"}]}


async def an_endpoint(api: Calls) -> str:
    return str((await api.endpoint())["id"])


async def a_source(api: Calls) -> str:
    return str((await api.post("/api/v1/webhooks", {"name": "GitHub"}))["id"])


async def a_signed_source(api: Calls) -> str:
    wish = {"name": "GitHub", "authType": "signature", "secret": "s" * 32}
    return str((await api.post("/api/v1/webhooks", wish))["id"])


async def a_filter(api: Calls) -> str:
    source = await a_source(api)
    return f"{source} {(await api.post(f'/api/v1/webhooks/{source}/filters', FILTER))['id']}"


async def a_key(api: Calls) -> str:
    return str((await api.post("/api/v1/keys", {"name": "k", "scopes": ["events:read"]}))["id"])


async def an_inbox(api: Calls) -> str:
    return str((await api.post("/api/v1/inboxes", {}))["id"])


async def a_workflow(api: Calls) -> str:
    return str((await api.post("/api/v1/workflows", WORKFLOW))["id"])


async def an_execution(api: Calls) -> str:
    path = f"/api/v1/workflows/{await a_workflow(api)}/executions"
    return str((await api.post(path, {}, status=202))["id"])


async def a_signalled_execution(api: Calls) -> str:
    wish = {**WORKFLOW, "steps": [{"id": "ask", "kind": "wait", "with": {"signal": "paid"}}]}
    workflow = (await api.post("/api/v1/workflows", wish))["id"]
    return f"{(await api.post(f'/api/v1/workflows/{workflow}/executions', {}, status=202))['id']} paid"


async def a_blocker(api: Calls) -> str:
    execution = await an_execution(api)
    told = await api.post(f"/api/v1/executions/{execution}/blockers", {"description": "the lawyer is ill"})
    return f"{execution} {told['id']}"


async def a_milestone(api: Calls) -> str:
    wish = {**WORKFLOW, "milestones": [{"id": "m1", "name": "Signed"}]}
    workflow = (await api.post("/api/v1/workflows", wish))["id"]
    return f"{(await api.post(f'/api/v1/workflows/{workflow}/executions', {}, status=202))['id']} m1"


async def a_delivery(api: Calls) -> str:
    await api.endpoint()
    await api.publish()
    return str((await api.get("/api/v1/deliveries"))["data"][0]["id"])


async def a_paused_endpoint(api: Calls) -> str:
    identity = await an_endpoint(api)
    await api.post(f"/api/v1/endpoints/{identity}/pause", status=200)
    return identity


async def a_view(api: Calls) -> str:
    return str((await api.post("/api/v1/views", VIEW, status=201))["id"])


async def nothing(api: Calls) -> str:
    return ""


async def an_event(api: Calls) -> str:
    return await api.publish()


async def a_level(api: Calls) -> str:
    return "2"


Maker = Callable[[Calls], Awaitable[str]]
DRIVEN: dict[tuple[str, str], tuple[Maker, Any]] = {
    ("POST", "/api/v1/keys"): (nothing, {"name": "k", "scopes": ["events:read"]}),
    ("PATCH", "/api/v1/keys/{}"): (a_key, {"name": "other"}),
    ("DELETE", "/api/v1/keys/{}"): (a_key, None),
    ("POST", "/api/v1/inboxes"): (nothing, {}),
    ("DELETE", "/api/v1/inboxes/{}"): (an_inbox, None),
    ("POST", "/api/v1/views"): (nothing, VIEW),
    ("PATCH", "/api/v1/views/{}"): (a_view, {"name": "other"}),
    ("DELETE", "/api/v1/views/{}"): (a_view, None),
    ("PATCH", "/api/v1/settings"): (nothing, {"event_types.unknown": "reject"}),
    ("POST", "/api/webhooks"): (nothing, ENDPOINT),
    ("POST", "/api/webhooks/test"): (nothing, {"url": URL, "event": "x", "payload": {}}),
    ("PUT", "/api/webhooks/{}"): (an_endpoint, {"active": False}),
    ("DELETE", "/api/webhooks/{}"): (an_endpoint, None),
    ("POST", "/api/v1/webhooks"): (nothing, {"name": "GitHub"}),
    ("PUT", "/api/v1/webhooks/{}"): (a_source, {"name": "Other"}),
    ("PATCH", "/api/v1/webhooks/{}"): (a_source, {"name": "Other"}),
    ("DELETE", "/api/v1/webhooks/{}"): (a_source, None),
    ("POST", "/api/v1/webhooks/{}/pause"): (a_source, {}),
    ("POST", "/api/v1/webhooks/{}/resume"): (a_source, {}),
    ("POST", "/api/v1/webhooks/{}/regenerate-secret"): (a_signed_source, {}),
    ("GET", "/api/v1/webhooks/{}/secret"): (a_signed_source, None),
    ("POST", "/api/v1/webhooks/{}/filters"): (a_source, FILTER),
    ("PUT", "/api/v1/webhooks/{}/filters"): (a_source, {"filters": [FILTER]}),
    ("PUT", "/api/v1/webhooks/{}/filters/{}"): (a_filter, {"value": "open"}),
    ("PATCH", "/api/v1/webhooks/{}/filters/{}"): (a_filter, {"enabled": False}),
    ("DELETE", "/api/v1/webhooks/{}/filters/{}"): (a_filter, None),
    ("POST", "/api/v1/webhooks/{}/test"): (a_source, {"body": {}}),
    ("POST", "/api/v1/endpoints"): (nothing, ENDPOINT),
    ("PUT", "/api/v1/endpoints/{}"): (an_endpoint, ENDPOINT),
    ("PATCH", "/api/v1/endpoints/{}"): (an_endpoint, {"name": "Billing"}),
    ("DELETE", "/api/v1/endpoints/{}"): (an_endpoint, None),
    ("POST", "/api/v1/endpoints/{}/pause"): (an_endpoint, {}),
    ("POST", "/api/v1/endpoints/{}/resume"): (a_paused_endpoint, {}),
    ("GET", "/api/v1/endpoints/{}/secret"): (an_endpoint, None),
    ("POST", "/api/v1/deliveries/{}/retry"): (a_delivery, {}),
    ("POST", "/api/v1/deliveries/{}/cancel"): (a_delivery, {}),
    ("POST", "/api/v1/workflows"): (nothing, WORKFLOW),
    ("PUT", "/api/v1/workflows/{}"): (a_workflow, WORKFLOW),
    ("PATCH", "/api/v1/workflows/{}"): (a_workflow, {"priority": 2}),
    ("DELETE", "/api/v1/workflows/{}"): (a_workflow, None),
    ("POST", "/api/workflows"): (nothing, {"name": "Sample", "tasks": [{"name": "One"}]}),
    ("PUT", "/api/workflows/{}"): (a_workflow, {"name": "Other"}),
    ("DELETE", "/api/workflows/{}"): (a_workflow, None),
    ("POST", "/api/v1/workflows/{}/executions"): (a_workflow, {}),
    ("POST", "/api/v1/executions/{}/cancel"): (an_execution, {}),
    ("POST", "/api/v1/executions/{}/signals/{}"): (a_signalled_execution, {"n": 1}),
    ("POST", "/api/v1/executions/{}/blockers"): (an_execution, {"description": "the lawyer is ill"}),
    ("POST", "/api/v1/executions/{}/blockers/{}/resolve"): (a_blocker, {}),
    ("POST", "/api/v1/executions/{}/milestones/{}/achieve"): (a_milestone, {}),
    ("POST", "/api/executions/{}/cancel"): (an_execution, {}),
    ("PUT", "/api/v1/priorities/{}"): (a_level, {"slaMs": 500}),
    ("POST", "/api/v1/events/{}/replay"): (an_event, {"reason": "lost"}),
    ("POST", "/api/v1/webhooks/{}/events/replay"): (a_source, {"eventIds": ["none"]}),
}
UNDRIVEN = {
    ("POST", "/api/auth/login"): "it has tests of its own below, because it needs no key and names who it was",
    ("POST", "/api/auth/logout"): "it has a test of its own below, because a key cannot log out",
}
"""What is not driven from the table, and why."""
# Routes that change something only with more of the product running than this surface has; each has its own tests.
ELSEWHERE = re.compile(
    r"^/api/v1/(?:deliveries/(?:retry|cancel)|jobs/|event-types|retention|priorities|issues|events/|endpoints/test)"
    r"|/(?:export|rotate-secret|test)$"
    r"|^/api/executions$|^/api/(?:v1/executions|tasks)/.*/(?:retry|restart-from|complete|fail)$"
)


def named(path: str, identities: str) -> str:
    """The path of a thing; of one that is in another thing, both ids with a space between."""
    return reduce(lambda known, identity: known.replace("{}", identity, 1), identities.split(" "), path)


async def rows(world: Surface) -> list[Any]:
    """The audit log, oldest first."""
    return list(
        await world.rooms.database.read(lambda connection: connection.execute(select(audit).order_by(audit.c.id)).all())
    )


def test_every_audited_route_is_driven_or_named() -> None:
    audited = {key for key, rule in rules().items() if rule.audited}

    assert sorted(key for key in audited - set(DRIVEN) - set(UNDRIVEN) if not ELSEWHERE.search(key[1])) == []
    assert sorted(set(DRIVEN) - audited) == []


@pytest.mark.parametrize(("method", "path"), sorted(DRIVEN))
async def test_a_change_adds_exactly_one_row(method: str, path: str, world: Surface, api: Calls) -> None:
    maker, body = DRIVEN[(method, path)]
    identity = await maker(api)
    before = len(await rows(world))
    world.clock.advance(seconds=1)

    answer = await api.ask(method, named(path, identity), body, headers={"User-Agent": "test/1"})

    assert answer.status_code < 300, answer.text
    told = (await rows(world))[before:]
    assert len(told) == 1
    row = told[0]
    assert row.actor.startswith("key:")
    assert (row.ip, row.user_agent, row.request_id) == ("203.0.113.7", "test/1", answer.headers["x-request-id"])
    assert row.resource.startswith(named(path, identity))


@pytest.mark.parametrize(("method", "path"), sorted(key for key in DRIVEN if key[0] != "GET"))
async def test_a_refused_change_adds_no_row(method: str, path: str, world: Surface, api: Calls) -> None:
    missing = path.replace("{}", "0196f4a0-0000-7abc-8def-0123456789ab")

    answer = await api.ask(method, missing, {"nonsense": True}, headers={"Content-Type": "text/plain"})

    assert answer.status_code >= 400
    assert await rows(world) == []


async def deafen(world: Surface) -> None:
    """From now on the audit log takes no rows."""
    trigger = "CREATE TRIGGER deaf BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'deaf'); END"
    await world.rooms.database.write(lambda connection: connection.exec_driver_sql(trigger).rowcount)


async def test_what_cannot_be_told_is_not_done(world: Surface, api: Calls) -> None:
    await deafen(world)

    answer = await api.ask("POST", "/api/v1/endpoints", ENDPOINT)
    started = await api.ask("POST", "/api/v1/inboxes", {})

    assert (answer.status_code, started.status_code) == (500, 500)
    assert (await api.get("/api/v1/endpoints"))["data"] == (await api.get("/api/v1/inboxes"))["data"] == []


async def test_an_execution_is_not_started_untold(world: Surface, api: Calls) -> None:
    path = f"/api/v1/workflows/{await a_workflow(api)}/executions"
    await deafen(world)

    answer = await api.ask("POST", path, {})

    assert answer.status_code == 500
    assert (await api.get("/api/v1/executions"))["data"] == []


async def test_a_secret_is_not_shown_when_that_cannot_be_told(world: Surface, api: Calls) -> None:
    made = await api.endpoint()
    await deafen(world)

    answer = await api.ask("GET", f"/api/v1/endpoints/{made['id']}/secret")

    assert answer.status_code == 500
    assert "whsec_" not in answer.text


async def test_reading_adds_no_row(world: Surface, api: Calls) -> None:
    await api.get("/api/v1/endpoints")
    await api.publish()

    assert await rows(world) == []


async def test_the_list_tells_what_was_done_and_hides_what_is_secret(world: Surface, api: Calls) -> None:
    made = await api.endpoint(name="Billing", url=f"{URL}?token=canary-1", metadata={"note": "canary-2"})

    row = (await api.get("/api/v1/audit"))["data"][0]

    assert (row["action"], row["resource"]) == ("createEndpoint", f"/api/v1/endpoints/{made['id']}")
    assert row["after"] == {"url": f"{URL}?token=***", "events": ["*"], "name": "Billing", "metadata": "***"}
    assert "canary" not in str(row)
    assert (row["at"], row["seal"]) == ("2025-05-21T21:27:10.000Z", None)


async def test_the_list_is_paged_and_filtered(world: Surface, api: Calls) -> None:
    for _ in range(3):
        world.clock.advance(seconds=1)
        await api.endpoint()
    await a_key(api)

    made = await api.get("/api/v1/audit", action="createEndpoint", limit=2)
    rest = await api.get("/api/v1/audit", action="createEndpoint", limit=2, cursor=made["nextCursor"])
    early = await api.get("/api/v1/audit", to="2025-05-21T21:27:11.500Z")
    nobody = await api.get("/api/v1/audit", actor="user:nobody")

    assert [len(made["data"]), len(rest["data"]), len(early["data"]), len(nobody["data"])] == [2, 1, 1, 0]
    assert rest["hasMore"] is False


async def test_verify_names_the_head_of_the_chain(world: Surface, api: Calls) -> None:
    await a_key(api)
    await AuditLog(world.rooms.database, world.clock).seal()

    verdict = await api.get("/api/v1/audit/verify")

    assert (verdict["ok"], verdict["checked"], verdict["waiting"], verdict["fault"]) == (True, 1, 0, None)
    assert re.fullmatch("[0-9a-f]{64}", verdict["head"]["seal"])


async def test_a_login_and_a_failed_one_are_told(world: Surface, api: Calls) -> None:
    right = {"username": "owner", "password": world.greeting.password.reveal()}

    await api.client.post("/api/auth/login", json=right)
    await api.client.post("/api/auth/login", json=right, params={"cookie": "true"})
    await api.client.post("/api/auth/login", json={"username": "owner", "password": "wrong"})
    await api.client.post("/api/auth/login", json={"username": "typed-my-password", "password": "wrong"})

    told = (await api.get("/api/v1/audit"))["data"][::-1]
    assert [row["action"] for row in told] == ["login", "login", "loginFailed", "loginFailed"]
    assert all(row["actor"].startswith("user:") for row in told[:3])
    assert (told[3]["actor"], told[3]["after"]) == ("anonymous", None)


async def test_a_logout_is_told(world: Surface, api: Calls) -> None:
    right = {"username": "owner", "password": world.greeting.password.reveal()}
    token = (await api.client.post("/api/auth/login", json=right)).json()["token"]

    await api.client.post("/api/auth/logout", headers={"Authorization": f"Bearer {token}"})

    assert [row["action"] for row in (await api.get("/api/v1/audit"))["data"]] == ["logout", "login"]


async def test_a_tenant_sees_only_its_own_rows(world: Surface, api: Calls) -> None:
    other = replace(api, headers=await world.key_for("owner", tenant_id=await world.second_tenant()))
    await a_key(api)

    theirs = await other.get("/api/v1/audit")
    verdict = await other.get("/api/v1/audit/verify")

    assert (theirs["data"], verdict["checked"], verdict["waiting"]) == ([], 0, 0)


async def test_it_takes_the_scope_to_read_it(world: Surface, api: Calls) -> None:
    headers = await world.key_for("integrator")

    answer = await api.client.get("/api/v1/audit", headers=headers)

    assert answer.status_code == 403

"""What forms are made of comes from what judges them (contracts C.7)."""

from __future__ import annotations

from typing import Any

from hookspan.inbound.providers import presets
from hookspan.model.operators import OPERATORS
from hookspan.workflows.steps.kinds import READERS
from tests.support.calls import URL, Calls
from tests.support.surface import Surface


def fields(form: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {field["name"]: field for field in form["fields"]}


async def test_every_kind_the_code_knows_is_offered(api: Calls) -> None:
    forms = await api.get("/api/v1/meta/forms")

    assert [form["id"] for form in forms["webhookAuth"]] == ["none", "signature", "basic", "api_key"]
    assert [form["id"] for form in forms["endpointAuth"]] == ["none", "basic", "bearer", "api-key"]
    assert {one["id"] for one in forms["presets"]} == {one.id for one in presets()}
    assert [one["id"] for one in forms["filters"]["operators"]] == list(OPERATORS)
    assert {form["id"] for form in forms["stepKinds"]} == set(READERS)
    assert [one["id"] for one in forms["retry"]] == ["schedule", "exponential", "linear", "fixed"]
    assert forms["profiles"] == ["orchestrator", "systemprompt", "standard", "cloudevents"]


async def test_an_operator_says_what_it_compares_with(api: Calls) -> None:
    offered = (await api.get("/api/v1/meta/forms"))["filters"]["operators"]

    takes = {one["id"]: one["takes"] for one in offered}
    assert takes["between"] == ["range"]
    assert takes["in"] == ["list"]
    assert takes["starts_with"] == ["text", "instant"]
    assert takes["exists"] == []
    assert {one["id"] for one in offered if one["negative"]} == {"not_equals", "not_contains", "not_in", "not_exists"}


async def test_a_step_says_what_it_must_be_given(api: Calls) -> None:
    kinds = {form["id"]: fields(form) for form in (await api.get("/api/v1/meta/forms"))["stepKinds"]}

    assert {name: field["required"] for name, field in kinds["emit"].items()} == {
        "data": False, "event": True, "metadata": False
    }  # fmt: skip
    assert (kinds["http"]["url"]["maxLength"], kinds["http"]["url"]["templates"]) == (2_048, True)
    assert "GET" in kinds["http"]["method"]["choices"]
    assert not any(field["required"] for field in kinds["wait"].values())
    assert kinds["pass"] == {}


async def test_an_endpoint_made_of_the_required_fields_is_taken(api: Calls) -> None:
    values = {"username": "u", "password": "p", "token": "t", "apiKey": "k"}
    for form in (await api.get("/api/v1/meta/forms"))["endpointAuth"]:
        auth = {name: values[name] for name, field in fields(form).items() if field["required"]}

        await api.endpoint(url=URL, auth={"type": form["id"], **auth})


async def test_meta_tells_version_address_limits_features_and_retention(api: Calls, world: Surface) -> None:
    meta = await api.get("/api/v1/meta")

    assert set(meta) == {"version", "baseUrl", "limits", "features", "retention"}
    assert meta["limits"]["sockets"] == 20
    assert (meta["limits"]["filterRows"], meta["limits"]["managementBytes"]) == (50, 1_048_576)
    assert set(meta["retention"]) >= {"events", "deliveries", "executions", "audit"}


async def test_anybody_known_may_read_the_forms(world: Surface, api: Calls) -> None:
    viewer = Calls(api.client, await world.key_for("viewer"))

    assert (await viewer.ask("GET", "/api/v1/meta/forms")).status_code == 200
    assert (await api.client.get("/api/v1/meta/forms")).status_code == 401

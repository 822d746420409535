"""What this instance says it sends: `webhooks` of the OpenAPI document, and the AsyncAPI document (contracts C.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import jsonschema_rs
import msgspec
import pytest

from hookspan.api.asgi import make_routes
from hookspan.api.asyncapi import asyncapi_document
from hookspan.model.catalogue import CATALOGUE

NAMES = {row.name for row in CATALOGUE}
ASYNCAPI: dict[str, Any] = msgspec.json.decode(asyncapi_document())
OPENAPI: dict[str, Any] = make_routes().openapi()
# AsyncAPI 3.0: keys of channels, operations and components.
KEY = re.compile(r"^[A-Za-z0-9_.\-]+$")


def references(value: Any) -> Iterator[str]:
    """Every `$ref` in a document."""
    if isinstance(value, dict):
        yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def found(document: Any, reference: str) -> Any:
    """What a reference into the document leads to."""
    assert reference.startswith("#/")
    for part in reference[2:].split("/"):
        document = document[part.replace("~1", "/").replace("~0", "~")]
    return document


def self_contained(document: Any, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with the document's components beside it, so that references lead somewhere."""
    return {**schema, "components": {"schemas": document["components"]["schemas"]}}


def test_every_built_in_type_stands_in_both_documents() -> None:
    assert set(OPENAPI["webhooks"]) == NAMES
    assert set(ASYNCAPI["channels"]) == NAMES
    assert set(ASYNCAPI["components"]["messages"]) == NAMES
    assert set(ASYNCAPI["operations"]) == {f"send.{name}" for name in NAMES}


@pytest.mark.parametrize("document", [ASYNCAPI, OPENAPI["webhooks"] | {"components": OPENAPI["components"]}])
def test_every_reference_leads_somewhere(document: Any) -> None:
    for reference in references(document):
        assert found(document, reference) is not None


def test_the_asyncapi_document_has_the_members_its_version_asks_for() -> None:
    assert ASYNCAPI["asyncapi"] == "3.0.0"
    assert set(ASYNCAPI["info"]) >= {"title", "version"}
    assert set(ASYNCAPI) <= {
        "asyncapi",
        "id",
        "info",
        "servers",
        "defaultContentType",
        "channels",
        "operations",
        "components",
    }
    for name, channel in ASYNCAPI["channels"].items():
        assert set(channel) <= {"address", "description", "messages"}
        assert channel["messages"][name] == {"$ref": f"#/components/messages/{name}"}
    for operation in ASYNCAPI["operations"].values():
        assert operation["action"] == "send"
        channel = found(ASYNCAPI, operation["channel"]["$ref"])
        assert all(
            message["$ref"].rpartition("/")[0] == operation["channel"]["$ref"] + "/messages"
            for message in operation["messages"]
        )
        assert all(
            found(ASYNCAPI, message["$ref"]) in channel["messages"].values() for message in operation["messages"]
        )
    keys = [*ASYNCAPI["channels"], *ASYNCAPI["operations"], *ASYNCAPI["components"]["schemas"]]
    assert all(KEY.match(key) for key in keys)


def test_every_message_is_shown_by_an_example_that_is_valid() -> None:
    for message in ASYNCAPI["components"]["messages"].values():
        schema = jsonschema_rs.Draft202012Validator(self_contained(ASYNCAPI, message["payload"]), offline=True)
        assert all(schema.is_valid(example["payload"]) for example in message["examples"]), message["name"]


def test_every_webhook_of_the_openapi_document_is_an_operation() -> None:
    operations = [item["post"] for item in OPENAPI["webhooks"].values()]

    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for name, item in OPENAPI["webhooks"].items():
        content = item["post"]["requestBody"]["content"]["application/json"]
        schema = jsonschema_rs.Draft202012Validator(self_contained(OPENAPI, content["schema"]), offline=True)
        assert schema.is_valid(content["example"]), name
        assert content["schema"]["properties"]["type"]["const"] == name
        assert item["post"]["responses"]


def test_the_ids_of_webhooks_are_not_those_of_routes() -> None:
    routed = {operation.get("operationId") for item in OPENAPI["paths"].values() for operation in item.values()}

    assert routed.isdisjoint(item["post"]["operationId"] for item in OPENAPI["webhooks"].values())


async def test_both_documents_are_open_to_everyone(client: httpx2.AsyncClient) -> None:
    for path, member in (("/openapi.json", "openapi"), ("/asyncapi.json", "asyncapi")):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        assert member in answer.json()

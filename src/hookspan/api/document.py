"""The OpenAPI document: FastAPI's, with our problems for its errors and the route table's scopes for its security."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from hookspan.api import fieldsets
from hookspan.api.asyncapi import data_schemas, openapi_webhooks
from hookspan.api.idempotency import wants_key
from hookspan.api.problems import door_of
from hookspan.api.routes import Rule, rule_for

_METHODS = ("get", "post", "put", "patch", "delete")
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key `hsk_…` or a token of /api/auth/login"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-hookspan", "description": "The dashboard's session"},
}
_TEXT = {"type": "string"}
_FAULT = {
    "type": "object",
    "required": ["pointer", "code", "detail"],
    "properties": {"pointer": _TEXT, "code": _TEXT, "detail": _TEXT},
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457; webhooks, event types, retention, priorities and replays add `error` and `details`",
    "required": ["type", "title", "status", "detail", "instance", "code", "requestId"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "instance": _TEXT,
        "code": _TEXT,
        "requestId": _TEXT,
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
        "error": _TEXT,
        "details": {"type": "object", "additionalProperties": _TEXT},
    },
}
_MESSAGE = {"type": "object", "required": ["message"], "properties": {"message": _TEXT}}


class Api(FastAPI):
    """FastAPI whose document tells the truth about errors and scopes."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = _document(self)
        return self.openapi_schema


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title="hookspan",
        version="1",
        openapi_version="3.1.0",
        description="Webhooks in, workflows, events, webhooks out.",
        routes=app.routes,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas |= {"Fault": _FAULT, "Message": _MESSAGE, "Problem": _PROBLEM, **data_schemas()}
    document["webhooks"] = openapi_webhooks()
    document["components"]["securitySchemes"] = _SCHEMES
    shapes = _shapes(app)
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                _finish(path, item[method], rule_for(method.upper(), path))
                _name_key(method, path, item[method])
                if method == "get":
                    _name_fields(item[method], shapes.get(path))
                _name_body(item[method], schemas)
    return document


def _name_body(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """A body that a route describes by itself joins the named schemas, so that clients get a type for it."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content.get("schema", {})
        if "title" in schema and "$ref" not in schema:
            schemas[schema["title"]] = schema
            content["schema"] = {"$ref": f"#/components/schemas/{schema['title']}"}


def _name_key(method: str, path: str, operation: dict[str, Any]) -> None:
    """The gate reads `Idempotency-Key` before a route does, so no route names it."""
    if wants_key(method.upper(), path):
        described = "1 to 255 visible ASCII characters; a repeat gets the first answer"
        parameter = {"name": "Idempotency-Key", "in": "header", "required": False, "description": described}
        operation.setdefault("parameters", []).append({**parameter, "schema": _TEXT})


def _shapes(app: FastAPI) -> dict[str, fieldsets.Shape | None]:
    """What `fields` may name, by path."""
    reads = [route for route in iter_route_contexts(list(app.routes)) if "GET" in (route.methods or ())]
    return {route.path or "": fieldsets.shape_of(route.path or "", route.response_model) for route in reads}


def _name_fields(operation: dict[str, Any], shape: fieldsets.Shape | None) -> None:
    """The gate reads `fields` as well."""
    if shape is None:
        return
    described = "Show only these members" + (" of each entry" if shape.is_list else "")
    parameter = {"name": fieldsets.NAME, "in": "query", "required": False, "description": described}
    names = {"type": "array", "items": {"type": "string", "enum": list(shape.names)}}
    operation.setdefault("parameters", []).append({**parameter, "style": "form", "explode": False, "schema": names})


def _finish(path: str, operation: dict[str, Any], rule: Rule | None) -> None:
    scope = "denied" if rule is None else rule.scope
    operation["x-scope"] = scope
    operation["security"] = [] if scope == "public" else [{"bearer": []}, {"cookie": []}]
    operation["responses"].pop("422", None)
    name, media = ("Message", "json") if door_of(path) == "orchestrator" else ("Problem", "problem+json")
    operation["responses"]["default"] = {
        "description": "What went wrong",
        "content": {f"application/{media}": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
    }

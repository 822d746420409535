"""`GET /api/v1/meta/forms`: what forms are made of, read from the very tables that judge what they send (C.7)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from fastapi import APIRouter
from pydantic import BaseModel

from hookspan.api.auth import CallerOf
from hookspan.api.bodies import Answer
from hookspan.api.endpoint_bodies import EndpointInput
from hookspan.api.source_shapes import WebhookEnrichment, WebhookInput
from hookspan.errors import Invalid
from hookspan.inbound.credentials import SECRET_BYTES_MOST, Credential
from hookspan.inbound.providers import presets
from hookspan.model import operators, rules
from hookspan.model.endpoint_settings import TIMEOUT_LEAST_MS, TIMEOUT_MOST_MS
from hookspan.model.levels import LEVEL_NAMES
from hookspan.model.paths import BODY, EVENT_SCOPES, REQUEST_SCOPES
from hookspan.model.retry import Strategy, retry_members
from hookspan.outbound.credentials import CREDENTIAL_BYTES_MOST, credential_members
from hookspan.outbound.endpoint_rules import PROFILES
from hookspan.workflows.step_forms import step_forms

router = APIRouter(prefix="/api/v1/meta", tags=["system"])

_PUBLIC = frozenset({"username", "headerName", "queryName"})
_OPTIONAL = frozenset({"headerName", "queryName"})
_HELP: Mapping[str, str] = {
    "secret": "what signatures are made with; made here when left out, unless the provider issues it",
    "username": "no colon in it (RFC 7617)",
    "password": "made here when left out of a webhook",
    "headerName": "the header that carries the key",
    "queryName": "the query parameter that carries the key, instead of a header",
    "key": "made here when left out",
    "token": "sent as Authorization: Bearer (RFC 6750)",
    "apiKey": "sent in the header named beside it",
}
_SAMPLES: Mapping[str, object] = {
    "text": "a",
    "number": 1,
    "boolean": True,
    "null": None,
    "instant": "2025-05-21T21:27:09.442Z",
    "list": ["a"],
    "range": {"min": 1, "max": 2},
}


class FormField(Answer):
    """One input. `kind` is text, secret, choice, integer, boolean, list or json; absent limits are null."""

    name: str
    kind: str
    required: bool
    help: str = ""
    choices: list[str] | None = None
    default: Any = None
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    templates: bool = False


class Form(Answer):
    """What one kind of thing takes."""

    id: str
    title: str
    fields: list[FormField]


class OperatorForm(Answer):
    """One operator: `takes` are the kinds of value it compares with, none for one that takes no value."""

    id: str
    takes: list[str]
    negative: bool


class FilterForm(Answer):
    """Operators, where paths may begin over a request and over an event, and how much there may be."""

    operators: list[OperatorForm]
    aliases: dict[str, str]
    request_scopes: list[str]
    event_scopes: list[str]
    rows_most: int
    groups_most: int


class PresetForm(Answer):
    """A preset to choose for a webhook; `secretBy` says who makes the secret."""

    id: str
    title: str
    auth: str
    secret_by: str


class RetryForm(Answer):
    """A strategy and the members it reads."""

    id: str
    members: list[str]


class Forms(Answer):
    """What the forms of a dashboard are made of."""

    webhook_auth: list[Form]
    webhook: list[FormField]
    enrichment: list[FormField]
    presets: list[PresetForm]
    endpoint_auth: list[Form]
    endpoint: list[FormField]
    profiles: list[str]
    timeout_ms: dict[str, int]
    retry: list[RetryForm]
    filters: FilterForm
    step_kinds: list[Form]
    priorities: dict[str, str]


@router.get("/forms", operation_id="getForms")
async def get_forms(_: CallerOf) -> Forms:
    """Fields of every kind of auth, preset, profile, strategy, filter and step, as this release takes them."""
    return _forms()


@cache
def _forms() -> Forms:
    endpoint = fields_of(EndpointInput)
    return Forms(
        webhook_auth=[_webhook_auth(kind) for kind in _choices(fields_of(WebhookInput), "authType")],
        webhook=fields_of(WebhookInput),
        # Named from what is answered, where every member is present; of what is sent none must be.
        enrichment=[one.model_copy(update={"required": False}) for one in fields_of(WebhookEnrichment)],
        presets=[
            PresetForm(id=one.id, title=one.title, auth=one.record.auth, secret_by=one.record.secret.by)
            for one in presets()
        ],
        endpoint_auth=[_endpoint_auth(kind, names) for kind, names in credential_members().items()],
        endpoint=endpoint,
        profiles=list(PROFILES),
        timeout_ms={"minimum": TIMEOUT_LEAST_MS, "maximum": TIMEOUT_MOST_MS},
        retry=[RetryForm(id=one, members=list(retry_members()[one])) for one in get_args(Strategy)],
        filters=_filters(),
        step_kinds=[_step(kind, title, members) for kind, (title, members) in step_forms().items()],
        priorities={str(level): name for level, name in LEVEL_NAMES.items()},
    )


def fields_of(model: type[BaseModel]) -> list[FormField]:
    """The members of a body as fields, from its JSON Schema; an empty default of a webhook's name is none."""
    schema = model.model_json_schema(by_alias=True, mode="validation")
    required = frozenset(schema.get("required", ()))
    return [_field(name, member, is_required=name in required) for name, member in schema["properties"].items()]


def _field(name: str, member: Mapping[str, Any], *, is_required: bool) -> FormField:
    inner = next((one for one in member.get("anyOf", ()) if one.get("type") != "null"), member)
    kinds = {"string": "text", "integer": "integer", "boolean": "boolean", "array": "list"}
    choices = inner.get("enum")
    return FormField(
        name=name,
        kind="choice" if choices else "secret" if name == "secret" else kinds.get(inner.get("type", ""), "json"),
        required=is_required,
        choices=choices,
        default=member.get("default"),
        minimum=inner.get("minimum"),
        maximum=inner.get("maximum"),
        max_length=inner.get("maxLength"),
    )


def _choices(fields: list[FormField], name: str) -> list[str]:
    return next(field.choices or [] for field in fields if field.name == name)


def _webhook_auth(kind: str) -> Form:
    if kind == "signature":
        return Form(id=kind, title=kind, fields=[_credential("secret", SECRET_BYTES_MOST, is_required=False)])
    shown = {**(Credential(kind, ":").shown or {}), **(Credential(kind, ":", query="key").shown or {})}
    return Form(id=kind, title=kind, fields=[_credential(name, SECRET_BYTES_MOST, is_required=False) for name in shown])


def _endpoint_auth(kind: str, names: tuple[str, ...]) -> Form:
    fields = [_credential(name, CREDENTIAL_BYTES_MOST, is_required=name not in _OPTIONAL) for name in names]
    return Form(id=kind, title=kind, fields=fields)


def _credential(name: str, most: int, *, is_required: bool) -> FormField:
    kind = "text" if name in _PUBLIC else "secret"
    return FormField(name=name, kind=kind, required=is_required, help=_HELP[name], max_length=most)


def _filters() -> FilterForm:
    return FilterForm(
        operators=[
            OperatorForm(
                id=name, takes=_taken(name), negative=operators.compile_operator(name, _fit(name), "").is_negative
            )
            for name in operators.OPERATORS
        ],
        aliases=dict(operators.ALIASES),
        request_scopes=sorted({BODY, *REQUEST_SCOPES}),
        event_scopes=sorted({BODY, *EVENT_SCOPES}),
        rows_most=rules.ROWS_MOST,
        groups_most=rules.GROUPS_MOST,
    )


def _taken(name: str) -> list[str]:
    """Which kinds of value the operator compiles with."""
    return [kind for kind, sample in _SAMPLES.items() if _compiles(name, sample)] if operators.takes_value(name) else []


def _fit(name: str) -> object:
    return next(sample for sample in _SAMPLES.values() if _compiles(name, sample))


def _compiles(name: str, sample: object) -> bool:
    try:
        operators.compile_operator(name, sample, "")
    except Invalid:
        return False
    return True


def _step(kind: str, title: str, members: Mapping[str, Mapping[str, Any]]) -> Form:
    fields = [FormField.model_validate({"name": name, **member}) for name, member in sorted(members.items())]
    return Form(id=kind, title=title, fields=fields)

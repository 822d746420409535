"""`/api/v1/providers`: the presets a source may verify by, in words, with a sample delivery of each."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer
from hookspan.errors import Invalid, NotFound
from hookspan.inbound.provider_catalogue import Described, described
from hookspan.inbound.provider_samples import sample_of
from hookspan.inbound.providers import Preset, preset, presets

router = APIRouter(prefix="/api/v1/providers", tags=["providers"])
Reader = Annotated[Caller, may("sources:read")]
ProviderId = Annotated[str, Path(max_length=100)]


class ProviderSecret(Answer):
    """Who makes the secret, what its text looks like, and how it becomes a key."""

    by: Literal["provider", "integrator"]
    format: str | None
    encoding: str


class ProviderTime(Answer):
    """How far the signed time may lie from our clock, in inclusive seconds."""

    past_seconds: int
    future_seconds: int


class Provider(Answer):
    """One preset. `experimental` means that nobody held it against the provider's own library yet.

    `dedupe` and `eventType` are the places of id and type in order; where they are not signed, whoever holds a
    captured delivery could change them.
    """

    id: str
    title: str
    docs: str
    auth: Literal["none", "signature", "basic", "api_key"]
    kind: str
    status: Literal["supported", "experimental"]
    evidence: Literal["confirmed", "vector", "none"]
    signature_place: str | None
    signed_fields: list[str]
    secret: ProviderSecret
    time: ProviderTime | None
    dedupe: list[str]
    id_signed: bool
    event_type: list[str]
    type_signed: bool
    handshakes: list[str]
    awaits_secret: bool
    methods: list[str]
    needs_registered_url: bool
    can_sign: bool
    has_sample: bool


class ProviderSample(Answer):
    """A delivery without its signature; `body` is the text as sent."""

    headers: dict[str, str]
    body: str
    event_type: str


class ProviderDetail(Provider):
    """One preset with its sample, and the record that a source's `verification` is laid over."""

    sample: ProviderSample | None
    verification: dict[str, Any]


class ProviderList(Answer):
    """Every preset by id; the list is short and comes whole."""

    data: list[Provider]
    total: int
    has_more: bool = False
    next_cursor: str | None = None
    prev_cursor: str | None = None


@router.get("", operation_id="listProviders")
async def list_providers(_: Reader) -> ProviderList:
    """Every preset."""
    shown = [Provider(**_members(described(each))) for each in presets()]
    return ProviderList(data=shown, total=len(shown))


@router.get("/{id}", operation_id="getProvider")
async def get_provider(id: ProviderId, _: Reader) -> ProviderDetail:
    """One preset, its sample and its record."""
    try:
        found = preset(id)
    except Invalid:
        raise NotFound(f"there is no provider {id!r}") from None
    return ProviderDetail(**_members(described(found)), sample=_sample(found), verification=dict(found.plain))


def _members(shown: Described) -> dict[str, Any]:
    """The words as members of the answer; secret and time are objects there."""
    words = {field.name: getattr(shown, field.name) for field in fields(shown)}
    by, form, encoding = (words.pop(f"secret_{part}") for part in ("by", "format", "encoding"))
    past, future = words.pop("time_past_s"), words.pop("time_future_s")
    words["secret"] = ProviderSecret(by=by, format=form, encoding=encoding)
    words["time"] = None if past is None else ProviderTime(past_seconds=past, future_seconds=future)
    words["id_signed"], words["type_signed"] = words.pop("is_id_signed"), words.pop("is_type_signed")
    return words


def _sample(used: Preset) -> ProviderSample | None:
    if used.sample is None:
        return None
    made = sample_of(used)
    return ProviderSample(headers=dict(made.headers), body=made.body.decode(), event_type=made.event_type)

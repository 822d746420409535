"""Try filters before they decide anything: on a request given, on one that was stored, on the last thousand.

Filters see a request as it is stored, its credentials masked, and so they do here. Nothing here runs on the event
loop that would hold it up: requests are read in stretches and judged in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlencode

import msgspec

from hookspan.errors import Invalid
from hookspan.inbound.path_hints import PathHint, path_hints
from hookspan.inbound.providers import Preset
from hookspan.inbound.request import InboundRequest, body_view, query_members, request_scopes
from hookspan.inbound.settings import settings_read
from hookspan.inbound.snapshot import filter_rules, preset_of
from hookspan.inbound.sources import Sources
from hookspan.model.jsonview import read_json
from hookspan.model.redact import masked_query, stored_fields
from hookspan.model.rules import FilterError, FilterResult, Rules, View
from hookspan.storage.database import Database
from hookspan.storage.stored_requests import Place, StoredRequest, request_find, request_types, requests_last
from hookspan.storage.webhooks import WebhookRow

LAST_MOST = 1_000
STRETCH = 20
"""So many bodies of at most 1 MiB are in memory at a time."""
EXAMPLES_MOST = 5
HINTED_REQUESTS = 20
BACKTESTS_AT_ONCE = 2
SPENT = "filter_error"
PREFIX = "/api/v1/webhooks/"

Masked: TypeAlias = tuple[frozenset[str], frozenset[str]]

_read_fields = msgspec.json.Decoder(list[tuple[str, str]]).decode


@dataclass(frozen=True, slots=True)
class GivenRequest:
    """A request that was never sent. `has_payload` tells a body that is null from no JSON body at all."""

    payload: object = None
    has_payload: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A filter's result, or in `fault` why there is none: then the request would be `failed` with `filter_error`."""

    result: FilterResult
    fault: str | None = None


@dataclass(slots=True)
class Backtest:
    """How the last requests of a source fare: counts, and a few ids each, latest first.

    `now_passed` and `now_filtered` are those that the filter of their own time decided otherwise.
    """

    tested: int = 0
    passed: int = 0
    filtered: int = 0
    failed: int = 0
    changed: int = 0
    ids: dict[str, list[str]] = field(
        default_factory=lambda: {name: [] for name in ("passed", "filtered", "failed", "now_passed", "now_filtered")}
    )

    def count(self, request: StoredRequest, passes: bool | None) -> None:
        """Take one verdict in; None for a request that spends the budget."""
        self.tested += 1
        if passes is None:
            self.failed += 1
            self._keep("failed", request)
            return
        was_filtered = request.status == "filtered"
        self.passed += passes
        self.filtered += not passes
        self._keep("passed" if passes else "filtered", request)
        if passes == was_filtered:
            self.changed += 1
            self._keep("now_passed" if passes else "now_filtered", request)

    def _keep(self, name: str, request: StoredRequest) -> None:
        if len(self.ids[name]) < EXAMPLES_MOST:
            self.ids[name].append(request.id)


class Trials:
    """Tries of filters; NotFound for a source or request that is missing or another tenant's."""

    def __init__(self, database: Database, sources: Sources) -> None:
        self._database = database
        self._sources = sources
        self._backtests = asyncio.Semaphore(BACKTESTS_AT_ONCE)

    async def given(self, tenant_id: str, webhook_id: str, request: GivenRequest, rules: Rules | None) -> Verdict:
        """How a request fares that is told here; `rules` None takes the stored rows."""
        row = await self._sources.get(tenant_id, webhook_id)
        return await asyncio.to_thread(verdict, _used(row, rules), given_view(request, self._masked(row), row.path))

    async def stored(
        self, tenant_id: str, webhook_id: str, event_id: str, rules: Rules | None, *, shows_values: bool
    ) -> Verdict:
        """How a stored request fares; without `shows_values` nothing of it is told but the verdicts."""
        row = await self._sources.get(tenant_id, webhook_id)
        used, form = _used(row, rules), _form(row)
        found = await self._database.read(request_find, tenant_id, webhook_id, event_id)

        def judge() -> Verdict:
            return verdict(used, stored_view(found, form), shows_values=shows_values)

        return await asyncio.to_thread(judge)

    async def backtest(self, tenant_id: str, webhook_id: str, last: int, rules: Rules | None) -> Backtest:
        """How the last requests of a source fare, tests left out."""
        row = await self._sources.get(tenant_id, webhook_id)
        used, form = _used(row, rules), _form(row)
        told, place = Backtest(), None
        async with self._backtests:
            while told.tested < last:
                most = min(STRETCH, last - told.tested)
                stretch = await self._database.read(requests_last, tenant_id, webhook_id, most, before=place)
                for request, passes in zip(stretch, await asyncio.to_thread(_passes, used, stretch, form), strict=True):
                    told.count(request, passes)
                if len(stretch) < most:
                    break
                place = Place(stretch[-1].created_at, stretch[-1].id)
        return told

    async def hints(
        self, tenant_id: str, webhook_id: str, prefix: str, samples: Iterable[bytes], *, with_requests: bool
    ) -> Sequence[PathHint]:
        """Paths of the last requests, if their content may be seen, and of sample bodies; then without examples."""
        form = _form(await self._sources.get(tenant_id, webhook_id))
        requests = (
            await self._database.read(requests_last, tenant_id, webhook_id, HINTED_REQUESTS) if with_requests else []
        )

        def look() -> Sequence[PathHint]:
            views = [stored_view(request, form) for request in requests]
            return path_hints([*views, *(_sample_view(sample) for sample in samples)], prefix)

        return await asyncio.to_thread(look)

    async def event_types(self, tenant_id: str, webhook_id: str) -> Sequence[str]:
        """The types that the last requests had, latest first."""
        return await self._database.read(request_types, tenant_id, webhook_id, HINTED_REQUESTS)

    def _masked(self, row: WebhookRow) -> Masked:
        """The names of what carries a credential or a signature at this source."""
        source = self._sources.by_path(row.path)
        return (frozenset(), frozenset()) if source is None else (source.credential_names, source.signature_names)


def source_preset(row: WebhookRow) -> Preset | None:
    """What a source works by; None when its configuration cannot be read."""
    try:
        return preset_of(row.auth_type, row.provider, settings_read(row.settings))
    except Invalid:
        return None


def _used(row: WebhookRow, rules: Rules | None) -> Rules:
    return filter_rules(row.filters) if rules is None else rules


def _form(row: WebhookRow) -> str | None:
    """The form field that carries the JSON body, for providers who send forms."""
    used = source_preset(row)
    return used.record.form if used else None


def verdict(rules: Rules, view: View, *, shows_values: bool = True) -> Verdict:
    """The result with its reasons; a spent budget is told as what it is."""
    try:
        return Verdict(rules.explain(view, shows_values=shows_values))
    except FilterError as error:
        return Verdict(FilterResult(False, str(error), {}, ()), SPENT)


def given_view(request: GivenRequest, masked: Masked, path: str) -> View:
    """What filters see of a request that is told."""
    credentials, signatures = masked
    headers = [
        (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in request.headers.items()
    ]
    query = masked_query(urlencode(request.query), credentials=credentials)
    view: dict[str, object] = {
        "$headers": dict(stored_fields(headers, credentials=credentials, signatures=signatures)),
        "$query": query_members(query),
        "$method": request.method,
        "$path": PREFIX + path,
        "$meta": {},
    }
    return view | ({"$": request.payload} if request.has_payload else {})


def stored_view(request: StoredRequest, form: str | None) -> View:
    """What filters see of a stored request."""
    fields = _read_fields(request.headers)
    kinds = [(b"content-type", value.encode("latin-1", "replace")) for name, value in fields if name == "content-type"]
    plain = InboundRequest(request.method, request.path, "", request.query, kinds, request.body)
    metadata = read_json(request.metadata.encode()).value
    scopes = request_scopes(plain, body_view(plain, form), metadata if isinstance(metadata, dict) else {})
    return scopes | {"$headers": dict(reversed(fields))}


def _sample_view(sample: bytes) -> View:
    view = read_json(sample)
    return {"$": view.value} if view.is_json else {}


def _passes(rules: Rules, stretch: Sequence[StoredRequest], form: str | None) -> list[bool | None]:
    return [_passed(rules, stored_view(request, form)) for request in stretch]


def _passed(rules: Rules, view: View) -> bool | None:
    try:
        return rules.passes(view)
    except FilterError:
        return None

"""What becomes of a request by its source as it is configured now: filters, schema, workflow; in memory."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from hookspan.errors import Invalid
from hookspan.events.choices import ordering_key
from hookspan.events.registry import Registry
from hookspan.inbound.bindings import Binding, Bindings
from hookspan.inbound.birth import Judgement, Kept
from hookspan.inbound.source import Source
from hookspan.model.rules import FilterError, FilterResult
from hookspan.model.schema_judge import MISMATCH
from hookspan.ports import Clock

REASON_CHARACTERS = 1_000
UNBOUND = MappingProxyType(
    {
        "workflow_deleted": "the workflow that this source starts is deleted",
        "workflow_inactive": "the workflow that this source starts is not active",
        "no_webhook_trigger": "the workflow that this source starts has no webhook trigger any more",
    }
)
"""Why a request cannot start what its source is bound to, by error code."""


class Judging:
    """Judges for every source of the instance."""

    def __init__(self, bindings: Bindings, registry: Registry | None, clock: Clock) -> None:
        self._bindings = bindings
        self._registry = registry
        self._clock = clock

    async def judge(self, source: Source, request: Kept, *, explains: bool = False) -> Judgement:
        """The verdict; nothing is stored. `explains` asks for the filter's reasons even where it lets pass."""
        if source.status == "paused":
            return Judgement("held")
        looks = explains or not source.rules.is_open or source.ordering_path is not None
        if not looks:
            return await self._routed(source, request, {}, None)
        began = self._clock.monotonic()
        scopes = request.scopes()
        judged, verdict = _filtered(source, scopes, explains=explains)
        filter_ms = round((self._clock.monotonic() - began) * 1_000)
        if judged is None:
            judged = await self._routed(source, request, scopes, verdict)
        return msgspec.structs.replace(judged, filter_ms=filter_ms) if filter_ms else judged

    async def _routed(
        self, source: Source, request: Kept, scopes: Mapping[str, object], verdict: FilterResult | None
    ) -> Judgement:
        """The verdict on what no filter holds back: by the schema of its type, then by the workflow it starts."""
        version, mismatch = await self._schema(source, request)
        if mismatch is not None and source.schema_check == "enforce":
            return Judgement("failed", error_code=MISMATCH, error_message=mismatch, filter=verdict)
        binding = await self._binding(source)
        if binding is not None and binding.error_code is not None:
            told = UNBOUND.get(binding.error_code, binding.error_code)
            return Judgement("failed", binding, error_code=binding.error_code, error_message=told, filter=verdict)
        return Judgement(
            "processed",
            binding,
            error_code=None if mismatch is None else MISMATCH,
            error_message=mismatch,
            filter=verdict,
            type_version=version,
            ordering_key=ordering_key(source.ordering_path.text, scopes) if source.ordering_path else None,
        )

    async def _schema(self, source: Source, request: Kept) -> tuple[int | None, str | None]:
        """The version of the type that was looked at, and where the data are not as its schema says."""
        if self._registry is None or source.schema_check == "off" or request.is_generic:
            return None, None
        name, body = request.kind.name, request.request.body
        try:
            checked = await self._registry.check(source.tenant_id, name, body, request.content_type)
        except Invalid as error:
            # A type nobody registered is no fault of the data: only publishing asks for registered ones.
            faults = [fault for fault in error.faults if fault.code == MISMATCH]
            told = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults)
            return None, told[:REASON_CHARACTERS] or None
        return checked, None

    async def _binding(self, source: Source) -> Binding | None:
        """What this source starts, if it starts anything."""
        if source.workflow_id is None:
            return None
        return await self._bindings.of(source.tenant_id, source.workflow_id)


def _filtered(
    source: Source, scopes: Mapping[str, object], *, explains: bool
) -> tuple[Judgement | None, FilterResult | None]:
    """The end of what the filters hold back, else None; and their reasons, where they are asked for or said no."""
    try:
        if not explains and (source.rules.is_open or source.rules.passes(scopes)):
            return None, None
        verdict = source.rules.explain(scopes)
    except FilterError as error:
        return Judgement("failed", error_code="filter_error", error_message=str(error)[:REASON_CHARACTERS]), None
    if verdict.passed:
        return None, verdict
    return Judgement("filtered", filtered_reason=verdict.reason[:REASON_CHARACTERS], filter=verdict), verdict

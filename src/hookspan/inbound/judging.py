"""What becomes of a request by its source as it is configured now: filters, schema, workflow; in memory."""

from __future__ import annotations

from collections.abc import Mapping

from hookspan.errors import Invalid
from hookspan.events.choices import ordering_key
from hookspan.events.registry import Registry
from hookspan.inbound.bindings import Binding, Bindings
from hookspan.inbound.birth import Judgement, Kept
from hookspan.inbound.source import Source
from hookspan.model.rules import FilterError, FilterResult
from hookspan.model.schema_judge import MISMATCH

REASON_CHARACTERS = 1_000


class Judging:
    """Judges for every source of the instance."""

    def __init__(self, bindings: Bindings, registry: Registry | None) -> None:
        self._bindings = bindings
        self._registry = registry

    async def judge(self, source: Source, request: Kept, *, explains: bool = False) -> Judgement:
        """The verdict; nothing is stored. `explains` asks for the filter's reasons even where it lets pass."""
        if source.status == "paused":
            return Judgement("held")
        looks = explains or not source.rules.is_open or source.ordering_path is not None
        scopes = request.scopes() if looks else {}
        try:
            verdict = _filtered(source, scopes, explains=explains) if looks else None
        except FilterError as error:
            return Judgement("failed", error_code="filter_error", error_message=str(error)[:REASON_CHARACTERS])
        if verdict is not None and not verdict.passed:
            return Judgement("filtered", filtered_reason=verdict.reason[:REASON_CHARACTERS], filter=verdict)
        version, mismatch = await self._schema(source, request)
        if mismatch is not None and source.schema_check == "enforce":
            return Judgement("failed", error_code=MISMATCH, error_message=mismatch, filter=verdict)
        binding = await self._binding(source)
        if binding is not None and binding.error_code is not None:
            return Judgement("failed", error_code=binding.error_code, filter=verdict)
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


def _filtered(source: Source, scopes: Mapping[str, object], *, explains: bool) -> FilterResult | None:
    """The verdict with its reasons where they are asked for or said no; None where nothing is in the way."""
    if explains:
        return source.rules.explain(scopes)
    if source.rules.is_open or source.rules.passes(scopes):
        return None
    return source.rules.explain(scopes)

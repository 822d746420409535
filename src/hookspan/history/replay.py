"""Replay: bring an event about once more, as stored or changed (seed 003 §6, contracts B.7).

What may be replayed is judged here: content that is still there, a depth that is not used up (so no loop goes on for
ever), a source that is not disabled, a rate for each tenant. What the new event is, the room that records requests
knows (ports.Replayer).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from hookspan.errors import Conflict, Fault, Gone, HookspanError, Invalid, NotFound, RateLimited
from hookspan.events.registry import Registry
from hookspan.model.ids import canonical_id
from hookspan.model.json_patch import Operation, diff, patch_text
from hookspan.model.jsonview import Json, read_json
from hookspan.ports import Clock, Replayed, Replayer, ReplayOrder
from hookspan.storage.database import Database
from hookspan.storage.replays import Candidate, candidates, closed_webhooks, event_content

DEPTH_MOST = 5
BATCH_MOST = 10
RATE_MOST, RATE_SPAN_SECONDS = 60, 60.0
TENANTS_KEPT = 10_000
JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class ReplayWish:
    """Who asks for a replay and why; `payload` (compact JSON) takes the place of the content."""

    actor: str
    reason: str | None = None
    payload: bytes | None = None


@dataclass(frozen=True, slots=True)
class ReplayLimits:
    """How deep a chain of replays may be, how many ids one call may name."""

    depth_most: int = DEPTH_MOST
    batch_most: int = BATCH_MOST


class ReplayBudget:
    """Sixty replays a minute for each tenant; jobs keep a pace of their own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._made: OrderedDict[str, deque[float]] = OrderedDict()

    def spend(self, tenant_id: str) -> None:
        """Count one; RateLimited when the minute's are used."""
        now = self._clock.monotonic()
        made = self._made.setdefault(tenant_id, deque())
        self._made.move_to_end(tenant_id)
        while made and made[0] <= now - RATE_SPAN_SECONDS:
            made.popleft()
        if len(made) >= RATE_MOST:
            wait_s = max(1, ceil(made[0] + RATE_SPAN_SECONDS - now))
            raise RateLimited(f"{RATE_MOST} replays a minute; use a query for more", retry_after_s=wait_s)
        made.append(now)
        while len(self._made) > TENANTS_KEPT:
            self._made.popitem(last=False)


class Replays:
    """Replays of one process."""

    def __init__(
        self,
        database: Database,
        replayer: Replayer,
        registry: Registry,
        clock: Clock,
        *,
        limits: ReplayLimits | None = None,
    ) -> None:
        self._database = database
        self._replayer = replayer
        self._registry = registry
        self._budget = ReplayBudget(clock)
        self.limits = limits or ReplayLimits()

    async def one(self, tenant_id: str, event_id: str, wish: ReplayWish) -> Replayed:
        """A new event of this one, on disk.

        Raises NotFound, Gone `content_expunged`, Conflict `replay_limit_reached` or `webhook_disabled`, Invalid
        `schema_mismatch` for a payload its type forbids, RateLimited.
        """
        found = await self._database.read(candidates, tenant_id, [event_id])
        if event_id not in found:
            raise NotFound("no such event")
        self._judge(found[event_id])
        self._budget.spend(tenant_id)
        order = ReplayOrder(tenant_id=tenant_id, event_id=event_id, actor=wish.actor, reason=wish.reason)
        if wish.payload is None:
            return await self._replayer.replay(order)
        return await self._replayer.replay(await self._changed(order, found[event_id], wish.payload))

    async def many(
        self, tenant_id: str, webhook_id: str, texts: Sequence[str], wish: ReplayWish
    ) -> Mapping[str, Replayed | HookspanError]:
        """Replay a few events of one source as stored; for each id, as it was spelt, what became of it or why not.

        Invalid when there are none or more than a call may name.
        """
        if not 1 <= len(texts) <= self.limits.batch_most:
            raise Invalid.one("/eventIds", f"name 1 to {self.limits.batch_most} events; for more, use a query")
        ids = {text: _id_or_none(text) for text in texts}
        named = [identity for identity in ids.values() if identity is not None]
        found = await self._database.read(candidates, tenant_id, named)
        mine = {identity for identity, each in found.items() if each.webhook_id == webhook_id}
        results: dict[str, Replayed | HookspanError] = {}
        for text, identity in ids.items():
            if identity is None or identity not in mine:
                results[text] = NotFound("not found")
                continue
            try:
                results[text] = await self.one(tenant_id, identity, wish)
            except (NotFound, Conflict, Gone, RateLimited) as error:
                results[text] = error
        return results

    async def one_of_job(self, order: ReplayOrder, found: Mapping[str, Candidate]) -> Replayed:
        """As `one`, of a job, which keeps its own pace and replays each event once; `found` are its candidates."""
        if order.event_id not in found:
            raise NotFound("no such event")
        self._judge(found[order.event_id])
        return await self._replayer.replay(order)

    async def refusals(self, tenant_id: str, rows: Sequence[Candidate]) -> dict[str, str]:
        """Which of these events would be refused, and by which word."""
        closed = await self._database.read(closed_webhooks, tenant_id)
        words = {row.id: self._refusal(row, closed) for row in rows}
        return {identity: word for identity, word in words.items() if word is not None}

    def _refusal(self, row: Candidate, closed: frozenset[str]) -> str | None:
        if row.status == "expunged":
            return "content_expunged"
        if row.replay_count >= self.limits.depth_most:
            return "replay_limit"
        return "webhook_disabled" if row.webhook_id in closed else None

    def _judge(self, row: Candidate) -> None:
        if row.status == "expunged":
            raise Gone("the event's content was erased")
        if row.replay_count >= self.limits.depth_most:
            detail = f"this event was replayed {row.replay_count} times in a row; replay its original instead"
            raise Conflict(detail, code="replay_limit_reached")

    async def _changed(self, order: ReplayOrder, row: Candidate, payload: bytes) -> ReplayOrder:
        """The order with another payload, and what that changes."""
        if row.webhook_id is None:
            await self._check(order.tenant_id, row, payload)
        old = await self._database.read(event_content, order.tenant_id, order.event_id)
        patch = await asyncio.to_thread(payload_diff, old, payload)
        return ReplayOrder(
            tenant_id=order.tenant_id,
            event_id=order.event_id,
            actor=order.actor,
            reason=order.reason,
            payload=payload,
            diff=None if patch is None else patch.decode(),
        )

    async def _check(self, tenant_id: str, row: Candidate, payload: bytes) -> None:
        """What was published under a schema must still fit it; what came in is judged when it is recorded."""
        if row.type_version is None:
            return
        try:
            await self._registry.check(tenant_id, row.type, payload, JSON_TYPE, row.type_version)
        except Invalid as error:
            raise Invalid([_renamed(fault) for fault in error.faults]) from None


def payload_diff(old: bytes, new: bytes) -> bytes | None:
    """What was changed, as a JSON Patch; None for one that is too long. What was no JSON is replaced as a whole."""
    before, after = read_json(old), read_json(new)
    if not after.is_json:
        return None
    whole: list[Operation] = [{"op": "replace", "path": "", "value": after.value}]
    value: Json = before.value
    return patch_text(diff(value, after.value) if before.is_json else whole)


def _renamed(fault: Fault) -> Fault:
    pointer = fault.pointer
    return Fault(f"/modifiedPayload{pointer.removeprefix('/data')}", fault.code, fault.detail)


def _id_or_none(text: str) -> str | None:
    try:
        return canonical_id(text)
    except NotFound:
        return None

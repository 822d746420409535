"""What one verified request becomes: its event, its receipt and the work it starts, in one transaction.

The receiver comes here, and so do test requests, replays and what was held: there is no other way in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import msgspec

from hookspan.errors import Conflict, Invalid, Unavailable
from hookspan.events.publish import STALE_TRIES, UNSETTLED, Overtaken, Publisher
from hookspan.events.registry import Registry
from hookspan.inbound.bindings import Bindings
from hookspan.inbound.birth import Judgement, Kept, Taken, event_of, executions_of, kept, receipt_of, timed
from hookspan.inbound.dedupe import DedupeKey, dedupe_keys, placed
from hookspan.inbound.held_counts import HeldCounts
from hookspan.inbound.judging import Judging
from hookspan.inbound.source import Source
from hookspan.inbound.split import SPLIT_MOST, parts_again, parts_of
from hookspan.model.events import Entry, Key, Published
from hookspan.model.receipt_facts import facts_of
from hookspan.model.rules import FilterResult
from hookspan.ports import Clock
from hookspan.storage.held import held_end, held_release

Made = TypeVar("Made")
TOO_MANY = Judgement("failed", error_code="split_limit", error_message=f"more than {SPLIT_MOST:,} elements to split")


class Manner(msgspec.Struct, frozen=True, gc=False):
    """How a request is recorded. A dry one is judged and stored nowhere; `explains` asks for the filter's reasons."""

    is_test: bool = False
    dedupes: bool = True
    explains: bool = False
    is_dry: bool = False


LIVE = Manner()
TEST = Manner(is_test=True, dedupes=False, explains=True)


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What became of a request; on disk when it is returned, unless it was dry or is an `id_conflict`.

    For a duplicate `event_id` and `status` are the first event's. `events` counts those of a batch that was split,
    of which the ids here are the first's.
    """

    event_id: str
    status: str
    execution_id: str | None = None
    response_status: int = 202
    events: int = 1
    duplicate: bool = False
    id_conflict: bool = False
    error_code: str | None = None
    error_message: str | None = None
    filter: FilterResult | None = None


class Recording:
    """Records for every source of the instance."""

    def __init__(
        self,
        bindings: Bindings,
        publisher: Publisher,
        *,
        clock: Clock,
        registry: Registry | None = None,
        held: HeldCounts | None = None,
    ) -> None:
        self._judging = Judging(bindings, registry, clock)
        self._publisher = publisher
        self._clock = clock
        self.held = held or HeldCounts()

    async def record(self, source: Source, taken: Taken, manner: Manner = LIVE) -> Outcome:
        """Record one verified request.

        Raises Unavailable when the store is away, or when as much is held for the source as may be.
        """
        if source.status == "paused" and self.held.is_full(source.id):
            raise Unavailable("as much is held for this source as may be")
        parts = parts_of(source, taken)
        if manner.is_dry:
            # What is not written is compared with nothing, so it is judged by what is committed now.
            self._publisher.forget(source.tenant_id)
        if parts:
            return await _settled(lambda: self._record_parts(source, taken, parts, manner))
        return await _settled(lambda: self._record_whole(source, taken, manner, is_too_many=parts is None))

    async def _record_whole(self, source: Source, taken: Taken, manner: Manner, *, is_too_many: bool) -> Outcome:
        request = kept(source, taken, processing_ms=self._took_ms(taken), is_test=manner.is_test)
        judged = TOO_MANY if is_too_many else await self._judging.judge(source, request, explains=manner.explains)
        keys = [stored_key(source, key, taken) for key in _keys(source, taken)] if manner.dedupes else ()
        entry = entry_of(source, timed(request, judged), judged, keys=keys, now=taken.now)
        if manner.is_dry:
            return _outcome(entry, judged, None)
        return await self._publish(entry, judged)

    async def _record_parts(self, source: Source, taken: Taken, parts: Sequence[Taken], manner: Manner) -> Outcome:
        """One event for each part of a batch."""
        entries, verdicts = [], []
        for place, part in enumerate(parts):
            request = kept(source, part, processing_ms=self._took_ms(part), is_test=manner.is_test)
            judged = await self._judging.judge(source, request, explains=manner.explains)
            own = _keys(source, part) if manner.dedupes else []
            keys = [stored_key(source, placed(key, place), taken if key.of_batch else part) for key in own]
            entries.append(entry_of(source, timed(request, judged), judged, keys=keys, now=part.now))
            verdicts.append(judged)
        if manner.is_dry:
            return msgspec.structs.replace(_outcome(entries[0], verdicts[0], None), events=len(parts))
        return await self._publish_parts(source, entries, verdicts)

    async def _publish_parts(self, source: Source, entries: Sequence[Entry], verdicts: Sequence[Judgement]) -> Outcome:
        """All elements of a batch or none, in one transaction; the first new one is told."""
        try:
            published = await self._publisher.publish_entries(entries, atomic=True)
        except Invalid:
            return Outcome(entries[0].event.id, "rejected", id_conflict=True)
        fresh = [place for place, each in enumerate(published) if not each.duplicate]
        if source.status == "paused":
            self.held.add(source.id, len(fresh))
        first = fresh[0] if fresh else 0
        outcome = _outcome(entries[first], verdicts[first], published[first])
        return msgspec.structs.replace(outcome, events=len(fresh) or len(entries))

    async def record_again(self, source: Source, request: Kept) -> Outcome:
        """Record a stored request as a new event, or one for each element of a batch; raises as `record` does."""
        return await _settled(lambda: self._record_again(source, request))

    async def _record_again(self, source: Source, request: Kept) -> Outcome:
        parts = parts_again(source, request)
        if parts:
            verdicts = [await self._judging.judge(source, part) for part in parts]
            each = zip(parts, verdicts, strict=True)
            entries = [entry_of(source, part, judged, now=part.created_at) for part, judged in each]
            return await self._publish_parts(source, entries, verdicts)
        judged = TOO_MANY if parts is None else await self._judging.judge(source, request)
        return await self._publish(entry_of(source, request, judged, now=request.created_at), judged)

    async def _publish(self, entry: Entry, judged: Judgement) -> Outcome:
        try:
            published = await self._publisher.publish_entry(entry)
        except Conflict:
            return Outcome(entry.event.id, "rejected", id_conflict=True)
        if judged.status == "held" and entry.receipt is not None and not published.duplicate:
            self.held.add(entry.receipt.webhook_id)
        return _outcome(entry, judged, published)

    async def release(self, source: Source, request: Kept) -> bool:
        """Let a held receipt go, by the source as it is configured now; False when it is not held any more."""
        return await _settled(lambda: self._release(source, request))

    async def _release(self, source: Source, request: Kept) -> bool:
        judged = await self._judging.judge(source, request)
        entry = entry_of(source, request, judged, now=self._clock.now_ms())
        return await self._publisher.publish_through(entry, held_release)

    async def end(self, entry: Entry, *, is_deleted: bool) -> bool:
        """End a held receipt of which nothing can come, of a deleted source or an active one; False as above."""
        return await self._publisher.publish_through(entry, held_end if is_deleted else held_release)

    def _took_ms(self, taken: Taken) -> int:
        if taken.started_at is None:
            return taken.read_ms
        return round((self._clock.monotonic() - taken.started_at) * 1_000)


async def _settled(attempt: Callable[[], Awaitable[Made]]) -> Made:
    """What an attempt makes that nothing overtook: a workflow that is changed meanwhile is judged again as changed."""
    for _ in range(STALE_TRIES):
        try:
            return await attempt()
        except Overtaken:
            continue
    raise Unavailable(UNSETTLED)


def entry_of(source: Source, request: Kept, judged: Judgement, *, keys: Sequence[Key] = (), now: int) -> Entry:
    """All that is written of a request; `now` is when its work begins."""
    receipt, executions = receipt_of(source, request, judged), executions_of(source, request, judged, now=now)
    facts = facts_of(request.id, receipt, executions, source.workflow_id, now=now)
    event = event_of(source, request, judged)
    judged_at = None if judged.binding is None else judged.binding.routing_version
    return Entry(event, keys, receipt, executions, facts, request.replay, "webhook", judged_at)


def _keys(source: Source, taken: Taken) -> list[DedupeKey]:
    """Under which keys this source has the request only once."""
    return dedupe_keys(
        source.preset,
        source.dedupe,
        request=taken.request,
        view=taken.view,
        verified=taken.verified,
        enclosed=taken.enclosed,
    )


def stored_key(source: Source, key: DedupeKey, taken: Taken) -> Key:
    """The row of a key. Another body under an id may be refused; a key of the body alone is the body."""
    refuses = source.reject_other_body and key.kind == "id"
    return Key(source.id, key.key, hashlib.sha256(taken.request.body).digest(), taken.now + key.window_ms, refuses)


def _outcome(entry: Entry, judged: Judgement, published: Published | None) -> Outcome:
    receipt = entry.receipt
    assert receipt is not None
    first = published or Published(entry.event.id, entry.event.type, entry.event.created_at, False, None)
    # What its source starts; others that the event started are theirs.
    has_own = bool(entry.executions) and published is not None and not published.duplicate
    return Outcome(
        first.id,
        first.status or judged.status,
        entry.executions[0].id if has_own else None,
        receipt.response_status,
        duplicate=first.duplicate,
        error_code=judged.error_code,
        error_message=judged.error_message,
        filter=judged.filter,
    )

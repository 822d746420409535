"""What one verified request becomes: its event, its receipt and the work it starts, in one transaction.

The receiver comes here, and so do test requests, replays and what was held: there is no other way in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from hookspan.errors import Conflict, Unavailable
from hookspan.events.publish import Publisher
from hookspan.events.registry import Registry
from hookspan.inbound.bindings import Bindings
from hookspan.inbound.birth import Judgement, Kept, Taken, event_of, executions_of, kept, receipt_of
from hookspan.inbound.dedupe import DedupeKey, dedupe_keys
from hookspan.inbound.held_counts import HeldCounts
from hookspan.inbound.judging import Judging
from hookspan.inbound.receipt_facts import facts_of
from hookspan.inbound.source import Source
from hookspan.model.events import Entry, Key, Published
from hookspan.model.rules import FilterResult
from hookspan.ports import Clock
from hookspan.storage.held import held_end, held_release


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
        self._judging = Judging(bindings, registry)
        self._publisher = publisher
        self._clock = clock
        self.held = held or HeldCounts()

    async def record(self, source: Source, taken: Taken, manner: Manner = LIVE) -> Outcome:
        """Record one verified request.

        Raises Unavailable when the store is away, or when as much is held for the source as may be.
        """
        if source.status == "paused" and self.held.is_full(source.id):
            raise Unavailable("as much is held for this source as may be")
        request = kept(source, taken, processing_ms=self._took_ms(taken), is_test=manner.is_test)
        judged = await self._judging.judge(source, request, explains=manner.explains)
        keys = keys_of(source, taken) if manner.dedupes else ()
        entry = entry_of(source, request, judged, keys=keys, now=taken.now)
        if manner.is_dry:
            return _outcome(entry, judged, None)
        return await self._publish(entry, judged)

    async def record_again(self, source: Source, request: Kept) -> Outcome:
        """Record a stored request as a new event; raises as `record` does."""
        judged = await self._judging.judge(source, request)
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
        judged = await self._judging.judge(source, request)
        entry = entry_of(source, request, judged, now=self._clock.now_ms())
        return await self._publisher.publish_through(entry, held_release)

    async def end(self, entry: Entry) -> bool:
        """End a held receipt of a deleted source; False when it is not held any more."""
        return await self._publisher.publish_through(entry, held_end)

    def _took_ms(self, taken: Taken) -> int:
        if taken.started_at is None:
            return taken.read_ms
        return round((self._clock.monotonic() - taken.started_at) * 1_000)


def entry_of(source: Source, request: Kept, judged: Judgement, *, keys: Sequence[Key] = (), now: int) -> Entry:
    """All that is written of a request; `now` is when its work begins."""
    receipt, executions = receipt_of(source, request, judged), executions_of(source, request, judged, now=now)
    facts = facts_of(request.id, receipt, executions, source.workflow_id, now=now)
    event = event_of(source, request, judged)
    return Entry(event, keys, receipt, executions, facts, request.replay, "webhook")


def keys_of(source: Source, taken: Taken) -> list[Key]:
    """Under which keys this source has the request only once."""
    found = dedupe_keys(source.preset, source.dedupe, request=taken.request, view=taken.view, verified=taken.verified)
    return [stored_key(source, key, taken.request.body, taken.now) for key in found]


def stored_key(source: Source, key: DedupeKey, body: bytes, now: int) -> Key:
    """The row of a key. Another body under an id may be refused; a key of the body alone is the body."""
    refuses = source.reject_other_body and key.kind == "id"
    return Key(source.id, key.key, hashlib.sha256(body).digest(), now + key.window_ms, refuses)


def _outcome(entry: Entry, judged: Judgement, published: Published | None) -> Outcome:
    receipt = entry.receipt
    assert receipt is not None
    first = published or Published(entry.event.id, entry.event.type, entry.event.created_at, False, None)
    return Outcome(
        first.id,
        first.status or judged.status,
        first.executions[0] if first.executions else None,
        receipt.response_status,
        duplicate=first.duplicate,
        error_code=judged.error_code,
        error_message=judged.error_message,
        filter=judged.filter,
    )

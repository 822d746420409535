"""The log of refused requests: kept beside the path of a request, in batches, and lossy by design (providers §7).

note ─► waiting rows (≤ 1,000, in memory) ─► flush, once a second ─► table (1,000 a source, 10,000 of unknown paths)

A source gets at most ten rows a second; beyond that the `count` of its last row of the same cause rises. What finds
no room is dropped and counted: a flood of refusals must cost the store nothing that good traffic needs.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass
from functools import cache

import msgspec

from hookspan import observe
from hookspan.inbound.answers import Ending
from hookspan.inbound.head import PREFIX, Head, declared_bytes
from hookspan.inbound.providers import presets
from hookspan.inbound.source import Source
from hookspan.model.ids import new_id
from hookspan.model.redact import stored_fields
from hookspan.model.times import instant
from hookspan.ports import Clock, LiveFeed
from hookspan.storage.database import Database
from hookspan.storage.rejections import RejectionRow, rejections_prune_unknown, rejections_write

ROWS_PER_SECOND = 10
WAITING_MOST = 1_000
KNOWN_MOST = 10_000
PREFIX_BYTES = 2_048
PATH_CHARACTERS = 2_048
DETAIL_CHARACTERS = 500
FLUSH_SECONDS = 1.0
UNKNOWN_KEPT_MS = 7 * 86_400_000
PRUNED_AT_ONCE = 1_000

_UNKNOWN = ""
_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that ended without an event, with the body as far as it was read; `status` is what it heard."""

    ending: Ending
    status: int
    head: Head
    source: Source | None
    client: str
    body: bytes | None = None


@dataclass(slots=True)
class _Second:
    """How many rows a source got in the second that began at `since` (monotonic)."""

    since: float
    rows: int = 0


class Rejections:
    """Keeps refused requests; one for a process. `keeps_bodies` False keeps no byte of a body."""

    def __init__(self, database: Database, feed: LiveFeed, clock: Clock, *, keeps_bodies: bool = True) -> None:
        self._database = database
        self._feed = feed
        self._clock = clock
        self._keeps_bodies = keeps_bodies
        self._waiting: list[RejectionRow] = []
        self._repeats: Counter[str] = Counter()
        self._seconds: OrderedDict[str, _Second] = OrderedDict()
        self._last: OrderedDict[tuple[str, str], str] = OrderedDict()

    def note(self, refused: Refused) -> None:
        """Take down one refused request; never waits, never raises."""
        owner = refused.source.id if refused.source is not None else _UNKNOWN
        place = (owner, refused.ending.cause)
        if len(self._waiting) < WAITING_MOST and self._has_room(owner):
            row = self._row(refused)
            self._waiting.append(row)
            _remember(self._last, place, row.id)
            self._tell(row)
        elif place in self._last and len(self._repeats) < WAITING_MOST:
            self._last.move_to_end(place)
            self._repeats[self._last[place]] += 1
        else:
            observe.rejections_dropped_total.inc()

    async def flush(self) -> None:
        """Write what waits; what cannot be written now is dropped, so that memory stays bounded."""
        rows, self._waiting = self._waiting, []
        repeats, self._repeats = self._repeats, Counter()
        if not rows and not repeats:
            return
        is_written = False
        try:
            await self._database.write(rejections_write, rows, dict(repeats))
            is_written = True
        finally:
            if not is_written:
                observe.rejections_dropped_total.inc(len(rows) + repeats.total())

    async def prune(self) -> None:
        """Forget requests to unknown paths after seven days; those of a source go by its tenant's retention."""
        before = self._clock.now_ms() - UNKNOWN_KEPT_MS
        while await self._database.write(rejections_prune_unknown, before, PRUNED_AT_ONCE) == PRUNED_AT_ONCE:
            pass

    def _has_room(self, owner: str) -> bool:
        now = self._clock.monotonic()
        second = self._seconds.get(owner)
        if second is None or now - second.since >= 1.0:
            second = _Second(now)
            _remember(self._seconds, owner, second)
        if second.rows >= ROWS_PER_SECOND:
            return False
        second.rows += 1
        return True

    def _row(self, refused: Refused) -> RejectionRow:
        source, head, now = refused.source, refused.head, self._clock.now_ms()
        fields = stored_fields(
            head.headers,
            credentials=source.credential_names if source is not None else (),
            signatures=source.signature_names if source is not None else _signature_names(),
        )
        body = refused.body
        return RejectionRow(
            id=new_id(now),
            tenant_id=source.tenant_id if source is not None else None,
            webhook_id=source.id if source is not None else None,
            cause=refused.ending.cause,
            detail=refused.ending.detail[:DETAIL_CHARACTERS],
            status=refused.status,
            method=head.method,
            path=(PREFIX + head.path)[:PATH_CHARACTERS],
            source_ip=refused.client or None,
            headers=_json(fields).decode(),
            body_size=min(declared_bytes(head.headers), 2**31 - 1) if body is None else len(body),
            body_prefix=self._prefix(refused),
            provider=source.preset.id if source is not None and source.is_preset else None,
            received_at=now,
        )

    def _prefix(self, refused: Refused) -> bytes | None:
        """The beginning of the body, unless the body may hold the proof itself."""
        source = refused.source
        if not self._keeps_bodies or not refused.body or refused.ending.cause == "handshake":
            return None
        if source is not None:
            place = source.preset.record.signature
            if source.preset.record.await_ is not None or (place is not None and place.from_ == "body"):
                return None
        return refused.body[:PREFIX_BYTES]

    def _tell(self, row: RejectionRow) -> None:
        if row.tenant_id is None or not self._feed.hears(row.tenant_id):
            return
        self._feed.tell(
            {
                "topic": "webhooks",
                "type": "webhook.rejected",
                "tenantId": row.tenant_id,
                "webhookId": row.webhook_id,
                "cause": row.cause,
                "status": "rejected",
                "responseStatus": row.status,
                "timestamp": instant(row.received_at),
            }
        )


def _remember(known: OrderedDict, key: object, value: object) -> None:  # type: ignore[type-arg]
    known[key] = value
    known.move_to_end(key)
    if len(known) > KNOWN_MOST:
        known.popitem(last=False)


@cache
def _signature_names() -> frozenset[str]:
    """Every header in which any provider signs: whose request this is, nobody knows at an unknown path."""
    places = (preset.record.signature for preset in presets())
    return frozenset(name.lower() for place in places if place is not None for name in place.names)

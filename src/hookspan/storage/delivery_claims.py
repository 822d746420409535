"""Claims of due deliveries: find whose are due, lease them fairly, keep their order (reliability §4.3).

A claim counts before a byte is sent, so that a delivery that kills its worker ends in quarantine, not in a loop.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, bindparam, literal_column, select, text, update

from hookspan import failpoints
from hookspan.model.deliveries import SILENT_CLAIMS_LIMIT, SUSPECT_FROM, Parcel
from hookspan.model.events import NewEvent
from hookspan.model.gates import Breaker
from hookspan.model.levels import LEVELS, Turn, share
from hookspan.storage.delivery_tables import IN_ORDER, UNORDERED
from hookspan.storage.dialect import one_of
from hookspan.storage.gates import probe_return, probe_take, tokens_return, tokens_take
from hookspan.storage.tables import events, webhook_deliveries

_deliveries = webhook_deliveries.c

FIRST_TURN = Turn()
KEYS_LOOKED_AT = 2_000
# An event that was accepted this much later at most may stand before another one under a key.
COMMIT_WITHIN_MS = 5_000


def _hops(name: str, condition: str) -> str:
    """A walk over the endpoints that have such rows, one index look-up each, however long their backlogs."""
    return (
        f"{name}(id) AS (SELECT MIN(f.endpoint_id) FROM webhook_deliveries f"  # noqa: S608  # our own words
        f" WHERE {condition.format('f')} AND f.endpoint_id > :after"
        f" UNION ALL SELECT (SELECT MIN(d.endpoint_id) FROM webhook_deliveries d"
        f" WHERE {condition.format('d')} AND d.endpoint_id > {name}.id) FROM {name} WHERE {name}.id IS NOT NULL)"
    )


def _has_due(level: int) -> str:
    return (
        "CASE WHEN EXISTS (SELECT 1 FROM webhook_deliveries w"  # noqa: S608  # our own words
        f" WHERE {UNORDERED.format('w')} AND w.endpoint_id = e.id AND w.priority = {level} AND w.due_at <= :now)"
        f" THEN {1 << level} ELSE 0 END"
    )


_ENDPOINTS_DUE = text(
    f"WITH RECURSIVE {_hops('loose', UNORDERED)}, {_hops('ordered', IN_ORDER)},"  # noqa: S608  # our own words
    " busy(id) AS (SELECT id FROM loose WHERE id IS NOT NULL UNION SELECT id FROM ordered WHERE id IS NOT NULL)"
    " SELECT * FROM (SELECT e.id, e.tenant_id, COALESCE(g.breaker, 'closed') AS breaker, g.cap,"
    f" {' + '.join(_has_due(level) for level in LEVELS)} AS levels,"
    " CASE WHEN EXISTS (SELECT 1 FROM webhook_deliveries o"
    f" WHERE {IN_ORDER.format('o')} AND o.status = 'pending' AND o.endpoint_id = e.id AND o.due_at <= :now)"
    " THEN 1 ELSE 0 END AS is_ordered"
    " FROM busy JOIN endpoints e ON e.id = busy.id LEFT JOIN gates g ON g.endpoint_id = e.id"
    " WHERE COALESCE(g.not_before, 0) <= :now AND e.status = 'active') due"
    " WHERE levels > 0 OR is_ordered > 0 ORDER BY id LIMIT :most"
)


class Due(Struct, frozen=True, gc=False):
    """An endpoint with due work: at which levels without an order, and whether in order. `cap` None is its own."""

    endpoint_id: str
    tenant_id: str
    breaker: Breaker = "closed"
    cap: int | None = None
    levels: tuple[int, ...] = LEVELS
    is_ordered: bool = False


class Want(Struct, frozen=True, gc=False):
    """How many deliveries of an endpoint to lease, and for how long; `rate` is (count, period_ms).

    Ordered ones are looked for beginning after the key `after_key`, so that every key gets its turn.
    """

    endpoint_id: str
    count: int
    lease_ms: int
    levels: tuple[int, ...] = LEVELS
    is_ordered: bool = False
    is_probe: bool = False
    rate: tuple[int, int] | None = None
    after_key: str = ""


class Claimed(Struct, frozen=True, gc=False):
    """What was leased, and until when (epoch ms) each endpoint that spent its rate must wait.

    `reached` is the key after which to look next, by endpoint, where too few were found among those looked at.
    """

    parcels: Sequence[Parcel]
    throttled: Mapping[str, int]
    reached: Mapping[str, str] = {}


def endpoints_due(connection: Connection, now: int, after: str, most: int) -> list[Due]:
    """Endpoints with due work and an open gate, by id after `after`."""
    found = connection.execute(_ENDPOINTS_DUE, {"now": now, "after": after, "most": most})
    return [
        Due(row[0], row[1], row[2], row[3], tuple(level for level in LEVELS if row[4] >> level & 1), bool(row[5]))
        for row in found
    ]


def claim(
    connection: Connection,
    wants: Sequence[Want],
    now: int,
    token: str,
    *,
    with_suspect: bool = True,
    turn: Turn = FIRST_TURN,
) -> Claimed:
    """Lease due deliveries as wanted, levels in turn, oldest due first, of an ordering key its head alone (3).

    One that was silent three times is a suspect: at most one of them is claimed, and only `with_suspect`.

    `token` is fresh and random: it fences every delivery of this claim.
    """
    leases: dict[int, list[str]] = {}
    throttled: dict[str, int] = {}
    reached: dict[str, str] = {}
    probes: set[str] = set()
    for want in wants:
        count = _allowed(connection, want, now, throttled)
        found = _due(connection, want, count, now, turn) if count else []
        if want.is_ordered and len(found) < count and (key := _reached(connection, want)):
            reached[want.endpoint_id] = key
        if with_suspect and count > len(found):
            suspects = _suspects(connection, want, now)
            found.extend(suspects)
            with_suspect = not suspects
        if want.is_probe:
            probes.update(found)
            if count and not found:
                probe_return(connection, want.endpoint_id, now)
        if want.rate is not None:
            tokens_return(connection, want.endpoint_id, count - len(found))
            if len(found) < count:
                # Tokens are left: what comes next need not wait.
                throttled.pop(want.endpoint_id, None)
        leases.setdefault(want.lease_ms, []).extend(found)
    for lease_ms, ids in leases.items():
        connection.execute(_LEASE, {"members": ids, "token": token, "until": now + lease_ms})
    failpoints.reach("claim.in_tx")
    leased = [identity for ids in leases.values() for identity in ids]
    claimed = connection.execute(_CLAIMED, {"members": leased, "token": token})
    return Claimed([_parcel(row, probes) for row in claimed.mappings()], throttled, reached)


def _allowed(connection: Connection, want: Want, now: int, throttled: dict[str, int]) -> int:
    """How many the gate lets through: one as a probe, as many as the rate has tokens for."""
    count = want.count
    if want.is_probe:
        count = 1 if probe_take(connection, want.endpoint_id, now, want.lease_ms) else 0
    if want.rate is not None and count:
        tokens = tokens_take(connection, want.endpoint_id, want.rate, count, now)
        if tokens.granted < count:
            throttled[want.endpoint_id] = tokens.next_at
        count = tokens.granted
        if want.is_probe and not count:
            probe_return(connection, want.endpoint_id, now)
    return count


def _due(connection: Connection, want: Want, count: int, now: int, turn: Turn) -> list[str]:
    waiting = {level: _ids(connection, _DUE, want, now, count, level=level) for level in want.levels}
    if want.is_ordered:
        for level, due_at, identity in _heads(connection, want, now, count):
            waiting[level] = sorted([*waiting.get(level, ()), (due_at, identity)])
    return share(waiting, count, turn.number, turn.cycle)


def _ids(
    connection: Connection, query: Select[tuple[int, str]], want: Want, now: int, most: int, **more: int
) -> list[tuple[int, str]]:
    values = {"endpoint": want.endpoint_id, "now": now, "most": most, **more}
    return [(row.due_at, row.id) for row in connection.execute(query, values)]


def _suspects(connection: Connection, want: Want, now: int) -> list[str]:
    """At most one delivery that went silent so often that it is claimed alone."""
    found = [identity for _, identity in _ids(connection, _SUSPECT, want, now, 1)]
    if want.is_ordered and not found:
        found = [identity for _, _, identity in _heads(connection, want, now, 1, is_suspect=True)]
    return found


def _unclaimed(*conditions: ColumnElement[bool]) -> Select[tuple[int, str]]:
    # A literal, not a parameter: a partial index serves only what the statement itself says.
    return (
        select(_deliveries.due_at, _deliveries.id)
        .where(
            literal_column(UNORDERED.format("webhook_deliveries")),
            *conditions,
            _deliveries.endpoint_id == bindparam("endpoint"),
            _deliveries.due_at <= bindparam("now"),
        )
        .order_by(_deliveries.due_at)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


_DUE = _unclaimed(_deliveries.silent_claims < SUSPECT_FROM, _deliveries.priority == bindparam("level"))
_SUSPECT = _unclaimed(_deliveries.silent_claims >= SUSPECT_FROM, _deliveries.priority.in_(LEVELS))

_KEYS = (
    "WITH RECURSIVE keys(name, place) AS ("  # noqa: S608  # our own words
    f"SELECT MIN(f.ordering_key), 1 FROM webhook_deliveries f WHERE {IN_ORDER.format('f')}"
    " AND f.endpoint_id = :endpoint AND f.ordering_key > :after"
    " UNION ALL SELECT (SELECT MIN(d.ordering_key) FROM webhook_deliveries d"
    f" WHERE {IN_ORDER.format('d')} AND d.endpoint_id = :endpoint AND d.ordering_key > keys.name), keys.place + 1"
    " FROM keys WHERE keys.name IS NOT NULL AND keys.place < :keys)"
)
_LAST_KEY = text(f"{_KEYS} SELECT name FROM keys WHERE place = :keys")  # noqa: S608  # our own words
_HEADS = text(
    f"{_KEYS} SELECT w.id FROM keys JOIN webhook_deliveries w ON w.id = ("  # noqa: S608  # our own words
    f"SELECT h.id FROM webhook_deliveries h WHERE {IN_ORDER.format('h')}"
    " AND h.endpoint_id = :endpoint AND h.ordering_key = keys.name ORDER BY h.seq LIMIT 1)"
    " WHERE keys.name IS NOT NULL AND w.status = 'pending' AND w.due_at <= :now"
    " AND w.silent_claims >= :silent_least AND w.silent_claims <= :silent_most"
    " AND NOT EXISTS (SELECT 1 FROM fanouts a WHERE a.tenant_id = w.tenant_id AND a.event_id <> w.event_id"
    " AND a.created_at <= w.created_at + :commit_within) LIMIT :most"
)
_LOCKED_HEADS = (
    select(_deliveries.priority, _deliveries.due_at, _deliveries.id)
    .where(one_of(_deliveries.id), _deliveries.status == "pending")
    .with_for_update(skip_locked=True)
)


def _heads(
    connection: Connection, want: Want, now: int, most: int, *, is_suspect: bool = False
) -> list[tuple[int, int, str]]:
    """(level, due time, id) of the first delivery of each ordering key, where that one is due: nothing overtakes it.

    A long list that is not written to its end yet may still hold an earlier one, so all that is ordered waits for it.
    """
    silent = (SUSPECT_FROM, SILENT_CLAIMS_LIMIT) if is_suspect else (0, SUSPECT_FROM - 1)
    values = {"endpoint": want.endpoint_id, "now": now, "most": most, "keys": KEYS_LOOKED_AT}
    values |= {"silent_least": silent[0], "silent_most": silent[1], "commit_within": COMMIT_WITHIN_MS}
    ids = connection.execute(_HEADS, {**values, "after": want.after_key}).scalars().all()
    if len(ids) < most and want.after_key:
        first = connection.execute(_HEADS, {**values, "after": ""}).scalars().all()
        ids = list(dict.fromkeys([*ids, *first]))[:most]
    return [(row[0], row[1], row[2]) for row in connection.execute(_LOCKED_HEADS, {"members": ids})]


def _reached(connection: Connection, want: Want) -> str | None:
    """The last of the keys that were looked at, None when there is none behind them."""
    values = {"endpoint": want.endpoint_id, "after": want.after_key, "keys": KEYS_LOOKED_AT}
    return connection.execute(_LAST_KEY, values).scalar()


_LEASE = (
    update(webhook_deliveries)
    .where(one_of(_deliveries.id), _deliveries.status == "pending")
    .values(
        status="sending",
        lease_token=bindparam("token"),
        lease_until=bindparam("until"),
        claims=_deliveries.claims + 1,
        silent_claims=_deliveries.silent_claims + 1,
    )
)
_CLAIMED = (
    select(webhook_deliveries, *(column.label(f"of_event_{column.name}") for column in events.c))
    .join(events, events.c.id == _deliveries.event_id)
    .where(one_of(_deliveries.id), _deliveries.lease_token == bindparam("token"))
    .order_by(_deliveries.due_at)
)


def _parcel(row: Any, probes: Collection[str]) -> Parcel:
    event = NewEvent(
        id=row["event_id"],
        tenant_id=row["tenant_id"],
        type=row["event_type"],
        data=row["of_event_data"],
        created_at=row["of_event_created_at"],
        origin=row["of_event_origin"],
        data_content_type=row["of_event_data_content_type"],
        metadata=row["of_event_metadata"],
        webhook_id=row["of_event_webhook_id"],
        workflow_id=row["of_event_workflow_id"],
        execution_id=row["of_event_execution_id"],
        subject=row["of_event_subject"],
        priority=row["priority"],
        occurred_at=row["of_event_occurred_at"],
        depth=row["of_event_depth"],
        test=row["of_event_test"],
        type_version=row["of_event_type_version"],
        cloud_event=row["of_event_cloud_event"],
        deliver_at=row["of_event_deliver_at"],
        publisher=row["of_event_publisher"],
        replay_count=row["of_event_replay_count"],
    )
    names = (
        "id endpoint_id delivered_name profile unsafe_numbers policy_id max_attempts attempts lease_token lease_until "
        "due_at first_due_at trigger priority ordering_key"
    )
    return Parcel(
        event=event,
        claim=row["claims"],
        is_suspect=row["silent_claims"] > SUSPECT_FROM,
        is_probe=row["id"] in probes,
        **{name: row[name] for name in names.split(" ")},
    )

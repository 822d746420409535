"""L0: the real delivery storage against a dict, any order of what workers, sweepers, janitors and people may do."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace
from sqlalchemy import Connection, update

from hookspan.errors import Conflict
from hookspan.model.deliveries import LATE_SUCCESS_FROM, LEGAL, SILENT_CLAIMS_LIMIT, Parcel, Settled
from hookspan.model.gates import Gate, Signal, moved
from hookspan.storage import deliveries, delivery_claims, delivery_leases, events, holds, routing, schema
from hookspan.storage.delivery_claims import Want
from hookspan.storage.dialect import make_engine
from hookspan.storage.tables import endpoints
from tests.faults.move_log import log_moves
from tests.faults.stock import LEASE_MS, Stock, parcel_of, settled

START_MS = 1_800_000_000_000
OUTCOMES = st.sampled_from(("ok", "fails", "ok", "fails", "gone"))
PICK = st.integers(0, 10_000)


@lru_cache(maxsize=1)
def template() -> bytes:
    """A migrated database with its log of moves."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hookspan.db"
        engine = make_engine(f"sqlite:///{path}")
        schema.migrate(engine)
        log_moves(engine)
        engine.dispose()
        return path.read_bytes()


@dataclass
class Expected:
    """What the dict says of one delivery."""

    endpoint: str
    status: str
    due_at: int
    attempts: int = 0
    silent: int = 0
    is_quarantined: bool = False


class Deliveries(RuleBasedStateMachine):
    """Rules named after who makes the move; `live` are leases in force, `lost` those a sweep took away."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "hookspan.db"
        path.write_bytes(template())
        self.engine = make_engine(f"sqlite:///{path}")
        self.now = START_MS
        self.rows: dict[str, Expected] = {}
        self.live: dict[str, Parcel] = {}
        self.lost: list[Parcel] = []
        self.count = 0

    @initialize()
    def furnish(self) -> None:
        with self.engine.begin() as connection:
            self.stock = Stock(connection, 2, self.now)
        self.states = dict.fromkeys(self.stock.endpoint_ids, "active")
        self.gates = {each: Gate(endpoint_id=each, tenant_id=self.stock.tenant_id) for each in self.stock.endpoint_ids}

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()

    # -- workers -------------------------------------------------------------------------------------------------

    @rule(leased=st.tuples(st.booleans(), st.booleans()))
    def publish(self, leased: tuple[bool, bool]) -> None:
        self.count += 1
        statuses = [
            "held" if self.states[endpoint] != "active" else "sending" if hot else "pending"
            for endpoint, hot in zip(self.stock.endpoint_ids, leased, strict=True)
        ]
        with self.engine.begin() as connection:
            version = self.stock.version(connection)
            birth = self.stock.birth(statuses, self.now, version=version, key=f"k{self.count}")
            [recorded] = events.record(connection, [birth])
        assert not recorded.stale
        for delivery in birth.deliveries:
            is_leased = delivery.lease_token is not None
            self.rows[delivery.id] = Expected(delivery.endpoint_id, delivery.status, self.now, silent=int(is_leased))
            if is_leased:
                self.live[delivery.id] = parcel_of(birth, delivery)

    @rule(count=st.integers(1, 4))
    def claim(self, count: int) -> None:
        due = {
            identity
            for identity, row in self.rows.items()
            if row.status == "pending"
            and row.due_at <= self.now
            and self.states[row.endpoint] == "active"
            and self.gates[row.endpoint].not_before <= self.now
        }
        with self.engine.begin() as connection:
            found = delivery_claims.endpoints_due(connection, self.now, "", 10)
            wants = [Want(each.endpoint_id, count, LEASE_MS, is_probe=each.breaker != "closed") for each in found]
            self.count += 1
            claimed = delivery_claims.claim(connection, wants, self.now, f"{self.count:032x}")
        assert {each.endpoint_id for each in found} == {self.rows[identity].endpoint for identity in due}
        self._probe({want.endpoint_id for want in wants if want.is_probe}, claimed.parcels)
        for parcel in claimed.parcels:
            assert parcel.id in due
            assert parcel.lease_until == self.now + LEASE_MS
            row = self.rows[parcel.id]
            assert parcel.attempts == row.attempts
            row.status, row.silent = "sending", row.silent + 1
            self.live[parcel.id] = parcel

    def _probe(self, asked: set[str], parcels: Sequence[Parcel]) -> None:
        """An open breaker lets one delivery through, and shuts for as long as that one may take."""
        for endpoint_id in asked:
            mine = [parcel for parcel in parcels if parcel.endpoint_id == endpoint_id]
            assert len(mine) == 1
            assert mine[0].is_probe
            gate = self.gates[endpoint_id]
            self.gates[endpoint_id] = replace(gate, breaker="half_open", not_before=self.now + LEASE_MS)

    def _move_gate(self, item: Settled) -> None:
        parcel = item.parcel
        signal = Signal(self.now, item.status == "delivered", item.most_in_flight, parcel.is_probe)
        self.gates[parcel.endpoint_id] = moved(self.gates[parcel.endpoint_id], [signal])

    @precondition(lambda self: self.live)
    @rule(outcomes=st.lists(OUTCOMES, min_size=1, max_size=4))
    def settle(self, outcomes: list[str]) -> None:
        items = [settled(self.live[each], word, self.now) for each, word in zip(self.live, outcomes, strict=False)]
        with self.engine.begin() as connection:
            assert [written.holds for written in deliveries.settle(connection, items)] == [True] * len(items)
        for item in items:
            self._move_gate(item)
            del self.live[item.parcel.id]
            row = self.rows[item.parcel.id]
            row.status, row.silent, row.attempts, row.due_at = item.status, 0, row.attempts + 1, item.due_at
            row.is_quarantined = False
            if item.endpoint_gone and self.states[row.endpoint] == "active":
                self.states[row.endpoint] = "disabled"

    @rule(outcomes=st.lists(OUTCOMES, min_size=4, max_size=4))
    def work(self, outcomes: list[str]) -> None:
        self.now += 1_100
        self.claim(4)
        self.settle(outcomes)

    @rule(times=st.integers(1, SILENT_CLAIMS_LIMIT))
    def crash_again_and_again(self, times: int) -> None:
        for _ in range(times):
            self.claim(4)
            self.crash_and_sweep()

    @precondition(lambda self: self.lost)
    @rule(pick=PICK, outcome=OUTCOMES)
    def settle_late(self, pick: int, outcome: str) -> None:
        parcel = self.lost.pop(pick % len(self.lost))
        row = self.rows[parcel.id]
        with self.engine.begin() as connection:
            item = settled(parcel, outcome, self.now)
            assert [written.holds for written in deliveries.settle(connection, [item])] == [False]
            self._move_gate(item)
            told = self._column(connection, "SELECT outcome FROM attempts WHERE delivery_id = ? AND number = ?", parcel)
        assert told == ["delivered" if outcome == "ok" else "http_error"]
        if outcome == "ok" and row.status in LATE_SUCCESS_FROM and (row.status != "exhausted" or row.is_quarantined):
            row.status, row.silent = "delivered", 0

    @rule(outcome=OUTCOMES)
    def tell_after_another_took_over(self, outcome: str) -> None:
        self.claim(4)
        self.crash_and_sweep()
        self.claim(4)
        again = [place for place, parcel in enumerate(self.lost) if parcel.id in self.live]
        if again:
            self.settle_late(again[0], outcome)

    @precondition(lambda self: self.live)
    @rule(pick=PICK)
    def release(self, pick: int) -> None:
        parcel = self.live.pop(list(self.live)[pick % len(self.live)])
        with self.engine.begin() as connection:
            delivery_leases.release(connection, [parcel])
        row = self.rows[parcel.id]
        row.status, row.silent = "pending", row.silent - 1

    @rule()
    def crash_and_sweep(self) -> None:
        self.now += LEASE_MS + 1
        with self.engine.begin() as connection:
            lost, quarantined = delivery_leases.sweep(connection, self.now, 100, self.now)
        assert lost + len(quarantined) == len(self.live)
        for identity, parcel in self.live.items():
            row = self.rows[identity]
            is_silent = row.silent >= SILENT_CLAIMS_LIMIT
            row.status, row.due_at = ("exhausted" if is_silent else "pending"), self.now
            row.is_quarantined = is_silent
            self.lost.append(parcel)
        self.live.clear()

    @rule(ms=st.sampled_from((0, 400, 1_100)))
    def time_passes(self, ms: int) -> None:
        self.now += ms

    # -- janitor and people --------------------------------------------------------------------------------------

    @rule(pick=st.integers(0, 1), status=st.sampled_from(("active", "active", "paused", "disabled")))
    def change_endpoint(self, pick: int, status: str) -> None:
        endpoint_id = self.stock.endpoint_ids[pick]
        with self.engine.begin() as connection:
            connection.execute(update(endpoints).where(endpoints.c.id == endpoint_id).values(status=status))
            routing.bump(connection, self.stock.tenant_id)
        self.states[endpoint_id] = status

    @rule()
    def hold_and_release(self) -> None:
        with self.engine.begin() as connection:
            holds.hold_and_release(connection, self.now, 100)
        for row in self.rows.values():
            is_active = self.states[row.endpoint] == "active"
            if row.status == "pending" and not is_active:
                row.status = "held"
            elif row.status == "held" and is_active:
                row.status, row.due_at = "pending", self.now

    @precondition(lambda self: self.rows)
    @rule(pick=PICK, force=st.booleans())
    def retry(self, pick: int, force: bool) -> None:
        identity = self._picked(pick)
        row = self.rows[identity]
        may = row.status in ("pending", "exhausted", "held") or (row.status == "delivered" and force)
        if self._asked(lambda it: deliveries.retry(it, self.stock.tenant_id, identity, force, self.now)):
            assert may
            assert self.states[row.endpoint] == "active"
            row.status, row.due_at, row.silent = "pending", self.now, 0
        else:
            assert not may or self.states[row.endpoint] != "active"

    @precondition(lambda self: self.rows)
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        identity = self._picked(pick)
        row = self.rows[identity]
        may = row.status in ("pending", "held", "exhausted")
        assert self._asked(lambda it: deliveries.cancel(it, self.stock.tenant_id, identity, self.now)) == may
        if may:
            row.status = "cancelled"

    # -- what always holds ---------------------------------------------------------------------------------------

    @invariant()
    def rows_are_as_expected(self) -> None:
        with self.engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT id, status, attempts, silent_claims FROM webhook_deliveries")
            stored = {row[0]: tuple(row)[1:] for row in found}
        assert stored == {name: (row.status, row.attempts, row.silent) for name, row in self.rows.items()}

    @invariant()
    def only_legal_moves_occurred(self) -> None:
        with self.engine.connect() as connection:
            moved = set(map(tuple, connection.exec_driver_sql("SELECT DISTINCT origin, target FROM fault_moves")))
        assert moved <= LEGAL

    # -- how -----------------------------------------------------------------------------------------------------

    def _picked(self, pick: int) -> str:
        """Any delivery, every other time an exhausted one, which are few."""
        exhausted = [identity for identity, row in self.rows.items() if row.status == "exhausted"]
        pool = exhausted if exhausted and pick % 2 else list(self.rows)
        return pool[pick // 2 % len(pool)]

    def _asked(self, ask: object) -> bool:
        """False when a person was refused."""
        assert callable(ask)
        try:
            with self.engine.begin() as connection:
                ask(connection)
        except Conflict:
            return False
        return True

    @staticmethod
    def _column(connection: Connection, statement: str, parcel: Parcel) -> list[object]:
        return [row[0] for row in connection.exec_driver_sql(statement, (parcel.id, parcel.claim))]


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(
    max_examples=80,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)

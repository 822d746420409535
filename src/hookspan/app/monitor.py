"""The monitor: health is progress (reliability §4.20), and what it finds is told as events of the first tenant.

system.health.*   lost and regained, each after it has lasted
system.error      a loop that ended with a fault, faults that executions met; a store that was away, when it is back
system.warning    a full disk, a wall clock that was set
system.info       started, stopped, migrated
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from hookspan import observe
from hookspan.app.notices import Notices
from hookspan.app.watermark import Usage, Watermark, usage_of
from hookspan.errors import HookspanError, StoreAway, Unavailable
from hookspan.events.publish import STALE_TRIES, UNSETTLED, Publisher
from hookspan.model.times import instant
from hookspan.ports import Clock
from hookspan.storage import queues
from hookspan.storage.database import Database
from hookspan.storage.instance import schema_revisions, schema_tell

WATCH_SECONDS = 2.0
STEADY_SECONDS = 10.0
STUCK_MS = 60_000
SILENT_MS = 30_000
STEP_MS = 60_000
FAULTS_SECONDS = 60.0
"""Faults of one kind that executions meet are told once in this time, with how many they were."""
AGREEING = 3
_QUEUES = (
    ("queue", queues.deliveries_stuck_since, "deliveries are due, and none was attempted for half a minute"),
    (
        "executions",
        queues.executions_stuck_since,
        "executions are due of workflows that no worker works at, and none has ended for half a minute",
    ),
)
"""What must move, by the name of its check: since when it does not, and what is said then."""

Check = Mapping[str, object]
Turn = Literal["degraded", "restored"]


@runtime_checkable
class WallClock(Protocol):
    """A clock that knows how far the machine's wall clock has moved away from it."""

    def skew_ms(self) -> int:
        """Wall clock minus ours."""
        ...

    def accept_step(self) -> None:
        """Follow the wall clock."""
        ...


@dataclass(slots=True)
class Vigil:
    """When to say that health was lost or came back: each only after it has lasted. Seconds are monotonic."""

    is_told: bool = False
    since_s: float | None = None
    turned_s: float | None = None

    def look(self, ok: bool, now_s: float) -> Turn | None:
        """One look; the turn that is due to be told. `done` after it was."""
        if ok == (not self.is_told):
            self.turned_s = None
            return None
        if self.turned_s is None:
            self.turned_s = now_s
        if now_s - self.turned_s <= STEADY_SECONDS:
            return None
        return "restored" if self.is_told else "degraded"

    def done(self, turn: Turn) -> None:
        """The turn was told."""
        if turn == "degraded":
            self.since_s = self.turned_s
        self.is_told = turn == "degraded"
        self.turned_s = None


def _moving(oldest_ms: int, detail: str) -> Check:
    check = {"ok": oldest_ms <= STUCK_MS, "oldestMs": oldest_ms}
    return check if check["ok"] else {**check, "detail": detail}


class Monitor:
    """Looks every two seconds; `others` are the checks of the rest of the process."""

    def __init__(
        self, database: Database, publisher: Publisher, clock: Clock, *, tenant_id: str, folder: Path, version: str
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._clock = clock
        self._notices = Notices(publisher, clock, tenant_id)
        self.usage: Callable[[], Usage | None] = lambda: usage_of(folder)
        """How full the volume of the data is."""
        self._disk = Watermark(self._usage)
        self._disk.look()
        self._away_since_s: float | None = None
        self._version = version
        self._vigil = Vigil()
        self._faults: Counter[tuple[str, str]] = Counter()
        self._fault_told_s: dict[tuple[str, str], float] = {}
        self._agreeing = 0
        self._queues: dict[str, Check] = {name: {"ok": True} for name, _, _ in _QUEUES}
        self._wall: Check = {"ok": True}
        self.others: Callable[[], Mapping[str, Check]] = dict

    def checks(self) -> Mapping[str, Check]:
        """What was seen last."""
        return {"disk": self._disk.check(), **self._queues, "clock": self._wall}

    @property
    def is_disk_full(self) -> bool:
        """Whether nothing more may be taken in."""
        return self._disk.is_full

    async def watch(self) -> None:
        """One look, and the news of it if there are any."""
        self._look_at_disk()
        self._wall = self._look_at_clock()
        is_here = await self._look_at_queue()
        bad = {name: dict(check) for name, check in self.others().items() if not check["ok"]}
        if not is_here:
            self._is_away()
            bad["database"] = {"ok": False}
        turn = self._vigil.look(not bad, self._clock.monotonic())
        if turn is not None and await self._notices.tell(
            self._notices.fact(f"system.health.{turn}", self._news(turn, bad))
        ):
            self._vigil.done(turn)
        if is_here:
            await self._tell_of_absence()
            self._keep_faults()
            await self._notices.tell_kept()

    async def started(self) -> None:
        """Tell that this process takes work."""
        await self._say("started", "hookspan is ready")

    async def stopped(self) -> None:
        """Tell that this process stops in order."""
        await self._say("stopped", "hookspan stops")

    async def opened(self) -> None:
        """Tell that the schema was migrated since that was last told, whoever did it."""
        for _ in range(STALE_TRIES):
            told, current = await self._database.read(schema_revisions)
            if current is None or told == current:
                return
            message = "the schema of the database was migrated"
            changes = {"version": self._version, "from": told, "to": current}
            notice = self._notices.notice("system.info", "migrated", message, component="storage", **changes)
            birth = await self._publisher.prepare(notice)
            try:
                done = await self._database.write(schema_tell, told, current, birth)
            except BaseException:
                self._publisher.abandoned([birth])
                raise
            if done:
                self._publisher.committed([birth])
                return
            self._publisher.stale(birth)
        raise Unavailable(UNSETTLED)

    def faulted(self, loop: str, error: Exception, collapsed: bool) -> None:
        """A loop of this process ended with a fault; only the kind of the fault is told, its text may hold content."""
        if isinstance(error, StoreAway):
            self._is_away()
            return
        word = "worker_collapsed" if collapsed else "worker_fault"
        message = "a loop faults again and again: the process stops" if collapsed else "a loop ended with a fault"
        fault = {"loop": loop, "error": type(error).__name__}
        self._notices.keep(self._notices.notice("system.error", word, message, component="worker", **fault))

    def engine_faulted(self, unit: str, error: Exception) -> None:
        """An execution or a step met a fault of ours; many of one kind are one notice, and only their kind is told."""
        self._faults[unit, type(error).__name__] += 1

    async def flush(self) -> None:
        """Tell what is still to be told, as far as the store takes it; for the end."""
        self._fault_told_s.clear()
        self._keep_faults()
        await self._notices.tell_kept()

    def _keep_faults(self) -> None:
        now_s = self._clock.monotonic()
        for kind, faults in list(self._faults.items()):
            if now_s - self._fault_told_s.get(kind, now_s - FAULTS_SECONDS) < FAULTS_SECONDS:
                continue
            self._fault_told_s[kind] = now_s
            del self._faults[kind]
            message = "hookspan met a fault of its own as it worked at executions; the log says at which"
            fault = {"unit": kind[0], "error": kind[1], "faults": faults}
            self._notices.keep(
                self._notices.notice("system.error", "execution_fault", message, component="workflows", **fault)
            )

    def _is_away(self) -> None:
        if self._away_since_s is None:
            self._away_since_s = self._clock.monotonic()

    async def _tell_of_absence(self) -> None:
        if self._away_since_s is None:
            return
        away_ms = round((self._clock.monotonic() - self._away_since_s) * 1_000)
        since = instant(self._clock.now_ms() - away_ms)
        message = f"the database did not answer for {away_ms / 1_000:.0f} s"
        notice = self._notices.notice(
            "system.error", "store_away", message, component="storage", since=since, awayMs=away_ms
        )
        if await self._notices.tell(notice):
            self._away_since_s = None

    def _usage(self) -> Usage | None:
        return self.usage()

    def _look_at_disk(self) -> None:
        was_full = self._disk.is_full
        self._disk.look()
        if self._disk.is_full and not was_full:
            free = self._disk.check()["freeBytes"]
            message = "the disk is full: nothing more is taken in until there is room"
            self._notices.keep(
                self._notices.notice("system.warning", "disk_full", message, component="server", freeBytes=free)
            )

    def _look_at_clock(self) -> Check:
        if not isinstance(self._clock, WallClock):
            return {"ok": True}
        skew_ms = self._clock.skew_ms()
        if abs(skew_ms) <= STEP_MS:
            self._agreeing = 0
            return {"ok": True, "skewMs": skew_ms}
        self._agreeing += 1
        observe.warn("clock.step", skew_ms=skew_ms, reading=self._agreeing)
        if self._agreeing >= AGREEING:
            self._clock.accept_step()
            self._agreeing = 0
            message = "the wall clock was set, and is followed from now on"
            self._notices.keep(
                self._notices.notice("system.warning", "clock_step", message, component="server", skewMs=skew_ms)
            )
        return {"ok": False, "skewMs": skew_ms}

    async def _look_at_queue(self) -> bool:
        """Work that could be done waits for a minute and nothing was finished for half of one: somebody is dead."""
        now = self._clock.now_ms()
        try:
            for name, stuck_since, detail in _QUEUES:
                since = await self._database.read(stuck_since, now, now - SILENT_MS)
                self._queues[name] = _moving(0 if since is None else now - since, detail)
        except HookspanError:
            return False
        return True

    def _news(self, turn: Turn, bad: Mapping[str, Check]) -> dict[str, object]:
        vigil, now_s, now = self._vigil, self._clock.monotonic(), self._clock.now_ms()
        begun = vigil.turned_s if turn == "degraded" else vigil.since_s
        gone_ms = round((now_s - (now_s if begun is None else begun)) * 1_000)
        told: dict[str, object] = {
            "status": "not_ready" if turn == "degraded" else "ok",
            "checks": bad,
            "since": instant(now - gone_ms),
        }
        return told if turn == "degraded" else {**told, "downtime_ms": gone_ms}

    async def _say(self, code: str, message: str) -> None:
        notice = self._notices.notice("system.info", code, message, component="server", version=self._version)
        await self._notices.tell(notice)

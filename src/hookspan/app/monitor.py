"""The monitor: health is progress (reliability §4.20), and what it finds is told as events of the first tenant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import msgspec

from hookspan import observe
from hookspan.app.watermark import Watermark, usage_of
from hookspan.errors import HookspanError, Unavailable
from hookspan.events.publish import Publisher
from hookspan.model.events import NewEvent
from hookspan.model.ids import new_id
from hookspan.model.times import instant
from hookspan.ports import Clock
from hookspan.storage import queues
from hookspan.storage.database import Database

WATCH_SECONDS = 2.0
STEADY_SECONDS = 10.0
STUCK_MS = 60_000
SILENT_MS = 30_000
STEP_MS = 60_000
AGREEING = 3

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


class Monitor:
    """Looks every two seconds; `others` are the checks of the rest of the process."""

    def __init__(
        self, database: Database, publisher: Publisher, clock: Clock, *, tenant_id: str, folder: Path, version: str
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._clock = clock
        self._tenant_id = tenant_id
        self._disk = Watermark(lambda: usage_of(folder))
        self._disk.look()
        self._version = version
        self._vigil = Vigil()
        self._agreeing = 0
        self._queue: Check = {"ok": True}
        self._wall: Check = {"ok": True}
        self.others: Callable[[], Mapping[str, Check]] = dict

    def checks(self) -> Mapping[str, Check]:
        """What was seen last."""
        return {"disk": self._disk.check(), "queue": self._queue, "clock": self._wall}

    @property
    def is_disk_full(self) -> bool:
        """Whether nothing more may be taken in."""
        return self._disk.is_full

    async def watch(self) -> None:
        """One look, and the news of it if there are any."""
        self._disk.look()
        self._wall = self._look_at_clock()
        is_here = await self._look_at_queue()
        bad = {name: dict(check) for name, check in self.others().items() if not check["ok"]}
        if not is_here:
            bad["database"] = {"ok": False}
        turn = self._vigil.look(not bad, self._clock.monotonic())
        if turn is not None and await self._tell(f"system.health.{turn}", self._news(turn, bad)):
            self._vigil.done(turn)

    async def started(self) -> None:
        """Tell that this process takes work."""
        await self._notice("started", "hookspan is ready")

    async def stopped(self) -> None:
        """Tell that this process stops in order."""
        await self._notice("stopped", "hookspan stops")

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
        return {"ok": False, "skewMs": skew_ms}

    async def _look_at_queue(self) -> bool:
        """Work that could be done waits for a minute and nothing was finished for half of one: somebody is dead."""
        now = self._clock.now_ms()
        try:
            finished_at = await self._database.read(queues.finished_at) or 0
            since = None
            if now - finished_at > SILENT_MS:
                since = await self._database.read(queues.claimable_since, now)
        except HookspanError:
            return False
        oldest_ms = 0 if since is None else now - since
        self._queue = {"ok": oldest_ms <= STUCK_MS, "oldestMs": oldest_ms}
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

    async def _notice(self, code: str, message: str) -> None:
        details = {"version": self._version}
        now = instant(self._clock.now_ms())
        told = {"code": code, "message": message, "component": "server", "details": details, "occurredAt": now}
        await self._tell("system.info", told)

    async def _tell(self, kind: str, told: Mapping[str, object]) -> bool:
        now = self._clock.now_ms()
        fact = NewEvent(
            id=new_id(now),
            tenant_id=self._tenant_id,
            type=kind,
            data=msgspec.json.encode(told),
            created_at=now,
            origin="system",
        )
        try:
            await self._publisher.publish(fact)
        except Unavailable as error:
            observe.warn("monitor.untold", type=kind, error=error.detail)
            return False
        return True

"""What traffic alone does not bring about: a stop, a pause, a bulk job, old rows to remove, an application's outbox."""

from __future__ import annotations

import contextlib
import hashlib
import json
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, insert, select

from hookspan.model.ids import new_id
from hookspan.outbox import create_outbox, publish
from hookspan.outbox.table import OUTBOX
from hookspan.storage.prune import JANITOR
from hookspan.storage.tables import events, instance
from tests.faults import web
from tests.faults.ledger import Submission
from tests.faults.scene import Scene
from tests.faults.sources import TIDAL, turned
from tests.faults.victims import NotReady, Victim, until

SECONDS = 30.0
REPLAYS = 20
LATER_SECONDS = 0.5
OLD = "fault_old.event"
OLD_MS = 1_500_000_000_000
RELAYED = "fault.order"


async def stop(_town: Scene, victim: Victim) -> None:
    """SIGTERM."""
    victim.signal(signal.SIGTERM)


async def pause(town: Scene, victim: Victim) -> None:
    """A person pauses an endpoint that is owed something."""
    busy = next(endpoint for endpoint in town.ledger.endpoints if endpoint.name == "plain")
    waits = f"SELECT count(*) FROM webhook_deliveries WHERE status = 'pending' AND endpoint_id = '{busy.id}'"
    await until(SECONDS, lambda: town.books.count(waits) > 0)
    await web.ask(victim.url, victim.token, f"/api/v1/endpoints/{busy.id}/pause", {})


async def bulk_retry(_town: Scene, victim: Victim) -> None:
    """A person asks for all exhausted deliveries again."""
    with contextlib.suppress(web.Refused):
        await web.ask(victim.url, victim.token, "/api/v1/deliveries/retry", {"query": {"status": "exhausted"}})


async def hold_and_resume(town: Scene, victim: Victim) -> None:
    """A person pauses the source that is pushed to, and lets it go on once it holds something."""
    await turned(victim.url, victim.token, TIDAL.name, "pause")
    holds = "SELECT count(*) FROM webhook_events WHERE status = 'held'"
    await until(SECONDS, lambda: town.books.count(holds) > 0)
    await turned(victim.url, victim.token, TIDAL.name, "resume")


async def replay_many(town: Scene, victim: Victim) -> None:
    """A person asks for what was pushed once more, so slowly that it takes several batches."""
    await town.replay(victim, REPLAYS, REPLAYS // 4)


async def strike(town: Scene, _victim: Victim) -> None:
    """The hour of every schedule has come."""
    town.books.strike()


async def publish_for_later(town: Scene, victim: Victim) -> None:
    """An event whose hour comes in a moment."""
    key = f"later-{len(town.crowd.submitted)}"
    data = b'{"key":"%s"}' % key.encode()
    submission = Submission(key, "publish", "fault.other", hashlib.sha256(data).hexdigest())
    town.crowd.submitted.append(submission)
    hour = datetime.fromtimestamp(time.time() + LATER_SECONDS, UTC).isoformat()
    headers = {"Authorization": f"Bearer {victim.token}", "Content-Type": "application/json"}
    body = b'{"type":"fault.other","deliverAt":"%s","data":%s}' % (hour.encode(), data)
    reply = await web.call(f"{victim.url}/api/v1/events", headers=headers, body=body)
    if reply is not None and reply.status == 202:
        submission.ids.append(reply.json()["id"])


Stimulus = Callable[[Scene, Victim], Awaitable[None]]
STIMULI: Mapping[str, Stimulus] = {
    "stop.after_drain": stop,
    "hold.batch": pause,
    "held.in_tx": hold_and_resume,
    "job.in_tx": bulk_retry,
    "replay.in_tx": replay_many,
    "schedule.in_tx": strike,
    "delayed.in_tx": publish_for_later,
}
SETTINGS: Mapping[str, Mapping[str, str]] = {"fanout.batch": {"HOOKSPAN_LIMITS__FANOUT_FROM": "1"}}
"""What a process at this point needs beside the usual."""


def grow_old(engine: Engine) -> None:
    """An event from long ago, and a janitor that has not looked yet."""
    with engine.begin() as connection:
        row = connection.execute(select(events).limit(1)).mappings().one()
        old = {"id": new_id(OLD_MS), "type": OLD, "origin": "system", "created_at": OLD_MS}
        connection.execute(insert(events).values({**row, **old, "execution_id": None}))
        connection.execute(instance.delete().where(instance.c.name == JANITOR))


def look_again(engine: Engine) -> None:
    """The janitor that died is so long ago that the next one begins anew."""
    with engine.begin() as connection:
        connection.execute(instance.delete().where(instance.c.name == JANITOR))


def old_left(engine: Engine) -> int:
    """How many events from long ago are still there."""
    with engine.connect() as connection:
        return connection.execute(select(func.count()).where(events.c.type == OLD)).scalar_one()


@dataclass
class Outbox:
    """The outbox of an application, in a database of its own."""

    folder: Path
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.url = f"sqlite:///{self.folder / 'application.db'}"
        self._engine = create_engine(self.url)
        create_outbox(self._engine)

    def write(self, key: str) -> Submission:
        """Publish one event beside the application's own rows."""
        with self._engine.begin() as connection:
            publish(connection, RELAYED, {"key": key})
            data = connection.execute(select(OUTBOX.c.data).order_by(OUTBOX.c.id.desc()).limit(1)).scalar_one()
        return Submission(key, "publish", RELAYED, hashlib.sha256(data).hexdigest())

    @property
    def waiting(self) -> int:
        """Rows that are not moved."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(OUTBOX)).scalar_one()

    def close(self) -> None:
        """No connection stays."""
        self._engine.dispose()


async def relay(town: Scene, outbox: Outbox, failpoint: str) -> Victim:
    """A relay process that moves what waits, then ends."""
    argv = ["relay", "--database", outbox.url, "--once"]
    door = {"HOOKSPAN_URL": town.crowd.door.url, "HOOKSPAN_TOKEN": town.crowd.door.token}
    return await town.start("relay", argv, failpoint, door)


async def moved(town: Scene, outbox: Outbox, submission: Submission) -> None:
    """Run the relay until the outbox is empty; what was in it is now owed like any event with a 2xx."""
    again = await relay(town, outbox, "")
    if not await until(SECONDS, lambda: not again.is_alive) or again.code.result() != 0 or outbox.waiting:
        raise NotReady(f"the relay left {outbox.waiting} rows: {again.log.read_text(errors='replace')[-1_000:]}")
    rows = town.books.rows("SELECT id, data FROM events WHERE type = 'fault.order'")
    kept = [row[0] for row in rows if json.loads(bytes(row[1])).get("key") == submission.key]
    submission.ids = kept or ["gone from the outbox, not in hookspan"]

"""L5 power loss: `python -m tests.faults.power 200` cuts the power of one run of the real store at 200 moments.

The store runs once on a listening VFS. For each seed a moment is drawn; every file is what it was at its last sync
before that moment, and of each later write the seed decides: kept, lost, or torn at a sector. Then SQLite recovers.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hookspan.storage import deliveries, events, schema
from hookspan.storage.database import Database
from hookspan.storage.dialect import make_engine, passive_checkpoint
from tests.faults.power_vfs import Act, ListeningVfs, sqlite_library
from tests.faults.stock import Stock, parcel_of, settled

ROUNDS, PUBLISHERS, CHECKPOINT_EVERY = 60, 6, 8
SECTOR = 512
START_MS = 1_800_000_000_000
NAME = "hookspan.db"


async def _work(database: Database, stock: Stock, vfs: ListeningVfs, version: int) -> None:
    """Publish and settle side by side; each acknowledgement is written down when its caller has it."""

    async def one(number: int, now: int) -> None:
        birth = stock.birth(["sending", "pending"], now, version=version, key=f"k{number}")
        await database.batch(events.record, birth)
        vfs.ack(f"event {birth.event.id}")
        parcel = parcel_of(birth, birth.deliveries[0])
        await database.batch(deliveries.settle, settled(parcel, "ok", now))
        vfs.ack(f"delivered {parcel.id}")

    for number in range(ROUNDS):
        now = START_MS + number
        await asyncio.gather(*(one(number * PUBLISHERS + each, now) for each in range(PUBLISHERS)))
        if number % CHECKPOINT_EVERY == 0:
            await database.read(passive_checkpoint)


def record(folder: Path, vfs: ListeningVfs) -> bytes:
    """One run; the database file as it was before."""
    url = f"sqlite:///{folder / NAME}"
    engine = make_engine(url)
    schema.migrate(engine)
    with engine.begin() as connection:
        stock = Stock(connection, 2, START_MS)
        version = stock.version(connection)
    engine.dispose()
    before = (folder / NAME).read_bytes()
    vfs.install()

    async def run() -> None:
        database = Database(url)
        database.start()
        await _work(database, stock, vfs, version)
        await database.close()

    asyncio.run(run())
    return before


@dataclass
class Disk:
    """What is safe on the disk, and what is still on its way there."""

    safe: dict[str, bytearray]
    on_its_way: dict[str, list[Act]] = field(default_factory=dict)
    acks: list[str] = field(default_factory=list)

    def take(self, act: Act) -> None:
        """Let one act happen."""
        if act.kind == "ack":
            self.acks.append(act.data.decode())
        elif act.kind == "delete":
            self.safe.pop(act.file, None)
            self.on_its_way.pop(act.file, None)
        elif act.kind == "sync":
            image = self.safe.setdefault(act.file, bytearray())
            for written in self.on_its_way.pop(act.file, ()):
                _apply(image, written)
        else:
            self.on_its_way.setdefault(act.file, []).append(act)

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """The files after the power went."""
        files: dict[str, bytes] = {}
        for name in self.safe.keys() | self.on_its_way.keys():
            image = bytearray(self.safe.get(name, b""))
            for act in self.on_its_way.get(name, ()):
                fate = chance.random()
                if fate < 0.4:
                    continue
                torn = act._replace(data=act.data[: SECTOR * chance.randrange(len(act.data) // SECTOR + 1)])
                _apply(image, torn if fate < 0.6 and act.kind == "write" else act)
            files[name] = bytes(image)
        return files


def _apply(image: bytearray, act: Act) -> None:
    if act.kind == "truncate":
        del image[act.offset :]
        return
    if len(image) < act.offset:
        image.extend(bytes(act.offset - len(image)))
    image[act.offset : act.offset + len(act.data)] = act.data


def judge_files(files: dict[str, bytes], acks: list[str], folder: Path) -> Iterator[str]:
    """What is broken after recovery."""
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    connection = sqlite3.connect(f"file:{folder / NAME}?vfs=unix", uri=True)
    try:
        yield from _violations(connection, acks)
    except sqlite3.DatabaseError as error:
        yield f"CORRUPT {error}"
    finally:
        connection.close()


def _violations(connection: sqlite3.Connection, acks: list[str]) -> Iterator[str]:
    (state,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if state != "ok":
        yield f"CORRUPT {state}"
    present = {f"event {row[0]}" for row in connection.execute("SELECT id FROM events")}
    query = "SELECT d.id FROM webhook_deliveries d JOIN attempts a ON a.delivery_id = d.id WHERE d.status = 'delivered'"
    present |= {f"delivered {row[0]}" for row in connection.execute(query)}
    yield from (f"LOST {ack}" for ack in acks if ack not in present)
    torn = "SELECT id FROM events e WHERE 2 <> (SELECT count(*) FROM webhook_deliveries d WHERE d.event_id = e.id)"
    yield from (f"ORPHAN event {row[0]}: not two deliveries" for row in connection.execute(torn))
    keys = "SELECT key FROM idempotency_keys WHERE event_id NOT IN (SELECT id FROM events)"
    yield from (f"ORPHAN key {row[0]}" for row in connection.execute(keys))


def cuts(acts: list[Act], before: bytes, seeds: int, folder: Path) -> Iterator[str]:
    """Cut at one moment a seed; every violation, with its seed and moment."""
    chances = sorted(((random.Random(f"cut:{seed}"), seed) for seed in range(seeds)), key=lambda pair: pair[1])
    moments = sorted((chance.randrange(len(acts) + 1), seed, chance) for chance, seed in chances)
    disk, done = Disk({NAME: bytearray(before)}), 0
    for moment, seed, chance in moments:
        for act in acts[done:moment]:
            disk.take(act)
        done = moment
        for violation in judge_files(disk.cut(chance), disk.acks, folder):
            yield f"seed {seed}, moment {moment}: {violation}"


def main(seeds: int) -> int:
    """Exit code 1 when something acknowledged was lost, 77 where SQLite's library cannot be reached."""
    library = sqlite_library()
    if library is None:
        sys.stdout.write("power: skipped, Python's sqlite3 has SQLite built in and out of reach\n")
        return 77
    vfs = ListeningVfs(library)
    with tempfile.TemporaryDirectory(prefix="hookspan-power-") as name:
        run, after = Path(name) / "run", Path(name) / "after"
        run.mkdir()
        after.mkdir()
        before = record(run, vfs)
        violations = list(cuts(vfs.acts, before, seeds, after))
    syncs, acks = (sum(act.kind == kind for act in vfs.acts) for kind in ("sync", "ack"))
    sys.stdout.write(f"power: {seeds} cuts of {len(vfs.acts)} acts, {acks} acked, {syncs} syncs: ")
    sys.stdout.write(f"{len(violations)} violations\n")
    for kind in ("LOST", "ORPHAN", "CORRUPT"):
        found = [violation for violation in violations if f": {kind}" in violation]
        sys.stdout.write("".join([f"  {len(found)} {kind}\n"] * bool(found) + [f"    {each}\n" for each in found[:5]]))
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))

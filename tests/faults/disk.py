"""L6 disk full: nothing can be written, or hardly anything, and then again; what was answered 2xx meanwhile is kept.

Everywhere: SQLite is told that the disk is full (full_vfs.py). Where we may mount, the data lie on a volume of their
own, which is made too small: for the low mark at first (`watermark`), then to the last page (`brim`).
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.faults import web
from tests.faults.full_vfs import FLAG
from tests.faults.ledger import Kill, Ledger, Options
from tests.faults.power_vfs import sqlite_library
from tests.faults.scene import OK_ENDPOINTS, SHORT_CLOCKS, Scene, played, scene
from tests.faults.victims import until

GATE_SECONDS = 40.0
ACKS_MOST = 30
REFUSALS = 12
MIB = 1_048_576
ROOMY_BYTES = 4_096 * MIB
"""The volume's usual size; a tmpfs takes memory only for what is written."""
SCARCE_BYTES, BRIM_BYTES = 64 * MIB, 32_768


@contextmanager
def volume(folder: Path) -> Iterator[None]:
    """A volume of its own on the folder, where we may mount one."""
    is_ours = os.geteuid() == 0 and _mount(folder, "-t", "tmpfs", "tmpfs", size=ROOMY_BYTES)
    try:
        yield
    finally:
        if is_ours:
            subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)


def _mount(folder: Path, *words: str, size: int) -> bool:
    command = ["mount", "-o", f"{'' if words else 'remount,'}size={size},mode=700", *words, str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


async def disk(options: Options) -> Ledger:
    """One `serve` on SQLite; each fault in turn, after each it takes requests again without being asked to."""
    async with scene(options, OK_ENDPOINTS, settings=SHORT_CLOCKS, ground=volume) as town:
        town.settings = {**town.settings, FLAG: str(_flag(town))}
        return await played(town, _suffer)


def _faults(folder: Path) -> list[str]:
    """Those that can be brought about here."""
    told = ["full", "killed"] if sqlite_library() is not None else []
    return [*told, "watermark", "brim"] if folder.is_mount() else told


def _flag(town: Scene) -> Path:
    return town.folder / "full"


async def _suffer(town: Scene) -> None:
    chance = random.Random(f"{town.options.seed}:nemesis")
    api = await town.serve()
    await town.answering(api)
    await town.set_up(api)
    town.produce()
    names = _faults(town.books.folder)
    town.ledger.numbers["faults"] = len(names)
    for number in range(town.options.kills if names else 0):
        pushed, units = _pushed(town), chance.randint(1, ACKS_MOST)
        await until(GATE_SECONDS, lambda pushed=pushed, units=units: _pushed(town) - pushed >= units)
        await _once(town, names[number % len(names)])


async def _once(town: Scene, fault: str) -> None:
    """Begin, be refused again and again and take nothing, end, take something."""
    begin, end = FAULTS[fault]
    await begin(town)
    is_refused = await _refused(town)
    before = _pushed(town)
    is_refused = is_refused and await _refused(town)
    if not is_refused:
        town.ledger.noted.append(f"FULL {fault}: pushes are not refused within {GATE_SECONDS:g} s")
    if _pushed(town) != before:
        town.ledger.noted.append(f"FULL {fault}: {_pushed(town) - before} pushes were answered 2xx meanwhile")
    if fault == "watermark":
        await _look(town, is_ready=False)
    await end(town)
    began, before = time.monotonic(), _pushed(town)
    is_back = await until(GATE_SECONDS, lambda: _pushed(town) > before)
    town.ledger.kills.append(Kill("disk", fault, "refusals", REFUSALS, is_refused and is_back))
    if not is_back:
        town.ledger.noted.append(f"STUCK no push is taken {GATE_SECONDS:g} s after there was room again")
    await _look(town, is_ready=True)
    numbers = town.ledger.numbers
    numbers["back_most"] = max(numbers.get("back_most", 0.0), round(time.monotonic() - began, 2))


def _pushed(town: Scene) -> int:
    """Pushes with a 2xx; each of these, a repeat too, writes something."""
    return sum(submission.is_acked and submission.kind == "push" for submission in town.crowd.submitted)


async def _refused(town: Scene) -> bool:
    refusals = town.crowd.refused_pushes
    return await until(GATE_SECONDS, lambda: town.crowd.refused_pushes - refusals >= REFUSALS)


async def _look(town: Scene, *, is_ready: bool) -> None:
    """Readiness says so within a few seconds."""
    deadline = time.monotonic() + GATE_SECONDS
    while time.monotonic() < deadline:
        reply = await web.call(f"{town.crowd.door.url}/readyz", method="GET")
        if reply is not None and (reply.status == 200) == is_ready:
            return
        await asyncio.sleep(0.1)
    town.ledger.noted.append(f"READY it does not become {is_ready} by the room on the disk")


async def _full(town: Scene) -> None:
    _flag(town).touch()


async def _room(town: Scene) -> None:
    _flag(town).unlink()


async def _killed(town: Scene) -> None:
    """It dies on the full disk, and its successor finds room."""
    await town.victims["serve"].end(signal.SIGKILL)
    _flag(town).unlink()
    await town.answering(await town.serve())


async def _sized(town: Scene, size: int) -> None:
    await asyncio.to_thread(_mount, town.books.folder, size=size)


async def _scarce(town: Scene) -> None:
    await _sized(town, shutil.disk_usage(town.books.folder).used + SCARCE_BYTES)


async def _brim(town: Scene) -> None:
    await _sized(town, shutil.disk_usage(town.books.folder).used + BRIM_BYTES)


async def _roomy(town: Scene) -> None:
    await _sized(town, ROOMY_BYTES)


Act = Callable[[Scene], Awaitable[None]]
FAULTS: Mapping[str, tuple[Act, Act]] = {
    "full": (_full, _room),
    "killed": (_full, _killed),
    "watermark": (_scarce, _roomy),
    "brim": (_brim, _roomy),
}

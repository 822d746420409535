"""The processes of a run, seen from outside: start, wait until they answer, count their own work, kill."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tests.faults.ledger import Arrival
from tests.faults.receiver import Plan

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60.0
LOOK_SECONDS = 0.02
STOP_SECONDS = 30.0


class NotReady(Exception):
    """A process did not come up or did not end as it should."""


def environment() -> dict[str, str]:
    """Of every process: this tree's source first, no settings of another instance."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOOKSPAN_")}
    return {**clean, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONUNBUFFERED": "1"}


async def until(seconds: float, is_true: object) -> bool:
    """Wait until the callable holds, looking often; False when the time is over."""
    assert callable(is_true)
    deadline = asyncio.get_running_loop().time() + seconds
    while not is_true():
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(LOOK_SECONDS)
    return True


@dataclass
class Tail:
    """A growing file, read from where the last look ended."""

    path: Path
    offset: int = 0

    def lines(self) -> list[bytes]:
        """Whole lines that are new."""
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            file.seek(self.offset)
            found = file.read()
        whole = found[: found.rfind(b"\n") + 1]
        self.offset += len(whole)
        return whole.splitlines()


@dataclass
class Victim:
    """One hookspan process. `attempts` is its own work so far, read from its log."""

    name: str
    pid: int
    folder: Path
    log: Path
    code: asyncio.Future[int]
    tail: Tail
    url: str = ""
    token: str = ""
    _attempts: int = 0

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return not self.code.done()

    def attempts(self) -> int:
        """Deliveries it attempted and settled."""
        self._attempts += sum(b'"delivery.attempted"' in line for line in self.tail.lines())
        return self._attempts

    async def ready(self) -> None:
        """Wait until it answers requests."""
        if not await until(READY_SECONDS, lambda: self._is_announced() or not self.is_alive) or not self.is_alive:
            raise NotReady(f"{self.name} did not come up: {self.log.read_text(errors='replace')[-2000:]}")

    async def working(self) -> None:
        """Wait until it does background work."""
        if not await until(READY_SECONDS, lambda: self.log.exists() and b'"worker.started"' in self.log.read_bytes()):
            raise NotReady(f"{self.name} did not come up: {self.log.read_text(errors='replace')[-2000:]}")

    def _is_announced(self) -> bool:
        with contextlib.suppress(OSError, ValueError, KeyError):
            told = json.loads((self.folder / "server.json").read_bytes())
            if told["pid"] == self.pid:
                self.url, self.token = told["url"], told["token"]
                return True
        return False

    async def end(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end; its exit code."""
        if self.is_alive:
            os.kill(self.pid, number)
        async with asyncio.timeout(STOP_SECONDS):
            return await self.code

    def signal(self, number: signal.Signals) -> None:
        """Send a signal and go on."""
        if self.is_alive:
            os.kill(self.pid, number)


@dataclass
class Launcher:
    """The process that forks victims."""

    process: asyncio.subprocess.Process
    _pids: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    _codes: dict[int, asyncio.Future[int]] = field(default_factory=dict)
    _count: int = 0

    async def start(
        self, name: str, argv: Sequence[str], folder: Path, settings: Mapping[str, str], *, log: Path
    ) -> Victim:
        """Start one; it need not answer yet."""
        assert self.process.stdin is not None
        self._count += 1
        path = log / f"{self._count:03}-{name}.log"
        order = {"argv": list(argv), "environment": dict(settings), "log": str(path)}
        self.process.stdin.write(msgspec.json.encode(order) + b"\n")
        async with asyncio.timeout(READY_SECONDS):
            pid = await self._pids.get()
        return Victim(name, pid, folder, path, self._codes[pid], Tail(path))

    async def listen(self) -> None:
        """Hear of starts and ends."""
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            told = json.loads(line)
            if "code" in told:
                self._codes[told["pid"]].set_result(told["code"])
            else:
                self._codes[told["pid"]] = asyncio.get_running_loop().create_future()
                self._pids.put_nowait(told["pid"])


@asynccontextmanager
async def _child(*argv: str, errors: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python process of ours that ends when its stdin does, and in any case here."""
    with errors.open("ab") as stderr:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            env=environment(),
            cwd=ROOT,
        )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


@asynccontextmanager
async def launching(folder: Path) -> AsyncIterator[Launcher]:
    """A launcher until the block ends; its victims end with it."""
    async with _child("-m", "tests.faults.launcher", errors=folder / "launcher.err") as process:
        launcher = Launcher(process)
        listener = asyncio.create_task(launcher.listen())
        try:
            yield launcher
        finally:
            listener.cancel()


@dataclass
class FarSide:
    """The receiver's process."""

    process: asyncio.subprocess.Process
    url: str
    tail: Tail
    arrivals: dict[int, Arrival] = field(default_factory=dict)

    def calm(self) -> None:
        """From now on everything is answered 200."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"calm\n")

    def count(self) -> int:
        """Requests so far."""
        for line in self.tail.lines():
            members = msgspec.json.decode(line)
            if len(members) == 2:
                self.arrivals[members["n"]].status = members["status"]
            else:
                self.arrivals[members["n"]] = msgspec.convert(members, Arrival)
        return len(self.arrivals)


@asynccontextmanager
async def far_side(folder: Path, plan: Plan) -> AsyncIterator[FarSide]:
    """A receiver until the block ends."""
    ledger = folder / "receiver.jsonl"
    told = msgspec.json.encode(plan).decode()
    async with _child("-m", "tests.faults.receiver", told, str(ledger), errors=folder / "receiver.err") as process:
        assert process.stdout is not None
        async with asyncio.timeout(READY_SECONDS):
            port = int(await process.stdout.readline())
        yield FarSide(process, f"http://127.0.0.1:{port}", Tail(ledger))


def run_python(*argv: str) -> int:
    """A Python process of ours to its end, its output with ours; the exit code."""
    return subprocess.run([sys.executable, *argv], cwd=ROOT, env=environment(), check=False).returncode

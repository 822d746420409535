"""Processes of a run: start, pin to a core, read CPU time and memory, end by id."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SERVER_CORE = 0
LOAD_CORE = max(os.sched_getaffinity(0))
START_SECONDS = 60.0
KEY = re.compile(r"hsk_[0-9A-Za-z]+_[0-9A-Za-z]+")


@dataclass(frozen=True)
class Child:
    """A process of ours."""

    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def rss_mib(self) -> float:
        """Resident memory now."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", text)
        return int(found[1]) / 1024 if found else 0.0


@contextmanager
def child(
    arguments: list[str], *, core: int, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Child]:
    """Run `python arguments` on one core; ended by SIGTERM, then SIGKILL."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        try:
            yield Child(process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass(frozen=True)
class Server:
    """A running hookspan, with the owner key it printed."""

    child: Child
    url: str
    key: str

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])


@contextmanager
def hookspan(folder: Path, *, database_url: str = "") -> Iterator[Server]:
    """Serve from an empty folder, everything on; PostgreSQL when an address is given."""
    folder.mkdir(parents=True)
    with serving(folder, database_url=database_url) as server:
        yield server


@contextmanager
def serving(folder: Path, *, database_url: str = "") -> Iterator[Server]:
    """Serve what is in a folder; the key is the one its first start printed."""
    # Making a thousand endpoints is the preparation of a measurement, not a flood.
    environment = {"HOOKSPAN_DATA": str(folder), "HOOKSPAN_LIMITS__MANAGEMENT_PER_MINUTE": "1000000"}
    if database_url:
        environment |= {"HOOKSPAN_DATABASE__URL": database_url, "HOOKSPAN_KEK": "k1:" + "A" * 43 + "="}
    first = folder / "out.log"
    log = folder / "again.log" if first.exists() else first
    arguments = ["-m", "hookspan", "serve", "--dev", "--port", "0"]
    with child(arguments, core=SERVER_CORE, log=log, environment=environment) as started:
        announced = folder / "server.json"
        deadline = time.monotonic() + START_SECONDS
        while not announced.exists():
            if started.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text())
            time.sleep(0.05)
        found = KEY.search(first.read_text())
        assert found is not None
        yield Server(started, json.loads(announced.read_text())["url"], found[0])

"""A hookspan of its own for a while: a child process on a temporary SQLite folder and a free loopback port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hookspan.cli.failures import Failed
from hookspan.cli.grammar import Given
from hookspan.cli.target import NoTarget, Place, Target, resolve
from hookspan.client import ApiError, Client

START_S = 30.0
STOP_S = 30.0
_LOOK_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Child:
    """A running server: where it is, what it printed, and what it answers to."""

    folder: Path
    target: Target
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> Path:
        """Everything the server printed, the first start's credentials included."""
        return self.folder / "server.log"


@contextmanager
def temporary_folder(*, keep: bool) -> Iterator[Path]:
    """A fresh folder only this user can read; gone afterwards unless it shall be kept."""
    if keep:
        yield Path(tempfile.mkdtemp(prefix="hookspan-demo-"))
        return
    with tempfile.TemporaryDirectory(prefix="hookspan-demo-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def running_server(folder: Path, options: Sequence[str] = ("--dev",)) -> Iterator[Child]:
    """`serve` on that folder until the block ends; Failed with its last words when it does not come up."""
    command = [sys.executable, "-m", "hookspan", "serve", "--port", str(free_port()), "--data", str(folder), *options]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 — our own interpreter and module
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=_untouched(), cwd=folder
        )
    try:
        yield Child(folder, _awaited(folder, process), process)
    finally:
        _stop(process)


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _untouched() -> Mapping[str, str]:
    """This process's environment without settings of another instance: a demo must never open someone's database."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HOOKSPAN_")}


def _awaited(folder: Path, process: subprocess.Popen[bytes]) -> Target:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failed(f"the server ended with code {process.returncode}: {_last_words(folder)}")
        try:
            target = resolve(Given({"data": str(folder)}), Place(environment={}, folder=folder))
            with Client(target.url, target.token, retries=0) as client:
                client.request("GET", "/readyz")
        except (NoTarget, ApiError):
            time.sleep(_LOOK_EVERY_S)
        else:
            return target
    raise Failed(f"the server was not ready after {START_S:g} s: {_last_words(folder)}")


def _last_words(folder: Path) -> str:
    return (folder / "server.log").read_text(errors="replace").strip()[-2000:]


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

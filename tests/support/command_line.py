"""The command line as a person meets it: run in this process, as a child, or on a terminal of its own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import msgspec

from hookspan.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command line gave."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, object]:
        """stdout as a JSON object."""
        return msgspec.json.decode(self.out, type=dict[str, object])

    @property
    def documents(self) -> list[dict[str, object]]:
        """stdout as a JSON array of objects."""
        return msgspec.json.decode(self.out, type=list[dict[str, object]])

    @property
    def problem(self) -> dict[str, object]:
        """stderr as a problem document."""
        return msgspec.json.decode(self.err, type=dict[str, object])


def run(*arguments: str) -> Ran:
    """One command line in this process, its streams in memory and no terminal."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with redirect_stdout(out), redirect_stderr(err):
        code = main(arguments)
    return Ran(code, _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8", "surrogateescape")


def command(*arguments: str) -> list[str]:
    """The command line of a child process."""
    return [sys.executable, "-m", "hookspan", *arguments]


def environment(**variables: str) -> Mapping[str, str]:
    """This process's environment without settings of hookspan, and with some of the test's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HOOKSPAN_")}
    return {**inherited, "COLUMNS": "100", "LINES": "40", "TERM": "xterm-256color", **variables}


def run_on_a_terminal(*arguments: str, folder: Path, **variables: str) -> bytes:
    """Every byte the command writes to a terminal, stdout and stderr together."""
    ours, theirs = os.openpty()
    with subprocess.Popen(
        command(*arguments), stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**variables), cwd=folder
    ):
        os.close(theirs)
        written = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return written


def _read(terminal: int) -> bytes:
    """The next bytes; nothing once the other side has closed, which Linux tells as EIO."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""

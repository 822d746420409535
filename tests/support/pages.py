"""Pages as a reader follows them: blocks for bash are pasted in order, and what they print is held against the page.

A block is fenced as `bash`, or as `bash exits 6` where the command is meant to fail. The text block right behind one
is what it prints, with the talk on stderr where it fails; `…` stands for anything in a line, alone for any lines.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.support.command_line import environment

ROOT = Path(__file__).parents[2]
MARK = "---- end of a block ----"
START = "set -euo pipefail\ntrap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n"

_BLOCK = re.compile(
    r"^```bash(?: exits (\d+))?\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", flags=re.MULTILINE | re.DOTALL
)


class Block(NamedTuple):
    """What to paste, how it ends, and what the page says it prints, if it says."""

    script: str
    code: int = 0
    printed: str | None = None

    @property
    def guarded(self) -> str:
        """The script, which must end as the page says."""
        return self.script if not self.code else f"(\n{self.script}) 2>&1 || [ $? = {self.code} ]\n"

    def is_true_of(self, told: str) -> bool:
        """Whether it printed what the page says."""
        if self.printed is None:
            return True
        lines = "".join(line.rstrip() + "\n" for line in told.strip("\n").splitlines())
        return re.fullmatch("".join(map(_line, self.printed.strip("\n").splitlines())), lines) is not None


def _line(said: str) -> str:
    if said == "…":
        return r"(?:[^\n]*\n)*"
    return r"[^\n]*".join(re.escape(part) for part in said.rstrip().split("…")) + r"\n"


def blocks_of(text: str) -> list[Block]:
    """What a page tells to paste, in order."""
    return [Block(found[2], int(found[1] or 0), found[3]) for found in _BLOCK.finditer(text)]


def paste(script: str, folder: Path, *, cwd: Path = ROOT, **variables: str) -> str:
    """What bash prints, with the installed commands in reach; a command that fails fails the test."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-c", START + script],
        cwd=cwd,
        env=environment(TMPDIR=str(folder), PATH=path, **variables),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def followed(blocks: list[Block], folder: Path, *, cwd: Path = ROOT, **variables: str) -> list[str]:
    """What each block printed, all pasted into one shell."""
    script = "".join(f"{block.guarded}echo\necho '{MARK}'\n" for block in blocks)
    return paste(script, folder, cwd=cwd, **variables).split(MARK)[: len(blocks)]

"""A disk that is full while a file says so: SQLite's own file layer, whose writes then answer SQLITE_FULL.

Needs no rights and no volume of its own. What is there can still be read, and locks still work, as on a real full disk.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults.power_vfs import Act, ListeningVfs, sqlite_library

FLAG = "FAULTS_FULL_DISK"
"""Names the file that stands for a full disk; read when a process of a run becomes what it is."""
SQLITE_FULL = 13
_installed: list[FullVfs] = []
"""SQLite calls into it until the process ends."""


class FullVfs(ListeningVfs):
    """The default VFS from `install` on; nothing is written while `flag` exists."""

    def __init__(self, library: Any, flag: Path) -> None:
        super().__init__(library)
        self._flag = flag

    def _note(self, act: Act) -> None:
        """Nobody listens."""

    def _written(self, write: Any) -> Callable[[int, int, int, int], int]:
        def call(file: int, data: int, size: int, offset: int) -> int:
            return SQLITE_FULL if self._flag.exists() else int(write(file, data, size, offset))

        return call


def may_be_full() -> None:
    """Let this process's disk be full whenever its environment's file exists; nothing where none is named."""
    flag, library = os.environ.get(FLAG), sqlite_library() if FLAG in os.environ else None
    if flag and library is not None:
        _installed.append(FullVfs(library, Path(flag)))
        _installed[-1].install()

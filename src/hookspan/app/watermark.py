"""Room on the data volume: below the low mark nothing more is taken in, above twice that it is again (§4.15)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

FREE_BYTES_LEAST = 256 * 1_048_576
FREE_SHARE_LEAST = 0.05


class Usage(NamedTuple):
    """Bytes of a volume."""

    total: int
    free: int


def usage_of(folder: Path) -> Usage | None:
    """The volume of a folder, or of the one it will be made in; None when there is neither."""
    place = folder if folder.exists() else folder.resolve().parent
    if not place.exists():
        return None
    found = shutil.disk_usage(place)
    return Usage(found.total, found.free)


class Watermark:
    """Knows from its last look whether the volume is full; a look costs a system call, so requests only ask."""

    def __init__(self, usage: Callable[[], Usage | None]) -> None:
        self._usage = usage
        self._free: int | None = None
        self.is_full = False

    def look(self) -> None:
        """Measure; a volume that was full stays so until there is twice the room."""
        usage = self._usage()
        self._free = None if usage is None else usage.free
        if usage is None:
            self.is_full = False
            return
        mark = max(FREE_BYTES_LEAST, round(usage.total * FREE_SHARE_LEAST))
        self.is_full = usage.free < (2 * mark if self.is_full else mark)

    def check(self) -> Mapping[str, object]:
        """For readiness."""
        return {"ok": not self.is_full, "freeBytes": self._free}

"""Named points at which a test may kill the process; inert unless `HOOKSPAN_FAILPOINT` is set and `arm` was called.

`HOOKSPAN_FAILPOINT=commit.after:7` ends the process with SIGKILL when it passes that point the seventh time.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

_armed: dict[str, int] = {}
_passed: Counter[str] = Counter()


def arm() -> None:
    """Read the points from the environment; called by `serve --dev` alone (S54)."""
    for part in filter(None, os.environ.get("HOOKSPAN_FAILPOINT", "").split(",")):
        name, _, hits = part.partition(":")
        _armed[name] = int(hits or 1)


def reach(name: str) -> None:
    """Pass a point; dies here when the armed count is reached."""
    if not _armed or name not in _armed:
        return
    _passed[name] += 1
    if _passed[name] >= _armed[name]:
        os.kill(os.getpid(), signal.SIGKILL)

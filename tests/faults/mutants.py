"""Planted bugs: small patches to a copy of the tree, each with the layer that must catch it and by which violation.

A survivor fails, and so does a patch that no longer applies: then the product changed and the patch must follow.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.planted import MUTANTS, Mutant
from tests.faults.planted_workflows import WORKFLOW_MUTANTS
from tests.faults.victims import ROOT, environment

ALL = (*MUTANTS, *WORKFLOW_MUTANTS)
RUN_SECONDS = 240
_COUNTED = re.compile(r"^ +(\d+) ([A-Z ]+)$", re.MULTILINE)


def mutants(only: str | None) -> int:
    """Plant each, or one; exit code 1 when one survives."""
    chosen = [mutant for mutant in ALL if only in (None, mutant.name)]
    if not chosen:
        sys.stdout.write(f"no such mutant; there are {', '.join(mutant.name for mutant in ALL)}\n")
        return 2
    return 1 if [mutant.name for mutant in chosen if not _is_caught(mutant)] else 0


def _is_caught(mutant: Mutant) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hookspan-mutant-") as name:
        tree = Path(name)
        if not plant(mutant, tree):
            sys.stdout.write(f"{mutant.name}: the patch no longer applies to {mutant.file}\n")
            return False
        settings = {**environment(), "PYTHONPATH": f"{tree / 'src'}{os.pathsep}{tree}"}
        ran = subprocess.run(
            [sys.executable, "-m", *_command(mutant.layer)],
            cwd=tree,
            env=settings,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
    told = ran.stdout + ran.stderr
    is_caught = ran.returncode == 1 and mutant.word in told
    found = ", ".join(f"{count} {kind}" for count, kind in _COUNTED.findall(told))
    verdict = "caught" if is_caught else f"SURVIVED (exit {ran.returncode}): {told[-600:]}"
    layer = " ".join(mutant.layer)
    sys.stdout.write(f"{mutant.name}: {verdict} by {layer}, {time.monotonic() - began:.0f} s: {found}\n")
    sys.stdout.flush()
    return is_caught


def _command(layer: tuple[str, ...]) -> tuple[str, ...]:
    if layer[0] == "pytest":
        return (*layer, "-q", "-x", "-p", "no:cacheprovider", "--timeout", "40")
    return ("tests.faults", *layer)


def plant(mutant: Mutant, tree: Path) -> bool:
    """Copy what a run needs and apply the patch; False when it does not apply."""
    for part in ("src", "tests"):
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    path = tree / "src" / "hookspan" / mutant.file
    text = path.read_text()
    applies = all(text.count(old) == 1 for old, _ in mutant.patches)
    for old, new in mutant.patches:
        text = text.replace(old, new)
    path.write_text(text)
    return applies

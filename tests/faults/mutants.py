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
from dataclasses import dataclass
from pathlib import Path

from tests.faults.victims import ROOT, environment

RUN_SECONDS = 240
_COUNTED = re.compile(r"^ +(\d+) ([A-Z ]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    """One bug: `old` stands once in `file` and becomes `new`; `layer` is the command that must see `word`."""

    name: str
    file: str
    old: str
    new: str
    layer: tuple[str, ...]
    word: str


CHAOS = ("chaos", "--kills", "8")
MUTANTS = (
    Mutant(
        "answer-before-commit",
        "events/publish.py",
        "recorded = await self._database.batch(events.record, birth)",
        "recorded = Recorded(birth.event.id) if self._database.batch(events.record, birth) else None",
        CHAOS,
        "LOST",
    ),
    Mutant(
        "settle-before-send",
        "outbound/deliver.py",
        "        answer = await self._client.send(request)\n",
        '        early = HttpAnswer(200, [], b"", False, 0.0)\n'
        "        await self._settle(self._judge(parcel, policy, request, early, started_at))\n"
        "        answer = await self._client.send(request)\n",
        CHAOS,
        "FALSE SUCCESS",
    ),
    Mutant(
        "redirect-is-success",
        "outbound/retry.py",
        "    if outcome.status < 300:\n",
        "    if outcome.status < 400:\n",
        CHAOS,
        "FALSE SUCCESS",
    ),
    Mutant(
        "key-ignored",
        "events/publish.py",
        "executions, receipt, keys)",
        "executions, receipt, ())",
        CHAOS,
        "DOUBLE EVENT",
    ),
    Mutant(
        "claim-without-recheck",
        "storage/delivery_claims.py",
        "    .with_for_update(skip_locked=True)\n"
        "    for is_wanted in (_deliveries.silent_claims < SUSPECT_FROM, _deliveries.silent_claims >= SUSPECT_FROM)\n"
        ")\n_LEASE = (\n    update(webhook_deliveries)\n"
        '    .where(one_of(_deliveries.id), _deliveries.status == "pending")\n',
        "    for is_wanted in (_deliveries.silent_claims < SUSPECT_FROM, _deliveries.silent_claims >= SUSPECT_FROM)\n"
        ")\n_LEASE = (\n    update(webhook_deliveries)\n    .where(one_of(_deliveries.id))\n",
        ("race", "--store", "postgres"),
        "DUPLICATES",
    ),
    Mutant(
        "settle-without-token",
        "storage/deliveries.py",
        "tokens.get(item.parcel.id) == item.parcel.lease_token for item in items",
        "item.parcel.id in tokens for item in items",
        ("states",),
        "IntegrityError",
    ),
    Mutant(
        "event-and-deliveries-apart",
        "storage/events.py",
        '    failpoints.reach("accept.in_tx")\n',
        '    connection.commit()\n    failpoints.reach("accept.in_tx")\n',
        ("points", "--only", "accept.in_tx", "--hits", "1,7"),
        "ORPHAN",
    ),
    Mutant(
        "attempt-and-state-apart",
        "storage/deliveries.py",
        '    failpoints.reach("settle.in_tx")\n',
        '    connection.commit()\n    failpoints.reach("settle.in_tx")\n',
        ("points", "--only", "settle.in_tx", "--hits", "1,7"),
        "DOWN",
    ),
    Mutant(
        "synchronous-normal",
        "storage/dialect.py",
        "PRAGMA synchronous=FULL",
        "PRAGMA synchronous=NORMAL",
        ("power",),
        "LOST",
    ),
)


def mutants(only: str | None) -> int:
    """Plant each, or one; exit code 1 when one survives."""
    chosen = [mutant for mutant in MUTANTS if only in (None, mutant.name)]
    if not chosen:
        sys.stdout.write(f"no such mutant; there are {', '.join(mutant.name for mutant in MUTANTS)}\n")
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
            [sys.executable, "-m", "tests.faults", *mutant.layer],
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


def plant(mutant: Mutant, tree: Path) -> bool:
    """Copy what a run needs and apply the patch; False when it does not apply."""
    for part in ("src", "tests"):
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    path = tree / "src" / "hookspan" / mutant.file
    text = path.read_text()
    path.write_text(text.replace(mutant.old, mutant.new))
    return text.count(mutant.old) == 1

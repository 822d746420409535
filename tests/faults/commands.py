"""The commands: read options, run a layer, print seed, numbers and violations, write `ledger.json`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from tests.faults.chaos import chaos, race
from tests.faults.checks import judge
from tests.faults.ledger import Ledger, Options, read_ledger

Layer = Callable[[Options], Coroutine[Any, Any, Ledger]]
LAYERS: dict[str, Layer] = {"chaos": chaos, "race": race}


def run(options: Options) -> Ledger:
    """Run one layer to its end."""
    return asyncio.run(LAYERS[options.layer](options))


def say(text: str) -> None:
    """One line for people, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def report(ledger: Ledger) -> None:
    """Seed, options, numbers, every violation."""
    options = ledger.options
    numbers = "  ".join(f"{name} {value:g}" for name, value in ledger.numbers.items())
    missed = sum(not kill.is_reached for kill in ledger.kills)
    say(f"{options.layer} seed {options.seed} {options.store} kills {options.kills}: {numbers}  gates missed {missed}")
    for violation in ledger.violations[:40]:
        say(f"  {violation}")
    if len(ledger.violations) > 40:
        say(f"  … and {len(ledger.violations) - 40} more")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Try to break the promises.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in LAYERS:
        layer = commands.add_parser(name)
        layer.add_argument("--seed", type=int, default=1)
        layer.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
        layer.add_argument("--kills", type=int, default=20)
        layer.add_argument("--stops", type=int, default=0)
        layer.add_argument("--events", type=int, default=0)
        layer.add_argument("--ledger", type=Path, default=Path("ledger.json"))
    for name in ("check", "replay"):
        again = commands.add_parser(name)
        again.add_argument("ledger", type=Path)
    return parser


def main(argv: Sequence[str]) -> int:
    """Exit code 1 when a promise was broken."""
    given = _parser().parse_args(argv)
    if given.command == "check":
        ledger = read_ledger(given.ledger)
        ledger.violations = judge(ledger)
    elif given.command == "replay":
        ledger = run(read_ledger(given.ledger).options)
    else:
        events = given.events or (500 if given.command == "race" else 0)
        kills = 0 if given.command == "race" else given.kills
        options = Options(
            layer=given.command,
            seed=given.seed,
            store=given.store,
            kills=kills,
            stops=given.stops,
            events=events,
            timeout_ms=10_000 if given.command == "race" else 1_000,
            workers=3 if given.command == "race" else 2,
        )
        ledger = run(options)
        ledger.write(given.ledger)
    report(ledger)
    return 1 if ledger.violations else 0

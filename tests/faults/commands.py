"""The commands: read options, run a layer, print seed, numbers and violations, write `ledger.json`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.faults.chaos import chaos, race
from tests.faults.checks import judge, kind_of
from tests.faults.database import database
from tests.faults.disk import disk
from tests.faults.ledger import Ledger, Options, read_ledger
from tests.faults.neighbour import neighbour
from tests.faults.net import net
from tests.faults.points import POINTS, all_points, points
from tests.faults.rolling import rolling
from tests.faults.sim import sim
from tests.faults.tls import tls
from tests.faults.tours import PLANS, tours
from tests.faults.tours import POINTS as WAYPOINTS
from tests.faults.victims import run_python

Layer = Callable[[Options], Coroutine[Any, Any, Ledger]]
LAYERS: dict[str, Layer] = {
    "chaos": chaos,
    "points": points,
    "race": race,
    "database": database,
    "disk": disk,
    "rolling": rolling,
    "net": net,
    "tls": tls,
    "neighbour": neighbour,
    "sim": sim,
    "tours": tours,
}
Track = Sequence[Sequence[str]]
QUICK: Sequence[Track] = (
    (
        *(("states",), ("points", "--store", "sqlite"), ("race", "--store", "sqlite"), ("sim", "--events", "100")),
        *(("tls",), ("tours", "--stride", "2", "--store", "sqlite"), ("tours", "--stride", "5", "--store", "postgres")),
    ),
    (
        ("power",),
        ("disk",),
        ("chaos", "--kills", "12", "--store", "sqlite"),
        ("chaos", "--kills", "12", "--stops", "1", "--store", "postgres"),
        ("race", "--store", "postgres"),
    ),
)
"""The per-commit set, in two tracks."""
ALL: Sequence[Track] = (
    (*QUICK[0], ("database",), ("net", "--store", "sqlite")),
    (*QUICK[1], ("neighbour",), ("rolling",), ("net", "--store", "postgres")),
)
"""Every layer there is."""
SHOWN = 5


def chaos_options(seed: int = 1, store: Any = "sqlite", kills: int = 20, stops: int = 0) -> Options:
    """L3 with short clocks."""
    return Options(
        layer="chaos", seed=seed, store=store, kills=kills, stops=stops, order_keys=8, is_tidal=True, callers=2
    )


def race_options(seed: int = 1, store: Any = "postgres", events: int = 500) -> Options:
    """L10: clocks so long that load alone cannot end a lease."""
    return Options(
        layer="race", seed=seed, store=store, events=events, timeout_ms=10_000, workers=3, order_keys=6, callers=2
    )


def points_options(seed: int = 1, store: Any = "sqlite", chosen: tuple[str, ...] = ()) -> Options:
    """L2 with short clocks, most of it pushed."""
    return Options(layer="points", seed=seed, store=store, points=chosen or all_points(), push=0.7, callers=2)


def database_options(seed: int = 1, store: Any = "postgres", kills: int = 10) -> Options:
    """L4 with short clocks."""
    return Options(layer="database", seed=seed, store=store, kills=kills, is_tidal=True)


def disk_options(seed: int = 1, store: Any = "sqlite", kills: int = 4) -> Options:
    """L6 with short clocks, most of it pushed."""
    return Options(layer="disk", seed=seed, store=store, kills=kills, push=0.8)


def rolling_options(seed: int = 1, store: Any = "postgres", kills: int = 2) -> Options:
    """L12 with usual clocks: nothing may time out."""
    return Options(layer="rolling", seed=seed, store=store, kills=kills, timeout_ms=10_000)


def net_options(seed: int = 1, store: Any = "sqlite", kills: int = 8) -> Options:
    """L7: far sides on SQLite; the line to the database, spoilt `kills` times, on PostgreSQL."""
    return Options(layer="net", seed=seed, store=store, kills=kills if store == "postgres" else 0)


def tls_options(seed: int = 1, store: Any = "sqlite") -> Options:
    """L8."""
    return Options(layer="tls", seed=seed, store=store)


def neighbour_options(seed: int = 1, store: Any = "sqlite", events: int = 10_000) -> Options:
    """L11: `events` for the flooded endpoint."""
    return Options(layer="neighbour", seed=seed, store=store, events=events, drain_seconds=90.0)


def sim_options(seed: int = 1, store: Any = "sqlite", events: int = 200) -> Options:
    """L1: `events` seeds, one life each."""
    return Options(layer="sim", seed=seed, store=store, events=events)


def tours_options(
    seed: int = 1, store: Any = "sqlite", chosen: tuple[str, ...] = (), plans: tuple[str, ...] = (), stride: int = 1
) -> Options:
    """L2 for executions: all plans and points, every `stride`-th pass of each."""
    return Options(layer="tours", seed=seed, store=store, points=chosen, plans=plans, stride=stride)


OPTIONS: dict[str, Callable[..., Options]] = {
    "chaos": chaos_options,
    "points": points_options,
    "race": race_options,
    "database": database_options,
    "disk": disk_options,
    "rolling": rolling_options,
    "net": net_options,
    "tls": tls_options,
    "neighbour": neighbour_options,
    "sim": sim_options,
    "tours": tours_options,
}


def run(options: Options) -> Ledger:
    """Run one layer to its end."""
    return asyncio.run(LAYERS[options.layer](options))


def say(text: str) -> None:
    """One line for people, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def report(ledger: Ledger) -> None:
    """Seed, numbers, and of each kind of violation how many and the first few."""
    options = ledger.options
    numbers = "  ".join(f"{name} {value:g}" for name, value in ledger.numbers.items())
    missed = sum(not kill.is_reached for kill in ledger.kills)
    say(f"{options.layer} seed {options.seed} {options.store}: {numbers}  gates missed {missed}")
    by_kind: dict[str, list[str]] = {}
    for violation in ledger.violations:
        by_kind.setdefault(kind_of(violation), []).append(violation)
    for kind, found in by_kind.items():
        say(f"  {len(found)} {kind}")
        for violation in found[:SHOWN]:
            say(f"    {violation}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Try to break the promises.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in (*LAYERS, "replay"):
        layer = commands.add_parser(name)
        if name == "replay":
            layer.add_argument("past", type=Path)
        layer.add_argument("--seed", type=int)
        layer.add_argument("--store", choices=("sqlite", "postgres"))
        layer.add_argument("--ledger", type=Path, default=Path("ledger.json"))
        if name in ("chaos", "database", "disk", "rolling", "net", "replay"):
            layer.add_argument("--kills", type=int)
        if name in ("chaos", "replay"):
            layer.add_argument("--stops", type=int)
        if name == "points":
            layer.add_argument("--only", choices=POINTS)
            layer.add_argument("--hits", default="1,7")
        if name in ("race", "neighbour", "sim"):
            layer.add_argument("--events", type=int)
        if name == "tours":
            layer.add_argument("--only", choices=WAYPOINTS)
            layer.add_argument("--plan", choices=PLANS)
            layer.add_argument("--stride", type=int)
    commands.add_parser("check").add_argument("past", type=Path)
    for name in ("quick", "all", "power", "states", "mutants"):
        commands.add_parser(name)
    commands.choices["power"].add_argument("--seeds", type=int, default=200)
    commands.choices["mutants"].add_argument("--only")
    return parser


def _options(given: argparse.Namespace) -> Options:
    """What was given on the command line; the rest by default, on a replay from the past run."""
    names = ("seed", "store", "kills", "stops", "events", "stride")
    told = {name: getattr(given, name) for name in names if getattr(given, name, None) is not None}
    if given.command == "replay":
        past = read_ledger(given.past).options
        return Options(**{**{name: getattr(past, name) for name in past.__struct_fields__}, **told})
    if given.command == "points":
        chosen = tuple(f"{given.only}:{hits}" for hits in given.hits.split(",")) if given.only else ()
        return points_options(**told, chosen=chosen)
    if given.command == "tours":
        one = {"chosen": given.only, "plans": given.plan}
        told |= {name: (word,) for name, word in one.items() if word is not None}
    return OPTIONS[given.command](**told)


def main(argv: Sequence[str]) -> int:
    """Exit code 1 when a promise was broken."""
    given = _parser().parse_args(argv)
    if given.command in ("quick", "all"):
        return _tracks(given.command, QUICK if given.command == "quick" else ALL)
    if given.command in ("power", "states", "mutants"):
        return _own(given)
    if given.command == "check":
        ledger = read_ledger(given.past)
        ledger.violations = judge(ledger)
    else:
        ledger = run(_options(given))
        ledger.write(given.ledger)
    report(ledger)
    return 1 if ledger.violations else 0


def _own(given: argparse.Namespace) -> int:
    """Layers without a ledger; each is imported by itself."""
    if given.command == "power":
        return run_python("-m", "tests.faults.power", str(given.seeds))
    if given.command == "mutants":
        from tests.faults.mutants import mutants  # noqa: PLC0415  # it runs this very module in another tree

        return mutants(given.only)
    return run_python("-m", "pytest", "-q", "tests/faults/test_delivery_states.py", "-p", "no:cacheprovider")


def _tracks(name: str, tracks: Sequence[Track]) -> int:
    """Tracks side by side; each layer is a process of its own."""
    began = time.monotonic()
    with ThreadPoolExecutor(len(tracks)) as pool:
        codes = [code for track in pool.map(_track, tracks) for code in track]
    say(f"{name}: {len(codes)} layers, {sum(map(bool, codes))} failed, {time.monotonic() - began:.0f} s")
    return 1 if any(codes) else 0


def _track(layers: Track) -> list[int]:
    codes = []
    for words in layers:
        ledger = ["--ledger", f"ledger-{words[0]}-{words[-1]}.json"]
        codes.append(run_python("-m", "tests.faults", *words, *(ledger if words[0] in LAYERS else [])))
    return codes

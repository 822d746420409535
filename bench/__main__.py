"""`make bench`: one run, competitors interleaved, the machine named; results are kept as JSON."""

from __future__ import annotations

import argparse
import json
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import inbound, outbound, scenarios, workflows
from bench.process import Server, hookspan
from tests.support.postgres import running_server

RESULTS = Path(__file__).parent / "results"
ALONE: dict[str, Callable[[Server], dict[str, float]]] = {
    "neighbours": scenarios.neighbours,
    "backlog": scenarios.backlog,
    "fan-out": outbound.fan_out,
    "drain": outbound.drain,
    "features": outbound.features,
}
PARTS = [
    "start",
    "sqlite",
    "postgresql",
    "fan-out",
    "drain",
    "retries",
    "stored",
    "features",
    "neighbours",
    "backlog",
    "receive",
    "workflows",
]


def machine() -> dict[str, object]:
    """Where the figures come from."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    return {
        "cpu": cpu,
        "cores": len(Path("/proc/cpuinfo").read_text().split("processor\t")) - 1,
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def main() -> None:
    """Run everything, print a table, keep the JSON."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--total", type=int, default=40_000, help="events of the throughput runs")
    parser.add_argument("--only", choices=PARTS, nargs="+")
    chosen = parser.parse_args()
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="hookspan-bench-") as name:
        folder = Path(name)
        with scenarios.sink(folder):
            for part in PARTS:
                if chosen.only is None or part in chosen.only:
                    figures[part] = _run(part, folder, chosen.total)
                    _print(part, figures[part])
    here = machine()
    _keep(figures, here)
    print(json.dumps(here))


def _keep(figures: dict[str, dict[str, float]], here: dict[str, object]) -> None:
    """Write the parts that were run beside those of earlier runs, each with its machine and time."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "latest.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    kept |= {part: {"machine": here, "figures": found} for part, found in figures.items()}
    path.write_text(json.dumps({part: kept[part] for part in PARTS if part in kept}, indent=2) + "\n")


def _run(part: str, folder: Path, total: int) -> dict[str, float]:
    if part == "start":
        return scenarios.start_up(folder / part)
    if part == "postgresql":
        return _on_postgresql(folder, total)
    if part in ("retries", "stored"):
        return (outbound.retries if part == "retries" else outbound.stored)(folder / part)
    if part == "receive":
        return inbound.receive(folder, total=total)
    if part == "workflows":
        return workflows.run(folder)
    if part in ALONE:
        with hookspan(folder / part) as server:
            figures = ALONE[part](server)
        return figures | outbound.inside(folder / part) if part == "fan-out" else figures
    with hookspan(folder / part) as server:
        found = scenarios.limits(folder, server, total=total, rows_url=f"sqlite:///{folder}/limit.db")
        found |= scenarios.river(server, total=total)
        return found | {"ratio_to_limit": found["cpu_us"] / found["limit_us"]}


def _on_postgresql(folder: Path, total: int) -> dict[str, float]:
    with running_server() as postgres:
        for name in ("river", "limits"):
            postgres.execute(f"CREATE DATABASE {name}")
        with hookspan(folder / "postgresql", database_url=postgres.url("river")) as server:
            found = scenarios.limits(folder, server, total=total, rows_url=postgres.url("limits"))
            found |= scenarios.river(server, total=total)
            return found | {"ratio_to_limit": found["cpu_us"] / found["limit_us"]}


def _print(part: str, figures: dict[str, float]) -> None:
    print(f"\n{part}")
    for name, value in figures.items():
        print(f"  {name:<24}{value:>14,.2f}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""The table of emitters: for each event type who publishes it, when, and the tests that saw it arrive.

Emitters and moments stand in `emitters.toml`, tests name their types by `@emits`; nothing here is imported from them.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hookspan.model.catalogue import CATALOGUE

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests" / "emitters"
SOURCE = ROOT / "src" / "hookspan"
HEAD = ("type", "from", "another name of", "published by", "when", "stored", "seen delivered by")


@dataclass(frozen=True, slots=True)
class Emitter:
    """The modules that publish a fact, below `src/hookspan`, and the moment at which they do."""

    modules: tuple[str, ...]
    moment: str


def emitters() -> Mapping[str, Emitter]:
    """By the first name of each fact."""
    written = tomllib.loads((Path(__file__).parent / "emitters.toml").read_text(encoding="utf-8"))
    return {name: Emitter(tuple(told["modules"]), told["moment"]) for name, told in written.items()}


def witnesses(folder: Path = TESTS) -> Mapping[str, tuple[str, ...]]:
    """The tests that see a type delivered, as `file::name`, by type."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("test_*.py")):
        for test, names in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            for name in names:
                found.setdefault(name, []).append(f"{path.name}::{test}")
    return {name: tuple(tests) for name, tests in found.items()}


def rows(seeds: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The rows of the table, in the order of the catalogue; `seeds` are words for where a name comes from."""
    publishers, seen = emitters(), witnesses()
    for row in CATALOGUE:
        emitter = publishers[row.canonical or row.name]
        yield (
            f"`{row.name}`",
            seeds[row.seed],
            f"`{row.canonical}`" if row.canonical else "",
            ", ".join(f"[{module}](../../src/hookspan/{module})" for module in emitter.modules),
            emitter.moment,
            "always" if row.retention == "A" else "when wanted",
            ", ".join(_link(test) for test in seen.get(row.name, ())),
        )


def _marked(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    for node in tree.body:
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "emits":
                    names = [each.value for each in mark.args if isinstance(each, ast.Constant)]
                    yield node.name, [name for name in names if isinstance(name, str)]


def _link(test: str) -> str:
    file, _, name = test.partition("::")
    return f"[{file}::{name}](../../tests/emitters/{file})"

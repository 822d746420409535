"""The budgets no linter knows: sizes, comments, dialect, how tests are written. `make check` runs this."""

from __future__ import annotations

import ast
import io
import re
import statistics
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILE_LINES = 400
FUNCTION_LINES = 60
COMMENT_SHARE = 0.04
FUNCTION_P50, FUNCTION_P90, FILE_P90 = 8, 30, 300
NAMES = re.compile(r"^(utils?|common|helpers?|core|managers?|services?|base|handlers?|data|info|process)$")
# bench/process.py is about operating system processes: there the word is the domain's own.
NAMED_BY_DOMAIN = {"bench/process.py"}
MAY_ASK_DIALECT = {"src/hookspan/storage/dialect.py", "src/hookspan/storage/database.py"}
MOCKS = re.compile(r"unittest\.mock|monkeypatch\.setattr|mocker|@patch|pytest\.(mark\.)?(skip|xfail)")
# Waiting for another process or the kernel is not waiting for our own code.
MAY_SLEEP = re.compile(r"tests/(support|faults|security|browser)/|tests/flow/test_http_client|tests/contract/test_cli")


def sources(*folders: str) -> Iterator[Path]:
    """Python files of the product or its tests, migrations left out."""
    for folder in folders:
        yield from sorted(path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Name and length of every function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def comment_lines(text: str) -> int:
    """Lines that hold a comment for people; marks for tools are none."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    marks = ("# noqa", "# type:", "# pragma", "# --", "# ruff")
    return sum(token.type == tokenize.COMMENT and not token.string.startswith(marks) for token in tokens)


def faults_of(path: Path) -> Iterator[str]:
    """What is over budget in one file."""
    name, text = path.relative_to(ROOT).as_posix(), path.read_text()
    if text.count("\n") > FILE_LINES:
        yield f"{name}: {text.count(chr(10))} lines, at most {FILE_LINES}"
    if NAMES.match(path.stem) and name not in NAMED_BY_DOMAIN:
        yield f"{name}: a file is named by what it is, not {path.stem}"
    for function, lines in functions(ast.parse(text)):
        if lines > FUNCTION_LINES:
            yield f"{name}: {function} has {lines} lines, at most {FUNCTION_LINES}"
    if name.startswith("src/") and name not in MAY_ASK_DIALECT and "dialect.name" in text:
        yield f"{name}: asks which database it speaks to; that is storage/dialect.py's matter"
    if name.startswith("tests/") and name != "tests/budgets.py":
        if MOCKS.search(text):
            yield f"{name}: patches or leaves out; fake the far side at its port instead"
        if re.search(r"(?<!clock\.)(?<!def )\bsleep\((?!0\))", text) and not MAY_SLEEP.search(name):
            yield f"{name}: sleeps; wait for the event itself"


def shape(paths: list[Path]) -> Iterator[str]:
    """The percentiles of the whole product."""
    lengths = [lines for path in paths for _, lines in functions(ast.parse(path.read_text()))]
    files = [path.read_text().count("\n") for path in paths]
    share = sum(comment_lines(path.read_text()) for path in paths) / sum(files)
    figures = {
        "function p50": (statistics.median(lengths), FUNCTION_P50),
        "function p90": (statistics.quantiles(lengths, n=10)[8], FUNCTION_P90),
        "file p90": (statistics.quantiles(files, n=10)[8], FILE_P90),
        "comment share": (share, COMMENT_SHARE),
    }
    for name, (measured, most) in figures.items():
        sys.stdout.write(f"{name}: {measured:.3g} (at most {most})\n")
        if measured > most:
            yield f"{name} is {measured:.3g}, at most {most}"


def main() -> int:
    """Print every fault; 1 when there is one."""
    faults = [fault for path in sources("src", "tests", "bench") for fault in faults_of(path)]
    faults += shape(list(sources("src")))
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

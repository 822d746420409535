"""The documents keep up with the code: every command, setting, code, route and type is told of, every link leads."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import hookspan
from docs.generate import commands, main, pages, refusals, settings
from hookspan.access.settings import SETTINGS
from hookspan.api.dump import rendered
from hookspan.api.problem_pages import problem_pages
from hookspan.model.catalogue import CATALOGUE
from hookspan.model.deliveries import LEGAL
from hookspan.outbound.sign import Signer, generate_secret
from tests.support.node import run_node

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
SOURCES = sorted(path for path in (ROOT / "src" / "hookspan").rglob("*.py") if "migrations" not in path.parts)
WRITTEN = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BY_HAND = [page for page in WRITTEN if page.parent != REFERENCE]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
BODY = b'{"event":"order.paid","timestamp":"2025-05-21T21:27:09.442Z","payload":{"order":7}}'
PARTS = ("Context", "Decision", "Alternatives", "Consequences", "Enforced by", "Revisit when")


def headings(page: str) -> set[str]:
    """Everything in backquotes in the headings of a reference page."""
    lines = (REFERENCE / page).read_text(encoding="utf-8").splitlines()
    return {name for line in lines if line.startswith("#") for name in re.findall(r"`([^`]+)`", line)}


def codes() -> Iterator[str]:
    """Every error code written in the source: `code="…"`, the second argument of a Fault, `error_code="…"`."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                given = [word.value for word in node.keywords if word.arg in ("code", "error_code")]
                if isinstance(node.func, ast.Name) and node.func.id == "Fault" and len(node.args) > 1:
                    given.append(node.args[1])
                yield from (str(each.value) for each in given if isinstance(each, ast.Constant) and each.value)


def links(page: Path) -> Iterator[tuple[str, str]]:
    """(text, target) of every link to a file."""
    for text, target in re.findall(r"\[([^\]]+)\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "#", "mailto:")):
            yield text, target.partition("#")[0]


def example(heading: str) -> str:
    """The code under a heading of the page on verifying."""
    page = (ROOT / "docs" / "how-to" / "verify-deliveries.md").read_text(encoding="utf-8")
    return re.split(r"^```.*\n", page.partition(f"\n## {heading}\n")[2], flags=re.MULTILINE)[1]


def verifies(heading: str, headers: list[tuple[str, str]], secret: str) -> list[bool]:
    """What the page's Python says of the body as signed, and of one with a letter changed."""
    room: dict[str, Callable[..., bool]] = {}
    exec(example(heading), room)
    given = {name.lower(): value for name, value in headers}
    return [room["is_ours"](body, given, secret) for body in (BODY, BODY.replace(b"7", b"8"))]


def block(text: str, after: str) -> list[str]:
    """The lines of the first text block behind `after`."""
    return text.partition(after)[2].partition("```text\n")[2].partition("```")[0].splitlines()


def test_generated_pages_are_what_the_code_says() -> None:
    assert main(["--check"]) == 0


@pytest.mark.parametrize("page", sorted(pages()))
def test_a_page_that_lags_behind_is_told(page: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "reference").mkdir()
    for name, text in pages().items():
        (tmp_path / "reference" / name).write_text(text.replace("#", "%", 1) if name == page else text)

    code = main(["--check"], folder=tmp_path / "reference")

    assert (code, page in capsys.readouterr().err) == (1, True)


def test_every_command_has_its_heading() -> None:
    assert {path for path, _, _ in commands()} <= headings("cli.md")
    assert "hookspan deliveries retry" in headings("cli.md")


def test_every_setting_has_its_heading() -> None:
    assert {name for name, _ in settings()} == headings("settings.md")


def test_every_setting_of_a_tenant_has_its_heading() -> None:
    assert set(SETTINGS) == headings("tenant-settings.md")


def test_what_users_read_cites_nothing_that_they_do_not_have() -> None:
    shown = [rendered(), *(command.get_help(context) for _, command, context in commands()), *pages().values()]

    cited = re.compile(r"contracts|[Ss]eed 0\d|security §|reliability \d|\b[A-H]\.\d+\b|\([SDV]\d+\)")
    assert [found for text in shown for found in cited.findall(text)] == []


def test_every_reference_page_is_listed_where_readers_begin() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [page for page in pages() if f"(docs/reference/{page})" not in readme] == []


def test_every_code_of_an_answer_has_its_heading() -> None:
    assert set(problem_pages()) <= headings("errors.md")


def test_every_code_in_the_source_is_explained() -> None:
    text = (REFERENCE / "errors.md").read_text(encoding="utf-8")

    assert {code for code in {*codes(), *refusals()} if f"`{code}`" not in text} == set()


def test_every_route_has_its_heading() -> None:
    document = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))

    routes = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}

    assert routes | {"ANY /api/v1/webhooks/{path}"} == headings("api.md")


def test_every_type_of_the_catalogue_is_listed() -> None:
    text = (REFERENCE / "event-types.md").read_text(encoding="utf-8")

    assert [row.name for row in CATALOGUE if f"| `{row.name}` |" not in text] == []


def test_the_picture_of_the_states_holds_every_legal_move_and_no_other() -> None:
    text = (REFERENCE / "states.md").read_text(encoding="utf-8")

    drawn = re.findall(r"^    (\S+) --> (\S+)$", text.partition("```mermaid")[2].partition("```")[0], re.MULTILINE)

    assert {(None if old == "[*]" else old, new) for old, new in drawn} == LEGAL


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_every_test_it_names_is_there(page: Path) -> None:
    for text, target in links(page):
        found = page.parent / target
        assert found.exists(), target
        if text.startswith("`test_"):
            assert f"def {text.strip('`')}(" in found.read_text(encoding="utf-8"), text


@pytest.mark.parametrize("page", BY_HAND, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_line_holds_one_sentence(page: Path) -> None:
    code = r"(?s:^```.*?^```$)|^\|.*$|`[^`\n]*`"
    prose = re.sub(code, "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert re.findall(r"^.*[a-z)][.?!] [A-Z].*$", prose, flags=re.MULTILINE) == []


def test_the_python_of_the_page_on_verifying_takes_ours_and_nothing_else() -> None:
    standard = generate_secret()
    signer = Signer([standard], legacy_secret="your-webhook-secret")

    seed = verifies("In Python, `X-Webhook-Signature`", signer.legacy("orchestrator", BODY), "your-webhook-secret")
    trio = verifies("In Python, Standard Webhooks", signer.trio("id", int(time.time()), BODY), standard)
    stale = verifies("In Python, Standard Webhooks", signer.trio("id", int(time.time()) - 400, BODY), standard)

    assert (seed, trio, stale) == ([True, False], [True, False], [False, False])


def test_the_node_of_the_page_on_verifying_takes_ours_and_nothing_else(tmp_path: Path) -> None:
    headers = dict(Signer([generate_secret()], legacy_secret="your-webhook-secret").legacy("orchestrator", BODY))
    lowered = json.dumps({name.lower(): value for name, value in headers.items()})
    bodies = json.dumps([BODY.decode(), BODY.decode().replace("7", "8"), ""])
    asked = f"for (const body of {bodies}) console.log(isOurs(Buffer.from(body), {lowered}, 'your-webhook-secret'))"
    script = tmp_path / "verify.js"
    script.write_text(example("In Node, `X-Webhook-Signature`") + asked)

    assert run_node(script, []) == ["true", "false", "false"]


def test_the_map_is_the_one_that_the_linter_holds() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    assert hookspan.__doc__ is not None

    in_docstring = re.findall(r"^    (\S.*)$", hookspan.__doc__, flags=re.MULTILINE)

    assert block((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), "## Where a line belongs") == layers
    assert in_docstring == layers


def test_readme_and_package_tell_the_flow_in_the_same_words() -> None:
    assert hookspan.__doc__ is not None
    told = block((ROOT / "README.md").read_text(encoding="utf-8"), "## The map")

    assert told[:-1] == re.findall(r"^\w[\w, ]+  \S.*$", hookspan.__doc__, flags=re.MULTILINE)
    assert len(told) == 10
    rooms = [line.split()[0].strip(",") for line in told]
    assert [room for room in rooms if not (ROOT / "src" / "hookspan" / room).is_dir()] == ["web"]


@pytest.mark.parametrize("record", DECISIONS, ids=lambda record: record.stem)
def test_a_decision_is_short_and_names_what_enforces_it(record: Path) -> None:
    text = record.read_text(encoding="utf-8")

    number = record.stem.partition("-")[0]
    assert text.startswith(f"# {number}. ")
    assert text.count("\n") <= 60
    assert re.search(r"^Status: (accepted|superseded), \d{4}-\d{2}-\d{2}", text, flags=re.MULTILINE)
    assert tuple(re.findall(r"^## (.+)$", text, flags=re.MULTILINE)) == PARTS


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(record.stem[:4]) for record in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_the_package_gives_a_client_and_loads_no_server_for_it() -> None:
    question = "import sys, hookspan; hookspan.Client; print(sorted({'fastapi', 'sqlalchemy'} & set(sys.modules)))"

    told = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True).stdout

    assert told == "[]\n"
    assert "Client" in hookspan.__all__


def test_the_package_has_no_name_that_it_does_not_say() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Server'"):
        _ = hookspan.Server

"""What the command line says before it speaks to any server: usage, targets, exit codes (contracts D.1)."""

from __future__ import annotations

import fcntl
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from docs.generate import commands
from hookspan.cli.grammar import Given
from tests.support.command_line import command, environment, run

NOWHERE = ("--url", "http://127.0.0.1:1", "--timeout", "0.2")


def test_every_missing_option_is_named_at_once() -> None:
    ran = run("endpoints", "create")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: missing --url, --events\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], "error: no such command 'nope'"),
        (["events", "nope"], "error: no such command 'nope'"),
        (["events", "list", "--nope"], "error: no such option '--nope'"),
        (["events", "publish"], "error: missing TYPE"),
        (["events", "show"], "error: missing ID"),
        (["events", "publish", "a", "--data", "{x"], "error: --data is not JSON: line 1 column 2"),
        (["events", "publish", "a", "--data", '{"n":NaN}'], "error: --data is not JSON: NaN is no JSON value"),
        (["events", "publish", "a", "--data", "@/no/such"], "error: --data: /no/such: No such file or directory"),
        (["endpoints", "create", "--events", ",", "-u", "x"], "error: --events needs at least one name"),
        (
            ["endpoints", "create", "-e", "a", "-u", "x", "--retry", "[\n1,"],
            "error: --retry is not JSON: line 2 column 3",
        ),
        (["events", "list", "--since", "soon"], "error: --since: write an age"),
        (["api", "GET", "events"], "error: PATH begins with /"),
        (["events", "list", "-o", "xml"], "error: invalid value for '--format'"),
    ],
)
def test_wrong_usage_is_exit_2_and_says_what(arguments: list[str], said: str) -> None:
    ran = run(*arguments, *NOWHERE)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(said)


def test_nobody_there_is_exit_5_with_the_way_on() -> None:
    ran = run("events", "list", *NOWHERE)

    assert (ran.code, ran.out) == (5, "")
    assert ran.err.startswith("error: Server not reached\n  http://127.0.0.1:1")
    assert ran.err.endswith("hint: hookspan serve\n")


def test_a_data_folder_in_use_without_a_server_is_exit_5(tmp_path: Path) -> None:
    with (tmp_path / "hookspan.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        ran = run("--data", str(tmp_path), "events", "list")

    assert ran.code == 5
    assert "hint: hookspan serve, or name one with --url" in ran.err


def test_with_json_the_problem_is_a_document() -> None:
    ran = run("events", "list", "--format", "json", *NOWHERE)

    assert (ran.code, ran.out) == (5, "")
    assert ran.problem["code"] == "unreachable"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--format", "json", "events", "list"],
        ["events", "--format", "json", "list"],
        ["events", "list", "--format", "json"],
        ["events:list", "-o", "json"],
        ["-f", "csv", "events:list", "-f", "json"],
    ],
)
def test_global_options_stand_anywhere_and_the_nearest_wins(arguments: list[str]) -> None:
    ran = run(*NOWHERE, *arguments)

    assert ran.problem["code"] == "unreachable"


def test_a_command_s_own_option_wins_over_the_global_one_of_that_name() -> None:
    before = run("--url", "http://127.0.0.1:1", "--timeout", "0.2", "endpoints:create", "--url", "x", "--events", "a")

    assert before.code == 5
    assert "127.0.0.1:1" in before.err


def test_both_spellings_show_the_same_help() -> None:
    assert run("events", "publish", "--help").out == run("events:publish", "-h").out


def test_without_words_it_shows_help_and_exits_2() -> None:
    assert run().code == 2
    assert run("events").code == 2
    assert "Commands:" in run("events").err


def test_help_on_request_is_exit_0_on_stdout() -> None:
    ran = run("--help")

    assert (ran.code, ran.err) == (0, "")
    for noun in ("serve", "demo", "events", "endpoints", "deliveries", "sources", "workflows", "executions", "keys"):
        assert f"  {noun}" in ran.out


def test_version_is_data() -> None:
    assert run("version").out.startswith("hookspan ")
    assert run("version", "-o", "json").document["name"] == "hookspan"


def test_a_question_without_anyone_to_ask_is_exit_2() -> None:
    ran = run("keys", "revoke", "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d", *NOWHERE)

    assert ran.code == 2
    assert "pass --yes" in ran.err


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("--help"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaint = process.stderr.read()

    assert complaint == b""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--workers", "2"], "SQLite takes one serving process"),
        (["--no-worker"], "must do the background work"),
        (["--dev", "--host", "0.0.0.0"], "refuses to listen on 0.0.0.0"),
    ],
)
def test_serve_refuses_what_sqlite_or_dev_cannot_do(tmp_path: Path, arguments: list[str], said: str) -> None:
    ran = run("serve", "--data", str(tmp_path), *arguments)

    assert ran.code == 1
    assert ran.err.startswith("error: Wrong setting\n")
    assert said in ran.err


def test_a_worker_alone_refuses_sqlite(tmp_path: Path) -> None:
    ran = run("worker", "--data", str(tmp_path))

    assert ran.code == 1
    assert "`hookspan serve` does the background work" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--queues", "deliveries,mail"], "--queues: mail: no such queue; known are deliveries, executions, router"),
        (["--queues", ","], "--queues needs at least one name"),
        (["--concurrency", "0"], "0 is not in the range 1<=x<=4096"),
        (["--concurrency", "many"], "'many' is not a valid integer"),
    ],
)
def test_a_worker_is_told_what_there_is_to_work_on(tmp_path: Path, arguments: list[str], said: str) -> None:
    ran = run("worker", "--data", str(tmp_path), *arguments)

    assert ran.code == 2
    assert said in ran.err


def test_a_worker_on_some_queues_comes_as_far_as_one_on_all(tmp_path: Path) -> None:
    ran = run("worker", "--data", str(tmp_path), "--queues", "router, deliveries", "--concurrency", "8")

    assert ran.code == 1
    assert "`hookspan serve` does the background work" in ran.err


def test_prompt_is_the_same_program() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]

    scripts = project["scripts"]

    assert scripts["prompt"] == scripts["hookspan"] == "hookspan.cli:main"


@pytest.mark.parametrize(
    "verb",
    [
        "list",
        "create",
        "info",
        "update",
        "delete",
        "test",
        "deliveries",
        "stats",
        "trigger",
        "retry",
        "pause",
        "resume",
    ],
)
def test_each_command_of_the_seed_has_help_under_both_spellings(verb: str) -> None:
    assert run(f"webhooks:{verb}", "--help").out == run("webhooks", verb, "--help").out != ""


def listings() -> Iterator[tuple[str, list[str]]]:
    """What a group lists its commands by in a terminal of 80 columns, by what one types."""
    for path, group, _ in commands():
        if isinstance(group, click.Group):
            narrow = click.Context(group, info_name=path, obj=Given(), terminal_width=78)
            formatter = narrow.make_formatter()
            group.format_commands(narrow, formatter)
            yield path, formatter.getvalue().splitlines()


def test_no_line_of_help_is_cut_in_eighty_columns() -> None:
    shown = {path: [line for line in lines if line.endswith(("...", "…"))] for path, lines in listings()}

    assert len(shown) > 10
    assert {path: lines for path, lines in shown.items() if lines} == {}

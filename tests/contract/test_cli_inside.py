"""Without any server a command runs the application itself and says the same (contracts D.1)."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Ran, run
from tests.support.far_side import FarSide, far_side


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("alone")


@pytest.fixture(scope="module")
def far() -> Iterator[FarSide]:
    with far_side() as listening:
        yield listening


@pytest.fixture(scope="module")
def first(folder: Path) -> Ran:
    """The first command on an empty folder."""
    return run("--data", str(folder), "webhooks:list")


def test_a_first_use_makes_the_instance_and_shows_its_credentials_once(folder: Path, first: Ran) -> None:
    again = run("--data", str(folder), "webhooks:list")

    assert (first.code, first.out) == (0, "")
    assert "owner key  hsk_" in first.err
    assert "back this up apart" in first.err
    assert (again.code, again.out, again.err) == (0, "", "no webhooks\n")
    assert (folder / "hookspan.kek").stat().st_mode & 0o777 == 0o600


def test_what_one_command_writes_the_next_one_reads(folder: Path, first: Ran) -> None:
    made = run(
        "--data", str(folder), "webhooks:create", "-n", "N", "-u", "https://example.com/x", "-e", "a", "-o", "json"
    )

    listed = run("--data", str(folder), "webhooks:list", "-o", "json")

    assert first.code == made.code == 0
    assert made.document in listed.documents


def test_it_also_delivers(folder: Path, first: Ran, far: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOKSPAN_DEV", "true")
    arguments = ("-n", "N", "-u", far.url("/inside"), "-e", "cli.inside", "-o", "id", "-q")
    assert run("--data", str(folder), "webhooks:create", *arguments).code == first.code

    ran = run("--data", str(folder), "webhooks:trigger", "-e", "cli.inside", "-d", '{"n":1.50}', "--wait", "10")

    assert ran.code == 0
    assert "✓ Success" in ran.out
    assert b'"data":{"n":1.5}' in far.came[0].body


def test_it_refuses_a_folder_another_process_works_on(folder: Path, first: Ran) -> None:
    with (folder / "hookspan.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        ran = run("--data", str(folder), "webhooks:list")

    assert (first.code, ran.code, ran.out) == (0, 5, "")
    assert "a process works on" in ran.err


def test_a_raw_call_needs_no_server(folder: Path, first: Ran) -> None:
    run("--data", str(folder), "events", "publish", "cli.waiting", "-q")

    ran = run("--data", str(folder), "api", "GET", "/api/v1/events?type=cli.waiting")

    assert first.code == 0
    assert [event["type"] for event in json.loads(ran.out)["data"]] == ["cli.waiting"]


def test_events_are_followed_without_a_server(folder: Path, first: Ran, far: FarSide) -> None:
    run("--data", str(folder), "events", "publish", "cli.followed", "-q")

    ran = run(
        "--data",
        str(folder),
        "listen",
        far.url("/followed"),
        "--events",
        "cli.followed",
        "--once",
        "1",
        "--since",
        "1h",
    )

    assert (first.code, ran.code) == (0, 0)
    assert [came.path for came in far.came if came.path == "/followed"] == ["/followed"]


def test_init_makes_an_instance_that_is_ready(tmp_path: Path) -> None:
    made = run("--data", str(tmp_path / "new"), "init", "--port", "8123", "-o", "json")
    again = run("--data", str(tmp_path / "new"), "init")

    told = made.document
    assert (tmp_path / "new" / "hookspan.toml").read_text().endswith("\n[server]\nport = 8123\n")
    assert str(told["ownerKey"]).startswith("hsk_")
    assert told["kek"] is None
    assert Path(str(told["kekFile"])).exists()
    assert (again.code, again.err.partition("\n")[0].endswith("is there already")) == (1, True)
    assert run("--data", str(tmp_path / "new"), "webhooks:list").err == "no webhooks\n"


def test_sources_are_made_tried_and_looked_back_at_without_a_server(folder: Path, first: Ran) -> None:
    alone = ("--data", str(folder))
    made = run(*alone, "sources", "create", "-n", "inside", "--provider", "github", "-o", "json")
    identity = str(made.document["id"])

    tested = run(*alone, "sources", "test", identity, "--body", '{"n":1}', "-o", "json")
    event = str(tested.document["eventId"])
    tried = run(*alone, "filters", "test", "--source", identity, "--payload", "{}")
    replayed = run(*alone, "events", "replay", event, "-o", "json")
    exported = run(*alone, "events", "export", "-", "--source", identity)
    bulk = run(*alone, "events", "replay", "--query", f"webhookId={identity}&replayed=false", "--yes", "-o", "json")

    assert (first.code, tested.code, tried.code, replayed.code) == (0, 0, 0, 0)
    assert exported.out.count("\n") == 2
    assert (bulk.code, bulk.document["succeeded"]) == (0, 1)

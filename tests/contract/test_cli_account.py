"""`login | logout | whoami | config | open`: the person's own file, and who they are (contracts D.1, D.4)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Ran, run
from tests.support.server import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("instance")) as running:
        yield running


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's own file, in a home and a folder of the test."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "hookspan" / "config.toml"


def logged_in(server: Server, *options: str) -> Ran:
    key = str(server.cli("keys", "create", "-n", "me", "-s", "events:read", "-o", "json").document["key"])
    return run("--url", server.child.target.url, "--token", key, "login", *options)


def test_a_login_is_remembered_for_its_owner_alone(server: Server, file: Path) -> None:
    ran = logged_in(server)

    assert (ran.code, ran.out) == (0, f"✓ logged in to {server.child.target.url}\n")
    assert file.stat().st_mode & 0o777 == 0o600
    assert run("events", "list").code == 0
    assert run("whoami", "-o", "json").document["kind"] == "key"


def test_a_login_with_a_wrong_token_keeps_nothing(server: Server, file: Path) -> None:
    ran = run("--url", server.child.target.url, "--token", "hsk_wrong", "login")

    assert (ran.code, ran.out) == (4, "")
    assert not file.exists()


def test_a_login_without_a_terminal_needs_a_token(server: Server, file: Path) -> None:
    ran = run("--url", server.child.target.url, "login", "--username", "owner")

    assert ran.code == 2
    assert "--token-stdin" in ran.err
    assert not file.exists()


def test_a_login_without_a_server_starts_none(file: Path) -> None:
    ran = run("--token", "hsk_x", "login")

    assert ran.code == 5
    assert not (file.parent.parent / "hookspan-data").exists()


def test_profiles_are_kept_apart(server: Server, file: Path) -> None:
    logged_in(server, "--profile", "work")

    assert list(tomllib.loads(file.read_text())["profiles"]) == ["work"]
    assert run("--profile", "work", "events", "list").code == 0


def test_a_logout_forgets_the_token(server: Server, file: Path) -> None:
    logged_in(server)

    ran = run("logout")

    assert ran.code == 0
    assert "token" not in tomllib.loads(file.read_text())
    assert run("logout").code == 1


def test_the_file_is_set_and_shown(file: Path) -> None:
    assert run("config", "path").out == f"{file}\n"

    run("config", "set", "url", "http://127.0.0.1:1")
    run("config", "set", "token", "hsk_0123456789abcd")

    assert run("config", "show").out == 'url = "http://127.0.0.1:1"\ntoken = "hsk_0123456789abcd"\n'
    assert run("config", "show", "--redact").out == 'url = "http://127.0.0.1:1"\ntoken = "…abcd"\n'
    assert run("config", "show", "--redact", "-o", "json").document["token"] == "…abcd"
    assert run("config", "set", "token", "").code == 0
    assert run("config", "show").out == 'url = "http://127.0.0.1:1"\n'


def test_without_a_terminal_open_only_names_the_page(server: Server) -> None:
    event = server.cli("events", "publish", "cli.opened", "-o", "id", "-q").out.strip()

    assert server.cli("open").out == f"{server.child.target.url}/ui/\n"
    assert server.cli("open", event).out == f"{server.child.target.url}/ui/events/{event}\n"


def test_whoami_says_who_and_where(server: Server) -> None:
    ran = server.cli("whoami")

    assert ran.out.startswith(f"Server      {server.child.target.url}\n")
    assert "Username    owner\n" in ran.out

"""Which server a command speaks to, and that no token reaches a server it was not given for (contracts D.1)."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from hookspan.cli.grammar import Given
from hookspan.cli.target import NoTarget, Place, Target, is_held, resolve


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(environment={"XDG_CONFIG_HOME": str(tmp_path / "home")}, folder=tmp_path)


def with_environment(place: Place, **variables: str) -> Place:
    return Place({**place.environment, **variables}, place.folder)


def user_file(place: Place, text: str, mode: int = 0o600) -> None:
    write(place.user_file, text, mode)


def folder_file(place: Place, text: str, mode: int = 0o600) -> None:
    write(place.folder / ".hookspan-cli.toml", text, mode)


def write(path: Path, text: str, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def running(folder: Path, url: str = "http://127.0.0.1:9", token: str = "local") -> None:
    folder.mkdir(exist_ok=True)
    (folder / "server.json").write_text(json.dumps({"url": url, "token": token}))


def named(place: Place, **options: object) -> tuple[str, str | None]:
    target = resolve(Given(options), place)
    return target.url, target.token


def test_the_nearest_name_wins_flag_environment_folder_user_running_server(place: Place) -> None:
    running(place.folder / "hookspan-data", "http://running", "t5")
    assert named(place) == ("http://running", "t5")

    user_file(place, 'url = "http://user"\ntoken = "t4"')
    assert named(place) == ("http://user", "t4")

    folder_file(place, 'url = "http://folder"\ntoken = "t3"')
    assert named(place) == ("http://folder", "t3")

    shell = with_environment(place, HOOKSPAN_URL="http://shell", HOOKSPAN_TOKEN="t2")
    assert named(shell) == ("http://shell", "t2")
    assert named(shell, url="http://flag", token="t1") == ("http://flag", "t1")


def test_a_data_folder_named_by_flag_means_the_server_running_on_it(place: Place, tmp_path: Path) -> None:
    running(tmp_path / "mine", "http://mine", "m")
    shell = with_environment(place, HOOKSPAN_URL="http://shell", HOOKSPAN_TOKEN="t2")

    assert named(shell, data=str(tmp_path / "mine")) == ("http://mine", "m")


def test_the_environment_names_the_data_folder(place: Place, tmp_path: Path) -> None:
    running(tmp_path / "elsewhere", "http://elsewhere", "e")

    assert named(with_environment(place, HOOKSPAN_DATA=str(tmp_path / "elsewhere"))) == ("http://elsewhere", "e")


def test_without_any_name_there_is_no_target(place: Place) -> None:
    with pytest.raises(NoTarget, match="hookspan-data"):
        resolve(Given(), place)


def test_a_strangers_folder_never_draws_the_token_of_the_environment(place: Place) -> None:
    folder_file(place, 'url = "http://stranger"')
    user_file(place, 'url = "http://user"\ntoken = "mine"')

    assert named(with_environment(place, HOOKSPAN_TOKEN="mine")) == ("http://stranger", None)


def test_a_token_kept_for_one_server_does_not_go_to_another(place: Place) -> None:
    user_file(place, 'url = "https://hooks.example.com"\ntoken = "mine"')

    assert named(place, url="https://hooks.example.com/base") == ("https://hooks.example.com/base", "mine")
    assert named(place, url="https://evil.example.com") == ("https://evil.example.com", None)
    assert named(place, url="http://hooks.example.com") == ("http://hooks.example.com", None)


def test_profiles_keep_several_servers_in_one_file(place: Place) -> None:
    user_file(place, 'profile = "a"\n[profiles.a]\nurl = "http://a"\n[profiles.b]\nurl = "http://b"\ntoken = "tb"')

    assert named(place) == ("http://a", None)
    assert named(place, profile="b") == ("http://b", "tb")
    assert named(with_environment(place, HOOKSPAN_PROFILE="b")) == ("http://b", "tb")


def test_a_token_others_can_read_is_refused(place: Place) -> None:
    user_file(place, 'url = "http://user"\ntoken = "mine"', mode=0o644)

    with pytest.raises(click.UsageError, match="chmod 600"):
        resolve(Given(), place)


def test_a_broken_file_is_named(place: Place) -> None:
    folder_file(place, "url = ")

    with pytest.raises(click.UsageError, match=r"\.hookspan-cli\.toml is not TOML"):
        resolve(Given(), place)


def test_a_half_written_server_file_counts_as_no_server(place: Place) -> None:
    (place.folder / "hookspan-data").mkdir()
    (place.folder / "hookspan-data" / "server.json").write_text('{"url": "http')

    with pytest.raises(NoTarget):
        resolve(Given(), place)


def test_a_target_says_what_named_it(place: Place) -> None:
    assert resolve(Given({"url": "http://a", "token": "t"}), place) == Target("http://a", "t", "--url")


def test_the_file_of_a_server_that_died_names_nobody(place: Place) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    folder = place.folder / "hookspan-data"
    running(folder)
    named_by_file = {"url": "http://127.0.0.1:9", "token": "local"}
    (folder / "server.json").write_text(json.dumps({**named_by_file, "pid": ended.pid}))

    with pytest.raises(NoTarget):
        resolve(Given({}), place)

    (folder / "server.json").write_text(json.dumps({**named_by_file, "pid": os.getpid()}))
    assert named(place) == ("http://127.0.0.1:9", "local")


def test_a_held_data_folder_is_believed_whatever_process_wrote_its_file(place: Place) -> None:
    folder = place.folder / "hookspan-data"
    running(folder)
    (folder / "server.json").write_text(json.dumps({"url": "http://h", "token": "t", "pid": 2**22 + 1}))

    with (folder / "hookspan.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        assert is_held(folder)
        assert named(place) == ("http://h", "t")
    assert not is_held(folder)


def test_a_free_lock_says_that_the_server_is_gone_even_while_its_number_lives_on(place: Place) -> None:
    folder = place.folder / "hookspan-data"
    running(folder)
    (folder / "server.json").write_text(json.dumps({"url": "http://h", "token": "t", "pid": os.getpid()}))
    (folder / "hookspan.lock").touch()

    with pytest.raises(NoTarget):
        resolve(Given({}), place)

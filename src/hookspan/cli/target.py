"""Which server a command speaks to: flags, environment, folder's file, user's file, running server (contracts D.1).

A token goes only to the server it was given for. A folder's `.hookspan-cli.toml` may be a stranger's, so the
address it names never receives a token that came from the environment or from the user's own file.
"""

from __future__ import annotations

import fcntl
import json
import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import click

from hookspan.cli.grammar import Given

FOLDER_FILE = ".hookspan-cli.toml"
LOCK = "hookspan.lock"


class NoTarget(Exception):
    """Nothing names a server."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server, the token for it, and what named it."""

    url: str
    token: str | None
    named_by: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where this process stands: its environment, folder and home."""

    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    folder: Path = field(default_factory=Path.cwd)

    @property
    def user_file(self) -> Path:
        """`$XDG_CONFIG_HOME/hookspan/config.toml`."""
        home = self.environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
        return Path(home) / "hookspan" / "config.toml"


def data_folder(given: Given, place: Place) -> Path:
    """The data folder of a local instance."""
    return place.folder / (given.text("data") or place.environment.get("HOOKSPAN_DATA") or "hookspan-data")


def resolve(given: Given, place: Place) -> Target:
    """The server to speak to; NoTarget when nothing names one."""
    flag_token = given.text("token")
    profile = given.text("profile") or place.environment.get("HOOKSPAN_PROFILE")
    for named in _named(given, place, profile):
        if named is not None:
            return Target(named.url, flag_token or named.token, named.named_by)
    raise NoTarget(f"no server is named, and none runs on {data_folder(given, place)}")


def _named(given: Given, place: Place, profile: str | None) -> list[Target | None]:
    url = given.text("url")
    if url is not None:
        return [Target(url, _token_for(url, place, profile), "--url")]
    if given.text("data") is not None:
        return [_running(data_folder(given, place))]
    url = place.environment.get("HOOKSPAN_URL")
    if url:
        return [Target(url, _token_for(url, place, profile), "HOOKSPAN_URL")]
    folder_file, user_file = place.folder / FOLDER_FILE, place.user_file
    return [
        _configured(folder_file, profile),
        _with_token(_configured(user_file, profile), place.environment.get("HOOKSPAN_TOKEN")),
        _running(data_folder(given, place)),
    ]


def _with_token(target: Target | None, token: str | None) -> Target | None:
    return target if target is None or not token else Target(target.url, token, target.named_by)


def _token_for(url: str, place: Place, profile: str | None) -> str | None:
    """The environment's token, else one that a file keeps for exactly this address."""
    from_environment = place.environment.get("HOOKSPAN_TOKEN")
    if from_environment:
        return from_environment
    for path in (place.folder / FOLDER_FILE, place.user_file):
        known = _configured(path, profile)
        if known is not None and known.token and _origin(known.url) == _origin(url):
            return known.token
    return None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _configured(path: Path, profile: str | None) -> Target | None:
    try:
        read = tomllib.loads(path.read_text())
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise click.UsageError(f"{path} is not TOML: {fault}") from fault
    chosen = profile or read.get("profile")
    if chosen:
        read = read.get("profiles", {}).get(chosen, {})
    if not read.get("url"):
        return None
    token = read.get("token")
    if token and path.stat().st_mode & 0o077:
        raise click.UsageError(f"{path} holds a token and others can read it: chmod 600 {path}")
    return Target(str(read["url"]), str(token) if token else None, str(path))


def _running(folder: Path) -> Target | None:
    path = folder / "server.json"
    try:
        read = json.loads(path.read_text())
        target = Target(str(read["url"]), str(read["token"]), str(path))
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError, KeyError):
        return None
    has_lock = (folder / LOCK).exists()
    return target if (is_held(folder) if has_lock else _lives(read.get("pid"))) else None


def is_held(folder: Path) -> bool:
    """Whether a process works on the data folder now (`serve` on SQLite holds its lock)."""
    try:
        lock = (folder / LOCK).open("rb")
    except OSError:
        return False
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        fcntl.flock(lock, fcntl.LOCK_UN)
        return False


def _lives(pid: object) -> bool:
    """Whether the process that wrote the file lives; a file without one is believed."""
    if not isinstance(pid, int):
        return True
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, 0)
        return True
    return False

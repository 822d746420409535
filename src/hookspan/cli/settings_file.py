"""The person's own file of servers and tokens: read as TOML, written for its owner alone (contracts D.1)."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import click

Tables = dict[str, object]
KEYS = ("url", "token", "profile")


def read_settings(path: Path) -> Tables:
    """What the file says; nothing for a file that is not there."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise click.UsageError(f"{path} is not TOML: {fault}") from fault


def changed(settings: Tables, profile: str | None, members: Mapping[str, str | None]) -> Tables:
    """The settings with members set at the top or in a profile; None removes one."""
    if profile is None:
        return _merged(settings, members)
    profiles = settings.get("profiles")
    known = profiles if isinstance(profiles, dict) else {}
    own = known.get(profile)
    table = _merged(own if isinstance(own, dict) else {}, members)
    return {**settings, "profiles": {**known, profile: table}}


def _merged(table: Mapping[str, object], members: Mapping[str, str | None]) -> Tables:
    kept = {name: value for name, value in table.items() if name not in members}
    return kept | {name: value for name, value in members.items() if value is not None}


def write_settings(path: Path, settings: Tables) -> None:
    """Replace the file at once; only its owner may read it, because it holds tokens."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(to_toml(settings))
    fresh.rename(path)


def to_toml(settings: Mapping[str, object]) -> str:
    """Texts, numbers, booleans and tables as TOML 1.0; a basic string is written as JSON writes it."""
    return "\n".join(_table_lines(settings, ())).lstrip("\n") + "\n"


def _table_lines(table: Mapping[str, object], path: tuple[str, ...]) -> list[str]:
    scalars = [f"{_key(name)} = {_scalar(value)}" for name, value in table.items() if not isinstance(value, dict)]
    lines = ["", f"[{'.'.join(_key(part) for part in path)}]"] if path and scalars else []
    lines += scalars
    for name, value in table.items():
        if isinstance(value, dict):
            lines += _table_lines(value, (*path, name))
    return lines


def _key(name: str) -> str:
    is_bare = name and all(character.isascii() and (character.isalnum() or character in "-_") for character in name)
    return name if is_bare else _scalar(name)


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def redacted(settings: Mapping[str, object]) -> Tables:
    """The settings with tokens masked but for their last four characters."""
    return {
        name: redacted(value) if isinstance(value, dict) else _masked(str(value)) if name == "token" else value
        for name, value in settings.items()
    }


def _masked(token: str) -> str:
    return "…" + token[-4:] if len(token) > 8 else "…"

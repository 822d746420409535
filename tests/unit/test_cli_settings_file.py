"""The person's own file of servers and tokens (contracts D.1)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.cli.settings_file import changed, read_settings, redacted, to_toml, write_settings

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)


@given(st.dictionaries(NAMES, TEXTS | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.dictionaries(NAMES, TEXTS)))
def test_what_is_written_is_read_again(settings: dict[str, object]) -> None:
    written = to_toml(settings)

    read = tomllib.loads(written)

    assert read == {name: value for name, value in settings.items() if value != {}}


def test_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config" / "hookspan" / "config.toml"

    write_settings(path, {"url": "http://x", "token": "hsk_secret"})

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert read_settings(path) == {"url": "http://x", "token": "hsk_secret"}


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml") == {}


def test_a_profile_is_changed_apart_from_the_rest() -> None:
    settings: dict[str, object] = {"url": "http://a", "profiles": {"b": {"url": "http://b", "token": "t"}}}

    after = changed(settings, "b", {"token": None, "url": "http://c"})

    assert after == {"url": "http://a", "profiles": {"b": {"url": "http://c"}}}


@pytest.mark.parametrize(("token", "shown"), [("hsk_0123456789wxyz", "…wxyz"), ("short", "…")])
def test_a_token_is_masked_wherever_it_stands(token: str, shown: str) -> None:
    settings: dict[str, object] = {"token": token, "profiles": {"b": {"token": token, "url": "http://b"}}}

    assert redacted(settings) == {"token": shown, "profiles": {"b": {"token": shown, "url": "http://b"}}}

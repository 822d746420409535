"""Where `listen` may send, and which stored headers go along (contracts D.4)."""

from __future__ import annotations

import click
import pytest

from hookspan.cli.forwarding import is_sent_on
from hookspan.cli.listen import target_url
from hookspan.cli.picking import is_picked, rules_of
from hookspan.cli.webhook_shapes import document_of


@pytest.mark.parametrize(
    ("target", "path", "url"),
    [
        ("3000", None, "http://127.0.0.1:3000/"),
        ("3000", "/hooks", "http://127.0.0.1:3000/hooks"),
        ("3000", "hooks", "http://127.0.0.1:3000/hooks"),
        ("http://localhost:8080/in?a=1", None, "http://localhost:8080/in?a=1"),
        ("http://[::1]:80/in", "/other", "http://[::1]:80/other"),
        ("http://127.9.9.9/", None, "http://127.9.9.9/"),
    ],
)
def test_a_port_or_an_address_of_this_machine_is_a_target(target: str, path: str | None, url: str) -> None:
    assert target_url(target, path, allow_external=False) == url


@pytest.mark.parametrize(
    "target",
    [
        "http://example.com/",
        "http://10.0.0.1/",
        "http://localhost.example.com/",
        "http://169.254.169.254/",
        "http://2130706433/",
    ],
)
def test_another_machine_is_no_target_unless_it_is_allowed(target: str) -> None:
    with pytest.raises(click.UsageError, match="--allow-external"):
        target_url(target, None, allow_external=False)

    assert target_url(target, None, allow_external=True) == target


@pytest.mark.parametrize(
    "target", ["ftp://localhost/", "localhost:3000", "http://localhost:70000/", "http://", "70000"]
)
def test_what_is_no_target_is_named(target: str) -> None:
    with pytest.raises(click.UsageError, match="is neither a port nor an http URL"):
        target_url(target, None, allow_external=True)


@pytest.mark.parametrize(
    ("name", "value", "goes"),
    [
        ("X-GitHub-Event", "push", True),
        ("Host", "example.com", False),
        ("content-length", "3", False),
        ("Transfer-Encoding", "chunked", False),
        ("Authorization", "***", False),
        ("X-Signature", "sha256=9… sha256:f99905cc520e5902", False),
        ("X-Note", "9… and more", True),
    ],
)
def test_headers_of_a_connection_and_masks_stay_behind(name: str, value: str, goes: bool) -> None:
    assert is_sent_on(name, value) is goes


def test_filter_rows_look_at_the_data() -> None:
    rules = rules_of('[{"fieldPath":"$.n","operator":"equals","value":1}]', "--filter")
    event = document_of({"type": "a", "metadata": {}})

    assert is_picked(rules, event, b'{"n":1}')
    assert not is_picked(rules, event, b'{"n":2}')
    assert not is_picked(rules, event, b"no json")
    assert is_picked(None, event, b"")


def test_a_wrong_filter_row_is_named() -> None:
    with pytest.raises(click.UsageError, match=r"--filter: /0/operator"):
        rules_of('[{"fieldPath":"$.n","operator":"nope"}]', "--filter")

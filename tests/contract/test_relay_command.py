"""`hookspan relay`: an outbox of an application is moved to a running server, or inside hookspan's own database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from hookspan import create_outbox, publish
from tests.support.command_line import run
from tests.support.server import serving


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """The address of an application's database with two events to move and one that nobody can take."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    return filled(url)


def filled(url: str) -> str:
    engine = create_engine(url)
    create_outbox(engine)
    with engine.begin() as connection:
        publish(connection, "order.paid", {"n": 1}, metadata={"by": "shop"}, subject="o1")
        publish(connection, "execution.completed")
        publish(connection, "order.sent", priority=2)
    engine.dispose()
    return url


def test_a_running_server_gets_what_waits(shop: str, tmp_path: Path) -> None:
    before = run("relay", "--database", shop, "--status", "-o", "json").document
    with serving(tmp_path) as server:
        moved = server.cli("relay", "--database", shop, "--once", "-o", "json").document
        again = server.cli("relay", "--database", shop, "--once", "-o", "json").document
        with server.client() as client:
            listed = [event.text("type") for event in client.events.list()]
    after = run("relay", "--database", shop, "--status", "-o", "json").document

    assert (before["waiting"], before["failed"]) == (3, 0)
    assert (moved, again) == ({"moved": 3}, {"moved": 0})
    assert {"order.paid", "order.sent", "execution.completed"} <= set(listed)
    assert (after["waiting"], after["failed"], after["oldestAt"]) == (0, 0, None)


def test_an_outbox_in_hookspans_own_database_is_moved_right_there(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    run(*data, "migrate")
    url = filled(f"sqlite:///{tmp_path / 'hookspan.db'}")

    moved = run(*data, "relay", "--database", url, "--once", "-o", "json")

    assert moved.document == {"moved": 3}
    assert run(*data, "relay", "--database", url, "--status", "-o", "json").document["failed"] == 1


def test_without_the_table_it_says_how_to_make_it(tmp_path: Path) -> None:
    ran = run("relay", "--database", f"sqlite:///{tmp_path / 'bare.db'}", "--status")

    assert ran.code != 0
    assert "create_outbox" in ran.err


def test_without_a_server_it_asks_for_one(shop: str, tmp_path: Path) -> None:
    ran = run("--data", str(tmp_path), "relay", "--database", shop, "--once")

    assert ran.code != 0
    assert "--url" in ran.err

"""The native commands around endpoints, keys and exports, against a running server and a far side (contracts D.4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli_webhooks import created, triggered
from tests.support.command_line import run
from tests.support.far_side import FarSide, far_side
from tests.support.server import Server, serving

URL = "https://example.com/hook"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("instance")) as running:
        yield running


@pytest.fixture(scope="module")
def far() -> Iterator[FarSide]:
    with far_side() as listening:
        yield listening


def endpoint(server: Server, *options: str, url: str = URL, events: str = "cli.never") -> str:
    ran = server.cli("endpoints", "create", "--url", url, "--events", events, *options, "-o", "id")
    assert ran.code == 0, ran.err
    return ran.out.strip()


def asked(err: str) -> list[str]:
    """Method and path of each request that --verbose told of."""
    return [" ".join(line.split()[:2]) for line in err.splitlines() if " → " in line]


def test_an_endpoint_made_by_the_native_command_is_native(server: Server) -> None:
    made = json.loads(server.cli("endpoints", "show", endpoint(server), "-o", "json").out)

    assert (made["profile"], made["createdBy"]) == ("standard", "native")


def test_one_made_through_the_library_is_the_library_s(server: Server) -> None:
    with server.client() as client:
        made = client.endpoints.create({"url": URL, "events": ["cli.never"]})

    assert made.text("createdBy") == "library"


def test_help_lists_every_wire_profile() -> None:
    ran = run("endpoints", "create", "--help")

    assert "orchestrator, systemprompt, standard (default) or cloudevents" in " ".join(ran.out.split())


def test_an_update_says_each_member_before_and_after(server: Server) -> None:
    identity = endpoint(server, "--name", "Old", "--timeout-ms", "5000")

    ran = server.cli("endpoints", "update", identity, "--name", "New", "--set", '{"timeoutMs": 6000, "priority": 3}')

    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[:4] == [
        f"✓ updated {identity}",
        "name: Old → New",
        "timeoutMs: 5000 → 6000",
        "priority: none → 3",
    ]


def test_an_update_shows_no_secret(server: Server) -> None:
    identity = endpoint(server, "--headers", '{"Authorization": "Bearer canary-old"}')
    secrets = {
        "auth": {"type": "bearer", "token": "canary-token"},
        "signing": {"secret": "canary-secret-of-24-bytes-or-more"},
        "headers": {"Authorization": "Bearer canary-new"},
    }

    ran = server.cli("endpoints", "update", identity, "--set", json.dumps(secrets))

    assert ran.code == 0, ran.err
    assert "signing: changed" in ran.out
    assert 'headers: {"Authorization":"***"} → {"Authorization":"***"}' in ran.out
    assert "canary" not in ran.out + ran.err


def test_null_takes_one_header_away_and_leaves_the_others(server: Server) -> None:
    identity = endpoint(server, "--headers", '{"X-A": "1", "X-B": "2"}')

    ran = server.cli("endpoints", "update", identity, "--headers", '{"X-A": null, "X-C": "3"}')

    assert ran.out.splitlines()[1] == 'headers: {"X-A":"1","X-B":"2"} → {"X-B":"2","X-C":"3"}'


def test_a_test_without_a_type_sends_the_sample_and_shows_what_was_sent(server: Server, far: FarSide) -> None:
    identity = endpoint(server, url=far.url("/sampled"))

    ran = server.cli("endpoints", "test", identity)

    sent = json.loads(next(each for each in far.came if each.path == "/sampled").body)
    assert (sent["type"], sent["data"]) == ("custom", {"test": True, "message": "hookspan test delivery"})
    assert '"message": "hookspan test delivery"' in ran.out.partition("Sent payload")[2]


def test_a_test_of_a_registered_type_sends_its_example(server: Server, far: FarSide) -> None:
    server.cli(
        "event-types", "create", "cli.sampled", "--schema", '{"type": "object"}', "--examples", '[{"total": 12.5}]'
    )  # fmt: skip
    identity = endpoint(server, url=far.url("/example"))

    ran = server.cli("endpoints", "test", identity, "--event", "cli.sampled")

    sent = json.loads(next(each for each in far.came if each.path == "/example").body)
    assert (sent["type"], sent["data"]) == ("cli.sampled", {"total": 12.5}), ran.err


def test_a_list_of_keys_is_as_long_as_it_was_asked_for(server: Server) -> None:
    server.cli("keys", "create", "--name", "second", "--scope", "events:publish")

    ran = server.cli("keys", "list", "-l", "1", "-o", "json")

    assert [key["name"] for key in ran.documents] == ["second"]


def test_an_event_is_published_with_its_order_and_version(server: Server) -> None:
    server.cli("event-types", "create", "cli.versioned", "--schema", '{"type": "object"}')

    identity = server.cli(
        "events", "publish", "cli.versioned", "--ordering-key", "c-9", "--schema-version", "1", "-o", "id"
    ).out.strip()
    refused = server.cli("events", "publish", "cli.versioned", "--schema-version", "7")

    shown = json.loads(server.cli("events", "show", identity, "-o", "json").out)
    assert shown["orderingKey"] == "c-9"
    assert refused.code == 6


def test_headers_of_a_webhook_are_replaced_whole(server: Server) -> None:
    identity = created(server, "--headers", '{"X-Old": "1", "X-Same": "2"}')

    server.cli("webhooks:update", identity, "--headers", '{"x-same": "3"}')

    assert server.cli("webhooks:info", identity, "-f", "json").document["headers"] == {"x-same": "3"}


@pytest.mark.parametrize("options", [(), ("--attempts",), ("-o", "csv")], ids=["table", "attempts", "csv"])
def test_deliveries_of_a_webhook_are_asked_for_once(server: Server, far: FarSide, options: tuple[str, ...]) -> None:
    event = "cli.once" + "".join(options).replace("-", "")
    identity = created(server, url=far.url("/once"), events=event)
    for _ in range(3):
        triggered(server, event)

    ran = server.cli("webhooks:deliveries", identity, "--verbose", *options)

    assert ran.out.count("del_") == 3
    assert [call for call in asked(ran.err) if "deliveries" in call] == ["GET /api/v1/deliveries"]


def test_an_export_that_is_refused_leaves_the_file_as_it_was(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    path.write_text("before")

    ran = server.cli("events", "export", str(path), "--type", "no pattern")

    assert ran.code == 6
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {"events.json": "before"}

"""Seed 004's commands that keep webhooks, against a running server: output, JSON, exit codes (contracts D.2, D.3)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.support.cli_webhooks import ADDRESS, UNKNOWN, created, described
from tests.support.command_line import run
from tests.support.server import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("instance")) as running:
        yield running


def test_the_seed_s_own_example_creates_what_it_says(server: Server) -> None:
    ran = server.cli(
        "webhooks:create", "--name", "My Webhook", "--url", ADDRESS, "--events", "agent.started,agent.failed",
        "--method", "POST", "--headers", '{"X-Custom":"value"}', "--auth-type", "bearer",
        "--auth-credentials", '{"token":"secret123"}',
    )  # fmt: skip

    identity = ran.out.split()[2]
    secret = re.search(r"whsec_\S+", ran.out)
    assert secret is not None
    assert ran.out == (
        f"✓ created {identity}\n"
        "  Name    My Webhook\n"
        f"  URL     {ADDRESS}\n"
        "  Method  POST\n"
        "  Status  active\n"
        "  Events  agent.started, agent.failed\n"
        "  Auth    bearer\n"
        f"Signing secret: {secret[0]}\n"
    )
    assert (ran.code, ran.err) == (0, f"hint: hookspan webhooks:test {identity}\n")
    shown = described(server, identity)
    assert shown["headers"] == {"X-Custom": "value"}
    assert shown["auth"] == {"type": "bearer", "credentials": {"token": "***"}}
    assert shown["retry"] == {
        "enabled": True, "max_attempts": 3, "strategy": "exponential", "initial_delay": 1000, "max_delay": 60000,
        "multiplier": 2,
    }  # fmt: skip
    assert shown["timeout"] == 30000


def test_the_json_of_a_created_webhook_is_the_object(server: Server) -> None:
    ran = server.cli("webhooks", "create", "-n", "N", "-u", ADDRESS, "-e", "a", "-m", "PUT", "-f", "json")

    assert list(ran.document) == [
        "id", "name", "url", "method", "events", "headers", "auth", "retry", "timeout", "status", "metadata",
        "created_at", "updated_at",
    ]  # fmt: skip
    assert ran.document["auth"] == {"type": "none", "credentials": None}
    assert re.fullmatch(r"wh_[0-9a-f]{32}", str(ran.document["id"]))


@pytest.mark.parametrize("profile", ["systemprompt", "standard"])
def test_the_seed_s_defaults_hold_in_every_wire_profile(server: Server, profile: str) -> None:
    shown = described(server, created(server, "--profile-wire", profile))

    assert shown["timeout"] == 30000
    assert shown["retry"] == {
        "enabled": True, "max_attempts": 3, "strategy": "exponential", "initial_delay": 1000, "max_delay": 60000,
        "multiplier": 2,
    }  # fmt: skip


def test_a_webhook_made_here_is_one_of_the_command_line(server: Server) -> None:
    identity = created(server)

    made = json.loads(server.cli("api", "GET", f"/api/v1/endpoints/{identity}").out)

    assert (made["profile"], made["createdBy"]) == ("systemprompt", "cli")


@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        ("basic", {"username": "user", "password": "pass"}, {"username": "user", "password": "pass"}),
        ("bearer", {"token": "your-token"}, {"token": "your-token"}),
        (
            "api-key",
            {"api_key": "s3same", "header_name": "X-Other-Key"},
            {"api_key": "s3same", "header_name": "X-Other-Key"},
        ),
        ("api-key", {"api_key": "s3same"}, {"api_key": "s3same", "header_name": "X-API-Key"}),
        ("hmac", {"secret": "shared-secret"}, {"secret": "shared-secret"}),
    ],
)
def test_credentials_are_hidden_until_they_are_revealed(
    server: Server, kind: str, given: dict[str, str], told: dict[str, str]
) -> None:
    identity = created(server, "--auth-type", kind, "--auth-credentials", json.dumps(given))

    hidden = server.cli("webhooks:info", identity)

    masked = {name: value if name == "header_name" else "***" for name, value in told.items()}
    assert described(server, identity)["auth"] == {"type": kind, "credentials": masked}
    assert described(server, identity, "--reveal")["auth"] == {"type": kind, "credentials": told}
    assert f"Type         {kind}" in hidden.out or f"Type  {kind}" in hidden.out
    assert not any(value in hidden.out for name, value in told.items() if name != "header_name" and value != "user")


def test_a_list_is_filtered_by_status_and_by_the_event_a_webhook_would_get(server: Server) -> None:
    exact = created(server, events="listed.exact")
    wide = created(server, events="listed.*")
    paused = created(server, events="listed.exact")
    server.cli("webhooks:pause", paused)

    def listed(*options: str) -> set[str]:
        return set(server.cli("webhooks:list", *options, "-o", "id").out.split())

    assert listed("--event", "listed.exact") == {exact, wide, paused}
    assert listed("-e", "listed.other") == {wide}
    assert listed("-e", "listed.exact", "-s", "inactive") == {paused}
    assert listed("-e", "listed.exact", "--status", "active") == {exact, wide}
    assert listed("-s", "failed") == set()


def test_a_list_nobody_is_on_is_no_failure(server: Server) -> None:
    ran = server.cli("webhooks:list", "--event", "nobody.wants")

    assert (ran.code, ran.out, ran.err) == (0, "", "no webhooks for nobody.wants\n")
    assert server.cli("webhooks:list", "--event", "nobody.wants", "-f", "json").out == "[]\n"


def test_a_list_shows_table_1(server: Server) -> None:
    identity = created(
        server, "--auth-type", "bearer", "--auth-credentials", '{"token":"t"}', events="table.one,table.two"
    )

    ran = server.cli("webhooks:list", "--event", "table.one")

    assert ran.out == (
        "ID                                   Name        URL                          Status  Events\n"
        f"{identity}  My Webhook  {ADDRESS}  active  table.one, table.two\n"
        "└─ auth: bearer\n"
    )
    assert ran.err == "1 webhook\n"


def test_an_update_tells_what_changed(server: Server) -> None:
    identity = created(server)

    ran = server.cli("webhooks:update", identity, "--name", "New Name", "--status", "inactive")

    assert ran.code == 0
    assert ran.out.startswith(
        f"✓ updated {identity}\nname: My Webhook → New Name\nstatus: active → inactive\n  Name    New Name\n"
    )
    assert described(server, identity)["status"] == "inactive"


def test_an_update_takes_every_member(server: Server) -> None:
    identity = created(server, "--headers", '{"X-Old":"1"}')

    ran = server.cli(
        "webhooks:update", identity, "-u", "https://example.com/new", "-e", "b.*", "-m", "PATCH",
        "-H", '{"X-New":"2"}', "--auth-type", "basic", "--auth-credentials", '{"username":"u","password":"p"}',
        "-f", "json",
    )  # fmt: skip

    told = ran.document
    assert (told["url"], told["events"], told["method"]) == ("https://example.com/new", ["b.*"], "PATCH")
    assert told["headers"] == {"X-New": "2"}
    assert told["auth"] == {"type": "basic", "credentials": {"username": "***", "password": "***"}}


def test_one_kind_of_authentication_replaces_the_other(server: Server) -> None:
    identity = created(server, "--auth-type", "hmac", "--auth-credentials", '{"secret":"shared-secret"}')

    server.cli("webhooks:update", identity, "--auth-type", "bearer", "--auth-credentials", '{"token":"t"}')
    bearer = described(server, identity)["auth"]
    server.cli("webhooks:update", identity, "--auth-credentials", '{"token":"t2"}')
    kept = described(server, identity, "--reveal")["auth"]
    server.cli("webhooks:update", identity, "--auth-type", "none")

    assert bearer == {"type": "bearer", "credentials": {"token": "***"}}
    assert kept == {"type": "bearer", "credentials": {"token": "t2"}}
    assert described(server, identity)["auth"] == {"type": "none", "credentials": None}


def test_a_deleted_webhook_is_gone(server: Server) -> None:
    identity = created(server)

    ran = server.cli("webhooks:delete", identity, "-f", "-o", "json")

    assert ran.document == {"deleted": identity}
    again = server.cli("webhooks:info", identity)
    assert (again.code, again.err) == (3, f"error: no webhook {identity}\n")


def test_a_question_nobody_can_answer_is_exit_2(server: Server) -> None:
    identity = created(server)

    ran = server.cli("webhooks:delete", identity)

    assert (ran.code, ran.out) == (2, "")
    assert "--force" in ran.err
    assert described(server, identity)["id"] == identity


@pytest.mark.parametrize(
    "arguments",
    [
        ["webhooks:info", UNKNOWN],
        ["webhooks:update", UNKNOWN, "--name", "x"],
        ["webhooks:delete", UNKNOWN, "--force"],
        ["webhooks:test", UNKNOWN],
        ["webhooks:deliveries", UNKNOWN],
        ["webhooks:stats", UNKNOWN],
        ["webhooks:pause", UNKNOWN],
        ["webhooks:resume", UNKNOWN],
    ],
)
def test_an_unknown_webhook_is_exit_3_by_its_name(server: Server, arguments: list[str]) -> None:
    ran = server.cli(*arguments)

    assert (ran.code, ran.out, ran.err) == (3, "", f"error: no webhook {UNKNOWN}\n")


def test_ids_are_read_in_every_spelling(server: Server) -> None:
    identity = created(server)
    bare = identity.removeprefix("wh_")
    canonical = "-".join([bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]])

    assert {str(described(server, spelling)["id"]) for spelling in (identity, bare, canonical)} == {identity}


def test_a_refused_address_is_exit_6_in_one_sentence(server: Server) -> None:
    ran = server.cli("webhooks:create", "-n", "n", "-u", "http://10.0.0.1/x", "-e", "a")

    assert (ran.code, ran.out) == (6, "")
    assert ran.err.startswith("error: url: address is not allowed\n  ")


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        (["webhooks:create"], "error: missing --name, --url, --events"),
        (["webhooks:create", "-e", "a"], "error: missing --name, --url"),
        (["webhooks:info"], "error: missing ID"),
        (["webhooks:trigger"], "error: missing --event, --data"),
        (["webhooks:retry", "-w", UNKNOWN], "error: missing --delivery"),
        (
            ["webhooks:create", "-n", "n", "-u", "u", "-e", "a", "-H", '{"a"'],
            "error: --headers is not JSON: line 1 column 5",
        ),
        (["webhooks:create", "-n", "n", "-u", "u", "-e", ","], "error: --events needs at least one event"),
        (
            ["webhooks:create", "-n", "n", "-u", "u", "-e", "a", "--auth-type", "basic", "--auth-credentials", "{}"],
            "error: --auth-credentials: missing username, password for basic",
        ),
        (["webhooks:update", UNKNOWN], "error: nothing to update"),
        (["webhooks:list", "--status", "paused"], "error: invalid value for '--status'"),
        (["webhooks:deliveries", UNKNOWN, "--limit", "1001"], "error: invalid value for '--limit'"),
    ],
)
def test_wrong_usage_is_exit_2_before_anything_is_asked(arguments: list[str], first: str) -> None:
    ran = run("--url", "http://127.0.0.1:1", *arguments)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(first)


def test_dash_h_is_help_and_not_headers() -> None:
    ran = run("webhooks:create", "-h")

    assert ran.code == 0
    assert "-H, --headers" in ran.out

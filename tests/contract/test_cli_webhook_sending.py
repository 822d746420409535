"""Seed 004's commands that send, against a running server and a far side: output, JSON, exit codes (contracts D.3)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.support.cli_webhooks import UNKNOWN, created, delivery_of, described, triggered
from tests.support.far_side import FarSide, far_side
from tests.support.server import Server, serving

UNKNOWN_DELIVERY = "del_0196f4a177c07d3e9b1a0123456789ab"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("instance")) as running:
        yield running


@pytest.fixture(scope="module")
def far() -> Iterator[FarSide]:
    with far_side() as listening:
        yield listening


def test_an_hmac_webhook_gets_the_seed_s_signature(server: Server, far: FarSide) -> None:
    created(
        server, "--auth-type", "hmac", "--auth-credentials", '{"secret":"shared-secret"}',
        url=far.url("/hmac"), events="cli.hmac",
    )  # fmt: skip

    triggered(server, "cli.hmac", "--metadata", '{"source":"cli"}')

    came = next(each for each in far.came if each.path == "/hmac")
    assert came.headers["x-webhook-signature"].startswith("sha256=")
    assert came.headers["user-agent"] == "SystemPrompt-Webhook/1.0"
    assert list(json.loads(came.body)) == ["webhook_id", "event", "timestamp", "data", "metadata"]


def test_a_test_send_passes_and_is_exit_0(server: Server, far: FarSide) -> None:
    identity = created(server, url=far.url("/tested"))

    text = server.cli("webhooks:test", identity)
    machine = server.cli("webhooks:test", identity, "-f", "json")

    assert (text.code, machine.code) == (0, 0)
    assert re.match(r"✓ PASSED  200 in \d+ ms\nResponse headers\n", text.out)
    assert 'Response body\n  {\n    "received": true\n  }\nSent payload\n  {\n    "webhook_id"' in text.out
    assert list(machine.document) == [
        "success", "status_code", "response_body", "response_headers", "duration", "error",
    ]  # fmt: skip
    sent = json.loads(next(each for each in far.came if each.path == "/tested").body)
    assert (sent["event"], sent["data"]) == ("custom", {"test": True, "message": "hookspan test delivery"})
    assert re.fullmatch(r"test_\d{13}", sent["metadata"]["test_id"])


def test_a_test_send_that_fails_is_exit_1(server: Server, far: FarSide) -> None:
    identity = created(server, url=far.url("/500"))

    text = server.cli("webhooks:test", identity)
    machine = server.cli("webhooks:test", identity, "-f", "json")

    assert text.code == 1
    assert re.match(r"✗ FAILED  500 in \d+ ms\n", text.out)
    assert (machine.document["success"], machine.document["error"]) == (False, "HTTP 500")


def test_a_triggered_event_reaches_who_wants_it(server: Server, far: FarSide) -> None:
    identity = created(server, url=far.url("/triggered"), events="cli.triggered")

    ran = triggered(server, "cli.triggered", "-m", '{"source":"cli"}')

    event = ran.out.split()[3]
    assert ran.code == 0
    assert ran.out.startswith(f"✓ published cli.triggered {event}\nmatched 1 endpoint\nID ")
    assert "✓ Success" in ran.out
    assert ran.err == f"hint: hookspan events:show {event}\n1 successful, 0 failed, 0 open\n"
    sent = json.loads(next(each for each in far.came if each.path == "/triggered").body)
    assert (sent["webhook_id"], sent["data"]) == (identity, {"message": "test"})
    assert sent["metadata"] == {"source": "cli"}


def test_an_event_nobody_wants_is_published_all_the_same(server: Server) -> None:
    ran = server.cli("webhooks:trigger", "-e", "nobody.wants", "-d", "{}")

    assert ran.code == 0
    assert ran.out.endswith("\nmatched no endpoint\n")


def test_the_json_of_a_trigger_is_the_api_s_answer(server: Server) -> None:
    ran = server.cli("webhooks:trigger", "-e", "nobody.wants", "-d", "{}", "-f", "json")

    assert list(ran.document) == ["id", "type", "createdAt", "duplicate", "deliveries", "executions"]


def test_waiting_for_an_exhausted_delivery_is_exit_1(server: Server, far: FarSide) -> None:
    created(server, "--retry", '{"max_attempts":1}', url=far.url("/500/once"), events="cli.exhausted")

    ran = triggered(server, "cli.exhausted")

    assert ran.code == 1
    assert "✗ Failed" in ran.out
    assert ran.err.endswith("0 successful, 1 failed, 0 open\nerror: 1 delivery exhausted\n")


def test_deliveries_are_table_6_and_full_objects(server: Server, far: FarSide) -> None:
    identity = created(server, url=far.url("/listed"), events="cli.delivered")
    triggered(server, "cli.delivered")

    text = server.cli("webhooks:deliveries", identity)
    machine = server.cli("webhooks:deliveries", identity, "--limit", "50", "--format", "json")

    assert text.out.splitlines()[0].split("  ")[0] == "ID"
    assert re.search(r"del_[0-9a-f]{32}  cli\.delivered  ✓ Success  200   1        \d+ ms", text.out)
    assert text.err == "1 successful, 0 failed, 0 open\n"
    (one,) = machine.documents
    assert one["webhook_id"] == identity
    assert (one["status_code"], one["success"], one["state"], one["attempt"]) == (200, True, "delivered", 1)
    assert one["response_body"] == '{"received": true}'
    payload = one["payload"]
    assert isinstance(payload, dict)
    assert payload["data"] == {"message": "test"}
    assert isinstance(one["headers"], dict)
    assert "X-Webhook-Event" in one["headers"]


def test_every_attempt_has_a_row_when_asked_for(server: Server, far: FarSide) -> None:
    identity = created(
        server, "--retry", '{"max_attempts":2,"strategy":"fixed","initial_delay":1000}', url=far.url("/503/x"),
        events="cli.attempts",
    )  # fmt: skip
    triggered(server, "cli.attempts")

    rows = server.cli("webhooks:deliveries", identity, "--attempts", "-f", "json").documents

    assert [row["attempt"] for row in rows] == [2, 1]
    assert {row["id"] for row in rows} == {delivery_of(server, identity)}


def test_statistics_are_text_7_and_the_seed_s_numbers(server: Server, far: FarSide) -> None:
    identity = created(server, url=far.url("/counted"), events="cli.counted")
    triggered(server, "cli.counted")

    text = server.cli("webhooks:stats", identity)
    numbers = server.cli("webhooks:stats", identity, "-f", "json").document

    assert text.out.endswith("Success rate 100.0 %\n" + "█" * 40 + "\n")
    assert list(numbers) == [
        "webhook_id", "total_deliveries", "successful_deliveries", "failed_deliveries", "average_duration",
        "last_delivery", "last_success", "last_failure", "failure_rate",
    ]  # fmt: skip
    assert (numbers["webhook_id"], numbers["total_deliveries"], numbers["failure_rate"]) == (identity, 1, 0)
    assert numbers["last_failure"] is None
    assert described(server, identity)["stats"] == numbers


def test_a_failed_delivery_is_retried_now(server: Server, far: FarSide) -> None:
    identity = created(server, "--retry", '{"max_attempts":1}', url=far.url("/500/again"), events="cli.retried")
    triggered(server, "cli.retried")
    delivery = delivery_of(server, identity)

    text = server.cli("webhooks:retry", "--webhook", identity, "--delivery", delivery)

    assert (text.code, text.out) == (0, f"queued attempt 2 of {delivery}\n")


def test_a_delivered_delivery_is_retried_only_by_force(server: Server, far: FarSide) -> None:
    identity = created(server, url=far.url("/forced"), events="cli.forced")
    triggered(server, "cli.forced")
    delivery = delivery_of(server, identity)

    refused = server.cli("webhooks:retry", "-w", identity, "-d", delivery)
    forced = server.cli("webhooks:retry", "-w", identity, "-d", delivery, "--force", "-o", "json")

    assert (refused.code, refused.out) == (6, "")
    assert refused.err == "error: delivery is already delivered\nhint: --force\n"
    assert (forced.document["delivery_id"], forced.document["attempt"]) == (delivery, 2)
    assert list(forced.document) == ["delivery_id", "attempt", "next_attempt_at"]


def test_a_delivery_of_another_webhook_is_not_found(server: Server, far: FarSide) -> None:
    identity, other = created(server, url=far.url("/mine"), events="cli.mine"), created(server)
    triggered(server, "cli.mine")
    delivery = delivery_of(server, identity)

    ran = server.cli("webhooks:retry", "-w", other, "-d", delivery)

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"error: no delivery {delivery}\n")


def test_a_pause_holds_and_a_resume_releases(server: Server, far: FarSide) -> None:
    identity = created(server, url=far.url("/held"), events="cli.held")

    paused = server.cli("webhooks:pause", identity)
    server.cli("webhooks:trigger", "-e", "cli.held", "-d", "1")
    server.cli("webhooks:trigger", "-e", "cli.held", "-d", "2")
    held = server.cli("webhooks:deliveries", identity)
    resumed = server.cli("webhooks:resume", identity)

    assert paused.out == f"paused {identity}: new deliveries are held\n"
    assert held.out.count("= Held") == 2
    assert resumed.out == f"resumed {identity}: 2 held deliveries released\n"


def test_a_resume_may_drop_what_is_held(server: Server, far: FarSide) -> None:
    identity = created(server, url=far.url("/dropped"), events="cli.dropped")
    server.cli("webhooks:pause", identity)
    server.cli("webhooks:trigger", "-e", "cli.dropped", "-d", "1")

    resumed = server.cli("webhooks:resume", identity, "--discard")

    assert resumed.out == f"resumed {identity}: 1 held delivery dropped\n"
    assert "- Cancelled" in server.cli("webhooks:deliveries", identity).out
    assert not [each for each in far.came if each.path == "/dropped"]


def test_an_unknown_delivery_is_exit_3_by_its_name(server: Server) -> None:
    ran = server.cli("webhooks:retry", "-w", UNKNOWN, "-d", UNKNOWN_DELIVERY)

    assert (ran.code, ran.out, ran.err) == (3, "", f"error: no delivery {UNKNOWN_DELIVERY}\n")

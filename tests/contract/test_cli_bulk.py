"""Many deliveries at once, jobs, and the native nouns beside them (contracts C.1, C.4, D.4)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hookspan.model.times import instant
from tests.support.command_line import run
from tests.support.far_side import FarSide, far_side
from tests.support.server import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("instance")) as running:
        yield running


@pytest.fixture(scope="module")
def far() -> Iterator[FarSide]:
    with far_side() as listening:
        yield listening


def endpoint(server: Server, url: str, event: str, *options: str) -> str:
    arguments = ("-u", url, "-e", event, "--retry", '{"strategy":"fixed","maxAttempts":1,"initialDelayMs":1000}')
    ran = server.cli("endpoints", "create", *arguments, *options, "-o", "id", "-q")
    assert ran.code == 0, ran.err
    return ran.out.strip()


def exhausted(server: Server, far: FarSide, event: str, *, most: int = 2) -> str:
    identity = endpoint(server, far.url("/500"), event)
    for _ in range(most):
        assert server.cli("events", "publish", event, "--wait", "10").code == 1
    return identity


def test_a_dry_run_only_counts(server: Server, far: FarSide) -> None:
    identity = exhausted(server, far, "bulk.counted")
    choice = ("--status", "exhausted", "--endpoint", identity, "--dry-run")

    text = server.cli("deliveries", "retry", *choice)
    machine = server.cli("deliveries", "retry", *choice, "-o", "json")
    sent_after = [came for came in far.came if came.headers["x-hookspan-attempt"] != "1"]

    assert text.out.startswith("would retry 2 deliveries\n")
    assert machine.document["total"] == 2
    assert sent_after == []


def test_a_bulk_retry_is_a_job_that_is_followed_to_its_end(server: Server, far: FarSide) -> None:
    identity = exhausted(server, far, "bulk.retried")

    ran = server.cli("deliveries", "retry", "--status", "exhausted", "--endpoint", identity, "--yes", "-o", "json")

    assert ran.code == 0, ran.err
    assert (ran.document["status"], ran.document["total"], ran.document["succeeded"]) == ("done", 2, 2)
    shown = server.cli("jobs", "show", str(ran.document["id"]))
    assert shown.out.startswith(f"Job  {ran.document['id']}\n")
    assert str(ran.document["id"]) in server.cli("jobs", "list", "-o", "id").out.split()


def test_a_bulk_that_fails_in_part_is_exit_7(server: Server, far: FarSide) -> None:
    identity = exhausted(server, far, "bulk.partly", most=1)
    (delivery,) = server.cli("deliveries", "list", "--endpoint", identity, "-o", "id").out.split()
    unknown = "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d"

    ran = server.cli("deliveries", "retry", delivery, unknown, "--yes", "-o", "json")

    assert ran.code == 7
    assert (ran.document["succeeded"], ran.document["failed"]) == (1, 1)


def test_nothing_to_do_is_done(server: Server) -> None:
    ran = server.cli("deliveries", "cancel", "--type", "bulk.none", "--yes")

    assert (ran.code, ran.out, ran.err) == (0, "", "no deliveries to cancel\n")


@pytest.mark.parametrize(
    "arguments", [["deliveries", "retry", "--yes"], ["deliveries", "cancel", "ID", "--status", "held", "--yes"]]
)
def test_all_deliveries_are_never_meant_by_saying_nothing(arguments: list[str]) -> None:
    ran = run("--url", "http://127.0.0.1:1", *arguments)

    assert (ran.code, ran.out) == (2, "")
    assert "name deliveries by ID" in ran.err


def test_a_bulk_change_asks_first(server: Server, far: FarSide) -> None:
    identity = exhausted(server, far, "bulk.asked", most=1)

    ran = server.cli("deliveries", "retry", "--status", "exhausted", "--endpoint", identity)

    assert (ran.code, ran.out) == (2, "")
    assert "retry 1 delivery: pass --yes" in ran.err


def test_an_endpoint_is_changed_paused_rotated_tested_and_deleted(server: Server, far: FarSide) -> None:
    identity = endpoint(server, far.url("/native"), "native.event", "--set", '{"metadata":{"team":"billing"}}')

    changed = server.cli("endpoints", "update", identity, "-n", "New", "--set", '{"maxInFlight":3}', "-o", "json")
    paused = server.cli("endpoints", "pause", identity, "-o", "json")
    resumed = server.cli("endpoints", "resume", identity)
    rotated = server.cli("endpoints", "rotate-secret", identity)
    tested = server.cli("endpoints", "test", identity, "--event", "native.event", "--data", '{"n":1}')
    gone = server.cli("endpoints", "delete", identity, "--yes")

    members = changed.document
    assert (members["name"], members["maxInFlight"], members["metadata"]) == ("New", 3, {"team": "billing"})
    assert paused.document["status"] == "paused"
    assert resumed.out == f"✓ resumed {identity}\n"
    assert "Secret  whsec_" in rotated.out
    assert (tested.code, tested.out.startswith("✓ PASSED  200 in ")) == (0, True)
    assert gone.out == f"✓ deleted {identity}\n"
    assert server.cli("endpoints", "show", identity).code == 3


def test_an_event_type_is_registered_checked_and_archived(server: Server, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text('{"type":"object","required":["total"],"properties":{"total":{"type":"number"}}}')

    made = server.cli("event-types", "create", "shop.order", "--schema", f"@{schema}", "--description", "An order")
    good = server.cli("event-types", "validate", "shop.order", "--data", '{"total":1}')
    bad = server.cli("event-types", "validate", "shop.order", "--data", "{}", "-o", "json")
    updated = server.cli("event-types", "update", "shop.order", "--description", "Any order", "-o", "json")
    listed = server.cli("event-types", "list", "--prefix", "shop.", "-o", "json")
    archived = server.cli("event-types", "archive", "shop.order", "--yes")

    assert made.out == "✓ created shop.order  version 1\n"
    assert (good.code, good.out) == (0, "valid\n")
    assert (bad.code, bad.document["valid"]) == (1, False)
    assert (updated.document["description"], updated.document["version"]) == ("Any order", 1)
    assert [row["name"] for row in listed.documents] == ["shop.order"]
    assert archived.out == "✓ archived shop.order\n"


def test_an_event_for_later_can_be_taken_back(server: Server, far: FarSide) -> None:
    endpoint(server, far.url("/later"), "later.event")
    tomorrow = instant(time.time_ns() // 1_000_000 + 86_400_000)
    event = server.cli("events", "publish", "later.event", "--deliver-at", tomorrow, "-o", "id", "-q").out.strip()

    ran = server.cli("events", "cancel", event)

    assert ran.out == f"✓ cancelled {event}\n"
    assert server.cli("events", "show", event, "-o", "json").document["status"] == "cancelled"
    assert not [came for came in far.came if came.path == "/later"]


def test_routing_says_why_an_endpoint_did_not_get_an_event(server: Server, far: FarSide) -> None:
    identity = endpoint(server, far.url("/routed"), "routed.other")
    event = server.cli("events", "publish", "routed.event", "-o", "id", "-q").out.strip()

    rows = server.cli("events", "show", event, "--routing", "-o", "json").documents

    (row,) = [each for each in rows if each["id"] == identity]
    assert (row["matched"], row["reason"]) == (False, "type routed.event not in routed.other")


def test_the_record_of_changes_is_listed_and_holds(server: Server) -> None:
    server.cli("endpoints", "create", "-u", "https://example.com/audited", "-e", "audited.event")

    listed = server.cli("audit", "list", "--action", "createEndpoint", "-o", "json").documents
    verdict = server.cli("audit", "verify")

    assert {row["action"] for row in listed} == {"createEndpoint"}
    assert (verdict.code, verdict.out.startswith("✓ the chain holds\n")) == (0, True)


def test_the_queues_are_shown_the_most_urgent_first(server: Server) -> None:
    rows = server.cli("queues", "show", "-o", "json").documents

    assert [row["priority"] for row in rows] == [3, 2, 1, 0]


@pytest.mark.parametrize(("noun", "member"), [("events", "type"), ("deliveries", "eventType")])
def test_an_export_is_whole_and_in_the_form_its_file_names(
    server: Server, far: FarSide, tmp_path: Path, noun: str, member: str
) -> None:
    endpoint(server, far.url("/exported"), f"exported.{noun}")
    server.cli("events", "publish", f"exported.{noun}", "--wait", "10")
    path = tmp_path / "all.json"

    ran = server.cli(noun, "export", str(path), "--type", f"exported.{noun}")
    piped = server.cli(noun, "export", "-", "--as", "csv", "--type", f"exported.{noun}")

    assert ran.out.startswith(f"✓ wrote {path}  json, ")
    assert [row[member] for row in json.loads(path.read_text())] == [f"exported.{noun}"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["all.json"]
    assert piped.out.startswith("id,")

"""`sources`: made, shown, changed, paused, tried; what it prints is what a person needs next (contracts B, D.4)."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.support.command_line import Ran
from tests.support.server import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("instance")) as running:
        yield running


def made(server: Server, name: str, *options: str) -> dict[str, object]:
    ran = server.cli("sources", "create", "--name", name, *options, "-o", "json", "-q")
    assert ran.code == 0, ran.err
    return ran.document


def line_of(ran: Ran) -> str:
    return ran.err.strip().removeprefix("hint: ")


@pytest.mark.parametrize(
    "options",
    [
        ("--provider", "github"),
        ("--provider", "generic"),
        ("--provider", "standard", "--secret", "whsec_" + "a2tr" * 8),
        ("--provider", "stripe", "--secret", "whsec_x"),
        ("--auth-type", "none"),
        ("--auth-type", "basic"),
        ("--auth-type", "api_key"),
        ("--auth-type", "api_key", "--credentials", '{"queryName":"k","key":"sp&a=ce"}'),
    ],
)
def test_the_line_that_creation_ends_with_is_accepted(server: Server, options: tuple[str, ...]) -> None:
    ran = server.cli("sources", "create", "--name", " ".join(options), *options)

    answer = subprocess.run(
        ["/bin/bash", "-c", line_of(ran) + " -s -w '%{http_code}'"], check=True, capture_output=True, text=True
    )

    assert ran.out.startswith("✓ created ")
    assert answer.stdout.endswith(("200", "202")), answer.stdout


def test_where_only_the_provider_can_sign_a_test_is_the_next_step(server: Server) -> None:
    ran = server.cli("sources", "create", "--name", "asymmetric", "--provider", "discord", "--secret", "ab" * 32)

    identity = ran.out.splitlines()[0].split()[-1]
    assert line_of(ran) == f"hookspan sources test {identity}"


def test_a_secret_is_shown_once_and_on_reveal(server: Server) -> None:
    source = made(server, "secretive")

    shown = server.cli("sources", "show", str(source["id"]))
    revealed = server.cli("sources", "secret", str(source["id"]))

    assert str(source["secret"]) not in shown.out
    assert revealed.out == f"Secret  {source['secret']}\n"


def test_every_member_can_be_set(server: Server) -> None:
    options = (
        *("--methods", "POST,PUT", "--allowed-ips", "203.0.113.0/24", "--max-body-bytes", "2048", "--require-json"),
        *("--set", 'response={"status":201,"contentType":"text/plain","body":"ok"}', "--set", 'schemaCheck="off"'),
    )

    source = made(server, "members", *options)

    assert (source["methods"], source["allowedIps"]) == (["POST", "PUT"], ["203.0.113.0/24"])
    assert (source["maxBodyBytes"], source["requireJson"], source["schemaCheck"]) == (2048, True, "off")
    assert source["response"] == {"status": 201, "contentType": "text/plain", "body": "ok"}


def test_an_update_tells_old_and_new(server: Server) -> None:
    source = made(server, "changing", "--priority", "1")

    ran = server.cli("sources", "update", str(source["id"]), "--priority", "3", "--set", "retentionDays=7")
    nothing = server.cli("sources", "update", str(source["id"]))
    wrong = server.cli("sources", "update", str(source["id"]), "--set", "colour=1")

    assert ran.out.splitlines()[1:3] == ["priority: 1 → 3", "retentionDays: none → 7"]
    assert (nothing.code, nothing.err.splitlines()[0]) == (2, "error: nothing to update")
    assert (wrong.code, wrong.err.startswith("error: --set: no source has colour")) == (2, True)


def test_a_paused_source_holds_and_a_resumed_one_lets_through(server: Server) -> None:
    source = made(server, "pausing", "--auth-type", "none")
    identity = str(source["id"])

    paused = server.cli("sources", "pause", identity)
    httpx2.post(str(source["url"]), json={"n": 1})
    held = server.cli("events", "list", "--source", identity, "--status", "held", "-o", "id")
    resumed = server.cli("sources", "resume", identity, "-o", "json")

    assert paused.out == f"✓ paused {identity}: what comes is held\n"
    assert len(held.out.split()) == 1
    assert resumed.document["status"] == "active"


def test_deletion_asks_and_ends_the_url(server: Server) -> None:
    source = made(server, "deleted", "--auth-type", "none")

    asked = server.cli("sources", "delete", str(source["id"]))
    ran = server.cli("sources", "delete", str(source["id"]), "--yes")

    assert asked.code == 2
    assert ran.out == f"✓ deleted {source['id']}\n"
    assert httpx2.post(str(source["url"]), json={}).status_code == 404
    assert server.cli("sources", "show", str(source["id"])).code == 3


def test_a_new_secret_holds_beside_the_old_one(server: Server) -> None:
    source = made(server, "rotated")

    ran = server.cli("sources", "rotate-secret", str(source["id"]), "--overlap-ms", "60000", "-o", "json")
    revealed = server.cli("sources", "secret", str(source["id"]), "-o", "json").document

    assert ran.document == {"secret": revealed["secret"]}
    assert ran.document["secret"] != source["secret"]
    assert [row["hint"] for row in revealed["previous"]] == [str(source["secret"])[-4:]]  # type: ignore[attr-defined]


def test_a_test_request_goes_through_the_pipeline_signed(server: Server) -> None:
    source = made(server, "tested", "--provider", "github")
    identity = str(source["id"])

    ran = server.cli("sources", "test", identity, "--body", '{"n": 1.50}', "-H", "X-GitHub-Event: push", "-o", "json")
    text = server.cli("sources", "test", identity, "--sample", "provider", "--dry-run")
    kept = server.cli("sources", "tests", identity, "-o", "json").documents

    assert (ran.code, ran.document["success"], ran.document["verification"]) == (0, True, "signed")
    event = server.cli("events", "show", str(ran.document["eventId"]), "-o", "json").document
    assert (event["type"], event["test"]) == ("github.push", True)
    assert server.cli("events", "show", str(event["id"]), "--data").out == '{"n": 1.50}'
    assert text.out.startswith("✓ ACCEPTED  200 in ")
    assert [row["eventId"] for row in kept] == [event["id"]]


def test_a_refused_test_is_exit_1_and_says_why(server: Server) -> None:
    source = made(server, "refused", "--provider", "github")

    ran = server.cli("sources", "test", str(source["id"]), "--no-sign", "--body", "plain text")

    assert (ran.code, ran.out.splitlines()[0].partition(" in ")[0]) == (1, "✗ REFUSED  401")
    assert "Error      missing_signature" in ran.out


def test_a_sample_that_is_not_there_is_exit_2_and_named(server: Server) -> None:
    source = made(server, "samples", "--provider", "github")

    ran = server.cli("sources", "test", str(source["id"]), "--sample", "last")
    listed = server.cli("sources", "samples", str(source["id"]), "-o", "json").documents

    assert (ran.code, ran.err.splitlines()[0]) == (
        2,
        "error: --sample: no sample last; there is provider (github.push)",
    )
    assert [(row["kind"], row["eventType"]) for row in listed] == [("provider", "github.push")]


def refused(server: Server, identity: str, count: int) -> list[dict[str, object]]:
    """The log, once it holds so many: what is refused is written a little later, many at once."""
    deadline = time.monotonic() + 15
    while True:
        rows = server.cli("sources", "rejected", identity, "-o", "json").documents
        if len(rows) >= count or time.monotonic() > deadline:
            return rows


def test_refused_requests_are_listed_by_cause(server: Server) -> None:
    source = made(server, "knocked", "--provider", "github")
    httpx2.post(str(source["url"]), json={"n": 1})
    httpx2.post(str(source["url"]), json={"n": 1}, headers={"X-Hub-Signature-256": "sha256=" + "0" * 64})

    rows = refused(server, str(source["id"]), 2)
    bad = server.cli("sources", "rejected", str(source["id"]), "--cause", "bad_signature", "-o", "json").documents
    text = server.cli("sources", "rejected", str(source["id"]))

    assert [row["cause"] for row in rows] == ["bad_signature", "missing_signature"]
    assert [row["cause"] for row in bad] == ["bad_signature"]
    assert text.err == "2 requests\n"


def test_sources_are_found_by_what_they_are(server: Server) -> None:
    identity = str(made(server, "found me", "--priority", "3", "--auth-type", "basic")["id"])

    by_all = server.cli("sources", "list", "--q", "found", "--auth-type", "basic", "--priority", "3", "-o", "id")
    by_other = server.cli("sources", "list", "--q", "found", "--auth-type", "none", "-o", "id")
    sorted_by = server.cli("sources", "list", "--sort", "name", "-o", "json").documents

    assert (by_all.out.split(), by_other.out) == ([identity], "")
    names = [str(row["name"]) for row in sorted_by]
    assert names == sorted(names)


def test_what_a_stranger_sent_cannot_move_the_cursor(server: Server) -> None:
    source = made(server, "hostile", "--description", "a\x1b[2Jb\u202ec", "--auth-type", "none")

    ran = server.cli("sources", "show", str(source["id"]))

    assert "a\\x1b[2Jb\\u202ec" in ran.out
    assert "\x1b" not in ran.out


def test_filter_rows_are_added_listed_set_and_removed(server: Server, tmp_path: Path) -> None:
    identity = str(made(server, "filtered", "--auth-type", "none")["id"])
    (tmp_path / "rows.json").write_text('{"filters":[{"fieldPath":"$.n","operator":"in","value":[1,2.50]}]}')

    added = server.cli(
        "sources", "filters", identity, "add", "--path", "$.status", "--operator", "equals", "--value", "paid",
        "--group", "1", "-o", "json",
    ).documents  # fmt: skip
    listed = server.cli("sources", "filters", identity, "-o", "json").documents
    whole = server.cli("sources", "filters", identity, "set", f"@{tmp_path / 'rows.json'}", "-o", "json")
    removed = server.cli("sources", "filters", identity, "remove", str(whole.documents[0]["id"]))

    assert [(row["fieldPath"], row["value"], row["logicGroup"]) for row in added] == [("$.status", "paid", 1)]
    assert listed == added
    assert '"value":[1,2.50]' in whole.out
    assert removed.out == "✓ removed 1 filter\n"
    assert server.cli("sources", "filters", identity).err == "no filters\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "--path", "$.n"), "missing --operator"),
        (("add",), "missing --path, --operator"),
        (("list", "--path", "$.n"), "--path goes with add"),
        (("remove",), "missing FILTER-ID"),
        (("set",), "give a file of rows, such as @filters.json, or - for standard input"),
        (("set", "[1]"), "FILE: write an array of filter rows"),
    ],
)
def test_a_wrong_filter_command_is_exit_2(server: Server, words: tuple[str, ...], said: str) -> None:
    ran = server.cli("sources", "filters", "0196f4b0-0a00-7c11-8d22-0123456789ab", *words)

    assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {said}")


def test_a_filter_is_tried_before_it_counts(server: Server) -> None:
    identity = str(made(server, "tried", "--auth-type", "none")["id"])
    server.cli("sources", "filters", identity, "add", "--path", "$.status", "--operator", "equals", "--value", "paid")

    passed = server.cli("filters", "test", "--source", identity, "--payload", '{"status":"paid"}')
    filtered = server.cli("filters", "test", "--source", identity, "--payload", '{"status":"open"}', "-o", "json")
    other = server.cli(
        "filters", "test", "--source", identity, "--payload", "{}", "-H", "X-A: b",
        "--filters", "[{\"fieldPath\":\"$headers['x-a']\",\"operator\":\"equals\",\"value\":\"b\"}]",
    )  # fmt: skip

    assert (passed.code, passed.out.splitlines()[0]) == (0, "✓ passes  group 0 passed")
    assert (filtered.code, filtered.document["passed"]) == (1, False)
    assert other.code == 0
    assert server.cli("filters", "test", "--source", identity).code == 2


def test_a_backtest_tells_what_would_have_been(server: Server) -> None:
    source = made(server, "backtested", "--auth-type", "none")
    for number in (1, 2, 3):
        httpx2.post(str(source["url"]), json={"n": number}).raise_for_status()
    rows = json.dumps([{"fieldPath": "$.n", "operator": "less_than", "value": 3}])

    ran = server.cli("filters", "backtest", "--source", str(source["id"]), "--filters", rows)

    assert ran.out.splitlines()[0] == "3 requests: 2 passed, 1 filtered, 0 failed"


def test_the_presets_are_listed_and_told_in_words(server: Server) -> None:
    listed = server.cli("providers", "list", "--q", "GitHub", "-o", "id")
    told = server.cli("providers", "show", "stripe")
    machine = server.cli("providers", "show", "stripe", "-o", "json").document

    assert listed.out.split() == ["github"]
    assert "Signature    header Stripe-Signature" in told.out
    assert "300 s back" in told.out
    assert machine["canSign"] is True
    assert server.cli("providers", "show", "nobody").code == 3

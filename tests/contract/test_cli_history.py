"""Looking back by the command line: search, diff, replay, chains, levels, retention (contracts B.6, B.7, B.9, D.4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.support.server import Server, serving

BODY = '{"n": 1.50, "big": 12345678901234567890}'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("instance")) as running:
        yield running


@pytest.fixture(scope="module")
def source(server: Server) -> dict[str, object]:
    return server.cli("sources", "create", "-n", "in", "--provider", "github", "-o", "json").document


def event(server: Server, event_type: str, data: str = BODY) -> str:
    return server.cli("events", "publish", event_type, "--data", data, "-o", "id", "-q").out.strip()


def arrived(server: Server, source: dict[str, object], body: str, name: str = "push") -> str:
    """A request of the source's provider; the event it made."""
    ran = server.cli(
        "sources", "test", str(source["id"]), "--body", body, "-H", f"X-GitHub-Event: {name}", "-o", "json"
    )
    return str(ran.document["eventId"])


def filtered_away(server: Server, source: dict[str, object]) -> str:
    row = ("--path", "$.never", "--operator", "exists")
    made = server.cli("sources", "filters", str(source["id"]), "add", *row, "-o", "id", "-q").out.strip()
    identity = arrived(server, source, '{"n":1}', "issues")
    server.cli("sources", "filters", str(source["id"]), "remove", made)
    return identity


def test_events_are_chosen_by_what_their_requests_were(server: Server, source: dict[str, object]) -> None:
    passed, filtered = arrived(server, source, '{"n":1}', "star"), filtered_away(server, source)
    of_source = ("events", "list", "--source", str(source["id"]), "-o", "id")

    by_status = server.cli(*of_source, "--status", "filtered").out.split()
    by_type = server.cli(*of_source, "--type", "github.star", "--test", "--method", "POST", "--code", "2xx").out.split()
    by_rows = server.cli(*of_source, "--where", '[{"fieldPath":"$.n","operator":"equals","value":2}]').out.split()
    original = server.cli(*of_source, "--replayed").out.split()

    assert by_status == [filtered]
    assert by_type == [passed]
    assert by_rows == original == []


def test_a_text_is_looked_for_in_contents(server: Server) -> None:
    found = event(server, "search.one", '{"who":"Zaphod Beeblebrox"}')
    event(server, "search.two", '{"who":"nobody"}')

    ran = server.cli("events", "search", "beeblebrox", "-o", "id")
    same = server.cli("events", "list", "--q", "BEEBLEBROX", "-o", "id")
    short = server.cli("events", "search", "be")

    assert ran.out.split() == same.out.split() == [found]
    assert short.code == 6


def test_facets_count(server: Server) -> None:
    for _ in range(2):
        event(server, "facet.counted")

    rows = server.cli("events", "list", "--type", "facet.counted", "--facets", "status", "-o", "json").documents

    assert rows == [{"facet": "status", "value": "stored", "count": 2}]


def test_a_request_is_told_of_with_its_event(server: Server, source: dict[str, object]) -> None:
    ran = server.cli("events", "show", filtered_away(server, source))

    assert "  Came to   filtered" in ran.out
    assert "  Filtered  no group passed" in ran.out


def test_a_replay_is_a_new_event_that_can_be_compared(server: Server) -> None:
    first = event(server, "replay.changed")

    made = server.cli(
        "events", "replay", first, "--payload", '{"n": 2.50, "list": [1]}', "--reason", "why", "-o", "json"
    )
    second = str(made.document["eventId"])
    text = server.cli("events", "diff", second)
    patch = server.cli("events", "diff", first, second, "-o", "json")

    assert (made.document["sourceEventId"], made.document["replayCount"]) == (first, 1)
    assert text.out.splitlines() == ["~ /n  1.50 → 2.50", "- /big  12345678901234567890", "+ /list  [1]"]
    assert [row["op"] for row in patch.documents] == ["replace", "remove", "add"]
    assert '"value":2.50' in patch.out


def test_equal_data_and_a_lone_original_are_said(server: Server) -> None:
    one, other = event(server, "diff.same"), event(server, "diff.same")

    assert server.cli("events", "diff", one, other).out == "the data are equal\n"
    alone = server.cli("events", "diff", one)
    assert (alone.code, alone.err.splitlines()[0]) == (2, f"error: {one} is no replay: name a second ID")


def test_a_chain_and_the_record_of_replays_tell_who_and_why(server: Server) -> None:
    first = event(server, "replay.chained")
    second = server.cli("events", "replay", first, "--reason", "again", "-o", "json").document["eventId"]
    third = server.cli("events", "replay", str(second), "-o", "json").document["eventId"]

    chain = server.cli("events", "show", str(third), "--chain", "-o", "json").documents
    listed = server.cli("replays", "list", "--event", first, "-o", "json").documents
    text = server.cli("replays", "list", "--event", first)

    assert [(row["id"], row["replayCount"]) for row in chain] == [(first, 0), (second, 1), (third, 2)]
    assert [(row["eventId"], row["reason"]) for row in listed] == [(third, None), (second, "again")]
    assert text.err == "2 replays\n"


def test_a_query_is_counted_first_and_then_replayed_as_a_job(server: Server) -> None:
    for _ in range(3):
        event(server, "replay.many")
    choice = ("events", "replay", "--query", "type=replay.many", "--since", "1h")

    dry = server.cli(*choice, "--dry-run")
    unasked = server.cli(*choice)
    ran = server.cli(*choice, "--yes", "--rate", "500", "--reason", "all", "-o", "json")

    assert dry.out.splitlines()[0] == "would replay 3 events"
    assert (unasked.code, unasked.err.startswith("error: replay 3 events: pass --yes")) == (2, True)
    assert (ran.code, ran.document["status"], ran.document["succeeded"]) == (0, "done", 3)
    job = str(ran.document["id"])
    assert len(server.cli("replays", "list", "--job", job, "-o", "json").documents) == 3
    assert server.cli("jobs", "show", job, "--follow", "-o", "json").document["kind"] == "events.replay"


def test_a_job_that_did_only_some_is_exit_7(server: Server) -> None:
    good, gone = event(server, "replay.partly"), "0196f4b0-0a00-7c11-8d22-0123456789ab"

    ran = server.cli("events", "replay", good, gone, "-o", "json")

    assert (ran.code, ran.document["succeeded"], ran.document["failed"]) == (7, 1, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name events by ID, or choose them with --query, such as --query status=failed"),
        (
            ("ID", "--query", "status=failed"),
            "name events by ID, or choose them with --query, such as --query status=failed",
        ),
        (("ID", "--since", "1h"), "--since goes with --query"),
        (("A", "B", "--payload", "{}"), "--payload goes with one ID"),
        (("A", "--payload", "{}", "--rate", "1"), "--payload goes with one ID and --reason alone"),
        (("A", "--payload", "{"), "--payload is not JSON: line 1 column 2"),
        (("--query", "failed"), "--query failed: write NAME=VALUE, joined by &, such as status=failed"),
    ],
)
def test_a_wrong_replay_is_exit_2(server: Server, words: tuple[str, ...], said: str) -> None:
    ran = server.cli("events", "replay", *words)

    assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {said}")


def test_an_unknown_filter_of_a_query_is_the_servers_to_refuse(server: Server) -> None:
    ran = server.cli("events", "replay", "--query", "colour=red", "--yes")

    assert ran.code == 6


def test_the_depth_of_replays_ends(server: Server) -> None:
    identity = event(server, "replay.deep")
    for _ in range(5):
        identity = str(server.cli("events", "replay", identity, "-o", "json").document["eventId"])

    ran = server.cli("events", "replay", identity, "-o", "json")

    assert (ran.code, ran.problem["code"]) == (6, "replay_limit_reached")


def test_an_export_has_the_filters_of_the_list(server: Server, tmp_path: Path) -> None:
    event(server, "export.one"), event(server, "export.two")
    path = tmp_path / "events.csv"

    ran = server.cli("events", "export", str(path), "--type", "export.one", "--bom")
    piped = server.cli("events", "export", "-", "--format", "json", "--type", "export.two")

    assert ran.code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,")
    assert path.read_bytes().count(b"export.one") == 1
    assert [row["type"] for row in json.loads(piped.out)] == ["export.two"]


def test_what_a_stranger_sent_cannot_move_the_cursor(server: Server) -> None:
    one, other = event(server, "hostile.one", '{"a":"\\u001b[2J"}'), event(server, "hostile.one", '{"a":"\u202eb"}')

    ran = server.cli("events", "diff", one, other)

    assert "\x1b" not in ran.out
    assert "\u202e" not in ran.out
    assert "\\u202e" in ran.out


def test_levels_are_listed_and_changed_by_name_or_number(server: Server) -> None:
    listed = server.cli("priorities", "list", "-o", "json").documents
    changed = server.cli("priorities", "set", "critical", "--weight", "9", "--sla-ms", "none", "-o", "json").document
    again = server.cli("priorities", "set", "3", "--sla-ms", "2000")

    assert [(row["level"], row["weight"]) for row in listed] == [(3, 8), (2, 4), (1, 2), (0, 1)]
    assert (changed["weight"], changed["slaMs"]) == (9, None)
    assert again.out == "✓ critical\n  Weight  9\n  SLA     2000 ms\n"


@pytest.mark.parametrize(
    "words", [("urgent", "--weight", "1"), ("3",), ("3", "--sla-ms", "soon"), ("3", "--weight", "0")]
)
def test_a_wrong_level_is_exit_2(server: Server, words: tuple[str, ...]) -> None:
    assert server.cli("priorities", "set", *words).code == 2


def test_retention_is_changed_kind_by_kind(server: Server) -> None:
    before = server.cli("retention", "show", "-o", "json").document

    ran = server.cli("retention", "set", "events=45", "audit=never")
    after = server.cli("retention", "show", "-o", "json").document

    assert "  events      45 days\n" in ran.out
    assert (after["events"], after["audit"], after["deliveries"]) == (
        {"days": 45},
        {"days": None},
        before["deliveries"],
    )
    assert server.cli("retention", "set", "cats=3").code == 2
    assert server.cli("retention", "set", "events=0").code == 6


def test_queues_tell_of_deliveries_executions_and_what_is_held(server: Server) -> None:
    rows = server.cli("queues", "show", "-o", "json").documents

    assert [(row["name"], row["depth"]) for row in rows] == [("critical", 0), ("high", 0), ("normal", 0), ("low", 0)]
    assert all({"executions", "held", "workers"} <= row.keys() for row in rows)


def test_the_raw_route_and_the_command_say_the_same(server: Server, source: dict[str, object]) -> None:
    with httpx2.Client(headers={"Authorization": f"Bearer {server.child.target.token}"}) as client:
        told = client.get(f"{server.child.target.url}/api/v1/webhooks/{source['id']}").json()

    assert server.cli("sources", "show", str(source["id"]), "-o", "json").document == told

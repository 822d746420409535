"""The commands against a real server in a process of its own (contracts D.1, D.4)."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hookspan.cli.receiver import Receiver, listening
from tests.support.command_line import command, environment, run, run_on_a_terminal
from tests.support.server import Server, serving

UNKNOWN = "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d"
EXACT = '{ "total": 10.50,\n  "id": 12345678901234567890, "n": 1E3 }'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("instance")) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as receiver:
        yield receiver


def published(server: Server, event_type: str, data: str = "{}") -> str:
    ran = server.cli("events", "publish", event_type, "--data", data, "-o", "id")
    assert ran.code == 0, ran.err
    return ran.out.strip()


def created_endpoint(server: Server, url: str, event_type: str) -> str:
    ran = server.cli("endpoints", "create", "--url", url, "--events", event_type, "-o", "id")
    assert ran.code == 0, ran.err
    return ran.out.strip()


def test_published_data_comes_back_byte_for_byte(server: Server) -> None:
    identity = published(server, "cli.exact", EXACT)

    ran = server.cli("events", "show", identity, "--data")

    assert (ran.code, ran.out, ran.err) == (0, EXACT, "")


def test_data_is_read_from_a_file(server: Server, tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(EXACT)

    identity = published(server, "cli.file", f"@{tmp_path / 'data.json'}")

    assert server.cli("events", "show", identity, "--data").out == EXACT


def test_data_is_read_from_standard_input(server: Server, tmp_path: Path) -> None:
    arguments = ["events", "publish", "cli.stdin", "--data", "-", "-o", "id"]

    identity = subprocess.run(
        [*command("--data", str(server.child.folder)), *arguments],
        input=EXACT.encode(),
        capture_output=True,
        check=True,
        env=environment(),
        cwd=tmp_path,
    ).stdout

    assert server.cli("events", "show", identity.decode().strip(), "--data").out == EXACT


def test_publishing_tells_people_what_matched(server: Server) -> None:
    ran = server.cli("events", "publish", "cli.nobody")

    assert ran.code == 0
    assert ran.out.startswith("✓ published cli.nobody ")
    assert "matched no endpoint" in ran.out
    assert ran.err.startswith("hint: hookspan events show ")


def test_quiet_leaves_only_the_result(server: Server) -> None:
    ran = server.cli("events", "publish", "cli.quiet", "--quiet")

    assert ran.out
    assert ran.err == ""


def test_the_same_idempotency_key_makes_one_event(server: Server) -> None:
    arguments = ["events", "publish", "cli.once", "--idempotency-key", "k-1", "-o", "id"]

    assert server.cli(*arguments).out == server.cli(*arguments).out


def test_a_batch_with_a_bad_line_is_partly_done(server: Server, tmp_path: Path) -> None:
    (tmp_path / "batch.ndjson").write_text('{"type":"cli.batch"}\n\n{"type":"not a type"}\n{"type":"cli.batch"}\n')

    ran = server.cli("events", "publish", "--batch", str(tmp_path / "batch.ndjson"), "-o", "json")

    assert ran.code == 7
    assert [row["status"] for row in ran.documents] == ["accepted", "rejected", "accepted"]


def test_a_list_filters_by_type_and_prints_bare_arrays(server: Server) -> None:
    ids = {published(server, "cli.listed") for _ in range(3)}

    ran = server.cli("events", "list", "--type", "cli.listed", "-o", "json")

    assert {row["id"] for row in ran.documents} == ids


def test_a_limited_list_is_the_newest(server: Server) -> None:
    ids = [published(server, "cli.newest") for _ in range(3)]

    ran = server.cli("events:list", "--type", "cli.newest", "--limit", "2", "-o", "id")

    assert ran.out.split() == [ids[2], ids[1]]


def test_a_table_shows_ids_whole(server: Server) -> None:
    identity = published(server, "cli.table")

    ran = server.cli("events", "list", "--type", "cli.table")

    assert ran.out.splitlines()[0].split() == ["ID", "Type", "Status", "Request", "Origin", "Deliveries", "Created"]
    assert identity in ran.out
    assert ran.err == "1 event\n"


def test_an_endpoint_gets_what_it_subscribed_to(server: Server, receiver: Receiver) -> None:
    endpoint = created_endpoint(server, receiver.url + "/hook", "cli.delivered")

    ran = server.cli("events", "publish", "cli.delivered", "--data", '{"n":1}', "--wait", "10")

    assert ran.code == 0
    assert "matched 1 endpoint" in ran.out
    assert "delivered" in ran.out
    assert json.loads(receiver.take("/hook", 5).body)["data"] == {"n": 1}
    listed = server.cli("deliveries", "list", "--endpoint", endpoint, "-o", "json").documents
    assert [row["status"] for row in listed] == ["delivered"]


def test_a_delivery_is_shown_with_its_attempts_and_retried_only_by_force(server: Server, receiver: Receiver) -> None:
    created_endpoint(server, receiver.url + "/retried", "cli.retried")
    server.cli("events", "publish", "cli.retried", "--wait", "10")
    delivery = server.cli("deliveries", "list", "--type", "cli.retried", "-o", "id").out.strip()

    shown = server.cli("deliveries", "show", delivery)
    refused = server.cli("deliveries", "retry", delivery)
    forced = server.cli("deliveries", "retry", delivery, "--force")

    assert "Attempts (1)" in shown.out
    assert "✓  1  200  delivered" in shown.out
    assert refused.code == 6
    assert "hint: --force" in refused.err
    assert forced.code == 0
    assert [receiver.take("/retried", 5).headers["webhook-id"] for _ in range(2)]


def test_an_endpoint_shows_its_secret_once(server: Server) -> None:
    made = server.cli("endpoints", "create", "-u", "https://example.com/x", "-e", "a.*,b", "-n", "Once")

    identity = made.out.split()[2]
    again = server.cli("endpoints", "show", identity)

    assert "Signing secret  whsec_" in made.out
    assert "whsec_" not in again.out
    assert "Once" in again.out


def test_an_unknown_id_is_exit_3(server: Server) -> None:
    for noun in ("events", "endpoints", "deliveries", "sources", "workflows", "executions"):
        ran = server.cli(noun, "show", UNKNOWN)

        assert (noun, ran.code, ran.out) == (noun, 3, "")
        assert ran.err.startswith("error: Not found\n  ")


def test_a_wrong_token_is_exit_4(server: Server) -> None:
    ran = run("--url", server.child.target.url, "--token", "hsk_wrong", "events", "list")

    assert (ran.code, ran.out) == (4, "")
    assert "hint: pass --token" in ran.err


def test_a_missing_scope_is_exit_4(server: Server) -> None:
    key = server.cli("keys", "create", "-n", "publisher", "-s", "events:publish", "-o", "json").document["key"]

    ran = run("--url", server.child.target.url, "--token", str(key), "keys", "list")

    assert ran.code == 4


def test_a_refused_value_is_exit_6_and_names_the_member(server: Server) -> None:
    ran = server.cli("endpoints", "create", "-u", "http://10.0.0.1/x", "-e", "a")

    assert (ran.code, ran.out) == (6, "")
    assert "\n  --url: " in ran.err


def test_with_json_a_refusal_is_the_server_s_own_problem_document(server: Server) -> None:
    ran = server.cli("endpoints", "create", "-u", "http://10.0.0.1/x", "-e", "a", "-o", "json")

    assert ran.problem["status"] == 422
    assert ran.problem["instance"] == "/api/v1/endpoints"


def test_a_revoked_key_is_gone(server: Server) -> None:
    identity = str(server.cli("keys", "create", "-n", "short", "-s", "events:read", "-o", "json").document["id"])

    ran = server.cli("keys", "revoke", identity, "--yes")

    assert ran.out == f"✓ revoked {identity}\n"
    assert identity not in server.cli("keys", "list", "-o", "id").out


def test_a_source_is_created_with_a_request_that_works(server: Server, tmp_path: Path) -> None:
    made = server.cli(
        "sources", "create", "--name", "From the shell", "--path", "shop/orders", "--auth-type", "signature"
    )
    line = made.err.removeprefix("hint: ").strip()
    assert shutil.which("openssl"), "the line signs with openssl"

    answer = subprocess.run(["sh", "-c", line], capture_output=True, check=True, cwd=tmp_path).stdout

    assert made.code == 0
    assert json.loads(answer)["status"] == "processed"


def test_sources_are_listed_and_shown(server: Server) -> None:
    identity = server.cli("sources", "create", "-n", "GitHub", "--provider", "github", "-o", "id").out.strip()

    assert identity in server.cli("sources", "list", "-o", "id").out.split()
    assert "Provider  github" in " ".join(server.cli("sources", "show", identity).out.split(" "))


WORKFLOW = """
name: Greeting
status: active
triggers: [{id: trigger, kind: webhook}]
steps:
  - {id: greet, kind: transform, with: {output: {hello: "{{trigger.body.name}}"}}}
"""


def test_a_workflow_is_applied_run_and_its_execution_shown(server: Server, tmp_path: Path) -> None:
    (tmp_path / "greeting.yaml").write_text(WORKFLOW)

    created = server.cli("workflows", "apply", str(tmp_path / "greeting.yaml"))
    updated = server.cli("workflows", "apply", str(tmp_path / "greeting.yaml"), "-o", "id")
    ran = server.cli("workflows", "run", updated.out.strip(), "--input", '{"name":"Ada"}', "--wait", "10")

    assert created.out.startswith("✓ created ")
    assert "+name: Greeting\n" in created.err
    assert updated.out.strip() in created.out
    assert ran.code == 0
    assert "✓ greet  completed" in ran.out
    identity = ran.out.split()[1]
    assert identity in server.cli("executions", "list", "--workflow", updated.out.strip(), "-o", "id").out
    assert server.cli("executions", "show", identity, "-o", "json").document["status"] == "completed"


def test_an_applied_change_shows_only_what_changes(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "changed.yaml"
    path.write_text(WORKFLOW.replace("Greeting", "Changed"))
    server.cli("workflows", "apply", str(path))
    path.write_text(WORKFLOW.replace("Greeting", "Changed").replace("status: active", "status: inactive"))

    ran = server.cli("workflows", "apply", str(path))

    assert "-status: active\n+status: inactive\n" in ran.err
    assert "version 1" in ran.out or "version 2" in ran.out


def test_a_raw_call_gives_the_raw_answer(server: Server) -> None:
    ran = server.cli("api", "get", "/api/v1/events?limit=1")

    assert ran.code == 0
    assert set(ran.document) >= {"data", "hasMore", "nextCursor"}


def test_a_raw_call_that_fails_prints_nothing_on_stdout(server: Server) -> None:
    ran = server.cli("api", "POST", "/api/v1/events", "--input", '{"type":"not a type"}')

    assert (ran.code, ran.out) == (6, "")


def test_verbose_names_each_request_on_stderr(server: Server) -> None:
    ran = server.cli("-v", "keys", "list", "-o", "id")

    assert ran.err.startswith("GET /api/v1/keys → 200 in ")


def test_the_doctor_finds_nothing_wrong(server: Server) -> None:
    ran = server.cli("doctor", "--json")

    assert ran.code == 0
    assert {row["name"] for row in ran.documents} >= {"database", "migrations", "disk", "keys"}


def test_the_schema_is_up_to_date(server: Server) -> None:
    status = server.cli("migrate", "status", "-o", "json").document

    assert status["current"] == status["newest"]


def test_hostile_data_writes_no_escape_to_a_terminal(server: Server, tmp_path: Path) -> None:
    hostile = json.dumps({"say": "\x1b]52;c;aGk=\x07\x9b31m\u202egnp.exe\x7f"}, ensure_ascii=True)
    clear = hostile.replace("\\u202e", "\u202e").replace("\\u009b", "\x9b").replace("\\u007f", "\x7f")
    identity = published(server, "cli.hostile", clear)
    folder = ("--data", str(server.child.folder), "--no-color")

    for part in ([], ["--data"], ["-o", "json"], ["-o", "csv"]):
        written = run_on_a_terminal(*folder, "events", "show", identity, *part, folder=tmp_path)

        assert b"say" in written or part == ["-o", "csv"]
        assert not [bad for bad in (b"\x1b", b"\x07", "\x9b".encode(), "\u202e".encode(), b"\x7f") if bad in written]


def test_a_terminal_has_colour_unless_it_is_refused(server: Server, tmp_path: Path) -> None:
    arguments = ("--data", str(server.child.folder), "keys", "list")

    assert b"\x1b[1m" in run_on_a_terminal(*arguments, folder=tmp_path)
    assert b"\x1b" not in run_on_a_terminal(*arguments, folder=tmp_path, NO_COLOR="1")


def test_tail_shows_each_event_once_as_it_happens(server: Server, tmp_path: Path) -> None:
    arguments = ["events", "tail", "--type", "cli.tailed", "--since", "1s", "-o", "json"]
    with subprocess.Popen(
        [*command("--data", str(server.child.folder)), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=tmp_path,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stderr.readline()
        ids = [published(server, "cli.tailed") for _ in range(3)]

        seen = [json.loads(process.stdout.readline())["id"] for _ in ids]

        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert seen == ids
    assert rest == b""
    assert process.returncode == 130

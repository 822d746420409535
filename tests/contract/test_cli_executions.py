"""`executions` on the command line, against a real server in a process of its own (contracts C.6, D.4)."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from hookspan.cli.child import free_port
from tests.contract.test_cli_tail import serve, stop
from tests.support.command_line import Ran, command, environment, run
from tests.support.server import Server, serving

UNKNOWN = "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d"
WAIT_S = 20.0
GO: dict[str, object] = {"id": "go", "kind": "wait", "with": {"signal": "paid"}}
ASK: dict[str, object] = {"id": "ask", "kind": "external"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("instance")) as running:
        yield running


def workflow(server: Server, *steps: dict[str, object], **members: object) -> str:
    """The id of a new workflow of these steps."""
    with server.client() as client:
        return client.workflows.create({"name": "Order intake", "steps": list(steps), **members}).text("id")


def started(server: Server, *steps: dict[str, object], until: str = "waiting", **members: object) -> str:
    """The id of an execution of these steps that stands as `until` says."""
    with server.client() as client:
        identity = client.workflows.run(workflow(server, *steps, **members), {"id": 7}).text("id")
    return standing(server, identity, until)


def standing(server: Server, identity: str, status: str) -> str:
    """The execution once it stands so."""
    deadline = time.monotonic() + WAIT_S
    with server.client() as client:
        while client.executions.get(identity).text("status") != status:
            assert time.monotonic() < deadline, client.executions.get(identity).raw
    return identity


def ok(ran: Ran) -> Ran:
    assert ran.code == 0, ran.err
    return ran


def test_a_list_is_chosen_by_workflow_status_and_age(server: Server) -> None:
    of = workflow(server, GO)
    with server.client() as client:
        identity = client.workflows.run(of).text("id")
    standing(server, identity, "waiting")
    arguments = ["executions", "list", "--workflow", of, "--trigger", "manual", "--since", "1h", "-o", "id"]

    waiting = ok(server.cli(*arguments, "--status", "waiting"))
    ended = ok(server.cli(*arguments, "--status", "failed", "--status", "completed"))

    assert (waiting.out.split(), ended.out) == ([identity], "")


def test_show_tells_steps_progress_blockers_and_milestones(server: Server) -> None:
    milestones = [{"id": "m1", "name": "Taken", "after": ["a"]}, {"id": "m2", "name": "Signed"}]
    identity = started(server, {"id": "a"}, {**GO, "needs": ["a"]}, milestones=milestones)
    ok(server.cli("executions", "block", identity, "the lawyer is ill", "--step", "go"))

    ran = ok(server.cli("executions", "show", identity))

    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert lines[0] == f"Execution {identity}"
    assert "Progress [##########..........] 50.0 % 1 of 2 steps" in lines
    assert "Steps (2)" in lines
    assert any(line.startswith("✓ a completed") and line.endswith(" ms") for line in lines)
    assert "… go waiting" in lines
    assert any(line.startswith("! the lawyer is ill") for line in lines)
    assert any(line.startswith("✓ Taken m1 20") for line in lines)
    assert "○ Signed m2" in lines


def test_show_gives_programs_the_execution_alone(server: Server) -> None:
    identity = started(server, GO)

    ran = ok(server.cli("executions", "show", identity, "-o", "json"))

    assert (ran.document["id"], ran.document["input"], "steps" in ran.document) == (identity, {"id": 7}, False)


def test_a_signal_brings_exact_json(server: Server, tmp_path: Path) -> None:
    (tmp_path / "paid.json").write_text('{"n":12345678901234567890.10}')
    identity = started(server, GO)

    ran = ok(server.cli("executions", "signal", identity, "paid", "--data", f"@{tmp_path / 'paid.json'}"))

    standing(server, identity, "completed")
    assert ran.out == f"✓ signalled paid to {identity}\n"
    assert "12345678901234567890.10" in server.cli("executions", "show", identity, "-o", "json").out


def test_a_signal_needs_no_data(server: Server) -> None:
    identity = started(server, GO)

    ok(server.cli("executions:signal", identity, "paid"))

    standing(server, identity, "completed")


def test_a_cancel_may_be_repeated(server: Server) -> None:
    identity = started(server, GO)

    outs = [ok(server.cli("executions", "cancel", identity)).out for _ in range(2)]

    assert outs == [f"✓ cancelled {identity}\n"] * 2


def test_what_failed_is_tried_again_and_completed(server: Server) -> None:
    identity = started(server, ASK)
    ok(server.cli("executions", "fail", identity, "ask", "--message", "no stock", "--code", "out_of_stock"))
    standing(server, identity, "failed")
    shown = ok(server.cli("executions", "show", identity)).out

    retried = ok(server.cli("executions", "retry", identity, "--step", "ask"))

    assert "✗ ask  failed" in shown
    assert "no stock" in shown
    assert retried.out == f"✓ tries again {identity}\n"
    assert retried.err == f"hint: hookspan executions tail {identity}\n"
    standing(server, identity, "waiting")
    ok(server.cli("executions", "complete", identity, "ask", "--output", '{"ok":true}'))
    standing(server, identity, "completed")
    assert server.cli("executions", "show", identity, "-o", "json").document["output"] == {"ok": True}


def test_an_ended_execution_begins_anew_from_a_step(server: Server) -> None:
    identity = started(server, {"id": "a"}, {**GO, "needs": ["a"]})
    ok(server.cli("executions", "signal", identity, "paid"))
    standing(server, identity, "completed")

    ran = ok(server.cli("executions", "restart-from", identity, "go"))

    assert ran.out == f"✓ begins anew from go: {identity}\n"
    standing(server, identity, "waiting")
    assert "try 2" in ok(server.cli("executions", "show", identity)).out


def test_blockers_are_resolved_and_milestones_achieved(server: Server) -> None:
    identity = started(server, GO, milestones=[{"id": "m1", "name": "Signed"}])
    blocker = ok(server.cli("executions", "block", identity, "the lawyer is ill", "-o", "id")).out.strip()

    resolved = ok(server.cli("executions", "resolve", identity, blocker, "-o", "json"))
    achieved = ok(server.cli("executions", "achieve", identity, "m1", "-o", "json"))

    assert resolved.document["resolvedAt"] is not None
    assert achieved.document["achieved"] is True


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["show", UNKNOWN], 3, "no such execution"),
        (["cancel", "no-id"], 3, "no such thing"),
        (["retry", "WAITING"], 6, "only what failed can be tried again"),
        (["restart-from", "WAITING", "go"], 6, "only an ended execution begins anew"),
        (["restart-from", "WAITING", "nobody"], 6, "stepId: the execution's workflow has no such step"),
        (["complete", "WAITING", "go"], 6, "send it to …/signals/paid"),
        (["complete", "WAITING", "nobody"], 3, "no such step that waits for an answer"),
        (["list", "--workflow", "nope"], 2, "--workflow: no workflow is called 'nope'"),
        (["list", "--status", "nope"], 6, "  --status: "),
        (["list", "--fields", "id,bogus"], 2, "--fields: there is no member 'bogus'; there are id, workflowId,"),
        (["list", "--fields", "bogus", "-o", "csv"], 2, "there is no member 'bogus'"),
        (["show", "WAITING", "--fields", "bogus"], 2, "there is no member 'bogus'"),
        (["signal", "WAITING", "paid", "--data", "{"], 2, "--data is not JSON: line 1 column 2"),
        (["fail", "WAITING", "go"], 2, "missing --message"),
        (["tail", "WAITING", "--status", "failed"], 2, "leave out ID"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_exit_code(
    server: Server, arguments: list[str], code: int, told: str
) -> None:
    identity = started(server, GO)

    ran = server.cli("executions", *(identity if word == "WAITING" else word for word in arguments))

    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert "--force" not in ran.err


# -- tail ----------------------------------------------------------------------------------------------------------


@contextmanager
def tailing(folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A tail in a process of its own, stopped at the end as a person does unless it has ended."""
    with subprocess.Popen(
        [*command("--data", str(folder)), "executions", "tail", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=folder,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait()


def line(process: subprocess.Popen[bytes]) -> dict[str, object]:
    assert process.stdout is not None
    return msgspec.json.decode(process.stdout.readline(), type=dict[str, object])


def test_one_execution_is_followed_step_by_step_to_its_end(server: Server) -> None:
    identity = started(server, {"id": "a"}, {**GO, "needs": ["a"]})

    with tailing(server.child.folder, identity, "-o", "ndjson") as process:
        before = [line(process), line(process)]
        ok(server.cli("executions", "signal", identity, "paid"))
        after = line(process)
        assert process.wait(WAIT_S) == 0

    assert [(step["stepId"], step["status"]) for step in (*before, after)] == [
        ("a", "completed"),
        ("go", "waiting"),
        ("go", "completed"),
    ]


@pytest.mark.parametrize("ending", [["fail", "ask", "--message", "no stock"], ["cancel"]])
def test_following_one_that_does_not_complete_exits_one(server: Server, ending: list[str]) -> None:
    identity = started(server, ASK)
    ok(server.cli("executions", ending[0], identity, *ending[1:]))
    status = standing(server, identity, "failed" if ending[0] == "fail" else "cancelled") and ending[0]

    ran = server.cli("executions", "tail", identity)

    assert ran.code == 1
    assert ran.err == f"error: execution {'failed' if status == 'fail' else 'cancelled'}\n"
    assert ran.out.splitlines()[-1].count(identity) == 1
    assert ("no stock" in ran.out) == (status == "fail")


def test_ends_are_followed_as_they_happen(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        of = workflow(server, GO)
        with server.client() as client:
            early, late = [client.workflows.run(of).text("id") for _ in range(2)]
        standing(server, early, "waiting")
        standing(server, late, "waiting")
        with tailing(tmp_path, "--workflow", of, "--status", "completed", "-o", "json") as process:
            assert process.stderr is not None
            process.stderr.readline()
            started(server, {"id": "other"}, until="completed")
            # The older one ends last: it is told of all the same.
            ok(server.cli("executions", "signal", late, "paid"))
            first = line(process)
            ok(server.cli("executions", "signal", early, "paid"))
            second = line(process)
        assert process.returncode == 130

    assert [first["id"], second["id"]] == [late, early]
    assert first["status"] == "completed"


def test_no_end_is_lost_while_the_server_is_away(tmp_path: Path) -> None:
    port = free_port()
    with serve(tmp_path, port) as process:
        identity = begun(tmp_path)
        with tailing(tmp_path, "--since", "1h", "-o", "json") as tail:
            assert tail.stderr is not None
            tail.stderr.readline()
            stop(process)
            with serve(tmp_path, port):
                assert run("--data", str(tmp_path), "executions", "signal", identity, "paid").code == 0
                ended = line(tail)

    assert (ended["id"], ended["status"]) == (identity, "completed")


def begun(folder: Path) -> str:
    """An execution that waits for its signal."""
    (folder / "w.json").write_bytes(msgspec.json.encode({"name": "w", "steps": [GO]}))
    made = run("--data", str(folder), "workflows", "apply", str(folder / "w.json"), "-o", "id")
    ran = run("--data", str(folder), "workflows", "run", made.out.strip(), "-o", "id")
    assert ran.code == 0, ran.err
    return ran.out.strip()

"""`workflows`: kept in files, shown so that a person sees what runs when, judged with the line of each fault (D.4)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Ran, command, environment
from tests.support.server import Server, serving

ORDERS = """\
name: {name}
description: What comes in
concurrency: 4
triggers:
  - id: nightly
    kind: schedule
    cron: 0 2 * * *
  - id: paid
    kind: event
    events: [invoice.*]
    filter: [{{fieldPath: $.data.total, operator: greater_than, value: 10}}]
steps:
  - id: fetch
    name: Fetch the order
    kind: http
    with: {{url: "https://api.example.com/{{{{trigger.body.id}}}}"}}
    onError: [tell]
  - id: fork
    kind: branch
    needs: [met]
    with:
      cases:
        - when: [{{fieldPath: $.steps.fetch.output.status, operator: equals, value: 200}}]
          to: [ready]
      else: [tell]
  - id: ready
    kind: emit
    when: [{{fieldPath: $.trigger.body.id, operator: exists}}]
    with: {{event: order.ready}}
  - id: tell
    kind: emit
    with: {{event: order.failed}}
syncPoints:
  - {{id: met, name: All fetched, requires: [fetch], timeoutMs: 60000}}
milestones:
  - {{id: done, name: Done, after: [ready]}}
"""
SIMPLE = "name: {name}\nsteps:\n  - id: greet\n    kind: transform\n    with: {{output: 1.10}}\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("instance")) as running:
        yield running


def written(folder: Path, text: str, name: str = "orders.yaml") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def applied(server: Server, folder: Path, text: str) -> dict[str, Any]:
    ran = server.cli("workflows", "apply", written(folder, text), "-o", "json", "-q")
    assert ran.code == 0, ran.err
    return ran.document


def identity_of(ran: Ran) -> str:
    return ran.out.split()[2]


def test_a_workflow_is_shown_as_what_starts_it_and_what_follows_what(server: Server, tmp_path: Path) -> None:
    made = applied(server, tmp_path, ORDERS.format(name="Shown"))

    ran = server.cli("workflows", "show", str(made["id"]))

    due = made["schedules"][0]["nextRunAt"]
    assert ran.out == (
        f"Workflow  {made['id']}\n"
        "  Name         Shown\n  Description  What comes in\n  Status       active\n  Version      1 (1.0.0)\n"
        "  Priority     1\n  At once      4 executions at most\n"
        f"  Created      {made['createdAt']}\n  Updated      {made['updatedAt']}\n"
        "Triggers\n"
        f"  nightly  schedule  0 2 * * * UTC, a missed run: run_once  next {due}\n"
        "  paid  event  invoice.*  when $.data.total greater_than 10\n"
        "Steps\n"
        "  fetch  http  Fetch the order  GET https://api.example.com/{{trigger.body.id}}\n"
        "    on error → tell\n"
        "  └ fork  branch  after met\n"
        "      case 1: when $.steps.fetch.output.status equals 200 → ready\n"
        "      else → tell\n"
        "    └ ready  emit  order.ready\n"
        "        when $.trigger.body.id exists\n"
        "    └ tell  emit  order.failed\n"
        "Sync points\n  met  All fetched  meets fetch  within 60000 ms\n"
        "Milestones\n  done  Done  after ready\n"
    )


def test_an_export_applied_again_changes_nothing(server: Server, tmp_path: Path) -> None:
    made = applied(server, tmp_path, ORDERS.format(name="Exported"))
    identity = str(made["id"])

    for form in ("yaml", "json"):
        text = server.cli("workflows", "export", identity, "--format", form).out
        ran = server.cli("workflows", "apply", written(tmp_path, text, f"again.{form}"))
        assert (ran.code, ran.out) == (0, f"✓ unchanged {identity}  version 1\n")
        assert "+" not in ran.err


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_an_old_version_is_applied_with_the_limit_of_now(form: str, server: Server, tmp_path: Path) -> None:
    identity = str(applied(server, tmp_path, SIMPLE.format(name=f"Limited {form}"))["id"])
    with server.client() as client:
        client.request("PATCH", client.workflows.route(identity), json={"concurrency": 5})

    text = server.cli("workflows", "export", identity, "--version", "1", "--format", form).out
    ran = server.cli("workflows", "apply", written(tmp_path, text, f"old.{form}"), "--id", identity)

    assert (ran.code, ran.out) == (0, f"✓ unchanged {identity}  version 1\n")


def test_numbers_of_a_file_reach_the_server_digit_by_digit(server: Server, tmp_path: Path) -> None:
    made = applied(server, tmp_path, SIMPLE.format(name="Digits"))

    assert "output: 1.10\n" in server.cli("workflows", "export", str(made["id"])).out


def test_what_the_server_has_by_itself_is_no_difference(server: Server, tmp_path: Path) -> None:
    text = "name: By itself\nsteps:\n  - {}\n  - needs: [step-1]\n    retry: {multiplier: 2}\nmilestones: [{}]\n"
    applied(server, tmp_path, text)

    ran = server.cli("workflows", "apply", written(tmp_path, text), "--dry-run")

    assert ran.out == "By itself is as the file says\n"


def test_a_dry_run_judges_and_shows_and_changes_nothing(server: Server, tmp_path: Path) -> None:
    path = written(tmp_path, SIMPLE.format(name="Dry"))
    fresh = server.cli("workflows", "apply", path, "--dry-run")
    made = applied(server, tmp_path, SIMPLE.format(name="Dry"))
    written(tmp_path, SIMPLE.format(name="Dry") + "priority: 3\n")

    changed = server.cli("workflows", "apply", path, "--dry-run")
    machine = server.cli("workflows", "apply", path, "--dry-run", "-o", "json").document
    written(tmp_path, SIMPLE.format(name="Dry") + "priority: 9\n")
    refused = server.cli("workflows", "apply", path, "--dry-run")

    assert fresh.out.endswith("+    with:\n+      output: 1.10\nDry would be created\n")
    assert changed.out.endswith("       output: 1.10\n-priority: 1\n+priority: 3\nDry would be updated\n")
    assert (machine["action"], machine["id"], "+priority: 3" in str(machine["diff"])) == ("update", made["id"], True)
    assert (refused.code, refused.out) == (6, "")
    assert server.cli("workflows", "show", str(made["id"]), "-o", "json").document["version"] == 1


def test_what_an_apply_takes_away_is_shown_too(server: Server, tmp_path: Path) -> None:
    applied(server, tmp_path, ORDERS.format(name="Shorter"))

    ran = server.cli("workflows", "apply", written(tmp_path, SIMPLE.format(name="Shorter")))

    assert "-concurrency: 4\n" in ran.err
    assert "-milestones:\n" in ran.err
    assert ran.out.endswith("version 2\n")


def test_a_fault_is_told_with_its_pointer_and_its_line(server: Server, tmp_path: Path) -> None:
    path = written(tmp_path, "name: Broken\nsteps:\n  - id: a\n  - id: b\n    kind: magic\n    needs: [a, c]\n")

    for verb in ("validate", "apply"):
        ran = server.cli("workflows", verb, path)
        assert (ran.code, ran.out) == (6, "")
        assert f"/steps/1/needs/1: there is no step or sync point 'c' ({path} line 6)\n" in ran.err
        assert "/steps/1/kind: must be one of" in ran.err
        assert f"({path} line 5)\n" in ran.err
        hint = "workflows schema" if verb == "validate" else f"workflows validate {path}"
        assert ran.err.endswith(f"hint: hookspan {hint}\n")

    problem = server.cli("workflows", "validate", path, "-o", "json").problem
    assert (problem["status"], len(problem["errors"])) == (422, 2)  # type: ignore[arg-type]  # a list, as sent


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", "line 2, column 1"),
        ("name: x\nname: y", "line 2, column 1: 'name' stands here twice"),
        ("a: &a 1", "line 1, column 4: anchors are not read here"),
        ("- a", "holds no workflow"),
        ("steps: []", "holds no workflow"),
    ],
)
def test_a_file_that_cannot_be_read_is_wrong_usage(text: str, said: str, server: Server, tmp_path: Path) -> None:
    ran = server.cli("workflows", "apply", written(tmp_path, text))

    assert (ran.code, ran.out, said in ran.err) == (2, "", True), ran.err


def test_a_file_that_is_not_there_is_wrong_usage(server: Server, tmp_path: Path) -> None:
    ran = server.cli("workflows", "validate", str(tmp_path / "none.yaml"))

    assert (ran.code, "No such file" in ran.err) == (2, True)


def test_json_with_tabs_and_escapes_is_taken_as_json(server: Server, tmp_path: Path) -> None:
    text = '{\n\t"name": "Tabs \\ud83d\\ude00 \\/",\n\t"steps": []\n}'

    ran = server.cli("workflows", "validate", written(tmp_path, text, "tabs.json"), "-o", "json")

    assert (ran.code, ran.document["name"]) == (0, "Tabs 😀 /")


def test_two_of_one_name_are_told_apart_by_id(server: Server, tmp_path: Path) -> None:
    applied(server, tmp_path, SIMPLE.format(name="Twice"))
    with server.client() as client:
        twin = client.workflows.create({"name": "Twice", "steps": []}).text("id")
    path = written(tmp_path, SIMPLE.format(name="Twice"))

    unclear = server.cli("workflows", "apply", path)
    clear = server.cli("workflows", "apply", path, "--id", twin)

    assert (unclear.code, "2 workflows are called Twice: say which with --id" in unclear.err) == (6, True)
    assert twin in unclear.err
    assert clear.out == f"✓ updated {twin}  version 2\n"


def test_a_workflow_that_nothing_but_calls_start_is_applied_as_it_is(server: Server, tmp_path: Path) -> None:
    path = written(tmp_path, "name: By call\ntriggers: []\nsteps: []\n")
    server.cli("workflows", "apply", path)

    again = server.cli("workflows", "apply", path, "--dry-run", "-o", "json")

    assert (again.document["action"], again.document["diff"]) == ("none", "")


def test_versions_and_what_changed_between_them(server: Server, tmp_path: Path) -> None:
    made = applied(server, tmp_path, ORDERS.format(name="Versions"))
    identity = str(made["id"])
    applied(server, tmp_path, ORDERS.format(name="Versions").replace("order.ready", "order.prepared"))

    listed = server.cli("workflows", "versions", identity)
    diff = server.cli("workflows", "diff", identity)
    machine = server.cli("workflows", "diff", identity, "--from", "2", "--to", "1", "-o", "json").document
    old = server.cli("workflows", "export", identity, "--version", "1")

    assert [line.split()[0] for line in listed.out.splitlines()] == ["Version", "2", "1"]
    assert listed.out.splitlines()[1].endswith("4      nightly, paid")
    assert diff.out.startswith("Version 1 → 2\n  changed  ready\n--- version 1\n+++ version 2\n")
    assert "-      event: order.ready\n+      event: order.prepared\n" in diff.out
    assert machine["patch"] == [{"op": "replace", "path": "/steps/2/with/event", "value": "order.ready"}]
    assert "event: order.ready\n" in old.out
    assert server.cli("workflows", "diff", identity, "--from", "9").code == 3


def test_a_list_is_narrowed_by_name(server: Server, tmp_path: Path) -> None:
    made = [applied(server, tmp_path, SIMPLE.format(name=f"Listed {word}"))["id"] for word in ("one", "two")]

    assert server.cli("workflows", "list", "--q", "listed", "-o", "id").out.split() == made[::-1]
    assert server.cli("workflows", "list", "--name", "Listed one", "-o", "id").out.split() == made[:1]


def test_a_run_is_waited_for(server: Server, tmp_path: Path) -> None:
    made = applied(server, tmp_path, SIMPLE.format(name="Run"))

    ran = server.cli("workflows", "run", str(made["id"]), "--input", "{}", "--wait", "10")

    assert (ran.code, "greet  completed" in ran.out) == (0, True)


def test_a_run_that_takes_too_long_is_named(server: Server, tmp_path: Path) -> None:
    waits = "name: {name}\nsteps:\n  - id: go\n    kind: wait\n    with: {{signal: paid}}\n"
    identity = str(applied(server, tmp_path, waits.format(name="Long"))["id"])

    late = server.cli("workflows", "run", identity, "--wait", "0")
    told = server.cli("workflows", "run", identity, "--wait", "0", "-o", "json")

    newest = server.cli("executions", "list", "--workflow", identity, "-o", "id").out.split()
    document = json.loads(told.err)
    assert (late.code, told.code) == (1, 1)
    assert f"hint: hookspan executions show {newest[1]}" in late.err
    assert (document["code"], document["detail"]) == ("still_open", f"execution {newest[0]} is still open after 0 s")


def test_the_schema_of_a_file_is_printed(server: Server) -> None:
    printed = server.cli("workflows", "schema")

    assert (printed.code, json.loads(printed.out)["$id"]) == (0, "urn:hookspan:workflow-definition")


def test_a_deletion_is_asked_for(server: Server, tmp_path: Path) -> None:
    identity = str(applied(server, tmp_path, SIMPLE.format(name="Gone"))["id"])

    asked = server.cli("workflows", "delete", identity)
    done = server.cli("workflows", "delete", identity, "--yes")
    again = server.cli("workflows", "show", identity)

    assert (asked.code, "pass --yes" in asked.err) == (2, True)
    assert (done.code, done.out) == (0, f"✓ deleted {identity}\n")
    assert again.code == 3


def test_a_file_may_come_by_standard_input(server: Server, tmp_path: Path) -> None:
    text = json.dumps({"name": "Piped", "steps": []})
    line = command("--data", str(server.child.folder), "workflows", "apply", "-")
    ran = subprocess.run(line, input=text, env=environment(), capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout.startswith("✓ created ")) == (0, True), ran.stderr


@pytest.mark.parametrize("command", ["validate", "apply"])
def test_a_member_that_stands_twice_in_a_json_file_is_wrong_usage(server: Server, tmp_path: Path, command: str) -> None:
    path = written(tmp_path, '{"name": "Twice", "steps": [{"id": "a", "id": "b"}]}', "twice.json")

    ran = server.cli("workflows", command, path)

    assert (ran.code, "/steps/0/id stands here twice; write it once" in ran.err) == (2, True)

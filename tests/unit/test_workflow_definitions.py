"""What a workflow may be, and how each fault is pointed at."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookspan.errors import Invalid, TooLarge
from hookspan.model.addresses import AddressRules
from hookspan.model.urls import UrlRules
from hookspan.model.workflows import Milestone, SyncPoint, WorkflowRow, ancestors
from hookspan.workflows.tasks import definition_json, workflow_of_tasks
from hookspan.workflows.validate import decode_definition, read_definition, read_workflow

GET = {"method": "GET", "url": "https://api.example.com/"}


def workflow(*steps: Mapping[str, object], **members: object) -> dict[str, object]:
    return {"name": "Order intake", "steps": list(steps), **members}


def routed(*to: str) -> dict[str, object]:
    return {"kind": "branch", "with": {"cases": [{"when": [], "to": list(to)}]}}


def faults(value: dict[str, object], rules: UrlRules | None = None) -> list[tuple[str, str]]:
    """Pointer and code of every fault."""
    with pytest.raises(Invalid) as refusal:
        read_workflow(value, rules)
    return [(fault.pointer, fault.code) for fault in refusal.value.faults]


def test_the_contracts_example_is_read() -> None:
    fetch = {
        "id": "fetch",
        "name": "Fetch",
        "kind": "http",
        "needs": [],
        "when": [],
        "with": {"method": "GET", "url": "https://api.example.com/o/{{trigger.body.id}}"},
        "timeoutMs": 15000,
        "retry": {"maxAttempts": 3, "initialDelayMs": 1000, "multiplier": 2, "maxDelayMs": 30000, "jitter": 0.2},
        "resources": {"cpu": 1},
    }
    ready = {
        "id": "ready",
        "kind": "emit",
        "needs": ["fetch"],
        "with": {"event": "order.ready", "data": {"order": "{{steps.fetch.output}}"}},
    }
    value = workflow(
        fetch,
        ready,
        triggers=[{"id": "trigger", "kind": "webhook"}],
        syncPoints=[{"id": "s1", "name": "All fetched", "requires": ["fetch"], "timeoutMs": 60000}],
        milestones=[{"id": "m1", "name": "Fetched", "after": ["fetch"]}],
    )

    draft = read_workflow(value, UrlRules())

    assert (draft.name, draft.status, draft.definition.priority) == ("Order intake", "active", 1)
    assert [(step.id, step.kind, step.needs) for step in draft.definition.steps] == [
        ("fetch", "http", ()),
        ("ready", "emit", ("fetch",)),
    ]
    assert draft.definition.steps[0].resources == {"cpu": 1.0}
    assert draft.definition.points == (SyncPoint("s1", "All fetched", ("fetch",), 60_000),)
    assert draft.definition.milestones == (Milestone("m1", "Fetched", ("fetch",)),)


def test_a_stored_definition_reads_as_it_was_saved() -> None:
    draft = read_workflow(workflow({"id": "a", "kind": "http", "with": GET}, {"id": "b", "needs": ["a"]}))

    again = read_workflow({"name": draft.name, **decode_definition(draft.text)})

    assert again.text == draft.text
    assert read_definition(draft.text).steps[1].needs == ("a",)


def test_numbers_in_a_step_keep_their_digits() -> None:
    value = workflow({"id": "a", "kind": "transform", "with": {"output": Decimal("10.50")}})

    assert '"output":10.50' in read_workflow(value).text


def test_steps_get_seed_2s_retries_and_numbered_ids_when_nothing_is_said() -> None:
    first, second = read_workflow(workflow({}, {})).definition.steps

    assert (first.id, second.id, first.kind) == ("step-1", "step-2", "pass")
    assert [first.retry.wait_ms(n, random01=0.5) for n in (1, 2)] == [1_000, 2_000]
    assert (first.retry.attempts, first.retry.max_delay_ms) == (3, 30_000)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"steps": []}, ("/name", "validation_error")),
        (workflow(colour="red"), ("/colour", "unknown_member")),
        (workflow(status="asleep"), ("/status", "validation_error")),
        (workflow(priority=4), ("/priority", "validation_error")),
        (workflow(concurrency=0), ("/concurrency", "validation_error")),
        (workflow(syncPoints=[{"id": "s1"}]), ("/syncPoints/0/requires", "validation_error")),
        (workflow(milestones=[{"id": "m1", "after": ["x"]}]), ("/milestones/0/after/0", "validation_error")),
        (workflow(triggers=[{"kind": "moon"}]), ("/triggers/0/kind", "validation_error")),
        (workflow(triggers=[{"kind": "schedule"}]), ("/triggers/0/cron", "validation_error")),
        (workflow(triggers=[{"kind": "schedule", "cron": "61 * * * *"}]), ("/triggers/0/cron", "validation_error")),
        (workflow(triggers=[{"kind": "schedule", "cron": "0 0 30 2 *"}]), ("/triggers/0/cron", "validation_error")),
        (workflow(triggers=[{"kind": "schedule", "cron": "* * * * * *"}]), ("/triggers/0/cron", "validation_error")),
        (
            workflow(triggers=[{"kind": "schedule", "cron": "0 2 * * *", "timezone": "Mars/Base"}]),
            ("/triggers/0/timezone", "validation_error"),
        ),
        (workflow(triggers=[{"kind": "webhook", "cron": "0 2 * * *"}]), ("/triggers/0/cron", "unknown_member")),
        (workflow(triggers=[{"kind": "event"}]), ("/triggers/0/events", "validation_error")),
        (workflow(triggers=[{"kind": "event", "events": ["a b"]}]), ("/triggers/0/events/0", "validation_error")),
        (workflow(triggers=[{"id": "x"}, {"id": "x"}]), ("/triggers/1/id", "validation_error")),
        (workflow({"id": "a b"}), ("/steps/0/id", "validation_error")),
        (workflow({"id": "a"}, {"id": "a"}), ("/steps/1/id", "validation_error")),
        (workflow({"id": "a", "kind": "basic"}), ("/steps/0/kind", "validation_error")),
        (workflow({"id": "a", "kind": "python"}), ("/steps/0/with/function", "validation_error")),
        (workflow({"id": "a", "kind": "workflow"}), ("/steps/0/with/workflowId", "validation_error")),
        (
            workflow({"id": "a", "kind": "external", "with": {"callbackTtlMs": 0}}),
            ("/steps/0/with/callbackTtlMs", "validation_error"),
        ),
        (workflow({"id": "a", "colour": 1}), ("/steps/0/colour", "unknown_member")),
        (workflow({"id": "a", "with": {"x": 1}}), ("/steps/0/with/x", "unknown_member")),
        (workflow({"id": "a", "when": [{"fieldPath": "$.x"}]}), ("/steps/0/when/0/operator", "validation_error")),
        (workflow({"id": "a", "onError": ["b"]}), ("/steps/0/onError/0", "validation_error")),
        (workflow({"id": "a", "kind": "branch"}), ("/steps/0/with/cases", "validation_error")),
        (workflow({"id": "a", "resources": {"cpu": -1}}), ("/steps/0/resources/cpu", "validation_error")),
        (workflow({"id": "a", "resources": {"gpu": 1}}), ("/steps/0/resources/gpu", "unknown_member")),
        (workflow({"id": "a", "resources": {"cpu": False}}), ("/steps/0/resources/cpu", "validation_error")),
        (
            workflow({"id": "a", "resources": {"cpu": 1, "custom": [{"name": "cpu", "value": 2}]}}),
            ("/steps/0/resources/custom/0/name", "validation_error"),
        ),
        (
            workflow({"id": "a", "resources": {"custom": [{"name": "gpu", "value": 1}, {"name": "gpu", "value": 2}]}}),
            ("/steps/0/resources/custom/1/name", "validation_error"),
        ),
        (workflow({"id": "a", "needs": ["b"]}), ("/steps/0/needs/0", "validation_error")),
        (workflow({"id": "a", "timeoutMs": 0}), ("/steps/0/timeoutMs", "validation_error")),
        (workflow({"id": "a", "retry": {"maxAttempts": 51}}), ("/steps/0/retry/maxAttempts", "validation_error")),
        (workflow({"id": "a", "retry": {"strategy": "fixed"}}), ("/steps/0/retry/strategy", "unknown_member")),
        (workflow({"id": "a", "kind": "http", "with": {}}), ("/steps/0/with/url", "validation_error")),
        (
            workflow({"id": "a", "kind": "http", "with": {**GET, "headers": {"Host": "x"}}}),
            ("/steps/0/with/headers/Host", "validation_error"),
        ),
        (
            workflow({"id": "a", "kind": "http", "with": {**GET, "method": "BREW"}}),
            ("/steps/0/with/method", "validation_error"),
        ),
        (workflow({"id": "a", "kind": "wait", "with": {}}), ("/steps/0/with/durationMs", "validation_error")),
        (workflow({"id": "a", "kind": "wait", "with": {"until": "noon"}}), ("/steps/0/with/until", "validation_error")),
        (
            workflow({"id": "a", "kind": "wait", "with": {"durationMs": 1, "signal": "go"}}),
            ("/steps/0/with/durationMs", "validation_error"),
        ),
        (workflow({"id": "a", "kind": "emit", "with": {"event": "a b"}}), ("/steps/0/with/event", "validation_error")),
        (
            workflow({"id": "a", "kind": "emit", "with": {"event": "execution.completed"}}),
            ("/steps/0/with/event", "reserved_event_type"),
        ),
        (workflow({"id": "a", "kind": "transform", "with": {}}), ("/steps/0/with/output", "validation_error")),
    ],
)
def test_each_fault_is_pointed_at(value: dict[str, object], expected: tuple[str, str]) -> None:
    assert faults(value) == [expected]


@pytest.mark.parametrize(
    "path",
    [
        "steps.later.output",
        "steps.nobody.output",
        "steps.a.outcome",
        "steps.a.error.code",
        "steps",
        "trigger.colour",
        "secrets.key",
        "a..b",
    ],
)
def test_a_template_that_could_not_be_read_when_its_step_starts_is_refused(path: str) -> None:
    reader = {
        "id": "reader",
        "needs": ["a"],
        "kind": "transform",
        "with": {"output": {"deep": ["x", f"{{{{{path}}}}}"]}},
    }

    [(pointer, _)] = faults(workflow({"id": "a"}, reader, {"id": "later", "needs": ["reader"]}))

    assert pointer == "/steps/1/with/output/deep/1"


def test_the_output_of_a_step_further_back_may_be_read() -> None:
    last = {"id": "c", "needs": ["b"], "kind": "transform", "with": {"output": "{{steps.a.output.items[0]}}"}}

    draft = read_workflow(workflow({"id": "a"}, {"id": "b", "needs": ["a"]}, last))

    assert len(draft.definition.steps) == 3


def test_why_a_step_failed_may_be_read_by_its_handler_and_those_behind_it() -> None:
    reader = {"kind": "transform", "with": {"output": "{{steps.a.error.code}}"}}
    mend, after, aside = {"id": "mend", **reader}, {"id": "b", "needs": ["mend"], **reader}, {"id": "c", **reader}

    read_workflow(workflow({"id": "a", "onError": ["mend"]}, mend, after))
    refused = faults(workflow({"id": "a", "onError": ["mend"]}, mend, {**aside, "needs": ["a"]}))

    assert refused == [("/steps/2/with/output", "invalid_template")]


def test_behind_a_point_and_a_branch_their_outputs_may_be_read() -> None:
    read = {"kind": "transform", "with": {"output": ["{{steps.a.output}}", "{{steps.fork.output}}"]}}
    steps = ({"id": "a"}, {"id": "fork", "needs": ["s"], **routed("last")}, {"id": "last", **read})

    draft = read_workflow(workflow(*steps, syncPoints=[{"id": "s", "requires": ["a"]}]))

    assert [step.inputs for step in draft.definition.steps] == [(), ("a",), ("fork",)]


@pytest.mark.parametrize(
    ("step", "detail"),
    [
        ({"id": "a", "with": {"x": 1}}, "is no member here; this object has none; leave it out"),
        ({"id": "a", "kind": "external", "with": {"x": 1}}, "is no member here; known are callbackTtlMs"),
    ],
)
def test_a_stranger_is_told_who_is_known(step: dict[str, object], detail: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_workflow(workflow(step))

    assert [fault.detail for fault in refused.value.faults] == [detail]


def test_every_kind_reads_back_as_it_was_saved() -> None:
    child = "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d"
    draft = read_workflow(
        workflow(
            {"id": "a", "kind": "wait", "with": {"signal": "paid", "timeoutMs": 5}},
            {"id": "b", "kind": "external", "resources": {"memory": 2, "custom": [{"name": "gpu", "value": 1}]}},
            {"id": "c", "kind": "python", "with": {"function": "charge", "input": "{{trigger.body}}"}},
            {"id": "d", "kind": "workflow", "with": {"workflowId": child}, "onError": ["e"]},
            {"id": "e", **routed("f")},
            {"id": "f", "when": [{"fieldPath": "$.trigger.body.x", "operator": "exists"}]},
            concurrency=4,
        )
    )

    again = read_definition(draft.text)

    assert read_workflow({"name": draft.name, **decode_definition(draft.text)}).text == draft.text
    assert (draft.concurrency, again.steps[1].resources) == (4, {"memory": 2.0, "gpu": 1.0})


def test_who_asks_for_nothing_of_a_pool_asks_as_if_it_were_not_named() -> None:
    nothing: dict[str, object] = {"memory": 0, "storage": 0.0, "custom": [{"name": "gpu", "value": 0}]}

    some = read_workflow(workflow({"id": "a", "resources": {"cpu": 1, **nothing}}))
    none = read_workflow(workflow_of_tasks({"name": "n", "tasks": [{"name": "t", "resourceRequirements": nothing}]}))

    assert some.definition.steps[0].resources == {"cpu": 1.0}
    assert (none.definition.steps[0].resources, '"resources":null' in none.text) == (None, True)


def test_seed_002s_tasks_are_steps_and_read_back_as_tasks() -> None:
    tasks = [
        {
            "name": "Fetch",
            "timeout": 5_000,
            "retryPolicy": {"maxRetries": 1, "backoffMultiplier": 3, "maxBackoff": 9_000},
        },
        {
            "id": "task-b",
            "name": "Store",
            "dependencies": ["task-1"],
            "description": "ours",
            "resourceRequirements": {"cpu": 1, "custom": [{"name": "gpu", "value": 2}]},
        },
    ]
    point = {"name": "All there", "requiredTasks": ["task-b"], "timeout": 9}
    draft = read_workflow(workflow_of_tasks({"name": "Sample", "tasks": tasks, "synchronizationPoints": [point]}))
    row = WorkflowRow(
        id="w", tenant_id="t", name=draft.name, description=draft.description, status=draft.status,
        version=1, semver="1.0.0", created_at=0, updated_at=0,
    )  # fmt: skip

    shown = definition_json(row, draft.text)

    again = read_workflow(workflow_of_tasks(shown))
    assert again.text == draft.text
    assert shown["synchronizationPoints"] == [
        {"id": "sync-1", "name": "All there", "description": "", "requiredTasks": ["task-b"], "timeout": 9}
    ]
    assert [(step.id, step.kind, step.needs) for step in draft.definition.steps] == [
        ("task-1", "pass", ()),
        ("task-b", "pass", ("task-1",)),
    ]
    assert (draft.definition.steps[0].retry.attempts, draft.definition.steps[0].retry.max_delay_ms) == (2, 9_000)


def test_all_faults_are_told_at_once() -> None:
    value = workflow({"id": "a", "kind": "http", "with": {"url": "ftp://x"}}, {"id": "b", "needs": ["x"]}, name="")

    assert faults(value, UrlRules(AddressRules())) == [
        ("/name", "validation_error"),
        ("/steps/0/with/url", "invalid_url"),
        ("/steps/1/needs/0", "validation_error"),
    ]


def test_a_url_is_not_judged_again_when_a_stored_workflow_is_read() -> None:
    draft = read_workflow(workflow({"id": "a", "kind": "http", "with": {"url": "http://127.0.0.1/"}}))

    assert read_definition(draft.text).steps[0].kind == "http"


def test_two_hundred_steps_are_the_most() -> None:
    at_most = workflow(*({"id": f"s{number}"} for number in range(200)))
    too_many = workflow(*({"id": f"s{number}"} for number in range(201)))

    assert len(read_workflow(at_most).definition.steps) == 200
    assert faults(too_many) == [("/steps", "validation_error")]


def test_a_workflow_over_256_kib_is_refused() -> None:
    padding = [{"id": f"s{n}", "kind": "transform", "with": {"output": "x" * 15_000}} for n in range(18)]

    with pytest.raises(TooLarge):
        read_workflow(workflow(*padding))


@given(st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=10))
@settings(max_examples=200, deadline=None)
def test_what_a_step_waits_for_is_what_a_walk_over_its_needs_finds(edges: list[list[int]]) -> None:
    needs = {str(n): [str(other) for other in others] for n, others in enumerate(edges)}

    found = ancestors(needs)

    for step_id, others in needs.items():
        seen: set[str] = set()
        todo = [other for other in others if other in needs]
        while todo:
            other = todo.pop()
            if other not in seen:
                seen.add(other)
                todo += [more for more in needs[other] if more in needs]
        assert found[step_id] == seen


names = st.sampled_from(["id", "kind", "with", "needs", "steps", "retry", "name"])
leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


@given(st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(names, inner)))
@settings(max_examples=200, deadline=None)
def test_whatever_is_sent_is_read_or_refused(anything: object) -> None:
    value = {"name": "x", "steps": anything}

    with contextlib.suppress(Invalid):
        text = read_workflow(value).text
        assert msgspec.json.decode(text)["priority"] == 1


@pytest.mark.parametrize(
    "topic",
    ["a/../b", "..", ".", "a/./b", "a\\b", "a\nb", "/a", "a/", "a//b", "/", "a\u2028b", "", 5, "{{vars.x}}", "x" * 101],
)
def test_a_signal_that_no_path_can_hold_is_refused_once(topic: object) -> None:
    value = workflow({"id": "a", "kind": "wait", "with": {"signal": topic, "timeoutMs": 1}})

    assert faults(value, UrlRules()) == [("/steps/0/with/signal", "validation_error")]


@pytest.mark.parametrize("name", ["", " ", "\t\n", None])
def test_a_name_says_something(name: object) -> None:
    assert faults({"name": name, "steps": []}) == [("/name", "validation_error")]


@pytest.mark.parametrize("topic", ["paid", "orders/paid now", "a.b", "..a", "a/...", "50 % + ü?#", "a:b"])
def test_a_signal_that_a_path_can_hold_is_taken(topic: str) -> None:
    assert read_workflow(workflow({"id": "a", "kind": "wait", "with": {"signal": topic}}), UrlRules())

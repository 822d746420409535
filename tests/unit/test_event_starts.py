"""Which workflows an event starts, and what their templates read of it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hookspan.events.choices import EventView
from hookspan.events.routing import EventTrigger
from hookspan.events.starts import begun_by, context_of, is_about
from hookspan.model.events import NewEvent
from hookspan.model.rules import compile_rules

PAID = compile_rules([{"fieldPath": "$.status", "operator": "equals", "value": "paid"}], "")
ANY_ITEM = compile_rules([{"fieldPath": "$.items[*]", "operator": "equals", "value": 1}], "")


def event(kind: str = "order.paid", data: bytes = b"{}", **members: Any) -> NewEvent:
    fields = {"id": "e", "tenant_id": "t", "created_at": 5, "origin": "api", **members}
    return NewEvent(type=kind, data=data, **fields)


def trigger(workflow_id: str = "w", name: str = "a", **members: Any) -> EventTrigger:
    return EventTrigger(workflow_id, "Named", 3, name, 1, ("*",), **members)


def begun(new: NewEvent, *triggers: EventTrigger, origin: str = "api", already: frozenset[str] = frozenset()) -> Any:
    """(workflow, trigger) of each start."""
    view = EventView(new.type, new.data, new.metadata)
    started = begun_by(new, view, triggers, origin=origin, begun=already, now=9)
    return [(each.workflow_id, each.trigger_id) for each in started]


def read(new: NewEvent, metadata: bytes | str | None = None) -> Any:
    return msgspec.json.decode(context_of(new, EventView(new.type, new.data, metadata)))


def test_each_workflow_starts_once_by_its_first_trigger_that_holds() -> None:
    triggers = [trigger("v"), trigger("w", "a", rules=PAID), trigger("w", "b"), trigger("w", "c")]

    assert begun(event(), *triggers) == [("v", "a"), ("w", "b")]


def test_one_that_its_source_started_is_passed_over() -> None:
    assert begun(event(), trigger("v"), trigger("w"), already=frozenset({"w"})) == [("v", "a")]


def test_a_filter_that_gives_no_answer_starts_nothing_but_another_trigger_may() -> None:
    new = event(data=msgspec.json.encode({"items": [0] * 10_001}))

    assert begun(new, trigger(rules=ANY_ITEM), trigger(name="b"), trigger("v", rules=ANY_ITEM)) == [("w", "b")]


@pytest.mark.parametrize(("depth", "starts"), [(0, 1), (4, 1), (5, 0), (8, 0)])
def test_a_chain_of_causes_is_cut_at_its_fifth_link(depth: int, starts: int) -> None:
    assert len(begun(event(depth=depth), trigger())) == starts


@pytest.mark.parametrize(
    ("kind", "origin", "told"),
    [
        ("execution.completed", "workflow", True),
        ("workflow.triggered", "workflow", True),
        ("step.failed", "workflow", True),
        ("order.ready", "workflow", False),
        ("custom", "workflow", False),
        ("execution.completed", "api", False),
    ],
)
def test_only_what_hookspan_tells_of_a_workflow_is_about_it(kind: str, origin: str, told: bool) -> None:
    new = event(kind, workflow_id="w")

    assert (is_about(new, origin, "w"), is_about(new, origin, "v")) == (told, False)
    assert begun(new, trigger("w"), origin=origin) == ([] if told else [("w", "a")])


@pytest.mark.parametrize(
    ("kind", "origin", "patterns", "depth"),
    [
        ("execution.completed", "workflow", ("*",), 5),
        ("execution.completed", "workflow", ("*", "order.*"), 5),
        ("execution.completed", "workflow", ("*", "execution.*"), 5),
        ("step.completed", "workflow", ("step.*",), 5),
        ("step.completed", "workflow", ("*.completed",), 5),
        ("execution.completed", "workflow", ("execution.*", "execution.completed"), 1),
        ("execution.completed", "workflow", ("workflow.completed",), 1),
        ("order.ready", "workflow", ("*",), 1),
        ("execution.completed", "api", ("*",), 1),
        ("webhook.processed", "system", ("*",), 1),
    ],
)
def test_what_takes_by_any_pattern_what_hookspan_tells_of_executions_is_the_last_link(
    kind: str, origin: str, patterns: tuple[str, ...], depth: int
) -> None:
    new = event(kind, depth=1)
    trigger_of_all = EventTrigger("w", "Named", 3, "a", 1, patterns)

    (started,) = begun_by(new, EventView(new.type, b"{}", None), [trigger_of_all], origin=origin, begun=(), now=9)

    assert started.depth == depth


def test_a_start_has_the_priority_of_its_workflow_and_the_hour_of_its_event() -> None:
    new = event(priority=3, deliver_at=70, depth=2)

    (started,) = begun_by(new, EventView("a", b"", None), [trigger()], origin="api", begun=(), now=9)

    assert (started.priority, started.due_at, started.created_at, started.depth) == (1, 70, 9, 2)
    assert (started.workflow_version, started.workflow_name, started.trigger_type) == (3, "Named", "event")


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (b'{"n":1}', {"n": 1}),
        (b"null", None),
        (b"", None),
        (b"a=1&b=2", "a=1&b=2"),
        (b"\xff\xfe", "//4="),
        (b'{"n":' + b"9" * 65 + b"}", '{"n":' + "9" * 65 + "}"),
    ],
)
def test_templates_read_json_else_text_else_base64(data: bytes, body: object) -> None:
    assert read(event(data=data))["body"] == body


def test_numbers_keep_their_digits() -> None:
    new = event(data=b'{"total":10.50}')

    assert b'"body":{"total":10.50}' in context_of(new, EventView(new.type, new.data, None))


@pytest.mark.parametrize(
    ("metadata", "shown"), [(None, {}), (b'{"by":"till"}', {"by": "till"}), ('{"ip":"::1"}', {"ip": "::1"}), (b"{", {})]
)
def test_templates_read_the_metadata(metadata: bytes | str | None, shown: object) -> None:
    assert read(event(), metadata)["metadata"] == shown

"""How the parts of a workflow may hang together, and at which member each fault is pointed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from hookspan.errors import Invalid
from hookspan.workflows.validate import read_workflow


def workflow(*steps: Mapping[str, object], **members: object) -> dict[str, object]:
    return {"name": "Order intake", "steps": list(steps), **members}


def faults(value: dict[str, object]) -> list[tuple[str, str]]:
    """Pointer and code of every fault."""
    with pytest.raises(Invalid) as refusal:
        read_workflow(value)
    return [(fault.pointer, fault.code) for fault in refusal.value.faults]


def test_a_ring_of_steps_is_refused_at_each_of_its_members_only() -> None:
    ring = workflow(
        {"id": "before"},
        {"id": "a", "needs": ["b", "before"]},
        {"id": "b", "needs": ["a"]},
        {"id": "c", "needs": ["b"]},
    )

    assert faults(ring) == [("/steps/1/needs/0", "validation_error"), ("/steps/2/needs/0", "validation_error")]


def routed(*to: str) -> dict[str, object]:
    return {"kind": "branch", "with": {"cases": [{"when": [], "to": list(to)}]}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (workflow({"id": "a", "needs": ["a"]}), ["/steps/0/needs/0"]),
        (workflow({"id": "a", "onError": ["a"]}), ["/steps/0/onError/0"]),
        (
            workflow({"id": "a", "onError": ["b"], "needs": ["b"]}, {"id": "b"}),
            ["/steps/0/needs/0", "/steps/0/onError/0"],
        ),
        (workflow({"id": "a", **routed("b", "a")}, {"id": "b"}), ["/steps/0/with/cases/0/to/1"]),
        (
            workflow({"id": "a", "needs": ["c", "b"], **routed("c", "b")}, {"id": "b"}, {"id": "c"}),
            ["/steps/0/needs/0", "/steps/0/with/cases/0/to/1", "/steps/0/with/cases/0/to/0"],
        ),
        (
            workflow({"id": "a", "kind": "branch", "with": {"cases": [{"when": [], "to": []}], "else": ["a"]}}),
            ["/steps/0/with/else/0"],
        ),
        (workflow({"id": "a", "needs": ["s"]}, syncPoints=[{"id": "s", "requires": ["a"]}]), ["/steps/0/needs/0"]),
        (
            workflow(
                {"id": "a", "needs": ["s"]}, {"id": "b", "needs": ["a"]}, syncPoints=[{"id": "s", "requires": ["b"]}]
            ),
            ["/steps/0/needs/0", "/steps/1/needs/0"],
        ),
        (workflow({"id": "a"}, {"id": "a", "needs": ["a"], "onError": ["a"]}), ["/steps/1/id"]),
    ],
    ids=["need", "handler", "handler that is needed", "way", "way back", "else", "point", "point further on", "twice"],
)
def test_no_edge_of_any_kind_may_close_a_ring(value: dict[str, object], expected: list[str]) -> None:
    assert [pointer for pointer, _ in faults(value)] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (workflow({"id": "a"}, syncPoints=[{"id": "a", "requires": ["a"]}]), "/syncPoints/0/id"),
        (workflow({"id": "a"}, milestones=[{"id": "a"}]), "/milestones/0/id"),
        (workflow({"id": "a"}, milestones=[{"id": "m"}, {"id": "m"}]), "/milestones/1/id"),
    ],
)
def test_steps_points_and_milestones_share_their_names(value: dict[str, object], expected: str) -> None:
    assert [pointer for pointer, _ in faults(value)] == [expected]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (workflow({"id": "a", **routed("a-1", "b")}, {"id": "a-1"}), "/steps/0/with/cases/0/to/1"),
        (workflow({"id": "a"}, syncPoints=[{"id": "s", "requires": ["b"]}]), "/syncPoints/0/requires/0"),
        (workflow({"id": "a", "needs": ["m"]}, milestones=[{"id": "m"}]), "/steps/0/needs/0"),
        (workflow({"id": "a", "onError": ["s"]}, syncPoints=[{"id": "s", "requires": ["a"]}]), "/steps/0/onError/0"),
    ],
)
def test_only_what_there_is_can_be_named(value: dict[str, object], expected: str) -> None:
    assert [pointer for pointer, _ in faults(value)] == [expected]

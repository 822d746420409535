"""Filter rows together: groups, scopes, `[*]`, the written verdict and the budget (contracts B.4)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.errors import Invalid
from hookspan.model.rules import OF_REQUEST, FilterError, compile_rules, stored_rules


def row(path: str, operator: str, value: object = None, group: int = 0, **members: object) -> dict[str, object]:
    """One row."""
    return {"fieldPath": path, "operator": operator, "value": value, "logicGroup": group, **members}


def test_the_verdict_is_written_as_the_contract_prints_it() -> None:
    rules = compile_rules([row("$.data.status", "equals", "paid", id="f1")])

    result = rules.explain({"$": {"data": {"status": "open"}}})

    assert result.as_json() == {
        "passed": False,
        "reason": 'no group passed: group 0: $.data.status equals "paid" (was "open")',
        "details": {"group_0_failed_filters": ["$.data.status equals paid"]},
        "groups": [
            {
                "group": 0,
                "passed": False,
                "clauses": [
                    {
                        "filterId": "f1",
                        "fieldPath": "$.data.status",
                        "operator": "equals",
                        "expected": "paid",
                        "actual": "open",
                        "found": True,
                        "passed": False,
                    }
                ],
            }
        ],
    }


def test_rows_of_a_group_are_anded_and_groups_are_ored() -> None:
    rules = compile_rules(
        [row("$.a", "equals", 1), row("$.b", "equals", 1), row("$.c", "equals", 1, 7), row("$.c", "exists", None, 7)]
    )

    verdicts = [rules.explain({"$": data}) for data in ({"a": 1}, {"a": 1, "b": 1}, {"b": 1, "c": 1}, {"c": 2})]

    assert [verdict.passed for verdict in verdicts] == [False, True, True, False]
    assert [verdict.reason for verdict in verdicts[1:3]] == ["group 0 passed", "group 7 passed"]
    assert verdicts[3].reason == (
        "no group passed: group 0: $.a equals 1 (missing), $.b equals 1 (missing); group 7: $.c equals 1 (was 2)"
    )


@pytest.mark.parametrize(
    ("rows", "reason"),
    [(None, "no filters"), ([], "no filters"), ([row("$.a", "exists", enabled=False)], "all filters disabled")],
)
def test_without_an_enabled_row_everything_passes(rows: Any, reason: str) -> None:
    rules = compile_rules(rows)

    assert rules.is_open
    assert rules.passes({})
    assert rules.explain({}).as_json() == {"passed": True, "reason": reason, "details": {}, "groups": []}


def test_aliases_and_the_other_spelling_of_the_path_are_read_and_never_written() -> None:
    aliases = {"regex": "a", "gt": 1, "gte": 1, "lt": 1, "lte": 1}
    rules = compile_rules([{"field": "data.x", "operator": name, "value": value} for name, value in aliases.items()])

    names = [shape["operator"] for shape in rules.rows]
    assert names == ["regex_match", "greater_than", "greater_or_equal", "less_than", "less_or_equal"]
    assert rules.rows[0] == {
        "fieldPath": "data.x",
        "operator": "regex_match",
        "value": "a",
        "logicGroup": 0,
        "enabled": True,
    }
    assert compile_rules(rules.rows).rows == rules.rows


STAR = [
    ("equals", 1, [{"s": 1}, {"s": 2}], True),
    ("equals", 3, [{"s": 1}, {"s": 2}], False),
    ("equals", 1, [{"s": "x"}, {"s": 1}], True),
    ("not_equals", 3, [{"s": 1}, {"s": 2}], True),
    ("not_equals", 1, [{"s": 1}, {"s": 2}], False),
    ("not_equals", 3, [{"s": 1}, {}], False),
    ("not_in", [3], [{"s": 1}, {"s": 2}], True),
    ("not_contains", "a", [{"s": "b"}, {"s": 5}], False),
    ("equals", 1, [], False),
    ("not_equals", 1, [], False),
    ("exists", None, [{}, {"s": None}], True),
    ("exists", None, [{}, {}], False),
    ("not_exists", None, [{}, {}], True),
    ("not_exists", None, [], True),
    ("not_exists", None, "text", True),
    ("not_exists", None, [{}, {"s": 1}], False),
    ("equals", 1, {"a": {"s": 1}}, True),
]


@pytest.mark.parametrize(("operator", "value", "items", "passed"), STAR)
def test_a_star_needs_one_for_a_positive_and_all_for_a_negative(
    operator: str, value: object, items: object, passed: bool
) -> None:
    rules = compile_rules([row("$.items[*].s", operator, value)])

    assert rules.passes({"$": {"items": items}}) is passed


def test_every_scope_of_an_event_and_of_a_request_can_be_asked() -> None:
    event = compile_rules([row("$type", "starts_with", "invoice."), row("$meta.by", "equals", "x")])
    request = compile_rules(
        [
            row("$headers['X-GitHub-Event']", "equals", "push"),
            row("$query.page", "equals", 2),
            row("$method", "in", ["POST"]),
            row("$path", "ends_with", "/in"),
            row("$meta.sourceIp", "exists"),
        ],
        "/filters",
        scopes=OF_REQUEST,
    )

    assert event.passes({"$type": "invoice.paid", "$meta": {"by": "x"}})
    assert request.passes(
        {
            "$headers": {"x-github-event": "push"},
            "$query": {"page": "2"},
            "$method": "POST",
            "$path": "a/in",
            "$meta": {"sourceIp": "1"},
        }
    )


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ("a text", "/f/0", "validation_error"),
        ({"operator": "exists"}, "/f/0/fieldPath", "validation_error"),
        ({"fieldPath": "$.x"}, "/f/0/operator", "validation_error"),
        (row("$.x", "is"), "/f/0/operator", "validation_error"),
        (row("$..x", "exists"), "/f/0/fieldPath", "invalid_path"),
        (row("$..*..*", "exists"), "/f/0/fieldPath", "invalid_path"),
        (row("$.a[*].b[*]", "exists"), "/f/0/fieldPath", "invalid_path"),
        (row("$headers.x", "exists"), "/f/0/fieldPath", "invalid_path"),
        (row("$.x", "exists", group=-1), "/f/0/logicGroup", "validation_error"),
        (row("$.x", "exists", enabled=1), "/f/0/enabled", "validation_error"),
        (row("$.x", "exists", typo=1), "/f/0/typo", "unknown_member"),
        (row("$.x", "exists", field="y"), "/f/0/field", "validation_error"),
        (row("$.x", "exists", id=5), "/f/0/id", "validation_error"),
    ],
)
def test_a_wrong_row_is_named(wrong: object, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        compile_rules([wrong], "/f")

    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [(pointer, code)]


def test_every_wrong_row_has_its_fault() -> None:
    with pytest.raises(Invalid) as refused:
        compile_rules([row("$.x", "no"), row("$.x", "exists"), row("$.x", "in", 1)])

    assert [fault.pointer for fault in refused.value.faults] == ["/filter/0/operator", "/filter/2/value"]


@pytest.mark.parametrize(
    "rows", [{}, [row("$.x", "exists")] * 51, [row("$.x", "exists", None, group) for group in range(11)]]
)
def test_too_much_of_it_is_refused(rows: Any) -> None:
    with pytest.raises(Invalid) as refused:
        compile_rules(rows)

    assert refused.value.faults[0].pointer == "/filter"


def test_the_limits_themselves_are_allowed() -> None:
    rules = compile_rules([row("$.x", "exists", None, group % 10) for group in range(50)])

    assert len(rules.rows) == 50


def test_actual_values_are_cut_at_two_hundred_characters() -> None:
    rules = compile_rules([row("$.text", "equals", 1), row("$.list", "equals", 1), row("$.short", "equals", 1)])

    result = rules.explain({"$": {"text": "é" * 300, "list": [list(range(9))] * 50_000, "short": [1, {"a": None}]}})

    clauses = result.groups[0]["clauses"]
    assert isinstance(clauses, list)
    assert [clause["actual"] for clause in clauses] == [
        "é" * 200,
        ("[" + "[0,1,2,3,4,5,6,7,8]," * 20)[:200],
        [1, {"a": None}],
    ]


def test_values_can_be_left_out_of_the_reason() -> None:
    rules = compile_rules([row("$.status", "equals", "paid"), row("$.gone", "exists")])

    result = rules.explain({"$": {"status": "a secret"}}, shows_values=False)

    assert "secret" not in str(result.as_json())
    assert result.reason == 'no group passed: group 0: $.status equals "paid", $.gone exists (missing)'


def test_ten_thousand_nodes_are_looked_at_and_no_more() -> None:
    rules = compile_rules([row("$[*]", "equals", "x")])

    assert not rules.passes({"$": [0] * 9_999})
    with pytest.raises(FilterError):
        rules.passes({"$": [0] * 10_001})


def test_the_budget_is_of_all_rows_together() -> None:
    rules = compile_rules([row("$[*]", "equals", "x", group) for group in range(3)])

    assert not rules.passes({"$": [0] * 3_000})
    with pytest.raises(FilterError):
        rules.passes({"$": [0] * 4_000})


def test_a_verdict_that_is_known_is_told_though_the_rest_is_too_much() -> None:
    rules = compile_rules([row("$[0]", "equals", 0), row("$[*]", "equals", 1, 1)])
    view = {"$": [0] * 20_000}

    result = rules.explain(view)

    assert rules.passes(view)
    assert (result.passed, result.reason) == (True, "group 0 passed")


def test_a_stored_filter_that_no_longer_compiles_neither_passes_nor_refuses() -> None:
    rules = stored_rules(b'[{"fieldPath":"$..x","operator":"exists"}]')

    assert not rules.is_open
    with pytest.raises(FilterError, match="stored filter"):
        rules.passes({"$": {}})


def test_a_stored_filter_keeps_its_numbers_and_is_compiled_once() -> None:
    text = b'[{"fieldPath":"$.x","operator":"equals","value":0.10000000000000000001}]'

    assert stored_rules(text) is stored_rules(bytes(text))
    assert not stored_rules(text).passes({"$": {"x": 0.1}})


VALUE = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.lists(st.integers(), max_size=3)
OPERATION = st.sampled_from(["equals", "not_equals", "contains", "not_contains", "exists", "not_exists", "is_empty"])
ROW = st.builds(row, st.sampled_from(["$.a", "$.b", "$.a[*]"]), OPERATION, VALUE, st.integers(0, 2))


@given(st.lists(ROW, max_size=6), st.dictionaries(st.sampled_from("ab"), VALUE))
def test_the_fast_way_and_the_told_way_agree(rows: list[dict[str, object]], data: dict[str, object]) -> None:
    rules = compile_rules(rows)

    told = rules.explain({"$": data})

    assert told.passed is rules.passes({"$": data})
    assert told.passed is (not rows or any(group["passed"] for group in told.groups))

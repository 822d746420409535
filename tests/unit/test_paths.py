"""Paths into JSON values: what they reach, what is missing, and what is refused when it is written (contracts B.4)."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.errors import Invalid
from hookspan.model.paths import MISSING, compile_context_path, compile_path, without

BODY: dict[str, object] = {
    "id": 7,
    "none": None,
    "a b": {"c'd": "quoted"},
    "items": [{"sku": "x"}, {"sku": "y"}, {"other": 1}, 5],
    "map": {"one": {"n": 1}, "two": {"n": 2}},
    "0": "zero",
    "event-data": {"event": "opened"},
    "$ref": "#/x",
    "empty": [],
}
SCOPES: dict[str, object] = {
    "$": BODY,
    "$headers": {"x-github-event": "push"},
    "$query": {"page": "2"},
    "$meta": {"sourceIp": "203.0.113.9"},
    "$method": "POST",
    "$path": "/in",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$", [BODY]),
        ("$.id", [7]),
        ("id", [7]),
        ("$['id']", [7]),
        ('$["id"]', [7]),
        ("$.none", [None]),
        ("$['a b']['c\\'d']", ["quoted"]),
        ("$.items[0].sku", ["x"]),
        ("items.1.sku", ["y"]),
        ("$.items[-1]", [5]),
        ("$.items[*].sku", ["x", "y"]),
        ("$.map[*].n", [1, 2]),
        ("$.0", ["zero"]),
        ("$.event-data.event", ["opened"]),
        ("$.$ref", ["#/x"]),
        ("$headers['X-GitHub-Event']", ["push"]),
        ("$headers.x-github-event", ["push"]),
        ("$query.page", ["2"]),
        ("$meta.sourceIp", ["203.0.113.9"]),
        ("$method", ["POST"]),
        ("$path", ["/in"]),
    ],
)
def test_a_path_leads_to_what_it_names(text: str, found: list[object]) -> None:
    assert compile_path(text).find(SCOPES) == found


@pytest.mark.parametrize(
    "text",
    ["$.gone", "$.id.deeper", "$.items[9]", "$.items.sku", "$.map[0]", "$.empty[*]", "$.empty[-1]", "$.id[*]",
     "$.none.x", "$headers.absent", "$.__class__", "$.items.__len__", "$.items.append"],
)  # fmt: skip
def test_what_is_not_there_is_missing(text: str) -> None:
    assert compile_path(text).find(SCOPES) == []


def test_a_body_that_is_not_json_has_no_values_and_null_is_one() -> None:
    assert compile_path("$").find({"$headers": {}}) == []
    assert compile_path("$").find({"$": None}) == [None]


def test_the_value_of_an_empty_list_is_a_list_but_of_no_list_is_missing() -> None:
    assert compile_path("$.empty[*]").value(SCOPES) == []
    assert compile_path("$.id[*]").value(SCOPES) is MISSING


REFUSED = r"""
    . .. $. $..a $.a..b $[ $[] $['a $[-2] $[01] $[1:2] $[?(@.a)] $.* $[*][*] $x $header.a $method.x $path[0]
    $headers[*][*] a[ $['a\b'] $.a() @.a $.{a} $.a+b $.len(a) a=1
"""


@pytest.mark.parametrize("text", ["", "$.a\n", "$.a b", "$" + ".a" * 17, "$." + "a" * 254, *REFUSED.split()])
def test_anything_else_is_refused_at_its_pointer(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        compile_path(text, "/filters/3/fieldPath")

    assert refused.value.faults[0].pointer == "/filters/3/fieldPath"
    assert refused.value.code == "invalid_path"


def test_sixteen_segments_and_255_bytes_are_allowed() -> None:
    assert len(compile_path("$" + ".a" * 16).steps) == 16
    assert compile_path("$." + "a" * 253).text


def test_a_context_path_starts_in_a_named_part_of_the_context() -> None:
    context: dict[str, object] = {"trigger": {"body": {"id": 7}}, "steps": {"fetch": {"output": [1, 2]}}, "$": {"a": 1}}

    assert compile_context_path("trigger.body.id").find(context) == [7]
    assert compile_context_path("steps.fetch.output.1").find(context) == [2]
    assert compile_context_path("steps['fetch'].output[-1]").find(context) == [2]
    assert compile_context_path("$.a").find(context) == [1]
    assert compile_context_path("vars.x").find(context) == []


@pytest.mark.parametrize("text", ["", "[0]", "['a']", ".a", "a..b", "a b", "{a}"])
def test_a_context_path_needs_a_name_in_front(text: str) -> None:
    with pytest.raises(Invalid):
        compile_context_path(text, "/with/url")


@pytest.mark.parametrize(
    ("path", "rest"),
    [
        ("$.a", {"b": [{"c": 1, "d": 2}, {"c": 3}]}),
        ("$.b[0]", {"a": 1, "b": [{"c": 3}]}),
        ("$.b[-1].c", {"a": 1, "b": [{"c": 1, "d": 2}, {}]}),
        ("$.b[*].c", {"a": 1, "b": [{"d": 2}, {}]}),
        ("$.gone.x", {"a": 1, "b": [{"c": 1, "d": 2}, {"c": 3}]}),
        ("$.b.c", {"a": 1, "b": [{"c": 1, "d": 2}, {"c": 3}]}),
        ("$headers.a", {"a": 1, "b": [{"c": 1, "d": 2}, {"c": 3}]}),
    ],
)
def test_a_value_can_be_copied_without_what_a_path_leads_to(path: str, rest: object) -> None:
    value = {"a": 1, "b": [{"c": 1, "d": 2}, {"c": 3}]}

    assert without(value, compile_path(path)) == rest
    assert value == {"a": 1, "b": [{"c": 1, "d": 2}, {"c": 3}]}


@given(st.text(max_size=40) | st.text(alphabet="$.[]*'\"ab01-\\ ", max_size=20))
def test_arbitrary_text_compiles_or_is_refused_and_never_fails_otherwise(text: str) -> None:
    for compile_one in (compile_path, compile_context_path):
        with suppress(Invalid):
            assert isinstance(compile_one(text).find(SCOPES), list)

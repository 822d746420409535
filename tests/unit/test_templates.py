"""Templates read the context and nothing else (contracts C.6, security §5.3)."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.errors import Invalid
from hookspan.model.templates import TemplateError, compile_template

CONTEXT: dict[str, object] = {
    "trigger": {
        "body": {"id": 7, "total": Decimal("10.50"), "name": "Ann", "tags": ["a", "b"], "none": None, "no": []}
    },
    "steps": {"fetch": {"output": {"items": [{"sku": "x"}, {"sku": "y"}]}}},
    "vars": {"big": 2**70, "ok": True},
}
ROOTS = {"trigger", "steps", "vars", "execution"}


@pytest.mark.parametrize(
    ("tree", "rendered"),
    [
        ("{{trigger.body.id}}", 7),
        ("{{ trigger.body.total }}", Decimal("10.50")),
        ("{{trigger.body.tags}}", ["a", "b"]),
        ("{{trigger.body.none}}", None),
        ("{{trigger.body.no[*]}}", []),
        ("{{vars.ok}}", True),
        ("{{steps.fetch.output.items[*].sku}}", ["x", "y"]),
        ("https://x.example/o/{{trigger.body.id}}", "https://x.example/o/7"),
        ("{{trigger.body.name}} {{trigger.body.name}}", "Ann Ann"),
        (" {{trigger.body.name}}", " Ann"),
        ("{{trigger.body.total}} {{vars.ok}} {{trigger.body.none}} {{trigger.body.tags}}", '10.50 true null ["a","b"]'),
        ("n={{vars.big}}", f"n={2**70}"),
        ("no template } here {", "no template } here {"),
        ({"a": ["{{trigger.body.id}}", 1, None]}, {"a": [7, 1, None]}),
        ({"{{trigger.body.id}}": 1}, {"{{trigger.body.id}}": 1}),
        (5, 5),
    ],
)
def test_a_template_becomes_the_value_it_names(tree: object, rendered: object) -> None:
    value = compile_template(tree, roots=ROOTS).render(CONTEXT)

    assert value == rendered
    assert type(value) is type(rendered)


@pytest.mark.parametrize(
    "path", ["trigger.body.gone", "vars.__class__", "trigger.body.name.upper", "execution.id", "steps.fetch[7]"]
)  # fmt: skip
@pytest.mark.parametrize("shape", ["{{%s}}", "x {{%s}}"])
def test_an_unknown_path_fails_and_is_named(path: str, shape: str) -> None:
    template = compile_template(shape % path)

    with pytest.raises(TemplateError) as failed:
        template.render(CONTEXT)

    assert failed.value.path == path
    assert path in failed.value.detail


def test_every_fault_is_told_with_its_pointer() -> None:
    tree = {"url": "{{", "a/b": ["ok", "{{x..y}}"], "c": {"d": "{{other.id}}"}, "e": "{{f()}}", "g": object()}

    with pytest.raises(Invalid) as refused:
        compile_template(tree, "/steps/0/with", roots=ROOTS)

    assert [fault.pointer for fault in refused.value.faults] == [
        "/steps/0/with/url",
        "/steps/0/with/a~1b/1",
        "/steps/0/with/c/d",
        "/steps/0/with/e",
        "/steps/0/with/g",
    ]


@pytest.mark.parametrize(
    "text", ["{{}}", "{{ }}", "{{a|b c}}", "{{a + b}}", "{{{a}}}", "{{a[b]}}", "{{#if a}}", "{{a.b"]
)
def test_there_is_no_syntax_but_paths(text: str) -> None:
    with pytest.raises(Invalid):
        compile_template(text, roots=ROOTS)


def test_the_paths_of_a_template_can_be_checked_before_it_is_saved() -> None:
    template = compile_template({"a": "{{steps.fetch.output}}", "b": "x {{trigger.body.id}}"})

    assert [path.text for path in template.paths] == ["steps.fetch.output", "trigger.body.id"]


def test_a_template_of_more_than_16_kib_or_64_levels_is_refused() -> None:
    deep: object = 0
    for _ in range(66):
        deep = [deep]

    assert compile_template("x" * 16_382)
    with pytest.raises(Invalid, match="16,384 bytes"):
        compile_template("x" * 16_383)
    with pytest.raises(Invalid, match="64 levels"):
        compile_template(deep)


def test_output_beyond_1_mib_is_stopped_before_it_piles_up() -> None:
    context: dict[str, object] = {"a": "é" * 400_000, "b": ["x" * 200_000]}

    assert compile_template(["{{a}}", "{{b}}"]).render(context)
    for tree in (["{{a}}", "{{b}}", "{{b}}"], "{{a}} {{a}}", ["{{b}}"] * 2_000):
        with pytest.raises(TemplateError, match="larger than 1,048,576 bytes"):
            compile_template(tree).render(context)


def test_a_rendering_leaves_template_and_context_as_they_were() -> None:
    tree = {"a": [{"b": "{{trigger.body.id}}"}]}
    template = compile_template(tree)

    first = template.render(CONTEXT)
    assert isinstance(first, dict)
    first["a"].append("changed")

    assert template.render(CONTEXT) == {"a": [{"b": 7}]}
    assert tree == {"a": [{"b": "{{trigger.body.id}}"}]}


@given(st.text(alphabet="{}abc.[]'$ ", max_size=30))
def test_arbitrary_text_compiles_or_is_refused(text: str) -> None:
    with suppress(Invalid, TemplateError):
        assert compile_template(text).render(CONTEXT) is not None


def test_a_number_of_many_digits_counts_as_long_as_it_is() -> None:
    template = compile_template(["{{n}}"] * 100)

    with pytest.raises(TemplateError, match="larger than"):
        template.render({"n": Decimal("1." + "1" * 100_000)})

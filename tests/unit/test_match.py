"""Names, patterns, the delivered name, and the index that finds who wants an event."""

from __future__ import annotations

import random

import pytest

from hookspan.errors import Invalid
from hookspan.model.catalogue import names_of
from hookspan.model.match import PatternIndex, check_patterns, delivered_name, is_name, is_pattern, matches

COMPLETED = names_of("execution.completed")


@pytest.mark.parametrize("text", ["a", "invoice.paid", "A-b_9.c", "x" * 100])
def test_a_name_is_dotted_segments(text: str) -> None:
    assert is_name(text)
    assert is_pattern(text)


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", "a b", "é", "a\n", "x" * 101, "a/b"])
def test_other_texts_are_neither_name_nor_pattern(text: str) -> None:
    assert not is_name(text)
    assert not is_pattern(text)


@pytest.mark.parametrize(("text", "answer"), [("*", True), ("a.*", True), ("*.b", True), ("a*", False), ("**", False)])
def test_a_star_stands_for_whole_segments_only(text: str, answer: bool) -> None:
    assert is_pattern(text) is answer
    assert not is_name(text)


@pytest.mark.parametrize(
    ("pattern", "name", "answer"),
    [
        ("invoice.paid", "invoice.paid", True),
        ("invoice.paid", "invoice.paid.late", False),
        ("*", "invoice", True),
        ("*", "invoice.item.added", True),
        ("invoice.*", "invoice.paid", True),
        ("invoice.*", "invoice.item.added", True),
        ("invoice.*", "invoice", False),
        ("invoice.*", "invoices.paid", False),
        ("invoice.*.added", "invoice.item.added", True),
        ("invoice.*.added", "invoice.added", False),
        ("invoice.*.added", "invoice.item.tax.added", False),
        ("*.paid", "invoice.paid", True),
        ("*.paid", "shop.invoice.paid", False),
        ("a.*.*", "a.b.c.d", True),
        ("a.*.*", "a.b", False),
    ],
)
def test_patterns_take_names(pattern: str, name: str, answer: bool) -> None:
    assert matches(pattern, name) is answer
    assert PatternIndex([("key", [pattern])]).match([name]) == (["key"] if answer else [])


def test_patterns_keep_their_order_and_lose_duplicates() -> None:
    assert check_patterns(["b.*", "a", "b.*", "*"], "/events") == ("b.*", "a", "*")


@pytest.mark.parametrize(
    ("patterns", "pointer"),
    [
        ("invoice.paid", "/events"),
        (None, "/events"),
        ([], "/events"),
        (["a", "b c"], "/events/1"),
        ([7], "/events/0"),
        ([f"e{n}" for n in range(101)], "/events"),
    ],
)
def test_wrong_patterns_are_pointed_at(patterns: object, pointer: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_patterns(patterns, "/events")

    assert [fault.pointer for fault in caught.value.faults] == [pointer]


def test_a_hundred_patterns_are_allowed_duplicates_not_counted() -> None:
    patterns = [f"e{n}" for n in range(100)]

    assert check_patterns(patterns * 2, "/events") == tuple(patterns)


@pytest.mark.parametrize(
    ("patterns", "profile", "name"),
    [
        (("workflow.completed",), "orchestrator", "workflow.completed"),
        (("execution.*",), "orchestrator", "execution.completed"),
        (("*",), "orchestrator", "workflow.execution.completed"),
        (("*",), "systemprompt", "workflow.completed"),
        (("*",), "standard", "execution.completed"),
        (("workflow.*",), "systemprompt", "workflow.completed"),
        (("workflow.*",), "standard", "workflow.execution.completed"),
        (("workflow.execution.*",), "systemprompt", "workflow.execution.completed"),
        (("invoice.*", "execution.completed", "*"), "orchestrator", "execution.completed"),
        (("*", "execution.completed"), "orchestrator", "workflow.execution.completed"),
        (("task.*",), "orchestrator", None),
        ((), "standard", None),
    ],
)
def test_the_first_matching_pattern_chooses_the_delivered_name(
    patterns: tuple[str, ...], profile: str, name: str | None
) -> None:
    assert delivered_name(patterns, COMPLETED, profile) == name


def test_an_inbound_event_answers_to_its_generic_name() -> None:
    names = names_of("github.push", inbound=True)

    assert delivered_name(("webhook.received",), names, "standard") == "webhook.received"
    assert delivered_name(("*",), names, "orchestrator") == "github.push"


def test_the_index_names_each_key_once_in_the_order_given() -> None:
    index = PatternIndex([("c", ["*", "a.b"]), ("a", ["a.b", "a.b"]), ("b", ["a.*", "*.b"]), ("d", ["x"])])

    assert index.match(["a.b"]) == ["c", "a", "b"]
    assert index.match(["a.b", "x"]) == ["c", "a", "b", "d"]
    assert index.match(["x"]) == ["c", "d"]
    assert PatternIndex[str]([]).match(["x"]) == []


def test_the_index_finds_whom_a_scan_would_find() -> None:
    draw = random.Random(7)

    def spell(words: str) -> str:
        return ".".join(draw.choices(words, k=draw.randrange(1, 5)))

    entries = [(number, [spell("ab*") for _ in range(draw.randrange(1, 4))]) for number in range(300)]
    index = PatternIndex(entries)
    for _ in range(300):
        names = [spell("abc") for _ in range(draw.randrange(1, 4))]
        wanted = [key for key, patterns in entries if any(matches(p, n) for p in patterns for n in names)]
        assert index.match(names) == wanted

"""YAML that is JSON in other clothes: what is read, what is refused and where, and that writing loses nothing."""

from __future__ import annotations

import contextlib
import time
from decimal import Decimal

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hookspan.errors import BadRequest, TooLarge
from hookspan.model.jsonview import read_json
from hookspan.model.yaml_reading import read_yaml
from hookspan.model.yaml_writing import KEY_MOST, yaml_text

MOST = 262_144
write = msgspec.json.Encoder(decimal_format="number").encode


def read(text: str) -> object:
    return read_yaml(text.encode(), most_bytes=MOST).value


def refusal(text: str | bytes) -> str:
    body = text.encode() if isinstance(text, str) else text
    with pytest.raises(BadRequest) as refused:
        read_yaml(body, most_bytes=MOST)
    return refused.value.detail


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("2025-05-21", "2025-05-21"),
        ("2025-05-21T21:27:09Z", "2025-05-21T21:27:09Z"),
        ("12:30:45", "12:30:45"),
        ("0123", "0123"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        (".5", ".5"),
        ("+5", "+5"),
        ("~", None),
        ("null", None),
        ("TRUE", True),
        ("false", False),
        ("-7", -7),
        ('"7"', "7"),
        ("!!str 7", None),
    ],
)
def test_a_plain_scalar_means_what_json_would_spell_alike(text: str, value: object) -> None:
    if text.startswith("!"):
        assert "tags are not read here" in refusal(f"a: {text}")
        return

    found = read(f"a: {text}")

    assert found == {"a": value}
    assert type(found["a"]) is type(value)


def test_a_member_may_be_called_on_and_a_number_is_exact() -> None:
    found = read("on: 10.50\n1: 12345678901234567890\n~: 1E-3\n")

    assert found == {"on": Decimal("10.50"), "1": 12345678901234567890, "~": Decimal("0.001")}
    assert write(found) == b'{"on":10.50,"1":12345678901234567890,"~":0.001}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1, 2", "line 2, column 1: did not find expected ',' or ']'"),
        ("steps:\n\t- id: a", "line 2, column 1: found character that cannot start any token"),
        ("a: 1\nb: 2\na: 3", "line 3, column 1: 'a' stands here twice"),
        ("a: &x 1", "line 1, column 4: anchors are not read here; take it out"),
        ("&x a: 1", "line 1, column 1: anchors and tags are not read here; take it out"),
        ("a: 1\nb: *x", "line 2, column 4: aliases are not read here; write the value out"),
        ("a: !!python/object/apply:os.system [id]", "line 1, column 4: tags are not read here; take it out"),
        ("? [a]\n: 1", "line 1, column 3: the name of a member must be a text"),
        ("a: 1\n---\nb: 2", "line 2, column 1: a second document begins here; send one"),
        ("", "the YAML holds no document"),
        ("# only talk", "the YAML holds no document"),
        ('a: 1\nb: "\\0"', "line 2, column 4: a text must hold no NUL character and no lone surrogates"),
        ('"\\ud800": 1', "line 1, column "),
        ("a: b\x00c", "line 1, column 5: control characters are not allowed"),
        (b"a: \xff", "the YAML is not UTF-8: byte 4"),
        ("a: " + "9" * 65, "line 1, column 4: an integer of more than 64 digits"),
        ("a: 1e99999", "line 1, column 4: a decimal of more than 1,024 characters"),
        ("a: 1e" + "9" * 5_000, "line 1, column 4: a decimal of more than 1,024 characters"),
        ("[" * 200_000, "line 1, column 66: deeper than 64 levels"),
        ("- " * 200 + "a", "line 1, column 131: deeper than 64 levels"),
        ("a: [" + "1," * 100_000 + "]", "more than 100,000 values"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str | bytes, said: str) -> None:
    assert said in refusal(text)


def test_a_bomb_of_aliases_costs_nothing() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{later}: &{later} [{','.join([f'*{earlier}'] * 9)}]\n"
        for earlier, later in zip("abcdefgh", "bcdefghi", strict=True)
    )
    began = time.perf_counter()

    said = refusal(bomb)

    assert said == "line 1, column 4: anchors are not read here; take it out"
    assert time.perf_counter() - began < 0.1


def test_too_much_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(TooLarge, match="262,144 bytes"):
        read_yaml(b"[" * (MOST + 1), most_bytes=MOST)


def test_each_member_and_element_has_its_line() -> None:
    document = read_yaml(b"name: x\nsteps:\n  - id: a\n    a/b: 1\n  - id: b\n", most_bytes=MOST)

    assert document.lines == {
        "": 1,
        "/name": 1,
        "/steps": 2,
        "/steps/0": 3,
        "/steps/0/id": 3,
        "/steps/0/a~1b": 4,
        "/steps/1": 5,
        "/steps/1/id": 5,
    }


def test_people_get_to_see_plain_text_and_blocks() -> None:
    value = {
        "name": "Order intake",
        "on": "yes",
        "url": "https://api.example.com/o/{{trigger.body.id}}",
        "body": "first\n  second\n\nlast\n",
        "steps": [{"id": "a", "needs": []}, [1, Decimal("2.50")], "2025-05-21"],
        "with": {},
    }

    assert yaml_text(value) == (
        'name: Order intake\n"on": "yes"\nurl: https://api.example.com/o/{{trigger.body.id}}\n'
        "body: |\n  first\n    second\n\n  last\n"
        'steps:\n  - id: a\n    needs: []\n  - - 1\n    - 2.50\n  - "2025-05-21"\nwith: {}\n'
    )


texts = st.text() | st.from_regex(r"[a-z0-9:#,\[\]{}&*!|>'\"%@`~?\- \n.]{0,12}", fullmatch=True)
words = st.sampled_from(["yes", "on", "null", "1", "1e3", "0o7", "~", "-", "?", "a: b", "a #b", "<<", "=", "x" * 1_200])
numbers = st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=3)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts | words, inner, max_size=4),
    max_leaves=12,
)


@given(values)
@settings(max_examples=400, deadline=None)
def test_what_is_written_reads_back_digit_by_digit(anything: object) -> None:
    stored = write(anything)
    view = read_json(stored)
    if view.fault or b"\\u0000" in stored:
        return

    text = yaml_text(view.value)

    assert write(read(text)) == stored


@given(st.lists(texts | words, max_size=5))
@settings(max_examples=200, deadline=None)
def test_another_reader_of_yaml_sees_the_same_texts(found: list[str]) -> None:
    assert yaml.safe_load(yaml_text(found)) == found


@pytest.mark.parametrize(
    ("text", "is_block"),
    [
        ("a\nb", True),
        ("a\n  b\n\nc\n", True),
        (" a\nb\n", False),
        ("\na\n", False),
        ("a \nb\n", False),
        ("a\n\n", False),
        ("a\n\tb\n", False),
        ("a\r\nb\n", False),
        ("a\n\u202eb\n", False),
        ("\n", False),
    ],
)
def test_a_block_shows_only_what_it_keeps(text: str, is_block: bool) -> None:
    value: dict[str, object] = {"a": text, "b": [text]}

    written = yaml_text(value)

    assert written.startswith("a: |") is is_block
    assert read(written) == value


def test_a_long_name_is_written_as_a_complex_one() -> None:
    value: dict[str, object] = {"k" * (KEY_MOST + 1): 1, "l" * 5_000: {"a": [1]}}

    assert read(yaml_text(value)) == value


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(BadRequest):
        assert read_yaml(body, most_bytes=MOST).lines

"""JS form against JavaScript itself: random documents, one Node process, byte for byte (contracts E.3)."""

from __future__ import annotations

import base64
import json
import random
from decimal import Decimal
from pathlib import Path

import pytest

from hookspan.model.jsform import write_js
from tests.support.node import run_node

DOCUMENTS = 6_000
NUMBERS = (
    *("0", "-0", "-0.0", "1.0", "10.50", "1E3", "1e-6", "1e-7", "123e-8", "1e20", "1e21", "1e22", "1e23", "5e-324"),
    *("9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "18446744073709551616"),
    *("0.1", "0.30000000000000004", "3.14159265358979323846", "1e400", "-1e400", "1e-400", "1.7976931348623157e308"),
    *("123456789012345680000", "4.35", "0.000001", "2.5e-5", "100000000000000000000000", "1e0005", "0e999"),
)
PIECES = ("a", "Z", "9", " ", "é", "😀", "\x7f", "\u2028", "/", r"\/", r"\"", r"\\", r"\n", r"\b", r"\u001f", r"\u00E9")
SURROGATES = (r"\ud83d\ude00", r"\uD800", r"\udFFF", r"\ude00\ud83d", r"\u0022", r"\u005c", r"\u0000")
KEYS = ('"a"', '"b"', '"id"', '"1"', '"0"', '"10"', '"01"', '"4294967294"', '"4294967295"', '"__proto__"', '"é"', '""')


class Scribe:
    """Spells random JSON in every way JSON allows."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def document(self) -> str:
        return self.space() + self.value(0) + self.space()

    def value(self, depth: int) -> str:
        kinds = ["number", "string", "word", "integer"] + ["object", "array"] * (2 if depth < 4 else 0)
        match self.draw.choice(kinds):
            case "number":
                return self.number()
            case "integer":
                return str(self.draw.randrange(-(10**6), 10**6))
            case "string":
                return self.string()
            case "word":
                return self.draw.choice(["true", "false", "null"])
            case "object":
                members = [f"{self.key()}{self.space()}:{self.value(depth + 1)}" for _ in self.some()]
                return "{" + self.space() + ",".join(members) + self.space() + "}"
            case _:
                return "[" + self.space() + ",".join(self.space() + self.value(depth + 1) for _ in self.some()) + "]"

    def number(self) -> str:
        if self.draw.random() < 0.3:
            return self.draw.choice(NUMBERS)
        if self.draw.random() < 0.5:
            return repr(self.draw.uniform(-1, 1) * 10.0 ** self.draw.randrange(-25, 25))
        digits = str(self.draw.randrange(10 ** self.draw.randrange(1, 25)))
        return self.draw.choice(
            [digits, f"-{digits}", f"{digits}.{digits}", f"{digits}e{self.draw.randrange(-30, 30)}"]
        )

    def string(self) -> str:
        pieces = PIECES + SURROGATES if self.draw.random() < 0.3 else PIECES
        return '"' + "".join(self.draw.choices(pieces, k=self.draw.randrange(8))) + '"'

    def key(self) -> str:
        if self.draw.random() < 0.5:
            return self.draw.choice(KEYS)
        return f'"k{self.draw.randrange(1_000)}"' if self.draw.random() < 0.8 else self.string()

    def space(self) -> str:
        return self.draw.choice(["", "", "", " ", "\n  ", "\t\r\n"])

    def some(self) -> range:
        return range(self.draw.randrange(5))


@pytest.fixture(scope="module")
def answers() -> list[tuple[bytes, bytes, bytes]]:
    """Each document with what Node makes of it, once and twice over."""
    scribe = Scribe(seed=20_250_521)
    raws = [scribe.document().encode() for _ in range(DOCUMENTS)]
    lines = run_node(Path(__file__).with_name("stringify.js"), (base64.b64encode(raw).decode() for raw in raws))
    decoded = [[base64.b64decode(part) for part in line.split()] for line in lines]
    return [(raw, once, twice) for raw, (once, twice) in zip(raws, decoded, strict=True)]


def _is_lossless(raw: bytes, once: bytes) -> bool:
    """The contract's own words, judged without our code: equal decimals, no repeated key."""

    def read(text: bytes) -> object:
        return json.loads(text, parse_int=Decimal, parse_float=Decimal, object_pairs_hook=_members)

    try:
        return bool(read(raw) == read(once))
    except KeyError:
        return False


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) < len(pairs):
        raise KeyError("repeated")
    return dict(pairs)


def test_js_form_is_what_javascript_writes_and_reads_again(answers: list[tuple[bytes, bytes, bytes]]) -> None:
    for raw, once, twice in answers:
        written = write_js(raw)
        if written.form == "js":
            assert written.body == once == twice, raw


def test_js_form_is_used_exactly_where_nothing_is_lost(answers: list[tuple[bytes, bytes, bytes]]) -> None:
    forms = [(raw, write_js(raw).form, "js" if _is_lossless(raw, once) else "exact") for raw, once, _ in answers]

    assert [raw for raw, form, wanted in forms if form != wanted] == []
    assert sum(form == "exact" for _, form, _ in forms) > DOCUMENTS // 20


def test_rounding_is_what_javascript_does_to_any_document(answers: list[tuple[bytes, bytes, bytes]]) -> None:
    assert [raw for raw, once, _ in answers if write_js(raw, "round").body != once] == []


def test_exact_form_reads_the_same_and_is_its_own_exact_form(answers: list[tuple[bytes, bytes, bytes]]) -> None:
    for raw, once, _ in answers:
        written = write_js(raw)
        if written.form == "exact":
            assert write_js(written.body) == written
            assert write_js(written.body, "round").body == once

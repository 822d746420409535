"""When two JSON values are equal, and which is the greater: numbers exactly, instants exactly (contracts B.4).

A number against a numeric text compares as numbers; nothing else is ever coerced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from hookspan.model.jsonview import DECIMAL_CHARACTERS, EXPONENT

Number: TypeAlias = int | Decimal
Instant: TypeAlias = tuple[int, str]
"""Seconds since the epoch, and the digits of the fraction without zeros at the end."""

_NUMERIC = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,9})?")
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,64}))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_DAY_SECONDS = 86_400


def is_number(value: object) -> bool:
    """Whether a JSON value is a number; `true` is none."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def numeric(text: str) -> Decimal | None:
    """The exact number that a text writes as JSON would, or None."""
    if len(text) > DECIMAL_CHARACTERS or not _NUMERIC.fullmatch(text):
        return None
    number = Decimal(text)
    return number if abs(number.adjusted()) <= EXPONENT else None


def number_of(value: object) -> Number | None:
    """A number, or the number that a text writes."""
    if isinstance(value, str):
        return numeric(value)
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def instant_of(value: object) -> Instant | None:
    """The instant that an RFC 3339 text means, every digit of its fraction kept; comparable with `<`."""
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    sign, hours, minutes = found[8], int(found[9] or 0), int(found[10] or 0)
    if hour > 23 or minute > 59 or second > 60 or hours > 23 or minutes > 59:
        return None
    try:
        days = date(year, month, day).toordinal()
    except ValueError:
        return None
    offset = (hours * 3_600 + minutes * 60) * (-1 if sign == "-" else 1)
    seconds = days * _DAY_SECONDS + hour * 3_600 + minute * 60 + second - offset
    return seconds, (found[7] or "").rstrip("0")


def order(left: object, right: object) -> int | None:
    """-1, 0 or 1 when both are numbers or numeric texts, or both instants; else None."""
    numbers = number_of(left), number_of(right)
    if numbers[0] is not None and numbers[1] is not None:
        return (numbers[0] > numbers[1]) - (numbers[0] < numbers[1])
    instants = instant_of(left), instant_of(right)
    if instants[0] is not None and instants[1] is not None:
        return (instants[0] > instants[1]) - (instants[0] < instants[1])
    return None


def same(left: object, right: object) -> bool:
    """Whether two JSON values are the same, inside lists and objects too; no text is taken for a number."""
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right
    if is_number(left) and is_number(right):
        return left == right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(*pair) for pair in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[name]) for name, value in left.items())
    return isinstance(left, str) and isinstance(right, str) and left == right


class AnyOf:
    """A set of JSON values to be equal to, at the cost of one look-up however many there are.

    Lists and objects among them are compared one by one: `nested_nodes` counts the values that may be looked at.
    """

    def __init__(self, values: Iterable[object]) -> None:
        self._words: set[bool | None] = set()
        self._texts: set[str] = set()
        self._numbers: set[Number] = set()
        self._numeric_texts: set[Number] = set()
        self._nested: list[object] = []
        self.nested_nodes = 0
        for value in values:
            self._add(value)

    def _add(self, value: object) -> None:
        if value is None or isinstance(value, bool):
            self._words.add(value)
        elif isinstance(value, str):
            self._texts.add(value)
            number = numeric(value)
            if number is not None:
                self._numeric_texts.add(number)
        elif isinstance(value, int | Decimal):
            self._numbers.add(value)
        else:
            self._nested.append(value)
            self.nested_nodes += _nodes(value)

    def holds(self, value: object) -> bool:
        """Whether `value` equals one of them."""
        if value is None or isinstance(value, bool):
            return value in self._words
        if isinstance(value, str):
            return value in self._texts or (bool(self._numbers) and numeric(value) in self._numbers)
        if isinstance(value, int | Decimal):
            return value in self._numbers or value in self._numeric_texts
        return any(same(value, other) for other in self._nested)


def _nodes(value: object) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_nodes, value.values()))
    return 1 + sum(map(_nodes, value)) if isinstance(value, list) else 1

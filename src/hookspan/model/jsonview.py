"""A bounded, exact look at bytes that may be JSON (RFC 8259); the bytes themselves stay the truth.

Anyone may send anything, so the view has limits and never raises: what is beyond them is plain bytes with a
reason. Integers keep every digit and decimals become `Decimal`, because a rounded id matches the wrong thing.
Of a repeated member the last one counts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import msgspec

Json: TypeAlias = "bool | int | Decimal | str | list[Json] | dict[str, Json] | None"

DEPTH = 64
NODES = 100_000
INTEGER_DIGITS = 64
DECIMAL_CHARACTERS = 1_024
EXPONENT = 9_999

TOO_DEEP = f"deeper than {DEPTH} levels"
TOO_MANY_NODES = f"more than {NODES:,} values"
INTEGER_TOO_LONG = f"an integer of more than {INTEGER_DIGITS} digits"
DECIMAL_TOO_LONG = f"a decimal of more than {DECIMAL_CHARACTERS:,} characters or an exponent beyond ±{EXPONENT:,}"
NOT_UTF8 = "not UTF-8"
NOT_JSON = "not JSON"


@dataclass(frozen=True, slots=True)
class JsonView:
    """The parsed value, or why there is none: `fault` is None exactly when `value` counts (it may be null)."""

    value: Json
    fault: str | None = None

    @property
    def is_json(self) -> bool:
        """Whether `value` may be looked at."""
        return self.fault is None


class _Beyond(ValueError):
    """A decimal is longer than the limits allow; the parser wraps it in an error of its own."""


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except ArithmeticError:
        raise _Beyond from None
    if len(text) > DECIMAL_CHARACTERS or abs(number.adjusted()) > EXPONENT:
        raise _Beyond
    return number


_DECODE = msgspec.json.Decoder(float_hook=_decimal).decode
_DIGITS_TO_ZERO = bytes(ord("0") if ord("0") <= code <= ord("9") else ord(" ") for code in range(256))
_LONG_DIGITS = b"0" * (INTEGER_DIGITS + 1)
_INTEGER_BOUND = 10**INTEGER_DIGITS


def read_json(body: bytes) -> JsonView:
    """Parse within the limits of this module; the answer for any bytes is a view, never an exception.

    The cheap counts are upper bounds, so an ordinary body pays one parse and no walk.
    """
    openings = body.count(b"[") + body.count(b"{")
    if openings + body.count(b",") >= NODES and _exact_nodes(body) > NODES:
        return JsonView(None, TOO_MANY_NODES)
    try:
        value: Json = _DECODE(body)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        return JsonView(None, _reason(error))
    if openings > DEPTH or _LONG_DIGITS in body.translate(_DIGITS_TO_ZERO):
        fault = _fault_within(value)
        return JsonView(None if fault else value, fault)
    return JsonView(value)


def repeated_member(body: bytes) -> str | None:
    """The JSON pointer (RFC 6901) of a member that stands twice in its object, None when there is none; of valid JSON.

    For what people write: there a second one is a slip, and only one of the two would count.
    """
    repeated: list[tuple[object, str]] = []

    def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            repeated.append((found, next(name for name, number in counts.items() if number > 1)))
        return found

    # Numbers are read as text: any length of them is none of this question's cost.
    value = json.loads(body, object_pairs_hook=members, parse_int=str, parse_float=str)
    # From the outside in: what stands in a member that does not count has no place any more.
    for thing, name in reversed(repeated):
        place = _place_of(value, thing, "")
        if place is not None:
            return f"{place}/{_escaped(name)}"
    return None


def _place_of(value: object, thing: object, pointer: str) -> str | None:
    """Where this very object stands."""
    if value is thing:
        return pointer
    inner: Iterable[tuple[object, object]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    places = (_place_of(item, thing, f"{pointer}/{_escaped(str(name))}") for name, item in inner)
    return next((place for place in places if place is not None), None)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return TOO_DEEP
    if isinstance(error.__cause__, _Beyond):
        return DECIMAL_TOO_LONG
    return NOT_UTF8 if isinstance(error, UnicodeDecodeError) else NOT_JSON


def _exact_nodes(body: bytes) -> int:
    """The number of values in valid JSON, found without parsing it; more than NODES when there are too many strings."""
    bare = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    if bare.count(b'"') > 4 * NODES:
        return NODES + 1
    outside = b'"'.join(bare.split(b'"')[::2]).translate(None, b" \t\r\n")
    empty = outside.count(b"[]") + outside.count(b"{}")
    return 1 + outside.count(b",") + outside.count(b"[") + outside.count(b"{") - empty


def _fault_within(value: Json) -> str | None:
    """Walk level by level, so that depth needs no recursion."""
    level: list[Json] = [value]
    for _ in range(DEPTH + 1):
        if any(type(node) is int and abs(node) >= _INTEGER_BOUND for node in level):
            return INTEGER_TOO_LONG
        containers = [node for node in level if isinstance(node, dict | list)]
        if not containers:
            return None
        level = [child for node in containers for child in (node.values() if isinstance(node, dict) else node)]
    return TOO_DEEP

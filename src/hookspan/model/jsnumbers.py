"""How ECMAScript prints a number, and whether printing it loses anything (contracts E.3, ECMA-262 Number::toString)."""

from __future__ import annotations

import math
import re

_TOKEN = re.compile(r"-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?")
_SURE_LENGTH = 15
"""A plain token this short has at most 15 significant digits: every such decimal survives a double."""
_EXPONENT_LIMIT = 4_000
"""int() refuses text beyond 4,300 digits."""


def write_number(token: str) -> str | None:
    """The JS form of a JSON number token; None where JavaScript would read an infinity."""
    value = float(token)
    return None if math.isinf(value) else write_double(value)


def write_double(value: float) -> str:
    """Shortest round-trip digits of a finite double: plain for 1e-6 ≤ |x| < 1e21, else `d.ddde+21`."""
    text = repr(value)
    if "e" not in text:
        plain = text.removesuffix(".0")
        return "0" if plain == "-0" else plain
    sign = "-" if text[0] == "-" else ""
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    return sign + _place(whole + fraction, len(whole) + int(exponent))


def _place(digits: str, point: int) -> str:
    """Put the decimal point after `point` digits, or an exponent where ECMAScript does."""
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    fraction = "." + digits[1:] if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def is_lossless(token: str, written: str | None) -> bool:
    """Whether both spell the same decimal; `written` is the token's own JS form."""
    if written is None:
        return False
    if len(token) <= _SURE_LENGTH and "e" not in token and "E" not in token:
        return True
    return _decimal(token) == _decimal(written)


def _decimal(token: str) -> tuple[str, int]:
    """Significant digits and the power of ten of the last one; sign left out, both spellings share it."""
    matched = _TOKEN.fullmatch(token)
    assert matched is not None
    whole, fraction, exponent = matched[1], matched[2] or "", matched[3] or "0"
    digits = (whole + fraction).lstrip("0")
    significant = digits.rstrip("0")
    if not significant:
        return "", 0
    if len(exponent) > _EXPONENT_LIMIT:
        return token, 0
    return significant, int(exponent) - len(fraction) + len(digits) - len(significant)

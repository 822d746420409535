"""What the validator of bodies and queries finds, in the words the rest of the API speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PATTERNS: Mapping[str, str] = {
    r"^[A-Za-z0-9._-]{1,100}$": "must be 1 to 100 characters: letters and digits of ASCII, dots, - and _",
    r"^[^\x00]*$": "must not hold a NUL character; remove it",
}
"""How a text must be written, by the pattern that the members of this API are checked with."""

_WORDS: Mapping[str, str] = {
    "extra_forbidden": "no such member; remove it",
    "missing": "is required",
    "string_type": "must be a text",
    "string_too_short": "must have at least {min_length}",
    "string_too_long": "must have at most {max_length}",
    "too_short": "must have at least {min_length}, not {actual_length}",
    "too_long": "must have at most {max_length}, not {actual_length}",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number, and not so long a one",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
}
_COUNTED = {"string_too_short": "character", "string_too_long": "character", "too_short": "entry", "too_long": "entry"}
_PLURALS = {"character": "characters", "entry": "entries"}


def wording(error: Mapping[str, Any]) -> str:
    """One finding of pydantic: its `type`, its `ctx`, and its `msg` where the type says too little."""
    kind, context = str(error["type"]), dict(error.get("ctx") or {})
    if kind == "string_pattern_mismatch" and context.get("pattern") in PATTERNS:
        return PATTERNS[context["pattern"]]
    if kind in _COUNTED:
        bound = "min_length" if "min_length" in context else "max_length"
        number, unit = context[bound], _COUNTED[kind]
        context[bound] = f"{number:,} {unit if number == 1 else _PLURALS[unit]}"
    if kind in _WORDS:
        return _WORDS[kind].format_map(context)
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return message.replace("should be", "must be", 1)

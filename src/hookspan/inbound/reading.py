"""Read members of a source's settings as a caller sent them: each fault with its pointer (RFC 6901) and its remedy.

Members may be spelled in camelCase or snake_case, and unknown ones are ignored (contracts 0.2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from hookspan.errors import Invalid

_Struct = TypeVar("_Struct", bound=msgspec.Struct)

_PLACE = re.compile(r"^(?P<said>.*) - at `\$(?P<place>.*)`$", re.DOTALL)


def texts_of(value: object, pointer: str, most: int) -> list[str]:
    """A list of at most `most` texts."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(text, str) for text in value):
        raise Invalid.one(pointer, "must be a list of texts")
    if len(value) > most:
        raise Invalid.one(pointer, f"at most {most} entries")
    return list(value)


def integer_of(value: object, pointer: str, least: int, most: int) -> int:
    """A whole number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Invalid.one(pointer, f"must be a whole number from {least} to {most}")
    return value


def truth_of(value: object, pointer: str) -> bool:
    """True or false, nothing that merely looks like it."""
    if not isinstance(value, bool):
        raise Invalid.one(pointer, "must be true or false")
    return value


def object_of(value: object, kind: type[_Struct], pointer: str, *, was: _Struct | None = None) -> _Struct:
    """An object as a `kind`; members that are absent stay as they were, or have their defaults."""
    names = dict(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))
    if not isinstance(value, Mapping):
        raise Invalid.one(pointer, f"must be an object with members such as {', '.join(list(names.values())[:3])}")
    named = {name: value[spelling] for field, name in names.items() for spelling in (field, name) if spelling in value}
    kept: dict[str, object] = {} if was is None else msgspec.to_builtins(was)
    try:
        return msgspec.convert({**kept, **named}, kind)
    except msgspec.ValidationError as error:
        raise _fault(str(error), pointer) from error


def _fault(told: str, pointer: str) -> Invalid:
    """The decoder's words, at the member it means: `… - at `$.a[0].b`` is `/a/0/b`."""
    found = _PLACE.match(told)
    if found is None:
        return Invalid.one(pointer, told)
    place = found["place"].replace("[...]", "").replace("[", "/").replace("]", "").replace(".", "/")
    return Invalid.one(pointer + place, found["said"])

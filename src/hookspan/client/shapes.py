"""JSON objects of the API as frozen dataclasses: snake_case attributes, and what this release does not know in `extra`.

A member that an older server leaves out takes the attribute's default, so that a client may be newer than its server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import UnionType
from typing import TypeVar, get_args, get_origin, get_type_hints

from hookspan.client.flow import Filter

S = TypeVar("S", bound="Shape")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_Read = Callable[[object], object]
_known: dict[type[Shape], Mapping[str, tuple[str, _Read]]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """An object of the API; `extra` holds the members that have no attribute, as JSON values under their own names."""

    extra: Mapping[str, object] = field(default_factory=dict, repr=False)


def read_shape(kind: type[S], value: object) -> S:
    """The object as that dataclass."""
    members = value if isinstance(value, Mapping) else {}
    readers = _readers(kind)
    known = {readers[name][0]: readers[name][1](each) for name, each in members.items() if name in readers}
    return kind(**known, extra={name: each for name, each in members.items() if name not in readers})


def _readers(kind: type[Shape]) -> Mapping[str, tuple[str, _Read]]:
    """By the name on the wire: the attribute, and how its value is read."""
    if kind not in _known:
        _known[kind] = _found(kind)
    return _known[kind]


def _found(kind: type[Shape]) -> Mapping[str, tuple[str, _Read]]:
    hints = get_type_hints(kind)
    return {camel(each.name): (each.name, _reader(hints[each.name])) for each in fields(kind) if each.name != "extra"}


def _reader(hint: object) -> _Read:
    for each in get_args(hint) if isinstance(hint, UnionType) else (hint,):
        if each is datetime:
            return _instant
        if isinstance(each, type) and issubclass(each, Shape):
            return _one(each)
        if get_origin(each) is tuple:
            inner = get_args(each)[0]
            return _many(inner) if isinstance(inner, type) and issubclass(inner, Shape) else _tuple
    return _same


def _same(value: object) -> object:
    return value


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _one(kind: type[Shape]) -> _Read:
    return lambda value: value if value is None else read_shape(kind, value)


def _many(kind: type[Shape]) -> _Read:
    return lambda value: tuple(read_shape(kind, each) for each in value) if isinstance(value, list) else value


def _instant(value: object) -> object:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


@lru_cache(maxsize=1_024)
def camel(name: str) -> str:
    """`timeout_ms` → `timeoutMs`; a trailing underscore, as in `from_`, is Python's and falls away."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def body_of(members: Mapping[str, object]) -> dict[str, object]:
    """Keyword arguments as a request body: their names in camelCase, their values as they are."""
    return {camel(name): _written(value) for name, value in members.items()}


def given(**members: object) -> dict[str, object]:
    """As `body_of`, without what is None."""
    return {name: value for name, value in body_of(members).items() if value is not None}


def filters_of(filters: Mapping[str, object]) -> dict[str, Filter]:
    """Keyword arguments as query parameters: `created_at={"gte": moment}` → `createdAt[gte]`."""
    query: dict[str, Filter] = {}
    for name, value in filters.items():
        if isinstance(value, Mapping):
            query |= {f"{camel(name)}[{word}]": _asked(each) for word, each in value.items()}
        else:
            query[camel(name)] = _asked(value)
    return query


def _asked(value: object) -> Filter:
    written = _written(value)
    if written is None or isinstance(written, str | int | bool):
        return written
    if isinstance(written, Sequence):
        return [str(_written(each)) for each in written]
    raise TypeError(f"a filter is text, a number, true or false, a moment or a list of those, not {value!r}")


def _written(value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone: write datetime.now(UTC), not datetime.now()")
        return (value - _EPOCH) // timedelta(milliseconds=1)
    return value

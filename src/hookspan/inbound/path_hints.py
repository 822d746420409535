"""Paths that filters may ask for, found in requests as they came: for a rule builder that completes what is typed.

What is looked at is bounded, as anyone may have sent it: of each request so many values, of a list its first few.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from hookspan.model.comparing import is_number
from hookspan.model.paths import BODY, PATH_BYTES, SEGMENTS
from hookspan.model.rules import View

HINTS_MOST = 200
VALUES_MOST = 2_000
ELEMENTS_MOST = 3
EXAMPLE_CHARACTERS = 200

_BARE = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_SCOPES = (BODY, "$headers", "$query", "$method", "$path", "$meta")


@dataclass(frozen=True, slots=True)
class PathHint:
    """A path, the kind of what it leads to (a JSON type), one such value, and how many of the requests have it."""

    path: str
    kind: str
    example: object
    seen: int = 1


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    value: object
    depth: int
    has_star: bool


def path_hints(views: Iterable[View], prefix: str = "", *, most: int = HINTS_MOST) -> list[PathHint]:
    """The paths that begin with `prefix`, in the order in which they were met, those of the body first.

    `data.st` is read as `$.data.st`. Of a list every element is meant (`[*]`); inside of that, the first.
    """
    wanted = prefix if prefix.startswith("$") or not prefix else f"$.{prefix}"
    found: dict[str, PathHint] = {}
    for view in views:
        seen: set[str] = set()
        for place in _places(view):
            if place.path in seen or not place.path.startswith(wanted):
                continue
            seen.add(place.path)
            found[place.path] = _joined(found.get(place.path), place)
    hints = sorted(found.values(), key=lambda hint: _SCOPES.index(_scope(hint.path)))
    return hints[:most]


def _joined(known: PathHint | None, place: _Place) -> PathHint:
    """One more request has the path; a value tells more than null does."""
    kind, example = _kind(place.value), _example(place.value)
    if known is None:
        return PathHint(place.path, kind, example)
    if known.kind == "null":
        return PathHint(place.path, kind, example, known.seen + 1)
    return replace(known, seen=known.seen + 1)


def _places(view: View) -> Iterator[_Place]:
    """Every value of a request that a path leads to, level by level."""
    waiting = deque(_Place(scope, view[scope], 0, False) for scope in _SCOPES if scope in view)
    for _ in range(VALUES_MOST):
        if not waiting:
            return
        place = waiting.popleft()
        if place.path not in ("$headers", "$query", "$meta"):
            yield place
        if place.depth < SEGMENTS:
            waiting.extend(step for step in _steps(place) if len(step.path.encode("utf-8", "replace")) <= PATH_BYTES)


def _steps(place: _Place) -> Iterator[_Place]:
    value, depth = place.value, place.depth + 1
    if isinstance(value, dict):
        for name, member in value.items():
            yield _Place(f"{place.path}{_step(name)}", member, depth, place.has_star)
    elif isinstance(value, list) and place.has_star:
        yield from (_Place(f"{place.path}[0]", element, depth, True) for element in value[:1])
    elif isinstance(value, list):
        yield from (_Place(f"{place.path}[*]", element, depth, True) for element in value[:ELEMENTS_MOST])


def _step(name: str) -> str:
    if _BARE.fullmatch(name):
        return f".{name}"
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{quoted}']"


def _scope(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if is_number(value):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def _example(value: object) -> object:
    """The value itself, the beginning of a text, nothing for what holds other values."""
    if isinstance(value, str):
        return value[:EXAMPLE_CHARACTERS]
    return None if isinstance(value, list | Mapping) else value

"""Paths into JSON values: a small subset of JSONPath (RFC 9535) that cannot run away (contracts B.4).

`$`, `.name`, `['name']`, `[n]` (n ≥ 0, or -1 from the end) and `[*]` at most once; no `..`, slices or filters. A
bare name has letters, digits and `_ - $ : /` (and `@` in front); any other name is quoted.
A path starts in a scope: `$` is the body; `$headers`, `$query`, `$meta`, `$method`, `$path` are parts of the
request, `$type` is an event's type. A path without `$` starts in the body (filters) or in a named part of the
context (templates).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, TypeAlias

from hookspan.errors import Invalid

PATH_BYTES = 255
SEGMENTS = 16

BODY = "$"
REQUEST_SCOPES = frozenset({"$headers", "$query", "$meta", "$method", "$path"})
EVENT_SCOPES = frozenset({"$meta", "$type"})
_SCALAR_SCOPES = frozenset({"$method", "$path", "$type"})

Scopes: TypeAlias = Mapping[str, object]


class Missing(Enum):
    """The type of `MISSING`: null is a present value, so absence needs a value of its own."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING

_Key: TypeAlias = tuple[str | None, int | None]
_TOKEN = re.compile(
    r"""\.(?P<name>@?[\w$:/-]+)
      | \[(?P<index>0|[1-9][0-9]{0,8}|-1)\]
      | \[(?P<quoted>'(?:[^'\\]|\\['\\])*'|"(?:[^"\\]|\\["\\])*")\]
      | (?P<any>\[\*\])""",
    re.VERBOSE,
)
_ROOT = re.compile(r"\$(?:headers|query|meta|method|path|type)(?=[.\[]|$)|\$(?=[.\[]|$)")


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path: where it starts and the steps before and behind `[*]` (`rest` is None without one).

    A step is (member name, array index); `.0` is both, as the value decides.
    """

    text: str
    scope: str
    steps: tuple[_Key, ...]
    rest: tuple[_Key, ...] | None = None

    def value(self, scopes: Scopes) -> object | Literal[Missing.MISSING]:
        """The value, or MISSING; with `[*]` the list of what was found, MISSING when there is nothing to list."""
        found = _walk(scopes.get(self.scope, MISSING), self.steps)
        if self.rest is None:
            return found
        elements = _elements(found)
        if elements is None:
            return MISSING
        return [value for value in (_walk(element, self.rest) for element in elements) if value is not MISSING]

    @property
    def has_star(self) -> bool:
        """Whether `[*]` stands in it."""
        return self.rest is not None

    def each(self, scopes: Scopes, visit: Callable[[int], None]) -> Sequence[object | Literal[Missing.MISSING]]:
        """What `[*]` goes over, one value or MISSING for every element; without `[*]` the one value or MISSING.

        `visit` is told how many nodes are about to be looked at, and may refuse by raising.
        """
        visit(len(self.steps) + 1)
        found = _walk(scopes.get(self.scope, MISSING), self.steps)
        if self.rest is None:
            return (found,)
        elements = _elements(found)
        if not elements:
            return ()
        visit(len(elements) * (len(self.rest) + 1))
        return [_walk(element, self.rest) for element in elements] if self.rest else elements

    def find(self, scopes: Scopes) -> list[object]:
        """All values the path leads to; the empty list means missing."""
        found = self.value(scopes)
        if self.rest is None:
            return [] if found is MISSING else [found]
        return found if isinstance(found, list) else []


def compile_path(text: str, pointer: str = "/fieldPath") -> Path:
    """A filter's path, where `data.status` means `$.data.status`; raises Invalid at `pointer`."""
    if not text.startswith("$"):
        return _compiled(text, BODY, "." + text if text[:1] != "[" else text, pointer)
    return _rooted(text, pointer)


def compile_context_path(text: str, pointer: str = "") -> Path:
    """A template's path, where `trigger.body.id` starts in the scope `trigger`; raises Invalid at `pointer`."""
    if text.startswith("$"):
        return _rooted(text, pointer)
    first = _TOKEN.match("." + text)
    if first is None or first.group("name") is None:
        raise _fault(text, pointer, "start with a name, such as trigger.body.id")
    end = first.end() - 1
    return _compiled(text, text[:end], text[end:], pointer)


def _rooted(text: str, pointer: str) -> Path:
    root = _ROOT.match(text)
    if root is None:
        raise _fault(text, pointer, f"start with $, {', '.join(sorted(REQUEST_SCOPES))}")
    return _compiled(text, root.group(), text[root.end() :], pointer)


def _compiled(text: str, scope: str, steps: str, pointer: str) -> Path:
    if not text:
        raise _fault(text, pointer, "write a path, such as $.data.id")
    if len(text.encode("utf-8", "surrogatepass")) > PATH_BYTES:
        raise _fault(text, pointer, f"a path has at most {PATH_BYTES} bytes")
    keys = list(_keys(text, steps, pointer))
    if len(keys) > SEGMENTS:
        raise _fault(text, pointer, f"a path has at most {SEGMENTS} segments")
    if scope in _SCALAR_SCOPES and keys:
        raise _fault(text, pointer, f"{scope} is a text and has no members")
    if scope == "$headers" and keys and keys[0] is not None and keys[0][0] is not None:
        keys[0] = (keys[0][0].lower(), keys[0][1])
    return _split(text, scope, keys, pointer)


def _split(text: str, scope: str, keys: list[_Key | None], pointer: str) -> Path:
    stars = keys.count(None)
    if stars > 1:
        raise _fault(text, pointer, "[*] may stand only once")
    cut = keys.index(None) if stars else len(keys)
    before = tuple(key for key in keys[:cut] if key is not None)
    behind = tuple(key for key in keys[cut:] if key is not None)
    return Path(text, scope, before, behind if stars else None)


def _keys(text: str, steps: str, pointer: str) -> Iterator[_Key | None]:
    position = 0
    while position < len(steps):
        token = _TOKEN.match(steps, position)
        if token is None:
            raise _fault(text, pointer, f"cannot read {steps[position : position + 20]!r}; use .name, ['name'], [0]")
        yield _key(token)
        position = token.end()


def _key(token: re.Match[str]) -> _Key | None:
    if token["any"]:
        return None
    if token["index"]:
        return None, int(token["index"])
    if token["quoted"]:
        return re.sub(r"\\(.)", r"\1", token["quoted"][1:-1]), None
    name = token["name"]
    return name, int(name) if name.isascii() and name.isdigit() and len(name) < 10 else None


def _walk(value: object, steps: tuple[_Key, ...]) -> object | Literal[Missing.MISSING]:
    for name, index in steps:
        if type(value) is dict:
            value = value.get(name, MISSING)
        elif type(value) is list and index is not None and -len(value) <= index < len(value):
            value = value[index]
        else:
            return MISSING
    return value


def without(value: object, path: Path) -> object:
    """A copy of a body without what the path leads to; the value itself when there is nothing to leave out."""
    steps: tuple[_Key | None, ...] = path.steps if path.rest is None else (*path.steps, None, *path.rest)
    return _without(value, steps) if path.scope == BODY and steps else value


def _without(value: object, steps: tuple[_Key | None, ...]) -> object:
    step, below = steps[0], steps[1:]
    if isinstance(value, dict):
        kept = {name: item for name, item in value.items() if below or not _leads_to(step, name)}
        return {name: _without(item, below) if _leads_to(step, name) else item for name, item in kept.items()}
    if isinstance(value, list):
        wanted = range(len(value)) if step is None else _positions(step, len(value))
        items = [item for index, item in enumerate(value) if below or index not in wanted]
        return [_without(item, below) if below and index in wanted else item for index, item in enumerate(items)]
    return value


def _leads_to(step: _Key | None, name: object) -> bool:
    return step is None or step[0] == name


def _positions(step: _Key, length: int) -> range:
    index = step[1]
    if index is None or not -length <= index < length:
        return range(0)
    return range(index % length, index % length + 1)


def _elements(value: object) -> list[object] | None:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else None


def _fault(text: str, pointer: str, remedy: str) -> Invalid:
    return Invalid.one(pointer, f"the path {text[:80]!r} is not valid: {remedy}", code="invalid_path")

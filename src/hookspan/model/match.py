"""Who wants an event: the grammar of names and patterns, the delivered name, and an index for fan-out.

A pattern is an exact name; `*` (all); a trailing `.*` (one or more further segments); a `*` segment elsewhere stands
for exactly one segment (contracts 0.2). Which name is delivered: contracts F.1.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

from hookspan.errors import Fault, Invalid
from hookspan.model import catalogue

NAME_LIMIT = 100
PATTERN_LIMIT = 100

_NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_PATTERN = re.compile(r"(?:[A-Za-z0-9_-]+|\*)(?:\.(?:[A-Za-z0-9_-]+|\*))*")
_FAMILY = {"orchestrator": "S1", "systemprompt": "S3"}

Key = TypeVar("Key", bound=Hashable)


def is_name(text: str) -> bool:
    """Whether a text is an event type name: dotted segments, at most 100 characters."""
    return len(text) <= NAME_LIMIT and _NAME.fullmatch(text) is not None


def is_pattern(text: str) -> bool:
    """Whether a text is a name in which whole segments may be `*`."""
    return len(text) <= NAME_LIMIT and _PATTERN.fullmatch(text) is not None


def check_patterns(patterns: object, pointer: str) -> tuple[str, ...]:
    """The patterns in order, duplicates dropped; raises Invalid with a fault under `pointer` for each wrong one."""
    if not isinstance(patterns, (list, tuple)):
        raise Invalid.one(pointer, "must be a list of event names or patterns")
    if not patterns:
        raise Invalid.one(pointer, "at least one event is required")
    kept = dict.fromkeys(pattern for pattern in patterns if isinstance(pattern, str))
    if len(kept) > PATTERN_LIMIT:
        raise Invalid.one(pointer, f"at most {PATTERN_LIMIT} patterns; use a wildcard such as order.*")
    faults = [
        Fault(f"{pointer}/{position}", "validation_error", f"{pattern!r:.120} is no event name or pattern")
        for position, pattern in enumerate(patterns)
        if not (isinstance(pattern, str) and is_pattern(pattern))
    ]
    if faults:
        raise Invalid(faults)
    return tuple(kept)


@lru_cache(maxsize=65_536)
def matches(pattern: str, name: str) -> bool:
    """Whether a well-formed pattern takes a well-formed name."""
    if "*" not in pattern:
        return pattern == name
    if pattern == "*":
        return True
    wanted, segments = pattern.split("."), name.split(".")
    is_open = wanted[-1] == "*"
    if len(segments) < len(wanted) or (len(segments) > len(wanted) and not is_open):
        return False
    return all(want in ("*", segment) for want, segment in zip(wanted, segments, strict=False))


@lru_cache(maxsize=65_536)
def delivered_name(patterns: tuple[str, ...], names: tuple[str, ...], profile: str) -> str | None:
    """The name under which an endpoint gets a fact; None when it does not want it.

    `names` are the fact's, canonical first (catalogue.names_of). The endpoint's first matching pattern decides; a
    wildcard takes the name of the profile's seed, else the earliest.
    """
    for pattern in patterns:
        wanted = [name for name in names if matches(pattern, name)]
        if wanted:
            return next((name for name in wanted if _is_of_family(name, profile)), wanted[0])
    return None


def _is_of_family(name: str, profile: str) -> bool:
    row = catalogue.find(name)
    return row is not None and row.seed == _FAMILY.get(profile)


@dataclass(slots=True)
class _Branch:
    """A node of the wildcard tree; keys are ordinals of the index."""

    children: dict[str, _Branch] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)
    open_ends: list[int] = field(default_factory=list)

    def child(self, segment: str) -> _Branch:
        """The branch of a segment, grown if need be."""
        return self.children.setdefault(segment, _Branch())


class PatternIndex(Generic[Key]):
    """Finds who matches a fact without looking at those who do not; built once, read often."""

    def __init__(self, entries: Iterable[tuple[Key, Sequence[str]]]) -> None:
        self._keys: list[Key] = []
        self._exact: dict[str, list[int]] = {}
        self._root = _Branch()
        for ordinal, (key, patterns) in enumerate(entries):
            self._keys.append(key)
            for pattern in patterns:
                self._add(pattern, ordinal)

    def match(self, names: Iterable[str]) -> list[Key]:
        """Keys with a pattern that takes any of the names, each once, in the order they were given."""
        found = [ordinals for name in names for ordinals in self._find(name) if ordinals]
        if len(found) == 1:
            return [self._keys[ordinal] for ordinal in found[0]]
        return [self._keys[ordinal] for ordinal in sorted(set().union(*found))]

    def _add(self, pattern: str, ordinal: int) -> None:
        if "*" not in pattern:
            _append_once(self._exact.setdefault(pattern, []), ordinal)
            return
        segments = pattern.split(".")
        is_open = segments[-1] == "*"
        branch = self._root
        for segment in segments[:-1] if is_open else segments:
            branch = branch.child(segment)
        _append_once(branch.open_ends if is_open else branch.ends, ordinal)

    def _find(self, name: str) -> Iterator[list[int]]:
        yield self._exact.get(name, [])
        level = [self._root]
        for segment in name.split("."):
            yield from (branch.open_ends for branch in level)
            level = [
                branch.children[choice] for branch in level for choice in (segment, "*") if choice in branch.children
            ]
        yield from (branch.ends for branch in level)


def _append_once(ordinals: list[int], ordinal: int) -> None:
    """Entries come in order, so a repeated pattern of one key can only be the last."""
    if not ordinals or ordinals[-1] != ordinal:
        ordinals.append(ordinal)

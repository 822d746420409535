"""Members of a JSON object read one by one: each takes a default when absent and leaves a fault when wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

from hookspan.errors import Fault, Invalid
from hookspan.model.paths import Path
from hookspan.model.templates import Template, compile_template, escaped
from hookspan.model.urls import UrlRules

Word = TypeVar("Word", bound=str)

AMOUNT_MOST = 10**12
ROOTS = frozenset({"trigger", "steps", "vars", "execution"})
"""Where a template's path may start (contracts C.6)."""

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(slots=True)
class Reading:
    """What the objects of one document share: faults, the paths its templates read, what is asked of URLs.

    Without `rules` URLs are not judged: a stored workflow stays readable when the operator's rules change. So it is
    with instants, which are judged by `now`, epoch milliseconds.
    """

    rules: UrlRules | None = None
    now: int | None = None
    faults: list[Fault] = field(default_factory=list)
    paths: list[tuple[str, Path]] = field(default_factory=list)


@dataclass(slots=True)
class Members:
    """An object under reading, and the JSON pointer to it."""

    value: Mapping[str, object]
    pointer: str
    reading: Reading

    def at(self, name: str) -> str:
        """The JSON pointer (RFC 6901) of a member."""
        return f"{self.pointer}/{escaped(name)}"

    def blame(self, name: str, detail: str, *, code: str = "validation_error") -> None:
        """Leave a fault at a member."""
        self.reading.faults.append(Fault(self.at(name), code, detail))

    def accuse(self, invalid: Invalid) -> None:
        """Take over faults whose pointers begin below this object."""
        self.reading.faults.extend(replace(fault, pointer=self.pointer + fault.pointer) for fault in invalid.faults)

    def only(self, known: Collection[str]) -> None:
        """Refuse every other member."""
        remedy = f"known are {', '.join(sorted(known))}" if known else "this object has none; leave it out"
        for name in self.value:
            if name not in known:
                self.blame(str(name), f"is no member here; {remedy}", code="unknown_member")

    def inner(self, name: str) -> Members:
        """The object at a member; an empty one when absent or wrong."""
        given = self.value.get(name)
        if given is not None and not isinstance(given, Mapping):
            self.blame(name, "must be an object")
        return Members(given if isinstance(given, Mapping) else {}, self.at(name), self.reading)

    def objects(self, name: str, limit: int) -> list[Members]:
        """The objects of a list."""
        given = self.value.get(name)
        items = given if isinstance(given, list) else []
        if given is not None and not isinstance(given, list):
            self.blame(name, "must be a list of objects")
        if len(items) > limit:
            self.blame(name, f"has at most {limit} entries")
        read = []
        for index, item in enumerate(items[:limit]):
            pointer = f"{self.at(name)}/{index}"
            if not isinstance(item, Mapping):
                self.reading.faults.append(Fault(pointer, "validation_error", "must be an object"))
            read.append(Members(item if isinstance(item, Mapping) else {}, pointer, self.reading))
        return read

    def text(self, name: str, default: str | None = None, *, limit: int = 100) -> str:
        """A text of 1 to `limit` characters; without a default it is required, with an empty one it may be empty."""
        given = self.value.get(name)
        if given is None and default is not None:
            return default
        if not isinstance(given, str) or len(given) > limit or (not given and default != ""):
            self.blame(name, f"must be a text of {0 if default == '' else 1} to {limit} characters")
            return default or ""
        return given

    def id(self, default: str | None = None) -> str:
        """The member `id`: letters, digits, - and _, as paths of templates can spell it."""
        given = self.value.get("id", default)
        if not isinstance(given, str) or not ID.fullmatch(given):
            self.blame("id", "must be 1 to 64 letters, digits, - or _, beginning with a letter or digit")
            return ""
        return given

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        given = self.value.get(name)
        if given is None:
            return default
        if isinstance(given, int) and not isinstance(given, bool) and least <= given <= most:
            return given
        self.blame(name, f"must be a whole number from {least} to {most}")
        return default

    def amount(self, name: str) -> float:
        """A number from 0."""
        given = self.value.get(name)
        if isinstance(given, int | float | Decimal) and not isinstance(given, bool) and 0 <= given <= AMOUNT_MOST:
            return float(given)
        self.blame(name, f"must be a number from 0 to {AMOUNT_MOST:,}")
        return 0.0

    def word(self, name: str, words: Collection[Word], default: Word) -> Word:
        """One of a few words."""
        given = self.value.get(name)
        if given is None:
            return default
        for word in words:
            if given == word:
                return word
        self.blame(name, f"must be one of {', '.join(words)}")
        return default

    def names(self, name: str) -> tuple[str, ...]:
        """A list of texts, duplicates dropped."""
        given = self.value.get(name)
        if given is None:
            return ()
        if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
            self.blame(name, "must be a list of texts")
            return ()
        return tuple(dict.fromkeys(given))

    def template(self, *names: str) -> Template:
        """Members compiled as one template tree; absent ones are left out of it."""
        tree = {name: self.value[name] for name in names if name in self.value}
        try:
            compiled = compile_template(tree, roots=ROOTS)
        except Invalid as invalid:
            self.accuse(invalid)
            return compile_template({})
        for place, text in _slots(tree, self.pointer):
            self.reading.paths.extend((place, path) for path in compile_template(text, place).paths)
        return compiled


def _slots(tree: object, pointer: str) -> Iterator[tuple[str, str]]:
    """The texts of a tree that hold a template, each with the pointer to it."""
    if isinstance(tree, str):
        if "{{" in tree:
            yield pointer, tree
    elif isinstance(tree, dict):
        for name, item in tree.items():
            yield from _slots(item, f"{pointer}/{escaped(name)}")
    elif isinstance(tree, list):
        for index, item in enumerate(tree):
            yield from _slots(item, f"{pointer}/{index}")

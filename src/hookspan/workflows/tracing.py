"""What the readers of a workflow ask of its members, noted while they read: the grammar without a second list of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from hookspan.model.templates import Template
from hookspan.workflows.members import AMOUNT_MOST, ID, Members, Word

Schema = dict[str, object]


@dataclass(slots=True)
class Tracing(Members):
    """Members that note each question as a JSON Schema; a list has a child for every sample in it, else an empty one.

    `asked` holds what a value may be when it is given; whether null stands for absent is not known here.
    """

    asked: dict[str, Schema] = field(default_factory=dict)
    below: dict[str, list[Tracing]] = field(default_factory=dict)
    is_closed: bool = False

    def only(self, known: Collection[str]) -> None:
        """These are all there are."""
        self.is_closed = True
        for name in known if isinstance(known, tuple) else sorted(known):
            self._note(name, {})

    def inner(self, name: str) -> Members:
        """An object."""
        self._note(name, {"type": "object"})
        given = super(Tracing, self).inner(name)
        return self._child(name, Tracing(given.value, given.pointer, self.reading))

    def objects(self, name: str, limit: int) -> list[Members]:
        """A list of objects."""
        self._note(name, {"type": "array", "maxItems": limit})
        given = super(Tracing, self).objects(name, limit) or [Members({}, f"{self.at(name)}/0", self.reading)]
        return [self._child(name, Tracing(each.value, each.pointer, self.reading)) for each in given]

    def text(self, name: str, default: str | None = None, *, limit: int = 100) -> str:
        """A text."""
        self._note(name, {"type": "string", "minLength": 0 if default == "" else 1, "maxLength": limit})
        return super(Tracing, self).text(name, default, limit=limit)

    def id(self, default: str | None = None) -> str:
        """An id, which null does not leave out."""
        self._note("id", {"type": "string", "pattern": f"^{ID.pattern}$"})
        return super(Tracing, self).id(default)

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number."""
        usual: Schema = {"default": default} if least <= default <= most else {}
        self._note(name, {"type": "integer", "minimum": least, "maximum": most, **usual})
        return super(Tracing, self).integer(name, default, least, most)

    def amount(self, name: str) -> float:
        """A number from 0."""
        self._note(name, {"type": "number", "minimum": 0, "maximum": AMOUNT_MOST})
        return super(Tracing, self).amount(name)

    def word(self, name: str, words: Collection[Word], default: Word) -> Word:
        """One of a few words."""
        self._note(name, {"enum": list(words), "default": default})
        return super(Tracing, self).word(name, words, default)

    def names(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        self._note(name, {"type": "array", "items": {"type": "string"}})
        return super(Tracing, self).names(name)

    def template(self, *names: str) -> Template:
        """Any JSON, templates in its texts."""
        for name in names:
            self._note(name, {})
        return super(Tracing, self).template(*names)

    def _note(self, name: str, schema: Schema) -> None:
        self.asked.setdefault(name, {}).update(schema)

    def _child(self, name: str, child: Tracing) -> Tracing:
        self.below.setdefault(name, []).append(child)
        return child

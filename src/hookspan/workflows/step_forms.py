"""What each kind of step may be given, found by letting its own reader read an empty `with`: no second list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from hookspan.model.templates import Template
from hookspan.model.workflows import StepKind
from hookspan.workflows.members import Members, Reading, Word
from hookspan.workflows.steps.kinds import READERS


@dataclass(slots=True)
class Noting(Members):
    """Members that note what a reader asks of them."""

    asked: dict[str, dict[str, object]] = field(default_factory=dict)

    def only(self, known: Collection[str]) -> None:
        """These are all there are."""
        self.asked = {name: {"kind": "json"} for name in known}

    def text(self, name: str, default: str | None = None, *, limit: int = 100) -> str:
        """A text."""
        self._note(name, kind="text", maxLength=limit)
        return super(Noting, self).text(name, default, limit=limit)

    def word(self, name: str, words: Collection[Word], default: Word) -> Word:
        """One of a few."""
        self._note(name, kind="choice", choices=sorted(words), default=default)
        return super(Noting, self).word(name, words, default)

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        """A number."""
        self._note(name, kind="integer", minimum=least, maximum=most)
        return super(Noting, self).integer(name, default, least, most)

    def template(self, *names: str) -> Template:
        """Members that may hold templates."""
        for name in names:
            self._note(name, templates=True)
        return super(Noting, self).template(*names)

    def _note(self, name: str, **what: object) -> None:
        self.asked.setdefault(name, {"kind": "json"}).update(what)


def step_forms() -> Mapping[StepKind, tuple[str, Mapping[str, Mapping[str, object]]]]:
    """By kind: what its reader says of itself, and the members of `with` with what is asked of them."""
    return {kind: _form(kind) for kind in READERS}


def _form(kind: StepKind) -> tuple[str, Mapping[str, Mapping[str, object]]]:
    noting, reader = Noting({}, "", Reading()), READERS[kind]
    reader(noting)
    # Who asks for either of two members blames the first; neither is required by itself.
    faults = [fault for fault in noting.reading.faults if not fault.detail.startswith("give either")]
    missing = {fault.pointer.removeprefix("/") for fault in faults}
    members = {name: {**asked, "required": name in missing} for name, asked in noting.asked.items()}
    return (reader.__doc__ or "").strip(), members

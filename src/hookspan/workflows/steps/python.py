"""Kind `python`: a function the operator's own program registered by name; no code of a tenant is ever run (S34)."""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.model.templates import Template
from hookspan.workflows.members import Members
from hookspan.workflows.steps import outcome
from hookspan.workflows.steps.outcome import Call


@dataclass(frozen=True, slots=True)
class Function:
    """Which function, and what it is given: the step's input where nothing is said."""

    name: str
    content: Template | None


def read(members: Members) -> Function:
    """`{function, input?}`: calls what your program registered by this name, in the process that runs the step."""
    members.only(("function", "input"))
    name = members.text("function")
    return Function(name, members.template("input") if "input" in members.value else None)


def given(work: Function, call: Call) -> object:
    """What the function reads as its input; raises TemplateError, or TooLarge."""
    return outcome.given(work.content, call)

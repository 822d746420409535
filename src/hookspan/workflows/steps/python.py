"""Kind `python`: a function the operator's own program registered by name; no code of a tenant is ever run (S34)."""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.model.templates import Template
from hookspan.workflows.members import Members
from hookspan.workflows.steps.outcome import Call, rendered


@dataclass(frozen=True, slots=True)
class Function:
    """Which function, and what it is given: the step's input where nothing is said."""

    name: str
    content: Template | None


def read(members: Members) -> Function:
    """`{function, input?}`; whether it is registered shows when the step runs, in the process that runs it."""
    members.only(("function", "input"))
    name = members.text("function")
    return Function(name, members.template("input") if "input" in members.value else None)


def given(work: Function, call: Call) -> object:
    """What the function reads as its input; raises TemplateError."""
    return call.given if work.content is None else rendered(work.content.render(call.scopes))["input"]

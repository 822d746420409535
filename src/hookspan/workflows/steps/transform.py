"""Kind `transform`: the output is a template tree, rendered from the context."""

from __future__ import annotations

from hookspan.model.templates import Template
from hookspan.workflows.members import Members
from hookspan.workflows.steps.outcome import Call, Done, rendered


def read(members: Members) -> Template:
    """`{output}`: any JSON, whose templates are filled in, is what it hands on."""
    members.only(("output",))
    if "output" not in members.value:
        members.blame("output", "is required: the template of what this step hands on")
    return members.template("output")


def run(work: Template, call: Call) -> Done:
    """Render; raises TemplateError for a path that leads nowhere."""
    return Done(rendered(work.render(call.scopes))["output"])

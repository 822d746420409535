"""Kind `pass`: succeeds at once and hands on its input; what a task of seed 002 without a kind is."""

from __future__ import annotations

from hookspan.workflows.members import Members
from hookspan.workflows.steps.outcome import Call, Done


def read(members: Members) -> None:
    """Takes nothing: hands on its input."""
    members.only(())


def run(_work: None, call: Call) -> Done:
    """The input is the output."""
    return Done(call.given)

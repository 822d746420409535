"""Why a step did not run, or where a branch went: the explanation of filters, without the values they looked at.

It is kept with the state, where it outlives the content, and is shown to whoever sees the step.
"""

from __future__ import annotations

from collections.abc import Sequence

from hookspan.model.rules import Budget, FilterError, Rules, View
from hookspan.model.workflows import Definition
from hookspan.workflows.state import State

REASON_CHARACTERS = 500


def refusal(rules: Rules, view: View, budget: Budget) -> str:
    """What failed of rules that did not pass, as far as the budget goes; to be asked for then only."""
    return rules.why_not(view, budget)[:REASON_CHARACTERS]


def given_up(error: FilterError) -> str:
    """What is said of a condition that neither passed nor did not."""
    return f"was not judged to its end: {error}"[:REASON_CHARACTERS]


def reason_of(definition: Definition, state: State, step_id: str) -> str | None:
    """What the step's condition or a branch's cases came to, or what cut it off; None of a step that simply ran."""
    stands = state.step(step_id)
    if not stands.is_cut or step_id not in definition.by_id:
        return stands.reason
    choosers, guards = definition.choosers[step_id], definition.guards[step_id]
    if choosers and not any(step_id in state.step(each).chosen for each in choosers):
        return f"cut off: {_named(choosers)} did not choose it"
    if guards and not any(state.step(each).status == "failed" for each in guards):
        return f"cut off: {_named(guards)} did not fail"
    return f"cut off: no way led on from {_named(definition.by_id[step_id].needs)}"


def _named(step_ids: Sequence[str]) -> str:
    return ", ".join(step_ids)

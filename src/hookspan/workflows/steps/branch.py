"""Kind `branch`: goes on with the steps of the first case that holds, and hands on its input."""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.errors import Invalid
from hookspan.model.paths import BODY
from hookspan.model.rules import Budget, FilterError, Rules, View, compile_rules
from hookspan.workflows.members import Members
from hookspan.workflows.reasons import REASON_CHARACTERS, given_up, refusal
from hookspan.workflows.state import Problem
from hookspan.workflows.steps.outcome import Broken, Call, Done

CASES_MOST = 50


@dataclass(frozen=True, slots=True)
class Case:
    """When its condition holds, `to` are the steps that run."""

    condition: Rules
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """Cases in order, and where to go when none holds."""

    cases: tuple[Case, ...]
    otherwise: tuple[str, ...]

    @property
    def ways(self) -> tuple[str, ...]:
        """Every step it may lead to."""
        return tuple(dict.fromkeys([each for case in self.cases for each in case.to] + list(self.otherwise)))


def read(members: Members) -> Branch:
    """`{cases: [{when, to}], else?}`: goes on with the first case whose rows hold, and hands on its input."""
    members.only(("cases", "else"))
    cases = []
    for each in members.objects("cases", CASES_MOST):
        each.only(("when", "to"))
        cases.append(Case(condition(each, "when") or Rules(), each.names("to")))
    if not cases:
        members.blame("cases", "needs at least one case")
    return Branch(tuple(cases), members.names("else"))


def condition(members: Members, name: str) -> Rules | None:
    """Filter rows over the context; None where there are none."""
    try:
        rules = compile_rules(members.value.get(name), members.at(name), scopes=frozenset({BODY}))
    except Invalid as invalid:
        members.reading.faults.extend(invalid.faults)
        return None
    return None if rules.is_open else rules


def run(work: Branch, call: Call) -> Done | Broken:
    """The ways chosen, and why; explained in full only where no case holds. All cases share one budget."""
    view, budget = {BODY: call.scopes}, Budget()
    for number, case in enumerate(work.cases, 1):
        try:
            is_taken = case.condition.passes(view, budget)
        except FilterError as error:
            return Broken(Problem("filter_error", str(error)), reason=f"case {number} {given_up(error)}")
        if is_taken:
            return Done(call.given, chosen=case.to, reason=f"case {number} of {len(work.cases)} passed")
    return Done(call.given, chosen=work.otherwise, reason=_why_none(work, view))


def _why_none(work: Branch, view: View) -> str:
    """What failed of each case, as far as there is room for it."""
    told, budget = "no case passed", Budget()
    for number, case in enumerate(work.cases, 1):
        if len(told) < REASON_CHARACTERS:
            told += f"{':' if number == 1 else ';'} case {number}: {refusal(case.condition, view, budget)}"
    return told[:REASON_CHARACTERS]

"""Kind `branch`: goes on with the steps of the first case that holds, and hands on its input."""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.errors import Invalid
from hookspan.model.paths import BODY
from hookspan.model.rules import FilterError, Rules, compile_rules
from hookspan.workflows.members import Members
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
    """`{cases:[{when,to}],else?}`; conditions are filter rows over the context (contracts B.4, C.6)."""
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
    """The ways chosen."""
    try:
        for case in work.cases:
            if case.condition.passes({BODY: call.scopes}):
                return Done(call.given, chosen=case.to)
    except FilterError as error:
        return Broken(Problem("filter_error", str(error)))
    return Done(call.given, chosen=work.otherwise)

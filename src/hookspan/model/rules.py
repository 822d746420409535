"""Filters: rows of (path, operator, value); rows of one group are ANDed, groups are ORed (contracts B.4).

Compiled once, when they are written or read from the store; an evaluation is a pure function of the rules and a view,
which gives the value of each scope. A missing field makes every operator false except `not_exists`; only a spent
budget is an error, because then the answer is not known.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import msgspec

from hookspan.errors import Fault, Invalid
from hookspan.model.jsonview import read_json
from hookspan.model.operators import Budget, FilterError, Operator, compile_operator, exact_value, takes_value
from hookspan.model.paths import BODY, EVENT_SCOPES, MISSING, REQUEST_SCOPES, Path, Scopes, compile_path

__all__ = [
    "OF_EVENT",
    "OF_REQUEST",
    "Budget",
    "FilterError",
    "FilterResult",
    "Rules",
    "View",
    "compile_row",
    "compile_rules",
    "stored_rules",
]

ROWS_MOST = 50
GROUPS_MOST = 10
GROUP_NUMBER_MOST = 2**31 - 1
SHOWN_CHARACTERS = 200

OF_EVENT = frozenset({BODY}) | EVENT_SCOPES
OF_REQUEST = frozenset({BODY}) | REQUEST_SCOPES

View: TypeAlias = Scopes
"""Scope → value: `$` the data as parsed by model/jsonview.py, absent when they are no JSON; `$type` a text; …"""

_WAS = " (was "
"""What stands before an actual value in a reason, and nowhere else."""
_read = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)
_READ_ONLY = frozenset({"id", "webhookId", "createdAt", "updatedAt"})
_MEMBERS = frozenset({"fieldPath", "field", "operator", "value", "logicGroup", "enabled"}) | _READ_ONLY
_write = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True)
class Rule:
    """One enabled row, compiled. `expected` is its value, exact."""

    filter_id: str | None
    group: int
    path: Path
    operator: Operator
    expected: object

    def holds(self, view: View, budget: Budget) -> bool:
        """Whether the row lets this view through; FilterError when the budget is spent."""
        return self.judges(self.path.each(view, budget.visit), budget)

    def judges(self, found: Sequence[object], budget: Budget) -> bool:
        """As `holds`, of what the path leads to: values, and MISSING for elements without one."""
        operator = self.operator
        if not found:
            return operator.if_missing
        verdicts = (operator.if_missing if each is MISSING else operator.holds(each, budget) for each in found)
        return all(verdicts) if operator.is_negative else any(verdicts)


@dataclass(frozen=True, slots=True)
class FilterResult:
    """A verdict with its reasons, as contracts B.4 prints it; `as_json` is the whole object."""

    passed: bool
    reason: str
    details: Mapping[str, Sequence[str]]
    groups: Sequence[Mapping[str, object]]

    def as_json(self) -> dict[str, object]:
        """The members in the order of the contract; numbers in it are exact, so encode decimals as numbers."""
        return {"passed": self.passed, "reason": self.reason, "details": self.details, "groups": self.groups}


@dataclass(frozen=True, slots=True)
class Rules:
    """Compiled rows. `rows` is their normal form, to be stored; `groups` holds the enabled ones.

    `fault` is set for stored rows that this release cannot compile: they neither pass nor refuse.
    """

    rows: Sequence[Mapping[str, object]] = ()
    groups: Sequence[tuple[int, Sequence[Rule]]] = ()
    fault: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is nothing to look at: no rows, or all disabled."""
        return not self.groups and self.fault is None

    def passes(self, view: View, budget: Budget | None = None) -> bool:
        """Whether some group holds as a whole, or there is none; FilterError when the budget is spent.

        Without one it is an evaluation's own; several evaluations in a row share the one they are given.
        """
        return self._passing(view, budget) is not None

    def why_not(self, view: View, budget: Budget) -> str:
        """The reason of `explain`, without values, for a view known not to pass; it ends where the budget does."""
        told = [
            (number, is_passed, [_hidden(*clause) for clause in clauses])
            for number, is_passed, clauses in _told(self.groups, view, None, budget)
        ]
        return self._reason(None, told)

    def _passing(self, view: View, budget: Budget | None = None) -> int | None:
        """The number of the first group that holds, -1 where there is nothing to hold."""
        if self.fault is not None:
            raise FilterError(self.fault)
        budget = budget or Budget()
        for number, rules in self.groups:
            if all(rule.holds(view, budget) for rule in rules):
                return number
        return None if self.groups else -1

    def explain(self, view: View, *, shows_values: bool = True) -> FilterResult:
        """The same verdict with every clause told; raises FilterError as `passes` does.

        `shows_values` False leaves the actual values out, for those who may not see the data.
        """
        passing = self._passing(view)
        told = list(_told(self.groups, view, passing, Budget()))
        if not shows_values:
            told = [
                (number, is_passed, [_hidden(*clause) for clause in clauses]) for number, is_passed, clauses in told
            ]
        failed = {
            f"group_{number}_failed_filters": [_plain(rule) for rule, clause in clauses if not clause["passed"]]
            for number, is_passed, clauses in told
            if not is_passed
        }
        groups = [
            {"group": number, "passed": is_passed, "clauses": [clause for _, clause in clauses]}
            for number, is_passed, clauses in told
        ]
        return FilterResult(passing is not None, self._reason(passing, told), failed, groups)

    def _reason(self, passing: int | None, told: Sequence[_Group]) -> str:
        if passing is None:
            return "no group passed: " + "; ".join(_failure(number, clauses) for number, _, clauses in told)
        if not self.rows:
            return "no filters"
        return f"group {passing} passed" if self.groups else "all filters disabled"


_Clause: TypeAlias = dict[str, object]
_Group: TypeAlias = tuple[int, bool, Sequence[tuple[Rule, _Clause]]]


def compile_rules(rows: object, pointer: str = "/filter", *, scopes: frozenset[str] = OF_EVENT) -> Rules:
    """Compile rows as they were given (objects of contracts B.4); `None` means no rows.

    Raises Invalid with a fault under `pointer`/<row> for each wrong member: codes `validation_error`,
    `unknown_member`, `invalid_path`.
    """
    if rows is None:
        return Rules()
    if not isinstance(rows, list | tuple):
        raise Invalid.one(pointer, "must be a list of filter rows")
    if len(rows) > ROWS_MOST:
        raise Invalid.one(pointer, f"at most {ROWS_MOST} rows")
    faults: list[Fault] = []
    normal: list[dict[str, object]] = []
    rules: list[Rule] = []
    for place, row in enumerate(rows):
        try:
            shape, rule = _compiled(row, f"{pointer}/{place}", scopes)
        except Invalid as error:
            faults += error.faults
            continue
        normal.append(shape)
        rules += [rule] if shape["enabled"] else []
    if len({row["logicGroup"] for row in normal}) > GROUPS_MOST:
        faults.append(Fault(pointer, "validation_error", f"at most {GROUPS_MOST} groups"))
    if faults:
        raise Invalid(faults)
    return Rules(tuple(normal), _grouped(rules))


def compile_row(row: object, pointer: str = "", *, scopes: frozenset[str] = OF_EVENT) -> Mapping[str, object]:
    """The normal form of one row, as `compile_rules` would have it in `rows`; raises Invalid for its first fault."""
    shape, _ = _compiled(row, pointer, scopes)
    return shape


def reason_without_values(reason: str) -> str:
    """A reason as `explain` gives it, whole or cut, without the actual values; what cannot be read is left out."""
    kept, rest = "", reason
    while _WAS in rest:
        before, _, rest = rest.partition(_WAS)
        kept += before
        try:
            _, end = _read.raw_decode(rest)
        except ValueError:
            return kept
        if not rest.startswith(")", end):
            return kept
        rest = rest[end + 1 :]
    return kept + rest


@lru_cache(maxsize=4_096)
def stored_rules(text: bytes) -> Rules:
    """The rules of stored JSON rows, kept compiled; rows that no longer compile make rules with a `fault`."""
    view = read_json(text)
    try:
        return compile_rules(view.value, "")
    except Invalid as error:
        return Rules(fault=f"the stored filter is not valid: {error.detail}")


def _grouped(rules: Sequence[Rule]) -> Sequence[tuple[int, Sequence[Rule]]]:
    numbers = sorted({rule.group for rule in rules})
    return tuple((number, tuple(rule for rule in rules if rule.group == number)) for number in numbers)


def _compiled(row: object, pointer: str, scopes: frozenset[str]) -> tuple[dict[str, object], Rule]:
    """A row's normal form and its rule; raises Invalid for the first member that is wrong."""
    if not isinstance(row, Mapping):
        raise Invalid.one(pointer, "must be an object with fieldPath, operator and value")
    for name in sorted(row.keys() - _MEMBERS, key=str):
        raise Invalid.one(f"{pointer}/{name}", "no such member; remove it", code="unknown_member")
    path = _path(row, pointer, scopes)
    expected = exact_value(row.get("value"), f"{pointer}/value")
    operator = compile_operator(_word(row, "operator", pointer), expected, pointer)
    if "value" not in row and takes_value(operator.name):
        # null is a value, and nobody means it by leaving it out.
        raise Invalid.one(f"{pointer}/value", f"is required with {operator.name}")
    group, enabled, filter_id = row.get("logicGroup", 0), row.get("enabled", True), row.get("id")
    if not isinstance(group, int) or isinstance(group, bool) or not 0 <= group <= GROUP_NUMBER_MOST:
        raise Invalid.one(f"{pointer}/logicGroup", "must be a whole number from 0")
    if not isinstance(enabled, bool):
        raise Invalid.one(f"{pointer}/enabled", "must be true or false")
    if filter_id is not None and not isinstance(filter_id, str):
        raise Invalid.one(f"{pointer}/id", "must be a text")
    shape = {"fieldPath": path.text, "operator": operator.name, "value": expected, "logicGroup": group}
    identity = {} if filter_id is None else {"id": filter_id}
    return {**identity, **shape, "enabled": enabled}, Rule(filter_id, group, path, operator, expected)


def _path(row: Mapping[str, object], pointer: str, scopes: frozenset[str]) -> Path:
    name = "fieldPath" if "fieldPath" in row else "field" if "field" in row else "fieldPath"
    if "fieldPath" in row and "field" in row:
        raise Invalid.one(f"{pointer}/field", "means the same as fieldPath; send one of them")
    path = compile_path(_word(row, name, pointer), f"{pointer}/{name}")
    if path.scope not in scopes:
        known = ", ".join(sorted(scopes))
        raise Invalid.one(f"{pointer}/{name}", f"{path.scope} is not known here; use {known}", code="invalid_path")
    return path


def _word(row: Mapping[str, object], name: str, pointer: str) -> str:
    word = row.get(name)
    if not isinstance(word, str):
        raise Invalid.one(f"{pointer}/{name}", "is required and must be a text")
    return word


def _told(
    groups: Sequence[tuple[int, Sequence[Rule]]], view: View, passing: int | None, budget: Budget
) -> Iterator[_Group]:
    """Every group with every clause. The verdict is known; what no budget is left to look at is left out."""
    for number, rules in groups:
        clauses: list[tuple[Rule, _Clause]] = []
        with contextlib.suppress(FilterError):
            for rule in rules:
                clauses.append((rule, _clause(rule, view, budget)))
        whole = len(clauses) == len(rules)
        yield number, number == passing or (whole and all(clause["passed"] for _, clause in clauses)), clauses


def _clause(rule: Rule, view: View, budget: Budget) -> _Clause:
    found = rule.path.each(view, budget.visit)
    present = [each for each in found if each is not MISSING]
    actual = present if rule.path.has_star else present[0] if present else None
    return {
        "filterId": rule.filter_id,
        "fieldPath": rule.path.text,
        "operator": rule.operator.name,
        "expected": rule.expected if takes_value(rule.operator.name) else None,
        "actual": _cut(actual) if present else None,
        "found": bool(present),
        "passed": rule.judges(found, budget),
    }


def _hidden(rule: Rule, clause: _Clause) -> tuple[Rule, _Clause]:
    return rule, {name: member for name, member in clause.items() if name != "actual"}


def _cut(value: object) -> object:
    """A value as it is shown: whole if it is short, else the beginning of its text."""
    if isinstance(value, str):
        return value[:SHOWN_CHARACTERS]
    written = _write(_beginning(value, [SHOWN_CHARACTERS])).decode()
    return value if len(written) <= SHOWN_CHARACTERS else written[:SHOWN_CHARACTERS]


def _beginning(value: object, room: list[int]) -> object:
    """So many nodes of a value, and the beginnings of its texts: enough to write what is shown and no more."""
    room[0] -= 1
    if isinstance(value, str):
        return value[: SHOWN_CHARACTERS + 1]
    if isinstance(value, dict):
        return {name: _beginning(each, room) for name, each in value.items() if room[0] >= 0}
    return [_beginning(each, room) for each in value if room[0] >= 0] if isinstance(value, list) else value


def _plain(rule: Rule) -> str:
    """`$.data.status equals paid`."""
    words = [rule.path.text, rule.operator.name]
    if takes_value(rule.operator.name):
        words.append(rule.expected if isinstance(rule.expected, str) else _write(rule.expected).decode())
    return " ".join(words)


def _failure(number: int, clauses: Sequence[tuple[Rule, _Clause]]) -> str:
    failed = [_said(rule, clause) for rule, clause in clauses if not clause["passed"]]
    return f"group {number}: {', '.join(failed)}"


def _said(rule: Rule, clause: _Clause) -> str:
    """`$.data.status equals "paid" (was "open")`."""
    words = f"{rule.path.text} {rule.operator.name}"
    if takes_value(rule.operator.name):
        words = f"{words} {_write(rule.expected).decode()[:SHOWN_CHARACTERS]}"
    words = words.replace(_WAS, " \\u0028was ")
    if not clause["found"]:
        return f"{words} (missing)"
    return f"{words}{_WAS}{_write(clause['actual']).decode()})" if "actual" in clause else words

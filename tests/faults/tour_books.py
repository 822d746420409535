"""One execution with its children as the books have it after a death, held against one that nobody disturbed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hookspan.model.executions import STEP_ENDED, step_row_id
from tests.faults.books import Books

UNTOLD = ("progress.updated", "blocker.", "step.retrying", "resource.shortage")
"""Facts that depend on how much time passed, or on what a far side was asked before."""
TRIED_AGAIN = frozenset(("http",))
"""Kinds whose far side remembers: a try whose outcome was lost is another try for it."""
_FAMILY = "SELECT id, parent_execution_id, status FROM executions WHERE id = '{id}' OR parent_execution_id = '{id}'"
_ITS = "WHERE execution_id IN (SELECT id FROM executions WHERE id = '{id}' OR parent_execution_id = '{id}')"
_STEPS = f"SELECT execution_id, step_id, kind, status, attempts FROM steps {_ITS}"
_EVENTS = f"SELECT execution_id, type, data FROM events {_ITS}"
_MOVES = f"SELECT execution_id, step_id, origin, target FROM fault_flow_moves {_ITS}"
_LEASES = f"SELECT count(*) FROM resource_leases {_ITS}"
_MESSAGES = f"SELECT count(*) FROM execution_messages {_ITS}"


@dataclass
class Family:
    """An execution `root` and its children `child 1`, `child 2`…, each step and fact named by whose it is."""

    statuses: dict[str, str] = field(default_factory=dict)
    steps: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """Kind, status and tries by owner and step."""
    facts: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str | None, str]] = field(default_factory=Counter)
    held: int = 0
    unread: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)


def read_family(books: Books, root_id: str, folder: Path) -> Family:
    """What the database and the far side have of it."""
    family = Family()
    owners: dict[str, str] = {}
    names: dict[str, str] = {}
    for number, (identity, parent_id, status) in enumerate(sorted(books.rows(_FAMILY.format(id=root_id)))):
        owners[identity] = f"child {number}" if parent_id else "root"
        family.statuses[owners[identity]] = status
    for identity, step_id, kind, status, attempts in books.rows(_STEPS.format(id=root_id)):
        family.steps[f"{owners[identity]} {step_id}"] = (kind, status, attempts)
        names[step_row_id(identity, step_id)] = step_id
    for identity, kind, content in books.rows(_EVENTS.format(id=root_id)):
        if not kind.startswith(UNTOLD):
            family.facts[f"{owners[identity]} {kind} {_subject(json.loads(bytes(content)), names)}"] += 1
    for identity, step_id, origin, target in books.rows(_MOVES.format(id=root_id)):
        family.moves[f"{owners[identity]} {step_id}".strip(), origin, target] += 1
    family.held = books.count(_LEASES.format(id=root_id))
    family.unread = books.count(_MESSAGES.format(id=root_id))
    family.requests = _lines(folder / "requests", owners, 1)
    family.calls = _lines(folder / "calls", owners, 2)
    return family


def _subject(data: Mapping[str, object], names: Mapping[str, str]) -> str:
    """What a fact is about, without ids that differ from run to run."""
    task = data.get("taskExecutionId")
    if isinstance(task, str):
        return names.get(task, "?")
    told = data.get("stepId") or data.get("status") or data.get("key") or data.get("id") or ""
    return str(told)


def _lines(path: Path, owners: Mapping[str, str], words: int) -> Counter[str]:
    """How often each line was written, by owner, step and, of a function, try."""
    found: Counter[str] = Counter()
    for line in path.read_text().splitlines() if path.exists() else ():
        key, *rest = line.split(" ")[:words]
        identity, _, step_id = key.partition(":")
        found[" ".join([owners.get(identity, "?"), step_id, *rest])] += 1
    return found


def compare(found: Family, wanted: Family) -> Iterator[str]:
    """What is otherwise than in the run that nobody disturbed."""
    for owner in sorted(found.statuses.keys() | wanted.statuses.keys()):
        is_, should = found.statuses.get(owner), wanted.statuses.get(owner)
        if is_ != should:
            yield f"FLOW {owner} is {is_ or 'not there'} instead of {should or 'not there'}"
    for step in sorted(found.steps.keys() | wanted.steps.keys()):
        if _tries(found, step) != _tries(wanted, step):
            yield f"FLOW step {step} is {found.steps.get(step)} instead of {wanted.steps.get(step)}"
    for fact in sorted(found.facts.keys() | wanted.facts.keys()):
        if found.facts[fact] != wanted.facts[fact]:
            word = "DOUBLE" if found.facts[fact] > wanted.facts[fact] else "LOST"
            yield f"{word} EVENT {fact}: {found.facts[fact]} instead of {wanted.facts[fact]}"
    if found.held or found.unread:
        yield f"HELD {found.held} resource leases and {found.unread} messages are left"
    yield from _moved(found, wanted)
    yield from _asked(found, wanted)


def _tries(family: Family, step: str) -> tuple[str, str, int] | None:
    kind, status, attempts = family.steps.get(step, ("", "", 0))
    return (kind, status, 0 if kind in TRIED_AGAIN else attempts)


def _moved(found: Family, wanted: Family) -> Iterator[str]:
    """Each end is written once and left by a caller alone, and nothing that began is as if it had not."""
    for thing in {thing for thing, _, _ in found.moves}:
        for status in STEP_ENDED:
            count, ended = (_ends(each, thing, status) for each in (found, wanted))
            if count > ended:
                yield f"RECORDED TWICE {thing} is {status} {count} times instead of {ended}"
        left, may = (_leaves(each, thing) for each in (found, wanted))
        if left > may:
            yield f"ILLEGAL {thing} left an end {left} times instead of {may}"
    for thing, origin, target in found.moves:
        if origin in ("running", "waiting") and target == "pending":
            yield f"ILLEGAL {thing}: {origin} → {target}"


def _ends(family: Family, thing: str, status: str) -> int:
    return sum(count for (other, _, target), count in family.moves.items() if (other, target) == (thing, status))


def _leaves(family: Family, thing: str) -> int:
    """How often it left an end."""
    return sum(count for (other, origin, _), count in family.moves.items() if other == thing and origin in STEP_ENDED)


def _asked(found: Family, wanted: Family) -> Iterator[str]:
    """The far side is asked again for what the death cut off alone, and under the same key."""
    for word, again, once in (("request", found.requests, wanted.requests), ("call", found.calls, wanted.calls)):
        for key in again.keys() | once.keys():
            if key not in once or not once[key] <= again[key] <= once[key] + 1:
                yield f"REPEATED {word} {key}: {again[key]} times instead of {once[key]}"
    repeated = found.requests.total() + found.calls.total() - wanted.requests.total() - wanted.calls.total()
    if repeated > 1:
        yield f"REPEATED {repeated} effects by one death"

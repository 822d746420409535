"""The graph of a workflow as a whole: what each step really waits for, and every fault in how the parts hang together.

Edges are needs, sync points, the handlers of failures and the ways of branches: none of them may form a ring.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from hookspan.errors import Fault
from hookspan.model.paths import MISSING, Path
from hookspan.model.workflows import Definition, Step, SyncPoint, ancestors
from hookspan.workflows.members import Reading
from hookspan.workflows.steps.branch import Branch

TRIGGER_MEMBERS = frozenset({"type", "eventId", "method", "path", "headers", "query", "body", "metadata"})


def joined(steps: Sequence[Step], points: Sequence[SyncPoint]) -> tuple[Step, ...]:
    """The steps with what follows from others: a branch is needed by its ways, a point stands for those it requires."""
    requires = {point.id: point.requires for point in points}
    found = []
    for step in steps:
        branches = [other.id for other in steps if step.id in other.ways]
        needs = tuple(dict.fromkeys([*step.needs, *branches]))
        inputs = dict.fromkeys(each for need in needs for each in requires.get(need, (need,)))
        found.append(replace(step, needs=needs, inputs=tuple(inputs)))
    return tuple(found)


def check(reading: Reading, definition: Definition) -> None:
    """Ids once, all names known, no rings, templates that read only what may be there."""
    reading.faults += _repeated(definition)
    reading.faults += _unknown(definition)
    edges = _edges(definition)
    behind = ancestors(edges)
    reading.faults += _rings(definition, edges, behind)
    for pointer, path in reading.paths:
        if not pointer.startswith("/steps/"):
            continue
        step = definition.steps[int(pointer.split("/")[2])]
        reason = _unreadable(path, definition, step.id, behind)
        if reason:
            reading.faults.append(Fault(pointer, "invalid_template", f"{path.text!r}: {reason}"))


def _repeated(definition: Definition) -> Iterator[Fault]:
    """Steps, points and milestones share their names: each is spoken of by its id alone."""
    seen: Counter[str] = Counter()
    for pointer, each in _named(definition):
        seen[each] += 1
        if seen[each] > 1:
            yield Fault(f"{pointer}/id", "validation_error", f"{each!r} is used twice")


def _named(definition: Definition) -> Iterator[tuple[str, str]]:
    yield from ((f"/steps/{index}", step.id) for index, step in enumerate(definition.steps))
    yield from ((f"/syncPoints/{index}", point.id) for index, point in enumerate(definition.points))
    yield from ((f"/milestones/{index}", milestone.id) for index, milestone in enumerate(definition.milestones))


def _unknown(definition: Definition) -> Iterator[Fault]:
    steps = definition.by_id
    for index, step in enumerate(definition.steps):
        at = f"/steps/{index}"
        yield from _missing(f"{at}/needs", step.needs, {**steps, **definition.point_by_id}, "step or sync point")
        yield from _missing(f"{at}/onError", step.on_error, steps, "step")
        for way_at, way in _ways(step):
            if way not in steps:
                yield Fault(f"{at}/with/{way_at}", "validation_error", f"there is no step {way!r:.80}")
    for index, point in enumerate(definition.points):
        yield from _missing(f"/syncPoints/{index}/requires", point.requires, steps, "step")
        if not point.requires:
            detail = "names no step, so nobody would ever reach it"
            yield Fault(f"/syncPoints/{index}/requires", "validation_error", detail)
    for index, milestone in enumerate(definition.milestones):
        yield from _missing(f"/milestones/{index}/after", milestone.after, steps, "step")


def _missing(pointer: str, names: Iterable[str], known: Mapping[str, object], what: str) -> Iterator[Fault]:
    for place, name in enumerate(names):
        if name not in known:
            yield Fault(f"{pointer}/{place}", "validation_error", f"there is no {what} {name!r:.80}")


def _ways(step: Step) -> Iterator[tuple[str, str]]:
    """Where in `with` a branch names each step it may lead to, and that step."""
    work = step.work
    if isinstance(work, Branch):
        for number, case in enumerate(work.cases):
            yield from ((f"cases/{number}/to/{place}", way) for place, way in enumerate(case.to))
        yield from ((f"else/{place}", way) for place, way in enumerate(work.otherwise))


def _rings(
    definition: Definition, edges: Mapping[str, Sequence[str]], behind: Mapping[str, frozenset[str]]
) -> Iterator[Fault]:
    """Every step that waits for itself, at the member by which it does; while ids repeat nobody can say which."""
    if len(definition.by_id) < len(definition.steps):
        return
    places = {step.id: index for index, step in enumerate(definition.steps)}
    for step in definition.steps:
        if step.id in behind[step.id]:
            through = next(each for each in edges[step.id] if each == step.id or step.id in behind.get(each, ()))
            pointer = _edge_at(definition, places, step, through)
            yield Fault(pointer, "validation_error", f"{step.id!r} would wait for itself; break the ring")


def _edge_at(definition: Definition, places: Mapping[str, int], step: Step, through: str) -> str:
    """The pointer to where it is said that a step comes after another step or point."""
    before = definition.by_id.get(through)
    if before is not None and step.id in before.ways:
        return f"/steps/{places[through]}/with/{next(at for at, way in _ways(before) if way == step.id)}"
    if through in step.needs:
        return f"/steps/{places[step.id]}/needs/{step.needs.index(through)}"
    assert before is not None
    return f"/steps/{places[through]}/onError/{before.on_error.index(step.id)}"


def _edges(definition: Definition) -> dict[str, Sequence[str]]:
    """For each step and point all that must have ended before it."""
    edges: dict[str, Sequence[str]] = {point.id: point.requires for point in definition.points}
    for step in definition.steps:
        edges[step.id] = (*step.needs, *definition.guards[step.id])
    return edges


def _unreadable(path: Path, definition: Definition, reader: str, behind: Mapping[str, frozenset[str]]) -> str | None:
    """Why a path could lead nowhere when the reading step starts; None when it may be there."""
    first, second = [name for name, _ in (*path.steps, (None, None), (None, None))][:2]
    if path.scope == "trigger" and first is not None and first not in TRIGGER_MEMBERS:
        return f"a trigger has {', '.join(sorted(TRIGGER_MEMBERS))}"
    if path.scope == "vars" and path.value({"vars": definition.constants}) is MISSING:
        return "vars of this workflow has no such member"
    if path.scope != "steps":
        return None
    if second not in ("output", "error"):
        return "write steps.<id>.output, or steps.<id>.error behind a handler"
    if first is None or first not in definition.by_id:
        return f"there is no step {first!r}"
    if second == "error":
        handlers = set(definition.by_id[first].on_error)
        is_handled = bool(handlers & {reader, *behind[reader]})
        return None if is_handled else f"neither this step nor one it needs handles a failure of {first!r}"
    if first in behind[reader]:
        return None
    return f"this step does not need {first!r}, so its output may not be there yet"

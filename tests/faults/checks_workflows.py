"""What the books prove broken of executions: started once, each step recorded once, effects once, nothing kept back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping

from tests.faults.case import STEP, Case
from tests.faults.tour import AGAIN, BEGIN, BORN, INNER, LIMIT, TICKED, TOLD

ENDED = frozenset(("completed", "failed", "cancelled", "skipped"))
ENDS: Mapping[str, str] = {
    **dict.fromkeys(("tour", "again", "inner", "born", "clocked", "narrow"), "completed"),
    **dict.fromkeys(("halted", "patient"), "cancelled"),
}
"""How each plan ends."""
EMITS: Mapping[str, tuple[str, int]] = {
    "tour": (TOLD, 1),
    "again": (AGAIN, 2),
    "inner": (INNER, 1),
    "born": (BORN, 1),
    "clocked": (TICKED, 1),
}
"""What each plan emits, and how often; `again` runs twice."""
CHILDREN: Mapping[str, int] = {"tour": 1, "again": 2, "halted": 1}
AGAIN_MOST = 2
"""How often `again` is begun anew, quarantines apart."""
CALLED = frozenset(("tour", "again", "halted", "narrow"))


def lost_start(case: Case) -> Iterator[str]:
    """Accepted, and yet no execution of that workflow with that key; or two."""
    by_id = {each.id: each for each in case.ledger.stored.executions}
    for started in case.ledger.started:
        found = by_id.get(started.id or "")
        if started.id is not None and started.plan in CALLED and (found is None or found.key != started.key):
            yield f"LOST {started.key}: {started.plan} was accepted as {started.id}, which is not there"
    keys = Counter(each.key for each in by_id.values() if each.workflow in CALLED and each.parent is None)
    known = {started.key for started in case.ledger.started}
    for key, count in keys.items():
        if count > 1:
            yield f"DOUBLE EXECUTION {key}: {count} executions"
        if key not in known:
            yield f"INVENTED execution of {key!r}: nobody started it"


def orphan_start(case: Case) -> Iterator[str]:
    """An event that starts executions has its own, no other event one; a child has its parent."""
    stored = case.ledger.stored
    born = Counter(each.trigger for each in stored.executions if each.workflow == "born")
    for event in stored.events:
        wanted = int(event.type == BEGIN)
        if born.pop(event.id, 0) != wanted:
            yield f"ORPHAN event {event.id} ({event.type}): not {wanted} executions of `born`"
    for trigger in born:
        yield f"ORPHAN execution: no event {trigger} that started it"
    ids = {each.id for each in stored.executions}
    for each in stored.executions:
        if each.parent is not None and each.parent not in ids:
            yield f"ORPHAN child {each.id}: no parent {each.parent}"


def wrong_end(case: Case) -> Iterator[str]:
    """Ended otherwise than its plan says, unless it was put into quarantine, or its child was."""
    excused = {each.id for each in case.ledger.stored.executions if each.code == "quarantined"}
    excused |= {each.parent for each in case.ledger.stored.executions if each.id in excused and each.parent}
    for each in case.ledger.stored.executions:
        wanted = ENDS.get(each.workflow)
        if wanted is not None and each.status in ENDED and each.status != wanted and each.id not in excused:
            yield f"WRONG END {each.workflow} {each.id}: {each.status} ({each.code or 'no error'}), not {wanted}"
    if excused and not case.ledger.kills:
        yield f"QUARANTINED {len(excused)} executions without a fault"


def effects(case: Case) -> Iterator[str]:
    """Each completed execution has emitted what it emits and begun its children, as often as it ran; others no more.

    A quarantine makes it run once more from where it stood, or spares it the second run of its plan.
    """
    emitted = Counter((event.execution, event.type) for event in case.ledger.stored.events)
    begun = Counter(each.parent for each in case.ledger.stored.executions)
    for each in case.ledger.stored.executions:
        kind, times = EMITS.get(each.workflow, ("", 0))
        is_whole = each.status == ENDS.get(each.workflow)
        found, spared = emitted[each.id, kind], case.quarantines[each.id]
        if found > times + spared or (is_whole and found < times - spared):
            word = "DOUBLE EVENT" if found > times else "LOST"
            yield f"{word} {each.workflow} {each.id} is {each.status} and emitted {kind} {found} times, not {times}"
        children, most = begun[each.id], CHILDREN.get(each.workflow, 0)
        if children > most + spared or (is_whole and children < most - spared):
            yield f"CHILDREN {each.workflow} {each.id} is {each.status} and has {children} children, not {most}"


def recorded_twice(case: Case) -> Iterator[str]:
    """An end is written once, and left only where a caller begins anew."""
    workflows = {each.id: each.workflow for each in case.ledger.stored.executions}
    ends: Counter[tuple[str, str]] = Counter()
    leaves: Counter[tuple[str, str]] = Counter()
    for execution, step, origin, target, count in case.ledger.stored.flow_moves:
        ends[execution, step] += count * (target in ENDED)
        leaves[execution, step] += count * (origin in ENDED)
        if origin not in (None, *ENDED) and target == "pending":
            yield f"ILLEGAL {execution} {step}: {origin} → pending"
    for (execution, step), count in ends.items():
        left = leaves[execution, step]
        if count > left + 1:
            yield f"RECORDED TWICE {execution} {step}: {count} ends, {left} times begun anew"
        if left > (AGAIN_MOST + case.quarantines[execution]) * (workflows.get(execution) == "again"):
            yield f"ILLEGAL {execution} {step}: left an end {left} times"


def asked_again(case: Case) -> Iterator[str]:
    """Under a step's key there are as many requests as tries, and one more for each fault; no key is but of a step."""
    tries = {f"{each.execution}:{each.step}": each.attempts for each in case.ledger.stored.steps}
    running = {each.id for each in case.ledger.stored.executions}
    asked = Counter(each.delivery for each in case.ledger.received if each.endpoint == STEP)
    taken = Counter(each.delivery for each in case.ledger.received if each.endpoint == STEP and each.is_taken)
    calls = Counter(case.ledger.calls)
    faults = len(case.ledger.kills)
    for key, count in asked.items():
        if key.partition(":")[0] not in running:
            yield f"INVENTED request under {key!r}: no such execution"
        elif count > tries.get(key, 0) + faults:
            yield f"REPEATED {key}: {count} requests, {tries.get(key, 0)} tries and {faults} faults"
        if taken[key] > 1 + faults:
            yield f"REPEATED {key}: taken {taken[key]} times, {faults} faults"
    for call, count in calls.items():
        if count > 1 + faults:
            yield f"REPEATED call {call}: {count} times, {faults} faults"


def kept_back(case: Case) -> Iterator[str]:
    """Ended executions hold nothing and are told nothing any more."""
    for what, count in case.ledger.stored.left.items():
        if count:
            yield f"KEPT {count} of {what} belong to executions that have ended"


def over_granted(case: Case) -> Iterator[str]:
    """At some moment more was held of a pool than there is, or more of a workflow ran than may."""
    pools = case.ledger.pools
    used: dict[str, float] = defaultdict(float)
    narrow = {each.id for each in case.ledger.stored.executions if each.workflow == "narrow"}
    leased: set[str] = set()
    held: set[str] = set()
    for each in case.ledger.stored.held:
        if each.what == "lease" and each.id in narrow:
            (leased.add if each.is_held else leased.discard)(each.id)
            if len(leased) > LIMIT:
                yield f"OVER THE LIMIT {len(leased)} executions of `narrow` run at once, {LIMIT} may"
        if each.what != "pool" or each.is_held == (each.id in held):
            continue
        (held.add if each.is_held else held.discard)(each.id)
        for name, amount in each.amounts.items():
            used[name] += amount if each.is_held else -amount
            if each.is_held and name in pools and used[name] > pools[name]:
                yield f"OVER GRANTED {used[name]:g} of {name} are held, there are {pools[name]:g}"


WORKFLOWS: tuple[Callable[[Case], Iterator[str]], ...] = (
    lost_start,
    orphan_start,
    wrong_end,
    effects,
    recorded_twice,
    asked_again,
    kept_back,
    over_granted,
)

"""The judge: what a run's three books prove to be broken. Pure; each check yields one line for each violation."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from hookspan.model.deliveries import LEGAL
from tests.faults.case import STEP, STOLEN, TOLD, Case
from tests.faults.checks_inbound import INBOUND
from tests.faults.checks_workflows import WORKFLOWS
from tests.faults.ledger import Arrival, Ledger, StoredEvent
from tests.faults.tour import TICKED

OPEN = frozenset(("pending", "sending"))
EXCUSED = frozenset(("exhausted", "cancelled", "held"))
ENDED = frozenset(("completed", "failed", "cancelled"))
_KIND = re.compile(r"(?:AT \S+ )?([A-Z]+(?: [A-Z]+)*)\b")
LOST_OUTCOMES = frozenset(("unknown", "timeout"))


def lost(case: Case) -> Iterator[str]:
    """Acked, and yet gone, or owed to an endpoint that never took it while nothing says why."""
    for submission in case.ledger.submitted:
        for event_id in set(submission.ids):
            event = case.events.get(event_id)
            if event is None:
                yield f"LOST {submission.key}: acked as {event_id}, not in the database"
            else:
                yield from _untaken(case, event)


def _untaken(case: Case, event: StoredEvent) -> Iterator[str]:
    for name in sorted(case.expected(event)):
        identity = case.of_event[event.id].get(name)
        delivery = case.deliveries.get(identity or "")
        is_excused = delivery is not None and delivery.status in EXCUSED and delivery.reason is not None
        if not case.taken.get(identity or "") and not is_excused:
            state = delivery.status if delivery else "no row"
            yield f"LOST {event.key}: event {event.id} never taken by {name}, {state}"


def invented(case: Case) -> Iterator[str]:
    """Something arrived that nobody submitted."""
    for arrival in case.ledger.received:
        if arrival.key not in case.owners and arrival.key not in case.known and arrival.key != TICKED:
            yield f"INVENTED request {arrival.n} at {arrival.endpoint}: key {arrival.key!r} was never submitted"
        elif arrival.endpoint not in (STOLEN, STEP) and arrival.event not in case.events:
            yield f"INVENTED request {arrival.n} at {arrival.endpoint}: event {arrival.event} is not in the database"


def corrupt(case: Case) -> Iterator[str]:
    """Altered on its way, or without a signature that verifies."""
    for event in case.ledger.stored.events:
        submission = case.owners.get(event.key)
        is_ours = submission is not None and event.id not in case.receipts and event.type != TOLD
        if is_ours and submission is not None and event.sha256 != submission.bodies[event.key]:
            yield f"CORRUPT event {event.id}: data differ from what {event.key} submitted"
    for arrival in case.hooks:
        owner = case.events.get(arrival.event)
        if not arrival.is_signed:
            yield f"CORRUPT request {arrival.n} at {arrival.endpoint}: the signature does not verify"
        if owner is not None and arrival.sha256 != owner.sha256:
            yield f"CORRUPT request {arrival.n} at {arrival.endpoint}: data differ from event {arrival.event}"


def false_success(case: Case) -> Iterator[str]:
    """`delivered` without a 2xx, of the delivery or of one attempt."""
    for delivery in case.ledger.stored.deliveries:
        if delivery.status == "delivered" and not case.taken.get(delivery.id):
            yield f"FALSE SUCCESS delivery {delivery.id}: delivered, but no 2xx was ever sent"
    for (identity, number), outcome in case.outcomes.items():
        if outcome == "delivered" and number not in {arrival.claim for arrival in case.taken.get(identity, ())}:
            yield f"FALSE SUCCESS attempt {number} of {identity}: recorded delivered, no 2xx was sent to it"


def stuck(case: Case) -> Iterator[str]:
    """Not at an end after the calm phase."""
    for delivery in case.ledger.stored.deliveries:
        if delivery.status in OPEN or (delivery.status == "held" and delivery.reason is None):
            yield f"STUCK delivery {delivery.id}: {delivery.status} after the calm phase"
    for identity in case.ledger.stored.listed:
        yield f"STUCK event {identity}: its deliveries are not all written"
    for execution in case.ledger.stored.executions:
        if execution.status not in ENDED:
            yield f"STUCK execution {execution.id}: {execution.status} after the calm phase"


def orphan(case: Case) -> Iterator[str]:
    """Event, deliveries, execution, receipt and key are born together or not at all."""
    stored = case.ledger.stored
    for event in stored.events:
        missing = () if event.id in stored.listed else case.expected(event) - set(case.of_event[event.id])
        for name in sorted(missing):
            yield f"ORPHAN event {event.id} ({event.type}): no delivery for {name}"
    for delivery in stored.deliveries:
        if delivery.event not in case.events:
            yield f"ORPHAN delivery {delivery.id}: no event {delivery.event}"
    for attempt in stored.attempts:
        if attempt.delivery not in case.deliveries:
            yield f"ORPHAN attempt of {attempt.delivery}: no such delivery"
    for key, event_id in stored.keys.items():
        if event_id not in case.events:
            yield f"ORPHAN key {key}: no event {event_id}"
    yield from _orphan_runs(case)


def _orphan_runs(case: Case) -> Iterator[str]:
    """A completed execution ↔ the one event its step publishes."""
    stored = case.ledger.stored
    told = Counter(event.execution for event in stored.events if event.type == TOLD)
    for execution in stored.executions:
        if execution.workflow != "tell":
            continue
        if execution.trigger not in case.events:
            yield f"ORPHAN execution {execution.id}: no event {execution.trigger}"
        if execution.status == "completed" and told[execution.id] != 1:
            yield f"ORPHAN execution {execution.id}: completed, published {told[execution.id]} events instead of one"
    for identity in told.keys() - {execution.id for execution in stored.executions}:
        yield f"ORPHAN event of execution {identity}: no such execution"


def double_event(case: Case) -> Iterator[str]:
    """Two events for one key."""
    apart = ("system", "replay", "workflow")
    told = [event for event in case.ledger.stored.events if event.origin not in apart]
    counts = Counter(event.key for event in told)
    for key, count in counts.items():
        if count > 1:
            yield f"DOUBLE EVENT {key}: {count} events"
    for submission in case.ledger.submitted:
        if len(set(submission.ids)) > 1:
            yield f"DOUBLE EVENT {submission.key}: answered with {sorted(set(submission.ids))}"


def unrecorded(case: Case) -> Iterator[str]:
    """A request without its attempt, or more outcomes lost than the faults explain."""
    for arrival in case.hooks:
        if (arrival.delivery, arrival.claim) not in case.outcomes:
            yield f"UNRECORDED request {arrival.n}: attempt {arrival.claim} of {arrival.delivery} has no row"
    silent = sum(case.outcomes.get((arrival.delivery, arrival.claim)) == "unknown" for arrival in case.hooks)
    if silent > _allowed(case):
        yield f"UNRECORDED {silent} outcomes unknown, {_allowed(case)} explained by faults"


def duplicates(case: Case) -> Iterator[str]:
    """Taken twice without a fault that explains it; never twice under one claim."""
    claims = Counter((arrival.delivery, arrival.claim) for arrival in case.hooks)
    for (delivery, claim), count in claims.items():
        if count > 1:
            yield f"DUPLICATES claim {claim} of {delivery} was sent {count} times"
    beyond, unexplained = 0, 0
    for delivery, arrivals in case.taken.items():
        beyond += len(arrivals) - 1
        outcomes = [case.outcomes.get((delivery, arrival.claim)) for arrival in arrivals]
        known = sum(outcome not in LOST_OUTCOMES for outcome in outcomes)
        unexplained += max(0, known - 1)
    timeouts = sum(outcome == "timeout" for outcome in case.outcomes.values())
    if beyond > _allowed(case) + timeouts:
        yield f"DUPLICATES {beyond} beyond the first, {_allowed(case) + timeouts} explained by faults"
    stops = case.ledger.options.stops * _in_flight(case)
    if unexplained > stops:
        yield f"DUPLICATES {unexplained} taken again although the first success was recorded"


def _in_flight(case: Case) -> int:
    return case.ledger.options.max_in_flight * len(case.ledger.endpoints)


def _allowed(case: Case) -> int:
    return len(case.ledger.kills) * _in_flight(case)


def order(case: Case) -> Iterator[str]:
    """Under an ordering key, first successes at an endpoint came otherwise than the events were accepted."""
    firsts: dict[tuple[str, str], list[Arrival]] = defaultdict(list)
    for arrival in sorted((arrivals[0] for arrivals in case.taken.values()), key=lambda first: first.n):
        delivery = case.deliveries.get(arrival.delivery)
        if delivery is not None and delivery.order is not None:
            firsts[arrival.endpoint, delivery.order].append(arrival)
    for (endpoint, key), arrivals in firsts.items():
        last_place, last_sent = 0, 0.0
        for arrival in arrivals:
            place = case.deliveries[arrival.delivery].place or 0
            submission = case.submitted.get(arrival.key)
            sent_at, acked_at = (submission.sent_at, submission.acked_at) if submission else (0.0, None)
            if place <= last_place or (acked_at is not None and acked_at < last_sent):
                yield f"ORDER request {arrival.n} at {endpoint}: number {place} of {key} came after {last_place}"
            last_place, last_sent = max(last_place, place), max(last_sent, sent_at)


def redirect(case: Case) -> Iterator[str]:
    """A redirect was followed."""
    for arrival in case.ledger.received:
        if arrival.endpoint == STOLEN:
            yield f"REDIRECT request {arrival.n} came to the redirect's target"


def illegal(case: Case) -> Iterator[str]:
    """A state changed as no rule allows."""
    legal = {(origin, target) for origin, target in LEGAL}
    for origin, target, count in case.ledger.stored.moves:
        if (origin, target) not in legal:
            yield f"ILLEGAL {origin} → {target}, {count} times"


def canary(case: Case) -> Iterator[str]:
    """A secret stands in the output."""
    yield from (f"CANARY {found}" for found in case.ledger.canaries)


def noted(case: Case) -> Iterator[str]:
    """What the run itself saw go wrong: a gate never reached, an unclean stop."""
    yield from case.ledger.noted


CHECKS: tuple[Callable[[Case], Iterator[str]], ...] = (
    lost,
    invented,
    corrupt,
    false_success,
    stuck,
    orphan,
    double_event,
    unrecorded,
    duplicates,
    order,
    redirect,
    illegal,
    canary,
    *INBOUND,
    *WORKFLOWS,
    noted,
)


def kind_of(violation: str) -> str:
    """The words in capitals that a violation begins with, behind the failpoint at which it was seen."""
    found = _KIND.match(violation)
    return found[1] if found else violation[:20]


def judge(ledger: Ledger) -> list[str]:
    """Every violation."""
    case = Case(ledger)
    return [violation for check in CHECKS for violation in check(case)]

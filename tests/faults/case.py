"""The books of a run, indexed for the judge."""

from __future__ import annotations

from collections import Counter, defaultdict

from tests.faults.ledger import Arrival, Ledger, StoredEvent

TOLD = "fault.told"
FAILED = "system.error"
"""Told of an execution: it was put into quarantine."""
RECEIVED = "webhook.received"
STOLEN, STEP = "stolen", "step"
UNROUTED = frozenset(("held", "filtered", "failed"))
"""Receipts of which nothing comes, or nothing yet."""


class Case:
    """The books, indexed once."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        stored = ledger.stored
        self.events = {event.id: event for event in stored.events}
        self.receipts = {receipt.id: receipt for receipt in stored.receipts}
        self.known = {started.key for started in ledger.started}
        self.names = {endpoint.id: endpoint.name for endpoint in ledger.endpoints}
        self.submitted = {submission.key: submission for submission in ledger.submitted}
        self.owners = {key: submission for submission in ledger.submitted for key in submission.bodies}
        self.deliveries = {delivery.id: delivery for delivery in stored.deliveries}
        self.of_event: dict[str, dict[str, str]] = defaultdict(dict)
        for delivery in stored.deliveries:
            self.of_event[delivery.event][self.names.get(delivery.endpoint, delivery.endpoint)] = delivery.id
        self.outcomes = {(attempt.delivery, attempt.number): attempt.outcome for attempt in stored.attempts}
        self.hooks = [arrival for arrival in ledger.received if arrival.endpoint not in (STOLEN, STEP)]
        self.taken: dict[str, list[Arrival]] = defaultdict(list)
        for arrival in self.hooks:
            if arrival.is_taken:
                self.taken[arrival.delivery].append(arrival)
        parents = {each.id: each.parent for each in stored.executions}
        self.quarantines: Counter[str | None] = Counter()
        """How often faults put an execution, or a child of it, into quarantine: as often it may be begun anew."""
        for event in stored.events:
            if event.type == FAILED and event.execution is not None:
                self.quarantines.update((event.execution, parents.get(event.execution)))

    def expected(self, event: StoredEvent) -> set[str]:
        """Names of the endpoints this event is owed to."""
        receipt = self.receipts.get(event.id)
        if receipt is not None and receipt.status in UNROUTED:
            return set()
        names = (event.type,) if receipt is None else (event.type, RECEIVED)
        return {endpoint.name for endpoint in self.ledger.endpoints if any(map(endpoint.wants, names))}

"""What the books prove broken on the way in: receipts, batches, verdicts of filters, what was held, replays."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from tests.faults.case import UNROUTED, Case
from tests.faults.ledger import StoredReceipt, Submission


def lost_receipt(case: Case) -> Iterator[str]:
    """A push was answered 2xx and no receipt of that event, with this key, is there."""
    for submission in case.ledger.submitted:
        for event_id in set(submission.ids) if submission.kind == "push" else ():
            event = case.events.get(event_id)
            if event_id not in case.receipts:
                yield f"LOST {submission.key}: acked as {event_id}, which has no receipt"
            elif event is not None and event.key not in submission.bodies:
                yield f"LOST {submission.key}: acked as {event_id}, which is {event.key!r}"


def invented_receipt(case: Case) -> Iterator[str]:
    """A receipt of what nobody pushed."""
    for receipt in case.ledger.stored.receipts:
        event = case.events.get(receipt.id)
        owner = None if event is None else case.owners.get(event.key)
        if event is not None and (owner is None or owner.kind != "push"):
            yield f"INVENTED receipt {receipt.id}: {event.key!r} was never pushed"


def corrupt_receipt(case: Case) -> Iterator[str]:
    """The bytes kept are not those that were sent."""
    for receipt, submission, key in _owned(case):
        if receipt.sha256 != submission.bodies[key]:
            yield f"CORRUPT receipt {receipt.id}: not the bytes that {key} sent"


def misjudged(case: Case) -> Iterator[str]:
    """The filters of its source say something else."""
    for receipt, submission, key in _owned(case):
        if receipt.status not in (submission.fate, "held", "received"):
            yield f"MISJUDGED receipt {receipt.id}: {key} is {receipt.status}, not {submission.fate}"


def stuck_receipt(case: Case) -> Iterator[str]:
    """Held by an active source, never processed, or a job of replays without an end, after the calm phase."""
    active = {source.id for source in case.ledger.stored.sources if source.status == "active"}
    for receipt in case.ledger.stored.receipts:
        if receipt.status == "received" or (receipt.status == "held" and receipt.source in active):
            yield f"STUCK receipt {receipt.id}: {receipt.status} after the calm phase"
    for job in case.ledger.stored.jobs:
        if job.status in ("queued", "running"):
            yield f"STUCK job {job.id}: {job.status} after the calm phase"


def orphan_receipt(case: Case) -> Iterator[str]:
    """Receipt, event, key, replay row, execution: together or not at all."""
    stored = case.ledger.stored
    keyed, replayed = set(stored.keys.values()), {replay.event for replay in stored.replays}
    for event in stored.events:
        if event.origin == "webhook" and event.id not in case.receipts:
            yield f"ORPHAN event {event.id}: received, but without a receipt"
        if event.origin == "webhook" and event.id not in keyed:
            yield f"ORPHAN event {event.id}: received, but without its dedupe key"
        if event.origin == "replay" and event.id not in replayed:
            yield f"ORPHAN event {event.id}: a replay that no row tells of"
    for receipt in stored.receipts:
        if receipt.id not in case.events:
            yield f"ORPHAN receipt {receipt.id}: no such event"
    for replay in stored.replays:
        if replay.event not in case.events:
            yield f"ORPHAN replay of {replay.origin}: no event {replay.event}"
    yield from _orphan_work(case)


def _orphan_work(case: Case) -> Iterator[str]:
    """A processed receipt of a source with a workflow has its execution, any other none and no deliveries."""
    stored = case.ledger.stored
    starts = {source.id for source in stored.sources if source.starts}
    runs: dict[str | None, list[str]] = defaultdict(list)
    for execution in stored.executions:
        runs[execution.trigger].append(execution.id)
    for receipt in stored.receipts:
        if receipt.status == "received":
            continue
        wanted = int(receipt.status == "processed" and receipt.source in starts)
        if len(runs[receipt.id]) != wanted:
            yield f"ORPHAN receipt {receipt.id}: {len(runs[receipt.id])} executions instead of {wanted}"
        elif wanted and runs[receipt.id] != [receipt.execution]:
            yield f"ORPHAN receipt {receipt.id}: names execution {receipt.execution}, it started {runs[receipt.id]}"
        if receipt.status in UNROUTED and case.of_event[receipt.id]:
            yield f"ORPHAN receipt {receipt.id}: {receipt.status}, and yet it has deliveries"


def half_batch(case: Case) -> Iterator[str]:
    """Of a batch some elements are there and some are not."""
    there = {event.key for event in case.ledger.stored.events}
    for submission in case.ledger.submitted:
        found = len(submission.parts.keys() & there)
        if submission.parts and found != len(submission.parts) and (found or submission.is_acked):
            yield f"HALF BATCH {submission.key}: {found} of {len(submission.parts)} elements"


def doubled(case: Case) -> Iterator[str]:
    """Two deliveries of an event to one endpoint; two replays of an event by one job, or not as many as it counted."""
    stored = case.ledger.stored
    pairs = Counter((delivery.event, delivery.endpoint) for delivery in stored.deliveries)
    for (event_id, endpoint_id), count in pairs.items():
        if count > 1:
            yield f"DOUBLE DELIVERY event {event_id} to {endpoint_id}: {count} deliveries"
    made = Counter((replay.job, replay.origin) for replay in stored.replays if replay.job is not None)
    for (job_id, origin), count in made.items():
        if count > 1:
            yield f"DOUBLE EVENT {origin}: replayed {count} times by job {job_id}"
    by_job = Counter(job_id for job_id, _ in made)
    for job in stored.jobs:
        if job.status == "done" and by_job[job.id] != job.succeeded:
            yield f"LOST replays: job {job.id} counted {job.succeeded}, {by_job[job.id]} are there"


def _owned(case: Case) -> Iterator[tuple[StoredReceipt, Submission, str]]:
    for receipt in case.ledger.stored.receipts:
        event = case.events.get(receipt.id)
        owner = None if event is None else case.owners.get(event.key)
        if event is not None and owner is not None and owner.kind == "push":
            yield receipt, owner, event.key


INBOUND: tuple[Callable[[Case], Iterator[str]], ...] = (
    lost_receipt,
    invented_receipt,
    corrupt_receipt,
    misjudged,
    stuck_receipt,
    orphan_receipt,
    half_batch,
    doubled,
)

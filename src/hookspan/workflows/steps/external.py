"""Kind `external`: waits until somebody outside says that it is done, or that it failed (contracts C.6)."""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.model.workflows import LONGEST_WAIT_MS
from hookspan.workflows.members import Members
from hookspan.workflows.steps.outcome import Awaits, Call

USUAL_TTL_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class External:
    """How long an answer is waited for, and so how long the callback URL holds."""

    ttl_ms: int


def read(members: Members) -> External:
    """`{callbackTtlMs?}`: waits until somebody says that it is done or failed; too late it fails with `timed_out`."""
    members.only(("callbackTtlMs",))
    return External(members.integer("callbackTtlMs", USUAL_TTL_MS, 1, LONGEST_WAIT_MS))


def run(work: External, call: Call) -> Awaits:
    """Nothing to do here but to wait."""
    return Awaits(call.now + work.ttl_ms)

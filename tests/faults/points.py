"""L2 failpoints: the process dies once at each point, at its first and at its seventh pass, on one database."""

from __future__ import annotations

import contextlib
import signal

from tests.faults.case import Case
from tests.faults.checks import double_event, orphan
from tests.faults.checks_inbound import corrupt_receipt, doubled, half_batch, misjudged, orphan_receipt
from tests.faults.checks_workflows import kept_back, orphan_start, over_granted, recorded_twice
from tests.faults.ledger import Kill, Ledger, Options
from tests.faults.scene import CHAOS_ENDPOINTS, Scene, played, scene
from tests.faults.stimuli import SETTINGS, STIMULI, Outbox, grow_old, look_again, moved, old_left, relay
from tests.faults.victims import NotReady, Victim, until

DEATH_SECONDS = 30.0
_WAITING = "SELECT count(*) FROM events WHERE status = 'scheduled'"
# The first event of every life is its own `system.info`; the second is somebody's.
# A sweep finds something once after each death, a stop happens once, a hold needs a person: one pass is all they get.
POINTS = {
    "receive.verified": (1, 7),
    "accept.in_tx": (2, 7),
    "commit.before": (1, 7),
    "commit.after": (1, 7),
    "claim.in_tx": (1, 7),
    "claim.after_commit": (1, 7),
    "send.before_connect": (1, 7),
    "send.after_status": (1, 7),
    "settle.in_tx": (1, 7),
    "settle.after_commit": (1, 7),
    "step.before_effect": (1, 7),
    "step.after_effect": (1, 7),
    "step.after_commit": (1, 7),
    "start.in_tx": (1, 3),
    "start.after_commit": (1, 3),
    "execution.claimed": (1, 3),
    "record.in_tx": (1, 7),
    "message.in_tx": (1, 3),
    "grant.in_tx": (1, 3),
    "child.in_tx": (1, 2),
    "schedule.in_tx": (1,),
    "delayed.in_tx": (1,),
    "fanout.batch": (1, 7),
    "hold.batch": (1,),
    "held.in_tx": (1,),
    "job.in_tx": (1,),
    "replay.in_tx": (1, 2),
    "prune.batch": (1,),
    "relay.before_send": (1,),
    "relay.after_send": (1,),
    "search.indexed": (1, 2),
    "stop.after_drain": (1,),
    "sweep.in_tx": (1,),
}


TORN = (
    *(orphan, double_event, orphan_receipt, corrupt_receipt, misjudged, half_batch, doubled),
    *(orphan_start, recorded_twice, over_granted, kept_back),
)
"""What must hold at any moment, also right after a death."""


def all_points() -> tuple[str, ...]:
    """Every `point:pass`; the sweep last, when an earlier death has left it something."""
    return tuple(f"{name}:{hits}" for name, passes in POINTS.items() for hits in passes)


async def points(options: Options) -> Ledger:
    """Die at each point of the options in turn, drain, judge."""
    async with scene(options, CHAOS_ENDPOINTS) as town:
        return await played(town, _die_everywhere)


async def _die_everywhere(town: Scene) -> None:
    first = await town.serve()
    await town.answering(first)
    await town.set_up(first)
    town.produce()
    await town.kill(first, "setup", 1, is_reached=True)
    for point in town.options.points:
        await _die_at(town, point)
    look_again(town.books.engine)
    await town.answering(await town.serve())
    if not await until(DEATH_SECONDS, lambda: not old_left(town.books.engine)):
        town.ledger.noted.append("STUCK what is too old was not removed after the janitor's death")
    if not await until(DEATH_SECONDS, lambda: not town.books.count(_WAITING)):
        town.ledger.noted.append("STUCK an event still waits for its hour after its release's death")


async def _die_at(town: Scene, point: str) -> None:
    """One process from its start to its death at the point; what it leaves must hold at once."""
    name = point.partition(":")[0]
    if name.startswith("relay."):
        await _die_relaying(town, point)
        return
    if name == "sweep.in_tx":
        await _leave_leases(town)
    elif name == "prune.batch":
        grow_old(town.books.engine)
    town.books.forget_leases()
    victim = await town.serve(failpoint=point, settings=SETTINGS.get(name, {}))
    # It may die while it starts: then it is not ready, and should not be.
    with contextlib.suppress(NotReady):
        await town.answering(victim)
        if name in STIMULI:
            await STIMULI[name](town, victim)
    await _dead(town, victim, point)
    town.ledger.noted.extend(f"AT {point}: {violation}" for violation in _torn(town))


async def _dead(town: Scene, victim: Victim, point: str) -> None:
    """Wait for the death; one that does not come is noted."""
    is_dead = await until(DEATH_SECONDS, lambda: not victim.is_alive)
    is_reached = is_dead and victim.code.result() == -signal.SIGKILL
    town.ledger.kills.append(Kill(victim.name, point, "passes", int(point.partition(":")[2]), is_reached))
    if not is_reached:
        town.ledger.noted.append(f"NOT REACHED {point}")
        await victim.end(signal.SIGKILL)


def _torn(town: Scene) -> list[str]:
    """What should have been born together and was not."""
    ledger = Ledger(options=town.options, endpoints=town.ledger.endpoints, submitted=town.crowd.submitted)
    ledger.kills = town.ledger.kills
    ledger.started, ledger.pools, ledger.stored = town.callers.started, town.ledger.pools, town.books.read()
    case = Case(ledger)
    return [violation for check in TORN for violation in check(case)]


async def _leave_leases(town: Scene) -> None:
    victim = await town.serve(failpoint="send.after_status:3")
    with contextlib.suppress(NotReady):
        await town.answering(victim)
    if not await until(DEATH_SECONDS, lambda: not victim.is_alive):
        await victim.end(signal.SIGKILL)


async def _die_relaying(town: Scene, point: str) -> None:
    """The relay of an application dies; the next one moves what is left, each row to one event."""
    api = await town.serve()
    await town.answering(api)
    outbox = Outbox(town.folder)
    submission = outbox.write(f"outbox-{point}")
    town.crowd.submitted.append(submission)
    await _dead(town, await relay(town, outbox, point), point)
    await moved(town, outbox, submission)
    outbox.close()
    await town.kill(api, "relayed", 1, is_reached=True)

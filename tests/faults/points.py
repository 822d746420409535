"""L2 failpoints: the process dies once at each point, at its first and at its seventh pass, on one database."""

from __future__ import annotations

import contextlib
import signal

from tests.faults import web
from tests.faults.checks import Case, double_event, orphan
from tests.faults.ledger import Kill, Ledger, Options
from tests.faults.scene import CHAOS_ENDPOINTS, Scene, played, scene
from tests.faults.victims import NotReady, Victim, until

DEATH_SECONDS = 30.0
# A sweep finds something once after each death, a stop happens once, a hold needs a person: one pass is all they get.
POINTS = {
    "accept.in_tx": (1, 7),
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
    "hold.batch": (1,),
    "stop.after_drain": (1,),
    "sweep.in_tx": (1,),
}


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
    await town.answering(await town.serve())


async def _die_at(town: Scene, point: str) -> None:
    """One process from its start to its death at the point; what it leaves must hold at once."""
    name, _, hits = point.partition(":")
    if name == "sweep.in_tx":
        await _leave_leases(town)
    victim = await town.serve(failpoint=point)
    # It may die while it starts: then it is not ready, and should not be.
    with contextlib.suppress(NotReady):
        await town.answering(victim)
        await _stimulate(town, victim, name)
    is_dead = await until(DEATH_SECONDS, lambda: not victim.is_alive)
    is_reached = is_dead and victim.code.result() == -signal.SIGKILL
    town.ledger.kills.append(Kill(victim.name, point, "passes", int(hits), is_reached))
    if not is_reached:
        town.ledger.noted.append(f"NOT REACHED {point}")
        await victim.end(signal.SIGKILL)
    town.ledger.noted.extend(f"AT {point}: {violation}" for violation in _torn(town))


def _torn(town: Scene) -> list[str]:
    """What should have been born together and was not."""
    case = Case(Ledger(options=town.options, endpoints=town.ledger.endpoints, stored=town.books.read()))
    return [violation for check in (orphan, double_event) for violation in check(case)]


async def _leave_leases(town: Scene) -> None:
    victim = await town.serve(failpoint="send.after_status:3")
    with contextlib.suppress(NotReady):
        await town.answering(victim)
    if not await until(DEATH_SECONDS, lambda: not victim.is_alive):
        await victim.end(signal.SIGKILL)


async def _stimulate(town: Scene, victim: Victim, name: str) -> None:
    """What traffic alone does not bring about."""
    if name == "stop.after_drain":
        victim.signal(signal.SIGTERM)
    elif name == "hold.batch":
        busy = next(endpoint for endpoint in town.ledger.endpoints if endpoint.name == "plain")
        waits = f"SELECT count(*) FROM webhook_deliveries WHERE status = 'pending' AND endpoint_id = '{busy.id}'"
        await until(DEATH_SECONDS, lambda: town.books.count(waits) > 0)
        await web.ask(victim.url, victim.token, f"/api/v1/endpoints/{busy.id}/pause", {})

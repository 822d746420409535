"""Callers: start executions by call and by event, look how they stand, tell them what they wait for, begin them anew.

Whoever attends to executions looks into the database, so that also those go on whose start was never answered.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.faults import web
from tests.faults.books import Books
from tests.faults.ledger import Started
from tests.faults.producers import Door
from tests.faults.tour import BEGIN, SIGNAL, again, born, clocked, halted, inner, narrow, patient, tour

PAUSE_SECONDS = 0.12
LOOK_SECONDS = 0.1
AT_ONCE = 8
PLANS: Mapping[str, int] = {"tour": 4, "again": 2, "halted": 2, "born": 3, "narrow": 4}
_ANEW = "w.name = 'again' AND e.status IN ('completed', 'failed')"
_OPEN = (
    "SELECT e.id, w.name, e.status, s.step_id, s.status, s.attempts FROM executions e"
    " JOIN workflows w ON w.id = e.workflow_id LEFT JOIN steps s ON s.execution_id = e.id"
    f" WHERE w.name IN ('tour', 'again', 'halted') AND (e.status IN ('pending', 'running', 'waiting') OR {_ANEW})"
)
_CHILD_WAITS = "SELECT parent_execution_id FROM executions WHERE parent_step_id = 'sub' AND status = 'waiting'"
_UNREAD = "SELECT execution_id, kind, topic, created_at FROM execution_messages"
_Steps = Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """How an execution stands: its steps by id with status and tries, what it was told and has not read."""

    id: str
    plan: str
    status: str
    steps: _Steps
    unread: frozenset[tuple[str, str]]
    has_patient: bool

    def waits(self, step_id: str) -> bool:
        """Whether the step waits, and nobody answered yet."""
        return self.steps.get(step_id, ("", 0))[0] == "waiting" and step_id not in {topic for _, topic in self.unread}


@dataclass
class Callers:
    """All callers of a run; `started` is what they began, `acts` how often they told something and were heard."""

    seed: int
    door: Door
    books: Books
    started: list[Started] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    workflows: dict[str, str] = field(default_factory=dict)
    most: int = 0
    is_over: bool = False
    longest_unread_ms: float = 0.0
    """How long a message waited that was not read; nobody tells anything that is not waited for."""
    pause_seconds: float = PAUSE_SECONDS
    noted: list[str] = field(default_factory=list)

    async def set_up(self, url: str, token: str, step_url: str) -> None:
        """Save the workflows through the API."""

        async def save(definition: Mapping[str, object]) -> str:
            made = await web.ask(url, token, "/api/v1/workflows", definition)
            self.workflows[str(definition["name"])] = made["id"]
            return str(made["id"])

        inner_id, patient_id = await save(inner()), await save(patient())
        for definition in (tour(step_url, inner_id), again(inner_id), halted(patient_id), narrow(step_url), born()):
            await save(definition)
        await save(clocked())

    # -- starting ------------------------------------------------------------------------------------------------

    async def call(self, number: int) -> None:
        """One caller, until the run is over or enough was started; nothing is started twice, answered or not."""
        chance = random.Random(f"{self.seed}:caller:{number}")
        while not self.is_over and (not self.most or len(self.started) < self.most):
            plan = chance.choices(list(PLANS), list(PLANS.values()))[0]
            started = Started(f"{self.seed}-flow-{len(self.started)}", plan)
            self.started.append(started)
            await self._start(started)
            await asyncio.sleep(self.pause_seconds * chance.random() * 2)

    async def _start(self, started: Started) -> None:
        data = {"key": started.key}
        if started.plan == "born":
            path, members = "/api/v1/events", {"type": BEGIN, "data": data}
        else:
            path, members = f"/api/v1/workflows/{self.workflows[started.plan]}/executions", {"input": data}
        reply = await self._post(path, members)
        if reply is not None and 200 <= reply.status < 300:
            started.id = reply.json()["id"]
        elif reply is not None and 400 <= reply.status < 500:
            self.noted.append(f"REFUSED {started.plan}: {reply.status} {reply.body[:200]!r}")

    async def _post(self, path: str, members: object) -> web.Reply | None:
        headers = {"Authorization": f"Bearer {self.door.token}", "Content-Type": "application/json"}
        url = path if path.startswith("http") else self.door.url + path
        reply = await web.call(url, headers=headers, body=json.dumps(members).encode(), seconds=20.0)
        return None if reply is web.CUT else reply

    # -- attending -----------------------------------------------------------------------------------------------

    async def attend(self) -> None:
        """Tell whoever waits for something, for ever."""
        while True:
            acts = [act for standing in self.standing() for act in _acts(standing)]
            for some in range(0, len(acts), AT_ONCE):
                await asyncio.gather(*(self._act(*act) for act in acts[some : some + AT_ONCE]))
            await asyncio.sleep(LOOK_SECONDS)

    def standing(self) -> list[Standing]:
        """Executions that are not over, or are to be begun anew."""
        steps: dict[tuple[str, str, str], dict[str, tuple[str, int]]] = {}
        for identity, plan, status, step_id, step_status, attempts in self.books.rows(_OPEN):
            known = steps.setdefault((identity, plan, status), {})
            if step_id is not None:
                known[step_id] = (step_status, attempts)
        unread: dict[str, set[tuple[str, str]]] = {}
        for identity, kind, topic, told_at in self.books.rows(_UNREAD):
            unread.setdefault(identity, set()).add((kind, topic))
            self.longest_unread_ms = max(self.longest_unread_ms, time.time() * 1_000 - told_at)
        patients = {row[0] for row in self.books.rows(_CHILD_WAITS)}
        return [
            Standing(*named, known, frozenset(unread.get(named[0], ())), named[0] in patients)
            for named, known in steps.items()
            if not (named[1] == "again" and named[2] == "completed" and known["stubborn"][1] > 2)
        ]

    async def _act(self, standing: Standing, name: str, members: object) -> None:
        base = f"/api/v1/executions/{standing.id}"
        path = await self._callback(base) if name == "callback" else f"{base}/{name}"
        if path is None:
            return
        reply = await self._post(path, members)
        if reply is not None:
            self.acts[f"{name.partition('/')[0]} {reply.status}"] += 1
            # Two look at once, and what was waited for a moment ago is not any more.
            if 400 <= reply.status < 500 and reply.status != 409:
                self.noted.append(f"REFUSED {name} of {standing.plan}: {reply.status} {reply.body[:200]!r}")

    async def _callback(self, base: str) -> str | None:
        """Where the step `called` may be answered, as its execution shows it."""
        headers = {"Authorization": f"Bearer {self.door.token}"}
        reply = await web.call(f"{self.door.url}{base}/steps", method="GET", headers=headers, seconds=20.0)
        if reply is None or reply.status != 200:
            return None
        urls = [step.get("callbackUrl") for step in reply.json()["data"] if step["stepId"] == "called"]
        return urls[0] if urls and urls[0] else None


def _acts(standing: Standing) -> list[tuple[Standing, str, object]]:
    """What a caller does for it now."""
    return [(standing, name, members) for name, members in _BY_PLAN[standing.plan](standing)]


def _tell(standing: Standing) -> list[tuple[str, object]]:
    acts: list[tuple[str, object]] = []
    if standing.waits("asked") and ("signal", SIGNAL) not in standing.unread:
        acts.append((f"signals/{SIGNAL}", {"went": True}))
    if standing.waits("outside"):
        acts.append(("steps/outside/complete", {"output": {"by": "name"}}))
    if standing.waits("called"):
        acts.append(("callback", {"by": "callback"}))
    return acts


def _begin_anew(standing: Standing) -> list[tuple[str, object]]:
    if standing.status == "failed":
        return [("retry", {})]
    if standing.status == "completed":
        return [("restart-from", {"stepId": "stubborn"})]
    return []


def _cancel(standing: Standing) -> list[tuple[str, object]]:
    return [("cancel", {})] if standing.has_patient and "queue" in standing.steps else []


_BY_PLAN: Mapping[str, Callable[[Standing], list[tuple[str, object]]]] = {
    "tour": _tell,
    "again": _begin_anew,
    "halted": _cancel,
}

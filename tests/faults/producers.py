"""Producers: publish and push until told to stop; try again, ask twice on purpose, hang up, sometimes give up."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.faults import web
from tests.faults.ledger import Submission
from tests.faults.sources import PUSHES, invented, signed

GIVE_UP, ASK_TWICE, ASK_OTHERWISE, HANG_UP = 0.04, 0.15, 0.05, 0.03
ORDERED = 0.4
PAUSE_SECONDS = 0.03
RETRY_SECONDS = 0.1
PUSH = 0.4
_ODD = '"big":12345678901234567890,  "twice":1, "twice":2 ,"text":"Zürich \\u0007 \u2028","n":10.50'


@dataclass
class Door:
    """Where producers knock now; the nemesis moves it when a process starts again."""

    url: str
    token: str


@dataclass
class Crowd:
    """All producers of a run and what they submitted; with a `spare` door they take turns at two.

    `paths` are the sources' by name, `push` is the share of what is pushed to them; `noted` are answers that are wrong.
    """

    seed: int
    door: Door
    submitted: list[Submission] = field(default_factory=list)
    acks: int = 0
    events: int = 0
    order_keys: int = 0
    spare: Door | None = None
    refusals: Counter[int] = field(default_factory=Counter)
    refused_pushes: int = 0
    cuts: int = 0
    is_over: bool = False
    pause_seconds: float = PAUSE_SECONDS
    push: float = PUSH
    paths: dict[str, str] = field(default_factory=dict)
    noted: list[str] = field(default_factory=list)

    async def produce(self, number: int) -> None:
        """One producer, until the run is over or all events are submitted."""
        chance = random.Random(f"{self.seed}:producer:{number}")
        while not self.is_over and (not self.events or len(self.submitted) < self.events):
            submission, body = self._invent(chance)
            self.submitted.append(submission)
            await self._insist(submission, body, chance)
            await asyncio.sleep(self.pause_seconds * chance.random() * 2)

    def _invent(self, chance: random.Random) -> tuple[Submission, bytes]:
        key = f"{self.seed}-{len(self.submitted)}"
        if chance.random() < self.push:
            return invented(key, chance)
        data = f'{{ "key":"{key}", {_ODD}, "pad":"{"x" * chance.randrange(400)}"}}'.encode()
        sha256 = hashlib.sha256(data).hexdigest()
        name = chance.choice(("fault.order", "fault.order", "fault.other"))
        order = f"k{chance.randrange(self.order_keys)}" if self.order_keys and chance.random() < ORDERED else None
        submission = Submission(key, "publish", name, sha256, order=order)
        ordered = b',"orderingKey":"%s"' % order.encode() if order else b""
        return submission, b'{"type":"%s"%s,"data":%s}' % (name.encode(), ordered, data)

    async def _insist(self, submission: Submission, body: bytes, chance: random.Random) -> None:
        """Knock until it is kept; a repeat must name the same event."""
        patience = 2 if chance.random() < GIVE_UP else None
        while not submission.ids and (patience is None or submission.tries < patience):
            if self.is_over and submission.tries > 20:
                return
            await self._knock(submission, body, hangs_up=chance.random() < HANG_UP)
            if not submission.ids:
                await asyncio.sleep(RETRY_SECONDS * chance.random())
        if submission.ids and chance.random() < ASK_TWICE:
            await self._knock(submission, body, hangs_up=False)
        if submission.ids and submission.source == PUSHES.name and chance.random() < ASK_OTHERWISE:
            await self._ask_otherwise(submission, body)

    async def _ask_otherwise(self, submission: Submission, body: bytes) -> None:
        """Another body under a delivery id that is kept: nothing may come of it, and its sender must hear so."""
        other = body.replace(b'"pad"', b'"paddle"')
        headers = signed(submission, other)
        reply = await web.call(self.door.url + self.paths[PUSHES.name], headers=headers, body=other, seconds=20.0)
        if reply not in (None, web.CUT) and reply is not None and reply.status not in (409, 503):
            self.noted.append(f"CONFLICT {submission.key}: another body under its id was answered {reply.status}")

    async def _knock(self, submission: Submission, body: bytes, *, hangs_up: bool) -> None:
        submission.tries += 1
        door = self.spare if self.spare is not None and submission.tries % 2 else self.door
        submission.sent_at = submission.sent_at or time.monotonic()
        if submission.kind == "push":
            url, headers = door.url + self.paths[submission.source], signed(submission, body)
        else:
            url = door.url + "/api/v1/events"
            headers = {
                "Authorization": f"Bearer {door.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": submission.key,
            }
        reply = await web.call(url, headers=headers, body=body, seconds=20.0, hangs_up=hangs_up)
        self.cuts += reply is web.CUT
        if reply is not None and reply.status >= 300:
            self.refusals[reply.status] += 1
            self.refused_pushes += submission.kind == "push"
            if 400 <= reply.status < 500:
                self.noted.append(f"REFUSED {submission.key}: answered {reply.status} {reply.body[:200]!r}")
        if reply is not None and 200 <= reply.status < 300:
            told = json.loads(reply.body)
            submission.ids.append(told["eventId"] if submission.kind == "push" else told["id"])
            submission.acked_at = submission.acked_at or time.monotonic()
            self.acks += 1

"""Producers: publish and push until told to stop; try again, ask twice on purpose, hang up, sometimes give up."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field

from tests.faults import web
from tests.faults.ledger import Submission

PUSH_SECRET = "faults-push-secret-of-forty-characters-x"
GIVE_UP, ASK_TWICE, HANG_UP, PUSH = 0.04, 0.15, 0.03, 0.25
ORDERED = 0.4
PAUSE_SECONDS = 0.03
RETRY_SECONDS = 0.1
_ODD = '"big":12345678901234567890,  "twice":1, "twice":2 ,"text":"Zürich \\u0007 \u2028","n":10.50'


@dataclass
class Door:
    """Where producers knock now; the nemesis moves it when a process starts again."""

    url: str
    token: str
    push_path: str


@dataclass
class Crowd:
    """All producers of a run and what they submitted; with a `spare` door they take turns at two."""

    seed: int
    door: Door
    submitted: list[Submission] = field(default_factory=list)
    acks: int = 0
    events: int = 0
    order_keys: int = 0
    spare: Door | None = None
    refusals: Counter[int] = field(default_factory=Counter)
    cuts: int = 0
    is_over: bool = False
    pause_seconds: float = PAUSE_SECONDS

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
        data = f'{{ "key":"{key}", {_ODD}, "pad":"{"x" * chance.randrange(400)}"}}'.encode()
        sha256 = hashlib.sha256(data).hexdigest()
        if chance.random() < PUSH:
            return Submission(key, "push", "github.push", sha256), data
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

    async def _knock(self, submission: Submission, body: bytes, *, hangs_up: bool) -> None:
        submission.tries += 1
        door = self.spare if self.spare is not None and submission.tries % 2 else self.door
        submission.sent_at = submission.sent_at or time.monotonic()
        if submission.kind == "push":
            url, headers = door.url + self.door.push_path, _github(submission.key, body)
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
        if reply is not None and 200 <= reply.status < 300:
            told = json.loads(reply.body)
            submission.ids.append(told["eventId"] if submission.kind == "push" else told["id"])
            submission.acked_at = submission.acked_at or time.monotonic()
            self.acks += 1


def _github(key: str, body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": str(uuid.uuid5(uuid.NAMESPACE_URL, key)),
        "X-Hub-Signature-256": "sha256=" + hmac.new(PUSH_SECRET.encode(), body, "sha256").hexdigest(),
    }

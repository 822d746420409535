"""The sources of a run and what is pushed to them: signed, judged, in batches, and to one that holds at times."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.faults import web
from tests.faults.ledger import Submission

PUSH_SECRET = "faults-push-secret-of-forty-characters-x"
SPENT = 10_001
"""So many elements of a list are more than filters may look at."""
_ODD = '"big":12345678901234567890,  "twice":1, "twice":2 ,"text":"Zürich \\u0007 \u2028","n":10.50'
_MANY = '"keep":false, "many":[' + "0," * SPENT + "0]"
_FATES = {"processed": '"keep":true', "filtered": '"keep":false', "failed": _MANY}
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """One source of ours: what it is made of, its filters, and how often something is pushed to it."""

    name: str
    weight: int
    wish: Json = field(default_factory=dict)
    filters: Sequence[Json] = ()
    starts: bool = False
    fates: Mapping[str, int] = field(default_factory=lambda: {"processed": 1})


PUSHES = Source("pushes", 4, {"provider": "github"}, starts=True)
SIGNED = Source(
    "signed",
    3,
    filters=(
        {"fieldPath": "$.keep", "operator": "equals", "value": True, "logicGroup": 0},
        {"fieldPath": "$.many[*]", "operator": "equals", "value": 1, "logicGroup": 1},
    ),
    fates={"processed": 10, "filtered": 6, "failed": 4},
)
TIDAL = Source("tidal", 3, starts=True)
BATCHES = Source("batches", 3, {"split": "$.items"})
SOURCES = (PUSHES, SIGNED, TIDAL, BATCHES)


async def sources_made(url: str, token: str, workflow_id: str) -> dict[str, str]:
    """Make all sources; the path of each by its name."""
    paths = {}
    for source in SOURCES:
        bound = {"workflowId": workflow_id} if source.starts else {}
        wish = {"name": source.name, "authType": "signature", "secret": PUSH_SECRET, **bound, **source.wish}
        made = await web.ask(url, token, "/api/v1/webhooks", wish)
        paths[source.name] = urlsplit(made["url"]).path
        if source.filters:
            filters = f"/api/v1/webhooks/{made['id']}/filters"
            await web.ask(url, token, filters, {"filters": list(source.filters)}, method="PUT")
    return paths


def invented(key: str, chance: random.Random) -> tuple[Submission, bytes]:
    """Something to push, and its body."""
    source = chance.choices(SOURCES, [source.weight for source in SOURCES])[0]
    if source is BATCHES:
        return _batch(key, chance)
    fate = chance.choices(list(source.fates), list(source.fates.values()))[0]
    body = f'{{ "key":"{key}", {_FATES[fate]}, {_ODD}, "pad":"{"x" * chance.randrange(400)}"}}'.encode()
    kind = "github.push" if source is PUSHES else "webhook.received"
    return Submission(key, "push", kind, _sha256(body), source=source.name, fate=fate), body


def _batch(key: str, chance: random.Random) -> tuple[Submission, bytes]:
    made = {f"{key}.{place}": b"" for place in range(chance.randint(2, 6))}
    parts = {part: f'{{"key": "{part}" , {_ODD}}}'.encode() for part in made}
    body = b'{ "items": [ ' + b" , ".join(parts.values()) + b' ], "more": 0}'
    hashes = {part: _sha256(text) for part, text in parts.items()}
    return Submission(key, "push", "webhook.received", _sha256(body), source=BATCHES.name, parts=hashes), body


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def signed(submission: Submission, body: bytes) -> dict[str, str]:
    """The headers of a push; a repeat carries the delivery id of the first."""
    signature = hmac.new(PUSH_SECRET.encode(), body, "sha256").hexdigest()
    if submission.source == PUSHES.name:
        return {
            "Content-Type": "application/json",
            "X-GitHub-Event": "push",
            "X-GitHub-Delivery": str(uuid.uuid5(uuid.NAMESPACE_URL, submission.key)),
            "X-Hub-Signature-256": f"sha256={signature}",
        }
    return {
        "Content-Type": "application/json",
        "X-Webhook-Signature": signature,
        "Idempotency-Key": submission.key,
    }


async def turned(url: str, token: str, name: str, verb: str) -> bool:
    """Pause or resume a source; False when nobody answered so."""
    with contextlib.suppress(web.Refused):
        found = await web.ask(url, token, "/api/v1/webhooks?limit=100", {}, method="GET")
        identity = next(row["id"] for row in found["data"] if row["name"] == name)
        await web.ask(url, token, f"/api/v1/webhooks/{identity}/{verb}", {})
        return True
    return False


async def replayed(url: str, token: str, event_ids: Sequence[str], per_second: int) -> bool:
    """Ask for a job that replays these; False when nobody answered so."""
    with contextlib.suppress(web.Refused, asyncio.IncompleteReadError):
        wish = {"eventIds": list(event_ids), "ratePerSecond": per_second}
        await web.ask(url, token, "/api/v1/events/replay", wish)
        return True
    return False

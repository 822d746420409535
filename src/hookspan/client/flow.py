"""How a request is tried, without touching a socket: the same steps whether the caller waits or awaits (contracts G.4).

`tried` yields what to do next, a Call to send or a Pause to keep, and is sent what came of it: an Answer, or Lost.
Connection errors, 429 and 502–504 are tried again where that is safe: a POST carries an `Idempotency-Key`, so a second
try cannot do the work twice. What the server may have done and cannot recognise again is never repeated.
"""

from __future__ import annotations

import uuid
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2
import msgspec

from hookspan.client.answers import Answer, Unreachable, refusal, retry_after_s

Filter = str | int | bool | Sequence[str] | None
Pair = tuple[str, str | int | float | bool | None]
AGAIN = frozenset({429, 502, 503, 504})
FIRST_PAUSE_S = 0.2
BATCH = "/api/v1/events/batch"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Call:
    """One request, whole but for the server's address."""

    method: str
    path: str
    content: bytes | None = None
    query: Sequence[Pair] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def repeatable(self) -> bool:
        """Whether the server does it once, however often it is asked."""
        # The events of a batch carry a key each.
        return self.method != "POST" or "Idempotency-Key" in self.headers or self.path == BATCH


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so long before the next try."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer came; `unseen` says the server cannot have read the request."""

    reason: str
    unseen: bool
    cause: Exception | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How much a client bears: `retries` further tries, and no longer wait than `timeout_s` between two."""

    url: str
    timeout_s: float
    retries: int


Reply = Answer | Lost | None
Tries = Generator[Call | Pause, Reply, Answer]


def call_of(
    method: str,
    path: str,
    *,
    json: object = None,
    content: bytes | None = None,
    params: Mapping[str, Filter] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Call:
    """A request as it goes out; a POST under `/api/v1` gets an `Idempotency-Key` unless it has one."""
    fields = dict(headers or {})
    if json is not None:
        content = msgspec.json.encode(json)
    if content is not None:
        fields.setdefault("Content-Type", "application/json")
    if method == "POST" and path.startswith("/api/v1/") and path != BATCH:
        fields.setdefault("Idempotency-Key", str(uuid.uuid4()))
    return Call(method, path, content, query_of(params), fields)


def tried(call: Call, patience: Patience) -> Tries:
    """The steps to a 2xx answer; raises ApiError for any other, Unreachable for none."""
    for number in range(patience.retries + 1):
        is_last = number == patience.retries
        pause_s = FIRST_PAUSE_S * 2**number
        reply = yield call
        if isinstance(reply, Answer):
            if reply.status < 400:
                return reply
            asked_s = retry_after_s(reply.headers)
            # 429 and 503 say that nothing was done.
            may_repeat = reply.status in AGAIN and (call.repeatable or reply.status in {429, 503})
            if is_last or not may_repeat or (asked_s or 0) > patience.timeout_s:
                raise refusal(reply)
            pause_s = pause_s if asked_s is None else asked_s
        elif isinstance(reply, Lost) and (is_last or not (call.repeatable or reply.unseen)):
            raise Unreachable(f"{patience.url}: {reply.reason}") from reply.cause
        yield Pause(pause_s)
    raise AssertionError("the last try either returns or raises")


def query_of(params: Mapping[str, Filter] | None) -> list[Pair]:
    """Query parameters in order; a list repeats its name, None is left out."""
    pairs: list[Pair] = []
    for name, value in (params or {}).items():
        if isinstance(value, bool):
            pairs.append((name, "true" if value else "false"))
        elif isinstance(value, str | int):
            pairs.append((name, str(value)))
        elif value is not None:
            pairs.extend((name, each) for each in value)
    return pairs


def standing_headers(token: str | None) -> dict[str, str]:
    """What every request carries."""
    headers = {"User-Agent": "hookspan-client", "Accept": "application/json"}
    return headers | ({"Authorization": f"Bearer {token}"} if token else {})


def trusts_environment(url: str) -> bool:
    """Whether the environment's proxies may be used: never for a server on this machine."""
    return urlsplit(url).hostname not in _LOOPBACK


def lost(failure: httpx2.TransportError) -> Lost:
    """What a failure of the transport means for a second try."""
    unseen = isinstance(failure, httpx2.ConnectError | httpx2.ConnectTimeout)
    return Lost(reason_of(failure), unseen, failure)


def reason_of(failure: httpx2.TransportError) -> str:
    """A failure of the transport in a few words."""
    if isinstance(failure, httpx2.TimeoutException):
        return "no answer in time"
    return str(failure) or type(failure).__name__

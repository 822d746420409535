"""The hot routes: receive and publish. The server protocol asks here first; what is not hot goes on to the app.

An exchange is opened with the head of a request, says how much of a body it takes, and is finished with that body.
"""

from __future__ import annotations

import contextlib
import re
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from hookspan import observe
from hookspan.access.keys import KeyRing
from hookspan.access.roles import Caller
from hookspan.access.tokens import Tokens
from hookspan.api import problems
from hookspan.api.cloud_events import BATCH_TYPE, form_of
from hookspan.api.event_input import Desk
from hookspan.api.publish import publish, publish_many
from hookspan.errors import HookspanError, RateLimited, TooLarge, Unauthorized, Unavailable
from hookspan.inbound import answers
from hookspan.inbound.answers import Answer
from hookspan.inbound.receive import PREFIX, Head, Headers, Receiver
from hookspan.model.ids import looks_like_id
from hookspan.model.randomness import random_bytes

PUBLISH = "/api/v1/events"
BATCH = "/api/v1/events/batch"
BATCH_BYTES = 5 * 1_048_576
ENVELOPE_BYTES = 65_536
_REQUEST_ID = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")


@dataclass(slots=True)
class Exchange:
    """One hot request under way. `answer` is set when the head decided already."""

    max_body_bytes: int
    answer: Answer | None
    finish: Callable[[bytes], Awaitable[Answer]]
    too_large: Callable[[], Answer]
    request_id: str
    door: str
    timed_out: Callable[[], Answer] = lambda: answers.TIMEOUT


class HotRoutes:
    """Opens exchanges; shared by the server protocol and the receiver's route in the app."""

    def __init__(self, receiver: Receiver, desk: Desk, keys: KeyRing, tokens: Tokens) -> None:
        self._receiver = receiver
        self._desk = desk
        self._keys = keys
        self._tokens = tokens

    def open(self, head: Head, path: str) -> Exchange | None:
        """An exchange for a hot path, None for any other; `path` is raw, without the query.

        The app answers a publisher without token: a session's cookie has rules of its own.
        """
        if path.startswith(PREFIX):
            rest = path[len(PREFIX) :]
            return None if not rest or looks_like_id(rest.partition("/")[0]) else self.open_receiver(head)
        if head.method == "POST" and path in (PUBLISH, BATCH) and _field(head.headers, b"authorization") is not None:
            return self._open_publish(head, path)
        return None

    def open_receiver(self, head: Head) -> Exchange:
        """An exchange with the receiver, whatever the path."""
        admission = self._receiver.admit(head)

        async def finish(body: bytes) -> Answer:
            return await self._receiver.receive(admission, body)

        def too_large() -> Answer:
            return self._receiver.too_large(admission)

        def timed_out() -> Answer:
            return self._receiver.timed_out(admission)

        return Exchange(
            admission.max_body_bytes,
            admission.answer,
            finish,
            too_large,
            request_id(head.headers),
            "receiver",
            timed_out,
        )

    def _open_publish(self, head: Head, path: str) -> Exchange:
        is_batch = path == BATCH or _is_batch(head.headers)
        # Base64 is counted decoded, so that much more of it may come; the data's own limit is judged afterwards.
        limit = (BATCH_BYTES if is_batch else self._desk.payload_bytes * 4 // 3) + ENVELOPE_BYTES
        identity = request_id(head.headers)

        floods, client = self._receiver.floods, self._receiver.client_of(head)

        def refuse(error: HookspanError) -> Answer:
            if isinstance(error, Unauthorized):
                floods.refused(client)
            return problem_answer(error, path, identity)

        async def finish(body: bytes) -> Answer:
            try:
                caller = await self._caller(head.headers)
                form = form_of(head.headers)
                write = publish_many if path == BATCH else publish
                return await write(self._desk, caller, form, body, _field(head.headers, b"idempotency-key"))
            except HookspanError as error:
                return refuse(error)

        def too_large() -> Answer:
            return refuse(TooLarge(f"the body is over {limit} bytes"))

        declared = _field(head.headers, b"content-length")
        early = too_large() if declared is not None and int(declared) > limit else None
        wait_s = floods.wait_s(client)
        if wait_s is not None:
            early = refuse(RateLimited("too many refused requests; come back later", retry_after_s=wait_s))
        return Exchange(limit, early, finish, too_large, identity, "native")

    async def _caller(self, headers: Headers) -> Caller:
        scheme, _, token = (_field(headers, b"authorization") or "").partition(" ")
        token = token.strip()
        caller = None
        if scheme.lower() == "bearer" and token.startswith("hsk_"):
            caller = self._keys.caller(token) or await self._keys.find(token)
        elif scheme.lower() == "bearer" and token:
            caller = await self._tokens.caller(token)
        if caller is None:
            raise Unauthorized("Authentication required")
        return caller


async def finished(exchange: Exchange, body: bytes) -> Answer:
    """The answer, whatever happens: a fault of ours is told without internals."""
    try:
        return await exchange.finish(body)
    except Exception as error:  # noqa: BLE001  # the HTTP boundary: whatever it is, the caller gets our 500
        # A log that cannot be written must not cost the caller the answer.
        with contextlib.suppress(Exception):
            _tell(exchange, error)
        return answers.UNAVAILABLE if exchange.door == "receiver" else _internal(exchange.request_id)


def _tell(exchange: Exchange, error: Exception) -> None:
    place = traceback.extract_tb(error.__traceback__)[-1]
    observe.fail(
        "request.failed",
        request_id=exchange.request_id,
        error=type(error).__name__,
        place=f"{place.name}:{place.lineno}",
    )


def busy(exchange: Exchange) -> Answer:
    """Too much is under way already; nothing of this request was looked at."""
    if exchange.door == "receiver":
        return answers.refusal(503, "unavailable", retry_after="1")
    error = Unavailable("too many requests are under way; try again in a second")
    error.retry_after_s = 1
    return problem_answer(error, PUBLISH, exchange.request_id)


def problem_answer(error: HookspanError, path: str, identity: str) -> Answer:
    """An error of ours in the shape of its door."""
    return _rendered(problems.problem_of(error), path, identity)


def _internal(identity: str) -> Answer:
    return _rendered(problems.INTERNAL, PUBLISH, identity)


def _rendered(problem: problems.Problem, path: str, identity: str) -> Answer:
    scope = {"type": "http", "path": path, "root_path": "", "state": {"request_id": identity}}
    response = problems.answer(scope, problem)
    fields = tuple(
        (name.decode().title(), value.decode())
        for name, value in response.raw_headers
        if name not in (b"content-type", b"content-length")
    )
    return Answer(response.status_code, bytes(response.body), response.media_type or "application/json", fields)


def request_id(headers: Headers) -> str:
    """The caller's `X-Request-Id` when it is well formed, else a fresh one."""
    for name, value in headers:
        if name == b"x-request-id" and _REQUEST_ID.match(value):
            return value.decode()
    return random_bytes(16).hex()


def _field(headers: Headers, name: bytes) -> str | None:
    for field, value in headers:
        if field == name:
            return value.decode("latin-1")
    return None


def _is_batch(headers: Headers) -> bool:
    return (_field(headers, b"content-type") or "").lower().startswith(BATCH_TYPE)

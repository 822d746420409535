"""The live feed as WebSockets, and the tickets that open them (contracts B.11, security §12).

before the upgrade   strangers that flood, host, credential, origin, rights, place, what is asked for
speak   frames of the feed, one JSON object a message
hear    `subscribe`, `unsubscribe`, `ping`; a client may change nothing
watch   rights every minute (1008), a reader that stays behind (1013)
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import msgspec
from fastapi import APIRouter, HTTPException, WebSocket
from starlette.websockets import WebSocketDisconnect

from hookspan.access.roles import Caller
from hookspan.api import problems
from hookspan.api.auth import CallerOf, bearer_of, caller_of, header_of, host_of, may
from hookspan.api.bodies import Answer
from hookspan.api.gate import own_origin
from hookspan.api.interests import interest_of, subscribe, unsubscribe
from hookspan.api.live import RECHECK_SECONDS, has_rights
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.api.socket_query import SocketQuery, Wish, read_query, read_wish
from hookspan.api.trail import address_of
from hookspan.errors import Forbidden, HookspanError, NotFound, RateLimited
from hookspan.events.interest import Frame, Interest
from hookspan.inbound.floods import WINDOW_SECONDS, Floods
from hookspan.model.ids import canonical_id
from hookspan.model.times import instant
from hookspan.ports import Clock
from hookspan.storage.executions import execution_get
from hookspan.storage.workflows import workflow_get

router = APIRouter(prefix="/api/v1/ws", tags=["live"])

PROTOCOL = "hookspan.v1"
PLACES_MOST = 20
WATCH_SECONDS = 5.0
BEHIND_SECONDS = 30.0
GONE, UNREADABLE, RIGHTS, FAULT, BEHIND = 1000, 1003, 1008, 1011, 1013
_REASONS = {
    UNREADABLE: "send text",
    RIGHTS: "the credential is not good any more",
    FAULT: "",
    BEHIND: "the reader stays behind",
}


class Ticket(Answer):
    """Good for one WebSocket or stream within 30 seconds, as `?ticket=`."""

    ticket: str
    expires_at: str


class Places:
    """Who listens in this process: at most 20 sockets for a tenant; strangers are counted by address."""

    def __init__(self, clock: Clock) -> None:
        self._taken: Counter[str] = Counter()
        self.floods = Floods(clock=clock)

    @contextmanager
    def one(self, tenant_id: str) -> Iterator[None]:
        """A place until the block ends; RateLimited when there is none."""
        if self._taken[tenant_id] >= PLACES_MOST:
            raise RateLimited(f"a tenant has at most {PLACES_MOST} sockets; close one first", retry_after_s=60)
        self._taken[tenant_id] += 1
        try:
            yield
        finally:
            self._taken[tenant_id] -= 1


@router.post("/tickets", status_code=201, operation_id="createTicket")
async def create_ticket(rooms: RoomsOf, caller: CallerOf) -> Ticket:
    """A ticket for a client that cannot send a header, such as a browser's WebSocket."""
    issued = rooms.access.tickets.issue(caller)
    return Ticket(ticket=issued.token, expires_at=instant(issued.expires_at))


@router.get("", include_in_schema=False)
async def no_socket(_: CallerOf) -> None:
    """A request that is no handshake of a WebSocket."""
    raise _upgrade_required()


@router.get("/executions/{id}", include_in_schema=False, dependencies=[may("executions:read")])
@router.get("/workflows/{id}", include_in_schema=False, dependencies=[may("executions:read")])
async def no_socket_of_one(id: str) -> None:  # the parameter's name in the path
    """As above."""
    raise _upgrade_required()


def _upgrade_required() -> HTTPException:
    fields = {"Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    return HTTPException(426, "open a WebSocket here: RFC 6455, version 13", fields)


@router.websocket("")
async def socket(websocket: WebSocket) -> None:
    """Frames of the tenant, of its things, or of what the client subscribes to."""
    await _attend(websocket)


@router.websocket("/executions/{execution_id}")
async def socket_of_execution(websocket: WebSocket, execution_id: str) -> None:
    """Frames of one execution."""
    await _attend(websocket, ("execution", execution_id))


@router.websocket("/workflows/{workflow_id}")
async def socket_of_workflow(websocket: WebSocket, workflow_id: str) -> None:
    """Frames of every execution of a workflow."""
    await _attend(websocket, ("workflow", workflow_id))


async def _attend(websocket: WebSocket, thing: tuple[str, str] | None = None) -> None:
    rooms: Rooms = websocket.app.state.rooms
    places: Places = websocket.app.state.places
    try:
        query = read_query(websocket.scope["query_string"])
        caller = await _admitted(websocket, rooms, places, query)
        if thing is not None:
            await _check_thing(rooms, caller, *thing)
        interest = interest_of(query.asked(thing), caller)
        with places.one(caller.tenant_id):
            await Conversation(websocket, rooms, caller, interest).run(query.last_event_id)
    except HookspanError as error:
        await websocket.send_denial_response(problems.answer(websocket.scope, problems.problem_of(error)))


async def _admitted(websocket: WebSocket, rooms: Rooms, places: Places, query: SocketQuery) -> Caller:
    """Who opens this socket; Forbidden for everybody we do not know, whatever is wrong with the credential."""
    # The page that opened a socket speaks of http, and so do the names of its cookie and its origin.
    page = {**websocket.scope, "scheme": "https" if websocket.scope["scheme"] == "wss" else "http"}
    address, base_url = address_of(page, rooms), rooms.settings.base_url
    if places.floods.is_flooding(address):
        raise RateLimited("too many refused requests; come back later", retry_after_s=round(WINDOW_SECONDS))
    if base_url is not None and host_of(page) != urlsplit(base_url).hostname:
        raise Forbidden("this instance answers only under the host of its base URL")
    if query.ticket is not None and bearer_of(page) is None:
        caller = await rooms.access.tickets.redeem(query.ticket)
    else:
        caller = await caller_of(page, rooms)
    if caller is None:
        places.floods.refused(address)
        raise Forbidden("Authentication required")
    is_by_cookie = query.ticket is None and caller.kind == "session"
    if is_by_cookie and header_of(page, b"origin") != own_origin(page, rooms.settings):
        raise Forbidden("the request does not come from this dashboard")
    return caller


async def _check_thing(rooms: Rooms, caller: Caller, noun: str, identity: str) -> None:
    if not caller.may("executions:read"):
        raise Forbidden("Insufficient permissions")
    get = execution_get if noun == "execution" else workflow_get
    if await rooms.database.read(get, caller.tenant_id, canonical_id(identity)) is None:
        raise NotFound(f"no such {noun}")


class Conversation:
    """One open socket."""

    def __init__(self, websocket: WebSocket, rooms: Rooms, caller: Caller, interest: Interest) -> None:
        self._websocket = websocket
        self._rooms = rooms
        self._caller = caller
        self._interest = interest

    async def run(self, last_event_id: str | None) -> None:
        """Until the client leaves or is sent away."""
        offered = self._websocket.scope["subprotocols"]
        await self._websocket.accept(PROTOCOL if PROTOCOL in offered else None)
        self._listener = self._rooms.feed.open(self._interest, last_event_id)
        tasks = [asyncio.ensure_future(work) for work in (self._speak(), self._hear(), self._watch())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._rooms.feed.close(self._listener)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._part(next(iter(done)))

    async def _part(self, ended: asyncio.Future[int]) -> None:
        error = ended.exception()
        if isinstance(error, WebSocketDisconnect):
            return
        if error is not None and not isinstance(error, HookspanError):
            raise error
        code = FAULT if error is not None else ended.result()
        if code != GONE:
            await self._websocket.close(code, _REASONS[code])

    async def _speak(self) -> int:
        while True:
            await self._say(await self._listener.next())

    async def _say(self, frame: Frame) -> None:
        await self._websocket.send_text(msgspec.json.encode(frame).decode())

    async def _hear(self) -> int:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return GONE
            if message.get("text") is None:
                return UNREADABLE
            await self._say(self._answer(message["text"]))

    def _answer(self, text: str) -> Frame:
        try:
            return self._obeyed(read_wish(text))
        except HookspanError as error:
            return {"type": "error", "code": error.code, "detail": error.detail}

    def _obeyed(self, wish: Wish) -> Frame:
        if wish.op == "ping":
            return {"type": "pong"}
        if wish.op == "subscribe":
            subscribe(self._interest, wish.topics, self._caller)
        else:
            unsubscribe(self._interest, wish.topics)
        return {"type": f"{wish.op}d", "topics": wish.topics}

    async def _watch(self) -> int:
        clock = self._rooms.clock
        checked = clock.monotonic()
        while True:
            await clock.sleep(WATCH_SECONDS)
            if self._listener.behind_seconds() >= BEHIND_SECONDS:
                return BEHIND
            if clock.monotonic() - checked >= RECHECK_SECONDS - WATCH_SECONDS:
                if not await has_rights(self._rooms, self._caller):
                    return RIGHTS
                checked = clock.monotonic()

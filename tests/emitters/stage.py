"""The whole product in this process, on a clock of ours, before a real receiver that is told of every fact.

A test says by `@emits` which types it causes; for each the stage has an endpoint that wants this very name, and what
arrives there is held against the registry: the name it is sent under, its schema, the members of its view.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import jsonschema_rs
import msgspec

from hookspan import observe
from hookspan.app.compose import Application
from hookspan.config import load
from hookspan.events.interest import Interest
from hookspan.events.stream import Listener
from hookspan.inbound.answers import Answer
from hookspan.inbound.head import Head, Headers
from hookspan.model.catalogue import find
from tests.emitters.far_side import PATIENCE_SECONDS, FarSide, far_side
from tests.support.calls import Calls
from tests.support.clock import FakeClock
from tests.support.surface import BASE, bearer

PROFILES = {"S1": "orchestrator", "S3": "systemprompt"}
"""A name goes out in the wire format of the seed that has it; seed 2 and our own names in the standard one."""
DATA_MEMBER = {"orchestrator": "payload", "systemprompt": "data", "standard": "data"}
STRANGER = "203.0.113.9"


@dataclass
class House:
    """One application, its owner's API and the receiver, for all tests of a file."""

    application: Application
    clock: FakeClock
    api: Calls
    far: FarSide
    token: str
    number: int = 0

    @property
    def tenant_id(self) -> str:
        """The only tenant."""
        return self.application.instance.tenant_id

    def after(self, seconds: float) -> None:
        """Let time pass; whoever waits for work looks at once."""
        self.clock.advance(seconds=seconds)
        self.application.dispatcher.wake()
        self.application.engine.wake()

    async def takes(self, path: str, body: bytes = b"{}", headers: Headers | None = None) -> Answer:
        """One request to a source, as the protocol brings it in."""
        receiver = self.application.receiver
        lines = headers or [(b"content-type", b"application/json")]
        head = Head("POST", path, "", lines, STRANGER, self.clock.monotonic())
        admission = receiver.admit(head)
        return admission.answer or await receiver.receive(admission, body)


@dataclass
class Stage:
    """What one test sees: its endpoints by name, and the live feed since it began."""

    house: House
    names: tuple[str, ...]
    live: Listener
    paths: dict[str, str] = field(default_factory=dict)
    endpoints: list[str] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)
    frames: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def api(self) -> Calls:
        """The API as its owner sees it."""
        return self.house.api

    def url(self, path: str) -> str:
        """An address of the receiver that nobody else writes to; the first word may be a status."""
        self.house.number += 1
        return self.house.far.url(f"{path}/{self.house.number}")

    async def endpoint(self, *events: str, url: str | None = None, **members: Any) -> str:
        """Somebody's endpoint; its id. It goes with the test."""
        made = await self.api.endpoint(url=url or self.url("/other"), events=list(events), **members)
        self.endpoints.append(made["id"])
        return str(made["id"])

    async def listens(self, name: str, *, profile: str | None = None, pattern: str | None = None) -> None:
        """An endpoint that wants this name, in the wire format of its seed."""
        row = find(name)
        assert row is not None, name
        profile = profile or PROFILES.get(row.seed, "standard")
        url = self.url(f"/{profile}/{name}")
        await self.endpoint(pattern or name, url=url, profile=profile)
        self.paths[name] = url.removeprefix(self.house.far.url(""))

    async def hears(self, name: str, count: int = 1) -> dict[str, Any]:
        """The data that arrived last, of `count`, for this name; all of it held against the name's schema."""
        came = await self.house.far.gets(self.paths[name], count)
        schema = (await self.api.get(f"/api/v1/event-types/{name}"))["schema"]
        for each in came:
            said = msgspec.json.decode(each.body)
            data = _data_of(self.paths[name].split("/")[1], name, said, each.headers)
            jsonschema_rs.validator_for(schema, validate_formats=True).validate(data)
            if "properties" in schema:
                assert set(data) <= {*schema["properties"], "outputTruncated"}
        self.heard.add(name)
        return data

    async def hears_as_time_goes_by(self, name: str, count: int = 1, *, step_s: float = 3) -> dict[str, Any]:
        """As `hears`, of what a loop tells by the clock: time passes step by step until it has come."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await self.house.far.has(self.paths[name], count):
                self.house.after(step_s)
        return await self.hears(name, count)

    async def hears_all(self) -> dict[str, dict[str, Any]]:
        """What arrived for each name of the test."""
        return {name: await self.hears(name) for name in self.names}

    def data_at(self, name: str) -> list[dict[str, Any]]:
        """The data of everything that was sent to the endpoint of this name, oldest first."""
        bodies = [msgspec.json.decode(came.body) for came in self.house.far.at(self.paths[name])]
        return [body["payload" if "payload" in body else "data"] for body in bodies]

    def sent_to(self, name: str) -> list[str]:
        """The names under which anything was sent to the endpoint of this name, oldest first."""
        bodies = [msgspec.json.decode(came.body) for came in self.house.far.at(self.paths[name])]
        return [body["type"] if "type" in body else body["event"] for body in bodies]

    async def sees(self, kind: str, **members: object) -> Mapping[str, Any]:
        """The first live frame of that type, with these members."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for frame in self.frames:
                    if frame["type"] == kind and all(frame.get(name) == value for name, value in members.items()):
                        return frame
                self.frames.append(await self.live.next())

    # -- words of several tests ------------------------------------------------------------------------------------

    async def workflow(self, *steps: Mapping[str, object], **members: Any) -> str:
        """A new workflow; its id."""
        made = await self.api.post("/api/v1/workflows", {"name": "Order intake", "steps": list(steps), **members})
        return str(made["id"])

    async def start(self, workflow_id: str, body: object = None) -> str:
        """Start it by a call; the execution's id."""
        row = await self.house.application.engine.start(self.house.tenant_id, workflow_id, body)
        return row.id

    async def run(self, *steps: Mapping[str, object], **members: Any) -> str:
        """Save a workflow and start it; the execution's id."""
        return await self.start(await self.workflow(*steps, **members))

    async def source(self, **members: Any) -> dict[str, Any]:
        """A new source, without proof unless told otherwise."""
        self.house.number += 1
        named = {"name": f"in {self.house.number}", "authType": "none", **members}
        made: dict[str, Any] = await self.api.post("/api/v1/webhooks", named)
        return made

    async def attempted(self, endpoint_id: str, number: int) -> None:
        """Until the outcome of this attempt at an endpoint is written."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            for each in range(1, number + 1):
                attempts = [frame for frame in self.frames if _is_attempt(frame, endpoint_id, each)]
                while not attempts:
                    self.frames.append(await self.live.next())
                    attempts = [frame for frame in self.frames[-1:] if _is_attempt(frame, endpoint_id, each)]

    async def waits(self, execution_id: str) -> None:
        """Until the execution waits."""
        await self.sees("step.started", executionId=execution_id)
        assert (await self.api.get(f"/api/v1/executions/{execution_id}"))["status"] == "waiting"


def _is_attempt(frame: Mapping[str, Any], endpoint_id: str, number: int) -> bool:
    if frame["type"] != "delivery.attempted" or frame["endpointId"] != endpoint_id:
        return False
    return bool(frame["attempt"]["number"] == number)


def _data_of(profile: str, name: str, said: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    """The data of a request in this wire format; the name stands where the format has it (contracts E)."""
    if profile == "standard":
        assert said["type"] == name
    else:
        assert (said["event"], headers["x-webhook-event"]) == (name, name)
    data: dict[str, Any] = said[DATA_MEMBER[profile]]
    return data


@asynccontextmanager
async def life_in(
    folder: Path, far: FarSide, clock: FakeClock, *, token: str = "", short_lived: bool = False, **options: Any
) -> AsyncIterator[House]:
    """One life of an application on the database in `folder`; `token` is the owner's key from its first."""
    level, observe.log.level = observe.log.level, observe.LEVELS["off"]
    settings = load(data=folder, dev=True, limits__management_per_minute=100_000, **options)
    application = Application(settings, clock=clock, short_lived=short_lived)
    app = await application.start()
    try:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=BASE) as client:
            greeting = application.greeting
            key = token if greeting is None else greeting.api_key.reveal()
            yield House(application, clock, Calls(client, bearer(key)), far, key)
    finally:
        await application.stop()
        observe.log.level = level


@asynccontextmanager
async def house_in(folder: Path, *, clock: FakeClock | None = None, **options: Any) -> AsyncIterator[House]:
    """An application and its receiver, until the block ends."""
    async with far_side() as far, life_in(folder, far, clock or FakeClock(), **options) as house:
        yield house


def stage_on(house: House, names: tuple[str, ...] = (), paths: Mapping[str, str] | None = None) -> Stage:
    """A stage whose endpoints are there already, or still to be made."""
    return Stage(house, names, house.application.feed.open(Interest(house.tenant_id)), dict(paths or {}))


@asynccontextmanager
async def stage_for(house: House, names: tuple[str, ...]) -> AsyncIterator[Stage]:
    """A stage with an endpoint for each name; afterwards every name must have been heard, and the endpoints go."""
    feed = house.application.feed
    stage = stage_on(house, names)
    for name in names:
        await stage.listens(name)
    try:
        yield stage
        missing = set(names) - stage.heard
        assert not missing, f"declared, but never heard: {sorted(missing)}"
    finally:
        feed.close(stage.live)
        for endpoint_id in stage.endpoints:
            await house.api.ask("DELETE", f"/api/v1/endpoints/{endpoint_id}")

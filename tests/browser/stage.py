"""What happens behind the pages of a walk: a real server, a far side, and words to make things happen there."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from hookspan.cli.tour import github_headers
from hookspan.client import Client, Document
from tests.browser.far_side import FarSide, listening
from tests.support.server import serving

USERNAME = "owner"
PATIENCE_S = 15.0
_LOOK_EVERY_S = 0.03
_PASSWORD = re.compile(r"^ +password +(\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Stage:
    """A running hookspan as its owner, beside the browser."""

    url: str
    password: str
    client: Client
    far_side: FarSide

    def endpoint(self, path: str, *events: str, **members: object) -> Document:
        """A new endpoint on the far side."""
        return self.client.endpoints.create({"url": self.far_side.url + path, "events": list(events), **members})

    def source(self, **members: object) -> Document:
        """A new source; it takes requests from everyone unless the members say otherwise."""
        return self.client.sources.create({"name": "Shop", "authType": "none", **members})

    def workflow(self, name: str, *steps: Mapping[str, object]) -> Document:
        """A new workflow that requests and people can start."""
        return self.client.workflows.create(
            {
                "name": name,
                "status": "active",
                "triggers": [{"id": "trigger", "kind": "webhook"}],
                "steps": [{"name": str(step["id"]).capitalize(), **step} for step in steps],
            }
        )

    def publish(self, event_type: str, data: bytes = b"{}", **members: object) -> str:
        """The id of a new event."""
        body = {"type": event_type, "data": msgspec.Raw(data), **members}
        return self.client.events.create(body).text("id")

    def post(
        self, source: Document, body: bytes, headers: Mapping[str, str] | None = None, *, query: str = ""
    ) -> Document:
        """What the public receiver answers to this request, which it must take."""
        place = urlsplit(source.text("url"))
        server = urlsplit(self.url)
        connection = http.client.HTTPConnection(server.hostname or "", server.port, timeout=PATIENCE_S)
        connection.request("POST", place.path + query, body, {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        told = answer.read()
        connection.close()
        assert 200 <= answer.status < 300, told
        return Document(told)

    def push(self, source: Document, body: bytes) -> Document:
        """A push as GitHub sends it, signed with the source's secret."""
        return self.post(source, body, github_headers(body, source.text("secret")))

    def awaits(self, look: Callable[[], bool]) -> None:
        """Look until it is so."""
        deadline = time.monotonic() + PATIENCE_S
        while not look():
            assert time.monotonic() < deadline, "it did not come to be in time"
            time.sleep(_LOOK_EVERY_S)

    def execution_becomes(self, identity: str, status: str) -> None:
        """Wait for a status of an execution."""
        self.awaits(lambda: self.client.executions.get(identity).text("status") == status)

    def delivery_of(self, event_id: str) -> Document:
        """The only delivery of an event, once it was tried."""
        rows: list[Document] = []

        def tried() -> bool:
            rows[:] = self.client.deliveries.list(eventId=event_id)
            return bool(rows) and rows[0].number("attempts") > 0

        self.awaits(tried)
        return rows[0]


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """A stage on an empty folder until the block ends."""
    with listening() as far_side, serving(folder) as server, server.client() as client:
        log = (folder / "server.log").read_text()
        password = _PASSWORD.search(log)
        assert password is not None, log
        yield Stage(server.child.target.url, password[1], client, far_side)

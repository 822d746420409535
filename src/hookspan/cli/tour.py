"""The hops of the tour; each does its part against a real server and yields the lines that tell of it."""

from __future__ import annotations

import hmac
import http.client
import json
import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from importlib.resources import files
from urllib.parse import urlsplit

from hookspan.cli.execution_views import error_text
from hookspan.cli.failures import Failed
from hookspan.cli.receiver import Receiver, is_signed
from hookspan.client import Client, Document

PATIENCE_S = 15.0
_EVENT = "workflow.execution.completed"
_FINAL = frozenset({"completed", "failed", "cancelled"})
Wait = Callable[[float, Callable[[], Document | None]], Document]


class Tour:
    """One walk from a GitHub push to a signed webhook."""

    def __init__(self, client: Client, receiver: Receiver, wait: Wait) -> None:
        self._client = client
        self._receiver = receiver
        self._wait = wait
        self._secret = secrets.token_urlsafe(24)
        self._workflow = self._source = self._accepted = Document(b"{}")
        self._github = http.client.HTTPConnection("127.0.0.1")
        self._posted_at = 0.0
        self.end_to_end_ms = 0.0

    def defines_a_workflow(self) -> Iterator[str]:
        """One transform and one HTTP call to the receiver."""
        self._workflow = self._client.workflows.create(workflow(self._receiver.url + "/announce"))
        yield "summarise (transform) → announce (http POST)"
        yield f"workflow {self._workflow.text('id')}"

    def creates_a_source(self) -> Iterator[str]:
        """The GitHub preset, so that a real GitHub webhook would be accepted as it is."""
        body = {"name": "GitHub pushes", "provider": "github", "workflowId": self._workflow.text("id")}
        self._source = self._client.sources.create(body)
        yield urlsplit(self._source.text("url")).path
        yield "preset github: X-Hub-Signature-256 over the raw body"

    def registers_a_webhook(self) -> Iterator[str]:
        """An endpoint at the first seed's own door."""
        body = {"url": self._receiver.url + "/hook", "events": [_EVENT], "secret": self._secret}
        self._client.request("POST", "/api/webhooks", json=body)
        yield f"POST /api/webhooks → {self._receiver.url}/hook"
        yield f"subscribed to {_EVENT}"

    def posts_a_push(self) -> Iterator[str]:
        """The request GitHub makes on a push: its headers, its full body, its signature."""
        body = (files("hookspan.cli") / "samples" / "github_push.json").read_bytes()
        headers = github_headers(body, self._source.text("secret"))
        server = urlsplit(self._client.url)
        self._github = http.client.HTTPConnection(server.hostname or "127.0.0.1", server.port, timeout=PATIENCE_S)
        self._posted_at = time.monotonic()
        self._github.request("POST", urlsplit(self._source.text("url")).path, body, headers)
        yield f"X-GitHub-Event: push, {len(body):,} bytes, two commits to refs/heads/main"
        yield f"X-Hub-Signature-256: {headers['X-Hub-Signature-256'][:23]}…"

    def reads_the_acceptance(self) -> Iterator[str]:
        """200 with the ids of what was born: the answer comes after the commit."""
        answer = self._github.getresponse()
        told = answer.read()
        self._github.close()
        self._accepted = Document(told if told.startswith(b"{") else b"{}")
        if answer.status != 200 or not self._accepted.text("executionId"):
            raise Failed(f"the receiver answered {answer.status} {told.decode(errors='replace')}")
        yield f"200 {self._accepted.text('status')}"
        yield f"event     {self._accepted.text('eventId')}"
        yield f"execution {self._accepted.text('executionId')}"

    def awaits_the_execution(self) -> Iterator[str]:
        """Both steps done, the HTTP call seen by the receiver."""
        identity = self._accepted.text("executionId")
        ended = self._wait(PATIENCE_S, lambda: self._ended(identity))
        if ended.text("status") != "completed":
            raise Failed(f"the execution {ended.text('status')}: {error_text(ended)}")
        announced = json.loads(self._receiver.take("/announce", PATIENCE_S).body)
        for step in self._client.executions.below(identity, "steps"):
            yield f"{step.text('stepId')}: {step.text('status')}"
        yield f"the receiver got {json.dumps(announced, ensure_ascii=False)}"
        yield f"the execution took {ended.text('durationMs')} ms"

    def _ended(self, identity: str) -> Document | None:
        execution = self._client.executions.get(identity)
        return execution if execution.text("status") in _FINAL else None

    def lists_the_events(self) -> Iterator[str]:
        """The push and the end of the execution stand in one list."""
        listed = list(self._client.events.list(20))
        for event in reversed(listed):
            also = [name for name in _names(event) if name != event.text("type")]
            yield f"{event.text('createdAt')[11:]}  {' = '.join([event.text('type'), *also])}"
        names = {name for event in listed for name in _names(event)}
        if not {"github.push", _EVENT} <= names:
            raise Failed(f"expected github.push and {_EVENT}")

    def verifies_the_delivery(self) -> Iterator[str]:
        """The webhook of the first seed's guide, proven by that guide's own check."""
        arrival = self._receiver.take("/hook", PATIENCE_S)
        self.end_to_end_ms = (arrival.at - self._posted_at) * 1000
        body = Document(arrival.body)
        yield f'{{"event":"{body.text("event")}","timestamp":"{body.text("timestamp")}","payload":{{…}}}}'
        if body.text("payload.id") != self._accepted.text("executionId"):
            raise Failed(f"the payload tells of {body.text('payload.id')}, another execution")
        if not is_signed(arrival, self._secret):
            raise Failed("X-Webhook-Signature does not prove the body")
        yield f"arrived {self.end_to_end_ms:.0f} ms after the push"
        yield f"X-Webhook-Signature: {arrival.headers['x-webhook-signature'][:16]}…"
        yield "verified: HMAC-SHA256(secret, JSON.stringify(body)) in hex, as the guide does it"


def workflow(announce_url: str) -> dict[str, object]:
    """The tour's definition."""
    summary = {
        "repository": "{{trigger.body.repository.full_name}}",
        "branch": "{{trigger.body.ref}}",
    }
    call = {
        "method": "POST",
        "url": announce_url,
        "body": "{{steps.summarise.output}}",
    }
    return {
        "name": "Announce a push",
        "status": "active",
        "triggers": [{"id": "trigger", "kind": "webhook"}],
        "steps": [
            {"id": "summarise", "name": "Summarise", "kind": "transform", "with": {"output": summary}},
            {"id": "announce", "name": "Announce", "kind": "http", "needs": ["summarise"], "with": call},
        ],
    }


def github_headers(body: bytes, secret: str) -> dict[str, str]:
    """What GitHub sends with a webhook (docs.github.com, "Webhook events and payloads", delivery headers)."""
    signed = {name: hmac.new(secret.encode(), body, name).hexdigest() for name in ("sha1", "sha256")}
    return {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/044aadd",
        "X-GitHub-Delivery": str(uuid.uuid4()),
        "X-GitHub-Event": "push",
        "X-GitHub-Hook-ID": "498211034",
        "X-GitHub-Hook-Installation-Target-ID": "812345678",
        "X-GitHub-Hook-Installation-Target-Type": "repository",
        "X-Hub-Signature": f"sha1={signed['sha1']}",
        "X-Hub-Signature-256": f"sha256={signed['sha256']}",
    }


def _names(event: Document) -> list[str]:
    names = event.value("names")
    return [event.text("type"), *(str(name) for name in names)] if isinstance(names, list) else [event.text("type")]

"""The nouns of webhooks in: sources and their filters (contracts B)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hookspan.client.answers import Answer
from hookspan.client.flow import call_of
from hookspan.client.records import Event, Item, Webhook, WebhookFilter
from hookspan.client.shapes import body_of, filters_of
from hookspan.client.verbs import Ask, M, Noun, Query, listing, members, nothing, shaped, verb

Json = Mapping[str, object]


def _secret(answer: Answer) -> str:
    return answer.document().text("secret")


class Webhooks(Noun[M]):
    """`/api/v1/webhooks`: what comes in."""

    path = "/api/v1/webhooks"

    @listing
    def list(self, /, **filters: object) -> Query[Webhook]:
        """Sources, newest first; filters `status=`, `provider=`, `workflow_id=`, `q=`, …"""
        return Query(self.path, Webhook, filters_of(filters), paging="offset")

    @verb
    def get(self, identity: str) -> Ask[Webhook]:
        """One source."""
        return Ask(call_of("GET", self.route(identity)), shaped(Webhook))

    @verb
    def create(self, /, name: str, **members: object) -> Ask[Webhook]:
        """A new source; its secret is shown only in this answer."""
        return Ask(call_of("POST", self.path, json={"name": name, **body_of(members)}), shaped(Webhook))

    @verb
    def update(self, /, identity: str, **changes: object) -> Ask[Webhook]:
        """Change the members named."""
        return Ask(call_of("PATCH", self.route(identity), json=body_of(changes)), shaped(Webhook))

    @verb
    def delete(self, identity: str) -> Ask[None]:
        """Delete it; its events stay until retention."""
        return Ask(call_of("DELETE", self.route(identity)), nothing)

    @verb
    def regenerate_secret(self, /, identity: str, **options: object) -> Ask[str]:
        """The new secret; options `secret` and `overlap_ms`."""
        return Ask(call_of("POST", self.route(identity, "regenerate-secret"), json=body_of(options)), _secret)

    @verb
    def secret(self, identity: str) -> Ask[Json]:
        """The live secrets in clear."""
        return Ask(call_of("GET", self.route(identity, "secret")), members)

    @verb
    def pause(self, identity: str) -> Ask[Webhook]:
        """Accept and hold."""
        return Ask(call_of("POST", self.route(identity, "pause")), shaped(Webhook))

    @verb
    def resume(self, identity: str) -> Ask[Webhook]:
        """Let through what was held, in order of arrival."""
        return Ask(call_of("POST", self.route(identity, "resume")), shaped(Webhook))

    @verb
    def test(self, /, identity: str, **request: object) -> Ask[Json]:
        """Run a request through the real pipeline; `method`, `headers`, `query`, `body`, `sign`, `dry_run`."""
        return Ask(call_of("POST", self.route(identity, "test"), json=body_of(request)), members)

    @verb
    def tests(self, identity: str) -> Ask[Json]:
        """The last ten tests."""
        return Ask(call_of("GET", self.route(identity, "tests")), members)

    @verb
    def samples(self, identity: str, *, event_type: str | None = None) -> Ask[Json]:
        """Sample requests."""
        return Ask(call_of("GET", self.route(identity, "samples"), params={"eventType": event_type}), members)

    @listing
    def events(self, /, identity: str, **filters: object) -> Query[Event]:
        """What came in at one source."""
        return Query(self.route(identity, "events"), Event, filters_of(filters), paging="offset")

    @listing
    def rejected(self, /, identity: str, **filters: object) -> Query[Item]:
        """What was refused at one source."""
        return Query(self.route(identity, "rejected"), Item, filters_of(filters), paging="offset")

    @verb
    def replay(self, identity: str, event_ids: Sequence[str]) -> Ask[Json]:
        """Replay up to ten events of this source; a verdict for each id."""
        return Ask(call_of("POST", self.route(identity, "events", "replay"), json={"eventIds": event_ids}), members)


class Filters(Noun[M]):
    """`/api/v1/webhooks/{id}/filters`: the rows of one source."""

    path = "/api/v1/webhooks"

    @listing
    def list(self, webhook_id: str) -> Query[WebhookFilter]:
        """Its rows, by group."""
        return Query(self.route(webhook_id, "filters"), WebhookFilter, paging="offset")

    @verb
    def get(self, webhook_id: str, identity: str) -> Ask[WebhookFilter]:
        """One row."""
        return Ask(call_of("GET", self.route(webhook_id, "filters", identity)), shaped(WebhookFilter))

    @verb
    def create(self, /, webhook_id: str, **row: object) -> Ask[WebhookFilter]:
        """A new row: `field_path`, `operator`, `value`, `logic_group`."""
        return Ask(call_of("POST", self.route(webhook_id, "filters"), json=body_of(row)), shaped(WebhookFilter))

    @verb
    def update(self, /, webhook_id: str, identity: str, **changes: object) -> Ask[WebhookFilter]:
        """Change the members named."""
        call = call_of("PATCH", self.route(webhook_id, "filters", identity), json=body_of(changes))
        return Ask(call, shaped(WebhookFilter))

    @verb
    def delete(self, webhook_id: str, identity: str) -> Ask[None]:
        """Delete one row."""
        return Ask(call_of("DELETE", self.route(webhook_id, "filters", identity)), nothing)

    @verb
    def replace(self, webhook_id: str, rows: Sequence[Json]) -> Ask[Json]:
        """All rows at once."""
        return Ask(call_of("PUT", self.route(webhook_id, "filters"), json={"filters": rows}), members)

    @verb
    def test(self, /, webhook_id: str, **request: object) -> Ask[Json]:
        """What the rows say of a payload."""
        return Ask(call_of("POST", self.route(webhook_id, "filters", "test"), json=body_of(request)), members)

    @verb
    def backtest(self, /, webhook_id: str, **options: object) -> Ask[Json]:
        """What the rows would have said of the last requests."""
        return Ask(call_of("POST", self.route(webhook_id, "filters", "backtest"), json=body_of(options)), members)

"""The nouns of webhooks in: sources, their filters, the presets they may verify by (contracts B)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hookspan.client.answers import Answer
from hookspan.client.flow import call_of
from hookspan.client.history_records import Replayed
from hookspan.client.inbound_records import (
    Backtest,
    FilterVerdict,
    KeptTest,
    PathSuggestion,
    Provider,
    RejectedRequest,
    Sample,
    Secrets,
    TestResult,
    Webhook,
    WebhookEvent,
    WebhookFilter,
)
from hookspan.client.shapes import body_of, filters_of, given, read_shape
from hookspan.client.verbs import Ask, M, Noun, Query, Stream, listing, nothing, shaped, streaming, verb

Json = Mapping[str, object]


def _secret(answer: Answer) -> str:
    return answer.document().text("secret")


def _results(answer: Answer) -> Mapping[str, Replayed]:
    """What became of each event, by the id it was asked under."""
    found = answer.document().value("results")
    return {name: read_shape(Replayed, each) for name, each in (found if isinstance(found, dict) else {}).items()}


def _rows(answer: Answer) -> tuple[WebhookFilter, ...]:
    return tuple(read_shape(WebhookFilter, row.members) for row in answer.page().rows)


class Webhooks(Noun[M]):
    """`/api/v1/webhooks`: what comes in."""

    path = "/api/v1/webhooks"

    @listing
    def list(self, /, **filters: object) -> Query[Webhook]:
        """Sources, newest first; filters `status=`, `health=`, `provider=`, `workflow_id=`, `q=`, `sort=`, …"""
        return Query(self.path, Webhook, filters_of(filters), paging="offset")

    @verb
    def get(self, identity: str) -> Ask[Webhook]:
        """One source."""
        return Ask(call_of("GET", self.route(identity)), shaped(Webhook))

    @verb
    def create(self, /, name: str, **members: object) -> Ask[Webhook]:
        """A new source; members as of `Webhook`, and `secret` or `credentials`, which are shown only in this answer."""
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
        """The new secret; options `secret` and `overlap_ms`, for how long the old one holds beside it (a day)."""
        return Ask(call_of("POST", self.route(identity, "regenerate-secret"), json=body_of(options)), _secret)

    @verb
    def await_secret(self, identity: str) -> Ask[Secrets]:
        """Take the secret which the provider sends by a handshake; `extra["awaitingUntil"]` says how long."""
        return Ask(call_of("POST", self.route(identity, "regenerate-secret"), json={"await": True}), shaped(Secrets))

    @verb
    def secret(self, identity: str) -> Ask[Secrets]:
        """The live secrets in clear; the audit log tells of it."""
        return Ask(call_of("GET", self.route(identity, "secret")), shaped(Secrets))

    @verb
    def pause(self, identity: str) -> Ask[Webhook]:
        """Accept and hold."""
        return Ask(call_of("POST", self.route(identity, "pause")), shaped(Webhook))

    @verb
    def resume(self, identity: str) -> Ask[Webhook]:
        """Let through what was held, in order of arrival."""
        return Ask(call_of("POST", self.route(identity, "resume")), shaped(Webhook))

    @verb
    def test(self, /, identity: str, **request: object) -> Ask[TestResult]:
        """Run a request through the real pipeline; `method`, `headers`, `query`, `body`, `sign`, `dry_run`."""
        return Ask(call_of("POST", self.route(identity, "test"), json=body_of(request)), shaped(TestResult))

    @listing
    def tests(self, identity: str) -> Query[KeptTest]:
        """The last ten tests, newest first."""
        return Query(self.route(identity, "tests"), KeptTest, paging="whole")

    @listing
    def samples(self, identity: str, *, event_type: str | None = None) -> Query[Sample]:
        """Requests to start a test from: the last real one, the provider's, one made from a schema."""
        return Query(self.route(identity, "samples"), Sample, filters_of(given(event_type=event_type)), paging="whole")

    @listing
    def paths(self, identity: str, *, prefix: str = "") -> Query[PathSuggestion]:
        """Paths for a filter that begin so, of what came and of samples."""
        return Query(self.route(identity, "paths"), PathSuggestion, filters_of({"prefix": prefix}), paging="whole")

    @listing
    def events(self, /, identity: str, **filters: object) -> Query[WebhookEvent]:
        """What came in at one source, newest first; filters as of `events.list`, and `include="headers,body"`."""
        return Query(self.route(identity, "events"), WebhookEvent, filters_of(filters))

    @verb
    def event(self, identity: str, event_id: str) -> Ask[WebhookEvent]:
        """One request of the source in full."""
        return Ask(call_of("GET", self.route(identity, "events", event_id)), shaped(WebhookEvent))

    @streaming
    def export(self, /, identity: str, *, format: str = "csv", **filters: object) -> Stream:
        """The source's requests as `csv`, `json` or `ndjson`, bodies included, part by part."""
        params = {"format": format, **filters_of(filters)}
        return Stream(call_of("GET", self.route(identity, "events", "export"), params=params))

    @listing
    def rejected(self, /, identity: str, **filters: object) -> Query[RejectedRequest]:
        """What was refused at one source, newest first; filters `cause=`, `from_=`, `to=`."""
        return Query(self.route(identity, "rejected"), RejectedRequest, filters_of(filters), paging="offset")

    @verb
    def replay(
        self, identity: str, event_ids: Sequence[str], *, reason: str | None = None
    ) -> Ask[Mapping[str, Replayed]]:
        """Replay up to ten events of this source as stored; a result for each id."""
        body = {"eventIds": list(event_ids), **given(reason=reason)}
        return Ask(call_of("POST", self.route(identity, "events", "replay"), json=body), _results)


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
    def replace(self, webhook_id: str, rows: Sequence[Json]) -> Ask[tuple[WebhookFilter, ...]]:
        """All rows at once, members in snake_case or as the API has them; a row that names a stored `id` keeps it."""
        body = {"filters": [body_of(row) for row in rows]}
        return Ask(call_of("PUT", self.route(webhook_id, "filters"), json=body), _rows)

    @verb
    def test(self, /, webhook_id: str, **request: object) -> Ask[FilterVerdict]:
        """What rows say of a request: `payload`, `headers`, `query`, `method`, or `event_id`; or what `filters` say."""
        call = call_of("POST", self.route(webhook_id, "filters", "test"), json=body_of(request))
        return Ask(call, shaped(FilterVerdict))

    @verb
    def backtest(self, /, webhook_id: str, **options: object) -> Ask[Backtest]:
        """What rows would have said of the `last` requests; `filters` to try others than the stored ones."""
        call = call_of("POST", self.route(webhook_id, "filters", "backtest"), json=body_of(options))
        return Ask(call, shaped(Backtest))


class Providers(Noun[M]):
    """`/api/v1/providers`: the presets a source may verify by."""

    path = "/api/v1/providers"

    @listing
    def list(self) -> Query[Provider]:
        """Every preset by id."""
        return Query(self.path, Provider, paging="whole")

    @verb
    def get(self, identity: str) -> Ask[Provider]:
        """One preset with its sample and its record."""
        return Ask(call_of("GET", self.route(identity)), shaped(Provider))

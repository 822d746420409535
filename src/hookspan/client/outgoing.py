"""The nouns of webhooks out: events, deliveries, endpoints, event types (contracts C.2–C.4, B.8)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from hookspan.client.answers import Answer
from hookspan.client.flow import call_of
from hookspan.client.history_records import Chain, Forward, Replayed
from hookspan.client.records import (
    Attempt,
    BatchResult,
    Delivery,
    Endpoint,
    Event,
    EventType,
    Item,
    Job,
    Published,
    Queued,
)
from hookspan.client.shapes import body_of, filters_of, given
from hookspan.client.verbs import Ask, M, Noun, Query, Stream, listing, members, nothing, shaped, streaming, verb
from hookspan.model.jsonable import to_json

Json = Mapping[str, object]


def _content(answer: Answer) -> bytes:
    return answer.content


class Events(Noun[M]):
    """`/api/v1/events`."""

    path = "/api/v1/events"

    @listing
    def list(self, /, **filters: object) -> Query[Event]:
        """Events, newest first; filters as `type=`, `status=`, `subject=`, `created_at={"gte": …}`."""
        return Query(self.path, Event, filters_of(filters))

    @verb
    def get(self, identity: str) -> Ask[Event]:
        """One event."""
        return Ask(call_of("GET", self.route(identity)), shaped(Event))

    @verb
    def publish(
        self,
        /,
        event: str,
        data: object = None,
        metadata: Mapping[str, object] | None = None,
        *,
        idempotency_key: str | None = None,
        **options: object,
    ) -> Ask[Published]:
        """Publish; on disk when this returns.

        `options` are `subject`, `priority`, `ordering_key`, `deliver_at`, `occurred_at`, `version`.
        `data` is any JSON-able value, or `bytes` of JSON text, which reach the server unchanged.
        """
        body = _publication(event, data, metadata, options)
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return Ask(call_of("POST", self.path, json=body, headers=headers), shaped(Published))

    @verb
    def publish_batch(self, events: Iterable[Json], *, atomic: bool = False) -> Ask[BatchResult]:
        """Up to 1,000 events, objects as `publish` sends them; each gets a verdict of its own.

        An event without `idempotencyKey` gets one, so that a second try of the request says `duplicate`.
        """
        named = [{"idempotencyKey": str(uuid.uuid4())} | dict(each) for each in events]
        body = {"events": [msgspec.Raw(to_json(each)) for each in named], "atomic": atomic}
        return Ask(call_of("POST", self.route("batch"), json=body), shaped(BatchResult))

    @verb
    def data(self, identity: str) -> Ask[bytes]:
        """The exact bytes of the data."""
        return Ask(call_of("GET", self.route(identity, "data")), _content)

    @verb
    def request(self, identity: str) -> Ask[Json]:
        """The inbound request an event was made of."""
        return Ask(call_of("GET", self.route(identity, "request")), members)

    @listing
    def routing(self, identity: str) -> Query[Item]:
        """Why each endpoint, workflow and filter did or did not match."""
        return Query(self.route(identity, "routing"), Item, paging="whole")

    @listing
    def deliveries(self, identity: str) -> Query[Delivery]:
        """The deliveries of one event."""
        return Query(self.route(identity, "deliveries"), Delivery)

    @verb
    def cancel(self, identity: str) -> Ask[Event]:
        """Take back an event whose `deliver_at` has not come."""
        return Ask(call_of("POST", self.route(identity, "cancel")), shaped(Event))

    @streaming
    def export(self, /, *, format: str = "csv", **filters: object) -> Stream:
        """Events as `csv`, `json` or `ndjson`, contents included, part by part; filters as of `list`."""
        return Stream(call_of("GET", self.route("export"), params={"format": format, **filters_of(filters)}))

    @verb
    def replay(self, /, identity: str, **options: object) -> Ask[Replayed]:
        """A new event from an old one; `reason`, and `modified_payload`: JSON-able, or `bytes` of JSON text."""
        return Ask(call_of("POST", self.route(identity, "replay"), json=_replay(options)), shaped(Replayed))

    @verb
    def replay_many(self, /, **plan: object) -> Ask[Job]:
        """Replay the events of `event_ids` or of `query` as a job; with `dry_run=True` the plan stands in `extra`.

        `query` holds the filters of `list`; further options are `rate_per_second`, `endpoint_ids`, `reason`.
        """
        return Ask(call_of("POST", self.route("replay"), json=body_of(plan)), shaped(Job))

    @verb
    def chain(self, identity: str) -> Ask[Chain]:
        """The original of an event and all its replays, asked for by any of them."""
        return Ask(call_of("GET", self.route(identity, "chain")), shaped(Chain))

    @listing
    def forwards(self, identity: str) -> Query[Forward]:
        """What local servers answered to it, newest first."""
        return Query(self.route(identity, "forwards"), Forward, paging="whole")

    @verb
    def erase_content(self, identity: str) -> Ask[None]:
        """Expunge the content; what it was and its hash stay."""
        return Ask(call_of("DELETE", self.route(identity, "content")), nothing)


def _publication(event: str, data: object, metadata: object, options: Mapping[str, object]) -> dict[str, object]:
    body: dict[str, object] = {"type": event, "data": msgspec.Raw(to_json({} if data is None else data))}
    if metadata is not None:
        body["metadata"] = msgspec.Raw(to_json(metadata))
    return body | given(**options)


def _replay(options: Mapping[str, object]) -> dict[str, object]:
    body = body_of(options)
    if "modifiedPayload" in body:
        body["modifiedPayload"] = msgspec.Raw(to_json(body["modifiedPayload"]))
    return body


class Deliveries(Noun[M]):
    """`/api/v1/deliveries`."""

    path = "/api/v1/deliveries"

    @listing
    def list(self, /, **filters: object) -> Query[Delivery]:
        """Deliveries, newest first; filters as `status=`, `endpoint_id=`, `event_id=`, `status_code=`."""
        return Query(self.path, Delivery, filters_of(filters))

    @verb
    def get(self, identity: str) -> Ask[Delivery]:
        """One delivery."""
        return Ask(call_of("GET", self.route(identity)), shaped(Delivery))

    @listing
    def attempts(self, identity: str) -> Query[Attempt]:
        """Its attempts, oldest first."""
        return Query(self.route(identity, "attempts"), Attempt)

    @verb
    def attempt(self, identity: str, number: int) -> Ask[Attempt]:
        """One attempt."""
        return Ask(call_of("GET", self.route(identity, "attempts", str(number))), shaped(Attempt))

    @verb
    def body(self, identity: str) -> Ask[bytes]:
        """The exact bytes that are sent."""
        return Ask(call_of("GET", self.route(identity, "body")), _content)

    @verb
    def retry(self, identity: str, *, force: bool = False) -> Ask[Queued]:
        """The next attempt now; Conflict when the state does not allow it."""
        return Ask(call_of("POST", self.route(identity, "retry"), json={"force": force}), shaped(Queued))

    @verb
    def cancel(self, identity: str) -> Ask[Delivery]:
        """No more attempts."""
        return Ask(call_of("POST", self.route(identity, "cancel")), shaped(Delivery))

    @verb
    def retry_many(self, /, **plan: object) -> Ask[Job]:
        """Retry the deliveries of `ids` or of `query` as a job."""
        return Ask(call_of("POST", self.route("retry"), json=body_of(plan)), shaped(Job))

    @verb
    def cancel_many(self, /, **plan: object) -> Ask[Job]:
        """Cancel the deliveries of `ids` or of `query` as a job."""
        return Ask(call_of("POST", self.route("cancel"), json=body_of(plan)), shaped(Job))


class Endpoints(Noun[M]):
    """`/api/v1/endpoints`."""

    path = "/api/v1/endpoints"

    @listing
    def list(self, /, **filters: object) -> Query[Endpoint]:
        """Endpoints, newest first; filters `status=`, `profile=`, `url=`, `q=`, `events=`."""
        return Query(self.path, Endpoint, filters_of(filters))

    @verb
    def get(self, identity: str) -> Ask[Endpoint]:
        """One endpoint."""
        return Ask(call_of("GET", self.route(identity)), shaped(Endpoint))

    @verb
    def create(self, /, url: str, events: Sequence[str], **members: object) -> Ask[Endpoint]:
        """A new endpoint; `signing.secret` is shown only in this answer."""
        body = {"url": url, "events": events, **body_of(members)}
        return Ask(call_of("POST", self.path, json=body), shaped(Endpoint))

    @verb
    def update(self, /, identity: str, **changes: object) -> Ask[Endpoint]:
        """Change the members named; None gives a member its default."""
        return Ask(call_of("PATCH", self.route(identity), json=body_of(changes)), shaped(Endpoint))

    @verb
    def replace(self, /, identity: str, **whole: object) -> Ask[Endpoint]:
        """A whole new state: what is absent gets its default."""
        return Ask(call_of("PUT", self.route(identity), json=body_of(whole)), shaped(Endpoint))

    @verb
    def delete(self, identity: str) -> Ask[None]:
        """Delete it; what waits for it is cancelled."""
        return Ask(call_of("DELETE", self.route(identity)), nothing)

    @verb
    def pause(self, identity: str) -> Ask[Endpoint]:
        """Stop sending; deliveries are held."""
        return Ask(call_of("POST", self.route(identity, "pause")), shaped(Endpoint))

    @verb
    def resume(self, identity: str, *, held: str = "release") -> Ask[Endpoint]:
        """Send again; what is held is sent (`release`) or cancelled (`cancel`)."""
        return Ask(call_of("POST", self.route(identity, "resume"), json={"held": held}), shaped(Endpoint))

    @verb
    def rotate_secret(self, /, identity: str, **options: object) -> Ask[Json]:
        """A new signing secret; options `secret`, `overlap_ms`, `which`."""
        return Ask(call_of("POST", self.route(identity, "rotate-secret"), json=body_of(options)), members)

    @verb
    def secret(self, identity: str) -> Ask[Json]:
        """The live secrets in clear."""
        return Ask(call_of("GET", self.route(identity, "secret")), members)

    @verb
    def test(self, /, identity: str, **options: object) -> Ask[Json]:
        """A real send of a sample; options `event` and `data`."""
        return Ask(call_of("POST", self.route(identity, "test"), json=body_of(options)), members)

    @listing
    def deliveries(self, /, identity: str, **filters: object) -> Query[Delivery]:
        """What was and is sent to one endpoint."""
        return Query(self.route(identity, "deliveries"), Delivery, filters_of(filters))

    @verb
    def stats(self, identity: str, *, window: str | None = None) -> Ask[Json]:
        """Its numbers over `1h`, `24h`, `7d` or `30d`."""
        return Ask(call_of("GET", self.route(identity, "stats"), params={"window": window}), members)

    @verb
    def schedule_preview(self, identity: str) -> Ask[Json]:
        """When the attempts of a delivery that never succeeds would be made."""
        return Ask(call_of("GET", self.route(identity, "schedule-preview")), members)


class EventTypes(Noun[M]):
    """`/api/v1/event-types`; a type is named by its name."""

    path = "/api/v1/event-types"

    @listing
    def list(self, /, **filters: object) -> Query[EventType]:
        """Event types by name; filters `prefix=`, `seed=`, `archived=`."""
        return Query(self.path, EventType, filters_of(filters), paging="offset")

    @verb
    def get(self, name: str, *, version: int | None = None) -> Ask[EventType]:
        """One event type, at its newest version or the one given."""
        return Ask(call_of("GET", self.route(name), params={"version": version}), shaped(EventType))

    @verb
    def create(self, /, name: str, schema: Json, **members: object) -> Ask[EventType]:
        """Register a type."""
        body = {"name": name, "schema": schema, **body_of(members)}
        return Ask(call_of("POST", self.path, json=body), shaped(EventType))

    @verb
    def update(self, /, name: str, *, force: bool = False, **members: object) -> Ask[EventType]:
        """A new version when `schema` changes; Conflict when it breaks the declared compatibility."""
        params = {"force": True} if force else {}
        return Ask(call_of("PUT", self.route(name), json=body_of(members), params=params), shaped(EventType))

    @verb
    def delete(self, name: str) -> Ask[None]:
        """Archive it."""
        return Ask(call_of("DELETE", self.route(name)), nothing)

    @listing
    def versions(self, name: str) -> Query[EventType]:
        """Its versions, newest first."""
        return Query(self.route(name, "versions"), EventType, paging="whole")

    @verb
    def validate(self, name: str, data: object, *, version: int | None = None) -> Ask[Json]:
        """Whether data fits: `{"valid": …, "errors": […]}`."""
        body = {"data": msgspec.Raw(to_json(data)), **given(version=version)}
        return Ask(call_of("POST", self.route(name, "validate"), json=body), members)

    @verb
    def samples(self, name: str) -> Ask[Json]:
        """Sample data, from its examples or generated."""
        return Ask(call_of("GET", self.route(name, "samples")), members)

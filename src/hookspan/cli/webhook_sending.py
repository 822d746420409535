"""`webhooks:test | deliveries | stats | trigger | retry | pause | resume`: sending, and how it went (contracts D.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import click
import msgspec

from hookspan.cli.failures import FAILED, NOT_FOUND, REFUSED, Failure, Refusal
from hookspan.cli.output import Column, Output, counted, safe
from hookspan.cli.session import Session, current
from hookspan.cli.values import json_bytes
from hookspan.cli.waiting import await_deliveries
from hookspan.cli.webhook_options import metadata_object
from hookspan.cli.webhook_shapes import (
    as_json,
    delivery_id,
    delivery_object,
    document_of,
    is_same_id,
    rehearsal_object,
    stats_object,
    webhook_id,
    webhook_object,
)
from hookspan.cli.webhook_views import (
    DELIVERY_COLUMNS,
    DELIVERY_FIELDS,
    WEBHOOK_COLUMNS,
    delivery_footer,
    delivery_notes,
    delivery_row,
    rehearsal_lines,
    stats_lines,
)
from hookspan.cli.webhooks import endpoint_route, refusals_of, webhooks
from hookspan.client import ApiError, Conflict, Document
from hookspan.client.nouns import Filter

TEST_EVENT = "custom"
TEST_DATA = b'{"test":true,"message":"hookspan test delivery"}'
ERROR_CELLS = 24
_AT_ONCE = 8


@webhooks.command("test")
@click.argument("identity", metavar="ID")
@click.option("--event", default=TEST_EVENT, show_default=True, help="name the webhook will see")
@click.option("--data", metavar="JSON|@file|-", help="data of the test event")
def test(identity: str, event: str, data: str | None) -> int:
    """Send one real request to a webhook; nothing is published. Exit 1 when it failed."""
    session = current()
    raw = TEST_DATA if data is None else json_bytes(data, "--data")
    with refusals_of(identity):
        result = session.client.request(
            "POST", endpoint_route(session, identity, "test"), json={"event": event, "data": msgspec.Raw(raw)}
        ).document()
    view = rehearsal_lines(session.output, result, as_json(result.text("attempt.request.body").encode()))
    session.output.one(document_of(rehearsal_object(result)), view, [Column("Success", "success")])
    return 0 if result.value("success") else FAILED


@webhooks.command("deliveries")
@click.argument("identity", metavar="ID")
@click.option("--limit", "-l", type=click.IntRange(1, 1_000), default=20, show_default=True)
@click.option("--status", multiple=True, help="pending, sending, delivered, exhausted, cancelled, held; repeatable")
@click.option("--attempts", is_flag=True, help="a row for each attempt, not only for the latest")
def deliveries(identity: str, limit: int, status: tuple[str, ...], attempts: bool) -> None:
    """List what was sent to a webhook, newest first."""
    session = current()
    with refusals_of(identity):
        endpoint = session.client.endpoints.get(identity)
        rows = _listed(session, limit, endpointId=endpoint.text("id"), status=list(status))
        shaped = shaped_deliveries(session, rows, every_attempt=attempts, method=endpoint.text("method"))
    print_deliveries(session.output, shaped)


def shaped_deliveries(
    session: Session, rows: Sequence[Document], *, every_attempt: bool = False, method: str = "POST"
) -> list[Document]:
    """Listed deliveries in seed 004's shape; only where bodies are printed they are asked for, side by side."""
    prints_bodies = "payload" in session.output.fields or _prints_all(session.output)

    def shaped(row: Document) -> list[Document]:
        tries = row.rows("attemptList")
        payload = session.patient(lambda: _payload(session, row.text("id"))) if prints_bodies else None
        latest: Sequence[Document | None] = tries[-1:] or [None]
        chosen = list(reversed(tries)) if every_attempt and tries else latest
        return [document_of(delivery_object(row, one, payload, method=method)) for one in chosen]

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [one for shapes in pool.map(shaped, rows) for one in shapes]


def _listed(session: Session, limit: int | None = None, **filters: Filter) -> list[Document]:
    """Deliveries, each with its attempts: a page of them is one request."""
    return list(session.client.deliveries.list(limit, **filters, expand="attempts"))


def _prints_all(output: Output) -> bool:
    return output.format in {"json", "ndjson"} and not output.fields


def _payload(session: Session, identity: str) -> bytes | None:
    """The bytes every attempt sends; None when they are erased or this token may not see them."""
    try:
        return session.client.request("GET", session.client.deliveries.route(identity, "body")).content
    except ApiError as error:
        if error.status in {403, 404, 410}:
            return None
        raise


def print_deliveries(output: Output, shaped: Sequence[Document]) -> None:
    """Table 6 for people, the objects for programs."""
    if output.is_machine or output.fields:
        output.rows(shaped, DELIVERY_FIELDS, "delivery")
        return
    if not shaped:
        output.talk("no deliveries")
        return
    room = None if output.width is None else ERROR_CELLS
    output.table([delivery_row(one, room) for one in shaped], DELIVERY_COLUMNS, delivery_notes)
    output.talk(output.error_paint("dim", delivery_footer(shaped)))


@webhooks.command("stats")
@click.argument("identity", metavar="ID")
def stats(identity: str) -> None:
    """Show how reliably a webhook takes what it is sent."""
    session = current()
    with refusals_of(identity):
        found = session.client.request("GET", endpoint_route(session, identity, "stats")).document()
    numbers = document_of(stats_object(found))
    columns = [Column(name, name) for name in numbers.members]
    session.output.one(numbers, stats_lines(session.output, numbers), columns)


@webhooks.command("trigger")
@click.option("--event", "-e", required=True, help="event to publish")
@click.option("--data", "-d", required=True, metavar="JSON|@file|-", help="its data, sent byte for byte")
@click.option("--metadata", "-m", metavar="JSON", help="an object kept beside the data")
@click.option("--wait", "wait_s", metavar="SEC", type=click.FloatRange(min=0), help="wait until every delivery ended")
@click.option("--idempotency-key", metavar="KEY", help="publishing again with this key makes no second event")
def trigger(event: str, data: str, metadata: str | None, wait_s: float | None, idempotency_key: str | None) -> None:
    """Publish an event to every webhook that wants it."""
    session, raw = current(), json_bytes(data, "--data")
    members = {} if metadata is None else {"metadata": metadata_object(metadata)}
    with refusals_of(""):
        published = session.client.events.publish(event, raw, idempotency_key=idempotency_key, **members)
    columns = [Column("ID", "id"), Column("Type", "type"), Column("Deliveries", "deliveries")]
    session.output.one(published, _published_lines(session.output, published), columns)
    session.output.hint(f"hookspan events:show {published.text('id')}")
    if wait_s is not None:
        await_deliveries(
            session,
            published.text("id"),
            wait_s,
            lambda _: print_deliveries(
                session.output, shaped_deliveries(session, _listed(session, eventId=published.text("id")))
            ),
        )


def _published_lines(output: Output, published: Document) -> Iterator[str]:
    yield f"{output.paint('green', '✓')} published {safe(published, 'type')} {safe(published, 'id')}"
    if published.value("deliveries") is None:
        yield "matched more than 1,000 endpoints"
    elif published.number("deliveries"):
        yield f"matched {counted(published.number('deliveries'), 'endpoint')}"
    else:
        yield "matched no endpoint"


@webhooks.command("retry")
@click.option("--webhook", "-w", required=True, metavar="ID", help="the webhook")
@click.option("--delivery", "-d", required=True, metavar="ID", help="one of its deliveries")
@click.option("--force", is_flag=True, help="also when it was delivered already")
def retry(webhook: str, delivery: str, force: bool) -> None:
    """Make the next attempt of a delivery now."""
    session, name = current(), delivery_id(delivery)
    with refusals_of(webhook, delivery=name):
        found = session.client.deliveries.get(delivery)
        if not is_same_id(found.text("endpointId"), webhook):
            raise Refusal(Failure(NOT_FOUND, f"no delivery {name}", [f"not one of {webhook_id(webhook)}"]))
        queued = _retried(session, found, force=force)
    number = found.number("attempts") + 1
    told = document_of({"delivery_id": name, "attempt": number, "next_attempt_at": queued.value("nextAttemptAt")})
    line = f"queued attempt {number} of {name}"
    session.output.one(told, [line], [Column(part, part) for part in told.members])


def _retried(session: Session, delivery: Document, *, force: bool) -> Document:
    try:
        return session.client.deliveries.retry(delivery.text("id"), force=force)
    except Conflict as error:
        hint = "--force" if error.code == "not_retryable" and delivery.text("status") == "delivered" else ""
        title = error.detail.partition(";")[0]
        raise Refusal(Failure(REFUSED, title, hint=hint, document=error.document)) from error


@webhooks.command("pause")
@click.argument("identity", metavar="ID")
def pause(identity: str) -> None:
    """Stop sending; new deliveries are held."""
    _moved(identity, "pause", {}, lambda name, _: f"paused {name}: new deliveries are held")


@webhooks.command("resume")
@click.argument("identity", metavar="ID")
@click.option("--discard", is_flag=True, help="drop what is held instead of sending it")
def resume(identity: str, discard: bool) -> None:
    """Send again; held deliveries are released."""
    fate = "dropped" if discard else "released"
    told = {"held": "cancel" if discard else "release"}
    _moved(identity, "resume", told, lambda name, held: f"resumed {name}: {counted(held, 'held delivery')} {fate}")


def _moved(identity: str, verb: str, body: Mapping[str, str], words: Callable[[str, int], str]) -> None:
    session = current()
    with refusals_of(identity):
        held = _held(session, identity) if verb == "resume" else 0
        route = endpoint_route(session, identity, verb)
        moved = session.client.request("POST", route, json=body or None).document()
    webhook = document_of(webhook_object(moved))
    session.output.one(webhook, [words(webhook.text("id"), held)], WEBHOOK_COLUMNS)


def _held(session: Session, identity: str) -> int:
    endpoint = session.client.endpoints.get(identity)
    return sum(1 for _ in session.client.deliveries.list(endpointId=endpoint.text("id"), status="held"))


__all__ = ["print_deliveries", "shaped_deliveries", "webhooks"]

"""`sources rotate-secret | secret | test | tests | samples | rejected`: try a source, see what it refused (B.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click
import msgspec

from hookspan.cli.failures import DONE, FAILED
from hookspan.cli.output import Column, Output, labelled, plain, safe
from hookspan.cli.session import Session, current
from hookspan.cli.sources import secret_pairs, sources
from hookspan.cli.tail import since_instant
from hookspan.cli.terminal import shown
from hookspan.cli.values import read_bytes
from hookspan.cli.webhook_views import body_lines
from hookspan.client import Document
from hookspan.model.jsonview import read_json

_PREVIOUS = (Column("Hint", "hint"), Column("Expires", "expiresAt"))
_RESULT = (
    Column("Success", "success"),
    Column("Code", "statusCode"),
    Column("Event", "eventId"),
    Column("Status", "status", is_status=True),
    Column("Error", "error", cuttable=True),
)
_TESTS = (
    Column("ID", "id"),
    Column("At", "createdAt"),
    Column("Method", "request.method"),
    Column("Code", "response.statusCode"),
    Column("Status", "response.status", is_status=True),
    Column("Error", "response.error", cuttable=True),
    Column("Event", "eventId", can_go=True),
)
_SAMPLES = (
    Column("Kind", "kind"),
    Column("Type", "eventType"),
    Column("Method", "method"),
    Column("Body", "body", cuttable=True),
)
_REJECTED = (
    Column("ID", "id", can_go=True),
    Column("Received", "receivedAt"),
    Column("Cause", "cause"),
    Column("Code", "status"),
    Column("Method", "method"),
    Column("From", "sourceIp"),
    Column("Times", "count", can_go=True),
    Column("Detail", "detail", cuttable=True),
)
SAMPLES = ("last", "provider", "schema")

__all__ = ["header_fields", "sources"]


@sources.command("rotate-secret", short_help="Verify by a new secret, for a while beside the old one.")
@click.argument("identity", metavar="ID")
@click.option("--secret", help="the new secret, as its provider issued it (generated when absent)")
@click.option("--overlap-ms", type=click.IntRange(0, 604_800_000), default=86_400_000, show_default=True)
@click.option("--await", "awaits", is_flag=True, help="take the secret that the provider sends by a handshake")
def rotate_secret(identity: str, secret: str | None, overlap_ms: int, awaits: bool) -> None:
    """Verify by a new secret; the old one holds beside it until the overlap ends. Shown once."""
    session = current()
    body = {"await": True} if awaits else {"overlapMs": overlap_ms, **({"secret": secret} if secret else {})}
    route = session.client.sources.route(identity, "regenerate-secret")
    rotated = session.client.request("POST", route, json=body).document()
    said = f"awaits its secret until {rotated.text('awaitingUntil')}" if awaits else "new secret"
    view = [f"{session.output.paint('green', '✓')} {shown(said)}", *labelled(secret_pairs(rotated), indent="  ")]
    session.output.one(rotated, view, [Column("Secret", "secret")])


@sources.command("secret", short_help="Show in clear what senders must know.")
@click.argument("identity", metavar="ID")
def secret(identity: str) -> None:
    """Show in clear what senders must know; the audit log tells of it."""
    session = current()
    found = session.client.request("GET", session.client.sources.route(identity, "secret")).document()
    session.output.one(found, _secret_lines(session.output, found), [Column("Secret", "secret")])


def _secret_lines(output: Output, found: Document) -> Iterator[str]:
    yield from labelled([*secret_pairs(found), ("Verify token", found.text("verifyToken"))])
    for row in found.rows("previous"):
        yield output.paint("dim", f"…{safe(row, 'hint')} still holds until {safe(row, 'expiresAt')}")


@sources.command("test", short_help="Run a request through the real pipeline.")
@click.argument("identity", metavar="ID")
@click.option("--body", metavar="JSON|@file|-", help="what to send, byte for byte where it is JSON")
@click.option("--method", "-m", help="method (default: POST)")
@click.option("--header", "-H", "headers", metavar="K:V", multiple=True, help="repeatable")
@click.option("--query", metavar="A=B&C=D", help="the query string")
@click.option("--sample", metavar="NAME", help=f"{', '.join(SAMPLES)}, or an event type: a sample to send")
@click.option("--dry-run", is_flag=True, help="store nothing, start nothing")
@click.option("--no-sign", is_flag=True, help="send it without the source's signature")
def test(identity: str, body: str | None, sample: str | None, headers: tuple[str, ...], **options: object) -> int:
    """Run a request through the real pipeline; exit 1 when it would be refused."""
    session = current()
    members = {} if sample is None else _sampled(session, identity, sample)
    members |= {name: value for name, value in _request(body, options).items() if value is not None}
    if headers:
        members["headers"] = {**_texts(members.get("headers")), **header_fields(headers)}
    route = session.client.sources.route(identity, "test")
    result = session.client.request("POST", route, json=members).document()
    session.output.one(result, _result_lines(session.output, result), _RESULT)
    if result.value("eventId"):
        session.output.hint(f"hookspan events show {result.text('eventId')}")
    return DONE if result.value("success") else FAILED


def _request(body: str | None, options: Mapping[str, object]) -> dict[str, object]:
    return {
        "method": options.get("method"),
        "query": options.get("query"),
        "body": None if body is None else sendable(read_bytes(body, "--body")),
        "dryRun": True if options.get("dry_run") else None,
        "sign": False if options.get("no_sign") else None,
    }


def sendable(body: bytes) -> object:
    """A body for the test route: JSON as it is written, any other text as a text; UsageError for other bytes."""
    view = read_json(body)
    if view.is_json and isinstance(view.value, dict | list):
        return msgspec.Raw(body.strip())
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise click.UsageError(f"--body is not UTF-8: byte {fault.start + 1}") from fault


def header_fields(texts: Sequence[str]) -> dict[str, str]:
    """`K:V` each, as names and values."""
    fields = {}
    for text in texts:
        name, colon, value = text.partition(":")
        if not colon or not name.strip():
            raise click.UsageError(f"--header {text}: write NAME:VALUE")
        fields[name.strip()] = value.strip()
    return fields


def _texts(value: object) -> Mapping[str, str]:
    return {str(name): str(each) for name, each in value.items()} if isinstance(value, Mapping) else {}


def _sampled(session: Session, identity: str, name: str) -> dict[str, object]:
    """The members of the sample of that kind or type; UsageError names those there are."""
    found = _samples(session, identity, None if name in SAMPLES else name)
    fitting = [each for each in found if name in {each.text("kind"), each.text("eventType")}]
    if not fitting:
        known = ", ".join(f"{each.text('kind')} ({each.text('eventType')})" for each in found) or "none"
        raise click.UsageError(f"--sample: no sample {name}; there is {known}")
    kept = ("method", "headers", "query", "body")
    members = fitting[0].raw_members
    return {each: msgspec.Raw(members[each]) if each == "body" else fitting[0].value(each) for each in kept}


def _samples(session: Session, identity: str, event_type: str | None) -> list[Document]:
    route = session.client.sources.route(identity, "samples")
    answer = session.client.request("GET", route, params={"eventType": event_type}).document()
    return [Document(bytes(row)) for row in msgspec.json.decode(answer.raw_members["data"], type=list[msgspec.Raw])]


def _result_lines(output: Output, result: Document) -> Iterator[str]:
    took = f"{result.text('statusCode')} in {result.number('responseTimeMs')} ms"
    mark = output.paint("green", "✓ ACCEPTED") if result.value("success") else output.paint("red", "✗ REFUSED")
    yield f"{mark}  {took}"
    yield from labelled(
        [
            ("Error", result.text("error")),
            ("Because", result.text("detail")),
            ("Signature", result.text("verification").replace("_", " ")),
            ("Status", result.text("status")),
            ("Event", result.text("eventId")),
            ("Execution", result.text("executionId")),
            ("Filter", result.text("filter.reason")),
        ],
        indent="  ",
    )
    if result.text("body"):
        yield output.paint("bold", "Answer")
        yield from body_lines(result.text("body"))


@sources.command("tests")
@click.argument("identity", metavar="ID")
def tests(identity: str) -> None:
    """List the last ten test requests, newest first."""
    session = current()
    rows = session.client.sources.below(identity, "tests", limit=10)
    session.output.rows(rows, _TESTS, "test")


@sources.command("samples", short_help="List requests to start a test from.")
@click.argument("identity", metavar="ID")
@click.option("--type", "event_type", metavar="TYPE", help="of one event type")
def samples(identity: str, event_type: str | None) -> None:
    """List requests to start a test from: sources test ID --sample KIND sends one."""
    session = current()
    session.output.rows(_samples(session, identity, event_type), _SAMPLES, "sample")


@sources.command("rejected", short_help="List requests that ended without an event.")
@click.argument("identity", metavar="[ID]", required=False)
@click.option("--cause", multiple=True, help="bad_signature, stale_timestamp, ip, rate_limited, ...; repeatable")
@click.option("--since", metavar="AGE", help="not older than 10m, 24h, 7d or an instant")
@click.option("--until", metavar="AGE", help="older than 10m, 24h, 7d or an instant")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def rejected(identity: str | None, cause: tuple[str, ...], since: str | None, until: str | None, limit: int) -> None:
    """List requests that ended without an event, newest first; without ID those to paths that no source has."""
    session = current()
    span = {"from": since_instant(since), "to": since_instant(until, option="--until")}
    listing = session.client.sources.rejected(identity)
    session.output.rows(listing.list(limit, cause=list(cause), **span), _REJECTED, "request", notes=_missing)


def _missing(row: Document) -> list[str]:
    """Why it was refused, in full where the table may have cut it."""
    headers = row.value("headers")
    named = plain(sorted(headers)) if isinstance(headers, dict) else ""
    return [f"└─ headers: {named}"] if named and row.text("cause") == "missing_signature" else []

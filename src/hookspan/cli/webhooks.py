"""`webhooks:list | create | info | update | delete`: seed 004's commands for where events go (contracts D.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click

from hookspan.cli.failures import NOT_FOUND, Failure, Refusal, failure_of
from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column
from hookspan.cli.session import Session, current
from hookspan.cli.webhook_options import (
    AUTH_TYPES,
    DEFAULT_RETRY,
    METHODS,
    TIMEOUT_MS,
    auth_members,
    credentials,
    event_list,
    header_object,
    retry_members,
)
from hookspan.cli.webhook_shapes import (
    NATIVE_STATUS,
    STATUSES,
    auth_type,
    document_of,
    stats_object,
    status_of,
    webhook_id,
    webhook_object,
)
from hookspan.cli.webhook_views import (
    WEBHOOK_COLUMNS,
    created_lines,
    info_lines,
    old_values,
    updated_lines,
    webhook_notes,
    webhook_row,
)
from hookspan.client import ApiError, Document, NotFound, ValidationFailed
from hookspan.model import catalogue
from hookspan.model.match import is_name, matches

WIRE = "systemprompt"
USER_AGENT = "hookspan-cli"
ADDRESS_REFUSED = "url: address is not allowed"

webhooks = Noun("webhooks", help="Outbound webhooks, as `prompt webhooks:…` has them.")


@contextmanager
def refusals_of(identity: str, *, delivery: str = "") -> Iterator[None]:
    """Say a refusal in seed 004's words: which webhook or delivery there is none of, which member is wrong."""
    try:
        yield
    except NotFound as error:
        named = f"no delivery {delivery}" if delivery else f"no webhook {identity}"
        raise Refusal(Failure(NOT_FOUND, named, document=error.document)) from error
    except ValidationFailed as error:
        raise Refusal(member_first(error)) from error


def member_first(error: ApiError) -> Failure:
    """The failure with its first faulty member as the title; a refused address has one title, its reason below."""
    said = failure_of(error)
    first, *rest = said.lines or [said.title]
    if any("egress.allow" in fault.get("detail", "") for fault in error.errors[:1]):
        first, rest = ADDRESS_REFUSED, list(said.lines)
    return Failure(said.exit_code, first, rest, said.hint, said.document)


@webhooks.command("list")
@click.option("--status", "-s", type=click.Choice(STATUSES), help="only webhooks of this status")
@click.option("--event", "-e", metavar="NAME", help="only webhooks that get this event")
def list_webhooks(status: str | None, event: str | None) -> None:
    """List webhooks, newest first."""
    session = current()
    if event is not None and not is_name(event):
        raise click.UsageError(f"--event: {event} is no event name")
    filters = {"status": NATIVE_STATUS[status]} if status else {}
    found = [
        Document(row.raw)
        for row in session.client.endpoints.list(**filters)
        if (status is None or status_of(row) == status) and (event is None or takes(row, event))
    ]
    listed = [document_of(webhook_object(row)) for row in found]
    if not listed and event is not None and not session.output.is_machine:
        session.output.talk(f"no webhooks for {event}")
    elif session.output.is_machine or session.output.fields:
        session.output.rows(listed, WEBHOOK_COLUMNS, "webhook")
    else:
        session.output.rows(map(webhook_row, listed), WEBHOOK_COLUMNS, "webhook", notes=webhook_notes)


def takes(endpoint: Document, event: str) -> bool:
    """Whether a pattern of the endpoint takes the event under any of its names."""
    patterns = endpoint.value("events")
    row = catalogue.find(event)
    names = (event, *catalogue.names_of(row.canonical or row.name)) if row else (event,)
    return isinstance(patterns, list) and any(matches(str(pattern), name) for pattern in patterns for name in names)


@webhooks.command("create")
@click.option("--name", "-n", required=True, help="what people call it")
@click.option("--url", "-u", required=True, help="where to send")
@click.option("--events", "-e", required=True, metavar="A,B", help="events or patterns")
@click.option("--method", "-m", type=click.Choice(METHODS), default="POST", show_default=True)
@click.option("--headers", "-H", metavar="JSON", help="headers to send besides ours")
@click.option("--auth-type", type=click.Choice(AUTH_TYPES), default="none", show_default=True)
@click.option("--auth-credentials", metavar="JSON|@file|-", help="what the authentication needs")
@click.option("--timeout-ms", type=click.IntRange(1_000, 30_000), help="default: 30000, or the server's own")
@click.option("--retry", metavar="JSON", help='such as {"max_attempts":5,"strategy":"linear"}')
@click.option("--profile-wire", metavar="NAME", default=WIRE, show_default=True, help="form of what is sent")
def create(name: str, url: str, events: str, **options: str | int | None) -> None:
    """Create a webhook; a generated signing secret is shown once."""
    session = current()
    body = {"name": name, "url": url, "events": event_list(events), **_created_with(options)}
    with refusals_of(""):
        answer = session.client.request(
            "POST", "/api/v1/endpoints", json=body, headers={"User-Agent": USER_AGENT}
        ).document()
    webhook = document_of(webhook_object(answer))
    session.output.one(webhook, created_lines(session.output, webhook, answer.text("signing.secret")), WEBHOOK_COLUMNS)
    session.output.hint(f"hookspan webhooks:test {webhook.text('id')}")


def _created_with(options: Mapping[str, str | int | None]) -> dict[str, object]:
    kind = str(options["auth_type"])
    headers, retry, given = options["headers"], options["retry"], options["auth_credentials"]
    body: dict[str, object] = {
        "method": options["method"],
        "profile": options["profile_wire"],
        **_defaults_beside(str(options["profile_wire"])),
    }
    if options["timeout_ms"] is not None:
        body["timeoutMs"] = options["timeout_ms"]
    if retry is not None:
        body["retry"] = retry_members(str(retry))
    if headers is not None:
        body["headers"] = header_object(str(headers))
    if kind != "none" or given is not None:
        members = auth_members(kind, credentials(kind, None if given is None else str(given)))
        body |= members if kind == "hmac" else {"auth": members["auth"]}
    return body


def _defaults_beside(profile: str) -> dict[str, object]:
    """Seed 004's timeout and retry; the server knows them for its profile, and may have been told another timeout."""
    return {} if profile == WIRE else {"timeoutMs": TIMEOUT_MS, "retry": dict(DEFAULT_RETRY)}


@webhooks.command("info")
@click.argument("identity", metavar="ID")
@click.option("--reveal", is_flag=True, help="show credentials in clear (needs secrets:reveal; it is audited)")
def info(identity: str, reveal: bool) -> None:
    """Show a webhook with its numbers."""
    session = current()
    with refusals_of(identity):
        endpoint = session.client.endpoints.get(identity)
        secrets = _secrets(session, identity) if reveal else None
        stats = stats_object(session.client.request("GET", endpoint_route(session, identity, "stats")).document())
    members = webhook_object(endpoint, secrets)
    if secrets is not None:
        members["signing_secret"] = secrets.value("secret")
    webhook = document_of({**members, "stats": stats})
    session.output.one(webhook, info_lines(session.output, webhook, document_of(stats)), WEBHOOK_COLUMNS)


def endpoint_route(session: Session, *segments: str) -> str:
    """A path below one endpoint."""
    return session.client.endpoints.route(*segments)


def _secrets(session: Session, identity: str) -> Document:
    return session.client.request("GET", endpoint_route(session, identity, "secret")).document()


@webhooks.command("update")
@click.argument("identity", metavar="ID")
@click.option("--name", "-n")
@click.option("--url", "-u")
@click.option("--events", "-e", metavar="A,B", help="the new list, whole")
@click.option("--status", "-s", type=click.Choice(["active", "inactive"]))
@click.option("--headers", "-H", metavar="JSON", help="the new headers, whole")
@click.option("--method", "-m", type=click.Choice(METHODS))
@click.option("--auth-type", type=click.Choice(AUTH_TYPES))
@click.option("--auth-credentials", metavar="JSON|@file|-")
def update(identity: str, status: str | None, **options: str | None) -> None:
    """Change a webhook; at least one option."""
    session = current()
    if status is None and not any(value is not None for value in options.values()):
        raise click.UsageError("nothing to update")
    changes = _simple_changes(options)
    with refusals_of(identity):
        before = session.client.endpoints.get(identity)
        if options["auth_type"] is None and options["auth_credentials"] is not None:
            changes |= _auth_changes(auth_type(before), options["auth_credentials"])
        if isinstance(new := changes.get("headers"), dict):
            changes["headers"] = _whole(before.value("headers"), new)
        after = session.client.endpoints.update(identity, changes) if changes else before
        after = _in_status(session, after, status)
    webhook = document_of(webhook_object(after))
    named: list[str] = [name for name in ("name", "url", "events", "method", "headers", "auth") if name in changes]
    named += ["status"] if status else []
    old = old_values(before, document_of(webhook_object(before)), named)
    session.output.one(webhook, updated_lines(session.output, old, webhook), WEBHOOK_COLUMNS)


def _whole(old: object, new: Mapping[str, object]) -> dict[str, object]:
    """New headers that leave none of the old ones: a PATCH merges them, and null removes one (contracts C.1)."""
    kept = {name.lower() for name in new}
    gone = [name for name in old if name.lower() not in kept] if isinstance(old, dict) else []
    return {**new, **dict.fromkeys(gone)}


def _in_status(session: Session, endpoint: Document, status: str | None) -> Document:
    if status is None or status_of(endpoint) == status:
        return endpoint
    verb = "resume" if status == "active" else "pause"
    return session.client.request("POST", endpoint_route(session, endpoint.text("id"), verb)).document()


def _simple_changes(options: Mapping[str, str | None]) -> dict[str, object]:
    """The members that need no look at the webhook; options are checked before anything is asked."""
    changes: dict[str, object] = {
        name: value for name, value in options.items() if name in {"name", "url", "method"} and value is not None
    }
    if options["events"] is not None:
        changes["events"] = event_list(options["events"])
    if options["headers"] is not None:
        changes["headers"] = header_object(options["headers"])
    if options["auth_type"] is not None:
        changes |= _auth_changes(options["auth_type"], options["auth_credentials"])
    return changes


def _auth_changes(kind: str, given: str | None) -> dict[str, object]:
    return auth_members(kind, credentials(kind, given))


@webhooks.command("delete", short_help="Delete a webhook; its history stays.")
@click.argument("identity", metavar="ID")
@click.option("--force", "-f", is_flag=True, help="do not ask")
def delete(identity: str, force: bool) -> None:
    """Delete a webhook; what waits for it is cancelled, its history stays."""
    session, name = current(), webhook_id(identity)
    if not force and not session.confirm(f"delete {name}", "delete", flag="--force"):
        return
    with refusals_of(identity):
        session.client.endpoints.delete(identity)
    gone = document_of({"deleted": name})
    session.output.one(gone, [f"{session.output.paint('green', '✓')} deleted {name}"], [Column("Deleted", "deleted")])

"""`endpoints list | create | show`: where events go (contracts C.2, D.4)."""

from __future__ import annotations

from collections.abc import Iterator

import click

from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, labelled, plain, safe
from hookspan.cli.session import current
from hookspan.cli.values import json_raw, name_list
from hookspan.client import Document

COLUMNS = (
    Column("ID", "id"),
    Column("Name", "name", cuttable=True),
    Column("URL", "url", cuttable=True),
    Column("Status", "status", is_status=True),
    Column("Profile", "profile", can_go=True),
    Column("Events", "events", cuttable=True, can_go=True),
)

endpoints = Noun("endpoints", help="Endpoints: URLs that get events.")


@endpoints.command("list")
@click.option("--status", multiple=True, help="active, paused or disabled; repeatable")
@click.option("--q", metavar="TEXT", help="text in name or URL")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_endpoints(status: tuple[str, ...], q: str | None, limit: int) -> None:
    """List endpoints, newest first."""
    session = current()
    session.output.rows(session.client.endpoints.list(limit, status=list(status), q=q), COLUMNS, "endpoint")


@endpoints.command("create")
@click.option("--url", "-u", required=True, help="where to send")
@click.option("--events", "-e", required=True, metavar="A,B", help="types or patterns")
@click.option("--name", "-n", help="what people call it")
@click.option("--method", "-m", type=click.Choice(["POST", "PUT", "PATCH", "DELETE", "GET"]))
@click.option("--profile-wire", metavar="NAME", help="orchestrator, systemprompt or standard (default)")
@click.option("--secret", help="signing secret (generated when absent)")
@click.option("--retry", metavar="JSON", help="retry policy")
@click.option("--timeout-ms", type=click.IntRange(1_000, 30_000))
def create(url: str, events: str, **options: str | int | None) -> None:
    """Create an endpoint; its signing secret is shown once."""
    session, body = current(), _body(url, events, options)
    made = session.client.endpoints.create(body)
    session.output.one(made, _created_lines(session.output, made), COLUMNS)
    session.output.hint(f"hookspan events publish {name_list(events, '--events')[0].replace('*', 'test')}")


def _body(url: str, events: str, options: dict[str, str | int | None]) -> dict[str, object]:
    secret, retry = options["secret"], options["retry"]
    body: dict[str, object] = {
        "url": url,
        "events": name_list(events, "--events"),
        "name": options["name"],
        "method": options["method"],
        "retry": json_raw(None if retry is None else str(retry), "--retry"),
        "profile": options["profile_wire"],
        "timeoutMs": options["timeout_ms"],
        "signing": {"secret": secret} if secret else None,
    }
    return {name: value for name, value in body.items() if value is not None}


def _created_lines(output: Output, made: Document) -> Iterator[str]:
    yield f"{output.paint('green', '✓')} created {safe(made, 'id')}"
    yield from labelled([*_head(made), ("Signing secret", made.text("signing.secret"))], indent="  ")


def _head(endpoint: Document) -> list[tuple[str, str]]:
    return [
        ("Name", endpoint.text("name")),
        ("URL", endpoint.text("url")),
        ("Method", endpoint.text("method")),
        ("Events", plain(endpoint.value("events"))),
        ("Profile", endpoint.text("profile")),
        ("Status", endpoint.text("status")),
    ]


@endpoints.command("show")
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one endpoint."""
    session = current()
    endpoint = session.client.endpoints.get(identity)
    session.output.one(endpoint, _lines(session.output, endpoint), COLUMNS)


def _lines(output: Output, endpoint: Document) -> Iterator[str]:
    yield f"{output.paint('bold', 'Endpoint')}  {safe(endpoint, 'id')}"
    yield from labelled(
        [
            *_head(endpoint),
            ("Reason", endpoint.text("statusReason")),
            ("Retry", f"{endpoint.text('retry.strategy')}, {endpoint.number('retry.maxAttempts')} attempts"),
            ("Timeout", f"{endpoint.number('timeoutMs')} ms"),
            ("Secret", "…" + endpoint.text("signing.secretHint")),
            ("Created", endpoint.text("createdAt")),
            ("Last delivery", endpoint.text("lastDeliveryAt")),
        ],
        indent="  ",
    )

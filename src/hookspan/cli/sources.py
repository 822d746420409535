"""`sources list | create | show`: URLs of ours that receive (contracts B.1, D.4)."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

import click

from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, labelled, plain, safe
from hookspan.cli.session import current
from hookspan.client import Document

COLUMNS = (
    Column("ID", "id"),
    Column("Name", "name", cuttable=True),
    Column("URL", "url", cuttable=True),
    Column("Auth", "authType", can_go=True),
    Column("Provider", "provider", can_go=True),
    Column("Status", "status", is_status=True),
    Column("Health", "health", is_status=True),
    Column("Requests", "triggerCount", can_go=True),
)
_SIGNATURE_HEADERS: Mapping[str, str] = {"": "X-Webhook-Signature: ", "github": "X-Hub-Signature-256: sha256="}

sources = Noun("sources", help="Sources: URLs that receive webhooks.")


@sources.command("list")
@click.option("--status", help="active, paused or disabled")
@click.option("--provider", help="preset such as github")
@click.option("--q", metavar="TEXT", help="text in name or path")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_sources(limit: int, **filters: str | None) -> None:
    """List sources, newest first."""
    session = current()
    session.output.rows(session.client.sources.list(limit, **filters), COLUMNS, "source")


@sources.command("create")
@click.option("--name", "-n", required=True, help="what people call it, unique")
@click.option("--path", help="its path (random when absent)")
@click.option("--provider", help="preset such as github, stripe, slack")
@click.option("--auth-type", "authType", type=click.Choice(["none", "signature", "basic", "api_key"]))
@click.option("--secret", help="signing secret (generated when absent)")
@click.option("--workflow", "workflowId", metavar="ID", help="workflow each request starts")
@click.option("--priority", type=click.IntRange(0, 3), help="0 low, 1 normal, 2 high, 3 critical")
@click.option("--description")
def create(**members: str | int | None) -> None:
    """Create a source; its secret is shown once."""
    session = current()
    made = session.client.sources.create({name: value for name, value in members.items() if value is not None})
    session.output.one(made, _created_lines(session.output, made), COLUMNS)
    session.output.hint(example_request(made))


def _created_lines(output: Output, made: Document) -> Iterator[str]:
    yield f"{output.paint('green', '✓')} created {safe(made, 'id')}"
    secrets = [("Secret", made.text("secret")), ("Credentials", plain(made.value("credentials")))]
    yield from labelled([*_head(made), *secrets], indent="  ")


def _head(source: Document) -> list[tuple[str, str]]:
    return [
        ("Name", source.text("name")),
        ("URL", source.text("url")),
        ("Auth", source.text("authType")),
        ("Provider", source.text("provider")),
        ("Status", source.text("status")),
        ("Workflow", source.text("workflowId")),
    ]


def example_request(source: Document) -> str:
    """A shell line that sends one request this source accepts, as far as its scheme can be shown in one line."""
    url = shlex.quote(source.text("url"))
    send = f"curl {url} -H 'Content-Type: application/json'"
    credentials = source.value("credentials")
    known = credentials if isinstance(credentials, dict) else {}
    if "username" in known:
        return f"""{send} -u {shlex.quote(f"{known['username']}:{known['password']}")} -d '{{"hello":"world"}}'"""
    if "headerName" in known:
        return f"""{send} -H {shlex.quote(f"{known['headerName']}: {known['key']}")} -d '{{"hello":"world"}}'"""
    prefix = _SIGNATURE_HEADERS.get(source.text("provider"))
    if source.text("authType") != "signature" or prefix is None:
        return f"""{send} -d '{{"hello":"world"}}'"""
    key = shlex.quote(source.text("secret"))
    digest = f"""$(printf %s "$body" | openssl dgst -sha256 -hmac {key} -r | cut -d' ' -f1)"""
    return f"""body='{{"hello":"world"}}'; {send} -H "{prefix}{digest}" -d "$body\""""


@sources.command("show")
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one source."""
    session = current()
    source = session.client.sources.get(identity)
    session.output.one(source, _lines(session.output, source), COLUMNS)


def _lines(output: Output, source: Document) -> Iterator[str]:
    yield f"{output.paint('bold', 'Source')}  {safe(source, 'id')}"
    yield from labelled(
        [
            *_head(source),
            ("Description", source.text("description")),
            ("Health", source.text("health")),
            ("Requests", source.text("triggerCount")),
            ("Last request", source.text("lastTriggeredAt")),
            ("Methods", plain(source.value("methods"))),
            ("Priority", source.text("priority")),
            ("Secret", "…" + source.text("secretHint") if source.text("secretHint") else ""),
            ("Created", source.text("createdAt")),
        ],
        indent="  ",
    )

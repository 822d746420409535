"""`sources list | create | show | update | delete | pause | resume`: URLs of ours that receive (contracts B.1, D.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click

from hookspan.cli.examples import example_request
from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, labelled, plain, safe
from hookspan.cli.session import current
from hookspan.cli.source_options import AUTH_TYPES, member_options, members_of
from hookspan.cli.terminal import shown
from hookspan.cli.webhook_shapes import document_of
from hookspan.client import Document

COLUMNS = (
    Column("ID", "id"),
    Column("Name", "name", cuttable=True),
    Column("URL", "url", cuttable=True),
    Column("Auth", "authType", can_go=True),
    Column("Provider", "provider", can_go=True),
    Column("Status", "status", is_status=True),
    Column("Health", "health", is_status=True, can_go=True),
    Column("Requests", "triggerCount", can_go=True),
)
HEALTHS = ("disabled", "paused", "unused", "healthy", "degraded", "failing")
SORTS = ("name", "path", "createdAt", "lastTriggeredAt", "triggerCount", "errorRate")
_SECRET_MEMBERS = frozenset({"secret", "credentials"})

sources = Noun("sources", help="Sources: URLs that receive webhooks.")


@sources.command("list")
@click.option("--status", type=click.Choice(["active", "paused", "disabled"]))
@click.option("--health", type=click.Choice(HEALTHS))
@click.option("--provider", help="preset such as github")
@click.option("--auth-type", "authType", type=click.Choice(AUTH_TYPES))
@click.option("--workflow", "workflowId", metavar="ID")
@click.option("--priority", type=click.IntRange(0, 3))
@click.option("--q", metavar="TEXT", help="text in name or path")
@click.option("--sort", metavar="MEMBER", help=f"{', '.join(SORTS)}; - before it descends")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_sources(limit: int, **filters: str | int | None) -> None:
    """List sources, newest first."""
    session = current()
    session.output.rows(session.client.sources.list(limit, **filters), COLUMNS, "source")


@sources.command("create")
@click.option("--name", "-n", required=True, help="what people call it, unique")
@member_options
def create(**options: object) -> None:
    """Create a source; its secret is shown once."""
    session = current()
    made = session.client.sources.create(members_of(options))
    session.output.one(made, _created_lines(session.output, made), COLUMNS)
    session.output.hint(example_request(made) or f"hookspan sources test {made.text('id')}")


def _created_lines(output: Output, made: Document) -> Iterator[str]:
    yield f"{output.paint('green', '✓')} created {safe(made, 'id')}"
    yield from labelled([*_head(made), *secret_pairs(made)], indent="  ")


def secret_pairs(document: Document) -> list[tuple[str, str]]:
    """What an answer holds in clear, a line each."""
    given = document.value("credentials")
    credentials: Mapping[str, object] = given if isinstance(given, dict) else {}
    named = [(f"Credential {name}", str(value)) for name, value in credentials.items()]
    return [("Secret", document.text("secret")), *named]


def _head(source: Document) -> list[tuple[str, str]]:
    return [
        ("Name", source.text("name")),
        ("URL", source.text("url")),
        ("Auth", source.text("authType")),
        ("Provider", source.text("provider")),
        ("Status", source.text("status")),
        ("Workflow", source.text("workflowId")),
    ]


@sources.command("show")
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one source."""
    session = current()
    source = session.client.sources.get(identity)
    session.output.one(source, _lines(session.output, source), COLUMNS)


def _lines(output: Output, source: Document) -> Iterator[str]:
    yield f"{output.paint('bold', 'Source')}  {safe(source, 'id')}"
    yield from labelled([*_head(source), *_state(source)], indent="  ")
    yield output.paint("bold", "Takes")
    yield from labelled(_rules(source), indent="  ")


def _state(source: Document) -> list[tuple[str, str]]:
    rates = [
        f"{source.value(f'errorRate.{span}') or 0:.1%} in {name}" for span, name in (("h1", "1 h"), ("h24", "24 h"))
    ]
    return [
        ("Description", source.text("description")),
        ("Health", source.text("health")),
        ("Failures", ", ".join(rates)),
        ("Requests", source.text("triggerCount")),
        ("Last request", source.text("lastTriggeredAt")),
        ("Secret", "…" + source.text("secretHint") if source.text("secretHint") else ""),
        (
            "Secret before",
            f"until {source.text('previousSecretExpiresAt')}" if source.text("previousSecretExpiresAt") else "",
        ),
        ("Secret awaited", f"until {source.text('awaitingUntil')}" if source.text("awaitingUntil") else ""),
        ("Created", source.text("createdAt")),
        ("Updated", source.text("updatedAt")),
    ]


def _rules(source: Document) -> list[tuple[str, str]]:
    """How it takes requests; what is not set is left out."""
    return [
        ("Methods", plain(source.value("methods"))),
        ("Content types", plain(source.value("contentTypes"))),
        ("Body", f"at most {source.number('maxBodyBytes'):,} bytes{', JSON' if source.value('requireJson') else ''}"),
        ("Addresses", plain(source.value("allowedIps"))),
        ("Rate limit", plain(source.value("rateLimit"))),
        ("Verification", plain(source.value("verification"))),
        ("Repeats", plain(source.value("dedupe"))),
        ("Answer", plain(source.value("response"))),
        ("Priority", source.text("priority")),
        ("Event types", f"{source.text('eventTypePrefix')}…" if source.text("eventTypePrefix") else ""),
        ("Schema check", source.text("schemaCheck")),
        ("Ordering key", source.text("orderingKey")),
        ("Registered URL", source.text("registeredUrl")),
        ("Split at", source.text("split")),
        ("Kept", f"{source.number('retentionDays')} days" if source.value("retentionDays") else ""),
        ("Enrichment", plain(source.value("enrichment"))),
        ("Handshake", plain(source.value("handshake"))),
    ]


@sources.command("update", short_help="Change members of a source.")
@click.argument("identity", metavar="ID")
@click.option("--name", "-n")
@click.option("--status", type=click.Choice(["active", "paused", "disabled"]))
@member_options
def update(identity: str, **options: object) -> None:
    """Change members of a source; what is not named stays, --set MEMBER=null clears one."""
    session, changes = current(), members_of(options)
    if not changes:
        raise click.UsageError("nothing to update")
    before = session.client.sources.get(identity)
    changed = session.client.sources.update(identity, changes)
    session.output.one(changed, _updated_lines(session.output, before, changed, list(changes)), COLUMNS)


def _updated_lines(output: Output, before: Document, after: Document, named: Sequence[str]) -> Iterator[str]:
    """Each member that was named with its old and new value, as the API shows them: no secret among them."""
    yield f"{output.paint('green', '✓')} updated {safe(after, 'id')}"
    for name in named:
        if name in _SECRET_MEMBERS:
            yield f"{name}: changed"
        else:
            yield f"{name}: {_told(before, name)} → {_told(after, name)}"
    yield from labelled([*_head(after), *secret_pairs(after)], indent="  ")


def _told(source: Document, name: str) -> str:
    return shown(plain(source.value(name))) or "none"


@sources.command("delete", short_help="Delete a source: its path answers 404 at once.")
@click.argument("identity", metavar="ID")
def delete(identity: str) -> None:
    """Delete a source: its path answers 404 at once; its events stay until retention."""
    session = current()
    if not session.confirm(f"delete source {identity}", "delete"):
        return
    session.client.sources.delete(identity)
    line = f"{session.output.paint('green', '✓')} deleted {shown(identity)}"
    session.output.one(document_of({"deleted": identity}), [line], [Column("Deleted", "deleted")])


@sources.command("pause", short_help="Accept and hold what comes.")
@click.argument("identity", metavar="ID")
def pause(identity: str) -> None:
    """Accept and hold what comes: nothing runs until it is resumed."""
    _moved(identity, "pause", "paused", "what comes is held")


@sources.command("resume", short_help="Take in again, and let through what was held.")
@click.argument("identity", metavar="ID")
def resume(identity: str) -> None:
    """Take in again; what was held goes through in order of arrival."""
    _moved(identity, "resume", "resumed", "what was held goes through")


def _moved(identity: str, verb: str, done: str, meaning: str) -> None:
    session = current()
    moved = session.client.request("POST", session.client.sources.route(identity, verb)).document()
    line = f"{session.output.paint('green', '✓')} {done} {safe(moved, 'id')}: {meaning}"
    session.output.one(moved, [line], COLUMNS)

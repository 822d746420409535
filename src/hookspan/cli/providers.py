"""`providers list | show`: the presets a source may verify by, in words (contracts D.4)."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

import click

from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, labelled, plain, safe
from hookspan.cli.session import current
from hookspan.cli.terminal import shown
from hookspan.cli.webhook_views import body_lines
from hookspan.client import Document
from hookspan.client.nouns import Collection

COLUMNS = (
    Column("ID", "id"),
    Column("Title", "title", cuttable=True),
    Column("Kind", "kind"),
    Column("Signature", "signaturePlace", cuttable=True, can_go=True),
    Column("Secret by", "secret.by", can_go=True),
    Column("Status", "status", is_status=True, can_go=True),
)
TEXT_COLUMNS = 76

providers = Noun("providers", help="Presets of senders: how each signs, names and repeats.")


@providers.command("list")
@click.option("--q", metavar="TEXT", help="text in id or title")
def list_providers(q: str | None) -> None:
    """List the presets by id."""
    session = current()
    rows = session.client.request("GET", "/api/v1/providers").page().rows
    wanted = (q or "").casefold()
    fitting = [row for row in rows if wanted in f"{row.text('id')} {row.text('title')}".casefold()]
    session.output.rows(fitting, COLUMNS, "provider")


@providers.command("show")
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one preset: what it needs, what it signs, a sample."""
    session = current()
    found = Collection(session.client.request, "/api/v1/providers").get(identity)
    session.output.one(found, _lines(session.output, found), COLUMNS)
    session.output.hint(f"hookspan sources create --name NAME --provider {found.text('id')}")


def _lines(output: Output, found: Document) -> Iterator[str]:
    yield f"{output.paint('bold', 'Provider')}  {safe(found, 'id')}"
    for line in wrap(found.text("docs"), TEXT_COLUMNS):
        yield f"  {shown(line)}"
    yield from labelled(_pairs(found), indent="  ")
    if found.value("sample"):
        yield output.paint("bold", f"Sample  {safe(found, 'sample.eventType')}")
        headers = found.value("sample.headers")
        yield from labelled([*headers.items()] if isinstance(headers, dict) else [], indent="  ")
        yield from body_lines(found.text("sample.body"))


def _pairs(found: Document) -> list[tuple[str, str]]:
    secret = [found.text("secret.by"), found.text("secret.format"), found.text("secret.encoding")]
    time = f"{found.text('time.pastSeconds')} s back, {found.text('time.futureSeconds')} s ahead"
    return [
        ("Title", found.text("title")),
        ("Status", found.text("status")),
        ("Auth", found.text("auth")),
        ("Kind", found.text("kind")),
        ("Signature", found.text("signaturePlace")),
        ("Signed", plain(found.value("signedFields"))),
        ("Secret by", ", ".join(filter(None, secret))),
        ("Time", time if found.value("time") else ""),
        ("Repeats by", plain(found.value("dedupe"))),
        ("Type from", plain(found.value("eventType"))),
        ("Handshakes", plain(found.value("handshakes"))),
        ("Methods", plain(found.value("methods"))),
        ("Needs", "registeredUrl" if found.value("needsRegisteredUrl") else ""),
        ("Test signed", "yes" if found.value("canSign") else "no, only the provider can"),
    ]

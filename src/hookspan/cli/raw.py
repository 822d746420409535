"""`api METHOD PATH`: a raw call and its raw answer (contracts D.4); and `version`."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version

import click
import msgspec

from hookspan.cli.grammar import Command
from hookspan.cli.session import current
from hookspan.cli.terminal import shown
from hookspan.cli.values import read_bytes
from hookspan.client import Document


@click.command("api", cls=Command)
@click.argument("method")
@click.argument("path")
@click.option("--input", "body", metavar="JSON|@file|-", help="the body, sent byte for byte")
@click.option("--content-type", metavar="TYPE", default="application/json", show_default=True)
def api(method: str, path: str, body: str | None, content_type: str) -> None:
    """Call any route with your token and print the answer as it is."""
    session = current()
    if not path.startswith("/"):
        raise click.UsageError("PATH begins with /, such as /api/v1/events")
    content = None if body is None else read_bytes(body, "--input")
    headers = {} if content is None else {"Content-Type": content_type}
    answer = session.client.request(method.upper(), path, content=content, headers=headers)
    if session.output.width is None:
        sys.stdout.buffer.write(answer.content)
    elif "json" in answer.headers.get("content-type", "") and answer.content:
        session.output.json(answer.content)
    else:
        for line in answer.content.decode("utf-8", "backslashreplace").splitlines():
            session.output.say(shown(line))


@click.command("version", cls=Command)
def version() -> None:
    """Print the version of this program."""
    output = current().output
    number = program_version()
    document = Document(msgspec.json.encode({"name": "hookspan", "version": number}))
    output.one(document, [f"hookspan {number}"], [])


def program_version() -> str:
    """The installed version; this release's own number in a source tree that was never installed."""
    try:
        return installed_version("hookspan")
    except PackageNotFoundError:
        return "0.1.0"

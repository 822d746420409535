"""`endpoints`: where events go, with the native API's own members (contracts C.2, D.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click
import msgspec

from hookspan.cli.failures import DONE, FAILED
from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, labelled, plain, safe
from hookspan.cli.session import current
from hookspan.cli.terminal import shown
from hookspan.cli.values import json_raw, name_list
from hookspan.cli.webhook_shapes import as_json, document_of
from hookspan.cli.webhook_views import rehearsal_lines
from hookspan.client import Document

COLUMNS = (
    Column("ID", "id"),
    Column("Name", "name", cuttable=True),
    Column("URL", "url", cuttable=True),
    Column("Status", "status", is_status=True),
    Column("Profile", "profile", can_go=True),
    Column("Events", "events", cuttable=True, can_go=True),
)

USER_AGENT = "hookspan"
"""Neither seed 004's command line nor the library: what is made here is `native` (contracts E.1)."""

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
@click.option("--profile-wire", metavar="NAME", help="orchestrator, systemprompt, standard (default) or cloudevents")
@click.option("--secret", help="signing secret (generated when absent)")
@click.option("--retry", metavar="JSON", help="retry policy")
@click.option("--timeout-ms", type=click.IntRange(1_000, 30_000))
@click.option("--headers", "-H", metavar="JSON", help="headers to send besides ours")
@click.option("--set", "whole", metavar="JSON|@file|-", help="any members of the API, over the other options")
def create(url: str, events: str, **options: str | int | None) -> None:
    """Create an endpoint; its signing secret is shown once."""
    session = current()
    body = {"url": url, "events": name_list(events, "--events"), **_members(options)}
    made = session.client.request(
        "POST", session.client.endpoints.path, json=body, headers={"User-Agent": USER_AGENT}
    ).document()
    session.output.one(made, _created_lines(session.output, made), COLUMNS)
    session.output.hint(f"hookspan events publish {name_list(events, '--events')[0].replace('*', 'test')}")


def _members(options: Mapping[str, str | int | None]) -> dict[str, object]:
    """What the options say, as members of the API."""
    secret, events = options.get("secret"), options.get("events")
    members: dict[str, object] = {
        "url": options.get("url"),
        "events": None if events is None else name_list(str(events), "--events"),
        "name": options["name"],
        "method": options["method"],
        "retry": _json(options, "retry"),
        "headers": _json(options, "headers"),
        "profile": options["profile_wire"],
        "timeoutMs": options["timeout_ms"],
        "signing": {"secret": secret} if secret else None,
    }
    given = {name: value for name, value in members.items() if value is not None}
    whole = _json(options, "whole", "--set")
    return given if whole is None else given | msgspec.json.decode(whole, type=dict[str, msgspec.Raw])


def _json(options: Mapping[str, str | int | None], name: str, spelling: str = "") -> msgspec.Raw | None:
    """An option that holds a JSON object, untouched."""
    text, option = options[name], spelling or f"--{name}"
    raw = json_raw(None if text is None else str(text), option)
    if raw is not None and bytes(raw).lstrip()[:1] != b"{":
        raise click.UsageError(f"{option} must be a JSON object")
    return raw


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


@endpoints.command("update")
@click.argument("identity", metavar="ID")
@click.option("--url", "-u")
@click.option("--events", "-e", metavar="A,B", help="the new list, whole")
@click.option("--name", "-n")
@click.option("--method", "-m", type=click.Choice(["POST", "PUT", "PATCH", "DELETE", "GET"]))
@click.option("--profile-wire", metavar="NAME", help="orchestrator, systemprompt, standard or cloudevents")
@click.option("--retry", metavar="JSON")
@click.option("--timeout-ms", type=click.IntRange(1_000, 30_000))
@click.option("--headers", "-H", metavar="JSON", help="headers to set; null removes one")
@click.option("--set", "whole", metavar="JSON|@file|-", help="any members of the API; null clears one")
def update(identity: str, **options: str | int | None) -> None:
    """Change members of an endpoint; what is not named stays."""
    session, changes = current(), _members(options)
    if not changes:
        raise click.UsageError("nothing to update")
    before = session.client.endpoints.get(identity)
    changed = session.client.endpoints.update(identity, changes)
    session.output.one(changed, _updated_lines(session.output, before, changed, list(changes)), COLUMNS)


def _updated_lines(output: Output, before: Document, after: Document, named: Sequence[str]) -> Iterator[str]:
    """Each member that was named with its old and new value, as the API shows them: no secret among them."""
    yield f"{output.paint('green', '✓')} updated {safe(after, 'id')}"
    for name in named:
        if name == "signing":
            yield "signing: changed"
        else:
            yield f"{shown(name)}: {_told(before, name)} → {_told(after, name)}"
    yield from labelled(_head(after), indent="  ")


def _told(endpoint: Document, name: str) -> str:
    return shown(plain(endpoint.value(name))) or "none"


@endpoints.command("delete", short_help="Delete an endpoint; what waits for it is cancelled.")
@click.argument("identity", metavar="ID")
def delete(identity: str) -> None:
    """Delete an endpoint; what waits for it is cancelled, its history stays."""
    session = current()
    if not session.confirm(f"delete endpoint {identity}", "delete"):
        return
    session.client.endpoints.delete(identity)
    gone = document_of({"deleted": identity})
    line = f"{session.output.paint('green', '✓')} deleted {shown(identity)}"
    session.output.one(gone, [line], [Column("Deleted", "deleted")])


@endpoints.command("pause")
@click.argument("identity", metavar="ID")
def pause(identity: str) -> None:
    """Stop sending; new deliveries are held."""
    _moved(identity, "pause", {}, "paused")


@endpoints.command("resume")
@click.argument("identity", metavar="ID")
@click.option("--discard", is_flag=True, help="drop what is held instead of sending it")
def resume(identity: str, discard: bool) -> None:
    """Send again; held deliveries are released."""
    _moved(identity, "resume", {"held": "cancel" if discard else "release"}, "resumed")


def _moved(identity: str, verb: str, body: Mapping[str, str], done: str) -> None:
    session = current()
    moved = session.client.request("POST", session.client.endpoints.route(identity, verb), json=body or None).document()
    session.output.one(moved, [f"{session.output.paint('green', '✓')} {done} {safe(moved, 'id')}"], COLUMNS)


@endpoints.command("rotate-secret", short_help="Sign with a new secret, for a while beside the old one.")
@click.argument("identity", metavar="ID")
@click.option("--which", type=click.Choice(["standard", "legacy"]), default="standard", show_default=True)
@click.option("--secret", help="the new secret (generated when absent)")
@click.option("--overlap-ms", type=click.IntRange(min=0), default=86_400_000, show_default=True)
def rotate_secret(identity: str, which: str, secret: str | None, overlap_ms: int) -> None:
    """Sign with a new secret; the old one counts beside it until the overlap ends. Shown once."""
    session = current()
    body = {"which": which, "overlapMs": overlap_ms, **({"secret": secret} if secret else {})}
    route = session.client.endpoints.route(identity, "rotate-secret")
    rotated = session.client.request("POST", route, json=body).document()
    member = "legacySecret" if which == "legacy" else "secret"
    clear = rotated.text(f"signing.{member}") or rotated.text(member)
    view = [f"{session.output.paint('green', '✓')} new {which} secret", *labelled([("Secret", clear)], indent="  ")]
    session.output.one(rotated, view, COLUMNS)


@endpoints.command("test")
@click.argument("identity", metavar="ID")
@click.option("--event", metavar="TYPE", help="name the endpoint will see (default: custom)")
@click.option("--data", metavar="JSON|@file|-", help="data of the test event (default: a sample of its type)")
def test(identity: str, event: str | None, data: str | None) -> int:
    """Send one real request; nothing is published. Exit 1 when it failed."""
    session = current()
    body = {"event": event, "data": json_raw(data, "--data")}
    given = {name: value for name, value in body.items() if value is not None}
    route = session.client.endpoints.route(identity, "test")
    result = session.client.request("POST", route, json=given).document()
    view = rehearsal_lines(session.output, result, as_json(result.text("attempt.request.body").encode()))
    session.output.one(result, view, [Column("Success", "success"), Column("Code", "statusCode")])
    return DONE if result.value("success") else FAILED

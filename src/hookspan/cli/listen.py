"""`listen`: hand what arrives to a server on this machine as it happens, without losing any (contracts D.4)."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit, urlunsplit

import click

from hookspan.cli.failures import DONE, FAILED
from hookspan.cli.forwarding import Packer, Parcel
from hookspan.cli.grammar import Command
from hookspan.cli.output import Output, counted, safe
from hookspan.cli.picking import is_picked, rules_of
from hookspan.cli.session import Session, current
from hookspan.cli.signing_anew import proof_of
from hookspan.cli.tail import Follower, since_instant, steadily
from hookspan.cli.terminal import shown
from hookspan.cli.values import names_of_list
from hookspan.cli.webhook_shapes import document_of
from hookspan.client import ApiError, Document, NotFound, Unreachable
from hookspan.client.forward import Forwarder
from hookspan.client.nouns import Filter
from hookspan.errors import NotFound as NoId
from hookspan.model.ids import canonical_id
from hookspan.model.jsonview import read_json
from hookspan.model.match import is_pattern
from hookspan.model.rules import Rules

TIMEOUT_S = 30.0
REQUEST_ORIGINS = ("webhook", "replay")
"""A replayed request is handed on again; a replay of what was published has no request and is passed over."""
REPORT_CHARACTERS = 1_000
REPORT_MOST_MS = 86_400_000
"""What the report of a forward may hold (`POST /api/v1/events/{id}/forwards`)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to listen to, where to hand it, and how to tell of it."""

    target: str
    filters: Mapping[str, Filter]
    rules: Rules | None
    as_requests: bool
    prints_json: bool
    most: int | None


@click.command("listen", short_help="Forward inbound requests, or events, to a local server.", cls=Command)
@click.argument("target", metavar="[PORT|URL]", default="3000")
@click.option("--source", "sources", multiple=True, metavar="ID|PATH", help="requests to this source; repeatable")
@click.option("--events", metavar="P,...", help="events of these types or patterns, as signed deliveries")
@click.option("--path", metavar="PATH", help="path at the local server")
@click.option("--filter", "rows", metavar="JSON", help="filter rows over the data")
@click.option("--print-json", is_flag=True, help="print the body of each")
@click.option("--once", "most", metavar="N", type=click.IntRange(min=1), help="end after N; exit 1 if one failed")
@click.option("--allow-external", is_flag=True, help="also targets that are not on this machine")
@click.option("--since", metavar="AGE", help="begin with what happened since 10m, 24h or an instant")
@click.option("--show-secret", is_flag=True, help="print the secret that signs what is forwarded")
def listen(  # noqa: PLR0913  # an option is a parameter
    target: str,
    sources: tuple[str, ...],
    events: str | None,
    path: str | None,
    rows: str | None,
    *,
    print_json: bool,
    most: int | None,
    allow_external: bool,
    since: str | None,
    show_secret: bool,
) -> int:
    """Forward inbound requests, or with --events events, to a local server."""
    if sources and events is not None:
        raise click.UsageError("give --source or --events, not both")
    url = target_url(target, path, allow_external=allow_external)
    rules, start, patterns = rules_of(rows, "--filter"), since_instant(since), _patterns(events)
    session = current()
    packer = Packer(session.client)
    ids = [_source_id(session, named) for named in sources]
    requests: dict[str, Filter] = {"origin": REQUEST_ORIGINS, "webhookId": ids or None}
    filters: dict[str, Filter] = {"type": patterns} if patterns else requests
    wish = Wish(url, filters, rules, not patterns, print_json, most)
    if show_secret:
        _show_secrets(session.output, packer, ids, as_requests=wish.as_requests)
    follower = Follower(session.client, {name: value for name, value in filters.items() if value}, start)
    session.output.talk(session.output.error_paint("dim", f"listening, forwarding to {shown(url)}, Ctrl-C ends"))
    with closing(follower.events()) as events_now:
        return _forward_all(session, packer, wish, events_now)


def target_url(target: str, path: str | None, *, allow_external: bool) -> str:
    """The address to forward to: a port of this machine, or a URL, which must be on it too unless allowed."""
    whole = f"http://127.0.0.1:{target}/" if target.isascii() and target.isdigit() else target
    parts = urlsplit(whole)
    try:
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        has_port = False
    if parts.scheme not in {"http", "https"} or not parts.hostname or not has_port:
        raise click.UsageError(f"{target} is neither a port nor an http URL")
    if not allow_external and not is_loopback(parts.hostname):
        raise click.UsageError(f"{parts.hostname} is not this machine: pass --allow-external to send there")
    wanted = parts.path or "/" if path is None else "/" + path.lstrip("/")
    return urlunsplit(parts._replace(path=wanted, fragment=""))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its own words; no name is resolved, because names can move."""
    if host in {"localhost", "localhost."}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _patterns(events: str | None) -> list[str]:
    names = [] if events is None else names_of_list(events)
    wrong = [name for name in names if not is_pattern(name)]
    if wrong or (events is not None and not names):
        raise click.UsageError(f"--events: {', '.join(wrong) or 'nothing'} is no event type or pattern")
    return names


def _source_id(session: Session, named: str) -> str:
    try:
        return session.client.sources.get(canonical_id(named)).text("id")
    except (NoId, NotFound):
        path = named.strip("/")
        found = [row for row in session.client.sources.list(q=path) if row.text("path") == path]
        if not found:
            raise click.UsageError(f"--source: no source {named}") from None
        return found[0].text("id")


def _show_secrets(output: Output, packer: Packer, ids: list[str], *, as_requests: bool) -> None:
    if not as_requests:
        output.say(f"signing secret  {packer.secret}")
        return
    for identity in ids or [row.text("id") for row in packer.client.sources.list()]:
        source, secrets = packer.source(identity)
        proof = proof_of(source, secrets).decode("utf-8", "replace")
        output.say(f"signing secret of {safe(source, 'path')}  {shown(proof) or '-'}")


def _forward_all(session: Session, packer: Packer, wish: Wish, events: Iterator[Document]) -> int:
    """Forward until the number asked for is reached; without one, for ever."""
    done = failed = 0
    with Forwarder(TIMEOUT_S) as forwarder:
        for event in events:
            parcel = steadily(partial(_parcel, packer, wish, event), session.sleep)
            if parcel is None:
                continue
            outcome = _forward(session.output, forwarder, wish, event, parcel=parcel)
            _report(session, event, outcome)
            failed += not outcome.is_taken
            done += 1
            if wish.most is not None and done >= wish.most:
                break
    session.output.talk(f"{counted(done, 'request')} forwarded, {failed} failed")
    return FAILED if failed else DONE


def _parcel(packer: Packer, wish: Wish, event: Document) -> Parcel | None:
    """What to send of an event; None when the filter leaves it out or its content was erased meanwhile."""
    try:
        parcel = packer.request(event) if wish.as_requests else None
        body = parcel.body if parcel else packer.client.events.content(event.text("id")).content
    except NotFound:
        return None
    if not is_picked(wish.rules, event, body):
        return None
    return parcel or packer.event(event, body)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the local server made of one request, as the event's history keeps it."""

    target: str
    duration_ms: float
    status: int | None = None
    error: str | None = None

    @property
    def is_taken(self) -> bool:
        """Whether it answered 2xx."""
        return self.status is not None and 200 <= self.status < 300

    def members(self) -> dict[str, object]:
        """The body of the report."""
        told = {"statusCode": self.status, "target": self.target[:REPORT_CHARACTERS], "error": self.error}
        given: dict[str, object] = {name: value for name, value in told.items() if value is not None}
        return {"durationMs": min(round(self.duration_ms), REPORT_MOST_MS), **given}


def _forward(output: Output, forwarder: Forwarder, wish: Wish, event: Document, *, parcel: Parcel) -> Outcome:
    """Send one and tell of it."""
    url = f"{wish.target}{'&' if '?' in wish.target else '?'}{parcel.query}" if parcel.query else wish.target
    note = f"  ({shown(parcel.note)})" if parcel.note else ""
    output.say(f"--> {shown(parcel.label)} [{safe(event, 'id')}]{note}")
    if wish.prints_json:
        output.json(parcel.body if _is_json(parcel.body) else _as_text(parcel.body))
    began = time.monotonic()
    try:
        answer = forwarder.send(parcel.method, url, parcel.fields, parcel.body)
    except Unreachable as failure:
        output.say(f"<-- {output.paint('red', 'failed')} {parcel.method} {shown(failure.detail)}")
        output.out.flush()
        spent_ms = (time.monotonic() - began) * 1_000
        return Outcome(wish.target, spent_ms, error=shown(failure.detail)[:REPORT_CHARACTERS])
    outcome = Outcome(wish.target, answer.duration_ms, answer.status)
    code = output.paint("green" if outcome.is_taken else "red", str(answer.status))
    path = shown(urlsplit(url).path)
    output.say(f"<-- {code} {shown(parcel.method)} {path} {answer.duration_ms:.0f} ms")
    output.out.flush()
    return outcome


def _report(session: Session, event: Document, outcome: Outcome) -> None:
    """Tell the event's history what the local server said; the forward itself stands, whatever comes of this."""
    route = session.client.events.route(event.text("id"), "forwards")
    try:
        session.patient(lambda: session.client.request("POST", route, json=outcome.members()))
    except ApiError as refused:
        session.output.talk(session.output.error_paint("dim", f"not reported: {shown(refused.detail)}"))


def _is_json(body: bytes) -> bool:
    return read_json(body).is_json


def _as_text(body: bytes) -> bytes:
    return document_of(body.decode("utf-8", "replace")).raw

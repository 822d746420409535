"""Pick events by filter rows on this side of the wire, as endpoints pick theirs (contracts B.4)."""

from __future__ import annotations

import click
import msgspec

from hookspan.cli.values import json_bytes
from hookspan.client import Document
from hookspan.errors import Invalid
from hookspan.model.jsonview import read_json
from hookspan.model.rules import FilterError, Rules, compile_rules


def rules_of(text: str | None, option: str) -> Rules | None:
    """The rows of an option; UsageError names the first that is wrong."""
    if text is None:
        return None
    rows = msgspec.json.decode(json_bytes(text, option))
    try:
        return compile_rules(rows, "")
    except Invalid as fault:
        first = fault.faults[0]
        raise click.UsageError(f"{option}: {first.pointer or '/'} {first.detail}") from fault


def is_picked(rules: Rules | None, event: Document, body: bytes) -> bool:
    """Whether the event passes; rows whose answer cannot be known within their budget let nothing through."""
    if rules is None:
        return True
    data = read_json(body)
    view: dict[str, object] = {"$type": event.text("type"), "$meta": event.value("metadata") or {}}
    if data.is_json:
        view["$"] = data.value
    try:
        return rules.passes(view)
    except FilterError:
        return False

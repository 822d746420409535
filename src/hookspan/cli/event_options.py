"""The options that choose events, as the parameters of their lists and exports (contracts B.6, C.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qsl

import click
import msgspec

from hookspan.cli.tail import since_instant
from hookspan.cli.values import json_bytes
from hookspan.client.flow import Filter

STATUSES: Final = (
    *("received", "processed", "success", "filtered", "failed", "held"),
    *("stored", "scheduled", "cancelled", "expunged"),
)
ORIGINS: Final = ("webhook", "api", "library", "cli", "workflow", "replay", "system")
DELIVERY_STATUSES: Final = ("pending", "sending", "delivered", "exhausted", "cancelled", "held")

Command = Callable[..., object]
_OPTIONS: Final = (
    click.option("--type", metavar="PATTERN", multiple=True, help="type or pattern such as invoice.*; repeatable"),
    click.option(
        "--status", type=click.Choice(STATUSES), multiple=True, help="of the request or the event; repeatable"
    ),
    click.option("--origin", type=click.Choice(ORIGINS), multiple=True, help="where it is from; repeatable"),
    click.option("--source", "webhookId", metavar="ID", multiple=True, help="came in at this source; repeatable"),
    click.option("--workflow", "workflowId", metavar="ID", multiple=True, help="started this workflow; repeatable"),
    click.option("--execution", "executionId", metavar="ID", multiple=True, help="belongs to it; repeatable"),
    click.option("--endpoint", "endpointId", metavar="ID", multiple=True, help="owed to this endpoint; repeatable"),
    click.option("--delivery-status", "deliveryStatus", type=click.Choice(DELIVERY_STATUSES), multiple=True),
    click.option("--method", metavar="METHOD", multiple=True, help="of the request; repeatable"),
    click.option("--code", "responseStatus", metavar="202|2xx", multiple=True, help="we answered; repeatable"),
    click.option("--source-ip", "sourceIp", metavar="ADDRESS", multiple=True, help="of the sender; repeatable"),
    click.option("--error-code", "errorCode", metavar="CODE", multiple=True, help="why it failed; repeatable"),
    click.option("--subject", help="what it is about"),
    click.option("--ordering-key", "orderingKey", metavar="KEY"),
    click.option("--priority", type=click.IntRange(0, 3), multiple=True, help="repeatable"),
    click.option("--with-execution/--without-execution", "hasExecution", default=None, help="started a workflow"),
    click.option("--replayed/--original", "replayed", default=None, help="was made from another event"),
    click.option("--test/--no-test", "test", default=None, help="was a test"),
    click.option("--where", metavar="JSON", help="filter rows over the data, at most 5"),
    click.option("--since", metavar="AGE", help="not older than 10m, 24h, 7d or an instant"),
    click.option("--until", metavar="AGE", help="older than 10m, 24h, 7d or an instant"),
)
_SPANS: Final = (("since", "from"), ("until", "to"))
_TRUTHS: Final = frozenset({"hasExecution", "replayed", "test"})


def event_options(command: Command) -> Command:
    """Every filter of the list of events, but for `q`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def filters_of(chosen: Mapping[str, object]) -> dict[str, Filter]:
    """The options as query parameters; what was not given is left out."""
    filters: dict[str, Filter] = {}
    for name, value in chosen.items():
        if isinstance(value, tuple):
            filters |= {name: [str(each) for each in value]} if value else {}
        elif isinstance(value, str | bool | int):
            filters[name] = value
    if "where" in filters:
        filters["where"] = json_bytes(str(filters["where"]), "--where").decode()
    for option, name in _SPANS:
        if option in filters:
            filters[name] = since_instant(str(filters.pop(option)), option=f"--{option}")
    return filters


def query_members(text: str) -> dict[str, object]:
    """`status=failed&type=order.*` as the members of a stored query, where numbers and truths have types.

    UsageError for what is no such text; unknown names are the server's to refuse.
    """
    try:
        pairs = parse_qsl(text.lstrip("?"), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        raise click.UsageError(f"--query {text}: write NAME=VALUE, joined by &, such as status=failed") from None
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in _TRUTHS:
            members[name] = _truth(name, value)
        elif name == "priority":
            members[name] = [*_listed(members.get(name)), _number(value)]
        elif name in {"q", "where", "subject", "orderingKey", "from", "to"} or name.startswith("createdAt["):
            members[name] = value
        else:
            members[name] = [*_listed(members.get(name)), value]
    return members


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _truth(name: str, value: str) -> bool:
    if value not in {"true", "false"}:
        raise click.UsageError(f"--query: {name} is true or false")
    return value == "true"


def _number(value: str) -> int:
    try:
        return msgspec.json.decode(value, type=int)
    except msgspec.DecodeError:
        raise click.UsageError(f"--query: priority {value} is no number") from None

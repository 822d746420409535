"""Options of `sources create` and `sources update` as members of a source; --set reaches the rest (contracts B.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import click
import msgspec

from hookspan.cli.values import json_raw, names_of_list

AUTH_TYPES: Final = ("none", "signature", "basic", "api_key")
MEMBERS: Final = (
    *("name", "description", "workflowId", "nodeId", "path", "authType", "provider", "secret", "credentials"),
    *("enabled", "status", "priority", "methods", "contentTypes", "requireJson", "maxBodyBytes", "allowedIps"),
    *("dedupe", "verification", "response", "eventTypePrefix", "rateLimit", "orderingKey", "registeredUrl", "split"),
    *("retentionDays", "enrichment", "schemaCheck", "handshake"),
)
"""Every member of a source that may be written. The door ignores others, so that a slip is caught here."""

_LISTS: Final = frozenset({"methods", "contentTypes", "allowedIps"})
_JSON: Final = frozenset({"credentials", "dedupe", "verification", "enrichment"})

Body = Callable[..., object]


def member_options(command: Body) -> Body:
    """The options that `create` and `update` share."""
    for option in reversed(
        (
            click.option("--description"),
            click.option("--path", help="where it receives, below /api/v1/webhooks/ (random when absent)"),
            click.option("--provider", help="preset such as github, stripe, slack: see hookspan providers list"),
            click.option("--auth-type", "authType", type=click.Choice(AUTH_TYPES)),
            click.option("--secret", help="signing secret (generated when absent)"),
            click.option("--credentials", metavar="JSON|@file|-", help="of basic or api_key (generated when absent)"),
            click.option("--workflow", "workflowId", metavar="ID", help="workflow each request starts"),
            click.option("--priority", type=click.IntRange(0, 3), help="0 low, 1 normal, 2 high, 3 critical"),
            click.option("--methods", metavar="A,B", help="methods it takes"),
            click.option("--content-types", "contentTypes", metavar="A,B", help="content types it takes"),
            click.option("--allowed-ips", "allowedIps", metavar="A,B", help="addresses or networks it takes from"),
            click.option("--max-body-bytes", "maxBodyBytes", type=click.IntRange(min=1)),
            click.option("--require-json/--any-body", "requireJson", default=None, help="refuse what is no JSON"),
            click.option("--retention-days", "retentionDays", type=click.IntRange(1, 365)),
            click.option("--event-type-prefix", "eventTypePrefix", metavar="TEXT"),
            click.option("--ordering-key", "orderingKey", metavar="PATH", help="events that share it stay in order"),
            click.option("--registered-url", "registeredUrl", metavar="URL", help="the URL that its provider signs"),
            click.option("--verification", metavar="JSON|@file|-", help="what to verify differently from the preset"),
            click.option("--dedupe", metavar="JSON|@file|-", help="what makes a request a repeat"),
            click.option("--enrichment", metavar="JSON|@file|-", help="what is written down beside a request"),
            click.option("--set", "sets", metavar="MEMBER=JSON", multiple=True, help="any other member; repeatable"),
        )
    ):
        command = option(command)
    return command


def members_of(options: Mapping[str, object]) -> dict[str, object]:
    """What the options say, by the members' own names; --set lies over the others."""
    given = {name: _member(name, value) for name, value in options.items() if value is not None and name != "sets"}
    sets = options.get("sets")
    return given | set_members([str(each) for each in sets] if isinstance(sets, tuple) else ())


def _member(name: str, value: object) -> object:
    if name in _LISTS:
        return names_of_list(str(value))
    return json_raw(str(value), f"--{name}") if name in _JSON else value


def set_members(sets: Sequence[str]) -> dict[str, object]:
    """`MEMBER=JSON` each, or one whole JSON object; UsageError for a member that no source has."""
    members: dict[str, object] = {}
    for text in sets:
        name, equals, value = text.partition("=")
        if text.lstrip()[:1] in {"{", "@", "-"}:
            members |= _whole(text)
        elif not equals:
            raise click.UsageError(f"--set {text}: write MEMBER=JSON, such as requireJson=true")
        else:
            members[name.strip()] = json_raw(value, f"--set {name.strip()}")
    unknown = [name for name in members if name not in MEMBERS]
    if unknown:
        raise click.UsageError(f"--set: no source has {', '.join(unknown)}; it has {', '.join(MEMBERS)}")
    return members


def _whole(text: str) -> dict[str, msgspec.Raw]:
    raw = json_raw(text, "--set")
    try:
        return msgspec.json.decode(raw or b"{}", type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        raise click.UsageError("--set: write MEMBER=JSON, or one JSON object") from None

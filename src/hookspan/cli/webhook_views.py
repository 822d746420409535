"""How the commands of seed 004 look to a person: tables 1 and 6, texts 2 to 5 and 7 (contracts D.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from hookspan.cli.output import Column, Output, labelled, plain, safe
from hookspan.cli.terminal import cells, shown, shown_json
from hookspan.cli.webhook_shapes import auth_type, document_of, rehearsal_error
from hookspan.client import Document

EVENTS_SHOWN: Final = 3
BODY_SHOWN: Final = 500
BAR_CELLS: Final = 40
_MARKS: Final[Mapping[str, str]] = {
    "delivered": "✓ Success",
    "exhausted": "✗ Failed",
    "pending": "… Pending",
    "sending": "… Pending",
    "held": "= Held",
    "cancelled": "- Cancelled",
}
_ERROR_COLUMN = Column("Error", "error", cuttable=True)

WEBHOOK_COLUMNS: Final = (
    Column("ID", "id"),
    Column("Name", "name", cuttable=True),
    Column("URL", "url", cuttable=True),
    Column("Status", "status", is_status=True),
    Column("Events", "events", cuttable=True),
)
DELIVERY_COLUMNS: Final = (
    Column("ID", "id"),
    Column("Event", "event", cuttable=True),
    Column("Status", "mark", is_status=True),
    Column("Code", "status_code"),
    Column("Attempt", "attempt"),
    Column("Duration", "took"),
    Column("Delivered At", "delivered_at", can_go=True),
    _ERROR_COLUMN,
)
DELIVERY_FIELDS: Final = tuple(
    Column(name, name)
    for name in ("id", "event", "state", "status_code", "attempt", "duration", "delivered_at", "error", "success")
)


def webhook_row(webhook: Document) -> Document:
    """A webhook as a row of table 1: at most three events stand in it."""
    events = webhook.value("events")
    listed = events if isinstance(events, list) else []
    more = {"more": max(0, len(listed) - EVENTS_SHOWN), "auth": webhook.text("auth.type")}
    return document_of({**webhook.members, "events": listed[:EVENTS_SHOWN], **more})


def webhook_notes(row: Document) -> Iterator[str]:
    """What a row of table 1 has no room for."""
    if row.number("more"):
        yield f"└─ +{row.number('more')} more"
    if row.text("auth") not in {"", "none"}:
        yield f"└─ auth: {row.text('auth')}"


def delivery_row(delivery: Document, error_cells: int | None) -> Document:
    """A delivery as a row of table 6; an error longer than `error_cells` moves to a line of its own."""
    error = delivery.text("error")
    fits = error_cells is None or cells(error) <= error_cells
    duration = delivery.value("duration")
    return document_of(
        {
            **delivery.members,
            "mark": _MARKS.get(delivery.text("state"), delivery.text("state")),
            "took": None if duration is None else f"{delivery.number('duration')} ms",
            "error": error if fits else "",
            "overflow": "" if fits else error,
        }
    )


def delivery_notes(row: Document) -> Iterator[str]:
    """The error of a row of table 6 that does not fit."""
    if row.text("overflow"):
        yield f"└─ {row.text('overflow')}"


def delivery_footer(deliveries: Iterable[Document]) -> str:
    """`N successful, M failed, K open`; what somebody cancelled is none of them."""
    states = [delivery.text("state") for delivery in deliveries]
    good, bad = states.count("delivered"), states.count("exhausted")
    return f"{good} successful, {bad} failed, {len(states) - good - bad - states.count('cancelled')} open"


def head_lines(webhook: Document) -> list[str]:
    """`Name URL Method Status Events Auth`."""
    return labelled(
        [
            ("Name", webhook.text("name")),
            ("URL", webhook.text("url")),
            ("Method", webhook.text("method")),
            ("Status", webhook.text("status")),
            ("Events", plain(webhook.value("events"))),
            ("Auth", webhook.text("auth.type")),
        ],
        indent="  ",
    )


def created_lines(output: Output, webhook: Document, secret: str) -> Iterator[str]:
    """Text 2; a generated secret is shown here and later only when it is revealed."""
    yield f"{output.paint('green', '✓')} created {safe(webhook, 'id')}"
    yield from head_lines(webhook)
    if secret:
        yield f"Signing secret: {shown(secret)}"


def updated_lines(output: Output, before: Mapping[str, object], webhook: Document) -> Iterator[str]:
    """Text 4: each member asked for with its old and new value, then the head."""
    yield f"{output.paint('green', '✓')} updated {safe(webhook, 'id')}"
    for name, old in before.items():
        new = webhook.text("auth.type") if name == "auth" else plain(webhook.value(name))
        yield f"{name}: {shown(plain(old))} → {shown(new)}"
    yield from head_lines(webhook)


def info_lines(output: Output, webhook: Document, stats: Document) -> Iterator[str]:
    """Text 3."""
    yield output.paint("bold", "Webhook")
    pairs = [("ID", "id"), ("Name", "name"), ("URL", "url"), ("Method", "method"), ("Status", "status")]
    dates = [("Created", "created_at"), ("Updated", "updated_at")]
    timeout = ("Timeout", f"{webhook.number('timeout')} ms")
    yield from labelled(
        [*((label, webhook.text(path)) for label, path in pairs), timeout]
        + [(label, webhook.text(path)) for label, path in dates],
        indent="  ",
    )
    events = webhook.value("events")
    names = [str(name) for name in events] if isinstance(events, list) else []
    yield output.paint("bold", f"Events ({len(names)})")
    yield from (f"  {shown(name)}" for name in names)
    yield output.paint("bold", "Headers")
    headers = webhook.value("headers")
    yield from _map_lines(headers if isinstance(headers, dict) else {})
    yield output.paint("bold", "Authentication")
    yield from _auth_lines(webhook)
    yield output.paint("bold", "Retry")
    yield from _retry_lines(webhook)
    yield output.paint("bold", "Delivery statistics")
    yield from _summary_lines(stats)


def _map_lines(headers: Mapping[str, object]) -> Iterator[str]:
    if not headers:
        yield "  none"
    yield from (f"  {shown(name)}: {shown(str(value))}" for name, value in headers.items())


def _auth_lines(webhook: Document) -> list[str]:
    clear = webhook.value("auth.credentials")
    members = clear if isinstance(clear, dict) else {}
    revealed = [(name, str(value)) for name, value in members.items() if value not in {"***", None}]
    return labelled([("Type", webhook.text("auth.type")), *_spoken(revealed)], indent="  ")


def _spoken(members: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name.replace("_", " ").capitalize(), value) for name, value in members]


def _retry_lines(webhook: Document) -> list[str]:
    if webhook.value("retry.enabled") is False:
        return ["  off: one attempt"]
    multiplier = webhook.text("retry.multiplier")
    return labelled(
        [
            ("Strategy", webhook.text("retry.strategy") + (f" ×{multiplier}" if multiplier else "")),
            ("Attempts", webhook.text("retry.max_attempts")),
            ("Initial delay", f"{webhook.number('retry.initial_delay')} ms"),
            ("Max delay", f"{webhook.number('retry.max_delay')} ms" if webhook.value("retry.max_delay") else ""),
        ],
        indent="  ",
    )


def _summary_lines(stats: Document) -> list[str]:
    total = f"{stats.number('total_deliveries')}"
    counted = f"{stats.number('successful_deliveries')} successful, {stats.number('failed_deliveries')} failed"
    return labelled(
        [
            ("Total", f"{total} ({counted})"),
            ("Success rate", success_rate(stats)),
            ("Mean duration", _mean(stats)),
            ("Last delivery", stats.text("last_delivery") or "never"),
            ("Last success", stats.text("last_success") or "never"),
            ("Last failure", stats.text("last_failure") or "never"),
        ],
        indent="  ",
    )


def _mean(stats: Document) -> str:
    value = stats.value("average_duration")
    return f"{round(value)} ms" if isinstance(value, int | float) and stats.number("total_deliveries") else "–"


def success_rate(stats: Document) -> str:
    """`98.0 %`; a dash before the first delivery ended."""
    ended = stats.number("successful_deliveries") + stats.number("failed_deliveries")
    return f"{_rate(stats) * 100:.1f} %" if ended else "–"


def _rate(stats: Document) -> float:
    failure_rate = stats.value("failure_rate")
    return 1 - failure_rate if isinstance(failure_rate, int | float) else 1.0


def stats_lines(output: Output, stats: Document) -> Iterator[str]:
    """Text 7: the nine numbers, the success rate and a bar of it."""
    ended = stats.number("successful_deliveries") + stats.number("failed_deliveries")
    yield from labelled(
        [
            ("Webhook", stats.text("webhook_id")),
            ("Total deliveries", str(stats.number("total_deliveries"))),
            ("Successful deliveries", str(stats.number("successful_deliveries"))),
            ("Failed deliveries", str(stats.number("failed_deliveries"))),
            ("Average duration", _mean(stats)),
            ("Last delivery", stats.text("last_delivery") or "never"),
            ("Last success", stats.text("last_success") or "never"),
            ("Last failure", stats.text("last_failure") or "never"),
            ("Failure rate", f"{(1 - _rate(stats)) * 100:.1f} %" if ended else "–"),
        ]
    )
    yield f"Success rate {success_rate(stats)}"
    filled = int(_rate(stats) * BAR_CELLS) if ended else 0
    yield output.paint("green", "█" * filled) + output.paint("dim", "░" * (BAR_CELLS - filled))


def rehearsal_lines(output: Output, result: Document, sent: object) -> Iterator[str]:
    """Text 5: the verdict, what came back, what was sent."""
    duration = result.number("durationMs")
    if result.value("success"):
        yield f"{output.paint('green', '✓ PASSED')}  {result.text('statusCode')} in {duration} ms"
    elif result.value("statusCode") is not None:
        yield f"{output.paint('red', '✗ FAILED')}  {result.text('statusCode')} in {duration} ms"
    else:
        yield f"{output.paint('red', '✗ FAILED')}  {shown(rehearsal_error(result))} after {duration} ms"
    headers = result.value("headers")
    if isinstance(headers, dict) and headers:
        yield output.paint("bold", "Response headers")
        yield from _map_lines(headers)
    if result.text("body"):
        yield output.paint("bold", "Response body")
        yield from body_lines(result.text("body"))
    yield output.paint("bold", "Sent payload")
    yield from _indented(msgspec.json.format(msgspec.json.encode(sent), indent=2).decode("utf-8", "replace"))


def body_lines(body: str) -> Iterator[str]:
    """A body: indented when it is JSON, else its first 500 characters and how many more there are."""
    try:
        yield from _indented(msgspec.json.format(body.encode("utf-8", "replace"), indent=2).decode("utf-8", "replace"))
    except msgspec.DecodeError:
        yield from (f"  {shown(line)}" for line in body[:BODY_SHOWN].split("\n"))
        if len(body) > BODY_SHOWN:
            yield f"  … {len(body) - BODY_SHOWN} more"


def _indented(json_text: str) -> Iterator[str]:
    return (f"  {line}" for line in shown_json(json_text).split("\n"))


def old_values(endpoint: Document, webhook: Document, names: Iterable[str]) -> dict[str, object]:
    """The values before a change, by the option that changes them."""
    return {name: auth_type(endpoint) if name == "auth" else webhook.value(name) for name in names}

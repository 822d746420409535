"""Events for people: one in full, one a line (contracts C.3, D.4)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from hookspan.cli.output import Output, labelled, plain, safe
from hookspan.cli.terminal import shown, shown_json
from hookspan.client import Document


def json_lines(document: Document) -> Iterator[str]:
    """A document as indented JSON, safe on a terminal."""
    yield shown_json(msgspec.json.format(document.raw, indent=2).decode("utf-8", "replace"))


def tailed_line(output: Output, event: Document) -> str:
    """`time type id status → deliveries`."""
    time, kind = output.paint("dim", safe(event, "createdAt")), output.paint("cyan", shown(event.text("type")))
    status = event.text("receipt.status") or event.text("status")
    return f"{time}  {kind}  {safe(event, 'id')}  {output.paint.status(status)} → {event.number('counts.deliveries')}"


def event_lines(output: Output, event: Document) -> Iterator[str]:
    """The event, the request it came in by, its data."""
    yield f"{output.paint('bold', 'Event')}  {safe(event, 'id')}"
    counts = [f"{event.number(f'counts.{name}')} {name}" for name in ("delivered", "exhausted")]
    yield from labelled(
        [
            ("Type", event.text("type")),
            ("Also", ", ".join(name for name in plain(event.value("names")).split(", ") if name != event.text("type"))),
            ("Status", event.text("status")),
            ("Origin", event.text("origin")),
            ("Test", "yes" if event.value("test") else ""),
            ("Created", event.text("createdAt")),
            ("Deliver at", event.text("deliverAt")),
            ("Subject", event.text("subject")),
            ("Source", event.text("webhookId")),
            ("Workflow", event.text("workflowId")),
            ("Execution", event.text("executionId")),
            ("Replay of", event.text("sourceEventId")),
            ("Deliveries", ", ".join([str(event.number("counts.deliveries")), *counts])),
            ("Executions", str(event.number("counts.executions"))),
            ("Metadata", plain(event.value("metadata")) if event.value("metadata") else ""),
        ],
        indent="  ",
    )
    yield from _request_lines(output, event)
    yield from _data_lines(output, event)


def _request_lines(output: Output, event: Document) -> Iterator[str]:
    if not event.value("receipt"):
        return
    yield output.paint("bold", "Request")
    line = f"{event.text('receipt.requestMethod')} {event.text('receipt.requestPath')}"
    error = " ".join(filter(None, [event.text("receipt.errorCode"), event.text("receipt.errorMessage")]))
    repeats = event.number("receipt.duplicateCount")
    signed = "" if event.value("receipt.eventTypeSigned") else "not covered by the signature"
    yield from labelled(
        [
            ("Line", line),
            ("Answered", f"{event.text('receipt.responseStatus')} in {event.number('receipt.processingTimeMs')} ms"),
            ("Came to", event.text("receipt.status")),
            ("Filtered", event.text("receipt.filteredReason")),
            ("Error", error),
            ("Repeats", f"{repeats}, last {event.text('receipt.lastDuplicateAt')}" if repeats else ""),
            ("Type is", signed),
            ("From", event.text("receipt.metadata.sourceIp") or event.text("metadata.sourceIp")),
            ("Execution", event.text("receipt.executionId")),
        ],
        indent="  ",
    )


def _data_lines(output: Output, event: Document) -> Iterator[str]:
    if event.value("dataBase64"):
        yield output.paint("dim", f"the data is no JSON: hookspan events show {safe(event, 'id')} --data")
    elif "data" in event.raw_members:
        yield output.paint("bold", f"Data  {safe(event, 'dataContentType')}, {event.number('dataSize')} bytes")
        yield from json_lines(Document(bytes(event.raw_members["data"])))

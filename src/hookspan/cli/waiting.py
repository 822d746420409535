"""Wait until every delivery of an event came to its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hookspan.cli.failures import Failed
from hookspan.cli.output import counted
from hookspan.cli.session import Session
from hookspan.client import Document

FINAL = frozenset({"delivered", "exhausted", "cancelled"})


def await_deliveries(
    session: Session, event_id: str, wait_s: float, show: Callable[[Sequence[Document]], None]
) -> None:
    """Wait, then show the rows as they are, ended or not; Failed when one is exhausted or the time is over."""
    rows: list[Document] = []

    def ended() -> Document | None:
        rows[:] = session.client.deliveries.list(eventId=event_id)
        return Document(b"{}") if all(row.text("status") in FINAL for row in rows) else None

    try:
        session.wait(wait_s, ended)
    finally:
        if not session.output.is_machine:
            show(rows)
    exhausted = sum(row.text("status") == "exhausted" for row in rows)
    if exhausted:
        raise Failed(f"{counted(exhausted, 'delivery')} exhausted")

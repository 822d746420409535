"""`demo`: the tour of docs/tour.md on a temporary instance, hop by hop, with the time of each (contracts D.4)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import click
import msgspec

from hookspan.cli.child import Child, running_server, temporary_folder
from hookspan.cli.failures import Failed
from hookspan.cli.grammar import Command
from hookspan.cli.output import Column, Output
from hookspan.cli.receiver import Receiver, listening
from hookspan.cli.session import Session, current
from hookspan.cli.terminal import cells, shown
from hookspan.cli.tour import Tour
from hookspan.client import ApiError, Client, Document

_TITLE_CELLS = 60
_COLUMNS = (
    Column("Hop", "hop"),
    Column("Name", "name"),
    Column("OK", "ok"),
    Column("ms", "durationMs"),
    Column("Told", "told", cuttable=True),
)
Hop = Callable[[], Iterator[str]]


@click.command("demo", short_help="Take the tour: a GitHub push in, a workflow, a signed webhook out.", cls=Command)
@click.option("--keep", is_flag=True, help="keep the temporary folder and say how to start it again")
def demo(keep: bool) -> None:
    """Take the tour: a GitHub push in, a workflow, an event, a signed webhook out; a minute of reading."""
    session = current()
    screen = Screen(session.output)
    screen.headline("hookspan demo", "a webhook in, a workflow, an event, a signed webhook out")
    with temporary_folder(keep=keep) as folder, listening() as receiver:
        began = time.monotonic()
        with running_server(folder) as child:
            screen.ground(f"server    {child.target.url}", (time.monotonic() - began) * 1000)
            screen.ground(f"database  SQLite in {folder}", None)
            screen.ground(f"receiver  {receiver.url}", None)
            _walk(session, screen, child, receiver)
        if keep:
            session.output.hint(f"hookspan serve --dev --data {folder}  (credentials: {folder}/server.log)")
    if session.output.is_machine:
        session.output.rows(screen.done, _COLUMNS, "hop")


def _walk(session: Session, screen: Screen, child: Child, receiver: Receiver) -> None:
    with Client(child.target.url, child.target.token) as client:
        tour = Tour(client, receiver, session.wait)
        hops: list[tuple[str, Hop]] = [
            ("define a workflow", tour.defines_a_workflow),
            ("create a source for GitHub, bound to it", tour.creates_a_source),
            ("register an outbound webhook", tour.registers_a_webhook),
            ("GitHub pushes", tour.posts_a_push),
            ("accepted, on disk before the answer", tour.reads_the_acceptance),
            ("the workflow runs", tour.awaits_the_execution),
            ("every fact is an event", tour.lists_the_events),
            ("the webhook arrives, signed", tour.verifies_the_delivery),
        ]
        for number, (title, hop) in enumerate(hops, 1):
            screen.hop(number, title, hop)
    screen.headline(
        f"push in → signed webhook out: {tour.end_to_end_ms:.0f} ms", "8 of 8 hops, one process, every step on disk"
    )


@dataclass
class Screen:
    """Tells the tour: to people line by line, for programs it keeps what happened."""

    output: Output
    done: list[Document] = field(default_factory=list)

    def headline(self, bold: str, dim: str) -> None:
        """A line that stands out, with room around it."""
        self._say("")
        self._say(f"  {self._paint('bold', bold)}  {self._paint('dim', dim)}")
        self._say("")

    def ground(self, text: str, spent_ms: float | None) -> None:
        """What stands before the first hop."""
        self._say(self._timed(f"  {self._paint('dim', '·')} {self._paint('dim', text)}", cells(text) + 4, spent_ms))

    def hop(self, number: int, title: str, work: Hop) -> None:
        """One hop; Failed when its work does."""
        began = time.monotonic()
        told: list[str] = []
        try:
            told.extend(work())
        except (ApiError, Failed) as fault:
            self._told(number, title, (time.monotonic() - began) * 1000, [str(fault)], ok=False)
            raise Failed(f"hop {number} of the tour, “{title}”: {fault}") from fault
        self._told(number, title, (time.monotonic() - began) * 1000, told, ok=True)

    def _told(self, number: int, title: str, spent_ms: float, told: list[str], *, ok: bool) -> None:
        members = {"hop": number, "name": title, "ok": ok, "durationMs": round(spent_ms, 1), "told": told}
        self.done.append(Document(msgspec.json.encode(members)))
        mark = self._paint("green", "✓") if ok else self._paint("red", "✗")
        head = f"  {mark} {self._paint('dim', str(number))} {self._paint('bold', title)}"
        self._say(self._timed(head, cells(title) + 6, spent_ms))
        for line in told:
            self._say(f"      {shown(line)}" if ok else f"      {self._paint('red', shown(line))}")

    def _timed(self, line: str, used: int, spent_ms: float | None) -> str:
        if spent_ms is None:
            return line
        room = max(_TITLE_CELLS - used, 2)
        return f"{line}{' ' * room}{self._paint('cyan', f'{spent_ms:>7.1f} ms')}"

    def _paint(self, style: str, text: str) -> str:
        return self.output.paint(style, text)

    def _say(self, line: str) -> None:
        if not self.output.is_machine:
            self.output.say(line)
            self.output.out.flush()

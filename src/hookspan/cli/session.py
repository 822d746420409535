"""One run of a command: its output and, made when first needed, its client."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import click

from hookspan.cli.failures import Failed
from hookspan.cli.grammar import Given
from hookspan.cli.output import FORMATS, Format, Output, make_output
from hookspan.cli.target import Place, data_folder, resolve
from hookspan.client import Client, Document, Exchange, Seams

DEFAULT_TIMEOUT_S = 10.0
_SESSION = "hookspan.session"


@dataclass
class Session:
    """What every command works with."""

    given: Given
    on_close: Callable[[Callable[[], None]], object]
    place: Place = field(default_factory=Place)
    sleep: Callable[[float], None] = time.sleep

    @cached_property
    def output(self) -> Output:
        """The output the options ask for."""
        return output_of(self.given)

    @cached_property
    def client(self) -> Client:
        """The client of the target (contracts D.1); NoTarget when there is none."""
        if self.given.flag("token_stdin"):
            self.given.options["token"] = sys.stdin.readline().strip()
        target = resolve(self.given, self.place)
        client = Client(target.url, target.token, timeout=self.timeout_s, seams=Seams(watch=self._watch))
        self.on_close(client.close)
        return client

    @property
    def timeout_s(self) -> float:
        """`--timeout`."""
        found = self.given.options.get("timeout")
        return found if isinstance(found, float) else DEFAULT_TIMEOUT_S

    @property
    def data_folder(self) -> Path:
        """The data folder of a local instance."""
        return data_folder(self.given, self.place)

    def confirm(self, question: str, word: str) -> bool:
        """Whether the person typed `word`; `--yes` answers for them, and without a terminal it must."""
        if self.given.flag("yes"):
            return True
        if self.given.flag("no_input") or not sys.stdin.isatty():
            raise click.UsageError(f"{question}: pass --yes, there is nobody to ask")
        typed = click.prompt(f"{question}. Type {word} to go on", err=True, default="", show_default=False)
        if typed == word:
            return True
        self.output.talk("cancelled")
        return False

    def wait(self, seconds: float, ask: Callable[[], Document | None]) -> Document:
        """Ask until there is an answer, at most for so long; Failed after that."""
        deadline = time.monotonic() + seconds
        pause_s = 0.01
        while True:
            found = ask()
            if found is not None:
                return found
            if time.monotonic() >= deadline:
                raise Failed(f"still open after {seconds:g} s")
            self.sleep(min(pause_s, max(0.0, deadline - time.monotonic())))
            pause_s = min(pause_s * 1.5, 1.0)

    def _watch(self, exchange: Exchange) -> None:
        if self.given.flag("verbose"):
            answered = exchange.status or "no answer"
            known = f"  {exchange.request_id}" if exchange.request_id else ""
            line = f"{exchange.method} {exchange.path} → {answered} in {exchange.duration_ms:.0f} ms{known}"
            self.output.talk(self.output.error_paint("dim", line))


def output_of(given: Given) -> Output:
    """The output the global options ask for."""
    chosen: Format = next((known for known in FORMATS if known == given.text("format")), "table")
    fields = tuple(name.strip() for name in (given.text("fields") or "").split(",") if name.strip())
    return make_output(chosen, fields, quiet=given.flag("quiet"), no_colour=given.flag("no_color"))


def current() -> Session:
    """The session of the command being run."""
    root = click.get_current_context().find_root()
    known = root.meta.get(_SESSION)
    if not isinstance(known, Session):
        known = root.meta[_SESSION] = Session(root.ensure_object(Given), root.call_on_close)
    return known

"""One run of a command: its output and, made when first needed, its client."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

import click

from hookspan.cli.failures import Failed
from hookspan.cli.grammar import Given
from hookspan.cli.local import Reach, local_reach
from hookspan.cli.output import FORMATS, Format, Output, make_output
from hookspan.cli.target import NoTarget, Place, Target, data_folder, is_held, resolve
from hookspan.client import Client, Document, Exchange, RateLimited, Seams

if TYPE_CHECKING:
    from hookspan.config import Settings

DEFAULT_TIMEOUT_S = 10.0
PATIENCE_S = 60.0
_SESSION = "hookspan.session"
Result = TypeVar("Result")


@dataclass
class Session:
    """What every command works with."""

    given: Given
    closing: ExitStack
    place: Place = field(default_factory=Place)
    sleep: Callable[[float], None] = time.sleep

    @cached_property
    def output(self) -> Output:
        """The output the options ask for."""
        return output_of(self.given)

    @cached_property
    def client(self) -> Client:
        """The client of the target, else of the application in this process (contracts D.1)."""
        if self.given.flag("token_stdin"):
            self.given.options["token"] = sys.stdin.readline().strip()
        reach, tenant = self._reached(), self.given.text("tenant")
        client = self._connected(reach)
        if tenant is None:
            return client
        route = f"/api/v1/tenants/{quote(tenant, safe='')}/token"
        token = client.request("POST", route).document().text("token")
        return self._connected(Reach(reach.url, token, reach.seams))

    @cached_property
    def target(self) -> Target:
        """The server to speak to; NoTarget when nothing names one."""
        return resolve(self.given, self.place)

    def _reached(self) -> Reach:
        seams = Seams(watch=self._watch)
        with suppress(NoTarget):
            return Reach(self.target.url, self.target.token, seams)
        if is_held(self.data_folder):
            raise NoTarget(f"a process works on {self.data_folder}, but it does not serve yet")
        return local_reach(self._settings(), self.closing, self.output, seams)

    def _connected(self, reach: Reach) -> Client:
        client = Client(reach.url, reach.token, timeout=self.timeout_s, seams=reach.seams)
        self.closing.callback(client.close)
        return client

    def _settings(self) -> Settings:
        from hookspan.config import load  # noqa: PLC0415 — only what runs here reads settings; the rest starts faster

        return load(data=self.data_folder)

    @property
    def timeout_s(self) -> float:
        """`--timeout`."""
        found = self.given.options.get("timeout")
        return found if isinstance(found, float) else DEFAULT_TIMEOUT_S

    @property
    def data_folder(self) -> Path:
        """The data folder of a local instance."""
        return data_folder(self.given, self.place)

    @property
    def has_nobody_to_ask(self) -> bool:
        """Whether a question would never be answered."""
        return self.given.flag("no_input") or not sys.stdin.isatty()

    def confirm(self, question: str, word: str, *, flag: str = "--yes") -> bool:
        """Whether the person typed `word`; `flag` answers for them, and without a terminal it must."""
        if self.given.flag("yes"):
            return True
        if self.has_nobody_to_ask:
            raise click.UsageError(f"{question}: pass {flag}, there is nobody to ask")
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
                raise Failed(f"still open after {seconds:g} s", code="still_open")
            self.sleep(min(pause_s, max(0.0, deadline - time.monotonic())))
            pause_s = min(pause_s * 1.5, 1.0)

    def patient(self, ask: Callable[[], Result]) -> Result:
        """The answer, also when the server wants to be asked again in at most a minute: for many small requests."""
        while True:
            try:
                return ask()
            except RateLimited as refused:
                if refused.retry_after_s is None or refused.retry_after_s > PATIENCE_S:
                    raise
                self.sleep(refused.retry_after_s)

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
        closing = ExitStack()
        root.call_on_close(closing.close)
        known = root.meta[_SESSION] = Session(root.ensure_object(Given), closing)
    return known

"""No server anywhere: the application runs in this process for the time of one command, as owner (contracts D.1)."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hookspan.cli.output import Output
from hookspan.client import Seams
from hookspan.client.inside import InsideTransport

if TYPE_CHECKING:
    from hookspan.app import Inside, Settings


@dataclass(frozen=True, slots=True)
class Reach:
    """How a server is reached: its address, the token for it, and what stands between."""

    url: str
    token: str | None
    seams: Seams


def local_reach(settings: Settings, closing: ExitStack, output: Output, seams: Seams) -> Reach:
    """Start the application until `closing` closes; its first start makes the instance, as the one of `serve` does.

    The owner's password and key of a first start are told on stderr: they are shown once and kept only as a hash.
    """
    import hookspan.app as application  # noqa: PLC0415 — the whole server; no other command shall wait for its import

    started = closing.enter_context(application.inside(settings))
    _greet(started, settings, output)
    transport = InsideTransport(started.app, started.loop)
    return Reach(started.url, started.token, replace(seams, transport=transport))


def _greet(started: Inside, settings: Settings, output: Output) -> None:
    greeting = started.greeting
    if greeting is None:
        return
    output.warn(f"created a new instance in {settings.data}; these are shown once:")
    output.warn(f"  user       {greeting.username}")
    output.warn(f"  password   {greeting.password.reveal()}")
    output.warn(f"  owner key  {greeting.api_key.reveal()}")
    if settings.is_embedded and not settings.kek:
        path = settings.kek_file or settings.data / "hookspan.kek"
        output.warn(f"  keys       {path.resolve()} (back this up apart from the database)")

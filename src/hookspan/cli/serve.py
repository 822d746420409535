"""`serve` and `worker`: run hookspan in this process (contracts D.4, architecture.md §6)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookspan.cli.grammar import Command
from hookspan.cli.session import Session, current
from hookspan.errors import NotConfigured

if TYPE_CHECKING:
    from hookspan.config import Settings


def settings_of(session: Session, **overrides: object) -> Settings:
    """The settings of the instance in the data folder; None overrides nothing."""
    from hookspan.config import load  # noqa: PLC0415 — only what runs here reads settings; the rest starts faster

    return load(data=session.data_folder, **overrides)


@click.command("serve", cls=Command)
@click.option("--host", help="address to listen on (default: 127.0.0.1)")
@click.option("--port", type=click.IntRange(0, 65_535), help="default: 8000")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="serving processes")
@click.option("--no-worker", is_flag=True, help="no background work in this process (PostgreSQL only)")
@click.option("--no-migrate", is_flag=True, help="refuse to start on an old schema instead of migrating it")
@click.option("--dev", is_flag=True, help="open loopback targets; listens on this machine alone")
@click.option("--module", type=click.Path(path_type=Path), metavar="FILE", help="a module.yaml to take values from")
def serve(
    workers: int, no_worker: bool, no_migrate: bool, module: Path | None, **named: str | int | bool | None
) -> int:
    """Run API, dashboard and background work in one process."""
    settings = settings_of(current(), server__host=named["host"], server__port=named["port"], dev=named["dev"] or None)
    if workers > 1:
        raise NotConfigured(
            "SQLite takes one serving process: leave --workers out"
            if settings.is_embedded
            else "run one `hookspan serve` per process behind a balancer: --workers is not built yet"
        )
    if no_worker and settings.is_embedded:
        raise NotConfigured("SQLite takes one process, so it must do the background work: leave --no-worker out")
    import hookspan.app as application  # noqa: PLC0415 — the whole server; no other command shall wait for its import

    return application.serve(settings, dev=settings.dev, worker=not no_worker, migrate=not no_migrate, module=module)


@click.command("worker", cls=Command)
def worker() -> int:
    """Do background work only, beside `serve` processes on the same PostgreSQL."""
    settings = settings_of(current())
    if settings.is_embedded:
        raise NotConfigured("SQLite takes one process: `hookspan serve` does the background work too")
    import hookspan.app as application  # noqa: PLC0415 — as above

    return application.work(settings)

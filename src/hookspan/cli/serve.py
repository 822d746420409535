"""`serve` and `worker`: run hookspan in this process (contracts D.4, architecture.md §6)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookspan.cli.grammar import Command
from hookspan.cli.session import Session, current
from hookspan.cli.values import name_list
from hookspan.errors import NotConfigured

if TYPE_CHECKING:
    from hookspan.config import Settings
    from hookspan.worker import Queue


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


@click.command("worker", short_help="Do background work only, beside `serve` on the same database.", cls=Command)
@click.option("--queues", metavar="A,B", help="some of deliveries, executions, router (default: all of them)")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 4_096),
    metavar="N",
    help="deliveries, and executions, under way at once, of executions up to a third more when one workflow has most; "
    "in place of limits.slots and limits.executions",
)
def worker(queues: str | None, concurrency: int | None) -> int:
    """Do background work only, beside `serve` processes on the same PostgreSQL."""
    chosen = _queues(queues)
    settings = settings_of(current(), limits__slots=concurrency, limits__executions=concurrency)
    if settings.is_embedded:
        raise NotConfigured("SQLite takes one process: `hookspan serve` does the background work too")
    import hookspan.app as application  # noqa: PLC0415 — as in `serve`

    return application.work(settings, queues=chosen)


def _queues(text: str | None) -> list[Queue]:
    """The queues of a comma list, all of them where none was given; UsageError for another name."""
    from hookspan.worker import QUEUES  # noqa: PLC0415 — loops and log; no other command shall wait for their import

    names = list(QUEUES) if text is None else name_list(text, "--queues")
    unknown = [name for name in names if name not in QUEUES]
    if unknown:
        raise click.UsageError(f"--queues: {', '.join(unknown)}: no such queue; known are {', '.join(QUEUES)}")
    return [queue for queue in QUEUES if queue in names]

"""`jobs list | show | cancel`, and how a bulk change is followed to its end (contracts C.1, D.4)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import click

from hookspan.cli.failures import DONE, FAILED, PARTLY, Failed
from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, counted, labelled, plural, safe
from hookspan.cli.session import Session, current
from hookspan.cli.terminal import shown
from hookspan.client import Document
from hookspan.client.nouns import Collection

COLUMNS = (
    Column("ID", "id"),
    Column("Kind", "kind"),
    Column("Status", "status", is_status=True),
    Column("Done", "done"),
    Column("Total", "total"),
    Column("Failed", "failed"),
    Column("Created", "createdAt", can_go=True),
)
_ENDED = frozenset({"done", "failed", "cancelled"})
_LOOK_S = 0.05
_LOOK_MOST_S = 1.0

jobs = Noun("jobs", help="Long work: bulk retries, cancels, replays.")


def collection(session: Session) -> Collection:
    """`/api/v1/jobs`."""
    return Collection(session.client.request, "/api/v1/jobs")


@jobs.command("list")
@click.option("--status", multiple=True, help="queued, running, done, failed, cancelled; repeatable")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_jobs(status: tuple[str, ...], limit: int) -> None:
    """List jobs, newest first."""
    session = current()
    session.output.rows(collection(session).list(limit, status=list(status)), COLUMNS, "job")


@jobs.command("show")
@click.argument("identity", metavar="ID")
@click.option("--follow", is_flag=True, help="until it ends; exit 7 when some of it failed")
def show(identity: str, follow: bool) -> int:
    """Show one job and what went wrong in it."""
    session = current()
    job = collection(session).get(identity)
    if follow:
        return told(session, followed(session, job))
    session.output.one(job, job_lines(session.output, job), COLUMNS)
    return DONE


@jobs.command("cancel")
@click.argument("identity", metavar="ID")
def cancel(identity: str) -> None:
    """Stop a job; what it has done stays done."""
    session = current()
    job = session.client.request("POST", collection(session).route(identity, "cancel")).document()
    session.output.one(job, job_lines(session.output, job), COLUMNS)


def job_lines(output: Output, job: Document) -> Iterator[str]:
    """A job for people."""
    yield f"{output.paint('bold', 'Job')}  {safe(job, 'id')}"
    yield from labelled(
        [
            ("Kind", job.text("kind")),
            ("Status", job.text("status")),
            ("Done", f"{job.number('done')} of {job.number('total')}"),
            ("Succeeded", job.text("succeeded")),
            ("Failed", job.text("failed")),
            ("Started", job.text("startedAt")),
            ("Finished", job.text("finishedAt")),
        ],
        indent="  ",
    )
    for error in job.rows("errors"):
        yield f"  {output.paint('red', '✗')} {safe(error, 'id')}  {safe(error, 'code')}  {safe(error, 'detail')}"


def bulk(verb: str, route: str, body: Mapping[str, object], *, noun: str, dry_run: bool) -> int:
    """Count, ask, start the job and follow it; exit 7 when some of it failed, 1 when all did or it was stopped."""
    session = current()
    preview = session.client.request("POST", route, json={**body, "dryRun": True}).document()
    total = preview.number("total")
    if dry_run:
        session.output.one(preview, _preview_lines(preview, verb, noun), [Column("Total", "total")])
        return DONE
    if not total:
        session.output.talk(f"no {plural(noun)} to {verb}")
        return DONE
    for line in _skipped(preview):
        session.output.talk(line)
    if not session.confirm(f"{verb} {counted(total, noun)}", verb):
        return DONE
    started = session.client.request("POST", route, json={**body}).document()
    return told(session, followed(session, started))


def _preview_lines(preview: Document, verb: str, noun: str) -> Iterator[str]:
    yield f"would {verb} {counted(preview.number('total'), noun)}"
    yield from _skipped(preview)
    for row in preview.rows("sample"):
        yield f"  {safe(row, 'id')}  {safe(row, 'eventType') or safe(row, 'type')}  {_state(row)}"


def _skipped(preview: Document) -> Iterator[str]:
    skipped = preview.value("skipped")
    for code, count in (skipped if isinstance(skipped, dict) else {}).items():
        yield f"  skipped {count}: {shown(str(code))}"


def _state(row: Document) -> str:
    """The status of a delivery, or of the request that an event came in by."""
    return safe(row, "receipt.status") or safe(row, "status")


def followed(session: Session, job: Document) -> Document:
    """The job at its end; meanwhile its progress stands on stderr when that is a terminal."""
    pause_s = _LOOK_S
    shows = sys.stderr.isatty() and not session.output.is_quiet
    while job.text("status") not in _ENDED:
        if shows:
            session.output.progress(f"{job.text('kind')}  {job.number('done')} of {job.number('total')}")
        session.sleep(pause_s)
        pause_s = min(pause_s * 1.5, _LOOK_MOST_S)
        job = session.client.request("GET", f"/api/v1/jobs/{quote(job.text('id'), safe='')}").document()
    if shows:
        session.output.progress("")
    return job


def told(session: Session, job: Document) -> int:
    """Print the ended job; the exit code it deserves."""
    session.output.one(job, job_lines(session.output, job), COLUMNS)
    if job.text("status") != "done":
        raise Failed(f"job {job.text('status')}")
    if not job.number("failed"):
        return DONE
    return PARTLY if job.number("succeeded") else FAILED

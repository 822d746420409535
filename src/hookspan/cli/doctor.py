"""`doctor`: look at everything that commonly stands in the way, one line each (contracts D.4)."""

from __future__ import annotations

import click
import msgspec

from hookspan.cli.failures import DONE, FAILED
from hookspan.cli.grammar import Command
from hookspan.cli.output import Column, Output, counted
from hookspan.cli.serve import settings_of
from hookspan.cli.session import current
from hookspan.cli.terminal import padded, shown
from hookspan.client import Document

_COLUMNS = (
    Column("State", "state", is_status=True),
    Column("Check", "name"),
    Column("Detail", "detail", cuttable=True),
)


@click.command("doctor", short_help="Check database, migrations, disk, keys, egress and clock.", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="as --format json")
def doctor(as_json: bool) -> int:
    """Check database, durability, migrations, disk, keys and egress guard; exit 1 when one fails."""
    import hookspan.app as application  # noqa: PLC0415 — the whole server; no other command shall wait for its import

    session = current()
    if as_json:
        session.given.options["format"] = "json"
    checks = [
        Document(msgspec.json.encode({"name": check.name, "state": check.state, "detail": check.detail}))
        for check in application.doctor(settings_of(session))
    ]
    if session.output.is_machine:
        session.output.rows(checks, _COLUMNS, "check")
    else:
        _tell(session.output, checks)
    return FAILED if any(check.text("state") == "fail" for check in checks) else DONE


def _tell(output: Output, checks: list[Document]) -> None:
    width = max((len(check.text("name")) for check in checks), default=0)
    for check in checks:
        state = check.text("state")
        lead = output.paint.status(state) + " " * (4 - len(state))
        output.say(f"{lead}  {padded(check.text('name'), width)}  {output.paint('dim', shown(check.text('detail')))}")
    failed = sum(check.text("state") == "fail" for check in checks)
    if failed:
        output.talk(output.error_paint("red", counted(failed, "failed check")))

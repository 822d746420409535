"""`sources filters ID …` and `filters test | backtest`: which requests start anything (contracts B.4, D.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click
import msgspec

from hookspan.cli.failures import DONE, FAILED
from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, counted, plain, safe
from hookspan.cli.session import Session, current
from hookspan.cli.source_trials import header_fields
from hookspan.cli.sources import sources
from hookspan.cli.terminal import shown
from hookspan.cli.values import file_bytes, json_bytes, json_raw
from hookspan.cli.webhook_shapes import document_of
from hookspan.client import Document

Row = Mapping[str, object]
COLUMNS = (
    Column("ID", "id"),
    Column("Group", "logicGroup"),
    Column("Path", "fieldPath", cuttable=True),
    Column("Operator", "operator"),
    Column("Value", "value", cuttable=True),
    Column("Enabled", "enabled", can_go=True),
)
_VERDICT = (Column("Passed", "passed"), Column("Reason", "reason", cuttable=True))
_BACKTEST = (
    Column("Tested", "tested"),
    Column("Passed", "passed"),
    Column("Filtered", "filtered"),
    Column("Failed", "failed"),
)

filters = Noun("filters", help="Filters of sources, tried before they count.")


@sources.command("filters", short_help="List, add, remove or set rows of a source's filter.")
@click.argument("identity", metavar="ID")
@click.argument(
    "verb", metavar="[list|add|remove|set]", type=click.Choice(["list", "add", "remove", "set"]), default="list"
)
@click.argument("words", metavar="[FILTER-ID|@file]...", nargs=-1)
@click.option("--path", metavar="PATH", help="add: what to look at, such as $.data.status")
@click.option("--operator", metavar="NAME", help="add: equals, not_equals, contains, in, exists, ...")
@click.option("--value", metavar="JSON", help="add: what to compare with; a bare word is a text")
@click.option("--group", "logicGroup", type=click.IntRange(min=0), help="add: rows of a group are ANDed, groups ORed")
@click.option("--disabled", is_flag=True, help="add: keep the row, do not ask it")
def source_filters(identity: str, verb: str, words: tuple[str, ...], **row: object) -> None:
    """List, add or remove rows of a source's filter, or set all of them from a file."""
    session = current()
    given = [name for name, value in row.items() if value is not None and value is not False]
    if given and verb != "add":
        raise click.UsageError(f"--{given[0].replace('logicGroup', 'group')} goes with add")
    if verb == "list":
        session.output.rows(_listing(session, identity), COLUMNS, "filter")
    elif verb == "add":
        _add(session, identity, words, row)
    elif verb == "remove":
        _remove(session, identity, words)
    else:
        _set(session, identity, words)


def _listing(session: Session, identity: str) -> Iterator[Document]:
    return session.client.sources.filters(identity).list()


def _add(session: Session, identity: str, words: Sequence[str], row: Mapping[str, object]) -> None:
    bodies: Sequence[Row] = [_row_of(row)] if not words else _rows_of(_one(words, "a file of rows"))
    listing = session.client.sources.filters(identity)
    made = [listing.create(body) for body in bodies]
    session.output.rows(made, COLUMNS, "filter")


def _row_of(row: Mapping[str, object]) -> dict[str, object]:
    missing = [f"--{name}" for name in ("path", "operator") if row.get(name) is None]
    if missing:
        raise click.UsageError(f"missing {', '.join(missing)}")
    value = row.get("value")
    members: dict[str, object] = {
        "fieldPath": row["path"],
        "operator": row["operator"],
        "value": None if value is None else value_of(str(value)),
        "logicGroup": row.get("logicGroup"),
        "enabled": False if row.get("disabled") else None,
    }
    return {name: member for name, member in members.items() if member is not None}


def value_of(text: str) -> msgspec.Raw:
    """JSON as it is, and a bare word as a text, so that `--value paid` needs no second quotes."""
    try:
        return msgspec.Raw(json_bytes(text, "--value"))
    except click.UsageError:
        if text[:1] in {'"', "{", "[", "@"}:
            raise
        return msgspec.Raw(msgspec.json.encode(text))


def _remove(session: Session, identity: str, words: Sequence[str]) -> None:
    if not words:
        raise click.UsageError("missing FILTER-ID")
    listing = session.client.sources.filters(identity)
    for word in words:
        listing.delete(word)
    gone = [document_of({"removed": word}) for word in words]
    if session.output.is_machine:
        session.output.rows(gone, [Column("Removed", "removed")], "filter")
    else:
        session.output.say(f"{session.output.paint('green', '✓')} removed {counted(len(words), 'filter')}")


def _set(session: Session, identity: str, words: Sequence[str]) -> None:
    rows = _rows_of(_one(words, "a file of rows"))
    listing = session.client.sources.filters(identity)
    answer = session.client.request("PUT", listing.path, json={"filters": rows})
    session.output.rows(answer.page().rows, COLUMNS, "filter")


def _one(words: Sequence[str], what: str) -> str:
    if len(words) != 1:
        raise click.UsageError(f"give {what}, such as @filters.json, or - for standard input")
    return words[0]


def _rows_of(word: str) -> Sequence[Row]:
    if word[:1] in {"[", "{"}:
        return rows_in(word.encode(), "FILE")
    return rows_in(file_bytes(word.removeprefix("@")), "FILE")


def rows_in(text: bytes, named: str) -> Sequence[Row]:
    """Filter rows of `[…]` or `{"filters": […]}`, each member as it is written."""
    try:
        if text.lstrip()[:1] == b"{":
            text = bytes(msgspec.json.decode(text, type=dict[str, msgspec.Raw])["filters"])
        return msgspec.json.decode(text, type=list[dict[str, msgspec.Raw]])
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError):
        raise click.UsageError(f"{named}: write an array of filter rows") from None


@filters.command("test", short_help="Try the filter of a source on a request.")
@click.option("--source", required=True, metavar="ID")
@click.option("--payload", metavar="JSON|@file|-", help="the body of the request to try")
@click.option("--header", "-H", "headers", metavar="K:V", multiple=True, help="repeatable")
@click.option("--query", "pairs", metavar="K=V", multiple=True, help="a parameter of its query; repeatable")
@click.option("--method", "-m")
@click.option("--event", "eventId", metavar="ID", help="try a stored request instead")
@click.option("--filters", "rows", metavar="JSON|@file|-", help="rows to try instead of the stored ones")
def test(source: str, **options: object) -> int:
    """Try the filter of a source on a request: exit 0 when it passes, 1 when it is filtered."""
    session = current()
    route = session.client.sources.route(source, "filters", "test")
    verdict = session.client.request("POST", route, json=_tried(options)).document()
    session.output.one(verdict, _verdict_lines(session.output, verdict), _VERDICT)
    return DONE if verdict.value("passed") else FAILED


def _tried(options: Mapping[str, object]) -> dict[str, object]:
    payload, headers, pairs = options["payload"], options["headers"], options["pairs"]
    if payload is None and options["eventId"] is None:
        raise click.UsageError("missing --payload, or --event for a stored request")
    members: dict[str, object] = {
        "payload": None if payload is None else json_raw(str(payload), "--payload"),
        "headers": header_fields(headers) if isinstance(headers, tuple) and headers else None,
        "query": _parameters(pairs) if isinstance(pairs, tuple) and pairs else None,
        "method": options["method"],
        "eventId": options["eventId"],
        "filters": _given(options["rows"]),
    }
    return {name: member for name, member in members.items() if member is not None}


def _parameters(pairs: Sequence[str]) -> dict[str, str]:
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise click.UsageError(f"--query {wrong[0]}: write NAME=VALUE")
    return dict(pair.split("=", 1) for pair in pairs)


def _given(rows: object) -> Sequence[Row] | None:
    return None if rows is None else rows_in(json_bytes(str(rows), "--filters"), "--filters")


def _verdict_lines(output: Output, verdict: Document) -> Iterator[str]:
    mark = output.paint("green", "✓ passes") if verdict.value("passed") else output.paint("yellow", "✗ filtered")
    yield f"{mark}  {safe(verdict, 'reason')}"
    for group in verdict.rows("groups"):
        yield f"  group {safe(group, 'group')}"
        for clause in group.rows("clauses"):
            yield f"    {_clause_line(output, clause)}"


def _clause_line(output: Output, clause: Document) -> str:
    mark = output.paint("green", "✓") if clause.value("passed") else output.paint("red", "✗")
    asked = f"{safe(clause, 'fieldPath')} {safe(clause, 'operator')} {shown(plain(clause.value('expected')))}".rstrip()
    was = f"was {shown(plain(clause.value('actual')))}" if clause.value("found") else "missing"
    return f"{mark} {asked}  {output.paint('dim', was)}"


@filters.command("backtest")
@click.option("--source", required=True, metavar="ID")
@click.option("--filters", "rows", metavar="JSON|@file|-", help="rows to try instead of the stored ones")
@click.option("--last", type=click.IntRange(1, 1_000), default=100, show_default=True)
def backtest(source: str, rows: str | None, last: int) -> None:
    """Ask what the filter would have said of the last requests."""
    session = current()
    given = _given(rows)
    body = {"last": last, **({} if given is None else {"filters": given})}
    route = session.client.sources.route(source, "filters", "backtest")
    told = session.client.request("POST", route, json=body).document()
    session.output.one(told, _backtest_lines(session.output, told), _BACKTEST)


def _backtest_lines(output: Output, told: Document) -> Iterator[str]:
    parts = [f"{told.number(name)} {name}" for name in ("passed", "filtered", "failed")]
    yield f"{output.paint('bold', counted(told.number('tested'), 'request'))}: {', '.join(parts)}"
    if told.number("changed.count"):
        yield f"  {counted(told.number('changed.count'), 'verdict')} would change"
    for name in ("passed", "filtered", "failed"):
        for each in _ids(told, f"examples.{name}"):
            yield f"  {name:8}  {each}"


def _ids(told: Document, path: str) -> list[str]:
    found = told.value(path)
    return [shown(str(each)) for each in found] if isinstance(found, list) else []

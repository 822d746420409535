"""`workflows apply | validate`: definitions kept in files, YAML or JSON (contracts D.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import click
import msgspec

from hookspan.cli.failures import REFUSED, Failure, Refusal
from hookspan.cli.output import Column, counted, safe
from hookspan.cli.session import Session, current
from hookspan.cli.terminal import shown
from hookspan.cli.values import file_bytes
from hookspan.cli.webhook_shapes import document_of
from hookspan.cli.workflows import COLUMNS, FILE_BYTES, text_diff, tinted, workflows, yaml_of
from hookspan.client import Document, ValidationFailed
from hookspan.errors import BadRequest, TooLarge
from hookspan.model.jsonview import Json, read_json, repeated_member
from hookspan.model.workflows import SERVED
from hookspan.model.yaml_reading import YamlDocument, read_yaml
from hookspan.model.yaml_writing import yaml_text

Action = Literal["create", "update", "none"]
_PLAN_COLUMNS = (Column("Action", "action"), Column("ID", "id"), Column("Name", "name"))
_DONE: Mapping[Action, str] = {"create": "created", "update": "updated", "none": "unchanged"}
_NEVER = re.compile(r"(?!)")
_BY_ITSELF = {
    "status": re.compile("active"),
    "kind": re.compile("pass"),
    "id": re.compile(r"trigger|(?:step|sync|milestone)-[0-9]+"),
}
_write = msgspec.json.Encoder(decimal_format="number").encode

__all__ = ["workflows"]


@dataclass(frozen=True, slots=True)
class File:
    """A definition as written in a file; `lines` tell where each member stands, by JSON pointer."""

    label: str
    members: dict[str, Json]
    lines: Mapping[str, int]

    @property
    def name(self) -> str:
        """What the workflow is called."""
        return str(self.members["name"])

    def body(self) -> bytes:
        """JSON for the server, every digit as written."""
        return _write(self.members)

    def line_of(self, pointer: str) -> int | None:
        """The line of what a pointer leads to, or of what it would stand in."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer)


@dataclass(frozen=True, slots=True)
class Known:
    """A workflow as the server has it: whole, and as short as it exports it; `tag` is its ETag."""

    whole: Document
    short: Json
    tag: str

    @property
    def identity(self) -> str:
        """Its id."""
        return self.whole.text("id")


@workflows.command("apply", short_help="Create or change a workflow from a file.")
@click.argument("path", metavar="FILE")
@click.option("--id", "identity", metavar="ID", help="the workflow to change (default: the one of that name)")
@click.option("--dry-run", is_flag=True, help="judge it and show the difference; change nothing")
def apply(path: str, identity: str | None, dry_run: bool) -> None:
    """Create the workflow of a YAML or JSON file (- is standard input), or bring the one of that name up to date."""
    session, wanted = current(), read_file(path)
    known = _known(session, identity) if identity else _of_name(session, wanted.name)
    lines = list(_changes(known, wanted))
    action: Action = "create" if known is None else "update" if lines else "none"
    if dry_run:
        _judge(session, wanted, known)
        _show_plan(session, known, wanted, action, lines)
        return
    for line in lines:
        session.output.talk(tinted(line, session.output.error_paint))
    applied = _applied(session, wanted, known)
    is_same = known is not None and known.whole.value("updatedAt") == applied.value("updatedAt")
    done = f"{session.output.paint('green', '✓')} {_DONE['none' if is_same else action]} {safe(applied, 'id')}"
    session.output.one(applied, [f"{done}  version {safe(applied, 'version')}"], COLUMNS)
    session.output.hint(f"hookspan workflows run {applied.text('id')} --wait 10")


@workflows.command("validate", short_help="Judge a workflow file without saving it.")
@click.argument("path", metavar="FILE")
def validate(path: str) -> None:
    """Judge the workflow of a YAML or JSON file (- is standard input) without saving it; exit 6 when it has faults."""
    session, wanted = current(), read_file(path)
    _judge(session, wanted, None)
    valid = document_of({"valid": True, "name": wanted.name, "file": wanted.label})
    line = f"{session.output.paint('green', '✓')} {shown(wanted.label)} is a valid workflow"
    session.output.one(valid, [line], [Column("Valid", "valid"), Column("Name", "name")])


def read_file(path: str) -> File:
    """The definition in a file; UsageError with the place where it is neither YAML nor JSON, or no workflow."""
    label, body = "standard input" if path == "-" else path, file_bytes(path)
    read = _read(label, body)
    if not isinstance(read.value, dict) or not read.value.get("name"):
        raise click.UsageError(f"{label} holds no workflow: a definition is an object with a name")
    members = {name: value for name, value in read.value.items() if name not in SERVED}
    return File(label, members, read.lines)


def _read(label: str, body: bytes) -> YamlDocument:
    """JSON first: it may escape what YAML would not, and be indented by tabs."""
    view = read_json(body)
    repeated = repeated_member(body) if view.is_json else None
    if repeated is not None:
        raise click.UsageError(f"{label}: {repeated} stands here twice; write it once")
    try:
        read = read_yaml(body, most_bytes=FILE_BYTES)
    except (BadRequest, TooLarge) as fault:
        if not view.is_json:
            raise click.UsageError(f"{label}: {fault.detail}") from fault
        return YamlDocument(view.value, {})
    return YamlDocument(view.value, read.lines) if view.is_json else read


def _of_name(session: Session, name: str) -> Known | None:
    found = [row.text("id") for row in session.client.workflows.list(name=name)]
    if len(found) > 1:
        detail = f"{counted(len(found), 'workflow')} are called {name}: say which with --id, {' or '.join(found)}"
        raise Refusal(Failure(REFUSED, detail, code="conflict"))
    return _known(session, found[0]) if found else None


def _known(session: Session, identity: str) -> Known:
    answer = session.client.request("GET", session.client.workflows.route(identity))
    short = read_yaml(yaml_of(session, identity).encode(), most_bytes=FILE_BYTES).value
    return Known(answer.document(), short, answer.headers.get("etag", "*"))


def _applied(session: Session, wanted: File, known: Known | None) -> Document:
    """Written only over what was shown: whoever was quicker makes it 412."""
    collection = session.client.workflows
    with _placed(wanted, hint=f"hookspan workflows validate {wanted.label}"):
        if known is None:
            return session.client.request("POST", collection.path, content=wanted.body()).document()
        route, condition = collection.route(known.identity), {"If-Match": known.tag}
        return session.client.request("PUT", route, content=wanted.body(), headers=condition).document()


def _judge(session: Session, wanted: File, known: Known | None) -> None:
    below = ("validate",) if known is None else (known.identity, "validate")
    with _placed(wanted, hint="hookspan workflows schema"):
        session.client.request("POST", session.client.workflows.route(*below), content=wanted.body())


@contextmanager
def _placed(wanted: File, *, hint: str) -> Iterator[None]:
    """Faults are told with their pointer and, where it is known, their line in the file."""
    try:
        yield
    except ValidationFailed as refused:
        if not refused.errors:
            raise
        lines = [_fault(wanted, fault) for fault in refused.errors]
        raise Refusal(Failure(REFUSED, refused.title, lines, hint, refused.document)) from refused


def _fault(wanted: File, fault: Mapping[str, str]) -> str:
    pointer = fault.get("pointer", "")
    line = wanted.line_of(pointer)
    where = f" ({wanted.label} line {line})" if line else ""
    return f"{pointer or '/'}: {fault.get('detail', '')}{where}"


def _show_plan(session: Session, known: Known | None, wanted: File, action: Action, lines: list[str]) -> None:
    plan = {"action": action, "id": known.identity if known else None, "name": wanted.name, "diff": "\n".join(lines)}
    view = [tinted(line, session.output.paint) for line in lines]
    would = {"create": "would be created", "update": "would be updated", "none": "is as the file says"}[action]
    session.output.one(document_of(plan), [*view, f"{shown(wanted.name)} {would}"], _PLAN_COLUMNS)


def _changes(known: Known | None, wanted: File) -> Iterator[str]:
    """The diff as YAML: what the server has by itself, and the file does not speak of, is no difference."""
    before = {} if known is None else _compared(read_json(known.whole.raw).value, known.short, wanted.members)
    titles = ["server", wanted.label]
    return text_diff(yaml_text(before) if before else "", yaml_text(wanted.members), titles)


def _compared(whole: Json, short: Json, wanted: Json) -> Json:
    """Of what the server has: all that is not as it would have it by itself, and all that the file speaks of."""
    if isinstance(whole, dict) and isinstance(wanted, dict):
        told = short if isinstance(short, dict) else {}
        more = (name for name, value in told.items() if not _is_by_itself(name, value))
        names = dict.fromkeys([*(name for name in wanted if name in whole), *more])
        return {name: _compared(whole[name], told.get(name), wanted.get(name)) for name in names}
    if isinstance(whole, list) and isinstance(wanted, list):
        told_list = short if isinstance(short, list) else []
        return [
            _compared(each, _partner(told_list, each, place), _partner(wanted, each, place))
            for place, each in enumerate(whole)
        ]
    if wanted is None and short is not None:
        return short
    return wanted if _is_number(whole) and _is_number(wanted) and whole == wanted else whole


def _partner(others: list[Json], part: Json, place: int) -> Json:
    """What stands for the same part: that with its id, else what stands in its place and has none."""
    names = [each.get("id") if isinstance(each, dict) else None for each in others]
    own = part.get("id") if isinstance(part, dict) else None
    if own is not None and own in names:
        return others[names.index(own)]
    return others[place] if place < len(others) and names[place] is None else None


def _is_by_itself(name: str, value: Json) -> bool:
    """Whether an export says for clarity what the server has by itself."""
    return isinstance(value, str) and _BY_ITSELF.get(name, _NEVER).fullmatch(value) is not None


def _is_number(value: Json) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)

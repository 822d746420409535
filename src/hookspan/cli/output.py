"""Results on stdout in the format asked for; talk on stderr (contracts D.1).

Machine formats carry the server's own JSON text. Colour, cutting and spelled-out control characters are for
terminals; a table is safe everywhere, because its cells hold strangers' text.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TextIO

import click
import msgspec

from hookspan.cli.terminal import Paint, cells, cut, padded, shown, shown_json, terminal_width, wants_colour
from hookspan.client import Document

Format = Literal["table", "json", "ndjson", "csv", "tsv", "id"]
FORMATS: tuple[Format, ...] = ("table", "json", "ndjson", "csv", "tsv", "id")
_NARROWEST = 8
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_PLAIN = Paint(enabled=False)
_GAP = "  "
Notes = Callable[[Document], Iterable[str]]
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def _without_notes(_: Document) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: `path` is the dotted member.

    On a narrow terminal `cuttable` columns give way, and those that `can_go` are left out, the last first.
    """

    title: str
    path: str
    cuttable: bool = False
    is_status: bool = False
    can_go: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """Where results go and how they look; `width` is None when stdout is no terminal."""

    format: Format = "table"
    fields: tuple[str, ...] = ()
    is_quiet: bool = False
    width: int | None = None
    paint: Paint = _PLAIN
    error_paint: Paint = _PLAIN
    out: TextIO = sys.stdout
    err: TextIO = sys.stderr

    @property
    def is_machine(self) -> bool:
        """Whether the result is for a program."""
        return self.format != "table"

    def rows(
        self, documents: Iterable[Document], columns: Sequence[Column], noun: str, *, notes: Notes = _without_notes
    ) -> None:
        """Print a list; `noun` is the singular word of its footer, `notes` gives further lines below a row."""
        listed = list(documents)
        self._check_fields(listed)
        if self.format == "table":
            self.table(listed, self._chosen(columns), notes)
            self.talk(self.error_paint("dim", counted(len(listed), noun)) if listed else f"no {plural(noun)}")
        elif self.format == "json":
            self.json(b"[" + b",".join(self._raw(row) for row in listed) + b"]")
        else:
            self.lines(listed, columns)

    def one(self, document: Document, view: Iterable[str], columns: Sequence[Column]) -> None:
        """Print one thing: the lines of `view` for people, the document for programs."""
        self._check_fields([document])
        if self.format == "table" and not self.fields:
            for line in view:
                self.say(line)
        elif self.format == "table":
            for name in self.fields:
                self.say(f"{name}  {plain(document.value(name))}")
        elif self.format == "json":
            self.json(self._raw(document))
        else:
            self.lines([document], columns)

    def json(self, raw: bytes) -> None:
        """Print JSON: indented and safe on a terminal, compact and exact in a pipe."""
        if self.width is None:
            self.say(msgspec.json.format(raw, indent=-1).decode("utf-8", "surrogateescape"))
        else:
            self.say(shown_json(msgspec.json.format(raw, indent=2).decode("utf-8", "replace")))

    def say(self, line: str) -> None:
        """Print a line of a result."""
        print(line, file=self.out)

    def talk(self, line: str) -> None:
        """Tell a person something that is not part of the result."""
        if not self.is_quiet:
            self.warn(line)

    def progress(self, line: str) -> None:
        """Replace the line that tells how far long work is; an empty one takes it away. For terminals."""
        print(f"\r\x1b[2K{shown(line)}", end="", file=self.err, flush=True)

    def warn(self, line: str) -> None:
        """Tell a person what they must not miss, even with --quiet; what was printed before comes before it."""
        self.out.flush()
        print(line, file=self.err, flush=True)

    def hint(self, command: str) -> None:
        """Name the next useful command."""
        self.talk(self.error_paint("dim", f"hint: {shown(command)}"))

    def _check_fields(self, documents: Sequence[Document]) -> None:
        """Refuse a member that nothing to be printed has, which would read as an empty one."""
        for name in self.fields if documents else ():
            member = name.partition(".")[0]
            if not any(member in document.raw_members for document in documents):
                known = dict.fromkeys(each for document in documents for each in document.raw_members)
                raise click.UsageError(f"--fields: there is no member {name!r}; there are {', '.join(known)}")

    def _chosen(self, columns: Sequence[Column]) -> Sequence[Column]:
        return [Column(name, name, cuttable=True) for name in self.fields] or columns

    def _raw(self, document: Document) -> bytes:
        if not self.fields:
            return document.raw
        members = document.raw_members
        chosen: dict[str, object] = {
            name: members[name] if name in members else document.value(name) for name in self.fields
        }
        return msgspec.json.encode(chosen)

    def lines(self, documents: Sequence[Document], columns: Sequence[Column]) -> None:
        """Print documents one a line: ndjson (also for `json`, where a list has no end), ids, csv or tsv."""
        if self.format in {"json", "ndjson"}:
            for document in documents:
                text = msgspec.json.format(self._raw(document), indent=-1).decode("utf-8", "surrogateescape")
                self.say(text if self.width is None else shown_json(text))
        elif self.format == "id":
            for document in documents:
                self.say(shown(document.text("id")))
        else:
            self._separated(documents, [column.path for column in self._chosen(columns)])

    def _separated(self, documents: Sequence[Document], paths: Sequence[str]) -> None:
        lines = [list(paths), *([plain(document.value(path)) for path in paths] for document in documents)]
        if self.format == "tsv":
            for line in lines:
                self.say("\t".join(shown(cell) for cell in line))
            return
        for line in lines:
            text = csv_line(line)
            self.say(text if self.width is None else shown(text))

    def table(self, documents: Sequence[Document], columns: Sequence[Column], notes: Notes = _without_notes) -> None:
        """Print a head and a line for each document; nothing for none."""
        if not documents:
            return
        body = [[self._cell(document, column) for column in columns] for document in documents]
        kept = columns_that_fit(columns, body, self.width)
        columns = [columns[at] for at in kept]
        body = [[row[at] for at in kept] for row in body]
        widths = column_widths(columns, body, self.width)
        self.say(self.paint("bold", _line([column.title for column in columns], widths)))
        for document, row in zip(documents, body, strict=True):
            fitted = [cut(cell, width) for cell, width in zip(row, widths, strict=True)]
            self.say(_line(fitted, widths, self._tones(columns, fitted)))
            for note in notes(document):
                self.say(shown(note))

    def _cell(self, document: Document, column: Column) -> str:
        text = shown(plain(document.value(column.path)))
        if self.width is not None and _INSTANT.fullmatch(text):
            return text[:19].replace("T", " ")
        return text

    def _tones(self, columns: Sequence[Column], row: Sequence[str]) -> Sequence[str]:
        return [
            self.paint.status(cell) if column.is_status else cell for column, cell in zip(columns, row, strict=True)
        ]


def make_output(chosen_format: Format, fields: tuple[str, ...] = (), *, quiet: bool, no_colour: bool) -> Output:
    """Output on this process's own streams."""
    return Output(
        format=chosen_format,
        fields=fields,
        is_quiet=quiet,
        width=terminal_width(sys.stdout),
        paint=Paint(wants_colour(sys.stdout, no_colour=no_colour)),
        error_paint=Paint(wants_colour(sys.stderr, no_colour=no_colour)),
        out=sys.stdout,
        err=sys.stderr,
    )


def plural(noun: str) -> str:
    """`delivery` → `deliveries`, `key` → `keys`."""
    return noun.removesuffix("ry") + "ries" if noun.endswith("ry") else noun + "s"


def counted(number: int, noun: str) -> str:
    """`1 delivery`, `2 deliveries`."""
    return f"{number} {noun if number == 1 else plural(noun)}"


def plain(value: object) -> str:
    """A value as a cell: nothing for null, a comma list for arrays of scalars, JSON for the rest."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        return ", ".join(plain(each) for each in value)
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode()
    return str(value)


def csv_line(texts: Sequence[str]) -> str:
    """One RFC 4180 record; a cell that a spreadsheet would run as a formula gets a leading `'` (contracts B.6)."""
    buffer = io.StringIO()
    defused = [f"'{text}" if text.startswith(_FORMULA_STARTS) else text for text in texts]
    csv.writer(buffer, lineterminator="").writerow(defused)
    return buffer.getvalue()


def columns_that_fit(columns: Sequence[Column], body: Sequence[Sequence[str]], limit: int | None) -> list[int]:
    """Which columns a terminal has room for, even if every cuttable one is cut to the least."""
    kept = list(range(len(columns)))
    narrowest = [
        min(width, _NARROWEST) if column.cuttable else width
        for column, width in zip(columns, column_widths(columns, body, None), strict=True)
    ]
    for at in reversed(range(len(columns))):
        needed = sum(narrowest[each] for each in kept) + len(_GAP) * (len(kept) - 1)
        if limit is not None and needed > limit and columns[at].can_go:
            kept.remove(at)
    return kept


def column_widths(columns: Sequence[Column], body: Sequence[Sequence[str]], limit: int | None) -> list[int]:
    """The width of each column; where a terminal is too narrow the widest cuttable column gives way, never an id."""
    widths = [
        max(cells(column.title), *(cells(row[at]) for row in body)) if body else cells(column.title)
        for at, column in enumerate(columns)
    ]
    if limit is None:
        return widths
    surplus = sum(widths) + len(_GAP) * (len(widths) - 1) - limit
    while surplus > 0:
        yielding = [at for at, column in enumerate(columns) if column.cuttable and widths[at] > _NARROWEST]
        if not yielding:
            break
        widest = max(yielding, key=widths.__getitem__)
        widths[widest] -= 1
        surplus -= 1
    return widths


def _line(texts: Sequence[str], widths: Sequence[int], toned: Sequence[str] | None = None) -> str:
    spaced = [
        (tone or text) + " " * (width - cells(text))
        for text, tone, width in zip(texts, toned or texts, widths, strict=True)
    ]
    return _GAP.join(spaced).rstrip()


def safe(document: Document, path: str) -> str:
    """A member as text a terminal may show."""
    return shown(document.text(path))


def labelled(pairs: Iterable[tuple[str, str]], *, indent: str = "") -> list[str]:
    """Lines `label  value`, the values in one column; pairs without a value are left out."""
    kept = [(label, shown(value)) for label, value in pairs if value]
    width = max((cells(label) for label, _ in kept), default=0)
    return [f"{indent}{padded(label, width)}  {value}" for label, value in kept]

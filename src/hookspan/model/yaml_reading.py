"""YAML read as the JSON it stands for: the core schema of YAML 1.2, and nothing that could surprise (RFC 9512).

`on`, `yes` and dates are text, `01` and `0x1F` too: a plain scalar is null, true, false, a number as JSON spells one,
or text. Numbers are exact. Anchors, aliases and tags are refused, so nothing can grow or become an object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NoReturn, Protocol

import yaml

from hookspan.errors import BadRequest, TooLarge
from hookspan.model.jsonview import (
    DECIMAL_CHARACTERS,
    DECIMAL_TOO_LONG,
    DEPTH,
    EXPONENT,
    INTEGER_DIGITS,
    INTEGER_TOO_LONG,
    NODES,
    TOO_DEEP,
    TOO_MANY_NODES,
    Json,
)

# The one in C is many times faster; both speak in the same events.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_UNKEPT = re.compile("[\0\ud800-\udfff]")


class _Mark(Protocol):
    """A place in the text, counted from 0."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """What was read; `lines` tells for the JSON pointer of each member and element the line it begins on, from 1."""

    value: Json
    lines: dict[str, int]


def read_yaml(body: bytes, *, most_bytes: int) -> YamlDocument:
    """The one document of a UTF-8 text of at most `most_bytes`.

    Raises TooLarge before anything is parsed, BadRequest with line and column for what cannot be read.
    """
    if len(body) > most_bytes:
        raise TooLarge(f"the YAML has more than {most_bytes:,} bytes; move constant data out of it")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest(f"the YAML is not UTF-8: byte {error.start + 1}") from None
    try:
        return _Composer(yaml.parse(text, Loader=_LOADER)).document()
    except yaml.MarkedYAMLError as error:
        _refuse(error.problem_mark, error.problem or "cannot be read")
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        raise BadRequest(f"line {line}, column {column}: control characters are not allowed") from None


def plain_value(text: str) -> Json:
    """What an unquoted scalar means; raises ValueError for a number beyond the limits of JSON here."""
    if text in _NULLS:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        if len(text.lstrip("-")) > INTEGER_DIGITS:
            raise ValueError(INTEGER_TOO_LONG)
        return int(text)
    return _decimal(text) if _DECIMAL.fullmatch(text) else text


def _decimal(text: str) -> Decimal:
    # An exponent of more digits than EXPONENT has would cost before it could be judged.
    exponent = text.lower().partition("e")[2].lstrip("+-0")
    is_short = len(text) <= DECIMAL_CHARACTERS and len(exponent) <= len(str(EXPONENT))
    if not is_short or abs(Decimal(text).adjusted()) > EXPONENT:
        raise ValueError(DECIMAL_TOO_LONG)
    return Decimal(text)


@dataclass(slots=True)
class _Composer:
    """Makes values of events, counting as it goes."""

    events: Iterator[yaml.Event]
    nodes: int = 0
    lines: dict[str, int] = field(default_factory=dict)

    def document(self) -> YamlDocument:
        """The value between the start and the end of the stream."""
        next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise BadRequest("the YAML holds no document")
        value = self._node(next(self.events), "", 0)
        next(self.events)
        more = next(self.events)
        if not isinstance(more, yaml.StreamEndEvent):
            _refuse(more.start_mark, "a second document begins here; send one")
        return YamlDocument(value, self.lines)

    def _node(self, event: yaml.Event, pointer: str, depth: int) -> Json:
        self.nodes += 1
        self.lines.setdefault(pointer, _line(event))
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            _refuse(event.start_mark, "aliases are not read here; write the value out")
        if event.anchor is not None:
            _refuse(event.start_mark, "anchors are not read here; take it out")
        if event.tag is not None:
            _refuse(event.start_mark, "tags are not read here; take it out")
        if depth > DEPTH or self.nodes > NODES:
            _refuse(event.start_mark, TOO_DEEP if depth > DEPTH else TOO_MANY_NODES)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        return (self._mapping if isinstance(event, yaml.MappingStartEvent) else self._sequence)(pointer, depth)

    def _mapping(self, pointer: str, depth: int) -> dict[str, Json]:
        members: dict[str, Json] = {}
        while not isinstance(key := next(self.events), yaml.MappingEndEvent):
            name = self._name(key)
            if name in members:
                _refuse(key.start_mark, f"{name!r:.80} stands here twice")
            place = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            self.lines[place] = _line(key)
            members[name] = self._node(next(self.events), place, depth + 1)
        return members

    def _name(self, key: yaml.Event) -> str:
        if not isinstance(key, yaml.ScalarEvent):
            _refuse(key.start_mark, "the name of a member must be a text")
        if key.anchor is not None or key.tag is not None:
            _refuse(key.start_mark, "anchors and tags are not read here; take it out")
        return _kept(key)

    def _sequence(self, pointer: str, depth: int) -> list[Json]:
        elements: list[Json] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            elements.append(self._node(event, f"{pointer}/{len(elements)}", depth + 1))
        return elements


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(event: yaml.ScalarEvent) -> Json:
    if not event.implicit[0]:
        return _kept(event)
    try:
        return plain_value(_kept(event))
    except ValueError as error:
        _refuse(event.start_mark, str(error))


def _kept(event: yaml.ScalarEvent) -> str:
    text = str(event.value)
    if _UNKEPT.search(text):
        _refuse(event.start_mark, "a text must hold no NUL character and no lone surrogates")
    return text


def _refuse(mark: _Mark | None, detail: str) -> NoReturn:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    raise BadRequest(f"line {line}, column {column}: {detail}")

"""Texts no route should look at twice: queries with control or unknown names, bodies with NUL or lone surrogates.

PostgreSQL holds no NUL, UTF-8 no surrogate, and a filter that is misspelt and ignored would answer with too much.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from pydantic import BaseModel

from hookspan.api.problems import door_of
from hookspan.errors import Fault, Invalid

if TYPE_CHECKING:
    from fastapi.dependencies.models import Dependant

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# A client that walks lists sends these to every one, also to those that are always one page.
_PAGING = frozenset({"limit", "cursor"})
_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNKEPT = re.compile("[\0\ud800-\udfff]")


def names_of(dependant: Dependant) -> frozenset[str]:
    """The query parameters that a route and its dependencies read."""
    names: set[str] = set()
    names.update(*(names_of(inner) for inner in dependant.dependencies))
    for parameter in dependant.query_params:
        annotation = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            names |= {field.alias or name for name, field in annotation.model_fields.items()}
        else:
            names.add(parameter.alias)
    return frozenset(names)


def check_query(query: bytes, path: str, known: frozenset[str] | None) -> None:
    """Invalid for a control character anywhere, and for a name outside `known`; seed 001 ignores unknown names."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    faults = [
        Fault(_pointer(name), "validation_error", "must hold no control characters")
        for name, value in pairs
        if _CONTROL.search(name) or _CONTROL.search(value)
    ]
    if known is not None and door_of(path) != "orchestrator":
        unknown = dict.fromkeys(name for name, _ in pairs if name not in known | _PAGING)
        faults += [Fault(_pointer(name), "unknown_member", "no such query parameter; remove it") for name in unknown]
    if faults:
        raise Invalid(faults)


def check_texts(body: bytes, document: object) -> None:
    """Invalid for a NUL or a lone surrogate in a member's name or a text of a decoded body.

    It costs a search of the body when no escape of one was sent.
    """
    if _ESCAPE.search(body) is None:
        return
    waiting: list[tuple[str, object]] = [("", document)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, str):
            _check_text(value, pointer, "")
        waiting += ((f"{pointer}{_pointer(name)}", inner) for name, inner in _inside(value))


def _check_text(text: str, pointer: str, where: str) -> None:
    unkept = _UNKEPT.search(text)
    if unkept is not None:
        what = "NUL character" if unkept[0] == "\0" else "lone surrogates"
        raise Invalid.one(pointer, f"must hold no {what}{where}")


def _inside(value: object) -> Iterable[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name in value:
            _check_text(name, "", " in the name of a member")
        return value.items()
    return ((str(index), inner) for index, inner in enumerate(value)) if isinstance(value, list) else ()


def _pointer(name: str) -> str:
    return "/" + _CONTROL.sub("\N{REPLACEMENT CHARACTER}", name).replace("~", "~0").replace("/", "~1")

"""`fields=a,b` on native reads: only these members of each entry of a list, or of a single resource (contracts C.1).

The gate does it for all routes alike, after a route has answered: what is shown goes out byte for byte as it would
have without.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args, get_origin
from urllib.parse import parse_qsl

import msgspec
from pydantic import BaseModel
from typing_extensions import TypeIs

from hookspan.api.problems import door_of
from hookspan.errors import Invalid

if TYPE_CHECKING:
    from starlette.types import Message, Send

NAME = "fields"
_read = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_read_rows = msgspec.json.Decoder(list[dict[str, msgspec.Raw]]).decode
_write = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Shape:
    """The members `fields` may name at a route: of each entry of `data`, or of the resource itself."""

    names: tuple[str, ...]
    is_list: bool


def shape_of(path: str, answer: object) -> Shape | None:
    """What may be named where `answer` is the model of a read; None where that is no native list or resource."""
    if door_of(path) != "native" or not _is_model(answer):
        return None
    listed = answer.model_fields.get("data")
    if listed is not None and get_origin(listed.annotation) is list:
        (entry,) = get_args(listed.annotation)
        return Shape(_names(entry), is_list=True) if _is_model(entry) else None
    return Shape(_names(answer), is_list=False) if path.endswith("}") else None


def chosen(query: bytes, shape: Shape | None) -> frozenset[str] | None:
    """The members that a query asks for, None where it does not say; Invalid for one that is not there."""
    if shape is None:
        return None
    given = [value for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True) if name == NAME]
    if not given:
        return None
    names = [name.strip() for name in ",".join(given).split(",") if name.strip()]
    unknown = [name for name in names if name not in shape.names]
    if unknown or not names:
        what = f"there is no member {unknown[0]!r:.80}" if unknown else "names no member"
        raise Invalid.one(f"/{NAME}", f"{what}; known are {', '.join(shape.names)}")
    return frozenset(names)


def narrowing(send: Send, shape: Shape, names: Collection[str]) -> Send:
    """The way out of a route whose JSON loses the other members; all else passes as it is."""
    start: Message = {}
    parts: list[bytes] = []

    async def narrowed(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            return
        parts.append(message.get("body", b""))
        if message.get("more_body", False):
            return
        body = b"".join(parts)
        if _is_shown(start):
            body = _narrow(body, shape, names)
            headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            start["headers"] = [*headers, (b"content-length", b"%d" % len(body))]
        await send(start)
        await send({"type": "http.response.body", "body": body})

    return narrowed


def _is_shown(start: Message) -> bool:
    types = [value for name, value in start["headers"] if name.lower() == b"content-type"]
    return start["status"] == 200 and types == [b"application/json"]


def _narrow(body: bytes, shape: Shape, names: Collection[str]) -> bytes:
    answer = _read(body)
    if not shape.is_list:
        return _write(_only(answer, names))
    rows = [_only(row, names) for row in _read_rows(answer["data"])]
    return _write({**answer, "data": rows})


def _only(members: Mapping[str, msgspec.Raw], names: Collection[str]) -> dict[str, msgspec.Raw]:
    return {name: value for name, value in members.items() if name in names}


def _is_model(answer: object) -> TypeIs[type[BaseModel]]:
    return isinstance(answer, type) and issubclass(answer, BaseModel)


def _names(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())

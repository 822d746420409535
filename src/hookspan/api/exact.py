"""Bodies whose numbers are kept as they were written: workflows, inputs and what is stored of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

import msgspec
from fastapi import Request, Response
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from hookspan.errors import Invalid, InvalidJson
from hookspan.model.jsonview import read_json

ANY_JSON: dict[str, Any] = {"requestBody": {"required": False, "content": {"application/json": {"schema": {}}}}}
"""What a route that reads any JSON, or none, says of it in the document."""
Row = TypeVar("Row")
_write = msgspec.json.Encoder(decimal_format="number").encode


async def read_value(request: Request) -> object:
    """The body as JSON, numbers exact, an empty one as null; InvalidJson."""
    body = await request.body()
    view = read_json(body or b"null")
    if not view.is_json:
        raise InvalidJson(f"the body is {view.fault}")
    return view.value


async def read_object(request: Request) -> Mapping[str, object]:
    """The body as an object, numbers exact; InvalidJson or Invalid."""
    view = read_json(await request.body())
    if not view.is_json:
        raise InvalidJson(f"the body is {view.fault}")
    if not isinstance(view.value, dict):
        raise Invalid.one("", "must be an object")
    return cast(Mapping[str, object], view.value)


def only(body: Mapping[str, object], *known: str) -> None:
    """Refuse members that a route does not know; Invalid `unknown_member`."""
    unknown = sorted(set(body) - set(known))
    if unknown:
        raise Invalid.one(f"/{unknown[0]}", "no such member; remove it", code="unknown_member")


async def each_written(rows: Iterable[Row], shape: Callable[[Row], object]) -> list[msgspec.Raw]:
    """The rows of a list as JSON; large ones take a while, so others use the loop between any two."""
    shown = []
    for row in rows:
        shown.append(msgspec.Raw(_write(shape(row))))
        await asyncio.sleep(0)
    return shown


def written(
    body: Mapping[str, object] | Sequence[object], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer; stored JSON in it goes out byte for byte."""
    return Response(_write(body), status, dict(headers or {}), "application/json")


def written_page(data: Sequence[object], links: Mapping[str, object], response: Response) -> Response:
    """A list of such bodies; `links` and the headers on `response` are Paging's."""
    return written({"data": data, **{to_camel(name): link for name, link in links.items()}}, headers=response.headers)


def takes(body: type[BaseModel], *, required: bool = True) -> dict[str, Any]:
    """The request body of a route that reads the bytes itself, for the document."""
    schema = _alone(body.model_json_schema())
    return {"requestBody": {"required": required, "content": {"application/json": {"schema": schema}}}}


def _alone(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with what it refers to written in its place: `$defs` would be looked for at the document's root."""
    inner = schema.pop("$defs", {})

    def written(part: Any) -> Any:
        if isinstance(part, list):
            return [written(each) for each in part]
        if not isinstance(part, dict):
            return part
        name = str(part.get("$ref", "")).removeprefix("#/$defs/")
        return written(inner[name]) if name in inner else {member: written(each) for member, each in part.items()}

    return cast(dict[str, Any], written(schema))

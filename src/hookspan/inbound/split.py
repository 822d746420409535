"""A batch taken apart: one request that becomes an event for each element of the list at the source's `split` path.

A provider's preset speaks of the whole body, so its paths see a body that holds this element alone; what the owner of
the source wrote sees the element. The bytes of an element are those of the request.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from hookspan.inbound.birth import JSON_TYPE, Kept, Taken, enriched, kind_of
from hookspan.inbound.request import FORM_TYPE, InboundRequest, form_pairs
from hookspan.inbound.source import Source
from hookspan.model.ids import new_id
from hookspan.model.jsonview import Json, JsonView, read_json
from hookspan.model.paths import BODY, Path

SPLIT_MOST = 10_000

_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_items = msgspec.json.Decoder(list[msgspec.Raw]).decode


def parts_of(source: Source, taken: Taken) -> list[Taken] | None:
    """The elements as requests of their own; none where there is no list to take apart, None if too many."""
    found = _found(source, taken.request, taken.view)
    if source.split is None or len(found) > SPLIT_MOST:
        return [] if source.split is None else None
    return [_part(taken, source.split, bytes(body), (place, len(found))) for place, body in enumerate(found)]


def parts_again(source: Source, request: Kept) -> list[Kept] | None:
    """The elements of a stored request that is brought about once more, as above; an element has none itself."""
    path = source.split
    if path is None or "batch" in request.metadata:
        return []
    found = _found(source, request.request, request.view)
    if len(found) > SPLIT_MOST:
        return None
    return [_part_again(source, request, bytes(body), (place, len(found))) for place, body in enumerate(found)]


def _found(source: Source, request: InboundRequest, view: JsonView) -> list[msgspec.Raw]:
    path = source.split
    if path is None or path.scope != BODY or path.rest or not view.is_json:
        return []
    return _elements(_json_text(source, request), path)


def _part(taken: Taken, path: Path, body: bytes, place: tuple[int, int]) -> Taken:
    view = read_json(body)
    request = replace(taken.request, body=body)
    part = msgspec.structs.replace(taken, request=request, view=view, content_type=JSON_TYPE, place=place)
    return msgspec.structs.replace(part, enclosed=enclosed(path, view))


def _part_again(source: Source, request: Kept, body: bytes, place: tuple[int, int]) -> Kept:
    assert source.split is not None
    now, replay = request.created_at, request.replay
    sent, view = replace(request.request, body=body), read_json(body)
    batch = {"index": place[0], "of": place[1]}
    part = msgspec.structs.replace(
        request,
        id=new_id(now),
        kind=kind_of(source, sent, view, enclosed(source.split, view)),
        request=sent,
        view=view,
        metadata={**request.metadata, "contentLength": len(body), "batch": batch},
        content_type=JSON_TYPE,
        replay=replay and msgspec.structs.replace(replay, id=new_id(now), place=place[0]),
    )
    return enriched(source, part)


def enclosed(path: Path, element: JsonView) -> JsonView:
    """A body that holds this element alone, as a preset's paths expect it."""
    value: Json = [element.value]
    for name, _ in reversed(path.steps):
        value = [value] if name is None else {name: value}
    return JsonView(value, element.fault)


def _json_text(source: Source, request: InboundRequest) -> bytes:
    """What the view was read from: the body or, of a form, the field that holds the JSON."""
    form = source.preset.record.form
    if form is not None and (request.header(b"content-type") or b"").lower().startswith(FORM_TYPE):
        wanted = form.encode()
        return next((value for name, value in form_pairs(request.body) or () if name == wanted), request.body)
    return request.body


def _elements(text: bytes, path: Path) -> list[msgspec.Raw]:
    try:
        for name, index in path.steps:
            text = _step(text, name, index)
        return _items(text)
    except (msgspec.DecodeError, LookupError):
        return []


def _step(text: bytes, name: str | None, index: int | None) -> bytes:
    """One step of a path, over bytes; an index is a member's name where the value is an object."""
    if index is not None and not text.lstrip(b" \t\r\n").startswith(b"{"):
        return bytes(_items(text)[index])
    return bytes(_members(text)[name or ""])

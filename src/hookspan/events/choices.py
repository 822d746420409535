"""Which of the matching endpoints get an event: what their filters say, and the order that its data name.

The data are parsed only when somebody asks for them, and then once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import msgspec

from hookspan import observe
from hookspan.errors import Invalid
from hookspan.events.routing import Subscriber
from hookspan.model.events import NewEvent
from hookspan.model.jsonview import read_json
from hookspan.model.paths import BODY, MISSING, Path, compile_path
from hookspan.model.rules import FilterError

KEY_CHARACTERS = 255

_write = msgspec.json.Encoder(decimal_format="number").encode


class EventView(Mapping[str, object]):
    """The scopes of a filter over an event: `$` its data, `$meta`, `$type`; each parsed when it is first asked for.

    `metadata` is JSON: the event's own or, for an event that came in, what the receiver noted of the request.
    """

    def __init__(self, event_type: str, data: bytes, metadata: bytes | str | None) -> None:
        self.metadata = metadata.encode() if isinstance(metadata, str) else metadata
        self._texts = {BODY: data, "$meta": self.metadata}
        self._parsed: dict[str, object] = {"$type": event_type}

    def __getitem__(self, scope: str) -> object:
        if scope not in self._parsed:
            text = self._texts[scope]
            view = read_json(text) if text is not None else None
            self._parsed[scope] = view.value if view is not None and view.is_json else MISSING
        return self._parsed[scope]

    def __iter__(self) -> Iterator[str]:
        return iter((BODY, "$meta", "$type"))

    def __len__(self) -> int:
        return 3


@dataclass(frozen=True, slots=True)
class Choice:
    """An endpoint that gets an event. `event` has the ordering key that counts for this endpoint.

    `fault` says why its filter gave no answer: the delivery is kept for people to look at and never sent by itself.
    """

    event: NewEvent
    subscriber: Subscriber
    name: str
    fault: str | None = None


def chosen(new: NewEvent, view: EventView, matches: Sequence[tuple[Subscriber, str]]) -> Iterator[Choice]:
    """The matches that the filters let through, in order; `view` is the event's."""
    for subscriber, name in matches:
        event = _ordered(new, subscriber, view)
        if subscriber.rules is None:
            yield Choice(event, subscriber, name)
            continue
        try:
            passed = subscriber.rules.passes(view)
        except FilterError as error:
            observe.warn("filter.failed", endpoint=subscriber.endpoint_id, event=new.id, reason=str(error))
            # As if it were paused: nothing is leased for what is not to be sent.
            yield Choice(event, replace(subscriber, is_active=False), name, str(error))
            continue
        if passed:
            yield Choice(event, subscriber, name)


def ordering_key(path: str, view: Mapping[str, object]) -> str | None:
    """The value at an ordering path as text; None, and so no order, where there is no value or it is null or empty.

    What is too long for a key, or holds NUL, is named by its digest, so that equal values stay in order.
    """
    compiled = _path(path)
    value = compiled.value(view) if compiled is not None else MISSING
    if value is MISSING or value is None or value == "":
        return None
    text = value if isinstance(value, str) else _write(value).decode()
    if len(text) > KEY_CHARACTERS or "\0" in text:
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    return text


@lru_cache(maxsize=4_096)
def _path(text: str) -> Path | None:
    """None for a stored path that this release cannot read: better unordered than not sent."""
    try:
        return compile_path(text)
    except Invalid:
        return None


def _ordered(new: NewEvent, subscriber: Subscriber, view: EventView) -> NewEvent:
    if subscriber.ordering_path is None or new.ordering_key is not None:
        return new
    key = ordering_key(subscriber.ordering_path, view)
    return new if key is None else msgspec.structs.replace(new, ordering_key=key)

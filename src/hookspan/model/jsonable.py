"""Python values as JSON text, for whoever publishes from code (contracts G.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec

from hookspan.model.times import instant_of


@runtime_checkable
class _Dumps(Protocol):
    """What a pydantic model can do; named by its deed, so that pydantic is not loaded for it."""

    def model_dump(self, *, by_alias: bool) -> Mapping[str, object]: ...


def to_json(value: object) -> bytes:
    """UTF-8 JSON of any JSON-able value, pydantic, dataclass or msgspec object; `bytes` are JSON text already.

    Datetimes become RFC 3339 with milliseconds and `Z`, UUIDs and Decimals strings. Raises ValueError for NaN, an
    infinity, a datetime without time zone and bytes that are no JSON; TypeError for what has no JSON form.
    """
    if isinstance(value, bytes):
        return _checked(value)
    try:
        plain = msgspec.to_builtins(value, builtin_types=(datetime,), str_keys=True, enc_hook=_plain)
    except msgspec.ValidationError as error:
        raise TypeError(str(error)) from None
    text = json.dumps(plain, default=_instant, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def _checked(text: bytes) -> bytes:
    try:
        text.decode()
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"bytes are taken as JSON text, and these are none: {error}") from None
    return text


def _plain(value: object) -> object:
    if isinstance(value, _Dumps):
        return value.model_dump(by_alias=True)
    raise TypeError(f"{type(value).__name__} has no JSON form; make it a dict, a dataclass or text first")


def _instant(value: object) -> str:
    assert isinstance(value, datetime)
    return instant_of(value)

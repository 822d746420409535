"""Python values as JSON: instants, ids, decimals, objects of three libraries, and what is refused (contracts G.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest
from pydantic import BaseModel, Field

from hookspan.model.jsonable import to_json

ZONE = timezone(timedelta(hours=2))


class Order(BaseModel):
    order_id: str = Field(serialization_alias="orderId")
    placed: datetime


@dataclass
class Line:
    price: Decimal


class Note(msgspec.Struct, rename="camel"):
    written_by: str


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"at": datetime(2025, 5, 21, 21, 27, 9, 442_000, UTC)}, '{"at":"2025-05-21T21:27:09.442Z"}'),
        ({"at": datetime(2025, 5, 21, 23, 27, 9, tzinfo=ZONE)}, '{"at":"2025-05-21T21:27:09.000Z"}'),
        ([UUID(int=1)], '["00000000-0000-0000-0000-000000000001"]'),
        (Line(Decimal("10.50")), '{"price":"10.50"}'),
        (Note("Ä"), '{"writtenBy":"Ä"}'),
        (
            {"order": Order(order_id="o1", placed=datetime(2025, 1, 1, tzinfo=UTC))},
            '{"order":{"orderId":"o1","placed":"2025-01-01T00:00:00.000Z"}}',
        ),
        ({1: 2**70, "none": None, "half": 0.5}, '{"1":1180591620717411303424,"none":null,"half":0.5}'),
    ],
)
def test_a_value_is_written_as_it_is_documented(value: object, text: str) -> None:
    assert to_json(value).decode() == text


def test_bytes_of_json_pass_unchanged() -> None:
    assert to_json(b'{ "total": 10.50 }') == b'{ "total": 10.50 }'


@pytest.mark.parametrize(
    "value",
    [float("nan"), {"a": [float("inf")]}, {"at": datetime(2025, 1, 1)}, b"{", b"\xff", "\ud800"],  # noqa: DTZ001
)
def test_what_has_no_json_form_is_a_value_error(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        to_json(value)


def test_an_object_nobody_can_write_is_named() -> None:
    with pytest.raises(TypeError, match="object has no JSON form"):
        to_json({"a": object()})

"""What a caller asks of an event type, and the rows it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import msgspec

from hookspan.errors import Fault, Invalid
from hookspan.model.event_types import Compatibility, TypeRow, TypeVersion
from hookspan.model.ids import new_id
from hookspan.model.match import is_name
from hookspan.model.schema_judge import Judge

DESCRIPTION_MOST = 2_000
EXAMPLES_MOST = 100
_encode = msgspec.json.Encoder(decimal_format="number").encode
_sorted = msgspec.json.Encoder(decimal_format="number", order="sorted").encode
_read = msgspec.json.Decoder(float_hook=Decimal).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeWish:
    """Members of an event type; None leaves one as it is, which a schema may never be (`has_schema` says so)."""

    name: str = ""
    description: str | None = None
    schema: object = None
    has_schema: bool = False
    examples: list[object] | None = None
    compatibility: Compatibility | None = None


def read_wish(value: Mapping[str, object], *, name: str | None = None) -> TypeWish:
    """A wish from a body, unknown members ignored; `name` is the address of an existing type. Raises Invalid."""
    faults = [fault for fault in _faults(value, name) if fault is not None]
    if faults:
        raise Invalid(faults)
    return TypeWish(
        name=str(value["name"]) if name is None else name,
        description=value.get("description"),  # type: ignore[arg-type]  # judged above
        schema=value.get("schema"),
        has_schema="schema" in value,
        examples=value.get("examples"),  # type: ignore[arg-type]  # judged above
        compatibility=value.get("compatibility"),  # type: ignore[arg-type]  # judged above
    )


def _faults(value: Mapping[str, object], name: str | None) -> tuple[Fault | None, ...]:
    description, examples = value.get("description"), value.get("examples")
    return (
        _name_fault(value.get("name"), name),
        None if name is not None or "schema" in value else Fault("/schema", "validation_error", "is required"),
        None
        if description is None or (isinstance(description, str) and len(description) <= DESCRIPTION_MOST)
        else Fault("/description", "validation_error", f"must be at most {DESCRIPTION_MOST} characters"),
        None
        if examples is None or (isinstance(examples, list) and len(examples) <= EXAMPLES_MOST)
        else Fault("/examples", "validation_error", f"must be a list of at most {EXAMPLES_MOST}"),
        None
        if value.get("compatibility") in (None, "none", "backward")
        else Fault("/compatibility", "validation_error", "must be none or backward"),
    )


def _name_fault(given: object, name: str | None) -> Fault | None:
    if name is not None:
        return None if given in (None, name) else Fault("/name", "validation_error", "a type cannot be renamed")
    if given is None:
        return Fault("/name", "validation_error", "is required")
    if isinstance(given, str) and is_name(given):
        return None
    return Fault("/name", "validation_error", "1 to 100 characters: segments of A-Z a-z 0-9 _ - joined by dots")


def first_row(tenant_id: str, wish: TypeWish, now: int) -> tuple[TypeRow, TypeVersion]:
    """A new type and its version 1."""
    row = TypeRow(
        id=new_id(now),
        tenant_id=tenant_id,
        name=wish.name,
        description=wish.description or "",
        compatibility=wish.compatibility or "backward",
        version=1,
        archived=False,
        created_at=now,
        updated_at=now,
    )
    return row, _version(row, wish.schema, _encode(wish.examples or []).decode())


def changed(was: TypeRow, old: TypeVersion, wish: TypeWish, now: int) -> tuple[TypeRow, TypeVersion]:
    """The type as wished, and its version: the next one where the schema is another."""
    row = replace(
        was,
        description=was.description if wish.description is None else wish.description,
        compatibility=wish.compatibility or was.compatibility,
        archived=False,
        updated_at=max(now, was.updated_at + 1),
    )
    examples = old.examples if wish.examples is None else _encode(wish.examples).decode()
    if not wish.has_schema or _sorted(wish.schema) == _sorted(_read(old.schema)):
        return row, replace(old, examples=examples)
    row = replace(row, version=was.version + 1)
    return row, _version(row, wish.schema, examples)


def kept_examples(examples: str, judge: Judge) -> str:
    """Those examples of the version before that are still valid."""
    kept = [each for each in msgspec.json.decode(examples, type=list[msgspec.Raw]) if not judge.faults(bytes(each))]
    return msgspec.json.encode(kept).decode()


def _version(row: TypeRow, schema: object, examples: str) -> TypeVersion:
    return TypeVersion(
        event_type_id=row.id,
        version=row.version,
        schema=_encode(schema).decode(),
        examples=examples,
        created_at=row.updated_at,
    )

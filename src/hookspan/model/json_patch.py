"""What was changed in a JSON value, as a JSON Patch of `add`, `remove` and `replace` (RFC 6902)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from hookspan.model.jsonview import Json

PATCH_BYTES = 65_536
"""A longer patch is not kept: it would be as long as the value itself."""

Operation = dict[str, Json]

_write = msgspec.json.Encoder(decimal_format="number").encode


def diff(old: Json, new: Json) -> list[Operation]:
    """The operations that make `new` of `old`, in order; none when they are equal.

    Of an array the equal elements at both ends stay untouched; what lies between is compared place by place.
    """
    return list(_changes("", old, new))


def patch_text(operations: Sequence[Operation]) -> bytes | None:
    """The patch as JSON, every digit kept; None when it is longer than PATCH_BYTES."""
    text = _write(operations)
    return text if len(text) <= PATCH_BYTES else None


def _changes(pointer: str, old: Json, new: Json) -> Iterator[Operation]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _of_members(pointer, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_elements(pointer, old, new)
    elif not _same(old, new):
        yield {"op": "replace", "path": pointer, "value": new}


def _of_members(pointer: str, old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[Operation]:
    for name, value in old.items():
        place = f"{pointer}/{_escaped(name)}"
        if name in new:
            yield from _changes(place, value, new[name])
        else:
            yield {"op": "remove", "path": place}
    for name, value in new.items():
        if name not in old:
            yield {"op": "add", "path": f"{pointer}/{_escaped(name)}", "value": value}


def _of_elements(pointer: str, old: Sequence[Json], new: Sequence[Json]) -> Iterator[Operation]:
    first = _same_first(old, new)
    old_end, new_end = len(old), len(new)
    while min(old_end, new_end) > first and _same(old[old_end - 1], new[new_end - 1]):
        old_end, new_end = old_end - 1, new_end - 1
    both = min(old_end, new_end)
    for place in range(first, both):
        yield from _changes(f"{pointer}/{place}", old[place], new[place])
    # From the end, so that no removal moves what is still to be removed.
    for place in range(old_end - 1, both - 1, -1):
        yield {"op": "remove", "path": f"{pointer}/{place}"}
    for place in range(both, new_end):
        yield {"op": "add", "path": f"{pointer}/{place}", "value": new[place]}


def _same_first(old: Sequence[Json], new: Sequence[Json]) -> int:
    """How many elements at the beginning are equal."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if not _same(one, other):
            break
        count += 1
    return count


def _same(old: Json, new: Json) -> bool:
    """Whether both are written alike: `true` is not `1`, and members in another order are looked at one by one."""
    return type(old) is type(new) and (old == new if isinstance(old, str) else _write(old) == _write(new))


def _escaped(name: str) -> str:
    """A reference token of a JSON Pointer (RFC 6901 §3)."""
    return name.replace("~", "~0").replace("/", "~1")

"""Merge patches of JSON objects: a member replaces, an object merges, null removes (RFC 7396 §2)."""

from __future__ import annotations

from collections.abc import Mapping


def merge_patch(target: Mapping[str, object], patch: Mapping[str, object]) -> dict[str, object]:
    """The target after the patch; neither is changed."""
    merged = dict(target)
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            before = merged.get(name)
            merged[name] = merge_patch(before if isinstance(before, Mapping) else {}, value)
        else:
            merged[name] = value
    return merged

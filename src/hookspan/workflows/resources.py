"""Resources as they are written: ours without what is not asked for, seed 002's in full (contracts A.5, V8)."""

from __future__ import annotations

from collections.abc import Mapping

from hookspan.model.workflows import POOLS


def resources_json(amounts: Mapping[str, float]) -> dict[str, object]:
    """Seed 002's object of resources: those with names of their own are `custom`."""
    custom = [{"name": name, "value": number(amount)} for name, amount in amounts.items() if name not in POOLS]
    return {**{name: number(amounts[name]) if name in amounts else None for name in POOLS}, "custom": custom}


def resources_normal(amounts: Mapping[str, float] | None) -> dict[str, object] | None:
    """The member `resources` of a step, as short as it can be said."""
    if not amounts:
        return None
    return {name: given for name, given in resources_json(amounts).items() if given not in (None, [])}


def number(amount: float) -> float | int:
    """An amount as people write it: whole ones without a point."""
    return int(amount) if amount.is_integer() else amount

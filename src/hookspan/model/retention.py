"""How long each kind of record is kept (contracts B.9): days, or for ever."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hookspan.errors import Fault, Invalid

DAY_MS = 86_400_000
DAYS: Mapping[str, int] = MappingProxyType(
    {"events": 30, "deliveries": 30, "executions": 90, "rejected": 7, "tests": 30, "audit": 365}
)
"""Every kind with its default."""
DAYS_MOST = 365


def days_of(kept: object) -> dict[str, int | None]:
    """What a tenant chose, defaults filled in; `kept` is its stored setting. None means for ever."""
    chosen = kept if isinstance(kept, dict) else {}
    return {kind: chosen.get(kind, usual) for kind, usual in DAYS.items()}


def checked_days(wished: Mapping[str, int | None]) -> dict[str, int | None]:
    """A choice as it is stored; Invalid for days out of range."""
    faults = [
        Fault(f"/{kind}/days", "validation_error", f"must be 1 to {DAYS_MOST}, or null for ever")
        for kind, days in wished.items()
        if days is not None and not 1 <= days <= DAYS_MOST
    ]
    if faults:
        raise Invalid(faults)
    return {kind: wished[kind] for kind in DAYS if kind in wished}


def before_ms(days: int | None, clock_ms: int) -> int | None:
    """What is older than this goes; None when nothing does."""
    return None if days is None else clock_ms - days * DAY_MS

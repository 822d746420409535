"""What the ways to search have in common: documents, and stretches of ids found in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GRAMS_MOST = 24
"""Trigrams of a needle that an index is asked for; what it finds is compared with the whole needle."""


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one event; `late` says that younger ones were there before."""

    tenant_id: str
    id: str
    late: bool
    body: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Ids that match, in order, all there are up to `last` and it; `last` None: there are no more behind.

    `looked_at` counts what had to be looked at.
    """

    ids: Sequence[str]
    last: str | None
    looked_at: int = 0


def merged(stretches: Sequence[Stretch], *, rising: bool) -> Stretch:
    """Stretches from one edge as one: it goes as far as the nearest end of those that have more behind."""
    ends = [stretch.last for stretch in stretches if stretch.last is not None]
    last = (min(ends) if rising else max(ends)) if ends else None
    ids = sorted({identity for stretch in stretches for identity in stretch.ids}, reverse=not rising)
    if last is not None:
        ids = [identity for identity in ids if (identity <= last if rising else identity >= last)]
    return Stretch(ids, last, sum(stretch.looked_at for stretch in stretches))

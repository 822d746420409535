"""Pages of seed 002's lists (contracts A.5): `limit` 1 to 1,000 and `offset`, a bad number being as good as none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

LIST_USUAL, LIST_MOST, OFFSET_MOST = 10, 1_000, 1_000_000
DIGITS_MOST = 9


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows; what is no number, or none that is allowed, falls back to its default."""

    limit: int
    offset: int


def _page(limit: str | None = None, offset: str | None = None) -> Page:
    return Page(_number(limit, LIST_USUAL, 1, LIST_MOST), _number(offset, 0, 0, OFFSET_MOST))


def _number(text: str | None, usual: int, least: int, most: int) -> int:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) <= DIGITS_MOST
    number = int(text) if is_number and text else usual
    return number if least <= number <= most else usual


PageOf = Annotated[Page, Depends(_page)]

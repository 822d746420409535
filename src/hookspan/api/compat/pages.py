"""Pages of seed 002's lists (contracts A.5, A.6): `limit` 1 to 1,000 and `offset`, what is no number being as none.

Past the last offset there are no rows, so that whoever reads on until nothing comes gets to an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

LIST_USUAL, LIST_MOST, OFFSET_MOST = 10, 1_000, 1_000_000
DIGITS_MOST = 9


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows; a `limit` of 0 is none, and is never asked for."""

    limit: int
    offset: int


def _clamped(limit: str | None = None, offset: str | None = None) -> Page:
    return _page(min(_number(limit, LIST_USUAL, 1), LIST_MOST), offset)


def _falling_back(limit: str | None = None, offset: str | None = None) -> Page:
    wished = _number(limit, LIST_USUAL, 1)
    return _page(wished if wished <= LIST_MOST else LIST_USUAL, offset)


def _page(limit: int, offset: str | None) -> Page:
    start = _number(offset, 0, 0)
    return Page(limit, start) if start <= OFFSET_MOST else Page(0, 0)


def _number(text: str | None, usual: int, least: int) -> int:
    if text is None or not (text.isascii() and text.isdigit()):
        return usual
    digits = text.lstrip("0") or "0"
    # Past every bound all are alike, and texts of some thousand digits would be refused.
    number = int(digits) if len(digits) <= DIGITS_MOST else 10**DIGITS_MOST
    return number if number >= least else usual


PageOf = Annotated[Page, Depends(_clamped)]
"""A limit above the most is the most."""
BarePageOf = Annotated[Page, Depends(_falling_back)]
"""A limit above the most is as good as none."""

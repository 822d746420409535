"""Lone surrogate escapes in JSON text, which RFC 8259 §8.2 allows and strict parsers refuse.

They are masked by private-use escapes that occur nowhere in the text, so that a parser reads the rest and the exact
bytes can be put back into whatever was cut out of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)
_PRIVATE = range(0xE000, 0xF900)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without lone surrogates, and the way back."""

    text: bytes
    _origins: dict[bytes, bytes]

    def restored(self, part: bytes) -> bytes:
        """A part of `text` as it was sent."""
        for mask, origin in self._origins.items():
            part = part.replace(mask, origin)
        return part


def mask_lone(text: bytes) -> Masked | None:
    """The masked text; None when no lone surrogate is in it, or more kinds of them than there are masks."""
    kinds = {found["lone"] for found in _ESCAPE.finditer(text) if found["lone"]}
    free = (mask for code in _PRIVATE if (mask := b"\\u%04x" % code) not in text)
    masks = dict(zip(sorted(kinds), free, strict=False))
    if not kinds or len(masks) < len(kinds):
        return None
    masked = _ESCAPE.sub(lambda found: masks[found["lone"]] if found["lone"] else found[0], text)
    return Masked(masked, {mask: origin for origin, mask in masks.items()})

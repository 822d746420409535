"""What a terminal may show: control, escape and bidi characters spelled out, cells of known width, a little colour.

A payload is written by strangers. Printed raw it could move the cursor, set the clipboard (OSC 52) or
reorder the line (bidi overrides), so nothing below U+0020 and none of the characters here reaches a terminal.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def shown(text: str) -> str:
    """One line of text with every dangerous character spelled: `\\x1b`, `\\u202e`, `\\n`."""
    return _UNSAFE.sub(_spelled, text)


def shown_json(text: str) -> str:
    """Formatted JSON with the dangerous characters inside its strings as JSON escapes; it stays the same JSON."""
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _spelled(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def cells(text: str) -> int:
    """How many columns a terminal gives the text: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(character) for character in text)


def _cells_of(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, width: int) -> str:
    """The text in at most `width` columns, with `…` where something is left out."""
    if cells(text) <= width:
        return text
    kept, used = "", 1
    for character in text:
        used += _cells_of(character)
        if used > width:
            break
        kept += character
    return kept + "…"


def padded(text: str, width: int) -> str:
    """The text filled with spaces to `width` columns."""
    return text + " " * (width - cells(text))


_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_TONES: Mapping[str, str] = {
    **dict.fromkeys(
        ["active", "delivered", "completed", "processed", "healthy", "accepted", "ok", "✓ Success"], "green"
    ),
    **dict.fromkeys(["failed", "exhausted", "disabled", "failing", "rejected", "fail", "✗ Failed", "suspended"], "red"),
    **dict.fromkeys(
        ["pending", "sending", "held", "paused", "waiting", "running", "degraded", "warn", "… Pending", "= Held"],
        "yellow",
    ),
    **dict.fromkeys(
        ["cancelled", "filtered", "archived", "inactive", "draft", "skipped", "unused", "- Cancelled"], "dim"
    ),
}


@dataclass(frozen=True, slots=True)
class Paint:
    """Colour, or nothing at all."""

    enabled: bool

    def __call__(self, style: str, text: str) -> str:
        """The text in a style: bold, dim, red, green, yellow, cyan; other names leave it plain."""
        code = _CODES.get(style)
        return f"\x1b[{code}m{text}\x1b[0m" if self.enabled and code and text else text

    def status(self, word: str) -> str:
        """A status word in its tone."""
        return self(_TONES.get(word, ""), shown(word))


def wants_colour(stream: TextIO, *, no_colour: bool, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the stream is a terminal that shall have colour (`NO_COLOR` of no-color.org)."""
    refused = no_colour or bool(environment.get("NO_COLOR")) or environment.get("TERM") == "dumb"
    return stream.isatty() and not refused


def terminal_width(stream: TextIO) -> int | None:
    """Columns of the terminal behind the stream; None when there is none, so nothing is cut."""
    return shutil.get_terminal_size().columns if stream.isatty() else None

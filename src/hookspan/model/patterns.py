"""Patterns that users write, run by RE2: linear in the text, bounded in memory, and charged before they run.

RE2 has no look-around and no back-references. Its automaton is fast (1.5 ns a byte) until its states no longer fit in
memory; then each byte may cost up to 8 ns for every instruction of the program, and that is what a run is charged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import re2

from hookspan.errors import Invalid

PATTERN_BYTES = 512
PATTERN_MEMORY_BYTES = 1_048_576
SUBJECT_BYTES = 65_536
COMPILED_MOST = 1_000

# Alternatives of plain words never need more states than they have letters.
_PLAIN = re.compile(r"(?:\(\?i\))?[^\\.\[\]*+?{}()]*")


class _Compiled(Protocol):
    """What is used of a compiled RE2 pattern, which has no types of its own."""

    programsize: int

    def search(self, text: bytes) -> object | None: ...


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern. `ascii_only` is a smaller program for texts of ASCII, where the pattern allows one."""

    text: str
    full: _Compiled
    ascii_only: _Compiled | None
    is_plain: bool

    def cost(self, subject: bytes) -> int:
        """Steps that a search of this text may take."""
        return len(subject) * (1 if self.is_plain else self._program(subject).programsize)

    def is_in(self, subject: bytes) -> bool:
        """Whether the pattern is found anywhere in a UTF-8 text."""
        return self._program(subject).search(subject) is not None

    def _program(self, subject: bytes) -> _Compiled:
        return self.ascii_only if self.ascii_only is not None and subject.isascii() else self.full


@lru_cache(maxsize=COMPILED_MOST)
def compile_pattern(text: str) -> Pattern:
    """Compile within the limits; raises Invalid, without a pointer, with the engine's own words."""
    written = text.encode("utf-8", "surrogatepass")
    if len(written) > PATTERN_BYTES:
        raise Invalid.one("", f"a pattern has at most {PATTERN_BYTES} bytes")
    try:
        full = re2.compile(written, _options(re2.Options.Encoding.UTF8))
    except re2.error as error:
        detail = f"the pattern does not compile: {_words(error)} (RE2: no look-around, no back-references)"
        raise Invalid.one("", detail) from None
    return Pattern(text, full, _ascii_program(written), _PLAIN.fullmatch(text) is not None)


def _ascii_program(written: bytes) -> _Compiled | None:
    """A pattern written in ASCII means the same for ASCII texts in Latin-1, with a fraction of the instructions."""
    if not written.isascii():
        return None
    try:
        compiled: _Compiled = re2.compile(written, _options(re2.Options.Encoding.LATIN1))
    except re2.error:
        return None
    return compiled


def _options(encoding: object) -> object:
    options = re2.Options()
    options.encoding = encoding
    options.max_mem = PATTERN_MEMORY_BYTES
    options.never_capture = True
    options.log_errors = False
    return options


def _words(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)

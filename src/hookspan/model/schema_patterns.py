"""How large a pattern of a JSON Schema becomes once its repeats are written out: what a linear engine walks a byte."""

from __future__ import annotations

import re

PATTERN_BYTES = 512
STEPS_MOST = 2_000

_PIECE = re.compile(
    r"\\[pPux]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(?P<least>\d{1,6})(?P<comma>,)?(?P<most>\d{1,6})?\}|.",
    re.DOTALL,
)

# A chain of single characters from the start, of which only the last may repeat at will: one state at a time.
_ATOM = r"(?:\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\\[\](){}*+?.|^$])"
_CHAIN = re.compile(rf"\^(?:{_ATOM}(?:\{{\d+\}})?)*(?:(?:{_ATOM}|\.)(?:[*+?]|\{{\d+,\d*\}})?)?\$?", re.DOTALL)


def pattern_steps(pattern: str) -> int | None:
    """The number of states an engine may be in at once: the characters it can match, repeats written out.

    None beyond the limits; 1 for a plain chain such as `^inv_[0-9]+$`. An upper bound read
    from the text alone; whether it is a pattern at all is the engine's to say.
    """
    if len(pattern.encode("utf-8", "surrogatepass")) > PATTERN_BYTES:
        return None
    groups: list[list[int]] = [[]]
    for found in _PIECE.finditer(pattern):
        _take(groups, found)
    total = sum(sum(group) for group in groups)
    if total > STEPS_MOST:
        return None
    return 1 if _CHAIN.fullmatch(pattern) else max(1, total)


def _take(groups: list[list[int]], found: re.Match[str]) -> None:
    piece, here = found[0], groups[-1]
    if piece == "(":
        groups.append([])
    elif piece == ")" and len(groups) > 1:
        inner = sum(groups.pop())
        groups[-1].append(inner)
    elif found["least"] is not None:
        if here:
            here[-1] *= max(int(found["most"] or 0), int(found["least"]), 1)
    elif piece not in ("*", "+", "?", "|", "^", "$"):
        here.append(1)

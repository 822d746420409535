"""Texts made for a schema: by format, by pattern, or of the length it asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LENGTH_MOST = 1_000
_REPEATS = (1, 0, 2, 4, 8, 16, 32, 64)
_FORMATS = {
    "date-time": "2025-05-21T21:27:09.442Z",
    "date": "2025-05-21",
    "time": "21:27:09Z",
    "duration": "PT5M",
    "email": "ops@example.com",
    "idn-email": "ops@example.com",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uri-reference": "/orders/1",
    "iri": "https://example.com/",
    "iri-reference": "/orders/1",
    "uri-template": "/orders/{id}",
    "uuid": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
    "json-pointer": "/order/id",
    "relative-json-pointer": "1/id",
    "regex": "^a+$",
}
_PIECE = re.compile(
    r"\\[pPux]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(?P<least>\d{1,4})(?P<comma>,)?(?P<most>\d{1,4})?\}|\(\?:|.",
    re.DOTALL,
)
_ESCAPED = {
    "d": "0",
    "w": "a",
    "s": " ",
    "D": "a",
    "W": "-",
    "S": "a",
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "",
    "B": "",
}
_OTHERS = "aA0_- .!~"


def text_of(schema: Mapping[str, Any], nth: int) -> str:
    """A text that this set of keywords asks for; another one for each `nth` where there is room."""
    pattern, least = schema.get("pattern"), min(int(schema.get("minLength", 0)), LENGTH_MOST)
    if isinstance(pattern, str):
        return _of_pattern(pattern, least)
    text = _FORMATS.get(str(schema.get("format")), "text" if least <= 4 else "text".ljust(least, "x"))
    if nth:
        text = text[: max(0, len(text) - len(str(nth)))] + str(nth)
    most = schema.get("maxLength")
    return text[-int(most) :] if most is not None and 0 < most < len(text) else "" if most == 0 else text


def _of_pattern(pattern: str, least: int) -> str:
    """The first alternative everywhere, what may repeat repeated until the text is long enough."""
    texts = [_written(pattern, repeats) for repeats in _REPEATS]
    return next((text for text in texts if len(text) >= least), texts[0])


def _written(pattern: str, repeats: int) -> str:
    groups: list[list[str]] = [[]]
    skipping: list[bool] = [False]
    for found in _PIECE.finditer(pattern):
        piece = found[0]
        if piece in ("(", "(?:"):
            groups.append([])
            skipping.append(False)
        elif piece == ")" and len(groups) > 1:
            skipping.pop()
            inner = "".join(groups.pop())
            if not skipping[-1]:
                groups[-1].append(inner)
        elif piece == "|":
            skipping[-1] = True
        elif not skipping[-1]:
            _take(groups[-1], found, repeats)
    return "".join("".join(group) for group in groups)[:LENGTH_MOST]


def _take(parts: list[str], found: re.Match[str], repeats: int) -> None:
    piece = found[0]
    if found["least"] is not None or piece in ("*", "+", "?"):
        if parts:
            parts[-1] = (parts[-1] * _times(found, repeats))[:LENGTH_MOST]
    elif piece not in ("^", "$"):
        parts.append(_character(piece))


def _times(found: re.Match[str], repeats: int) -> int:
    if found["least"] is None:
        return {"*": repeats, "+": max(1, repeats), "?": min(1, repeats)}[found[0]]
    least = int(found["least"])
    if found["comma"] is None:
        return least
    return max(least, repeats) if found["most"] is None else max(least, min(repeats, int(found["most"])))


def _character(piece: str) -> str:
    if piece == ".":
        return "a"
    if piece.startswith("["):
        return _of_class(piece[1:-1])
    return _ESCAPED.get(piece[1:2], piece[1:]) if piece.startswith("\\") else piece


def _of_class(inside: str) -> str:
    if inside.startswith("^"):
        return next((each for each in _OTHERS if each not in inside), "a")
    return _ESCAPED.get(inside[1:2], inside[1:2]) if inside.startswith("\\") else inside[:1]

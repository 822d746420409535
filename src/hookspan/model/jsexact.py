"""JSON kept token by token: white space between tokens removed, and a check that no nesting can exhaust."""

from __future__ import annotations

import re

_SPACE = re.compile(r'("(?:[^"\\]++|\\.)*+")|[ \t\r\n]+')
_TOKEN = re.compile(
    r"[ \t\r\n]*+(?:(?P<open>[\[{])|(?P<close>[\]}])|(?P<mark>[:,])"
    r'|(?P<text>"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+")'
    r"|(?P<word>true|false|null|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?))"
)


def strip_space(text: str) -> bytes:
    """A JSON text without insignificant white space, every token, order and repeated key kept (contracts E.3)."""
    return _SPACE.sub(lambda found: found[1] or "", text).encode()


def is_json(text: str) -> bool:
    """Whether the text is one JSON value (RFC 8259), at any depth: recursive parsers give up on nesting."""
    grammar = _Grammar()
    position = 0
    end = len(text.rstrip(" \t\r\n"))
    while position < end:
        found = _TOKEN.match(text, position, end)
        if found is None or found.lastgroup is None or not grammar.accepts(found.lastgroup, found[found.lastgroup]):
            return False
        position = found.end()
    return grammar.is_done


class _Grammar:
    """What may come next, with the open brackets as its memory."""

    def __init__(self) -> None:
        self._wanted = {"value"}
        self._open: list[str] = []

    @property
    def is_done(self) -> bool:
        return not self._wanted

    def accepts(self, kind: str, symbol: str) -> bool:
        """Take one symbol; False when the grammar has no place for it."""
        if kind == "close":
            return self._close(symbol)
        if kind == "mark":
            return self._mark(symbol)
        if kind == "text" and "key" in self._wanted:
            self._wanted = {":"}
            return True
        if "value" not in self._wanted:
            return False
        if kind == "open":
            self._open.append("}" if symbol == "{" else "]")
            self._wanted = {"key", "}"} if symbol == "{" else {"value", "]"}
        else:
            self._end_value()
        return True

    def _close(self, symbol: str) -> bool:
        if symbol not in self._wanted:
            return False
        self._open.pop()
        self._end_value()
        return True

    def _mark(self, symbol: str) -> bool:
        if symbol not in self._wanted:
            return False
        self._wanted = {"key"} if symbol == "," and self._open[-1] == "}" else {"value"}
        return True

    def _end_value(self) -> None:
        self._wanted = {",", self._open[-1]} if self._open else set()

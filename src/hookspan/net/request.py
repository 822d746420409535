"""A request as bytes: the caller's fields exactly, ours around them, and nothing that could frame it twice."""

from __future__ import annotations

from hookspan.model.headers import is_sendable_name
from hookspan.model.urls import Url
from hookspan.ports import HttpRequest

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})
_MAX_OPENINGS = 10_000
_MAX_TEMPLATES = 2_000


class Unsendable(Exception):
    """The request would break the grammar of HTTP; nothing was sent."""


class Encoder:
    """Turns requests into bytes; remembers request lines and field names, which hardly ever change, as templates."""

    def __init__(self) -> None:
        self._openings: dict[tuple[str, str], str] = {}
        self._templates: dict[tuple[str, ...], str] = {}

    def encode(self, request: HttpRequest, url: Url) -> bytes:
        """Head and body joined for a single write; raises Unsendable."""
        method, body = request.method, request.body
        opening = self._openings.get((method, url.canonical)) or self._opening(method, url)
        names = tuple([name for name, _ in request.headers])
        template = self._templates.get(names) or self._template(names)
        values = tuple([value for _, value in request.headers])
        joined = "".join(values)
        # Printable ASCII is exactly 0x20 to 0x7E: no CR, LF, NUL or raw UTF-8 can pass.
        if not (joined.isascii() and joined.isprintable()):
            raise Unsendable("a header value is not visible ASCII")
        length = f"Content-Length: {len(body)}\r\n\r\n" if body or method in _BODY_METHODS else "\r\n"
        return f"{opening}{template % values}{length}".encode("ascii") + body

    def _opening(self, method: str, url: Url) -> str:
        if method not in _METHODS:
            raise Unsendable(f"the method {method!r} is not one hookspan sends")
        opening = f"{method} {url.target} HTTP/1.1\r\nHost: {url.authority}\r\n"
        if len(self._openings) >= _MAX_OPENINGS:
            self._openings.clear()
        self._openings[method, url.canonical] = opening
        return opening

    def _template(self, names: tuple[str, ...]) -> str:
        for name in names:
            if not is_sendable_name(name):
                raise Unsendable(f"the header name {name!r} is no token or decides the framing, which is the client's")
        lines = [f"{name.replace('%', '%%')}: %s\r\n" for name in names]
        if "accept-encoding" not in {name.lower() for name in names}:
            lines.append("Accept-Encoding: identity\r\n")
        if len(self._templates) >= _MAX_TEMPLATES:
            self._templates.clear()
        self._templates[names] = template = "".join(lines)
        return template

"""One inbound request as plain data, and the scopes a path may read in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from hookspan.model.jsonview import JsonView, read_json

FORM_TYPE = b"application/x-www-form-urlencoded"
FORM_FIELDS = 1_000


@dataclass(frozen=True, slots=True)
class InboundRequest:
    """What arrived. `headers` are in order, names in lower case, repeats kept; `body` is as sent.

    `raw_url` is the full URL as the sender knows it: built from the configured base address, or the source's
    registered URL, never from `Host`. `query` is the raw text behind `?`.
    """

    method: str
    path: str
    raw_url: str
    query: str
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes

    def header_lines(self, name: bytes) -> list[bytes]:
        """Every value of the field, in order."""
        return [value for field, value in self.headers if field == name]

    def header(self, name: bytes) -> bytes | None:
        """The first value of the field."""
        for field, value in self.headers:
            if field == name:
                return value
        return None


def query_values(query: str, name: str) -> list[bytes]:
    """Every value of a query parameter, percent-decoded; none when the query has too many fields to read."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape", max_num_fields=FORM_FIELDS)
    except ValueError:
        return []
    return [value.encode("utf-8", "surrogateescape") for field, value in pairs if field == name]


def form_pairs(body: bytes) -> list[tuple[bytes, bytes]] | None:
    """The fields of a form body as bytes, in order; None beyond 1,000 fields."""
    text = body.decode("utf-8", "surrogateescape")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="surrogateescape", max_num_fields=FORM_FIELDS)
    except ValueError:
        return None
    return [
        (name.encode("utf-8", "surrogateescape"), value.encode("utf-8", "surrogateescape")) for name, value in pairs
    ]


def body_view(request: InboundRequest, form: str | None = None) -> JsonView:
    """The JSON view of the body, or of the form field `form` when the body is a form that carries it."""
    if form is not None and (request.header(b"content-type") or b"").lower().startswith(FORM_TYPE):
        wanted = form.encode()
        for name, value in form_pairs(request.body) or ():
            if name == wanted:
                return read_json(value)
    return read_json(request.body)


def request_scopes(
    request: InboundRequest, view: JsonView, metadata: Mapping[str, object] | None = None
) -> dict[str, object]:
    """What paths read: `$` (left out when the body is not JSON), `$headers`, `$query`, `$method`, `$path`, `$meta`.

    Of a repeated header or parameter the first counts.
    """
    scopes: dict[str, object] = {
        "$headers": _firsts((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers),
        "$query": query_members(request.query),
        "$method": request.method,
        "$path": request.path,
        "$meta": dict(metadata or {}),
    }
    if view.is_json:
        scopes["$"] = view.value
    return scopes


def query_members(query: str) -> dict[str, str]:
    """The first value of each parameter, decoded: the one rule for filters, workflows and tries of either."""
    members: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        members.setdefault(unquote(name.replace("+", " ")), unquote(value.replace("+", " ")))
    return members


def _firsts(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    firsts: dict[str, str] = {}
    for name, value in pairs:
        firsts.setdefault(name, value)
    return firsts

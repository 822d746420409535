"""What a server answers: documents that keep their exact bytes, pages of them, and refusals (contracts G.4).

ApiError
├── ValidationFailed   400, 412, 413, 415, 422
├── Unauthorized       401
├── Forbidden          403
├── NotFound           404, 410
├── Conflict           409
├── RateLimited        429
└── Unavailable        502, 503, 504, 507
    └── Unreachable    no answer at all
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec


class Document:
    """One JSON object of an answer; `raw` are its bytes as sent, so printing it changes no number and no order."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @cached_property
    def members(self) -> Mapping[str, object]:
        """The object as Python values."""
        read = msgspec.json.decode(self.raw)
        return read if isinstance(read, dict) else {}

    @cached_property
    def raw_members(self) -> Mapping[str, msgspec.Raw]:
        """The object with every member left as JSON text."""
        return msgspec.json.decode(self.raw, type=dict[str, msgspec.Raw])

    def value(self, path: str) -> object:
        """The member at a dotted path such as `counts.deliveries`; None where there is none."""
        found: object = self.members
        for name in path.split("."):
            if not isinstance(found, Mapping):
                return None
            found = found.get(name)
        return found

    def text(self, path: str) -> str:
        """The member as text; empty where it is absent or null."""
        found = self.value(path)
        return "" if found is None else str(found)

    def number(self, path: str) -> int:
        """The member as an integer; 0 where it is absent or no number."""
        found = self.value(path)
        return int(found) if isinstance(found, int | float) else 0

    def rows(self, path: str) -> list[Document]:
        """The objects of an array member."""
        found = self.value(path)
        return [Document(msgspec.json.encode(row)) for row in found] if isinstance(found, list) else []


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `next_cursor` is None on the last, `total` is known only where the route counts."""

    rows: Sequence[Document]
    next_cursor: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One 2xx answer with its exact body."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def document(self) -> Document:
        """The body as one object; ApiError when it is no JSON object (another program answers at that address)."""
        try:
            msgspec.json.decode(self.content, type=dict[str, msgspec.Raw])
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _not_ours(self.status) from None
        return Document(self.content)

    def page(self) -> Page:
        """The body as a page: `{"data": […]}` of the native doors, or a bare array."""
        try:
            if self.content.lstrip()[:1] == b"[":
                return Page([Document(bytes(row)) for row in msgspec.json.decode(self.content, type=list[msgspec.Raw])])
            frame = msgspec.json.decode(self.content, type=_Frame)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _not_ours(self.status) from None
        return Page([Document(bytes(row)) for row in frame.data], frame.nextCursor, frame.total)


class _Frame(msgspec.Struct):
    data: list[msgspec.Raw]
    nextCursor: str | None = None
    total: int | None = None


class ApiError(Exception):
    """The server refused, or did not answer; `document` is the problem document as it came, or one made here."""

    def __init__(self, status: int, code: str, detail: str, *, problem: Problem | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self._problem = problem or Problem()

    @property
    def title(self) -> str:
        """A few words for the kind of failure."""
        return self._problem.title or self.code.replace("_", " ")

    @property
    def errors(self) -> Sequence[Mapping[str, str]]:
        """The faults of a refused body: `pointer`, `code`, `detail` each."""
        return self._problem.errors

    @property
    def request_id(self) -> str | None:
        """The id under which the server logged the request."""
        return self._problem.request_id

    @property
    def document(self) -> bytes:
        """The problem document (RFC 9457)."""
        return self._problem.content or msgspec.json.encode(
            {"title": self.title, "status": self.status or None, "code": self.code, "detail": self.detail}
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error body says beside its code and detail."""

    title: str = ""
    errors: Sequence[Mapping[str, str]] = ()
    request_id: str | None = None
    content: bytes = b""
    retry_after_s: float | None = None


class ValidationFailed(ApiError):
    """The request is wrong; `errors` name the members."""


class Unauthorized(ApiError):
    """No credential, or one that does not count."""


class Forbidden(ApiError):
    """The credential lacks a scope."""


class NotFound(ApiError):
    """No such thing, or its content was erased."""


class Conflict(ApiError):
    """The state of the thing does not allow this."""


class RateLimited(ApiError):
    """Too many requests, and the wait asked for is longer than this client waits."""

    @property
    def retry_after_s(self) -> float | None:
        """When the server wants to be asked again."""
        return self._problem.retry_after_s


class Unavailable(ApiError):
    """The server cannot take work now."""


class Unreachable(Unavailable):
    """No answer came: nothing listens, or the connection broke."""

    def __init__(self, detail: str) -> None:
        super().__init__(0, "unreachable", detail, problem=Problem(title="Server not reached"))


_KINDS: dict[int, type[ApiError]] = {
    400: ValidationFailed,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    412: ValidationFailed,
    413: ValidationFailed,
    415: ValidationFailed,
    422: ValidationFailed,
    429: RateLimited,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
    507: Unavailable,
}


class _Refusal(msgspec.Struct):
    """The members any of the doors puts into an error body (contracts 0.6)."""

    title: str = ""
    detail: str = ""
    message: str = ""
    error: str = ""
    code: str = ""
    requestId: str | None = None
    errors: list[dict[str, str]] = []


def refusal(answer: Answer) -> ApiError:
    """The error of a non-2xx answer, whichever door's shape its body has."""
    try:
        read = msgspec.json.decode(answer.content, type=_Refusal)
        content = answer.content
    except (msgspec.DecodeError, UnicodeDecodeError):
        read, content = _Refusal(), b""
    problem = Problem(
        title=read.title,
        errors=tuple(read.errors),
        request_id=read.requestId or answer.headers.get("x-request-id"),
        content=content,
        retry_after_s=retry_after_s(answer.headers),
    )
    detail = read.detail or read.message or read.error or f"the server answered {answer.status}"
    kind = _KINDS.get(answer.status, ApiError)
    return kind(answer.status, read.code or f"http_{answer.status}", detail, problem=problem)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds; a date or nonsense reads as absent (hookspan writes seconds)."""
    text = headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() else None


def _not_ours(status: int) -> ApiError:
    return ApiError(
        status, "not_hookspan", "the answer is not what hookspan would say: is another program at this URL?"
    )

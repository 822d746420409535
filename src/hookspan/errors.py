"""What can go wrong, with the code and status a caller sees (contracts 0.6).

HookspanError
├── BadRequest            400 bad_request
│   ├── InvalidJson       400 invalid_json
│   └── InvalidCursor     400 invalid_cursor
├── Unauthorized          401 unauthorized
├── Forbidden             403 forbidden
├── NotFound              404 not_found
├── NotAcceptable         406 not_acceptable
├── Conflict              409 conflict (or the code given)
│   └── InProgress        409 in_progress, the first request with this key has no answer yet
├── Gone                  410 content_expunged
├── PreconditionFailed    412 precondition_failed
├── TooLarge              413 payload_too_large
├── UnsupportedMedia      415 unsupported_media_type
├── Invalid               422 validation_error (or the code of its only fault)
├── RateLimited           429 rate_limited
├── Unavailable           503 service_unavailable
│   └── StoreAway         503 service_unavailable, the database did not answer
└── NotConfigured         500 internal_error, the operator must change a setting
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class HookspanError(Exception):
    """Something hookspan refuses or cannot do; `detail` names the cause and the remedy."""

    status = 500
    code = "internal_error"
    title = "Internal error"

    def __init__(self, detail: str, *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code


class BadRequest(HookspanError):
    """The request cannot be understood."""

    status, code, title = 400, "bad_request", "Bad request"


class InvalidJson(BadRequest):
    """The body is not JSON."""

    code, title = "invalid_json", "Body is not JSON"


class InvalidCursor(BadRequest):
    """The cursor was made for another list, filter or tenant."""

    code, title = "invalid_cursor", "Invalid cursor"


class Unauthorized(HookspanError):
    """No credential, or one that is wrong, expired or revoked."""

    status, code, title = 401, "unauthorized", "Authentication required"


class Forbidden(HookspanError):
    """The credential lacks the scope of this route."""

    status, code, title = 403, "forbidden", "Insufficient permissions"


class NotFound(HookspanError):
    """No such thing in this tenant; another tenant's id reads the same."""

    status, code, title = 404, "not_found", "Not found"


class NotAcceptable(HookspanError):
    """The requested representation is not offered."""

    status, code, title = 406, "not_acceptable", "Not acceptable"


class Conflict(HookspanError):
    """The state of the thing does not allow this."""

    status, code, title = 409, "conflict", "Conflict"


class InProgress(Conflict):
    """The first request with this Idempotency-Key still runs; repeat in a second."""

    code, title = "in_progress", "Still running"
    retry_after_s = 1


class Gone(HookspanError):
    """The content was erased."""

    status, code, title = 410, "content_expunged", "Content expunged"


class PreconditionFailed(HookspanError):
    """The thing changed since the caller looked at it (`If-Match`, RFC 9110 §13.1.1)."""

    status, code, title = 412, "precondition_failed", "Precondition failed"


class TooLarge(HookspanError):
    """The body is over the limit."""

    status, code, title = 413, "payload_too_large", "Payload too large"


class UnsupportedMedia(HookspanError):
    """The content type or coding is not accepted here."""

    status, code, title = 415, "unsupported_media_type", "Unsupported media type"


class RateLimited(HookspanError):
    """Too many requests; `retry_after_s` says when to come back."""

    status, code, title = 429, "rate_limited", "Too many requests"

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Unavailable(HookspanError):
    """hookspan cannot take work right now; nothing was stored."""

    status, code, title = 503, "service_unavailable", "Service unavailable"
    retry_after_s = 5


class StoreAway(Unavailable):
    """The database did not answer, or the outcome of a commit is unknown."""


class TooSlow(Unavailable):
    """A read was ended because it took longer than a read may."""

    code, title = "too_slow", "Took too long"


class NotConfigured(HookspanError):
    """A setting is missing or contradicts another."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong member: a JSON pointer to it, a code, and what to do (RFC 6901, contracts 0.6)."""

    pointer: str
    code: str
    detail: str


class Invalid(HookspanError):
    """One or more members are wrong; every fault carries its pointer."""

    status, code, title = 422, "validation_error", "Validation failed"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.pointer.lstrip('/') or 'body'}: {fault.detail}" for fault in faults))
        self.faults = tuple(faults)
        if len(self.faults) == 1:
            self.code = self.faults[0].code

    @classmethod
    def one(cls, pointer: str, detail: str, *, code: str = "validation_error") -> Invalid:
        """The common case: a single fault."""
        return cls([Fault(pointer, code, detail)])

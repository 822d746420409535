"""Why a request was not taken. Answer every one of them alike: the sender learns nothing from the difference.

VerificationError (ValueError)     also when the secret itself is unusable
├── MissingSignature               what should carry the signature is not there
├── MalformedSignature             it is there and cannot be read
├── BadSignature                   it is not of this body under any of the secrets
├── StaleTimestamp                 it holds, and is older than the tolerance
├── FutureTimestamp                it holds, and is ahead of the tolerance
└── UnknownScheme                  no such scheme
"""

from __future__ import annotations

from collections.abc import Mapping

from hookspan.inbound.verify import Cause


class VerificationError(ValueError):
    """The request is not to be believed; the text names what was expected, never a secret or a right signature."""


class MissingSignature(VerificationError):
    """The signature, or something it covers, is missing."""


class MalformedSignature(VerificationError):
    """The signature, or something it covers, cannot be read or stands twice."""


class BadSignature(VerificationError):
    """The signature does not hold under any of the secrets."""


class StaleTimestamp(VerificationError):
    """The signature holds, but was made too long ago: perhaps an old delivery sent again."""


class FutureTimestamp(VerificationError):
    """The signature holds, but its time has not come: one of the clocks is wrong."""


class UnknownScheme(VerificationError):
    """No scheme goes by this name."""


BY_CAUSE: Mapping[Cause, type[VerificationError]] = {
    "missing_signature": MissingSignature,
    "malformed_signature": MalformedSignature,
    "bad_signature": BadSignature,
    "stale_timestamp": StaleTimestamp,
    "future_timestamp": FutureTimestamp,
    "basic_failed": BadSignature,
    "key_failed": BadSignature,
    "not_configured": VerificationError,
}
REFUSAL = "the signature was not accepted"
"""What the guards answer to every refusal, whatever its cause."""

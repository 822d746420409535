"""JWTs of our own (security.md §9.2): HS256 with the instance's secret, and nothing else is ever accepted.

The algorithm comes from here, never from the token; headers that point at keys are refused unread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

import jwt

from hookspan.access.roles import Caller, role_of, scopes_of
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.sessions import token_deny, token_is_denied
from hookspan.storage.users import user_get

ALGORITHM = "HS256"
ISSUER = "hookspan"
AUDIENCE = "hookspan-api"
LEEWAY_SECONDS = 30
LIFE_SECONDS = 8 * 3600
LONGEST_SECONDS = 24 * 3600
TOKEN_CHARACTERS = 8_192
_REQUIRED = ("iss", "aud", "sub", "iat", "exp", "jti", "tid", "roles")
_HEADERS = frozenset({"alg", "typ"})


@dataclass(frozen=True, slots=True)
class Issued:
    """A token and when it ends (epoch ms)."""

    token: str
    expires_at: int


class Tokens:
    """Issue, read and deny the tokens of this instance."""

    def __init__(self, database: Database, clock: Clock, secret: bytes, *, life_seconds: int = LIFE_SECONDS) -> None:
        if len(secret) < 32 or not 0 < life_seconds <= LONGEST_SECONDS:
            raise ValueError("a token secret has at least 32 bytes, a token lives at most 24 hours")
        self._database = database
        self._clock = clock
        self._secret = secret
        self.life_seconds = life_seconds

    def issue(self, tenant_id: str, user_id: str, roles: Sequence[str]) -> Issued:
        """A token that speaks for this user in this tenant."""
        now = self._clock.now_ms() // 1000
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user_id,
            "iat": now,
            "exp": now + self.life_seconds,
            "jti": uuid4().hex,
            "tid": tenant_id,
            "roles": list(roles),
        }
        return Issued(jwt.encode(claims, self._secret, ALGORITHM), (now + self.life_seconds) * 1000)

    async def caller(self, token: str) -> Caller | None:
        """Who holds this token; None for a forged, stale, denied one, or when its user is gone or disabled.

        Its rights are the roles it was issued with as far as the user still has them.
        """
        claims = self._claims(token)
        if claims is None or await self._database.read(token_is_denied, claims.jti):
            return None
        user = await self._database.read(user_get, claims.tenant_id, claims.user_id)
        if user is None:
            return None
        roles = tuple(role for role in claims.roles if role in user.roles)
        actor = f"user:{user.id}"
        return Caller(claims.tenant_id, actor, roles, scopes_of(roles), "token", claims.jti, claims.expires_at)

    async def deny(self, caller: Caller) -> None:
        """Refuse the caller's token from now on, in every process."""
        await self._database.write(token_deny, caller.credential, caller.expires_at or 0)

    def _claims(self, token: str) -> _Claims | None:
        if len(token) > TOKEN_CHARACTERS:
            return None
        try:
            if not set(jwt.get_unverified_header(token)) <= _HEADERS:
                return None
            # Times are judged below, by our own clock; pyjwt knows only the system's.
            options = {"require": list(_REQUIRED), "verify_exp": False, "verify_iat": False, "verify_nbf": False}
            read = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options=options,  # type: ignore[arg-type]  # a TypedDict of the library's own
            )
        except jwt.PyJWTError:
            return None
        return _claims_of(read, self._clock.now_ms() / 1000)


@dataclass(frozen=True, slots=True)
class _Claims:
    tenant_id: str
    user_id: str
    roles: tuple[str, ...]
    jti: str
    expires_at: int


def _claims_of(read: dict[str, object], now: float) -> _Claims | None:
    roles, issued, ends, starts = read["roles"], read["iat"], read["exp"], read.get("nbf", 0)
    words = [read[name] for name in ("tid", "sub", "jti")]
    if not isinstance(roles, list) or not all(isinstance(word, str) for word in [*words, *roles]):
        return None
    if not (_is_time(issued) and _is_time(ends) and _is_time(starts)):
        return None
    begun, ended, earliest = float(str(issued)), float(str(ends)), float(str(starts))
    if not max(begun, earliest) - LEEWAY_SECONDS <= now < ended + LEEWAY_SECONDS or ended - begun > LONGEST_SECONDS:
        return None
    known = tuple(role for name in roles if (role := role_of(str(name))) is not None)
    tenant_id, user_id, jti = (str(word) for word in words)
    return _Claims(tenant_id, user_id, known, jti, int(ended * 1000))


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

"""People: argon2id for their passwords, and what slows a guesser down (security.md §5.4, §9.3)."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from hookspan.errors import Invalid, RateLimited, Unauthorized
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.users import UserRow, user_by_name, user_get, user_set_password

P = ParamSpec("P")
R = TypeVar("R")

WRONG = "Invalid username or password"
FREE_FAILURES = 5
WINDOW_SECONDS = 15 * 60
FIRST_WAIT_SECONDS = 60
LONGEST_WAIT_SECONDS = 3_600
REMEMBERED = 100_000
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1_024
AT_ONCE = 2
QUEUED = 20


@dataclass(frozen=True, slots=True)
class _Tries:
    count: int
    blocked_until: float
    over_at: float


class Backoff:
    """Failures by account and address: five in a quarter of an hour, then each further one doubles the wait."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tries: OrderedDict[tuple[str, str], _Tries] = OrderedDict()

    def enter(self, account: str, address: str) -> None:
        """Count a try before it is checked, so that a hundred at once are a hundred; RateLimited when too many."""
        name, now = _name(account, address), self._clock.monotonic()
        known = self._tries.get(name)
        if known is not None and now < known.blocked_until:
            wait = round(known.blocked_until - now) + 1
            raise RateLimited("Too many failed logins; try again later", retry_after_s=wait)
        count = 1 if known is None or now >= known.over_at else known.count + 1
        blocked_until = now + _wait_seconds(count)
        self._tries[name] = _Tries(count, blocked_until, blocked_until + WINDOW_SECONDS)
        self._tries.move_to_end(name)
        while len(self._tries) > REMEMBERED:
            self._tries.popitem(last=False)

    def __len__(self) -> int:
        return len(self._tries)

    def succeeded(self, account: str, address: str) -> None:
        """Forgive what came before."""
        self._tries.pop(_name(account, address), None)


def _name(account: str, address: str) -> tuple[str, str]:
    return account.casefold()[:256], address


def _wait_seconds(failures: int) -> float:
    if failures < FREE_FAILURES:
        return 0.0
    return float(min(FIRST_WAIT_SECONDS * 2 ** min(failures - FREE_FAILURES, 20), LONGEST_WAIT_SECONDS))


class Passwords:
    """argon2id with 64 MiB and three passes, on threads, two at a time; twenty may wait, more are turned away."""

    def __init__(self, *, memory_kib: int = 65_536, passes: int = 3) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The PHC string to store."""
        return await self._in_turn(self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is right; where there is nobody (None) the same work is done."""
        if self._nobody is None:
            self._nobody = await self.hash("the password of nobody")
        return await self._in_turn(self._matches, stored or self._nobody, password) and stored is not None

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except VerificationError:
            return False

    async def _in_turn(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._waiting >= QUEUED:
            raise RateLimited("Too many logins at once; try again", retry_after_s=2)
        self._waiting += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(work, *args, **kwargs)
        finally:
            self._waiting -= 1


class Users:
    """Log people in and change their passwords."""

    def __init__(self, database: Database, clock: Clock, passwords: Passwords) -> None:
        self._database = database
        self._backoff = Backoff(clock)
        self._passwords = passwords

    async def login(self, username: str, password: str, *, address: str) -> UserRow:
        """The user; Unauthorized with one text and one cost for an unknown name and a wrong password alike."""
        self._backoff.enter(username, address)
        user = await self._database.read(user_by_name, username)
        right = await self._passwords.verify(None if user is None else user.password_hash, password)
        if not right or user is None:
            raise Unauthorized(WRONG)
        self._backoff.succeeded(username, address)
        return user

    async def get(self, tenant_id: str, user_id: str) -> UserRow | None:
        """A user of the tenant who may act."""
        return await self._database.read(user_get, tenant_id, user_id)

    async def set_password(self, tenant_id: str, user_id: str, password: str) -> None:
        """Store a new password; its sessions are the caller's to end (Sessions.end_all)."""
        check_password(password)
        await self._database.write(user_set_password, tenant_id, user_id, await self._passwords.hash(password))


def check_password(password: str) -> None:
    """Refuse what is too short to withstand guessing, or long enough to be an attack."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid.one("/password", f"write {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")

"""How often and how late a failed try is repeated: policies as data (contracts C.2, reliability 4.4).

`schedule` lists every wait; `exponential`, `linear` and `fixed` compute it from an initial delay. Jitter spreads waits
of five seconds and more, before the cap. All times are milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from hookspan.errors import Fault, Invalid

Strategy = Literal["schedule", "exponential", "linear", "fixed"]

ATTEMPT_LIMIT = 50
WAIT_LIMIT_MS = 48 * 3_600_000
SPAN_LIMIT_MS = 8 * 86_400_000
"""From the first due time to the last; retention keeps a delivery for longer than this."""
JITTER_FROM_MS = 5_000


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When to try again; `max_attempts` counts the first try, `enabled` False means one try."""

    strategy: Strategy = "exponential"
    max_attempts: int = 3
    delays_ms: tuple[int, ...] = ()
    initial_delay_ms: int = 1_000
    multiplier: float = 2.0
    max_delay_ms: int = 60_000
    jitter: float = 0.2
    enabled: bool = True
    jitter_from_ms: int = JITTER_FROM_MS

    @property
    def attempts(self) -> int:
        """Tries in all."""
        return self.max_attempts if self.enabled else 1

    @property
    def is_formula(self) -> bool:
        """Whether waits are computed, and so capped by `max_delay_ms`."""
        return self.strategy != "schedule"

    def wait_ms(self, failed_attempts: int, *, random01: float) -> int:
        """The pause after failed attempt n ≥ 1; `random01` in [0, 1) draws the jitter."""
        wait = self._plain_wait_ms(failed_attempts)
        if wait >= self.jitter_from_ms:
            wait *= 1 - self.jitter + 2 * self.jitter * random01
        return round(min(wait, self.max_delay_ms if self.is_formula else WAIT_LIMIT_MS))

    def waits_ms(self) -> list[int]:
        """Every wait without jitter, for showing when a delivery gives up."""
        return [self.wait_ms(n, random01=0.5) for n in range(1, self.attempts)]

    def _plain_wait_ms(self, n: int) -> float:
        if self.strategy == "schedule":
            return self.delays_ms[min(n, len(self.delays_ms)) - 1]
        if self.strategy == "exponential":
            return self.initial_delay_ms * self.multiplier ** min(n - 1, ATTEMPT_LIMIT)
        return self.initial_delay_ms * (n if self.strategy == "linear" else 1)


_MINUTE_MS, _HOUR_MS = 60_000, 3_600_000

STANDARD = RetryPolicy(
    strategy="schedule",
    max_attempts=11,
    delays_ms=(
        5_000,
        30_000,
        2 * _MINUTE_MS,
        10 * _MINUTE_MS,
        30 * _MINUTE_MS,
        2 * _HOUR_MS,
        6 * _HOUR_MS,
        12 * _HOUR_MS,
        24 * _HOUR_MS,
        29 * _HOUR_MS,
    ),
)
"""Endpoints made by the native and the seed 1 door: 73.7 hours in all."""

SYSTEMPROMPT = RetryPolicy()
"""Endpoints made by the seed 3 commands: waits of 1 s and 2 s."""

STEPS = RetryPolicy(max_delay_ms=30_000, jitter_from_ms=0)
"""Receipts and workflow steps, as seed 2 has it: jitter on every wait."""


def policy_to_json(policy: RetryPolicy) -> dict[str, object]:
    """The camelCase object of contracts C.2; only the members its strategy reads, `enabled` only when off."""
    shaped: dict[str, object] = {"strategy": policy.strategy, "maxAttempts": policy.max_attempts}
    if policy.is_formula:
        shaped["initialDelayMs"] = policy.initial_delay_ms
        if policy.strategy == "exponential":
            shaped["multiplier"] = policy.multiplier
        shaped["maxDelayMs"] = policy.max_delay_ms
    else:
        shaped["delaysMs"] = list(policy.delays_ms)
    shaped["jitter"] = policy.jitter
    if not policy.enabled:
        shaped["enabled"] = False
    return shaped


def policy_from_json(value: object, pointer: str = "/retry") -> RetryPolicy:
    """Read the object of contracts C.2; raises Invalid with a fault per wrong member.

    Absent members default to STANDARD's for a schedule, to seed 3's for a formula.
    """
    if not isinstance(value, Mapping):
        raise Invalid.one(pointer, 'must be an object such as {"strategy":"exponential","maxAttempts":5}')
    reader = _Reader(value, pointer)
    policy = reader.read()
    faults = reader.faults or _span_faults(policy, pointer)
    if faults:
        raise Invalid(faults)
    return policy


def _span_faults(policy: RetryPolicy, pointer: str) -> list[Fault]:
    if policy.strategy == "schedule" and len(policy.delays_ms) < policy.max_attempts - 1:
        detail = f"{policy.max_attempts} attempts need {policy.max_attempts - 1} delays, not {len(policy.delays_ms)}"
        return [Fault(f"{pointer}/delaysMs", "validation_error", detail)]
    if policy.initial_delay_ms > policy.max_delay_ms:
        return [Fault(f"{pointer}/maxDelayMs", "validation_error", "must not be below initialDelayMs")]
    if sum(policy.waits_ms()) > SPAN_LIMIT_MS:
        return [Fault(pointer, "validation_error", "all waits together must stay within 8 days")]
    return []


_COMMON = {"strategy", "maxAttempts", "jitter", "enabled"}
_MEMBERS = {
    "schedule": _COMMON | {"delaysMs"},
    "exponential": _COMMON | {"initialDelayMs", "multiplier", "maxDelayMs"},
    "linear": _COMMON | {"initialDelayMs", "maxDelayMs"},
    "fixed": _COMMON | {"initialDelayMs", "maxDelayMs"},
}


def retry_members() -> dict[str, tuple[str, ...]]:
    """The members each strategy reads, in the API's spelling."""
    return {strategy: tuple(sorted(members)) for strategy, members in _MEMBERS.items()}


class _Reader:
    """Reads members one by one and gathers what is wrong with them."""

    def __init__(self, value: Mapping[object, object], pointer: str) -> None:
        self._value = value
        self._pointer = pointer
        self.faults: list[Fault] = []

    def read(self) -> RetryPolicy:
        """The policy, meaningless when there are faults."""
        strategy = self._strategy()
        for name in self._value:
            if name not in _MEMBERS[strategy]:
                self._blame(str(name), f"is no member of a {strategy} policy", code="unknown_member")
        delays_ms = self._delays_ms() if strategy == "schedule" else ()
        initial_delay_ms = self._integer("initialDelayMs", 1_000, 0, WAIT_LIMIT_MS)
        return RetryPolicy(
            strategy=strategy,
            max_attempts=self._integer("maxAttempts", len(delays_ms) + 1 if delays_ms else 3, 1, ATTEMPT_LIMIT),
            delays_ms=delays_ms,
            initial_delay_ms=initial_delay_ms,
            multiplier=self._number("multiplier", 2.0, 1, 10),
            max_delay_ms=self._integer("maxDelayMs", max(60_000, initial_delay_ms), 0, WAIT_LIMIT_MS),
            jitter=self._number("jitter", 0.2, 0, 1),
            enabled=self._truth("enabled"),
        )

    def _blame(self, name: str, detail: str, *, code: str = "validation_error") -> None:
        place = name.replace("~", "~0").replace("/", "~1")
        self.faults.append(Fault(f"{self._pointer}/{place}", code, detail))

    def _strategy(self) -> Strategy:
        given = self._value.get("strategy", "schedule")
        for strategy in get_args(Strategy):
            if given == strategy:
                return strategy  # type: ignore[no-any-return]  # get_args is untyped
        self._blame("strategy", "must be schedule, exponential, linear or fixed")
        return "schedule"

    def _delays_ms(self) -> tuple[int, ...]:
        given = self._value.get("delaysMs", STANDARD.delays_ms)
        if not isinstance(given, (list, tuple)) or len(given) >= ATTEMPT_LIMIT:
            self._blame("delaysMs", f"must be a list of at most {ATTEMPT_LIMIT - 1} milliseconds")
            return ()
        if not all(_is_integer(wait) and 0 <= wait <= WAIT_LIMIT_MS for wait in given):
            self._blame("delaysMs", f"each delay must be a whole number from 0 to {WAIT_LIMIT_MS}")
            return ()
        return tuple(given)

    def _integer(self, name: str, default: int, least: int, most: int) -> int:
        given = self._value.get(name, default)
        if isinstance(given, int) and _is_integer(given) and least <= given <= most:
            return given
        self._blame(name, f"must be a whole number from {least} to {most}")
        return default

    def _number(self, name: str, default: float, least: float, most: float) -> float:
        given = self._value.get(name, default)
        if isinstance(given, (int, float)) and not isinstance(given, bool) and least <= given <= most:
            return float(given)
        self._blame(name, f"must be a number from {least} to {most}")
        return default

    def _truth(self, name: str) -> bool:
        given = self._value.get(name, True)
        if not isinstance(given, bool):
            self._blame(name, "must be true or false")
        return given is not False


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)

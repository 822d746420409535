"""A tenant's own settings: which there are, what each may say, and what it says unless set (contracts C.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from hookspan.errors import Fault, Invalid
from hookspan.model.endpoint_settings import (
    SYSTEMPROMPT_TIMEOUT,
    SYSTEMPROMPT_TIMEOUT_MS,
    TIMEOUT_LEAST_MS,
    TIMEOUT_MOST_MS,
)
from hookspan.model.match import check_patterns
from hookspan.ports import Clock
from hookspan.storage import audit, execution_limits, resources, routing
from hookspan.storage.database import Database
from hookspan.storage.settings import settings_change, settings_of


@dataclass(frozen=True, slots=True)
class Words:
    """A setting that says one of these, the first unless set."""

    words: tuple[str, ...]

    @property
    def default(self) -> object:
        """What it says unless set."""
        return self.words[0]

    def fault(self, value: object) -> str | None:
        """Why it cannot say this; None when it can."""
        return None if value in self.words else f"must be one of {', '.join(self.words)}"


@dataclass(frozen=True, slots=True)
class Number:
    """A setting that is a whole number from `least` to `most`; without a default it is null unless set."""

    default: int | None
    least: int
    most: int

    def fault(self, value: object) -> str | None:
        """Why it cannot say this; None when it can."""
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        fits = is_whole and self.least <= cast(int, value) <= self.most
        return None if fits else f"must be a whole number from {self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Amounts:
    """A setting that names amounts, none unless set: `{"cpu": 8}`."""

    @property
    def default(self) -> object:
        """None are named."""
        return {}

    def fault(self, value: object) -> str | None:
        """Why it cannot say this; None when it can."""
        is_object = isinstance(value, dict) and len(value) <= AMOUNTS_MOST
        fits = is_object and all(map(_is_amount, cast(dict[str, object], value).items()))
        return None if fits else f"must be an object of at most {AMOUNTS_MOST} names and their amounts, 0 or more"


@dataclass(frozen=True, slots=True)
class Patterns:
    """A setting that lists names of events and patterns, as subscriptions have them; none unless set."""

    @property
    def default(self) -> object:
        """None are listed."""
        return []

    def faults(self, value: object, pointer: str) -> Sequence[Fault]:
        """Which of them are none; no faults where it can say this."""
        if value == []:
            return ()
        try:
            check_patterns(value, pointer)
        except Invalid as error:
            return error.faults
        return ()


def _is_amount(named: tuple[str, object]) -> bool:
    name, amount = named
    is_number = isinstance(amount, int | float) and not isinstance(amount, bool)
    return 1 <= len(name) <= NAME_LENGTH and is_number and 0 <= cast(float, amount) <= AMOUNT_MOST


AMOUNTS_MOST, NAME_LENGTH, AMOUNT_MOST = 50, 100, 1e15

SETTINGS: Mapping[str, Words | Number | Amounts | Patterns] = MappingProxyType(
    {
        SYSTEMPROMPT_TIMEOUT: Number(SYSTEMPROMPT_TIMEOUT_MS, TIMEOUT_LEAST_MS, TIMEOUT_MOST_MS),
        "event_types.unknown": Words(("allow", "reject")),
        execution_limits.SETTING: Number(None, 1, 10_000),
        resources.SETTING: Amounts(),
        routing.SETTING: Patterns(),
    }
)


class TenantSettings:
    """Read and change the settings of a tenant."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def read(self, tenant_id: str) -> dict[str, object]:
        """Every setting with its value, set or not."""
        kept = await self._database.read(settings_of, tenant_id)
        return {name: kept.get(name, setting.default) for name, setting in SETTINGS.items()}

    async def change(self, tenant_id: str, wishes: Mapping[str, object]) -> dict[str, object]:
        """Set what is named; None goes back to the default. Invalid names every unknown name and wrong value."""
        faults = [fault for name, value in wishes.items() for fault in _faults(name, value)]
        if faults:
            raise Invalid(faults)
        before = await self.read(tenant_id)
        audit.note(before={name: before[name] for name in wishes}, after=dict(wishes))
        await self._database.write(settings_change, tenant_id, dict(wishes), now=self._clock.now_ms())
        return await self.read(tenant_id)


def _faults(name: str, value: object) -> Sequence[Fault]:
    setting = SETTINGS.get(name)
    if setting is None:
        return [Fault(f"/{name}", "unknown_member", "no such setting; remove it")]
    if value is None:
        return ()
    if isinstance(setting, Patterns):
        return setting.faults(value, f"/{name}")
    wrong = setting.fault(value)
    return [] if wrong is None else [Fault(f"/{name}", "validation_error", f"{wrong}, or null for the default")]

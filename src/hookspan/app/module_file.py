"""The module file of seed 004: `module.yaml`, three numbers for an instance (contracts G.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from hookspan.app.compose import Application
from hookspan.config import Settings
from hookspan.errors import NotConfigured
from hookspan.history.prune import CHOICE
from hookspan.model.endpoint_settings import SYSTEMPROMPT_TIMEOUT, TIMEOUT_LEAST_MS, TIMEOUT_MOST_MS
from hookspan.storage.settings import setting_get, settings_change

_KNOWN = {
    "": {"name", "type", "config"},
    "config": {"defaultTimeout", "cleanup"},
    "config.cleanup": {"interval", "retentionDays"},
}


@dataclass(frozen=True, slots=True)
class ModuleFile:
    """What a module file sets; None leaves a value as it is. Milliseconds and days."""

    default_timeout_ms: int | None = None
    sweep_interval_ms: int | None = None
    retention_days: int | None = None


def read_module(path: Path) -> ModuleFile:
    """The file's values; NotConfigured names a key that is unknown and a number that cannot be."""
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotConfigured(f"{path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise NotConfigured(f"{path} is not YAML: {error}") from None
    whole = _part(path, {"": read}, "")
    config = _part(path, whole, "config")
    cleanup = _part(path, config, "config.cleanup")
    return ModuleFile(
        _number(path, config, "config.defaultTimeout", (TIMEOUT_LEAST_MS, TIMEOUT_MOST_MS)),
        _number(path, cleanup, "config.cleanup.interval", (3_600_000, 7 * 86_400_000)),
        _number(path, cleanup, "config.cleanup.retentionDays", (1, 365)),
    )


def _part(path: Path, parent: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = parent.get(name.rpartition(".")[2])
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise NotConfigured(f"{path}: {name or 'the file'} must hold keys with values")
    for key in found:
        if key not in _KNOWN[name]:
            raise NotConfigured(f"{path}: unknown key {f'{name}.{key}'.lstrip('.')}")
    return found


def _number(path: Path, part: Mapping[str, object], name: str, bounds: tuple[int, int]) -> int | None:
    found = part.get(name.rpartition(".")[2])
    low, high = bounds
    if found is None:
        return None
    if not isinstance(found, int) or isinstance(found, bool) or not low <= found <= high:
        raise NotConfigured(f"{path}: {name} must be a whole number from {low} to {high}")
    return found


def with_module(settings: Settings, module: ModuleFile) -> Settings:
    """The settings with the file's own interval for the janitor."""
    if module.sweep_interval_ms is None:
        return settings
    retention = settings.retention.model_copy(update={"sweep_seconds": module.sweep_interval_ms / 1_000})
    return settings.model_copy(update={"retention": retention})


async def apply_module(application: Application, tenant_id: str, module: ModuleFile) -> None:
    """Write the file's values into the tenant's settings, at every start; what it does not name stays."""
    values: dict[str, object] = {}
    if module.retention_days is not None:
        stored = await application.database.read(setting_get, tenant_id, CHOICE)
        chosen = dict(stored) if isinstance(stored, Mapping) else {}
        values[CHOICE] = {**chosen, "deliveries": module.retention_days}
    if module.default_timeout_ms is not None:
        values[SYSTEMPROMPT_TIMEOUT] = module.default_timeout_ms
    await application.database.write(settings_change, tenant_id, values, now=application.clock.now_ms())

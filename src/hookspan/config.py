"""Typed settings: `hookspan.toml` in the data folder, or `HOOKSPAN_<SECTION>__<NAME>` in the environment.

Read by `app` and `cli` only; rooms get plain values. Unknown names are refused, so a typo never hides a setting.
"""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from hookspan.errors import NotConfigured


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ServerSettings(_Section):
    """Where we listen and how the world reaches us."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    base_url: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    drain_seconds: float = Field(default=25.0, ge=0, le=300)


class DatabaseSettings(_Section):
    """`url` empty means `hookspan.db` in the data folder."""

    url: str = ""
    writers: int = Field(default=2, ge=1, le=16)


class LogSettings(_Section):
    """`auto` writes text on a terminal and JSON elsewhere."""

    level: Literal["debug", "info", "warning", "error", "off"] = "info"
    form: Literal["auto", "json", "text"] = "auto"


class EgressSettings(_Section):
    """Whom we may call beside the public internet: `allow` and `deny` are `CIDR:port` and CIDR.

    `allow_self` opens the address of this instance itself.
    """

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    allow_self: bool = False
    https_only: bool = False
    ca_file: Path | None = None
    allow_insecure_tls: bool = False


class LimitSettings(_Section):
    """Sizes in bytes; see security for the ranges."""

    payload_bytes: int = Field(default=1_048_576, ge=1_024, le=25 * 1_048_576)
    slots: int = Field(default=256, ge=1, le=4_096)
    executions: int = Field(default=64, ge=1, le=4_096)
    export_rows: int = Field(default=100_000, ge=1, le=10_000_000)
    export_bytes: int = Field(default=1 << 30, ge=1 << 20, le=1 << 40)
    fanout_from: int = Field(default=1_000, ge=1, le=10_000)
    management_per_minute: int = Field(default=600, ge=1, le=1_000_000)
    idempotency_hours: int = Field(default=168, ge=24, le=8_760)


class ReceiverSettings(_Section):
    """How requests in are taken: how refusals sound, what is kept of them, and how much is too much.

    `refusals_most` counts ten seconds of one address; the rates a second apply to sources without proof, and to
    each tenant where several share the instance.
    """

    uniform_refusals: bool = False
    rejected_bodies: bool = True
    refusals_most: int = Field(default=300, ge=10, le=1_000_000)
    open_per_second: int = Field(default=100, ge=1, le=1_000_000)
    tenant_per_second: int = Field(default=500, ge=1, le=1_000_000)
    head_seconds: float = Field(default=10.0, ge=1, le=120)
    body_seconds: float = Field(default=30.0, ge=1, le=600)
    body_bytes_per_second: int = Field(default=1_024, ge=1, le=1_048_576)
    geo_database: Path | None = None
    held_most: int = Field(default=100_000, ge=1, le=10_000_000)
    release_per_second: int = Field(default=100, ge=1, le=10_000)


class LeaseSettings(_Section):
    """How soon the work of a dead process is taken over: after its lease, at the next sweep.

    A delivery's lease is its endpoint's timeout plus `margin_ms`; an execution's is renewed at every sweep.
    """

    margin_ms: int = Field(default=15_000, ge=1_000, le=600_000)
    execution_ms: int = Field(default=30_000, ge=3_000, le=600_000)
    sweep_seconds: float = Field(default=5.0, ge=0.5, le=60)

    @model_validator(mode="after")
    def _renewed_in_time(self) -> LeaseSettings:
        if self.execution_ms < 3_000 * self.sweep_seconds:
            raise ValueError("execution_ms must hold at least three sweeps, or running work would be taken over")
        return self


class WorkflowSettings(_Section):
    """When a step that waits for others counts as a blocker."""

    blocked_after_seconds: float = Field(default=30.0, ge=1, le=86_400)


class BreakerSettings(_Section):
    """When an endpoint that fails is left alone, and for how long; the time doubles with each failed probe."""

    outcomes_least: int = Field(default=10, ge=1, le=1_000)
    failed_share: float = Field(default=0.7, gt=0, le=1)
    open_seconds: float = Field(default=30.0, ge=0.1, le=3_600)
    open_seconds_most: float = Field(default=600.0, ge=0.1, le=3_600)


class RetentionSettings(_Section):
    """How often what is too old is removed."""

    sweep_seconds: float = Field(default=86_400.0, ge=3_600, le=7 * 86_400)


class SearchSettings(_Section):
    """Whether payloads and headers are indexed for searches, and how much of a body; a longer one counts by its start.

    Without the index a search looks at the newest events only.
    """

    enabled: bool = True
    body_bytes: int = Field(default=65_536, ge=1_024, le=1_048_576)


class HoldSettings(_Section):
    """How long deliveries of an endpoint that is not active are held."""

    days: int = Field(default=7, ge=3, le=365)


class ReplaySettings(_Section):
    """How many replays may stand between an event and its original, and how many ids one call may name."""

    max_depth: int = Field(default=5, ge=1, le=100)
    max_batch: int = Field(default=10, ge=1, le=1_000)


class MetricsSettings(_Section):
    """`token` opens /metrics to other machines; without it only loopback may read."""

    token: str | None = None


class Settings(BaseSettings):
    """Everything an operator can set; `dev` opens loopback targets and arms failpoints, loopback only."""

    model_config = SettingsConfigDict(
        env_prefix="HOOKSPAN_", env_nested_delimiter="__", extra="forbid", frozen=True, toml_file=None
    )

    data: Path = Path("hookspan-data")
    dev: bool = False
    kek: str | None = None
    kek_file: Path | None = None
    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    log: LogSettings = LogSettings()
    egress: EgressSettings = EgressSettings()
    limits: LimitSettings = LimitSettings()
    receiver: ReceiverSettings = ReceiverSettings()
    leases: LeaseSettings = LeaseSettings()
    workflows: WorkflowSettings = WorkflowSettings()
    breaker: BreakerSettings = BreakerSettings()
    retention: RetentionSettings = RetentionSettings()
    holds: HoldSettings = HoldSettings()
    search: SearchSettings = SearchSettings()
    replay: ReplaySettings = ReplaySettings()
    metrics: MetricsSettings = MetricsSettings()

    @field_validator("kek")
    @classmethod
    def _never_blank(cls, value: str | None) -> str | None:
        if value is not None and not value.strip():
            raise ValueError("is blank; unset it or give it a key")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, that over the file."""
        file = TomlConfigSettingsSource(settings_cls, Path(_data_of(init_settings, env_settings)) / "hookspan.toml")
        return (init_settings, env_settings, file)

    @property
    def database_url(self) -> str:
        """The configured URL, or the embedded database in the data folder."""
        return self.database.url or f"sqlite:///{(self.data / 'hookspan.db').resolve()}"

    @property
    def is_embedded(self) -> bool:
        """SQLite: one serving process, keys made by ourselves."""
        return self.database_url.startswith("sqlite")


def _data_of(*sources: PydanticBaseSettingsSource) -> str:
    """Which data folder the first source that names one means."""
    return next((str(found["data"]) for source in sources if "data" in (found := source())), "hookspan-data")


def load(**overrides: object) -> Settings:
    """Settings from file, environment and `overrides` (dotted names with `__`); NotConfigured names what is wrong."""
    nested: dict[str, object] = {}
    for name, value in overrides.items():
        section, _, member = name.partition("__")
        if value is None:
            continue
        if member:
            inner = nested.setdefault(section, {})
            assert isinstance(inner, dict)
            inner[member] = value
        else:
            nested[section] = value
    try:
        settings = Settings(**nested)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise NotConfigured(f"setting {place}: {first['msg']}") from None
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    """What no single setting can see: developer switches stay on loopback (S54)."""
    if settings.dev and not _is_loopback(settings.server.host):
        raise NotConfigured(f"--dev opens loopback targets and refuses to listen on {settings.server.host}")
    if settings.dev and (settings.server.trusted_proxies or settings.server.base_url):
        raise NotConfigured("--dev refuses server.trusted_proxies and server.base_url: it is for this machine alone")
    if not settings.is_embedded and not (settings.kek or settings.kek_file):
        raise NotConfigured("PostgreSQL needs a key-encryption key: set HOOKSPAN_KEK to k1:<base64 of 32 random bytes>")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

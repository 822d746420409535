"""Options of `webhooks:create` and `webhooks:update` as members of an endpoint, faults named (contracts D.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import click
import msgspec

from hookspan.cli.values import json_bytes, names_of_list

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
AUTH_TYPES: Final = ("none", "basic", "bearer", "api-key", "hmac")
TIMEOUT_MS: Final = 30_000
DEFAULT_HEADER: Final = "X-API-Key"
DEFAULT_RETRY: Final[Mapping[str, object]] = {
    "strategy": "exponential",
    "maxAttempts": 3,
    "initialDelayMs": 1_000,
    "multiplier": 2,
    "maxDelayMs": 60_000,
}
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "none": (),
    "basic": ("username", "password"),
    "bearer": ("token",),
    "api-key": ("api_key",),
    "hmac": ("secret",),
}
_OPTIONAL: Final[Mapping[str, tuple[str, ...]]] = {"api-key": ("header_name",)}
_RETRY_NAMES: Final[Mapping[str, str]] = {
    "enabled": "enabled",
    "max_attempts": "maxAttempts",
    "strategy": "strategy",
    "initial_delay": "initialDelayMs",
    "max_delay": "maxDelayMs",
    "multiplier": "multiplier",
}


def event_list(text: str) -> list[str]:
    """The names of `--events a,b`."""
    names = names_of_list(text)
    if not names:
        raise click.UsageError("--events needs at least one event")
    return names


def header_object(text: str) -> dict[str, str]:
    """`--headers` as names and values."""
    headers = _object(text, "--headers")
    for name, value in headers.items():
        if not isinstance(value, str):
            raise click.UsageError(f"--headers: {name} must be text")
    return {name: str(value) for name, value in headers.items()}


def metadata_object(text: str) -> msgspec.Raw:
    """`--metadata`, an object, otherwise untouched."""
    raw = json_bytes(text, "--metadata")
    _object_of(raw, "--metadata")
    return msgspec.Raw(raw)


def retry_members(text: str) -> dict[str, object]:
    """`--retry` under seed 004's names, over the default; a native name is taken as it is."""
    given = _object(text, "--retry")
    native = {*_RETRY_NAMES.values(), "delaysMs", "jitter"}
    unknown = [name for name in given if name not in _RETRY_NAMES and name not in native]
    if unknown:
        raise click.UsageError(f"--retry: unknown member {', '.join(unknown)}")
    named = {_RETRY_NAMES.get(name, name): value for name, value in given.items()}
    strategy = named.get("strategy", DEFAULT_RETRY["strategy"])
    if strategy == "exponential":
        return {**DEFAULT_RETRY, **named}
    fitting = {"maxAttempts"} if strategy == "schedule" else {"maxAttempts", "initialDelayMs", "maxDelayMs"}
    return {**{name: value for name, value in DEFAULT_RETRY.items() if name in fitting}, **named}


def credentials(kind: str, text: str | None) -> dict[str, str]:
    """`--auth-credentials` of that kind, checked member by member."""
    if kind == "none":
        if text is not None:
            raise click.UsageError("--auth-credentials: authentication none has no credentials")
        return {}
    if text is None:
        raise click.UsageError("missing --auth-credentials")
    given = _object(text, "--auth-credentials")
    required, optional = _REQUIRED[kind], _OPTIONAL.get(kind, ())
    missing = [name for name in required if name not in given]
    if missing:
        raise click.UsageError(f"--auth-credentials: missing {', '.join(missing)} for {kind}")
    strange = [name for name in given if name not in required and name not in optional]
    if strange:
        raise click.UsageError(f"--auth-credentials: {', '.join(strange)} does not belong to {kind}")
    wrong = [name for name, value in given.items() if not isinstance(value, str)]
    if wrong:
        raise click.UsageError(f"--auth-credentials: {', '.join(wrong)} must be text")
    return {name: str(value) for name, value in given.items()}


def auth_members(kind: str, given: Mapping[str, str]) -> dict[str, object]:
    """`auth` and `signing.legacySecret`: a webhook has one kind of authentication, so the other is taken away."""
    if kind == "hmac":
        return {"auth": {"type": "none"}, "signing": {"legacySecret": given["secret"]}}
    auth: dict[str, object] = {"type": kind}
    if kind == "api-key":
        auth |= {"apiKey": given["api_key"], "headerName": given.get("header_name", DEFAULT_HEADER)}
    else:
        auth |= given
    return {"auth": auth, "signing": {"legacySecret": None}}


def _object(text: str, option: str) -> Mapping[str, object]:
    return _object_of(json_bytes(text, option), option)


def _object_of(raw: bytes, option: str) -> Mapping[str, object]:
    read = msgspec.json.decode(raw)
    if not isinstance(read, dict):
        raise click.UsageError(f"{option} must be a JSON object")
    return read

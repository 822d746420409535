"""How deliveries prove who sends them: credentials of each kind of `auth`, checked when given, made into a header."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from hookspan.errors import Fault, Invalid
from hookspan.model.endpoint_settings import API_KEY_HEADER, AuthType, AuthWay
from hookspan.model.headers import name_refusal, value_refusal
from hookspan.model.redact import MASK

CREDENTIAL_BYTES_MOST = 1_024

_MEMBERS: Mapping[AuthType, Mapping[str, str]] = {
    "none": {},
    "basic": {"username": "username", "password": "password"},
    "bearer": {"token": "token"},
    "api-key": {"api_key": "apiKey"},
}
"""What each kind is made of, in our spelling and in the API's."""


@dataclass(frozen=True, slots=True)
class AuthWished:
    """How it shall be from now on; `credentials` None keeps those that are sealed already."""

    way: AuthWay
    credentials: Mapping[str, str] | None


def read_auth(given: Mapping[str, object] | None, was: AuthWay) -> AuthWished:
    """Read what a caller named (snake_case members); raises Invalid with a fault for each wrong one.

    Without credentials, or with their mask, a way of the same kind keeps the credentials it has.
    """
    if given is None or given.get("type") == "none":
        _refuse(_strangers(given or {}, "none"))
        return AuthWished(AuthWay(), {})
    kind = given.get("type")
    if kind not in get_args(AuthType):
        raise Invalid.one("/auth/type", f"must be one of {' '.join(get_args(AuthType))}")
    known = cast(AuthType, kind)
    way = AuthWay(known, _header_name(given, was) if known == "api-key" else None)
    wanted = _MEMBERS[known]
    values = {name: value for name in wanted if (value := given.get(name)) is not None and value != MASK}
    faults = _strangers(given, known)
    if way.header_name is not None and (reason := name_refusal(way.header_name)):
        faults.append(Fault("/auth/headerName", "validation_error", f"The header {way.header_name!r} {reason}"))
    if not values and known == was.type:
        _refuse(faults)
        return AuthWished(way, None)
    faults += [_fault(wanted[name], "is required") for name in wanted if name not in values]
    faults += [fault for name, value in values.items() if (fault := _wrong(name, value))]
    _refuse(faults)
    return AuthWished(way, {name: str(value) for name, value in values.items()})


def auth_headers(way: AuthWay, credentials: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The header that carries these credentials (RFC 7617, RFC 6750)."""
    if way.type == "basic":
        pair = f"{credentials['username']}:{credentials['password']}".encode()
        return (("Authorization", f"Basic {base64.b64encode(pair).decode()}"),)
    if way.type == "bearer":
        return (("Authorization", f"Bearer {credentials['token']}"),)
    if way.type == "api-key":
        return ((way.header_name or API_KEY_HEADER, credentials["api_key"]),)
    return ()


def credential_members() -> Mapping[AuthType, tuple[str, ...]]:
    """What each kind is made of, as the API spells it."""
    place = {"api-key": ("headerName",)}
    return {kind: (*members.values(), *place.get(kind, ())) for kind, members in _MEMBERS.items()}


def shown_credentials(credentials: Mapping[str, str]) -> dict[str, str]:
    """The credentials under the names the API gives them."""
    spelled = {name: shown for members in _MEMBERS.values() for name, shown in members.items()}
    return {spelled[name]: value for name, value in credentials.items()}


def _header_name(given: Mapping[str, object], was: AuthWay) -> str:
    named = given.get("header_name")
    return str(named) if named is not None else was.header_name or API_KEY_HEADER


def _strangers(given: Mapping[str, object], kind: AuthType) -> list[Fault]:
    own = {"type", *_MEMBERS[kind], *(["header_name"] if kind == "api-key" else [])}
    spelled = {**_MEMBERS["basic"], **_MEMBERS["bearer"], **_MEMBERS["api-key"], "header_name": "headerName"}
    return [
        _fault(spelled.get(name, name), f"is no member of {kind}; leave it out")
        for name, value in given.items()
        if name not in own and value is not None
    ]


def _wrong(name: str, value: object) -> Fault | None:
    shown = next(members[name] for members in _MEMBERS.values() if name in members)
    if not isinstance(value, str) or not value or len(value.encode("utf-8", "replace")) > CREDENTIAL_BYTES_MOST:
        return _fault(shown, f"must be a text of 1 to {CREDENTIAL_BYTES_MOST} bytes")
    if name == "username" and ":" in value:
        return _fault(shown, "must hold no colon, which ends the user name")
    if name in ("username", "password"):
        return None if value.isprintable() else _fault(shown, "must hold no control characters")
    if value_refusal(value) or " " in value:
        return _fault(shown, "must be visible ASCII without blanks")
    return None


def _fault(member: str, detail: str) -> Fault:
    return Fault(f"/auth/{member}", "validation_error", detail)


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Invalid(faults)

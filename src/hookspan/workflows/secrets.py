"""Where a definition holds credentials: secret-like headers and key-like parameters of its `http` steps (security §8).

What is shown has a mask in each such place; a mask that is sent back keeps what is there. A value that comes from a
template is none of ours, so it stays to be read. Secrets go by place, `<step>@<origin>/headers/<name>` or
`<step>@<origin>/query/<number>/<name>`: whoever sends a step elsewhere must know the credential that it sends along.
The functions take definitions that nobody has judged yet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from hookspan.errors import Fault, Invalid
from hookspan.model.headers import is_secret_name
from hookspan.model.redact import MASK
from hookspan.model.templates import escaped
from hookspan.model.urls import MAX_URL_BYTES, is_key_like

"""A longer URL is refused, so it is not searched."""
_SLOT = re.compile(r"\{\{[^{}]*\}\}")
_ORIGIN = re.compile(r"[^/?#]*//[^/?#]*")
_PARAMETER = re.compile(r"[?&#;]([^=&#;]*)=([^&#;]+)")
_SCHEMES = frozenset({"", "bearer", "basic", "digest", "token", "apikey"})
_PARTLY = "holds *** beside other text, and only *** alone keeps what is there; write *** or the whole value"
_BARE = "is *** where nothing is kept secret, so it would be sent as it stands; write the value itself"
_UNKNOWN = "has no value at this address yet that the mask could stand for; write the value itself"

Secrets: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Judge:
    """Whose values are secrets, by the name of a header or parameter."""

    header: Callable[[str], bool]
    parameter: Callable[[str], bool]


_Turn: TypeAlias = Callable[[str, str, str], str]
"""What becomes of a secret, by its place, the JSON pointer to it, and its value."""


def masked(graph: Mapping[str, object]) -> dict[str, object]:
    """The definition as anybody may see it."""
    return _turned(graph, lambda place, pointer, value: MASK)


def secrets_of(graph: Mapping[str, object]) -> dict[str, str]:
    """The secrets of a definition in clear, by place."""
    found: dict[str, str] = {}

    def keep(place: str, pointer: str, value: str) -> str:
        found[place] = value
        return value

    _turned(graph, keep)
    return found


def unmasked(graph: Mapping[str, object], secrets: Secrets) -> dict[str, object]:
    """The definition with what its masks stand for; a mask that stands for nothing stays.

    A place counts for what was sealed there, whatever is taken for a credential by now.
    """

    def clear(place: str, pointer: str, value: str) -> str:
        return secrets.get(place, value) if value == MASK else value

    return _turned(graph, clear, is_secret=lambda name: True)


def mask_places(graph: Mapping[str, object]) -> set[str]:
    """The headers and parameters, secret by their names or not, whose whole value is the mask."""
    found: set[str] = set()

    def look(place: str, pointer: str, value: str) -> str:
        if value == MASK:
            found.add(place)
        return value

    _turned(graph, look, is_secret=lambda name: True)
    return found


def kept(value: Mapping[str, object], secrets: Secrets) -> dict[str, object]:
    """What was sent, with the secrets its masks keep; raises Invalid for each mask that stands for nothing."""
    bare = mask_places(value) - secrets_of(value).keys()
    faults: list[Fault] = []

    def refuse(place: str, pointer: str, text: str) -> str:
        # A mask of an earlier rule, shown then and sent back now.
        if text == MASK and place in bare:
            faults.append(Fault(pointer, "validation_error", _BARE))
        return text

    def keep(place: str, pointer: str, value: str) -> str:
        fault = _UNKNOWN if value == MASK and place not in secrets else _PARTLY if _is_partly(value) else None
        if fault is not None:
            faults.append(Fault(pointer, "validation_error", fault))
        return secrets.get(place, value) if value == MASK else value

    _turned(value, refuse, is_secret=lambda name: True)
    whole = _turned(value, keep)
    if faults:
        raise Invalid(faults)
    return whole


def mask_faults(value: Mapping[str, object]) -> list[Fault]:
    """A fault for each secret that is a mask only in part, whatever is kept of the workflow."""
    faults: list[Fault] = []

    def look(place: str, pointer: str, value: str) -> str:
        if _is_partly(value):
            faults.append(Fault(pointer, "validation_error", _PARTLY))
        return value

    _turned(value, look)
    return faults


def _is_partly(value: str) -> bool:
    return MASK in value and value != MASK


def _turned(
    graph: Mapping[str, object], turn: _Turn, *, is_secret: Callable[[str], bool] | None = None
) -> dict[str, object]:
    """With every secret turned; `is_secret` judges names in place of the rules for headers and parameters."""
    steps = graph.get("steps")
    if not isinstance(steps, list):
        return dict(graph)
    judge = _Judge(is_secret or is_secret_name, is_secret or is_key_like)
    return {**graph, "steps": [_step(step, index, turn, judge) for index, step in enumerate(steps)]}


def _step(step: object, index: int, turn: _Turn, judge: _Judge) -> object:
    work = step.get("with") if isinstance(step, Mapping) else None
    if not isinstance(step, Mapping) or step.get("kind") != "http" or not isinstance(work, Mapping):
        return step
    url, headers, pointer = work.get("url"), work.get("headers"), f"/steps/{index}/with"
    sender = f"{step.get('id') or f'step-{index + 1}'}@{_origin(url)}"
    turned = dict(work)
    if isinstance(url, str) and len(url) <= MAX_URL_BYTES:
        turned["url"] = _url(url, sender, f"{pointer}/url", turn, judge.parameter)
    if isinstance(headers, Mapping):
        turned["headers"] = _headers(headers, sender, f"{pointer}/headers", turn, judge.header)
    return {**step, "with": turned}


def _origin(url: object) -> str:
    """Scheme, host and port as they are written, of a templated one the template; empty where there is none."""
    if not isinstance(url, str):
        return ""
    slot = _SLOT.match(url)
    found = slot or _ORIGIN.match(url)
    return "" if found is None else found[0].lower()


def _headers(
    headers: Mapping[str, object], sender: str, pointer: str, turn: _Turn, is_secret: Callable[[str], bool]
) -> dict[str, object]:
    return {
        name: turn(f"{sender}/headers/{name.lower()}", f"{pointer}/{escaped(name)}", value)
        if isinstance(value, str) and is_secret(name) and not _is_harmless(value)
        else value
        for name, value in headers.items()
    }


def _url(url: str, sender: str, pointer: str, turn: _Turn, is_secret: Callable[[str], bool]) -> str:
    # Templates are blanked out, length for length: what separates parameters may stand in their paths.
    blank = _SLOT.sub(lambda slot: "\0" * len(slot[0]), url)
    parts, position, seen = [], 0, Counter[str]()
    for match in _PARAMETER.finditer(blank):
        name, (start, end) = url[match.start(1) : match.end(1)], match.span(2)
        if not is_secret(name) or not match[2].strip("\0"):
            continue
        place = f"{sender}/query/{seen[name]}/{name}"
        seen[name] += 1
        parts += [url[position:start], turn(place, pointer, url[start:end])]
        position = end
    return "".join([*parts, url[position:]])


def _is_harmless(value: str) -> bool:
    """Whether all that is secret in it comes from templates; the word before a credential is none."""
    return _SLOT.sub("", value).strip().lower() in _SCHEMES

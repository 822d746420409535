"""What a `User-Agent` says: the program, its system and device, and whether a machine sent it (contracts B.6).

Known ones by the public list that ua-parser brings; of the others the product token (RFC 9110 §10.1.5) is the family.
Webhooks come from few programs, so each text is read once and kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from ua_parser import Parser
from ua_parser.loaders import load_builtins
from ua_parser.regex import Resolver

CHARACTERS_MOST = 512
KEPT = 10_000
FAMILY_CHARACTERS = 64

_PRODUCT = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SPIDER = "Spider"
_PERSON = re.compile(r"Mozilla/|Opera/|Dalvik/", re.IGNORECASE)
_MACHINE = re.compile(r"bot\b|crawl|spider|hook|http-?client|headless", re.IGNORECASE)

Parsed = Mapping[str, str | bool | None]


@lru_cache(maxsize=KEPT)
def parsed(text: str) -> Parsed | None:
    """`{"family","os","device","bot"}`, None for an empty text; the answer is shared, so it cannot be changed."""
    cut = text[:CHARACTERS_MOST].encode("utf-8", "replace").decode().strip()
    if not cut:
        return None
    found = _parser().parse(cut)
    device = found.device.family if found.device else None
    return MappingProxyType(
        {
            "family": (found.user_agent.family if found.user_agent else None) or _product(cut),
            "os": found.os.family if found.os else None,
            "device": None if device == _SPIDER else device,
            "bot": device == _SPIDER or is_machine(cut),
        }
    )


def is_machine(text: str) -> bool:
    """Whether no person's browser or telephone wrote this: those name themselves as browsers do."""
    return _PERSON.match(text) is None or _MACHINE.search(text) is not None


def warm() -> None:
    """Read the list of patterns, which takes a fifth of a second, before the first request needs it."""
    parsed("hookspan/1")


def _product(text: str) -> str | None:
    found = _PRODUCT.match(text)
    return found[0][:FAMILY_CHARACTERS] if found else None


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Resolver(load_builtins()))

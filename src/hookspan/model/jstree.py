"""JSON read with nothing lost, judged and written as JavaScript would (contracts E.3): the slow, exact way.

Number tokens keep their text, objects their repeated keys and order, strings their lone surrogates.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Literal, NoReturn, TypeAlias

from hookspan.errors import InvalidJson
from hookspan.model.jsexact import is_json
from hookspan.model.jsnumbers import is_lossless, write_number

UnsafeNumbers = Literal["exact", "string", "round"]

DEPTH_LIMIT = 64
NODE_LIMIT = 100_000
_LAST_INDEX = 4_294_967_294
_WORDS = {True: "true", False: "false", None: "null"}


class BeyondLimits(Exception):
    """The document nests deeper than 64 or holds more than 100,000 values."""


class Token(str):
    """A number as it was spelled."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Members:
    """An object as it was spelled: repeated keys and order kept."""

    pairs: list[tuple[str, Tree]]


Tree: TypeAlias = "Members | list[Tree] | Token | str | bool | None"


def parse(text: str) -> Tree:
    """Read a document; raises InvalidJson, or BeyondLimits for one nested past what can be read."""
    try:
        tree: Tree = json.loads(
            text, parse_int=Token, parse_float=Token, parse_constant=_refuse, object_pairs_hook=Members
        )
    except RecursionError:
        if is_json(text):
            raise BeyondLimits from None
        raise InvalidJson("Body is not JSON: brackets do not match") from None
    except ValueError as error:
        raise InvalidJson(f"Body is not JSON: {error}") from error
    return tree


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON value")


def find_offender(tree: Tree) -> str | None:
    """Pointer (RFC 6901) to the first number or repeated key that JavaScript would lose; raises BeyondLimits."""
    budget = iter(range(NODE_LIMIT))
    found = _offenders(tree, "", 0, budget)
    first = next(found, None)
    for _ in found:  # the limits are judged over the whole document
        pass
    return first


def _offenders(tree: Tree, pointer: str, depth: int, budget: Iterator[int]) -> Iterator[str]:
    is_nested = isinstance(tree, (Members, list))
    if next(budget, None) is None or depth + is_nested > DEPTH_LIMIT:
        raise BeyondLimits
    if isinstance(tree, Members):
        seen: set[str] = set()
        for key, member in tree.pairs:
            place = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            if key in seen:
                yield place
            seen.add(key)
            yield from _offenders(member, place, depth + 1, budget)
    elif isinstance(tree, list):
        for position, item in enumerate(tree):
            yield from _offenders(item, f"{pointer}/{position}", depth + 1, budget)
    elif isinstance(tree, Token) and not is_lossless(tree, write_number(tree)):
        yield pointer


def write(tree: Tree, unsafe_numbers: UnsafeNumbers) -> bytes:
    """Print as `JSON.stringify` does; lossy numbers as text when `unsafe_numbers` is "string", else rounded."""
    # The only characters UTF-8 refuses are lone surrogates, and backslashreplace spells them as JavaScript does.
    return _write(tree, unsafe_numbers == "string").encode("utf-8", "backslashreplace")


def _write(tree: Tree, keep_tokens: bool) -> str:
    if isinstance(tree, Members):
        return "{" + ",".join(_write_members(tree, keep_tokens)) + "}"
    if isinstance(tree, list):
        return "[" + ",".join(_write(item, keep_tokens) for item in tree) + "]"
    if isinstance(tree, Token):
        return _write_token(tree, keep_tokens)
    if isinstance(tree, str):
        return str(encode_basestring(tree))
    return _WORDS[tree]


def _write_members(members: Members, keep_tokens: bool) -> Iterator[str]:
    last = dict(members.pairs)
    indices = sorted(filter(_is_index, last), key=int)
    for key in [*indices, *(key for key in last if not _is_index(key))]:
        yield f"{encode_basestring(key)}:{_write(last[key], keep_tokens)}"


def _is_index(key: str) -> bool:
    """A canonical array index (ECMA-262): JavaScript moves such keys to the front."""
    if not (key.isascii() and key.isdigit() and len(key) <= 10):
        return False
    return (key[0] != "0" or key == "0") and int(key) <= _LAST_INDEX


def _write_token(token: Token, keep_tokens: bool) -> str:
    written = write_number(token)
    if keep_tokens and not is_lossless(token, written):
        return f'"{token}"'
    return "null" if written is None else written

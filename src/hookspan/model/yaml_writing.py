"""JSON written as YAML for people: block style, text unquoted where no reader of YAML 1.1 or 1.2 could mistake it.

`model/yaml_reading.py` reads back the very same value, every digit kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import msgspec

KEY_MOST = 1_000
"""A longer name is written with `?`: YAML looks for the colon of a simple one in 1,024 characters only."""
_INDENT = "  "
_PLAIN = re.compile(r"[A-Za-z_/](?:[A-Za-z0-9_./{}$?&=+@%()*!~;<>|-]|:(?=[^ ])| (?=[A-Za-z0-9_./{}$?&=+@%()]))*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_write = msgspec.json.Encoder(decimal_format="number").encode


def yaml_text(value: object) -> str:
    """The value as one document, ending in a newline."""
    return "\n".join(_lines(value, "")) + "\n"


def flow_text(value: object) -> str:
    """The value as one line of JSON, which is YAML too where no character needs an escape of its own."""
    return _printable(_write(value).decode()) + "\n"


def _lines(value: object, indent: str) -> Iterator[str]:
    """The lines of a block, each with its indent."""
    if isinstance(value, Mapping) and value:
        for name, member in value.items():
            yield from _member(str(name), member, indent)
    elif isinstance(value, list | tuple) and value:
        for element in value:
            yield from _element(element, indent)
    else:
        yield indent + _inline(value, indent)


def _member(name: str, value: object, indent: str) -> Iterator[str]:
    key = _text(name)
    if len(key) > KEY_MOST:
        yield f"{indent}? {key}"
        key = ""
    if isinstance(value, Mapping | list | tuple) and value:
        yield f"{indent}{key}:"
        yield from _lines(value, indent + _INDENT)
    else:
        yield f"{indent}{key}: {_inline(value, indent)}"


def _element(value: object, indent: str) -> Iterator[str]:
    if not (isinstance(value, Mapping | list | tuple) and value):
        yield f"{indent}- {_inline(value, indent)}"
        return
    for number, line in enumerate(_lines(value, indent + _INDENT)):
        yield line if number else f"{indent}- {line[len(indent) + len(_INDENT) :]}"


def _inline(value: object, indent: str) -> str:
    """A scalar or an empty container; only a text of several lines takes more than one."""
    if isinstance(value, str):
        return _block(value, indent + _INDENT) if "\n" in value and _is_literal(value) else _text(value)
    return _write(value).decode()


def _is_literal(text: str) -> bool:
    """Whether a block shows the text as it is: it begins and ends with a letter, no line ends with a blank."""
    lines = text.removesuffix("\n").split("\n")
    is_shown = all(line.isprintable() and line == line.rstrip() for line in lines)
    return is_shown and lines[-1] != "" and lines[0][:1] not in ("", " ")


def _block(text: str, indent: str) -> str:
    mark = "|" if text.endswith("\n") else "|-"
    return "\n".join([mark, *(indent + line if line else "" for line in text.removesuffix("\n").split("\n"))])


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return _printable(json.dumps(text, ensure_ascii=False))


def _printable(quoted: str) -> str:
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)

"""Option values that hold JSON or name a file: `{"a":1}`, `@file`, `-` (contracts D.4)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NoReturn

import click
import msgspec


def read_bytes(text: str, option: str) -> bytes:
    """The bytes an option stands for: of the file after `@`, of standard input for `-`, else its own."""
    if text == "-":
        return sys.stdin.buffer.read()
    if not text.startswith("@"):
        return text.encode("utf-8", "surrogateescape")
    try:
        return Path(text[1:]).read_bytes()
    except OSError as fault:
        raise click.UsageError(f"{option}: {text[1:]}: {fault.strerror}") from fault


def file_bytes(path: str) -> bytes:
    """The bytes of a file that an argument names; `-` is standard input."""
    return read_bytes("-" if path == "-" else f"@{path}", "FILE")


def json_bytes(text: str, option: str) -> bytes:
    """As `read_bytes`, checked to be JSON and otherwise untouched: white space, order and digits are the caller's."""
    raw = read_bytes(text, option)
    check_json(raw, option)
    return raw


def json_raw(text: str | None, option: str) -> msgspec.Raw | None:
    """JSON text to stand in a request as it is; None stays None."""
    return None if text is None else msgspec.Raw(json_bytes(text, option))


def check_json(raw: bytes, option: str) -> None:
    """UsageError with line and column when the bytes are not JSON (RFC 8259: neither NaN nor Infinity)."""
    try:
        json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as fault:
        raise click.UsageError(f"{option} is not UTF-8: byte {fault.start + 1}") from fault
    except json.JSONDecodeError as fault:
        raise click.UsageError(f"{option} is not JSON: line {fault.lineno} column {fault.colno}") from fault
    except _Constant as fault:
        raise click.UsageError(f"{option} is not JSON: {fault} is no JSON value") from fault


class _Constant(ValueError):
    pass


def _refuse_constant(name: str) -> NoReturn:
    raise _Constant(name)


def name_list(text: str, option: str) -> list[str]:
    """The names of a comma list; UsageError when there are none."""
    names = names_of_list(text)
    if not names:
        raise click.UsageError(f"{option} needs at least one name")
    return names


def names_of_list(text: str) -> list[str]:
    """The names of a comma list, empty ones left out."""
    return [name.strip() for name in text.split(",") if name.strip()]

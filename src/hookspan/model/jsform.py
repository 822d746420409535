"""Bodies that survive `JSON.stringify(JSON.parse(body))` unchanged (contracts E.3).

One documented verifier signs the re-serialised body, another the raw one; both succeed only on a fixed point of
parse-then-stringify, the *JS form*. A document that would lose something there (a number no double holds, a repeated
key) is written in *exact form*: every token kept, insignificant white space removed.

The common document is decoded and encoded by msgspec, which agrees with JavaScript but for four things, each looked
for in its output: number tokens with a fraction or exponent (printed here, handed through as raw bytes), integers of
16 and more digits, keys that are array indices, repeated keys. Anything else takes the slow writer.
"""

from __future__ import annotations

import json
import re
from typing import Literal, NamedTuple

import msgspec

from hookspan.errors import InvalidJson
from hookspan.model.jsexact import is_json, strip_space
from hookspan.model.jsnumbers import is_lossless, write_number
from hookspan.model.jstree import DEPTH_LIMIT, NODE_LIMIT, BeyondLimits, UnsafeNumbers, find_offender, parse, write

_BOM = b"\xef\xbb\xbf"


class JsForm(NamedTuple):
    """A written document; `offender` points (RFC 6901) at the first thing that forced exact form.

    A tuple and no dataclass: it is made for every delivery, and a frozen dataclass costs as much as the encoding.
    """

    body: bytes
    form: Literal["js", "exact"]
    offender: str | None = None


def write_js(raw: bytes, unsafe_numbers: UnsafeNumbers = "exact") -> JsForm:
    """Write a JSON document in JS form, or as `unsafe_numbers` says when that would lose something.

    Raises InvalidJson when `raw` is not UTF-8 JSON.
    """
    raw = raw.removeprefix(_BOM)
    body = _write_fast(raw)
    return JsForm(body, "js") if body is not None else _write_slow(raw, unsafe_numbers)


def write_value(value: object) -> bytes:
    """Write a value of our own making (dicts, lists, text, numbers) in JS form."""
    try:
        raw = msgspec.json.encode(value)
    except UnicodeEncodeError:  # a lone surrogate
        raw = json.dumps(value, allow_nan=False).encode()
    return write_js(raw).body


def is_json_document(raw: bytes) -> bool:
    """Whether bytes are one JSON value in UTF-8, at any depth."""
    try:
        text = raw.decode()
        _skim(raw)
    except UnicodeDecodeError:
        return False
    except (msgspec.MsgspecError, RecursionError):  # a lone surrogate, deep nesting, or no JSON
        return is_json(text)
    return True


_SHAPE = bytes.maketrans(b"123456789[", b"000000000{")
"""One pass that makes digits alike and brackets alike, so that plain searches find what a regex would find slowly."""
_LONG_DIGITS = b"0" * 16
_LONG_INTEGER = re.compile(rb"(?:^|[:,\[])-?\d{16}")
_INDEX_KEY = re.compile(rb'"(?:0|[1-9]\d{0,9})":')


def _write_lossless_float(token: str) -> msgspec.Raw:
    written = write_number(token)
    if written is None or not is_lossless(token, written):
        raise ValueError(token)
    return msgspec.Raw(written.encode())


_decode = msgspec.json.Decoder(float_hook=_write_lossless_float).decode
_encode = msgspec.json.Encoder().encode
_skim = msgspec.json.Decoder(msgspec.Raw).decode


def _write_fast(raw: bytes) -> bytes | None:
    """The JS form where msgspec can be trusted with it, else None."""
    try:
        document = _decode(raw)
        written = _encode(document)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if written != raw and _count_quotes(written) != _count_quotes(raw):
        return None  # a repeated key was dropped
    shape = written.translate(_SHAPE)
    if _has_long_integer(written, shape) or _has_index_key(written, shape):
        return None
    return None if _may_exceed_limits(document, written, shape.count(b"{")) else written


def _has_long_integer(written: bytes, shape: bytes) -> bool:
    return _LONG_DIGITS in shape and _LONG_INTEGER.search(written) is not None


def _has_index_key(written: bytes, shape: bytes) -> bool:
    return b'0":' in shape and _INDEX_KEY.search(written) is not None


def _may_exceed_limits(document: object, written: bytes, brackets: int) -> bool:
    """Every value but the first follows a bracket or a comma; those inside strings only err to the safe side."""
    if brackets > DEPTH_LIMIT and _is_deep(document):
        return True
    return len(written) > NODE_LIMIT and written.count(b",") + brackets >= NODE_LIMIT


def _count_quotes(document: bytes) -> int:
    """How many quotes delimit strings: escaped ones are part of one."""
    if b"\\" in document:
        document = document.replace(b"\\\\", b"").replace(b'\\"', b"")
    return document.count(b'"')


def _is_deep(document: object) -> bool:
    level = [document]
    for _ in range(DEPTH_LIMIT):
        level = [child for node in level for child in _containers(node)]
    return bool(level)


def _containers(node: object) -> list[object]:
    members = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [child for child in members if isinstance(child, (dict, list))]


def _write_slow(raw: bytes, unsafe_numbers: UnsafeNumbers) -> JsForm:
    text = _read_text(raw)
    try:
        tree = parse(text)
        offender = find_offender(tree)
    except BeyondLimits:
        return JsForm(strip_space(text), "exact", "")
    if offender is not None and unsafe_numbers == "exact":
        return JsForm(strip_space(text), "exact", offender)
    return JsForm(write(tree, unsafe_numbers), "js")


def _read_text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise InvalidJson(f"Body is not UTF-8: {error.reason} at byte {error.start}") from error

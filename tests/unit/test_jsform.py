"""JS form: a fixed point of parse-then-stringify, or exact form where JavaScript would lose something."""

from __future__ import annotations

import json

import msgspec
import pytest

from hookspan.errors import InvalidJson
from hookspan.model.jsform import JsForm, is_json_document, write_js, write_value
from hookspan.model.jsnumbers import write_number

ORDINARY = msgspec.json.encode(
    {"id": "evt_1", "at": "2025-05-21T21:26:58.211Z", "lines": [{"quantity": 2, "name": "Käse", "ok": True, "x": None}]}
)


def test_a_document_that_is_already_compact_is_left_as_it_is() -> None:
    written = write_js(ORDINARY)

    assert written == JsForm(ORDINARY, "js", None)


def test_the_contracts_normal_form_vector() -> None:
    raw = rb'{"id": "inv_1", "total": 10.50, "2": "b", "1": "a", "n": 1E3, "z": -0.0, "u": "\u00e9\/"}'

    written = write_js(raw)

    assert written.body.decode() == '{"1":"a","2":"b","id":"inv_1","total":10.5,"n":1000,"z":0,"u":"é/"}'
    assert (written.form, written.offender) == ("js", None)


@pytest.mark.parametrize(
    ("token", "written"),
    [
        ("1.0", "1"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("1E3", "1000"),
        ("10.50", "10.5"),
        ("1e-6", "0.000001"),
        ("1e-7", "1e-7"),
        ("1.5e-7", "1.5e-7"),
        ("0.00012", "0.00012"),
        ("123456789e-10", "0.0123456789"),
        ("1e16", "10000000000000000"),
        ("1e20", "100000000000000000000"),
        ("123456789012345680000", "123456789012345680000"),
        ("1e21", "1e+21"),
        ("-1.25e+300", "-1.25e+300"),
        ("5e-324", "5e-324"),
        ("9007199254740992", "9007199254740992"),
    ],
)
def test_numbers_are_printed_as_ecmascript_prints_them(token: str, written: str) -> None:
    assert write_number(token) == written
    assert write_js(f"[{token}]".encode()) == JsForm(f"[{written}]".encode(), "js")


@pytest.mark.parametrize(
    "token",
    [
        "9007199254740993",
        "-9007199254740993",
        "12345678901234567890",
        "1e400",
        "-1e400",
        "1e-400",
        "0.123456789012345678901234567890",
        "1" * 400,
        "1e99999999999999999999",
        f"1e{'9' * 5_000}",
        f"1e-{'9' * 5_000}",
    ],
)
def test_a_number_no_double_holds_keeps_its_token_and_is_pointed_at(token: str) -> None:
    raw = f'{{ "a/b" : [ 1.50, {token} ] }}'.encode()

    written = write_js(raw)

    assert written == JsForm(f'{{"a/b":[1.50,{token}]}}'.encode(), "exact", "/a~1b/1")


@pytest.mark.parametrize(
    ("unsafe_numbers", "body"),
    [
        ("exact", '{"n":12345678901234567890,"big":1e400,"n2":1.0}'),
        ("string", '{"n":"12345678901234567890","big":"1e400","n2":1}'),
        ("round", '{"n":12345678901234567000,"big":null,"n2":1}'),
    ],
)
def test_the_endpoint_chooses_what_becomes_of_unsafe_numbers(unsafe_numbers: str, body: str) -> None:
    raw = b'{"n":12345678901234567890, "big":1e400, "n2":1.0}'

    written = write_js(raw, unsafe_numbers)  # type: ignore[arg-type]  # the parameter is one of the three words

    assert written.body.decode() == body
    assert written.form == ("exact" if unsafe_numbers == "exact" else "js")


def test_a_repeated_key_is_kept_in_exact_form_and_pointed_at() -> None:
    assert write_js(b'{"a":1, "b":{"c":2,"c":3}}') == JsForm(b'{"a":1,"b":{"c":2,"c":3}}', "exact", "/b/c")
    assert write_js(rb'{"a":"\"", "\u0061":2}') == JsForm(rb'{"a":"\"","\u0061":2}', "exact", "/a")
    assert write_js(rb'{"a":1,"a":"\u0022\u0022"}').form == "exact"


def test_the_last_repeated_key_wins_where_values_may_change() -> None:
    assert write_js(b'{"a":1,"b":2,"a":3}', "round").body == b'{"a":3,"b":2}'
    assert write_js(b'{"a":1,"b":2,"a":3}', "string").body == b'{"a":3,"b":2}'


def test_array_indices_come_first_and_ascend_and_nothing_else_moves() -> None:
    raw = b'{"x":1,"10":2,"4294967295":3,"9":4,"01":5,"4294967294":6,"-1":7,"0":8}'

    written = write_js(raw)

    keys = [key for key, _ in json.loads(written.body, object_pairs_hook=list)]
    assert keys == ["0", "9", "10", "4294967294", "x", "4294967295", "01", "-1"]


def test_strings_escape_only_what_they_must() -> None:
    raw = b'"\\u0022\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u001F\\u007f\\u2028\\u00e9\\ud83d\\ude00"'

    written = write_js(raw)

    assert written.body.decode() == '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\u2028é😀"'


def test_a_lone_surrogate_is_written_as_a_lower_case_escape() -> None:
    assert write_js(rb'["\uD800x", "\udfff", "\uDE00\ud83d"]').body == rb'["\ud800x","\udfff","\ude00\ud83d"]'


def test_long_digits_inside_strings_do_not_matter() -> None:
    raw = b'{"id":"175928847299117063","note":":1234567890123456"}'

    assert write_js(raw) == JsForm(raw, "js")


@pytest.mark.parametrize(("depth", "form"), [(64, "js"), (65, "exact"), (900, "exact"), (100_000, "exact")])
def test_a_document_nested_too_deeply_is_written_in_exact_form(depth: int, form: str) -> None:
    compact = b"[" * depth + b"]" * depth

    written = write_js(compact.replace(b"[]", b"[ ]"), "round")

    assert (written.body, written.form) == (compact, form)
    assert written.offender == (None if form == "js" else "")


def test_the_limits_hold_behind_an_offender_too() -> None:
    raw = b"[1e400," + b"[" * 65 + b"]" * 65 + b"]"

    assert write_js(raw, "round") == JsForm(raw, "exact", "")


@pytest.mark.parametrize(("items", "form"), [(99_999, "js"), (100_000, "exact")])
def test_a_document_of_too_many_values_is_written_in_exact_form(items: int, form: str) -> None:
    written = write_js(b"[" + b",".join([b"1"] * items) + b"]", "string")

    assert written.form == form


def test_a_large_document_of_few_values_is_fine_whatever_its_text_holds() -> None:
    raw = msgspec.json.encode(["a,b" * 100_000, "[{" * 5_000])

    assert write_js(raw) == JsForm(raw, "js")


def test_a_byte_order_mark_is_dropped() -> None:
    assert write_js(b"\xef\xbb\xbf[1]").body == b"[1]"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nul",
        b"[1,]",
        b'{"a":01}',
        b"[NaN]",
        b"[Infinity]",
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\x01"',
        b'{"a" 1}',
        b"[1] x",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 99_999,
        b"[" * 5_000 + b'{"a":1,2}' + b"]" * 5_000,
        b"[" * 5_000 + b"{1:2}" + b"]" * 5_000,
        b"[" * 5_000 + b"]" * 5_000 + b",1",
        b"[" * 5_000 + b"1 2" + b"]" * 5_000,
        b"[" * 5_000 + b"}" + b"]" * 5_000,
    ],
)
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    assert not is_json_document(raw)
    with pytest.raises(InvalidJson):
        write_js(raw)


@pytest.mark.parametrize(
    "raw", [b" 1 ", rb'"\ud800"', b"[" * 5_000 + b'{"a":"]","b":[-1.5e+3,null]}' + b"]" * 5_000, b'{"a":{}}']
)
def test_json_is_recognised_at_any_depth(raw: bytes) -> None:
    assert is_json_document(raw)


def test_values_of_our_own_are_written_in_js_form() -> None:
    value = {"b": 1.0, "1": [1e21, "é", None, True], "lone": "\ud800"}

    assert write_value(value) == '{"1":[1e+21,"é",null,true],"b":1,"lone":"\\ud800"}'.encode()

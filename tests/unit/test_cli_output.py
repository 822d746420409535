"""What the command line prints: formats, cutting, and nothing that could command a terminal (contracts D.1, S30)."""

from __future__ import annotations

import io
import json

import msgspec
import pytest

from hookspan.cli.output import Column, Format, Output, column_widths, columns_that_fit, csv_line, labelled, plain
from hookspan.cli.terminal import Paint, cells, cut, shown, shown_json
from hookspan.client import Document

COLUMNS = (Column("ID", "id"), Column("Name", "name", cuttable=True), Column("Status", "status", is_status=True))
HOSTILE = "\x1b]52;c;aGk=\x07 \x9b31m \u202egnp.exe \x00 \u2066 \u2028 \x7f \ud800"
UNSAFE = ("\x1b", "\x07", "\x9b", "\u202e", "\x00", "\u2066", "\u2028", "\x7f", "\ud800")


def printed(chosen: Format, *rows: object, width: int | None = None, fields: tuple[str, ...] = ()) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    output = Output(format=chosen, fields=fields, width=width, out=out, err=err)
    output.rows([document(row) for row in rows], COLUMNS, "delivery")
    return out.getvalue(), err.getvalue()


def document(row: object) -> Document:
    return Document(row if isinstance(row, bytes) else json.dumps(row).encode())


def test_a_table_goes_to_stdout_and_its_count_to_stderr() -> None:
    out, err = printed("table", {"id": "1", "name": "Billing", "status": "active"}, {"id": "22", "name": None})

    assert out == "ID  Name     Status\n1   Billing  active\n22\n"
    assert err == "2 deliveries\n"


def test_an_empty_list_prints_nothing_on_stdout() -> None:
    assert printed("table") == ("", "no deliveries\n")
    assert printed("json") == ("[]\n", "")
    assert printed("id") == ("", "")


def test_a_narrow_terminal_cuts_names_but_never_ids() -> None:
    identity = "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d"

    out, _ = printed("table", {"id": identity, "name": "n" * 80, "status": "active"}, width=60)

    row = out.splitlines()[1]
    assert identity in row
    assert "…" in row
    assert cells(row) <= 60


def test_a_terminal_too_narrow_for_all_columns_leaves_out_the_last_that_can_go() -> None:
    columns = [Column("ID", "id"), Column("A", "a", can_go=True), Column("B", "b", can_go=True), Column("C", "c")]
    body = [["x" * 36, "a" * 10, "b" * 10, "c" * 10]]

    assert columns_that_fit(columns, body, None) == [0, 1, 2, 3]
    assert columns_that_fit(columns, body, 64) == [0, 1, 3]
    assert columns_that_fit(columns, body, 20) == [0, 3]


def test_a_terminal_shows_instants_to_the_second_and_a_pipe_whole() -> None:
    row = {"id": "1", "name": "2025-05-21T21:27:09.442Z", "status": "active"}

    assert "2025-05-21 21:27:09  active" in printed("table", row, width=80)[0]
    assert "2025-05-21T21:27:09.442Z  active" in printed("table", row)[0]


def test_nothing_is_cut_in_a_pipe() -> None:
    out, _ = printed("table", {"id": "1", "name": "n" * 500, "status": "active"})

    assert "n" * 500 in out


def test_an_id_column_stays_whole_even_where_nothing_else_can_give_way() -> None:
    widths = column_widths([Column("ID", "id")], [["x" * 36]], 10)

    assert widths == [36]


def test_json_in_a_pipe_keeps_every_digit_and_the_order_of_the_server() -> None:
    out, _ = printed("json", b'{"z": 10.50, "id": 12345678901234567890123, "a": 1E3}')

    assert out == '[{"z":10.50,"id":12345678901234567890123,"a":1E3}]\n'


def test_chosen_fields_keep_their_digits_too() -> None:
    out, _ = printed(
        "json", b'{"total": 10.50, "id": 1, "counts": {"deliveries": 2}}', fields=("total", "counts.deliveries")
    )

    assert out == '[{"total":10.50,"counts.deliveries":2}]\n'


def test_ndjson_is_one_object_a_line() -> None:
    out, _ = printed("ndjson", b'{"id": 1}', b'{"id": 2}')

    assert out == '{"id":1}\n{"id":2}\n'


def test_id_prints_one_id_a_line() -> None:
    assert printed("id", {"id": "a"}, {"id": "b"}) == ("a\nb\n", "")


def test_tsv_keeps_one_line_a_row() -> None:
    out, _ = printed("tsv", {"id": "a", "name": "two\nlines\tand a tab", "status": "held"})

    assert out == "id\tname\tstatus\na\ttwo\\nlines\\tand a tab\theld\n"


def test_csv_never_gives_a_spreadsheet_a_formula() -> None:
    assert csv_line(["=1+1", "+1", "-1", "@a", "＝1", "plain", 'say "hi", twice']) == (
        '\'=1+1,\'+1,\'-1,\'@a,\'＝1,plain,"say ""hi"", twice"'
    )


@pytest.mark.parametrize("chosen", ["table", "json", "ndjson", "csv", "tsv", "id"])
def test_no_escape_control_or_bidi_character_reaches_a_terminal(chosen: Format) -> None:
    raw = json.dumps({"id": HOSTILE, "name": HOSTILE, "status": HOSTILE}, ensure_ascii=True).encode()
    clear = raw.replace(b"\\u202e", "\u202e".encode()).replace(b"\\u009b", "\x9b".encode())

    out, err = printed(chosen, clear.replace(b"\\ud800", b""), width=200)

    assert not [character for character in UNSAFE if character in out + err]


def test_json_on_a_terminal_stays_the_same_json() -> None:
    raw = json.dumps({"name": "a\u202eb\x9bc\x7f"}, ensure_ascii=False).encode()

    text = shown_json(msgspec.json.format(raw, indent=2).decode())

    assert "\u202e" not in text
    assert json.loads(text) == {"name": "a\u202eb\x9bc\x7f"}


def test_a_pipe_gets_the_characters_as_they_are_in_json() -> None:
    raw = json.dumps({"name": "a\u202eb"}, ensure_ascii=False).encode()

    out, _ = printed("json", raw)

    assert out == '[{"name":"a\u202eb"}]\n'


def test_dangerous_characters_are_spelled() -> None:
    assert shown(HOSTILE) == ("\\x1b]52;c;aGk=\\x07 \\x9b31m \\u202egnp.exe \\x00 \\u2066 \\u2028 \\x7f \\ud800")


def test_colour_is_off_unless_asked_for() -> None:
    assert Paint(enabled=False).status("active") == "active"
    assert Paint(enabled=True).status("active") == "\x1b[32mactive\x1b[0m"
    assert Paint(enabled=True).status("neither") == "neither"


def test_a_hostile_status_word_cannot_borrow_a_tone() -> None:
    out = io.StringIO()
    output = Output(width=80, paint=Paint(enabled=True), out=out, err=io.StringIO())

    output.rows([document({"id": "1", "status": "active\x1b[2J"})], COLUMNS, "delivery")

    assert "\x1b[2J" not in out.getvalue()


def test_wide_characters_take_two_columns() -> None:
    assert cells("注文") == 4
    assert cells("e\u0301") == 1
    assert cut("注文注文", 5) == "注文…"


def test_values_read_as_people_write_them() -> None:
    assert plain(None) == ""
    assert plain(value=True) == "true"
    assert plain(["a", "b"]) == "a, b"
    assert plain({"a": [1]}) == '{"a":[1]}'


def test_labels_stand_in_one_column_and_empty_ones_are_left_out() -> None:
    assert labelled([("Name", "a"), ("Retry of", "b\x1b"), ("Gone", "")], indent="  ") == [
        "  Name      a",
        "  Retry of  b\\x1b",
    ]

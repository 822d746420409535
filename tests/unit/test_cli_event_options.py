"""Options that choose events and members of sources, as parameters and bodies (contracts B.1, B.6, C.3)."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
import pytest

from hookspan.api.source_shapes import WebhookPatch
from hookspan.cli.event_options import filters_of, query_members
from hookspan.cli.exports import form_wanted
from hookspan.cli.filter_rows import rows_in, value_of
from hookspan.cli.source_options import MEMBERS, members_of, set_members
from hookspan.cli.source_trials import header_fields, sendable


def test_what_was_not_chosen_is_no_parameter() -> None:
    chosen = {
        "type": (),
        "status": ("failed", "held"),
        "subject": None,
        "replayed": False,
        "since": "2025-05-21T21:27:09Z",
    }

    assert filters_of(chosen) == {"status": ["failed", "held"], "replayed": False, "from": "2025-05-21T21:27:09.000Z"}


def test_rows_that_are_no_json_are_refused_before_anything_is_asked() -> None:
    with pytest.raises(click.UsageError, match="--where is not JSON: line 1 column 2"):
        filters_of({"where": "[x]"})


def test_a_query_text_has_typed_members() -> None:
    members = query_members("status=failed&status=held&priority=3&replayed=true&q=a%20b&type=order.*&from=2025-05-21")

    assert members == {
        "status": ["failed", "held"],
        "priority": [3],
        "replayed": True,
        "q": "a b",
        "type": ["order.*"],
        "from": "2025-05-21",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("failed", "write NAME=VALUE"),
        ("test=yes", "test is true or false"),
        ("priority=high", "priority high is no number"),
    ],
)
def test_a_wrong_query_is_named(text: str, said: str) -> None:
    with pytest.raises(click.UsageError, match=said):
        query_members(text)


def test_members_of_a_source_keep_their_json() -> None:
    body = members_of(
        {
            "name": "n",
            "methods": "POST, PUT",
            "dedupe": '{"windowMs": 1.50}',
            "requireJson": False,
            "path": None,
            "sets": ("retentionDays=null", '{"split":"$.items"}'),
        }
    )

    assert msgspec.json.encode(body) == (
        b'{"name":"n","methods":["POST","PUT"],"dedupe":{"windowMs": 1.50},"requireJson":false,'
        b'"retentionDays":null,"split":"$.items"}'
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nope=1", "no source has nope"),
        ("split", "write MEMBER=JSON"),
        ("split=$.a", "--set split is not JSON"),
        ('["a"]', "write MEMBER=JSON"),
    ],
)
def test_a_wrong_member_is_named(text: str, said: str) -> None:
    with pytest.raises(click.UsageError, match=said.replace("$", r"\$")):
        set_members([text])


def test_every_member_that_can_be_written_can_be_set() -> None:
    assert {field.alias for field in WebhookPatch.model_fields.values()} == set(MEMBERS)


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (b'{"n": 1.50}\n', b'{"n": 1.50}'),
        (b"plain", b'"plain"'),
        (b'"quoted"', b'"\\"quoted\\""'),
        (b"17", b'"17"'),
    ],
)
def test_a_body_to_test_with_reaches_the_source_as_it_is(body: bytes, sent: bytes) -> None:
    assert msgspec.json.encode(sendable(body)) == sent


def test_headers_are_names_and_values() -> None:
    assert header_fields(["X-A: b:c", "X-D:"]) == {"X-A": "b:c", "X-D": ""}
    with pytest.raises(click.UsageError, match="write NAME:VALUE"):
        header_fields(["nothing"])


@pytest.mark.parametrize(
    ("text", "raw"), [("paid", b'"paid"'), ("1.50", b"1.50"), ('["a"]', b'["a"]'), ("true", b"true")]
)
def test_a_bare_word_is_a_text(text: str, raw: bytes) -> None:
    assert bytes(value_of(text)) == raw


def test_a_broken_value_is_not_taken_for_a_word() -> None:
    with pytest.raises(click.UsageError, match="--value is not JSON"):
        value_of('["a"')


def test_rows_come_bare_or_in_an_object() -> None:
    bare, wrapped = rows_in(b'[{"value":1.50}]', "FILE"), rows_in(b'{"filters":[{"value":1.50}]}', "FILE")

    assert msgspec.json.encode(bare) == msgspec.json.encode(wrapped) == b'[{"value":1.50}]'
    with pytest.raises(click.UsageError, match="FILE: write an array"):
        rows_in(b'{"rows":[]}', "FILE")


@pytest.mark.parametrize(
    ("name", "given", "general", "form"),
    [
        ("a.csv", None, "json", "csv"),
        ("a.csv", "ndjson", None, "ndjson"),
        ("a.out", None, "json", "json"),
        ("a.out", None, "table", "ndjson"),
        ("-", None, None, "ndjson"),
    ],
)
def test_the_form_of_an_export_is_said_or_named_by_its_file(
    name: str, given: str | None, general: str | None, form: str
) -> None:
    assert form_wanted(Path(name), given, general) == form

"""What a step of kind `http` sends: its body in the form its author says, and who it says it is."""

from __future__ import annotations

import pytest

from hookspan.errors import Invalid
from hookspan.model.hops import hops_of
from hookspan.ports import HttpRequest
from hookspan.workflows.members import Members, Reading
from hookspan.workflows.steps import http
from hookspan.workflows.steps.outcome import Call
from tests.support.workshop import HOP_KEY, RULES, FarSide

FORM = "application/x-www-form-urlencoded"


def call(x: object = None, depth: int = 0) -> Call:
    scopes = {"trigger": {"body": {"x": x}}, "steps": {}, "vars": {}, "execution": {}}
    return Call("t", "w", "e", "call", 1, 1_700_000_000_000, 1, depth, scopes, None)


async def sent(x: object = None, *, depth: int = 0, **members: object) -> HttpRequest:
    shop = FarSide()
    work = http.read(Members({"url": "https://a.example/", **members}, "", Reading()))
    await http.run(work, call(x, depth), http.Wire(shop, RULES, 1_000, "hookspan/7", HOP_KEY))
    return shop.received[0]


def values(request: HttpRequest, name: str) -> list[str]:
    return [value for given, value in request.headers if given.lower() == name]


def faults(**members: object) -> list[str]:
    reading = Reading()
    http.read(Members({"url": "https://a.example/", **members}, "/with", reading))
    return [fault.pointer for fault in reading.faults]


async def test_a_request_names_its_product_and_version() -> None:
    request = await sent()

    assert values(request, "user-agent") == ["hookspan/7"]


async def test_a_request_is_one_hop_further_than_what_caused_it() -> None:
    request = await sent(depth=3)

    (identity,), (hops,) = values(request, "webhook-id"), values(request, "x-hookspan-hops")
    assert identity == "e:call"
    assert hops_of(HOP_KEY, identity, hops) == 4


@pytest.mark.parametrize(
    ("body", "content_type"),
    [({"a": 1}, ["application/json"]), ("a", ["text/plain; charset=utf-8"]), (None, [])],
    ids=["object", "text", "none"],
)
async def test_a_body_says_what_it_is_unless_its_author_does(body: object, content_type: list[str]) -> None:
    request = await sent(body=body)

    assert (values(request, "content-type"), values(request, "accept")) == (content_type, ["*/*"])


@pytest.mark.parametrize("name", ["Content-Type", "content-type"])
async def test_the_authors_content_type_and_accept_win(name: str) -> None:
    headers = {name: "application/vnd.api+json", "ACCEPT": "application/{{trigger.body.x}}"}

    request = await sent("xml", headers=headers, body={"a": 1})

    assert values(request, "content-type") == ["application/vnd.api+json"]
    assert values(request, "accept") == ["application/xml"]
    assert request.body == b'{"a":1}'


async def test_a_text_is_sent_as_it_is_under_the_authors_type() -> None:
    request = await sent(headers={"Content-Type": "application/xml"}, body="<a>ü</a>")

    assert (values(request, "content-type"), request.body) == (["application/xml"], "<a>ü</a>".encode())


async def test_no_value_adds_a_field_to_a_form() -> None:
    body = {"to": "{{trigger.body.x}}", "n": 1.50, "yes": True, "none": None}

    request = await sent("a&b=c d", headers={"Content-Type": f"{FORM}; charset=UTF-8"}, body=body)

    assert request.body == b"to=a%26b%3Dc+d&n=1.5&yes=true"
    assert values(request, "content-type") == [f"{FORM}; charset=UTF-8"]


@pytest.mark.parametrize(
    ("body", "pointer"), [({"a": {"b": 1}}, "/with/body/a"), ({"a/b": [1]}, "/with/body/a~1b"), ([1], "/with/body")]
)
def test_a_form_that_could_be_written_in_many_ways_is_refused_at_save(body: object, pointer: str) -> None:
    assert faults(headers={"Content-Type": FORM}, body=body) == [pointer]
    assert faults(headers={"Content-Type": "application/json"}, body=body) == []


async def test_a_form_whose_value_turns_out_to_be_an_object_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        await sent({"b": 1}, headers={"Content-Type": FORM}, body={"a": "{{trigger.body.x}}"})

    assert refused.value.faults[0].pointer == "/body/a"


@pytest.mark.parametrize("name", ["User-Agent", "Content-Length", "Content-Encoding", "Accept-Encoding", "webhook-id"])
def test_other_headers_of_ours_stay_ours(name: str) -> None:
    assert faults(headers={name: "x"}) == [f"/with/headers/{name}"]


@pytest.mark.parametrize("value", ["a\r\nb: c", "é", "x" * 5_000], ids=["lines", "letter", "length"])
def test_the_authors_content_type_is_a_header_value(value: str) -> None:
    assert faults(headers={"Content-Type": value}) == ["/with/headers/Content-Type"]

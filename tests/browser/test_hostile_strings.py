"""Strings that strangers and far sides choose are shown as text, run nowhere and call nobody (S4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pytest
from playwright.async_api import expect

from tests.browser.far_side import Answer
from tests.browser.hostile import LINES, STRINGS, TEXTS
from tests.browser.stage import Stage
from tests.browser.walk import Walk

INTRUDERS = """() => [...document.querySelectorAll(
  'body script, iframe, object, embed, img, video, marquee, base, body style, body link, body meta, animate,'
  + 'a[href^="javascript:" i], a[href^="data:" i], form[action], [srcdoc]')]
  .concat([...document.querySelectorAll('*')].filter((node) => node.getAttributeNames().some((name) =>
    name.startsWith('on'))))
  .map((node) => node.outerHTML.slice(0, 200))"""


@dataclass(frozen=True, slots=True)
class Attack:
    """Ids of what was planted."""

    json_id: str
    text_id: str
    form_id: str
    event_id: str
    execution_id: str


@pytest.fixture(scope="session")
def attack(stage: Stage) -> Attack:
    """Hostile strings in every field they can reach."""
    headers = {f"X-Hostile-{place}": line for place, line in enumerate(LINES)}
    answer_headers = {**headers, "Content-Type": "text/html"}
    stage.far_side.answers["/hostile"] = Answer(500, "\n".join(TEXTS).encode(), answer_headers)
    named = {"id": "strike", "name": STRINGS[0], "kind": "transform", "with": {"output": "{{trigger.body}}"}}
    call = {"method": "POST", "url": f"{stage.far_side.url}/hostile", "body": "{{trigger.body}}"}
    struck = {"id": "far", "name": STRINGS[5], "kind": "http", "needs": ["strike"], "with": call}
    flow = stage.workflow(STRINGS[6], named, struck)
    stage.endpoint("/hostile", "hook.onerror.javascript", name=STRINGS[7])
    source = stage.source(name=STRINGS[4], description=STRINGS[9], workflowId=flow.text("id"))
    query = "?" + urlencode([("q", line) for line in LINES[:20]])
    agent = {**headers, "User-Agent": STRINGS[5]}
    body = json.dumps({"values": STRINGS, "keys": dict.fromkeys(STRINGS, 1)}, ensure_ascii=False).encode()
    taken = stage.post(source, body, agent, query=query)
    plain = stage.source(name="Plain")
    as_text = stage.post(plain, "\n".join(TEXTS).encode(), {"Content-Type": "text/plain"})
    form = urlencode({string: string for string in STRINGS}).encode()
    as_form = stage.post(plain, form, {"Content-Type": "application/x-www-form-urlencoded"})
    members = {"subject": STRINGS[5], "orderingKey": STRINGS[6], "metadata": {"note": STRINGS[7], STRINGS[8][:60]: "x"}}
    event_id = stage.publish("hook.onerror.javascript", body, **members)
    stage.delivery_of(event_id)
    stage.awaits(lambda: stage.client.executions.get(taken.text("executionId")).number("durationMs") > 0)
    requests = (told.text("eventId") for told in (taken, as_text, as_form))
    json_id, text_id, form_id = requests
    return Attack(json_id, text_id, form_id, event_id, taken.text("executionId"))


async def seen(walk: Walk, path: str, *strings: str) -> None:
    """Open a screen: everything is text and nothing else came with it."""
    await walk.open(path)
    await walk.settles()
    for string in strings:
        await expect(walk.page.locator("body")).to_contain_text(string)
    await harmless(walk)


async def harmless(walk: Walk) -> None:
    assert await walk.page.evaluate(INTRUDERS) == []


def test_there_are_at_least_forty_strings() -> None:
    assert len(set(STRINGS)) >= 40
    assert len(LINES) >= 30


async def test_lists_show_hostile_names_as_text(walk: Walk, attack: Attack) -> None:
    await seen(walk, "/", "hook.onerror.javascript")
    await seen(walk, "/events?type=hook.*", "hook.onerror.javascript", STRINGS[5])
    await seen(walk, "/events?view=requests")
    await seen(walk, "/executions", STRINGS[6])


async def test_a_hostile_request_is_text_in_every_view_of_it(walk: Walk, attack: Attack) -> None:
    await seen(walk, f"/events/{attack.json_id}", STRINGS[5])
    await seen(walk, f"/events/{attack.json_id}?tab=request", *LINES)
    request = walk.page.get_by_role("region", name="Request", exact=True)
    shown = await request.get_by_role("tree").text_content() or ""
    assert [string for string in STRINGS if json.dumps(string, ensure_ascii=False) not in shown] == []
    for mode in ("Raw", "Hex"):
        await request.get_by_role("button", name=mode).click()
        await harmless(walk)


@pytest.mark.parametrize("kind", ["text", "form"])
async def test_hostile_bodies_that_are_no_json_are_text_too(walk: Walk, attack: Attack, kind: str) -> None:
    event_id = attack.text_id if kind == "text" else attack.form_id

    await seen(walk, f"/events/{event_id}")
    await seen(walk, f"/events/{event_id}?tab=request", STRINGS[0], STRINGS[13])


async def test_a_published_event_s_own_fields_are_text(walk: Walk, attack: Attack) -> None:
    await seen(walk, f"/events/{attack.event_id}", STRINGS[5], STRINGS[6], STRINGS[7], STRINGS[8][:60])


async def test_what_a_hostile_far_side_answers_is_text(walk: Walk, attack: Attack) -> None:
    await seen(walk, f"/events/{attack.event_id}?tab=deliveries", *LINES)
    response = walk.page.get_by_role("region", name="Response", exact=True)
    for mode in ("Hex", "Raw"):
        await response.get_by_role("button", name=mode).click()
        await harmless(walk)
    await expect(response.get_by_role("region", name="Response body")).to_contain_text(STRINGS[0])


async def test_a_run_fed_with_hostile_strings_is_text_step_by_step(walk: Walk, attack: Attack) -> None:
    run = f"/executions/{attack.execution_id}"

    await seen(walk, f"{run}?step=strike", STRINGS[0], STRINGS[5], STRINGS[6])
    await seen(walk, f"{run}?step=far", STRINGS[5])
    await seen(walk, f"{run}?tab=context", STRINGS[6])


@pytest.mark.parametrize("place", ["/events?type={}", "/events?view={}&status={}", "/executions?workflowId={}"])
async def test_hostile_addresses_are_text(walk: Walk, place: str) -> None:
    for string in (STRINGS[0], STRINGS[5], STRINGS[7]):
        await walk.open(place.replace("{}", quote(string, safe="")))
        await harmless(walk)

    walk.faults[:] = [fault for fault in walk.faults if "status of 400" not in fault and "status of 422" not in fault]

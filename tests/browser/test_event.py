"""One event: the request as it came, the deliveries with every attempt, the way to the execution."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.far_side import Answer
from tests.browser.stage import Stage
from tests.browser.walk import Walk

PUSH = (
    b'{"zen":"Keep it","ref":"refs/heads/main","id":12345678901234567890,"ratio":1.10,'
    b'"id":2,"repository":{"full_name":"shop/orders"}}'
)
PASS = {"id": "keep", "kind": "pass"}


async def test_a_github_push_shows_its_headers_and_its_body_as_received(walk: Walk, stage: Stage) -> None:
    flow = stage.workflow("Watch pushes", PASS)
    source = stage.source(
        name="GitHub of this test", authType="signature", provider="github", workflowId=flow.text("id")
    )
    pushed = stage.push(source, PUSH)
    stage.execution_becomes(pushed.text("executionId"), "completed")
    await walk.open(f"/events/{pushed.text('eventId')}")

    await walk.page.get_by_role("link", name="Request", exact=True).click()

    request = walk.page.get_by_role("region", name="Request", exact=True)
    await expect(walk.page.locator("main header").first).to_contain_text("unsigned")
    await expect(request.get_by_role("row", name="x-github-event push")).to_be_visible()
    lines = await request.get_by_role("treeitem").all_inner_texts()
    shown = "".join(lines).replace("\n", "")
    assert shown.replace(": ", ":") == PUSH.decode()
    await request.get_by_role("button", name="Raw").click()
    await expect(request.get_by_role("region", name="Request body")).to_have_text(PUSH.decode())


async def test_an_event_leads_to_the_execution_it_started(walk: Walk, stage: Stage) -> None:
    flow = stage.workflow("Led to", PASS)
    taken = stage.post(stage.source(workflowId=flow.text("id")), b"{}")
    execution_id = taken.text("executionId")
    await walk.open(f"/events/{taken.text('eventId')}")

    await walk.page.locator(f"main a[title='{execution_id}']").click()

    await expect(walk.title("Led to")).to_be_visible()
    await expect(walk.page).to_have_url(f"{walk.url}/ui/executions/{execution_id}")


async def test_the_deliveries_tab_shows_what_was_sent_and_what_came_back(walk: Walk, stage: Stage) -> None:
    stage.far_side.answers["/thanks"] = Answer(201, b'{"thanks":"noted"}', {"X-Far-Side": "shop-7"})
    stage.endpoint("/thanks", "order.sent")
    event_id = stage.publish("order.sent", b'{"total":9007199254740993}')
    stage.delivery_of(event_id)
    await walk.open(f"/events/{event_id}")

    await walk.page.get_by_role("link", name="Deliveries").click()

    request = walk.page.get_by_role("region", name="Request", exact=True)
    response = walk.page.get_by_role("region", name="Response", exact=True)
    await expect(request).to_contain_text(f"POST {stage.far_side.url}/thanks")
    await expect(request.get_by_role("tree")).to_contain_text("9007199254740993")
    await expect(response).to_contain_text("201")
    await expect(response.get_by_role("row", name="x-far-side shop-7")).to_be_visible()
    await expect(response.get_by_role("tree")).to_contain_text('"thanks": "noted"')


async def test_retry_now_sends_the_next_attempt_and_the_page_follows(walk: Walk, stage: Stage) -> None:
    stage.far_side.answers["/down"] = Answer(503, b"closed", {"Content-Type": "text/plain"})
    stage.endpoint("/down", "order.retried")
    event_id = stage.publish("order.retried")
    stage.delivery_of(event_id)
    await walk.open(f"/events/{event_id}?tab=deliveries")
    await walk.is_live()
    await expect(walk.page.get_by_role("button", name="#1 HTTP error 503")).to_be_visible()
    stage.far_side.answers["/down"] = Answer()

    await walk.page.get_by_role("button", name="Retry now").click()

    await expect(walk.page.get_by_role("button", name="#2 Delivered 200")).to_be_visible()
    await expect(walk.page.get_by_role("button", name="Send again")).to_be_enabled()
    await walk.page.get_by_role("button", name="#1 HTTP error 503").click()
    await expect(walk.page.get_by_role("region", name="Response body")).to_have_text("closed")


async def test_an_event_that_is_not_there_says_so_in_place(walk: Walk) -> None:
    absent = "0196f4b0-0000-7000-8000-000000000000"

    await walk.open(f"/events/{absent}")

    await expect(walk.title("Event not shown")).to_be_visible()
    await expect(walk.page.get_by_role("alert")).to_contain_text("pruned by retention")
    assert [fault for fault in walk.faults if "404" not in fault] == []
    walk.faults.clear()

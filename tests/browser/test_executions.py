"""Runs of workflows: the list, one run step by step, and ending one."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.stage import Stage
from tests.browser.walk import Walk

NAP = {"id": "nap", "kind": "wait", "with": {"durationMs": 3_600_000}}
SUMMARY = {"id": "summary", "kind": "transform", "with": {"output": {"order": "{{trigger.body.order}}"}}}


async def test_a_run_appears_by_itself_and_tells_its_steps_and_its_trigger(walk: Walk, stage: Stage) -> None:
    done = {"id": "done", "kind": "pass", "needs": ["summary"]}
    flow = stage.workflow("Order intake", SUMMARY, done)
    source = stage.source(name="Orders", workflowId=flow.text("id"))
    await walk.open(f"/executions?workflowId={flow.text('id')}")
    await walk.is_live()

    taken = stage.post(source, b'{"order":"A-1017"}')

    row = walk.rows().filter(has_text="Order intake")
    await expect(row).to_contain_text("Completed")
    await row.get_by_role("link", name="Order intake").click()
    steps = walk.page.get_by_role("list", name="Steps over time").get_by_role("button")
    await expect(steps).to_have_count(2)
    await expect(walk.page.get_by_role("tree", name="Output")).to_contain_text('"order": "A-1017"')
    await steps.filter(has_text="Done").click()
    await expect(walk.page.get_by_role("heading", name="Done")).to_be_visible()
    await expect(walk.page).to_have_url(f"{walk.url}/ui/executions/{taken.text('executionId')}?step=done")
    await walk.page.get_by_role("link", name="Trigger and result").click()
    await expect(walk.page.get_by_role("tree", name="Input")).to_contain_text('"A-1017"')
    await expect(walk.page.locator(f"main a[href$='/events/{taken.text('eventId')}']")).to_be_visible()


async def test_a_waiting_run_can_be_cancelled_after_asking(walk: Walk, stage: Stage) -> None:
    flow = stage.workflow("Long nap", NAP)
    execution_id = stage.client.workflows.run(flow.text("id")).text("id")
    stage.execution_becomes(execution_id, "waiting")
    await walk.open(f"/executions/{execution_id}")
    await walk.page.get_by_role("button", name="Cancel execution").click()
    dialog = walk.page.get_by_role("dialog", name="Cancel this execution")

    await dialog.get_by_role("button", name="Cancel execution").click()

    await expect(dialog).to_be_hidden()
    await expect(walk.page.locator("main header").first).to_contain_text("Cancelled")
    stage.execution_becomes(execution_id, "cancelled")


async def test_the_list_is_filtered_by_status_in_the_address(walk: Walk, stage: Stage) -> None:
    flow = stage.workflow("Filtered nap", NAP)
    stage.execution_becomes(stage.client.workflows.run(flow.text("id")).text("id"), "waiting")

    await walk.open(f"/executions?workflowId={flow.text('id')}&status=waiting")

    await expect(walk.rows()).to_have_count(1)
    await walk.page.get_by_role("button", name="Filter", exact=True).click()
    await walk.page.get_by_role("checkbox", name="Waiting").uncheck()
    await walk.page.get_by_role("checkbox", name="Failed").check()
    await expect(walk.page.get_by_text("No executions match")).to_be_visible()

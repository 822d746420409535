"""Pictures of the dashboard for the documentation: `python -m tests.browser.pictures`, then look at each.

With a folder as argument: every screen into that folder, also as a phone shows it, for a review by eye.
A fresh instance is filled with the tour of `hookspan demo`, taken a few times, and some trade of a shop.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha1
from importlib.resources import files
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from hookspan.cli.tour import workflow
from tests.browser.chromium import LEFT_OUT, found, launch
from tests.browser.far_side import Answer
from tests.browser.stage import Stage, staged
from tests.browser.walk import Look, Theme, signed_in, walking

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
DOCUMENTED = ("home", "events", "event", "execution")
ROUNDS = 12
PHONE = Look(width=390, height=844)
THEMES: tuple[Theme, Theme] = ("light", "dark")


def fill(stage: Stage) -> dict[str, str]:
    """Pushes, orders and a shop whose mail server is down; the address of each picture by its name."""
    stage.far_side.answers["/mail"] = Answer(503, b'{"error":"mailbox full"}')
    flow = stage.client.workflows.create(workflow(f"{stage.far_side.url}/announce"))
    source = stage.source(name="GitHub pushes", authType="signature", provider="github", workflowId=flow.text("id"))
    stage.endpoint("/warehouse", "github.push", "order.*", name="Warehouse")
    stage.endpoint("/mail", "order.shipped", name="Mail")
    stage.endpoint("/ledger", "workflow.execution.completed", "invoice.*", name="Ledger")
    for number, order in enumerate(orders()):
        stage.push(source, push(number))
        for event_type, data in order:
            stage.publish(event_type, data, subject=str(json.loads(data)["order"]))
    shipped = stage.publish("order.shipped", b'{"order":"A-1042","carrier":"postal","parcels":2}', subject="A-1042")
    taken = stage.push(source, push(ROUNDS))
    stage.execution_becomes(taken.text("executionId"), "completed")
    stage.awaits(lambda: stage.client.events.get(shipped).number("counts.delivered") == 1)
    pushed = f"/events/{taken.text('eventId')}"
    return {
        "home": "/",
        "events": "/events",
        "event": f"{pushed}?tab=deliveries",
        "event-data": pushed,
        "event-request": f"{pushed}?tab=request",
        "event-failing": f"/events/{shipped}?tab=deliveries",
        "executions": "/executions",
        "execution": f"/executions/{taken.text('executionId')}?step=announce",
    }


def push(number: int) -> bytes:
    """The tour's push with a head of its own; the same one again would be a duplicate."""
    sample = (files("hookspan.cli") / "samples" / "github_push.json").read_bytes()
    return sample.replace(
        json.loads(sample)["after"].encode(), sha1(bytes([number]), usedforsecurity=False).hexdigest().encode()
    )


def orders() -> Iterator[list[tuple[str, bytes]]]:
    """What a shop publishes for each of its orders."""
    for number in range(1_030, 1_030 + ROUNDS):
        order = {"order": f"A-{number}", "total": 1_950 + number * 7 % 900, "currency": "EUR"}
        names = ["order.created", "order.paid", "invoice.sent"]
        if number % 5 == 0:
            names.append("order.shipped")
        yield [(name, json.dumps(order, separators=(",", ":")).encode()) for name in names]


async def take(browser: Browser, stage: Stage, look: Look, shots: dict[Path, str]) -> None:
    """A picture of each address into its file."""
    session = await signed_in(browser, stage)
    async with walking(browser, stage, session, look) as walk:
        for file, address in shots.items():
            await walk.open(address)
            await walk.settles()
            await walk.page.evaluate("document.fonts.ready")
            await walk.page.screenshot(path=file, full_page=look is PHONE)


async def main(review: Path | None) -> None:
    """Start everything and take the pictures."""
    program = found()
    if program is None:
        sys.exit(LEFT_OUT)
    looks = {theme: Look(theme=theme) for theme in THEMES} | ({"phone": PHONE} if review else {})
    with tempfile.TemporaryDirectory() as data, staged(Path(data)) as stage:
        addresses = {name: address for name, address in fill(stage).items() if review or name in DOCUMENTED}
        async with async_playwright() as playwright:
            browser = await launch(playwright, program)
            for suffix, look in looks.items():
                shots = {(review or FOLDER) / f"{name}-{suffix}.png": addresses[name] for name in addresses}
                await take(browser, stage, look, shots)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if sys.argv[1:] else None))

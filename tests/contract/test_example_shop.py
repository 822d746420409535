"""The example application, as a process of its own with an empty data folder, from an order to the signed webhook."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import yaml

from hookspan.cli.child import free_port
from tests.support.command_line import environment
from tests.support.pages import ROOT, blocks_of, followed

SHOP = ROOT / "examples" / "shop"
SECRET = f"whsec_{b64encode(bytes(range(24))).decode()}"


@dataclass(frozen=True, slots=True)
class Running:
    """Where the shop listens, and the key that its first start told."""

    url: str
    key: str


@contextmanager
def running_shop(folder: Path) -> Iterator[Running]:
    """The shop until the block ends, which it must leave in order."""
    variables = environment(
        SHOP_DATA=str(folder / "shop-data"),
        WAREHOUSE_SECRET=SECRET,
        PORT="0",
        HOOKSPAN_DEV="true",
        PYTHONUNBUFFERED="1",
    )
    process = subprocess.Popen(
        [sys.executable, str(SHOP / "shop.py")],
        cwd=folder,
        env={**variables, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = ""
    try:
        while (url := re.search(r"running on (http://\S+)", said)) is None:
            line = process.stdout.readline()
            assert line, f"the shop ended: {said}"
            said += line
        key = re.search(r"API key: (\S+)", said)
        assert key is not None, said
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield Running(url[1], key[1])
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def until(client: httpx2.AsyncClient, path: str, is_wanted: Callable[[Any], bool]) -> Any:
    """What the path answers, once it is as wanted."""
    async with asyncio.timeout(30):
        while not is_wanted(answer := (await client.get(path)).json()):
            pass
        return answer


async def prepare(client: httpx2.AsyncClient, shop: Running) -> None:
    """What the README does before the first order: the workflow, and the warehouse that wants to know."""
    workflow = yaml.safe_load((SHOP / "fulfil.yaml").read_text(encoding="utf-8"))
    endpoint = {
        "name": "Warehouse",
        "url": f"{shop.url}/warehouse",
        "events": ["order.shipped"],
        "signing": {"secret": SECRET},
    }
    for path, body in (("workflows", workflow), ("endpoints", endpoint)):
        answer = await client.post(f"/hooks/api/v1/{path}", json=body)
        assert answer.status_code == 201, answer.text


async def test_an_order_is_charged_approved_and_shipped(tmp_path: Path) -> None:
    with running_shop(tmp_path) as shop:
        client = httpx2.AsyncClient(base_url=shop.url, timeout=30, headers={"Authorization": f"Bearer {shop.key}"})
        async with client:
            await prepare(client, shop)
            placed = (await client.post("/orders", json={"cents": 1250})).json()
            waiting = await until(client, "/hooks/api/v1/executions?status=waiting", lambda found: found["data"])
            steps = (await client.get(f"/hooks/api/v1/executions/{waiting['data'][0]['id']}/steps")).json()["data"]
            callback = next(step["callbackUrl"] for step in steps if step["stepId"] == "approval")
            before = (await client.get(f"/orders/{placed['id']}")).json()
            unsigned = await client.post("/warehouse", json={"data": {"order": placed["id"]}})
            approved = await client.post(callback, json={"by": "Ada"}, headers={"Authorization": ""})
            after = await until(client, f"/orders/{placed['id']}", lambda order: order["status"] == "shipped")
            execution = f"/hooks/api/v1/executions/{waiting['data'][0]['id']}"
            ended = await until(client, execution, lambda found: found["status"] == "completed")
            told = (await client.get("/hooks/api/v1/events?type=order.*")).json()["data"]

    assert (before["status"], before["paidCents"]) == ("placed", 1250)
    assert (unsigned.status_code, approved.status_code) == (401, 204)
    assert (after["paidCents"], after["receipts"]) == (1250, 1)
    assert ended["triggerType"] == "event"
    assert [event["type"] for event in reversed(told)] == ["order.placed", "order.charged", "order.shipped"]


def test_the_readme_does_what_it_says(tmp_path: Path) -> None:
    desk = tmp_path / "shop"
    shutil.copytree(SHOP, desk, ignore=shutil.ignore_patterns("__pycache__", "shop-data", "shop.log"))
    port = str(free_port())
    text = (SHOP / "README.md").read_text(encoding="utf-8").replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    blocks = blocks_of(text)

    told = followed(blocks, tmp_path, cwd=desk, PORT=port, PYTHONPATH=str(ROOT / "src"))

    for block, printed in zip(blocks, told, strict=True):
        assert block.is_true_of(printed), f"{block.script}\n{printed}"

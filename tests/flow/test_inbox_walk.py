"""From publish to our own inbox: signed, delivered and answered without a socket (security §3)."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from hookspan.app.compose import Application
from hookspan.app.grounds import open_schema
from hookspan.clock import SystemClock
from hookspan.config import load
from tests.support.calls import Calls
from tests.support.surface import bearer

BASE = "http://127.0.0.1:8123"


async def settled(api: Calls, status: str) -> dict[str, object]:
    """The only delivery, once it has that status."""
    clock = SystemClock()
    for _ in range(200):
        rows = (await api.get("/api/v1/deliveries"))["data"]
        if rows and rows[0]["status"] == status:
            return dict(rows[0])
        await clock.sleep(0.02)
    raise AssertionError(rows)


@pytest.mark.parametrize(("answer", "status"), [(204, "delivered"), (503, "pending")])
async def test_an_event_reaches_an_inbox_of_our_own_though_loopback_is_refused(
    answer: int, status: str, tmp_path: Path
) -> None:
    settings = load(data=tmp_path, server__port=8123, log__level="off")
    open_schema(settings)
    application = Application(settings, clock=SystemClock())
    app = await application.start()
    assert application.greeting is not None
    try:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=BASE) as client:
            api = Calls(client, bearer(application.greeting.api_key.reveal()))
            inbox = await api.post("/api/v1/inboxes", {"status": answer})
            refused = await api.ask("POST", "/api/v1/endpoints", {"url": f"{BASE}/hook", "events": ["*"]})
            await api.endpoint(url=inbox["url"])

            event = await api.publish(data={"n": 1})

            delivery = await settled(api, status)
            got = (await api.get(f"/api/v1/inboxes/{inbox['id']}/requests"))["data"]
    finally:
        await application.stop()
    assert refused.status_code == 422
    assert delivery["lastStatusCode"] == answer
    headers = dict(got[-1]["headers"])
    assert headers["webhook-id"] == event
    assert headers["webhook-signature"].startswith("v1,")

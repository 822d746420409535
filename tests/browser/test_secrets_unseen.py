"""No secret is ever put on a page or into what the browser keeps (S46)."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.scene import PUSH, Scene
from tests.browser.stage import Stage
from tests.browser.walk import Walk

SOURCE_SECRET = "canary-source-secret-0002"
INBOUND = {"Authorization": "Bearer canary-inbound-0003", "X-Api-Key": "canary-inbound-0004", "Cookie": "s=canary-0005"}
KEPT = "JSON.stringify([document.documentElement.outerHTML, {...localStorage}, {...sessionStorage}, document.cookie])"


async def test_no_screen_holds_a_secret(stranger: Walk, stage: Stage, scene: Scene) -> None:
    key = stage.client.request("POST", "/api/v1/keys", json={"name": "Canary", "scopes": ["events:read"]}).document()
    endpoint = stage.endpoint("/secret", "canary.sung")
    source = stage.source(name="Canary", authType="signature", provider="github", secret=SOURCE_SECRET)
    assert source.text("secret") == SOURCE_SECRET
    pushed = stage.push(source, PUSH)
    headed = stage.post(stage.source(name="Headed"), b"{}", INBOUND)
    event_id = stage.publish("canary.sung")
    stage.delivery_of(event_id)
    ours = [stage.password, key.text("key"), endpoint.text("signing.secret"), SOURCE_SECRET]
    assert all(ours)
    secrets = [*ours, "canary-inbound", "canary-0005"]
    await stranger.open("/login")
    await stranger.sign_in(stage.password)
    await expect(stranger.title("Home")).to_be_visible()
    screens = [*scene.screens, f"/events/{pushed.text('eventId')}?tab=request", f"/events/{event_id}?tab=deliveries"]
    screens += [f"/events/{headed.text('eventId')}", f"/events/{headed.text('eventId')}?tab=request"]

    seen = [await kept_on(stranger, screen) for screen in screens]

    assert [secret for secret in secrets if any(secret in text for text in seen)] == []
    assert "hidden" in seen[-1]


async def kept_on(walk: Walk, screen: str) -> str:
    """Everything the page holds."""
    await walk.open(screen)
    await walk.settles()
    held: str = await walk.page.evaluate(KEPT)
    return held

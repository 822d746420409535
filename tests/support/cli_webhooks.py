"""Webhooks by the command line of seed 004: make one, look at it, send to it."""

from __future__ import annotations

from tests.support.command_line import Ran
from tests.support.server import Server

ADDRESS = "https://example.com/webhook"
UNKNOWN = "wh_0196f4a177c07d3e9b1a0123456789ab"


def created(server: Server, *options: str, url: str = ADDRESS, events: str = "agent.started,agent.failed") -> str:
    """The id of a new webhook."""
    ran = server.cli(
        "webhooks:create", "--name", "My Webhook", "--url", url, "--events", events, *options, "-o", "id", "-q"
    )
    assert ran.code == 0, ran.err
    return ran.out.strip()


def described(server: Server, webhook: str, *options: str) -> dict[str, object]:
    """What `webhooks:info` says, as JSON."""
    return server.cli("webhooks:info", webhook, "--format", "json", *options).document


def triggered(server: Server, event: str, *options: str) -> Ran:
    """An event that was published and awaited."""
    return server.cli("webhooks:trigger", "--event", event, "--data", '{"message":"test"}', "--wait", "10", *options)


def delivery_of(server: Server, webhook: str) -> str:
    """The latest delivery to a webhook."""
    return server.cli("webhooks:deliveries", webhook, "-o", "id").out.split()[0]

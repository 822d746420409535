"""What the text of a `User-Agent` tells (contracts B.6)."""

from __future__ import annotations

import pytest

from hookspan.inbound.user_agents import CHARACTERS_MOST, parsed

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.0 Mobile/15E148 Safari/604.1"
)
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.mark.parametrize(
    ("text", "family", "bot"),
    [
        ("GitHub-Hookshot/044aadd", "GitHub-Hookshot", True),
        ("Stripe/1.0 (+https://stripe.com/docs/webhooks)", "Stripe", True),
        ("python-requests/2.31.0", "Python Requests", True),
        ("curl/8.1", "curl", True),
        ("Go-http-client/1.1", "Go-http-client", True),
        ("Slackbot 1.0 (+https://api.slack.com/robots)", "Slackbot", True),
        ("Shopify-Captain-Hook", "Shopify-Captain-Hook", True),
        (GOOGLEBOT, "Googlebot", True),
        (CHROME, "Chrome", False),
        (IPHONE, "Mobile Safari", False),
        ("(nothing but a comment)", None, True),
    ],
)
def test_the_family_is_known_or_the_product_token(text: str, family: str | None, bot: bool) -> None:
    found = parsed(text)

    assert found is not None
    assert (found["family"], found["bot"]) == (family, bot)


def test_a_telephone_has_a_system_and_a_device_and_a_robot_is_no_device() -> None:
    telephone, robot = parsed(IPHONE), parsed(GOOGLEBOT)

    assert telephone == {"family": "Mobile Safari", "os": "iOS", "device": "iPhone", "bot": False}
    assert robot == {"family": "Googlebot", "os": None, "device": None, "bot": True}


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_is_said_of_nothing(text: str) -> None:
    assert parsed(text) is None


def test_a_long_text_is_read_up_to_its_limit_and_its_family_stays_short() -> None:
    ends_late = "x" * CHARACTERS_MOST + " Slackbot 1.0"

    found = parsed(ends_late)

    assert found is not None
    assert found["family"] == "x" * 64


@pytest.mark.parametrize("text", ["\x00\xff/1", "𝒽ook/1", "a/\ud800"])
def test_no_text_is_a_fault(text: str) -> None:
    found = parsed(text)

    assert found is not None
    assert found["bot"] is True

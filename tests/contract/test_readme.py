"""The README's minute, the tour and the tutorial, pasted block by block into bash: they do as they say."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hookspan.cli.child import free_port
from tests.support.pages import MARK, ROOT, blocks_of, followed, paste
from tests.support.server import Server, serving

README = (ROOT / "README.md").read_text(encoding="utf-8")
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
SECRET = "your-webhook-secret"


def tour(text: str) -> list[tuple[str, str]]:
    """(number of the step, what to paste) of the tour, in order."""
    steps = re.split(r"^## (\d+)\. .*\n", text, flags=re.MULTILINE)[1:]
    return [
        (number, block.script)
        for number, step in zip(steps[::2], steps[1::2], strict=True)
        for block in blocks_of(step)
    ]


def filled_in(server: Server, text: str) -> str:
    """The text with what a reader puts in: address, owner key, password; and a port of its own for the receiver."""
    printed = server.child.log.read_text()
    given = {
        "http://127.0.0.1:8000": server.child.target.url,
        "'the owner key'": printed.partition("owner key")[2].split()[0],
        "'the password'": printed.partition("password")[2].split()[0],
        "9900": str(free_port()),
    }
    for placeholder, value in given.items():
        text = text.replace(placeholder, value)
    return text


@pytest.fixture(scope="module")
def pasted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[str, str]]]:
    """(number of the step, what it printed) for every block."""
    folder = tmp_path_factory.mktemp("tour")
    with serving(folder) as server:
        blocks = tour(filled_in(server, TOUR))
        told = paste("".join(f"{block}echo\necho '{MARK}'\n" for _, block in blocks), folder)
        yield list(zip([number for number, _ in blocks], told.split(MARK), strict=False))


def printed(pasted: list[tuple[str, str]], number: str) -> list[str]:
    """What each block of that step printed."""
    return [text.strip() for step, text in pasted if step == number]


def test_the_minute_in_the_readme_does_and_prints_what_it_says(tmp_path: Path) -> None:
    part = README.partition("\n## Webhooks out, in a minute\n")[2].partition("\n## ")[0]
    instance = tmp_path / "instance"
    instance.mkdir()

    with serving(instance) as server:
        blocks = blocks_of(filled_in(server, part))
        told = followed(blocks, tmp_path, HOOKSPAN_DATA=str(instance))

    assert len([block for block in blocks if block.printed]) == 2
    for block, printed in zip(blocks, told, strict=True):
        assert block.is_true_of(printed), f"{block.script}\n{printed}"


@pytest.mark.parametrize("heading", ["Webhooks in, too", "Workflows between"])
def test_what_else_the_readme_shows_works(heading: str, tmp_path: Path) -> None:
    part = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    instance, desk = tmp_path / "instance", tmp_path / "desk"
    instance.mkdir()
    desk.mkdir()

    with serving(instance) as server:
        blocks = blocks_of(filled_in(server, part))
        told = followed(blocks, tmp_path, cwd=desk, HOOKSPAN_DATA=str(instance))

    assert len(blocks) == len(told) == 1
    assert blocks[0].is_true_of(told[0]), told[0]


def test_the_tour_has_the_steps_it_counts(pasted: list[tuple[str, str]]) -> None:
    assert "Seven steps" in TOUR
    assert list(dict.fromkeys(number for number, _ in pasted)) == list("1234567")


def test_the_inbound_webhook_has_an_address_of_this_server(pasted: list[tuple[str, str]]) -> None:
    [told] = printed(pasted, "4")

    assert re.fullmatch(r"receives at http://127\.0\.0\.1:\d+/api/v1/webhooks/[\w-]+", told)


def test_the_outbound_webhook_is_answered_as_its_guide_says(pasted: list[tuple[str, str]]) -> None:
    [told] = printed(pasted, "5")

    webhook = json.loads(told)
    assert (webhook["events"], webhook["secret"], webhook["active"]) == (["workflow.execution.completed"], SECRET, True)


def test_the_push_is_accepted_once(pasted: list[tuple[str, str]]) -> None:
    accepted, again = (json.loads(told) for told in printed(pasted, "6"))

    assert accepted["status"] == "processed"
    assert (again["eventId"], again["duplicate"]) == (accepted["eventId"], True)
    assert "executionId" not in again


def test_the_execution_is_shown_with_trigger_and_steps_and_the_events_with_their_delivery(
    pasted: list[tuple[str, str]],
) -> None:
    accepted = json.loads(printed(pasted, "6")[0])

    told = printed(pasted, "7")[0]

    assert re.search(rf"Execution +{accepted['executionId']}", told)
    assert re.search(rf"Trigger +webhook {accepted['eventId']}", told)
    assert re.search(r"summarise +completed", told)
    assert re.search(r"announce +completed", told)
    assert re.search(r"github\.push +stored", told)
    assert re.search(r"execution\.completed +delivered +204 +1 ", told)


def test_what_arrived_is_the_announcement_and_a_delivery_whose_signature_verifies(
    pasted: list[tuple[str, str]],
) -> None:
    accepted = json.loads(printed(pasted, "6")[0])

    announced, *headers, body, calculated, signature = [line for line in printed(pasted, "7")[1].splitlines() if line]

    assert json.loads(announced) == {"repository": "example-org/orders", "branch": "refs/heads/main"}
    assert "X-Webhook-Event: workflow.execution.completed" in headers
    assert json.loads(body)["payload"]["id"] == accepted["executionId"]
    assert calculated == signature == hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    part = README.partition("\n## Two commands\n")[2].partition("\n## ")[0]

    commands = re.findall(r"^\$ make (\w+)", part, flags=re.MULTILINE)

    targets = re.findall(r"^(\w+):.*## ", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert commands == ["run", "test"]
    assert set(commands) <= set(targets)


def test_the_tutorial_ends_with_a_delivery_that_failed_once_and_a_webhook_received(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    text = text.replace("shop.py", f"{tmp_path}/shop.py").replace("9911", str(free_port()))
    # Where commands are slow the second attempt has come by itself by now, and a retry is refused.
    text = text.replace('--status pending -o id)"', '--status pending -o id)" || true')
    until_delivered = "until hookspan deliveries list --status delivered -o id | grep -q .; do :; done\n"

    with serving(tmp_path) as server:
        told = paste(
            "".join(block.script for block in blocks_of(text)) + until_delivered, tmp_path, HOOKSPAN_DATA=str(tmp_path)
        )
        deliveries = server.cli("deliveries", "list", "-o", "json").documents
        events = server.cli("events", "list", "-o", "json").documents

    assert "Connection refused" in told
    assert [(delivery["status"], delivery["attempts"]) for delivery in deliveries] == [("delivered", 2)]
    assert sorted((str(event["type"]), str(event["origin"])) for event in events if event["origin"] != "system") == [
        ("order.paid", "api"),
        ("webhook.received", "webhook"),
    ]

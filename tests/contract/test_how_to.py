"""Every how-to page, pasted block by block into bash against a fresh instance: it does, and prints, what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookspan.cli.child import free_port
from tests.support.pages import ROOT, blocks_of, followed
from tests.support.server import Server, serving

HOW_TO = ROOT / "docs" / "how-to"
PASTED = (
    "receive-webhooks",
    "filter-webhooks",
    "replay-events",
    "run-workflows",
    "send-events",
    "keep-endpoints",
    "when-an-endpoint-fails",
    "see-what-happened",
    "use-the-command-line",
    "describe-event-types",
    "change-secrets-and-keys",
)


def inbox(server: Server, status: int) -> str:
    """An address that answers so."""
    made = server.cli("api", "POST", "/api/v1/inboxes", "--input", f'{{"status": {status}}}')
    return str(made.document["url"])


def filled_in(server: Server, text: str) -> str:
    """The page with addresses that answer in place of those of its reader."""
    given = {
        "https://shop.example/hooks": inbox(server, 200),
        "https://broken.example/hooks": inbox(server, 500),
        "http://127.0.0.1:3000": f"http://127.0.0.1:{free_port()}",
        "localhost:8000": server.child.target.url.removeprefix("http://"),
    }
    for placeholder, value in given.items():
        text = text.replace(placeholder, value)
    return text


@pytest.mark.parametrize("name", PASTED)
def test_a_page_does_and_prints_what_it_says(name: str, tmp_path: Path) -> None:
    text = (HOW_TO / f"{name}.md").read_text(encoding="utf-8")
    desk = tmp_path / "desk"
    desk.mkdir()

    instance = tmp_path / "instance"
    instance.mkdir()

    with serving(instance) as server:
        blocks = blocks_of(filled_in(server, text))
        told = followed(blocks, tmp_path, cwd=desk, HOOKSPAN_DATA=str(instance))

    assert len(told) > 2
    for block, printed in zip(blocks, told, strict=True):
        assert block.is_true_of(printed), f"{block.script}\n{printed}"


def test_every_page_with_commands_is_pasted_by_a_test() -> None:
    elsewhere = {"use-the-library": "test_library_page.py", "verify-deliveries": "test_verify_guide.py"}
    needs_another_database = "run-on-postgresql"

    assert {page.stem for page in HOW_TO.glob("*.md")} == {*PASTED, *elsewhere, needs_another_database}
    assert all(Path(__file__).with_name(test).exists() for test in elsewhere.values())

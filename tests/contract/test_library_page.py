"""The page on using the library: its programs run as they stand there."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
import yaml

from hookspan import Hookspan
from hookspan.app.module_file import ModuleFile, read_module
from tests.support.command_line import environment
from tests.support.server import serving

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "use-the-library.md").read_text(encoding="utf-8")
ID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"


def block(heading: str, language: str = "python") -> str:
    """The first block of that language under a heading."""
    return PAGE.partition(f"\n## {heading}\n")[2].partition(f"```{language}\n")[2].partition("```")[0]


@pytest.fixture
def runs(tmp_path: Path) -> Callable[..., str]:
    """Runs a program in a folder of its own; what it printed."""

    def run(program: str, **variables: str) -> str:
        ran = subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env=environment(**variables),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout

    return run


def test_publishing_from_anywhere(runs: Callable[..., str], tmp_path: Path) -> None:
    told = runs(block("Publish from anywhere"), HOOKSPAN_DATABASE_URL=f"sqlite:///{tmp_path / 'hookspan.db'}")

    assert re.fullmatch(f"{ID}\n", told)


def test_holding_hookspan_twice_makes_one_event_of_one_key(runs: Callable[..., str]) -> None:
    first = runs(block("Hold hookspan in your process"))
    again = runs(block("Hold hookspan in your process"))

    assert re.fullmatch(f"{ID} False\n", first)
    assert again == first.replace("False", "True")


async def test_mounting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    room: dict[str, object] = {}
    exec(block("Mount it in a web application"), room)
    app, hooks = room["app"], room["hooks"]
    assert isinstance(hooks, Hookspan)
    async with hooks.lifespan(), httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app)) as client:  # type: ignore[arg-type]
        page = await client.get("http://host/hooks/livez")

    assert page.status_code == 200


def test_publishing_in_a_transaction_and_relaying(runs: Callable[..., str], tmp_path: Path) -> None:
    runs(block("Publish inside your own transaction"))
    commands = re.findall(r"^hookspan (.*)$", block("Publish inside your own transaction", "bash"), flags=re.MULTILINE)
    with serving(tmp_path) as server:
        once, status = (
            server.cli(*line.replace("///shop.db", f"///{tmp_path / 'shop.db'}").split(), "-o", "json")
            for line in commands
        )

    assert once.document == {"moved": 1}
    assert status.document == {"waiting": 0, "failed": 0, "oldestAt": None}


def test_being_called_on_an_event(runs: Callable[..., str]) -> None:
    assert runs(block("Run your code on events")) == "invoice.paid inv_1 True\n"


async def test_a_workflow_calls_a_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    room: dict[str, object] = {}
    exec(block("Let workflows call your functions"), room)
    hooks = room["hooks"]
    assert isinstance(hooks, Hookspan)
    async with hooks, asyncio.timeout(20), client_of(hooks) as client:
        workflow = yaml.safe_load(block("Let workflows call your functions", "yaml"))
        made = await client.post("/api/v1/workflows", json=workflow)
        await hooks.publish("order.placed", {"id": "o1", "lines": ["tea"]})
        while not (ended := (await client.get("/api/v1/executions?status=completed")).json()["data"]):
            pass
        execution = (await client.get(f"/api/v1/executions/{ended[0]['id']}")).json()
        events = (await client.get("/api/v1/events?type=order.charged")).json()["data"]

    assert made.status_code == 201
    assert execution["output"] == {"charged": [{"line": "tea", "idempotencyKey": f"{execution['id']}:charge:tea"}]}
    assert len(events) == 1


def client_of(hooks: Hookspan) -> httpx2.AsyncClient:
    """One with the key of the first start."""
    assert hooks.greeting is not None
    headers = {"Authorization": f"Bearer {hooks.greeting.api_key.reveal()}"}
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=hooks.asgi()), base_url="http://host", headers=headers)


def test_testing_a_function(runs: Callable[..., str]) -> None:
    assert runs(block("Test your functions")) == ""


def test_speaking_to_a_server(runs: Callable[..., str], tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        target = server.child.target
        told = runs(block("Speak to a server"), HOOKSPAN_URL=target.url, HOOKSPAN_TOKEN=str(target.token))

    assert re.fullmatch(rf"{ID} invoice\.paid \d{{4}}-.*\n", told)


def test_the_module_file(tmp_path: Path) -> None:
    path = tmp_path / "module.yaml"
    path.write_text(block("Read a module file", "yaml"))

    assert read_module(path) == ModuleFile(None, 86_400_000, 30)

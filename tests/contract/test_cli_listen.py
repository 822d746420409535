"""`listen` hands requests and events to a server on this machine, whole and signed (contracts D.4)."""

from __future__ import annotations

import hashlib
import hmac
import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from hookspan.verifying.verify import verify
from tests.support.command_line import command, environment, run
from tests.support.far_side import FarSide, far_side
from tests.support.server import Server, serving

BODY = b'{ "total": 10.50,\n "id": 12345678901234567890 }'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("instance")) as running:
        yield running


@pytest.fixture
def far() -> Iterator[FarSide]:
    with far_side() as listening:
        yield listening


def source(server: Server, name: str, *options: str) -> dict[str, object]:
    return server.cli("sources", "create", "--name", name, "--path", name, *options, "-o", "json").document


def sent(made: dict[str, object], body: bytes, **headers: str) -> None:
    """One request as its sender would make it."""
    digest = hmac.new(str(made["secret"]).encode(), body, hashlib.sha256).hexdigest()
    signed = {"X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Event": "push", "X-GitHub-Delivery": "d-1"}
    with httpx2.Client() as sender:
        answer = sender.post(str(made["url"]), content=body, headers={**signed, **headers})
    assert answer.status_code == 200, answer.text


def test_a_request_is_forwarded_byte_for_byte_and_signed_anew(server: Server, far: FarSide) -> None:
    made = source(server, "listen-whole", "--provider", "github")
    sent(made, BODY, **{"X-Extra": "kept", "Content-Type": "application/json"})

    ran = server.cli("listen", far.url("/hooks"), "--source", "listen-whole", "--once", "1", "--since", "1h")

    assert ran.code == 0, ran.err
    (came,) = far.came
    assert (came.method, came.path, came.body) == ("POST", "/hooks", BODY)
    assert (came.headers["x-extra"], came.headers["x-github-event"]) == ("kept", "push")
    assert came.headers["x-hookspan-forwarded"] == "1"
    assert verify(BODY, came.headers, str(made["secret"]), scheme="github").scheme == "github"
    first, second = ran.out.splitlines()
    assert first.startswith("--> github.push [")
    assert second.startswith("<-- 200 POST /hooks ")
    assert second.endswith(" ms")


def test_an_event_is_forwarded_as_a_signed_delivery(server: Server, far: FarSide) -> None:
    server.cli("events", "publish", "listen.event", "--data", BODY.decode())

    ran = server.cli(
        "listen",
        str(far.port),
        "--path",
        "/in",
        "--events",
        "listen.*",
        "--once",
        "1",
        "--since",
        "1h",
        "--show-secret",
    )

    secret = ran.out.split()[2]
    (came,) = far.came
    assert ran.code == 0, ran.err
    assert came.path == "/in"
    assert verify(came.body, came.headers, secret).scheme == "standard"
    assert b'"type":"listen.event"' in came.body
    assert BODY in came.body


def test_filter_rows_choose_what_is_forwarded(server: Server, far: FarSide) -> None:
    for number in (1, 2):
        server.cli("events", "publish", "picked.event", "--data", json.dumps({"n": number}))

    ran = server.cli(
        "listen", str(far.port), "--events", "picked.event", "--once", "1", "--since", "1h", "--print-json",
        "--filter", '[{"fieldPath":"$.n","operator":"equals","value":2}]',
    )  # fmt: skip

    assert ran.code == 0, ran.err
    assert [json.loads(came.body)["data"] for came in far.came] == [{"n": 2}]
    assert '"data":{"n":2}' in ran.out.replace(" ", "") or '{"n":2}' in ran.out.replace(" ", "")


@pytest.mark.parametrize("path", ["/500", "/302"])
def test_a_forward_that_is_not_taken_is_exit_1(server: Server, far: FarSide, path: str) -> None:
    server.cli("events", "publish", "refused.event")

    ran = server.cli("listen", far.url(path), "--events", "refused.event", "--once", "1", "--since", "1h")

    assert ran.code == 1
    assert f"<-- {path[1:]} POST {path} " in ran.out


def test_a_server_that_is_not_there_is_exit_1_and_named(server: Server) -> None:
    server.cli("events", "publish", "lost.event")

    ran = server.cli("listen", "http://127.0.0.1:1/x", "--events", "lost.event", "--once", "1", "--since", "1h")

    assert ran.code == 1
    assert "<-- failed POST http://127.0.0.1:1/x" in ran.out


def test_what_the_local_server_answered_stands_in_the_events_history(server: Server, far: FarSide) -> None:
    taken = server.cli("events", "publish", "told.taken", "-o", "id", "-q").out.strip()
    lost = server.cli("events", "publish", "told.lost", "-o", "id", "-q").out.strip()

    server.cli("listen", far.url("/201/x?token=hidden"), "--events", "told.taken", "--once", "1", "--since", "1h")
    server.cli("listen", "http://127.0.0.1:1/x", "--events", "told.lost", "--once", "1", "--since", "1h")

    (answered,) = server.cli("events", "show", taken, "--forwards", "-o", "json").documents
    (failed,) = server.cli("events", "show", lost, "--forwards", "-o", "json").documents
    assert (answered["statusCode"], answered["error"]) == (201, None)
    assert str(answered["target"]).startswith(far.url("/201/x"))
    assert "hidden" not in str(answered["target"])
    assert failed["statusCode"] is None
    assert "127.0.0.1:1" in str(failed["error"])


def test_a_replayed_request_is_handed_on_again(server: Server, far: FarSide) -> None:
    made = source(server, "listen-replay", "--provider", "github")
    sent(made, BODY)
    (first,) = server.cli("events", "list", "--source", str(made["id"]), "-o", "id", "-q").out.split()
    server.cli("events", "replay", first, "--payload", '{"n": 2.50}')

    ran = server.cli("listen", far.url("/again"), "--source", "listen-replay", "--once", "2", "--since", "1h")

    assert ran.code == 0, ran.err
    assert [came.body for came in far.came] == [BODY, b'{"n":2.50}']
    assert verify(far.came[1].body, far.came[1].headers, str(made["secret"]), scheme="github").scheme == "github"


def test_credentials_of_a_source_are_sent_again(server: Server, far: FarSide) -> None:
    made = source(server, "listen-basic", "--auth-type", "basic", "--credentials", '{"username":"u","password":"p"}')
    with httpx2.Client() as sender:
        sender.post(str(made["url"]), content=BODY, auth=("u", "p")).raise_for_status()

    ran = server.cli("listen", far.url("/basic"), "--source", "listen-basic", "--once", "1", "--since", "1h")

    assert ran.code == 0, ran.err
    assert far.came[0].headers["authorization"] == "Basic dTpw"


def test_what_only_the_provider_can_sign_is_forwarded_unsigned_and_said_so(server: Server, far: FarSide) -> None:
    made = source(server, "listen-discord", "--provider", "discord", "--secret", "ab" * 32)
    server.cli("sources", "test", str(made["id"]), "--body", '{"type":1,"event":{"type":"X"}}')

    ran = server.cli("listen", far.url("/discord"), "--source", "listen-discord", "--once", "1", "--since", "1h")

    assert "(unsigned: only Discord can sign for this source)" in ran.out
    assert "x-signature-ed25519" not in far.came[0].headers


def test_only_this_machine_is_a_target() -> None:
    ran = run("--url", "http://127.0.0.1:1", "listen", "https://example.com/x")

    assert (ran.code, ran.out) == (2, "")
    assert "--allow-external" in ran.err


def test_an_unknown_source_is_exit_2(server: Server) -> None:
    ran = server.cli("listen", "3000", "--source", "no-such-source", "--once", "1")

    assert (ran.code, ran.err.partition("\n")[0]) == (2, "error: --source: no source no-such-source")


def test_it_follows_as_things_happen_until_it_is_stopped(server: Server, far: FarSide, tmp_path: Path) -> None:
    arguments = ["listen", far.url("/live"), "--events", "live.event"]
    with subprocess.Popen(
        [*command("--data", str(server.child.folder)), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        cwd=tmp_path,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stderr.readline()
        for _ in range(3):
            server.cli("events", "publish", "live.event")

        lines = [process.stdout.readline() for _ in range(6)]

        process.send_signal(signal.SIGINT)
        process.wait()
    assert [line[:14] for line in lines[::2]] == [b"--> live.event"] * 3
    assert len(far.came) == 3
    assert process.returncode == 130

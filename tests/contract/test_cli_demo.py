"""`hookspan demo` is the tour of docs/tour.md: it must work from nothing, and leave nothing (contracts D.4)."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
from importlib.resources import files
from pathlib import Path

from hookspan.cli.receiver import Arrival, is_signed
from hookspan.cli.tour import github_headers
from tests.support.command_line import command, environment

SECRET = "your-webhook-secret"
GUIDE_BODY = (
    b'{"event":"workflow.execution.completed","timestamp":"2025-05-21T21:27:09.442Z","payload":{"id":"1",'
    b'"workflowDefinitionId":"1","status":"COMPLETED","startTime":"2025-05-21T21:26:58.211Z",'
    b'"endTime":"2025-05-21T21:27:09.442Z"}}'
)
GUIDE_SIGNATURE = "90bae2decda1ef1d92607eda159cc200ae76a69fdbbe1886929aeacd48a05288"


def arrived(body: bytes, signature: str) -> Arrival:
    return Arrival("/hook", {"x-webhook-signature": signature}, body, 0.0)


def test_the_tour_walks_all_eight_hops_and_leaves_no_folder(tmp_path: Path) -> None:
    ran = subprocess.run(
        command("demo", "-o", "json"),
        capture_output=True,
        check=False,
        env=environment(TMPDIR=str(tmp_path)),
        cwd=tmp_path,
    )

    assert ran.returncode == 0, ran.stderr
    hops = json.loads(ran.stdout)
    assert [hop["hop"] for hop in hops] == list(range(1, 9))
    assert all(hop["ok"] for hop in hops)
    assert list(tmp_path.iterdir()) == []


def test_a_signature_counts_only_for_its_own_body_and_secret() -> None:
    assert is_signed(arrived(GUIDE_BODY, GUIDE_SIGNATURE), SECRET)
    assert not is_signed(arrived(GUIDE_BODY, GUIDE_SIGNATURE), "another")
    assert not is_signed(arrived(GUIDE_BODY.replace(b"COMPLETED", b"FAILED"), GUIDE_SIGNATURE), SECRET)


def test_a_body_that_the_guide_s_sample_would_not_accept_does_not_count() -> None:
    spaced = GUIDE_BODY.replace(b'","', b'", "')
    signature = hmac.new(SECRET.encode(), spaced, hashlib.sha256).hexdigest()

    assert not is_signed(arrived(spaced, signature), SECRET)


def test_the_sample_push_is_a_full_delivery_of_github() -> None:
    body = (files("hookspan.cli") / "samples" / "github_push.json").read_bytes()

    push = json.loads(body)
    headers = github_headers(body, "It's a Secret to Everybody")

    assert set(push) >= {
        "ref",
        "before",
        "after",
        "repository",
        "pusher",
        "sender",
        "commits",
        "head_commit",
        "compare",
    }
    assert push["head_commit"]["id"] == push["after"]
    assert headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert headers["X-GitHub-Event"] == "push"


def test_github_s_published_vector_is_met() -> None:
    headers = github_headers(b"Hello, World!", "It's a Secret to Everybody")

    assert headers["X-Hub-Signature-256"] == ("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")

"""`hookspan worker` as a process of its own on PostgreSQL (contracts D.4)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import msgspec

from tests.support.command_line import command, environment

KEK = "k1:" + "a2tr" * 10 + "a2s="


def test_a_worker_says_what_it_works_on_and_leaves_when_told(postgres_url: str, tmp_path: Path) -> None:
    argv = command("worker", "--data", str(tmp_path), "--queues", "router,deliveries", "--concurrency", "7")
    variables = environment(HOOKSPAN_DATABASE__URL=postgres_url, HOOKSPAN_KEK=KEK)

    with subprocess.Popen(argv, stderr=subprocess.PIPE, env=variables, cwd=tmp_path) as process:
        assert process.stderr is not None
        lines = (msgspec.json.decode(line) for line in process.stderr)
        started = next(line for line in lines if line["step"] == "worker.started")
        process.terminate()
        process.stderr.read()

    assert (started["queues"], started["slots"], started["executions"]) == ("deliveries,router", 7, 7)
    assert process.returncode == 0

"""`web/src/api/webhooks.ts` against a running server: the seven calls of seed 003 §8, as the dashboard makes them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.server import serving

WEB = Path(__file__).parents[2] / "web"


def test_the_seven_calls_work_against_a_running_server(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        target = server.child.target
        beside_python = Path(sys.executable).parent
        environment = {
            **os.environ,
            "PATH": f"{beside_python}{os.pathsep}{os.environ['PATH']}",
            "HOOKSPAN_URL": target.url,
            "HOOKSPAN_KEY": str(target.token),
        }
        command = ["node", str(WEB / "node_modules/vitest/vitest.mjs"), "run", "--config", "vite.live.config.ts"]

        ran = subprocess.run(
            command, check=False, cwd=WEB, env=environment, capture_output=True, text=True, timeout=120
        )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout

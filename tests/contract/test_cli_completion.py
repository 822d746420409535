"""The completion scripts, the one for bash in a real bash (contracts D.4)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import environment, run

ASKS = """
source {script}
COMP_WORDS=({words})
COMP_CWORD={at}
_hookspan_completion hookspan
printf '%s\\n' "${{COMPREPLY[@]}}"
printf 'breaks=%q\\n' "$COMP_WORDBREAKS"
"""


def completed(folder: Path, *words: str) -> list[str]:
    """What a real bash offers for the last word."""
    bash = shutil.which("bash")
    assert bash is not None
    (folder / "script").write_text(run("completion", "bash").out)
    program = folder / "hookspan"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m hookspan "$@"\n')
    program.chmod(0o755)
    quoted = " ".join(f"'{word}'" for word in ("hookspan", *words))
    asked = ASKS.format(script=folder / "script", words=quoted, at=len(words))
    path = f"{folder}:{environment()['PATH']}"
    return subprocess.run(
        [bash, "--norc", "-c", asked], capture_output=True, check=True, text=True, env=environment(PATH=path)
    ).stdout.splitlines()


def test_bash_completes_both_spellings_and_keeps_the_colon_in_the_word(tmp_path: Path) -> None:
    *offered, breaks = completed(tmp_path, "webhooks:re")
    nouns = completed(tmp_path, "webh")
    verbs = completed(tmp_path, "webhooks", "pa")
    options = completed(tmp_path, "webhooks:create", "--auth-")

    inbound = completed(tmp_path, "sources:ro"), completed(tmp_path, "providers", "l")

    assert offered == ["webhooks:resume", "webhooks:retry"]
    assert [each[:-1] for each in inbound] == [["sources:rotate-secret"], ["list"]]
    assert ":" not in breaks
    assert nouns[:-1] == ["webhooks"]
    assert verbs[:-1] == ["pause"]
    assert options[:-1] == ["--auth-type", "--auth-credentials"]


@pytest.mark.parametrize(("shell", "holds"), [("zsh", "#compdef hookspan"), ("fish", "complete --no-files")])
def test_the_other_shells_have_a_script_too(shell: str, holds: str) -> None:
    ran = run("completion", shell)

    assert ran.code == 0
    assert holds in ran.out


def test_an_unknown_shell_is_exit_2() -> None:
    assert run("completion", "csh").code == 2

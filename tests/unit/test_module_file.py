"""The module file of seed 004: its three numbers, and every key it does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookspan.app.module_file import ModuleFile, read_module
from hookspan.errors import NotConfigured

SEED = """
name: webhooks
type: service
config:
  defaultTimeout: 30000      # 30 seconds
  cleanup:
    interval: 86400000       # 24 hours
    retentionDays: 30        # Keep delivery records for 30 days
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "module.yaml"
    path.write_text(text)
    return path


def test_the_file_of_the_seed_is_read(tmp_path: Path) -> None:
    assert read_module(written(tmp_path, SEED)) == ModuleFile(30_000, 86_400_000, 30)


def test_what_is_left_out_stays_as_it_is(tmp_path: Path) -> None:
    assert read_module(written(tmp_path, "name: webhooks")) == ModuleFile()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("nmae: webhooks", "unknown key nmae"),
        ("config: {timeout: 1}", "unknown key config.timeout"),
        ("config: {cleanup: {days: 1}}", "unknown key config.cleanup.days"),
        ("config: {defaultTimeout: 31000}", "config.defaultTimeout must be a whole number from 1000 to 30000"),
        ("config: {cleanup: {retentionDays: true}}", "config.cleanup.retentionDays must be"),
        ("config: [1]", "config must hold keys"),
        ("- 1", "the file must hold keys"),
        ("a: [", "is not YAML"),
        ("!!python/object:os.system {}", "is not YAML"),
    ],
)
def test_a_wrong_file_is_refused_by_the_name_of_what_is_wrong(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(NotConfigured, match=named):
        read_module(written(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match=r"module\.yaml"):
        read_module(tmp_path / "module.yaml")

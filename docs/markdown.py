"""Markdown as the reference pages write it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def page(title: str, *paragraphs: str) -> str:
    """Title, where it comes from, then the rest."""
    mark = "<!-- Written by docs/generate.py; change the code or docs/words.toml and run `make generate`. -->"
    return "\n\n".join([f"# {title}", mark, *paragraphs])


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)

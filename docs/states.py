"""The page of states: the state machines as tables and pictures, both drawn from the tables the code obeys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docs.markdown import page, table
from hookspan.model.deliveries import MOVES
from hookspan.model.executions import EXECUTION_TABLE, STEP_TABLE, Move


def states_page() -> str:
    """Deliveries, executions and steps."""
    moves = table(
        ["#", "from", "to", "made by", "when"],
        ([move.number, move.origin or "(birth)", move.target, move.mover, move.guard] for move in MOVES),
    )
    pairs = dict.fromkeys((move.origin or "[*]", move.target) for move in MOVES)
    return page(
        "States",
        f"## Deliveries\n\nA delivery is one event owed to one endpoint.\nEvery other move is refused.\n\n{moves}",
        _diagram(pairs),
        "## Executions\n\nAn execution is one run of a workflow.",
        *_drawn(EXECUTION_TABLE),
        "## Steps\n\nA step is one part of an execution.",
        *_drawn(STEP_TABLE),
    )


def _drawn(moves: Sequence[Move]) -> tuple[str, str]:
    """Moves of what is born pending, as a table and as a picture."""
    rows = ([each.origin, each.target, each.mover, each.guard] for each in moves)
    pairs = [("[*]", "pending"), *((each.origin, each.target) for each in moves)]
    return table(["from", "to", "made by", "when"], rows), _diagram(pairs)


def _diagram(pairs: Iterable[tuple[str, str]]) -> str:
    lines = [f"    {old} --> {new}" for old, new in pairs]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])

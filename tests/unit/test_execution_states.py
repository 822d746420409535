"""The tables of executions and steps: what may become what."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import pytest

from hookspan.model.executions import (
    ENDED,
    EXECUTION_MOVES,
    EXECUTION_TABLE,
    STEP_ENDED,
    STEP_MOVES,
    STEP_TABLE,
    Move,
    check_move,
    step_row_id,
)
from hookspan.model.ids import new_id

LEGAL_EXECUTION_MOVES = {
    ("pending", "running"),
    ("pending", "failed"),
    ("pending", "cancelled"),
    ("running", "waiting"),
    ("running", "completed"),
    ("running", "failed"),
    ("running", "cancelled"),
    ("waiting", "running"),
    ("waiting", "completed"),
    ("waiting", "failed"),
    ("waiting", "cancelled"),
    ("completed", "running"),
    ("failed", "running"),
    ("cancelled", "running"),
}
LEGAL_STEP_MOVES = {
    ("pending", "running"),
    ("pending", "waiting"),
    ("pending", "skipped"),
    ("pending", "cancelled"),
    ("running", "waiting"),
    ("running", "completed"),
    ("running", "failed"),
    ("running", "cancelled"),
    ("waiting", "running"),
    ("waiting", "completed"),
    ("waiting", "failed"),
    ("waiting", "cancelled"),
    ("completed", "pending"),
    ("failed", "pending"),
    ("skipped", "pending"),
    ("cancelled", "pending"),
}


@pytest.mark.parametrize(
    ("moves", "legal"),
    [(EXECUTION_MOVES, LEGAL_EXECUTION_MOVES), (STEP_MOVES, LEGAL_STEP_MOVES)],
    ids=["executions", "steps"],
)
def test_every_move_that_is_not_in_the_table_is_refused(
    moves: Mapping[str, frozenset[str]], legal: set[tuple[str, str]]
) -> None:
    accepted = set()

    for old in moves:
        for new in moves.keys() - {old}:
            try:
                check_move(moves, old, new)
            except ValueError:
                continue
            accepted.add((old, new))

    assert accepted == legal


@pytest.mark.parametrize("table", [EXECUTION_TABLE, STEP_TABLE], ids=["executions", "steps"])
def test_every_move_stands_once_with_who_makes_it_and_when(table: tuple[Move, ...]) -> None:
    pairs = [(move.origin, move.target) for move in table]

    assert len(pairs) == len(set(pairs))
    assert all(move.mover and move.guard for move in table)


def test_what_has_ended_only_begins_again() -> None:
    again = {state: moves for state, moves in EXECUTION_MOVES.items() if state in ENDED}
    steps_again = {state: moves for state, moves in STEP_MOVES.items() if state in STEP_ENDED}

    assert again == dict.fromkeys(ENDED, frozenset({"running"}))
    assert steps_again == dict.fromkeys(STEP_ENDED, frozenset({"pending"}))


def test_a_step_has_the_same_row_id_in_every_process_and_another_in_every_execution() -> None:
    first, second = new_id(1_750_000_000_000), new_id(1_750_000_000_000)

    row_id = step_row_id(first, "fetch")

    assert row_id == step_row_id(first, "fetch")
    assert row_id not in {step_row_id(second, "fetch"), step_row_id(first, "store")}
    assert (UUID(row_id).version, str(UUID(row_id))) == (7, row_id)

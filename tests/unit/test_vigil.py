"""When the monitor speaks: health lost or regained is told once it has lasted ten seconds (contracts F.2)."""

from __future__ import annotations

from hookspan.app.monitor import Vigil


def told(looks: list[tuple[float, bool]]) -> list[tuple[float, str]]:
    """What is said of these looks, each told at once."""
    vigil = Vigil()
    said: list[tuple[float, str]] = []
    for now_s, ok in looks:
        turn = vigil.look(ok, now_s)
        if turn is not None:
            vigil.done(turn)
            said.append((now_s, turn))
    return said


def test_a_short_fault_is_not_told() -> None:
    assert told([(0, True), (2, False), (10, False), (11, True), (30, True)]) == []


def test_a_lasting_fault_is_told_once() -> None:
    assert told([(0, False), (10, False), (10.5, False), (30, False)]) == [(10.5, "degraded")]


def test_health_is_told_to_be_back_only_after_it_has_lasted() -> None:
    looks = [(0.0, False), (11.0, False), (12.0, True), (20.0, False), (21.0, True), (31.0, True), (32.0, True)]

    assert told(looks) == [(11.0, "degraded"), (32.0, "restored")]


def test_what_could_not_be_told_stays_due() -> None:
    vigil = Vigil()
    vigil.look(ok=False, now_s=0)

    turns = [vigil.look(ok=False, now_s=now_s) for now_s in (11, 12)]

    assert turns == ["degraded", "degraded"]

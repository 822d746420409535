"""Stretches of several streams as one: never past the nearest end of those that have more."""

from __future__ import annotations

from hookspan.storage.search_stretch import Stretch, merged


def test_a_merged_stretch_ends_where_the_first_of_them_ends() -> None:
    falling = merged([Stretch(["9", "7", "4"], "4"), Stretch(["8", "6"], "6"), Stretch(["5"], None)], rising=False)
    rising = merged([Stretch(["1", "4"], "4"), Stretch(["2", "6"], None)], rising=True)

    assert (falling.ids, falling.last) == (["9", "8", "7", "6"], "6")
    assert (rising.ids, rising.last) == (["1", "2", "4"], "4")


def test_without_more_behind_any_everything_is_there_once() -> None:
    together = merged([Stretch(["3", "1"], None, 2), Stretch(["3", "2"], None, 1)], rising=False)

    assert (together.ids, together.last, together.looked_at) == (["3", "2", "1"], None, 3)

"""A full volume takes nothing in, and takes in again only when there is twice the room (reliability §4.15)."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookspan.app.watermark import FREE_BYTES_LEAST, Usage, Watermark, usage_of

GIB = 1 << 30


@pytest.mark.parametrize(
    ("total", "free", "is_full"),
    [
        (100 * GIB, 5 * GIB, False),
        (100 * GIB, 5 * GIB - 1, True),
        (GIB, FREE_BYTES_LEAST, False),
        (GIB, FREE_BYTES_LEAST - 1, True),
    ],
)
def test_a_volume_is_full_below_256_mib_or_a_twentieth(total: int, free: int, is_full: bool) -> None:
    mark = Watermark(lambda: Usage(total, free))

    mark.look()

    assert mark.is_full is is_full
    assert mark.check() == {"ok": not is_full, "freeBytes": free}


def test_it_opens_again_at_twice_the_mark() -> None:
    free = [4 * GIB]
    mark = Watermark(lambda: Usage(100 * GIB, free[0]))
    seen = []

    for free[0] in (4 * GIB, 6 * GIB, 10 * GIB - 1, 10 * GIB, 6 * GIB):
        mark.look()
        seen.append(mark.is_full)

    assert seen == [True, True, True, False, False]


def test_a_folder_that_is_still_to_be_made_is_measured_where_it_will_stand(tmp_path: Path) -> None:
    assert usage_of(tmp_path / "data") is not None
    assert usage_of(tmp_path / "nowhere" / "data") is None

"""The per-commit set: every layer that kills processes of its own, on its fixed seed, ends without a violation."""

from __future__ import annotations

import re

import pytest

from tests.faults.commands import (
    chaos_options,
    database_options,
    disk_options,
    neighbour_options,
    net_options,
    points_options,
    race_options,
    rolling_options,
    run,
    sim_options,
    tls_options,
    tours_options,
)
from tests.faults.database import FAULTS
from tests.faults.disk import FAULTS as DISK_FAULTS
from tests.faults.ledger import Ledger, Options, Store
from tests.faults.mutants import ALL as MUTANTS
from tests.faults.planted import Mutant
from tests.faults.points import POINTS
from tests.faults.tours import PLANS
from tests.faults.victims import ROOT, run_python

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]
KILLS = 12
WAYS: list[tuple[Store, str, int]] = [
    ("sqlite", "commit.after", 3),
    ("sqlite", "step.after_effect", 3),
    ("postgres", "commit.before", 6),
]
"""Of each way the passes that are died at; the others by command."""


def played(options: Options) -> Ledger:
    """A run that is kept in the output of a failing test."""
    ledger = run(options)
    assert not ledger.violations, f"seed {options.seed} {options.store}\n" + "\n".join(ledger.violations[:20])
    return ledger


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_a_dozen_kills_lose_invent_and_double_nothing(store: Store) -> None:
    ledger = played(chaos_options(store=store, kills=KILLS, stops=int(store == "postgres")))

    assert sum(kill.is_reached for kill in ledger.kills) >= KILLS


def test_a_death_at_each_failpoint_leaves_nothing_half_born() -> None:
    ledger = played(points_options())

    died_at = {kill.fault for kill in ledger.kills if kill.is_reached}
    assert {f"{name}:{hits}" for name, passes in POINTS.items() for hits in passes} <= died_at


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_without_faults_nothing_is_sent_twice(store: Store) -> None:
    ledger = played(race_options(store=store))

    assert ledger.numbers["duplicates"] == ledger.numbers["unknown"] == 0


@pytest.mark.parametrize(("store", "point", "stride"), WAYS)
def test_an_execution_whose_process_dies_ends_as_if_nothing_had_happened(store: Store, point: str, stride: int) -> None:
    ledger = played(tours_options(store=store, chosen=(point,), stride=stride))

    assert {kill.victim for kill in ledger.kills} == set(PLANS)


def test_a_database_that_is_killed_restarted_or_locked_loses_nothing() -> None:
    ledger = played(database_options(kills=5))

    assert [kill.fault for kill in ledger.kills if kill.is_reached] == list(FAULTS)


def test_a_full_disk_is_refused_with_503_and_taken_up_again_when_there_is_room() -> None:
    ledger = played(disk_options())

    met = [kill.fault for kill in ledger.kills if kill.is_reached]
    assert met == [fault for fault in DISK_FAULTS if fault in met]
    assert len(met) == ledger.numbers["faults"] >= 2


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_whatever_the_network_does_is_recorded_as_it_is_and_loses_nothing(store: Store) -> None:
    ledger = played(net_options(store=store, kills=4))

    assert len(ledger.kills) == 4 or ledger.numbers["rows"] > 50


def test_only_a_far_side_whose_certificate_holds_is_sent_anything() -> None:
    ledger = played(tls_options())

    assert ledger.numbers["rows"] == 10


def test_endpoints_that_hang_or_get_very_much_leave_the_others_theirs() -> None:
    ledger = played(neighbour_options(events=1_000))

    assert ledger.numbers["many_waiting"] > 1_000


def test_processes_replaced_one_by_one_are_not_noticed() -> None:
    ledger = played(rolling_options(kills=1))

    assert ledger.numbers["duplicates"] == 0


def test_forty_lives_by_a_clock_of_ours_keep_every_promise() -> None:
    ledger = played(sim_options(events=40))

    assert ledger.numbers["crashes"] > 40


def test_two_hundred_power_cuts_lose_nothing_acknowledged() -> None:
    code = run_python("-m", "tests.faults.power", "200")

    assert code == 0


def test_every_failpoint_of_the_product_is_one_we_die_at() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    reached = set(re.findall(r'failpoints\.reach\("([^"]+)"\)', sources))

    assert reached == set(POINTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_planted_bug_still_applies(mutant: Mutant) -> None:
    text = (ROOT / "src" / "hookspan" / mutant.file).read_text()

    assert [text.count(old) for old, _ in mutant.patches] == [1] * len(mutant.patches)

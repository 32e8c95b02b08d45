# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How good the forecast has to be, on lives whose chances are known.

The seeds are fixed: the figures are the same in every run.
"""

from dataclasses import replace

import pytest

from ...forecast.backtest import World, measure, run


def measure_worlds(seeds, least_sigma=2.0, **values):
    """Forecast several worlds of a kind, and say how good that was."""
    cells, factors = [], []
    for seed in seeds:
        found, phi = run(World(seed, **values))
        cells += found
        factors.append(phi)
    return *measure(cells, least_sigma), factors, cells


@pytest.mark.parametrize(
    ("members", "worlds", "most_wrong"), [(1000, 12, 0.06), (5000, 3, 0.03)]
)
def test_steady(members, worlds, most_wrong):
    wrong, bias, hits, _factors, _cells = measure_worlds(range(worlds), members=members)
    assert wrong <= most_wrong
    assert abs(bias) <= 0.015
    assert 0.78 <= hits <= 0.97


def test_moving():
    """The chances to leave move by up to a tenth a month."""
    wrong, bias, hits, _factors, _cells = measure_worlds(
        range(3), members=5000, drift=0.1
    )
    assert wrong <= 0.03
    assert abs(bias) <= 0.015
    assert 0.78 <= hits <= 0.97


@pytest.mark.parametrize("power", [0.5, 2.0])
def test_early_and_late_leavers(power):
    """It is learned when leavers speak: soon after the last parcel, or late."""
    _wrong, bias, _hits, _factors, _cells = measure_worlds(
        range(3), members=5000, power=power
    )
    assert abs(bias) <= 0.015


def test_young_program():
    """Of a program that is some weeks old little is known: the band says so."""
    cells = []
    for weeks in (1, 3, 5, 7):
        found, _phi = run(World(weeks, 5000, young=weeks))
        cells += [cell for cell in found if cell.program == 0]
    assert measure(cells, least_sigma=1.0)[2] >= 0.60


def test_leavers_have_risen():
    """Half more leave than eight weeks ago: the factor sees it."""
    _found, phi = run(World(1, 5000, rise=8))
    assert phi > 1.5


@pytest.mark.heavy
@pytest.mark.parametrize(("drift", "least"), [(0.0, 0.78), (0.1, 0.74)])
def test_many_members(drift, least):
    wrong, bias, hits, _factors, _cells = measure_worlds(
        range(4), members=20_000, drift=drift
    )
    assert wrong <= 0.015
    assert abs(bias) <= 0.015
    assert least <= hits <= 0.97


def test_repeated():
    """The same facts give the same figures."""
    world = World(7, 400)
    assert run(world) == run(world)
    assert run(world) != run(replace(world, seed=8))

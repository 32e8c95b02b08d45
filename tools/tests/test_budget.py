"""A machine that is too slow leaves out what matters least, and says so."""

import os
import re
import subprocess
import sys

import pytest

from tools import budget, heavy
from tools.environment import CHECKOUT

ORDER = """
import pytest

def test_{0}():
    pass

@pytest.mark.heavy
def test_heavy_{0}():
    pass
"""
SKIPPED = [(name, "SKIPPED") for name in ("entry", "lives", "heavy_money")]


@pytest.fixture
def run(tmp_path):
    """Return a function that runs tests of a life, of entry and of money.

    It returns what became of each but the heavy ones of life and entry, and the output.
    """
    for room in ("lives", "entry", "money"):
        folder = tmp_path / "tests" / room
        folder.mkdir(parents=True)
        (folder / f"test_{room}.py").write_text(ORDER.format(room))

    def run(minutes):
        env = {
            **os.environ,
            budget.MINUTES: minutes,
            heavy.ALL: "1",
            "PYTHONPATH": str(CHECKOUT),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        command = [sys.executable, "-m", "pytest", "--verbose", "-c", "/dev/null"]
        command += ["--rootdir", tmp_path, "-p", "no:cacheprovider"]
        command += ["-p", "tools.heavy", "-p", "tools.budget", tmp_path]
        command += ["-k", "not heavy_entry and not heavy_lives"]
        output = subprocess.check_output(list(map(str, command)), env=env, text=True)
        return re.findall(r"::test_(\w+) (\w+)", output), output

    return run


def test_without_a_limit(run):
    """Nothing is put in another order."""
    done, output = run("")
    names = ("entry", "lives", "money", "heavy_money")
    assert done == [(name, "PASSED") for name in names]
    assert "LEFT OUT" not in output


def test_time_enough(run):
    """What matters most comes first, what is heavy last, wherever it lies."""
    done, output = run("5")
    names = ("money", "entry", "lives", "heavy_money")
    assert done == [(name, "PASSED") for name in names]
    assert "LEFT OUT" not in output


def test_time_is_over(run):
    """All is left out but what comes first, and it is said."""
    done, output = run("0")
    assert done == [("money", "PASSED"), *SKIPPED]
    assert "LEFT OUT, no time was left on this machine: 3 tests" in output


@pytest.mark.parametrize(
    ("minutes", "too_late"),
    [
        (4.9, [False, False, False, False]),
        (5, [False, False, False, True]),
        (9.9, [False, False, False, True]),
        (10, [False, True, True, True]),
    ],
)
def test_ten_minutes(minutes, too_late):
    """What is heavy begins in the first half."""
    ten = budget.Budget(10)
    assert [ten.is_too_late(place, minutes * 60) for place in range(4)] == too_late

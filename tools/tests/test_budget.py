"""A machine that is too slow leaves out what comes last, and says so."""

import os
import re
import subprocess
import sys

import pytest

from tools import budget
from tools.environment import CHECKOUT

ORDER = """
def test_{}():
    pass
"""


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a test of a life, and one of money."""
    for room in ("lives", "money"):
        folder = tmp_path / "tests" / room
        folder.mkdir(parents=True)
        (folder / f"test_{room}.py").write_text(ORDER.format(room))

    def run(minutes):
        env = {
            **os.environ,
            budget.MINUTES: minutes,
            "PYTHONPATH": str(CHECKOUT),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        command = [sys.executable, "-m", "pytest", "--verbose", "-c", "/dev/null"]
        command += ["--rootdir", tmp_path, "-p", "no:cacheprovider"]
        command += ["-p", "tools.budget", tmp_path]
        output = subprocess.check_output(list(map(str, command)), env=env, text=True)
        return re.findall(r"::test_(\w+) (\w+)", output), output

    return run


def test_without_a_limit(run):
    done, output = run("")
    assert done == [("lives", "PASSED"), ("money", "PASSED")]
    assert "LEFT OUT" not in output


def test_time_enough(run):
    done, output = run("5")
    assert done == [("money", "PASSED"), ("lives", "PASSED")]
    assert "LEFT OUT" not in output


def test_time_is_over(run):
    """What comes last is left out, nothing else, and it is said."""
    done, output = run("0")
    assert done == [("money", "PASSED"), ("lives", "SKIPPED")]
    assert "LEFT OUT, no time was left on this machine: 1 tests" in output

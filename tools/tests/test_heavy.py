"""Heavy tests wait for `./dev test --all`."""

import os
import re
import subprocess
import sys

import pytest

from tools import heavy, testing
from tools.environment import CHECKOUT

TESTS = """
import unittest
import pytest

def test_light():
    pass

@pytest.mark.heavy
def test_marked():
    pass

@pytest.mark.heavy
class TestMarked:
    def test_in_class(self):
        pass

class TestTagged(unittest.TestCase):
    test_tags = {"post_install", "heavy"}

    def test_tagged(self):
        pass

class TestStandard(unittest.TestCase):
    test_tags = {"post_install", "standard"}

    def test_standard(self):
        pass
"""


@pytest.fixture
def collect(tmp_path):
    """Return a function that collects the tests above and names those that stay."""
    path = tmp_path / "test_some.py"
    path.write_text(TESTS)

    def collect(everything):
        env = {
            **os.environ,
            heavy.ALL: everything,
            "PYTHONPATH": str(CHECKOUT),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet"]
        command += ["-c", "/dev/null", "--rootdir", tmp_path, "--strict-markers"]
        command += ["-p", "no:cacheprovider", "-p", "tools.heavy", path]
        output = subprocess.check_output(list(map(str, command)), env=env, text=True)
        return re.findall(r"::(\w+)$", output, re.MULTILINE)

    return collect


def test_heavy_tests_are_left_out(collect):
    assert collect("") == ["test_light", "test_standard"]


def test_all(collect):
    assert collect("1") == [
        *("test_light", "test_marked", "test_in_class"),
        *("test_tagged", "test_standard"),
    ]


@pytest.mark.parametrize(
    ("arguments", "options", "rest"),
    [
        ([], {"all": False, "reuse": False}, []),
        (["--all"], {"all": True, "reuse": False}, []),
        (["-k", "--all", "x", "--reuse"], {"all": True, "reuse": True}, ["-k", "x"]),
    ],
)
def test_our_own_options_are_not_passed_on(arguments, options, rest):
    assert testing.split(arguments) == (options, rest)

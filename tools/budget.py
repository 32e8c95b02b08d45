"""pytest plugin: what is left out where a machine is too slow for all of it.

`.ci/run` has a time in which it has to end, and machines differ by three times. What
lives on a database of its own, or a whole life long, comes last there and is skipped,
and counted, when the time is over. `./dev test` runs all of it, however long it takes.
"""

import os

import pytest

#: The environment variable: minutes after which none of them begins; unset = no limit
MINUTES = "CONTINUITY_TEST_MINUTES"
#: Where they are
LAST = ("/tests/lives/", "/tests/sessions/", "/tests/installation/", "/tools/tests/")
REASON = "no time was left on this machine"


class Budget:
    """The time of one process that runs tests.

    :param float minutes: from now on
    """

    def __init__(self, minutes):
        self._seconds = minutes * 60
        # Unlike `time.monotonic` no test stops it
        self._begin = os.times().elapsed

    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(self, items):
        """Let them come last, after all other orders."""
        result = yield
        items.sort(key=_comes_last)
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item):
        """Skip them when the time is over, before their class makes anything."""
        is_over = os.times().elapsed - self._begin >= self._seconds
        if is_over and _comes_last(item):
            pytest.skip(REASON)

    def pytest_terminal_summary(self, terminalreporter):
        """Say how many were left out."""
        skipped = terminalreporter.stats.get("skipped", ())
        count = sum(REASON in str(report.longrepr) for report in skipped)
        if count:
            terminalreporter.section(f"LEFT OUT, {REASON}: {count} tests")


def pytest_configure(config):
    """Begin to count."""
    if minutes := os.environ.get(MINUTES):
        config.pluginmanager.register(Budget(float(minutes)))


def _comes_last(item):
    return any(place in item.path.as_posix() for place in LAST)

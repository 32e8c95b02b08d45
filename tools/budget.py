"""pytest plugin: what matters most comes first, where there may be no time for all.

`.ci/run` has a time in which it has to end, and machines differ by three times. There
the rooms of :data:`FIRST` come first and are never left out; then all others; then what
lives on a database of its own, or a whole life long; then what is heavy. What has not
begun when the time is over is skipped, and counted. `./dev test` by itself looks at no
time, and has no such order.
"""

import os

import pytest

from tools.heavy import is_heavy

#: The environment variable: minutes after which no more begins; unset = no limit
MINUTES = "CONTINUITY_TEST_MINUTES"
#: What is owed and asked, once; who may; two at once, and workers that are killed
FIRST = tuple(
    f"/tests/{room}/"
    for room in ("planning", "billing", "money", "charging", "sessions", "rights")
)
#: What comes after all others
LAST = ("/tests/lives/", "/tests/installation/", "/tools/tests/")
REASON = "no time was left on this machine"
#: Places in the order
_FIRST, _OTHERS, _LAST, _HEAVY = range(4)


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
        """Put the tests in the order of what they are worth, after all other orders."""
        result = yield
        items.sort(key=_get_place)
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item):
        """Skip what comes too late, before its class makes anything."""
        if self.is_too_late(_get_place(item), os.times().elapsed - self._begin):
            pytest.skip(REASON)

    def is_too_late(self, place, seconds):
        """Return whether no more may begin of what has a place in the order.

        One that is heavy may take as long as half of the time.

        :param int place: in the order
        :param float seconds: that have gone by
        """
        if place == _FIRST:
            return False
        return seconds >= self._seconds / (2 if place == _HEAVY else 1)

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


def _get_place(item):
    if is_heavy(item):
        return _HEAVY
    path = item.path.as_posix()
    if any(room in path for room in FIRST):
        return _FIRST
    return _LAST if any(place in path for place in LAST) else _OTHERS

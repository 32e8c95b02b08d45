"""pytest plugin: where did the time of the tests go, by folder and by class?

What a class has set up for all its tests counts as set-up: the first of them waits for
it. Seconds of two workers are added up, and are those of the clock: on a machine that
does other things, too, they say what is long beside what, and not how long it takes.
"""

from collections import defaultdict
from dataclasses import dataclass, field

#: So many classes are named, and only when there is something to compare
MOST = 25
LEAST_TESTS = 200


@dataclass
class Time:
    """How long something took, in seconds.

    :param float setup: what was made before the tests, and taken away after them
    :param float tests: the tests themselves
    :param set[str] ids: which tests there were
    """

    setup: float = 0.0
    tests: float = 0.0
    ids: set = field(default_factory=set)

    @property
    def total(self):
        """All of it, in seconds."""
        return self.setup + self.tests


class Durations:
    """Adds up what each report says; with several workers all of them come here."""

    def __init__(self):
        self.classes = defaultdict(Time)

    def pytest_runtest_logreport(self, report):
        """Note how long a phase of a test took; its parts are no tests of their own."""
        if type(report).__name__ == "SubtestReport":
            return
        place, _colons, _name = report.nodeid.rpartition("::")
        time = self.classes[place]
        time.ids.add(report.nodeid)
        if report.when == "call":
            time.tests += report.duration
        else:
            time.setup += report.duration

    def get_folders(self):
        """Add up the classes of each folder.

        :rtype: dict[str, Time]
        """
        folders = defaultdict(Time)
        for place, time in self.classes.items():
            folder = folders[place.split("::")[0].rpartition("/")[0]]
            folder.setup += time.setup
            folder.tests += time.tests
            folder.ids |= time.ids
        return folders

    def pytest_terminal_summary(self, terminalreporter):
        """Name the folders, and the classes that took longest."""
        if sum(len(time.ids) for time in self.classes.values()) < LEAST_TESTS:
            return
        terminalreporter.section("seconds: all, set-up, tests; how many tests")
        for places in (self.get_folders(), self.classes):
            longest = sorted(places.items(), key=lambda item: -item[1].total)
            for place, time in longest[:MOST]:
                terminalreporter.line(
                    f"{time.total:7.0f}{time.setup:7.0f}{time.tests:7.0f}"
                    f"{len(time.ids):6}  {place}"
                )


def pytest_configure(config):
    """Listen to the reports; the workers send theirs."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Durations(), "durations-by-class")

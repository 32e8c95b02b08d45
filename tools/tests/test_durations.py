"""Where the time of the tests went."""

from types import SimpleNamespace

from tools import durations


class Lines(list):
    """What a terminal is told."""

    def section(self, title):
        """Begin a part."""
        self.append(title)

    def line(self, text):
        """Write a line."""
        self.append(text)


class SubtestReport(SimpleNamespace):
    """A part of a test, as pytest tells of it."""


def _listen(*reports):
    known = durations.Durations()
    for nodeid, when, duration in reports:
        known.pytest_runtest_logreport(
            SimpleNamespace(nodeid=nodeid, when=when, duration=duration)
        )
    return known


def test_set_up_counts_for_its_class():
    """Set-up and clean-up are apart from the tests; folders add their classes up."""
    known = _listen(
        ("a/tests/room/test_x.py::TestX::test_1", "setup", 3.0),
        ("a/tests/room/test_x.py::TestX::test_1", "call", 0.5),
        ("a/tests/room/test_x.py::TestX::test_1", "teardown", 0.25),
        ("a/tests/room/test_x.py::TestX::test_2", "setup", 0.25),
        ("a/tests/room/test_x.py::TestX::test_2", "call", 1.0),
        ("a/tests/room/test_y.py::test_alone", "call", 2.0),
    )
    time = known.classes["a/tests/room/test_x.py::TestX"]
    assert (time.setup, time.tests, len(time.ids), time.total) == (3.5, 1.5, 2, 5.0)
    (folder,) = known.get_folders().values()
    assert (folder.setup, folder.tests, len(folder.ids)) == (3.5, 3.5, 3)


def test_parts_of_a_test():
    """The test is counted, and it took as long as it took; its parts add nothing."""
    known = _listen(("t.py::T::test_1", "call", 2.0))
    known.pytest_runtest_logreport(
        SubtestReport(nodeid="t.py::T::test_1", when="call", duration=1.5)
    )
    assert known.classes["t.py::T"].tests == 2.0


def test_summary():
    """The longest come first; a handful of tests needs no table."""
    known = _listen(("a/t.py::Short::test", "call", 1.0))
    lines = Lines()
    known.pytest_terminal_summary(lines)
    assert not lines
    for number in range(200):
        known.pytest_runtest_logreport(
            SimpleNamespace(
                nodeid=f"a/t.py::Long::test_{number}", when="call", duration=0.5
            )
        )
    known.pytest_terminal_summary(lines)
    assert lines[1:] == [
        "    101      0    101   201  a",
        "    100      0    100   200  a/t.py::Long",
        "      1      0      1     1  a/t.py::Short",
    ]

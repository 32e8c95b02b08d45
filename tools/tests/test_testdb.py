"""The copies of the pristine database, on which tests may commit and kill."""

import subprocess

import pytest

from tools import testdb


def test_copy_is_committed_to_and_dropped():
    with testdb.copied() as name:
        testdb.run(name, "env.company.name = arguments[0]; env.cr.commit()", "Kept")
        testdb.run(name, "env.company.name = 'Rolled back'; env.flush_all()")
        rows = testdb.query(name, "SELECT name FROM res_company")
    assert rows == [("Kept",)]
    gone = testdb.query(
        "postgres", "SELECT 1 FROM pg_database WHERE datname = %s", [name]
    )
    assert gone == []


def test_script_that_raises_is_noticed():
    with testdb.copied() as name:
        process = testdb.start(name, "raise ValueError('no')")
        _stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "ValueError: no" in stderr


def test_killed_script_leaves_nothing():
    with testdb.copied() as name:
        process = testdb.start(
            name,
            "import time; env.company.name = 'Lost'; env.flush_all();"
            "print('flushed', flush=True); time.sleep(60)",
        )
        process.wait_for("flushed\n")
        process.kill()
        process.communicate()
        rows = testdb.query(
            name, "SELECT count(*) FROM res_company WHERE name = 'Lost'"
        )
    assert rows == [(0,)]


class Slow:
    """A process that ends when it was asked some times."""

    def __init__(self, times):
        self.times = times

    def communicate(self, timeout):
        self.times -= 1
        if self.times:
            raise subprocess.TimeoutExpired("slow", timeout)
        return "done", ""


@pytest.mark.parametrize(("load", "is_given_up"), [(0.5, True), (8.0, False)])
def test_limit_is_for_what_hangs(monkeypatch, load, is_given_up):
    """Ten seconds of two cores alone; forty where eight processes want them."""
    clock = iter((0.0, 10.0, 20.0, 30.0))
    monkeypatch.setattr(testdb.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(testdb.os, "getloadavg", lambda: (9.0, load, 9.0))
    monkeypatch.setattr(testdb.os, "cpu_count", lambda: 2)
    if is_given_up:
        with pytest.raises(subprocess.TimeoutExpired):
            testdb._end(Slow(4), 10)
    else:
        assert testdb._end(Slow(4), 10) == ("done", "")

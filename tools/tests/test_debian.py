"""Two threads fetch from Debian at the same time, by one package list."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tools import debian
from tools.environment import Stop


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    """Give each test a cache folder of its own, and a Debian mirror."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(debian, "_mirror", lambda: "http://mirror/debian")


class Apt:
    """Stands for `apt-get`: one that meets another `update` fails."""

    def __init__(self):
        self.calls = []
        self.fails = 0
        self._lists = threading.Lock()
        # Passed by two downloads that are under way together
        self._both = threading.Barrier(2, timeout=10)

    def __call__(self, apt, command, *packages, log, cwd=None):
        if not self._lists.acquire(blocking=False):
            raise Stop("E: Could not get lock")
        self.calls.append(command)
        if command == "update" and self.fails:
            self.fails -= 1
            self._lists.release()
            raise Stop("E: no such host")
        if command == "update":
            # Longer than the other thread takes to get here
            threading.Event().wait(0.3)
        self._lists.release()
        if command == "download":
            self._both.wait()
            (cwd / f"{packages[0]}_1_all.deb").touch()


@pytest.fixture
def apt(monkeypatch):
    """Put one in place of `apt-get`."""
    apt = Apt()
    monkeypatch.setattr(debian, "_apt_get", apt)
    return apt


def download(name):
    """Return the name of the archive of a package."""
    folder = debian.cache("apt", f"{name}.debs")
    return debian._download([name], folder, name)[0].name


def test_one_reads_the_list_and_both_download(apt):
    with ThreadPoolExecutor() as pool:
        assert [*pool.map(download, ["pip", "odoo"])] == [
            "pip_1_all.deb",
            "odoo_1_all.deb",
        ]
    assert apt.calls == ["update", "download", "download"]


def test_list_that_was_not_read_is_read_by_the_next(apt):
    apt.fails = 1
    with ThreadPoolExecutor() as pool:
        root = debian.cache("apt", "root")
        tasks = [pool.submit(debian._read_list_once, root) for _thread in range(2)]
    assert sorted(bool(task.exception()) for task in tasks) == [False, True]
    assert apt.calls == ["update", "update"]

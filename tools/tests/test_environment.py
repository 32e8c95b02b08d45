"""The cache, its locks, and how `./dev` says that it cannot go on."""

import fcntl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tools import commands, environment, packages, server
from tools.environment import CHECKOUT, Stop

HOLD_LOCK = """
import sys
sys.path.insert(0, sys.argv[1])
from tools import environment
with environment.locked("test"):
    environment.run(["sh", "-c", "touch %s; sleep %s" % tuple(sys.argv[2:])])
"""


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    """Give the test a cache folder of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "continuity-program"


def hold_lock(seconds):
    """Start a process that holds the lock while a command runs."""
    started = environment.cache("started")
    command = [sys.executable, "-c", HOLD_LOCK, CHECKOUT, started, seconds]
    process = subprocess.Popen(list(map(str, command)))
    while not started.exists():
        time.sleep(0.01)
    return process


def test_cache_follows_xdg(empty_cache):
    assert environment.cache("a", "b") == empty_cache / "a" / "b"
    assert (empty_cache / "a").is_dir()


@pytest.mark.usefixtures("empty_cache")
def test_second_call_waits_for_the_first(capsys):
    process = hold_lock(1)
    start = time.monotonic()
    with environment.locked("test"):
        assert time.monotonic() - start > 0.5
    process.wait()
    assert "waiting for it" in capsys.readouterr().err


@pytest.mark.usefixtures("empty_cache")
def test_lock_of_a_killed_call_lasts_as_long_as_what_it_started():
    process = hold_lock(2)
    process.kill()
    process.wait()
    start = time.monotonic()
    with environment.locked("test"):
        assert 0.5 < time.monotonic() - start < 10


def is_free(name):
    """Return whether nobody holds the lock."""
    with open(environment.cache("locks", name), "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


@pytest.mark.usefixtures("empty_cache")
def test_shared_lock_is_held_by_two_and_keeps_others_out():
    with environment.locked("test", shared=True):
        with environment.locked("test", shared=True):
            assert not is_free("test")
        assert not is_free("test")
    assert is_free("test")


@pytest.mark.usefixtures("empty_cache")
def test_lock_of_a_thread_ends_while_another_thread_runs_a_command():
    with ThreadPoolExecutor() as pool:
        with environment.locked("test"):
            started = environment.cache("started")
            pool.submit(environment.run, ["sh", "-c", f"touch {started}; sleep 1"])
            while not started.exists():
                time.sleep(0.01)
            assert not is_free("test")
        assert is_free("test")


@pytest.mark.usefixtures("empty_cache")
def test_failed_command_gives_its_reason():
    script = "echo trying; echo E: no such host; echo giving up; exit 3"
    with pytest.raises(Stop, match=r"^sh: E: no such host \(more in .*sh\.log\)$"):
        environment.run(["sh", "-c", script])


def test_stop_is_one_line_and_no_traceback(monkeypatch, capsys):
    def stop(_arguments):
        raise Stop("something is missing: mend it")

    monkeypatch.setitem(commands.COMMANDS, "demo", stop)
    assert commands.main(["demo"]) == 1
    assert capsys.readouterr().err == (
        "[dev] cannot go on: something is missing: mend it\n"
    )


@pytest.mark.usefixtures("empty_cache")
def test_clean_waits_for_nobody_and_asks_for_nothing_unknown(capsys):
    mark = environment.in_use()
    assert commands.main(["clean"]) == 1
    assert "another ./dev uses" in capsys.readouterr().err
    mark.close()
    with pytest.raises(SystemExit):
        commands.main(["clean", "--fast"])
    assert environment.cache().exists()


def test_clean_removes_the_cache(empty_cache):
    (empty_cache / "odoo").mkdir(parents=True)
    assert commands.main(["clean"]) == 0
    assert not empty_cache.exists()


def test_unknown_command(capsys):
    assert commands.main(["nonsense"]) == 2
    assert "unknown command 'nonsense'" in capsys.readouterr().err


def test_port_that_is_taken():
    with server.socket.socket() as busy:
        busy.bind((server.HOST, 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(Stop, match=f"port {port} is taken"):
            server.check_port(port)


@pytest.mark.usefixtures("empty_cache")
def test_python_that_odoo_cannot_use(monkeypatch):
    monkeypatch.setattr(packages.sys, "version_info", (3, 9))
    with pytest.raises(Stop, match=r"this is Python 3\.9"):
        packages.find_python()

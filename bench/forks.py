"""Odoo, loaded once, that forks for each call: `python -m bench.forks DATABASE SCRIPT`.

One line of JSON in: a list of calls, each the arguments of the script. They run at the
same time, each in a process of its own. One line out: their exit codes. The database
may be replaced by another of the same modules between two lines.
"""

import json
import multiprocessing
import os
import sys

from tools import oneshot

FORK = multiprocessing.get_context("fork")


def main(database, script):
    """Answer until the input ends."""
    registry = oneshot.load(database)
    import odoo.sql_db

    odoo.sql_db.close_all()
    # What the calls print goes to the people; the answers alone are our output.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        processes = [
            FORK.Process(target=oneshot.run, args=(registry, script, *arguments))
            for arguments in json.loads(line)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        codes = [process.exitcode for process in processes]
        print(json.dumps(codes), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Run a script on a database: `python -m tools.oneshot DATABASE SCRIPT [ARGUMENT …]`.

The script sees `env` (superuser) and `arguments`. What it does is rolled back unless it
commits; when it raises, the exit code is 1. `-` reads the script from standard input.
Odoo's configuration file is named by `CONTINUITY_ODOO_RC`.
"""

import os
import sys
import threading
from pathlib import Path


def main(database, script, *arguments):
    """Run the script inside `env` of the database."""
    run(load(database), script, *arguments)


def load(database):
    """Configure Odoo and return the registry of the database."""
    import odoo.modules.registry
    import odoo.tools

    odoo.tools.config.parse_config(
        [
            *("--config", os.environ["CONTINUITY_ODOO_RC"], "--database", database),
            *("--log-level", os.environ.get("CONTINUITY_LOG_LEVEL", "warn")),
        ],
        setup_logging=True,
    )
    threading.current_thread().dbname = database
    return odoo.modules.registry.Registry(database)


def run(registry, script, *arguments):
    """Run the script inside `env` of a database whose registry is loaded."""
    import odoo.api

    source = sys.stdin.read() if script == "-" else Path(script).read_text()
    with registry.cursor() as cr:
        env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
        env = env(context=env["res.users"].context_get())
        try:
            code = compile(source, script, "exec")
            names = {"__name__": "__main__", "__file__": script}
            exec(code, {**names, "env": env, "odoo": odoo, "arguments": arguments})
        finally:
            cr.rollback()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""How do the tests run? pytest with pytest-odoo, on a fresh database."""

import subprocess

from tools import database
from tools.environment import CHECKOUT, say
from tools.runtime import addons


def run(runtime, arguments):
    """Run pytest with the arguments and return its exit code.

    :param list arguments: passed on to pytest; `--reuse` upgrades the last test
        database instead of making a new one
    """
    reuse = "--reuse" in arguments
    arguments = [a for a in arguments if a != "--reuse"]
    with database.test_slot() as name:
        database.prepare_test(runtime, name, reuse)
        rc = runtime.config(name, db_name=name)
        env = {
            **runtime.env,
            "CONTINUITY_PRISTINE_DB": f"{name}_pristine",
            "CONTINUITY_ODOO_RC": str(rc),
        }
        command = [
            *(str(runtime.python), "-m", "pytest", f"--odoo-config={rc}"),
            *(f"--odoo-database={name}", "--odoo-http", "--odoo-log-level=warn"),
            *arguments,
        ]
        if not any((CHECKOUT / a.split("::")[0]).exists() for a in arguments):
            command += [
                str(CHECKOUT / addon / "tests")
                for addon in addons()
                if (CHECKOUT / addon / "tests").is_dir()
            ]
        say(f"database {name}")
        return subprocess.call(command, env=env, cwd=CHECKOUT)

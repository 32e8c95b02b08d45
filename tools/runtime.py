"""How is Odoo started? Everything that is needed for it, gathered in one object."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools import odoo_source, packages, postgres
from tools.environment import ADDONS, APART, BESIDE, CHECKOUT, Stop, cache, held
from tools.log_rules import unexpected_lines

ODOO_BIN = CHECKOUT / "tools" / "bin" / "odoo-bin"


@dataclass(frozen=True)
class Runtime:
    """An Odoo that can be started: its source, its Python and the way to PostgreSQL."""

    odoo: Path
    python: Path
    env: dict

    def sql(self, statement, database="postgres"):
        """Run one SQL statement, see :func:`postgres.psql`."""
        return postgres.psql(self.python, self.env, statement, database)

    def addons_path(self):
        """Return the folders that addons are looked for in."""
        paths = odoo_source.addons_paths(self.odoo)
        return [*paths, CHECKOUT] if addons() else paths

    def config(self, database, **options):
        """Write Odoo's configuration file for a database and return its path."""
        options = {
            "addons_path": ",".join(map(str, self.addons_path())),
            "data_dir": cache("data"),
            "screenshots": cache("failed-tours"),
            "http_interface": "127.0.0.1",
            "max_cron_threads": 0,
            **options,
        }
        path = cache("run", f"{database}.conf")
        lines = [f"{key} = {value}\n" for key, value in options.items()]
        path.write_text("[options]\n" + "".join(lines))
        return path

    def command(self, database, *arguments, subcommand=(), **options):
        """Return the command line that starts Odoo on a database."""
        config = self.config(database, **options)
        return [
            *(str(self.python), str(ODOO_BIN), *subcommand),
            *("--config", str(config), "--database", database, *arguments),
        ]

    def install(self, database, modules, update=(), demo=False):
        """Install (and upgrade) modules; a warning in Odoo's log is a failure.

        :raise Stop: Odoo failed, or its log holds a warning
        """
        log = cache("logs", f"{database}.log")
        arguments = ["--stop-after-init", "--no-http"]
        arguments += ["--init", ",".join(modules)] if modules else []
        arguments += ["--update", ",".join(update)] if update else []
        arguments += ["--with-demo"] if demo else []
        with open(log, "w") as output:
            done = subprocess.run(
                self.command(database, *arguments),
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=held(),
                check=False,
            )
        bad = unexpected_lines(log.read_text())
        if done.returncode or bad:
            sys.stderr.write("".join(bad[:60]) or log.read_text()[-3000:])
            raise Stop(
                f"installing {', '.join([*modules, *update])} failed or warned:"
                f" see {log}"
            )

    def progress(self, database):
        """Return how far the installation has come: `sale (40/64)`."""
        log = cache("logs", f"{database}.log")
        text = log.read_text(errors="replace") if log.exists() else ""
        loading = re.findall(r"Loading module (\S+ \(\d+/\d+\))", text)
        return loading[-1] if loading else ""

    def shell(self, database, script, *arguments):
        """Run a script inside an Odoo environment; it sees `env` and `arguments`.

        :param Path script: rolled back at its end unless it commits
        :return: exit code, 0 unless the script raised
        """
        return subprocess.call(
            [
                *(str(self.python), "-m", "tools.oneshot", database, str(script)),
                *map(str, arguments),
            ],
            env=self.script_env(database),
        )

    def script_env(self, database):
        """Return the environment that `tools.oneshot` wants for a database."""
        return {**self.env, "CONTINUITY_ODOO_RC": str(self.config(database))}


def ready(*more):
    """Set everything up that is missing and return the :class:`Runtime`.

    :param str more: packages besides those of Odoo: `packages.TESTS`, `LINTERS`
    """
    # The first time both are fetched, and neither waits for the other.
    with ThreadPoolExecutor() as pool:
        tasks = (
            pool.submit(odoo_source.find_odoo),
            pool.submit(packages.find_python, *more),
        )
    odoo, python = (task.result() for task in tasks)
    odoo_source.add_icons(odoo, python)
    env = {**os.environ, **postgres.connect(python)}
    # Odoo would take this as the database to work on, whatever the command line says.
    env.pop("PGDATABASE", None)
    env["PYTHONPATH"] = f"{odoo.parent}{os.pathsep}{CHECKOUT}"
    # What Python, the browser and the tools leave behind goes into the cache, neither
    # into the checkout nor into the home folder.
    env["XDG_CONFIG_HOME"] = str(cache("home", "config"))
    env["XDG_DATA_HOME"] = str(cache("home", "data"))
    env["PYTHONPYCACHEPREFIX"] = str(cache("pycache"))
    env["HYPOTHESIS_STORAGE_DIRECTORY"] = str(cache("hypothesis"))
    env["RUFF_CACHE_DIR"] = str(cache("ruff"))
    env["PYLINTHOME"] = str(cache("pylint"))
    path = (str(python.parent), env["PATH"], str(postgres.programs(python)))
    env["PATH"] = os.pathsep.join(path)
    return Runtime(odoo, python, env)


def addons():
    """Return the names of our addons that are installed together: those that exist."""
    return [name for name in ADDONS if (CHECKOUT / name / "__manifest__.py").exists()]


def all_addons():
    """Return the names of all our addons, those that stand apart among them."""
    return [*addons(), *BESIDE, APART]

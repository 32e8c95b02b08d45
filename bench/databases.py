"""Which databases are measured? One template per size, kept; every case gets a copy."""

import contextlib
import json
import subprocess

from tools import database
from tools.environment import CHECKOUT, Stop, cache, fingerprint, step

WORKER = CHECKOUT / "bench" / "worker.py"
PREFIX = "continuity_bench"
#: What a generated database depends on besides the addons
GENERATOR = ("bench/world.py", "bench/clone.py")
#: Records of an older addon are mended by the scripts of a new version, which do not
#: run again for a database of the same version
SCRIPTS = "continuity_program*/migrations/*/*.py"


def _generator_key():
    files = [CHECKOUT / name for name in GENERATOR] + sorted(CHECKOUT.glob(SCRIPTS))
    return fingerprint(*(file.read_text() for file in files))


def base(runtime):
    """Return the database with our addons and no data, current with the checkout."""
    name = f"{PREFIX}_base"
    if not database.is_current(runtime, name):
        with step(f"preparing {name}", lambda: runtime.progress(name)):
            database.copy(runtime, database.template(runtime), name)
            database.install(runtime, name)
    return name


def world(runtime, size, due):
    """Return the template with so many orders, so many of them due; made if needed.

    A template outlives changes of the code: it is upgraded then, and made anew only
    when records have to be another way.
    """
    name = f"{PREFIX}_{_generator_key()}_{size}_{due}"
    if not database.exists(runtime, name):
        source = base(runtime)
        building = f"{PREFIX}_building"
        with step(f"making {size} continuity orders, {due} due"):
            database.copy(runtime, source, building)
            run_worker(runtime, building, "build", size=size, due=due)
            database.drop(runtime, name)
            runtime.sql(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
            code = cache("run", f"{source}.code").read_text()
            cache("run", f"{name}.code").write_text(code)
    elif not database.is_current(runtime, name):
        database.upgrade(runtime, name)
    return name


class Host:
    """Measures on copies of templates of one set of modules, one after the other.

    Odoo is loaded at the first call and forks for every one: each case has a process of
    its own, and loading takes longer than most cases.

    :param Runtime runtime: ours, or the peer's
    """

    def __init__(self, runtime, suffix="case"):
        self.runtime = runtime
        self.name = f"{PREFIX}_{suffix}"
        self._process = None

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        if self._process:
            self._process.stdin.close()
            self._process.wait()

    @contextlib.contextmanager
    def copied(self, source, **options):
        """Work on a copy of a template that was set up for a case, and drop it.

        :param options: `work` and `side` of the case
        """
        database.copy(self.runtime, source, self.name)
        try:
            self.call(["set_up", *_words(options)])
            yield self
        finally:
            database.drop(self.runtime, self.name)

    def run(self, *calls):
        """Do pieces of work at the same time, each in a process of its own.

        :param dict calls: options of the action `case`, see `worker.py`
        :raise Stop: one of them failed
        """
        self.call(*(["case", *_words(options)] for options in calls))

    def call(self, *calls):
        """Do actions of `worker.py` at the same time, each in a process of its own.

        :param list calls: the name of an action and its words, NAME=VALUE
        :raise Stop: one of them failed
        """
        self._process = self._process or self._start()
        print(json.dumps(calls), file=self._process.stdin, flush=True)
        codes = self._process.stdout.readline()
        if not codes or any(json.loads(codes)):
            raise Stop(f"{calls[0]} failed in {self.name}: see above")

    def _start(self):
        return subprocess.Popen(
            [self.runtime.python, "-m", "bench.forks", self.name, WORKER],
            env=self.runtime.script_env(self.name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


def run_worker(runtime, name, action, **options):
    """Do something in a process of its own, inside the database.

    :param str action: see `worker.py`
    :param options: told to it as NAME=VALUE
    :raise Stop: it failed
    """
    words = _words(options)
    if runtime.shell(name, WORKER, action, *words):
        raise Stop(f"{action} {' '.join(words)} failed in {name}: see above")


def _words(options):
    return [f"{key}={value}" for key, value in options.items()]

"""Do Odoo's own tests still pass with our addons? `./dev test --host [MODULE …]`.

Each module's tests run on a copy of the test database, by the same runner as ours, with
everything installed. What fails is tried once more **without** our addons: what fails
there as well is the environment's (Debian leaves out parts of Odoo) and not ours. Such
failures are kept with their reasons in `tools/host_known.txt`, so that only new ones
are tried again.

It takes long: about 1 minute for `account_payment` and `sale_management`, 8 for `sale`,
on two idle cores.
"""

import subprocess
from xml.etree import ElementTree

from tools import database
from tools.environment import CHECKOUT, cache, say, step

MODULES = ("account_payment", "sale_management", "sale", "sale_stock", "payment")
KNOWN = CHECKOUT / "tools" / "host_known.txt"


def run(runtime, modules):
    """Run the tests of Odoo's modules and return how many fail because of us.

    :param list modules: names of modules of Odoo; empty = those we build on
    """
    known, ours = _read_known(), []
    with database.test_slot() as name:
        database.prepare_test(runtime, name, reuse=True)
        for module in modules or MODULES:
            with step(f"tests of {module} with our addons"):
                failed = _failures(runtime, name, module)
            for test in sorted(failed & known.keys()):
                say(f"known   {test}: {known[test]}")
            if failed - known.keys():
                ours += _without_us(runtime, name, module, failed - known.keys())
    say(f"host: {len(ours)} tests fail because of our addons")
    return len(ours)


def _without_us(runtime, name, module, failed):
    """Try the failed tests again without our addons and return those that pass then."""
    bare = f"{name}_host"
    with step(f"{len(failed)} failed tests of {module} without our addons"):
        database.copy(runtime, database.template(runtime), bare)
        try:
            same = _failures(runtime, bare, module, failed)
        finally:
            database.drop(runtime, bare)
    for test in sorted(failed):
        say(f"{'environment' if test in same else 'OURS'}   {test}")
    return sorted(failed - same)


def _failures(runtime, name, module, tests=()):
    """Run tests of a module and return the names of those that do not pass.

    :param tests: names as `TestClass.test_name`; empty = all of them
    :rtype: set[str]
    """
    folder = runtime.odoo / "addons" / module
    report = cache("logs", f"host_{module}.xml")
    log = cache("logs", f"host_{module}.log")
    report.unlink(missing_ok=True)
    # Ours would fail on each warning that Odoo's tests provoke.
    command = [runtime.python, "-m", "pytest", "-c", "/dev/null", "--quiet"]
    command += ["--rootdir", folder, "-p", "no:cacheprovider", "--odoo-http"]
    command += [f"--odoo-config={runtime.config(name, db_name=name)}"]
    command += [f"--odoo-database={name}", "--odoo-log-level=error"]
    command += [f"--junitxml={report}", folder / "tests"]
    if tests:
        command += ["-k", " or ".join(test.replace(".", " and ") for test in tests)]
    with open(log, "w") as output:
        subprocess.call(
            [str(part) for part in command],
            env=runtime.env,
            # Not the module's own folder: a logging.py there is no module of Python.
            cwd=folder / "tests",
            stdout=output,
            stderr=output,
        )
    if not report.exists():
        say(f"no result: see {log}")
        return {f"{module}.did_not_run"}
    return set(_read_failures(report))


def _read_failures(report):
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            yield f"{case.get('classname').rsplit('.', 1)[-1]}.{case.get('name')}"


def _read_known():
    """Return the reason by name of each test that fails without us, too."""
    lines = KNOWN.read_text().splitlines()
    pairs = (line.split(":", 1) for line in lines if line and line[0] != "#")
    return {name.strip(): reason.strip() for name, reason in pairs}

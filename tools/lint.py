"""Is the code as it should be? Linters, OCA's checks, translations, house rules."""

import contextlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools import database, house, oca, references, rooms, view_rules
from tools.environment import APART, BESIDE, CHECKOUT, Stop, cache, say
from tools.log_rules import unexpected_lines
from tools.runtime import Runtime, addons, all_addons

# What must not stand in our addons outside of tests: pattern and what to use instead.
FORBIDDEN = (
    (r"\b_sql_constraints\b", "models.Constraint"),
    (r"<tree\b", "<list>"),
    (r"\battrs=|\bkanban-box\b", "the attributes and templates of Odoo 17 and later"),
    (r"\bgroups_id\b", "group_ids"),
    (r"\bname_get\b|\.read_group\(", "display_name, _read_group"),
    (r"\bosv\b", "odoo.fields.Domain"),
    (
        r"\bdate\.today\(\)|\bdatetime\.now\(\)|\butcnow\(",
        "context_today, Datetime.now",
    ),
    (r"product_uom\"|\"tax_id\"", "product_uom_id, tax_ids"),
    (r"type='json'|type=\"json\"", "type='jsonrpc'"),
    (r"\b_\(f[\"']", "env._ with named values"),
    (r"\.search\(\[\]\)", "a domain: companies and archived records matter"),
    (r"\.id == False", "not record"),
    (r"#\s*(TODO|FIXME|XXX)\b", "an issue"),
)
# The main addon is installed without a warehouse, too: what knows one is the bridge's.
WAREHOUSE = re.compile(
    r"stock\.(picking|move|quant|warehouse)|stock_picking|picking_ids"
)
MAIN = "continuity_program"
EXPORT = CHECKOUT / "tools" / "export_pot.py"
# A commit in the middle of a unit of work cannot be undone: only the layer that owns
# the transaction does it.
COMMIT = re.compile(r"\.commit\(\)")
COMMITTERS = ("jobs/", "models/runs/continuity_run_cron.py")
SOURCES = (".py", ".xml", ".js")


def run(runtime, fix=False, core=False, quick=False):
    """Run all checks, telling of each whether it passed.

    :param bool fix: let the tools mend what they can
    :param bool core: run Odoo's own `test_lint` on our addons too (about a minute)
    :param bool quick: only what needs no database
    :return: exit code
    """
    checks = Checks(runtime, fix)
    # The longest first: it takes as long as all others together
    todo = [checks.template] * (not quick)
    todo += [checks.ruff, checks.ruff_format, checks.pylint]
    todo += [checks.oca_module, checks.oca_po, checks.translations]
    todo += [checks.licenses, checks.house_rules, checks.references, checks.made]
    todo += [checks.core] * core
    failed = 0
    # What mends files does so one after the other
    with ThreadPoolExecutor(1 if fix else 2) as pool:
        passed = pool.map(_is_passed, todo)
        for check, good in zip(todo, passed, strict=True):
            say(f"{'ok     ' if good else 'FAILED '} {check.__doc__}")
            failed += not good
    say(f"lint: {len(todo) - failed} passed, {failed} failed")
    return failed


def _is_passed(check):
    with contextlib.suppress(Stop):
        return not check()
    return False


@dataclass(frozen=True)
class Checks:
    """The checks; each returns something true when it found something."""

    runtime: Runtime
    fix: bool

    def _call(self, *command):
        """Run a tool of the virtual environment in the checkout."""
        sys.stdout.flush()
        command = [str(part) for part in command]
        return subprocess.call(command, cwd=CHECKOUT, env=self.runtime.env)

    def ruff(self):
        """ruff: rules, complexity up to 10"""
        fix = ["--fix"] * self.fix
        return self._call("ruff", "check", "--quiet", "--output-format=concise", *fix)

    def ruff_format(self):
        """ruff: format"""
        return self._call("ruff", "format", "--quiet", *["--diff"] * (not self.fix))

    def pylint(self):
        """pylint-odoo: OCA's rules"""
        # One model may be spread over files by topic: merged it would be 1 000 lines.
        command = ["pylint", "--rcfile=.pylintrc"]
        command += ["--disable=consider-merging-classes-inherited"]
        # Texts in tests are read by developers only; hypothesis' assume() does return.
        loose = "--disable=translation-required,unreachable,pointless-statement"
        tests = [CHECKOUT / name / "tests" for name in all_addons()]
        tests = [path for path in tests if path.exists()]
        return any(
            (
                self._call(*command, "--ignore=tests", *all_addons()),
                self._call(*command, loose, *tests),
            )
        )

    def oca_module(self):
        """OCA: modules and XML"""
        fix = ["--fix"] * self.fix
        return self._call("oca-checks-odoo-module", *fix, *all_addons())

    def oca_po(self):
        """OCA: translations"""
        folders = [CHECKOUT / name for name in all_addons()]
        files = [file for folder in folders for file in folder.glob("i18n/*.po*")]
        return files and self._call("oca-checks-po", *["--fix"] * self.fix, *files)

    def translations(self):
        """translations: whole, in the words of the glossary"""
        folders = [CHECKOUT / name for name in all_addons()]
        return self._call(self.runtime.python, "-m", "tools.translations", *folders)

    def licenses(self):
        """licenses of our addons and of what they depend on"""
        beside = oca.addons_folder(oca.fetch(*oca.QUEUE_JOB))
        command = ["manifestoo", "--select-addons-dir", ".", "--addons-path", beside]
        return self._call(*command, "check-licenses")

    def house_rules(self):
        """house rules: what no linter knows"""
        folders = [CHECKOUT / name for name in all_addons()]
        found = [line for folder in folders for line in broken_rules(folder)]
        found += house.borrowing(CHECKOUT / "tools")
        for line in found:
            print(line)
        return found

    def references(self):
        """references: ids of rules, links and names that lead somewhere"""
        return references.main()

    def made(self):
        """docs: what is made from the code and from fragments is current"""
        write = ["--write"] * self.fix
        readmes = self._call(self.runtime.python, "-m", "tools.readmes", *write)
        return rooms.main(write) or readmes

    def template(self):
        """translation templates: current"""
        with database.test_slot() as name:
            if not database.is_current(self.runtime, name):
                database.prepare_test(self.runtime, name)
            outdated = self._list_outdated(self.runtime, name, addons())
            apart, name = oca.install_apart(self.runtime, name)
            try:
                return outdated + self._list_outdated(apart, name, [*BESIDE, APART])
            finally:
                database.drop(apart, name)

    def _list_outdated(self, runtime, name, names):
        """Return those addons whose committed template is not what they export."""
        # One process for all: loading Odoo takes most of its time.
        if runtime.shell(name, EXPORT, cache("run"), *names):
            return names
        return [addon for addon in names if self._is_outdated(runtime, addon)]

    def _is_outdated(self, runtime, addon):
        exported = cache("run", f"{addon}.pot")
        committed = CHECKOUT / addon / "i18n" / f"{addon}.pot"
        compare = [runtime.python, "-m", "tools.pot", exported, committed]
        return self._call(*compare, *["--write"] * self.fix)

    def core(self):
        """Odoo's test_lint on our addons"""
        log = cache("logs", "test_lint.log")
        with database.test_slot() as name, open(log, "w") as output:
            database.copy(self.runtime, database.template(self.runtime), name)
            modules = ",".join([*addons(), "test_lint"])
            command = self.runtime.command(
                *(name, "--stop-after-init", "--no-http", "--init", modules),
                # Its pylint reads all of Odoo for eight minutes; ours has been run.
                *("--test-tags", "/test_lint,-/test_lint:TestPyLint"),
            )
            env = self.runtime.env
            subprocess.call(command, env=env, stdout=output, stderr=output)
        # Debian's Odoo does not pass its own tests; what counts is what names us.
        found = "".join(unexpected_lines(log.read_text())).splitlines()
        found = [line for line in found if any(name in line for name in addons())]
        # pytest finds the pure packages' tests by itself, Odoo's runner is not to.
        pure = ("test_planning_", "test_settle_")
        found = [line for line in found if not any(name in line for name in pure)]
        print(*found, sep="\n")
        return found


def broken_rules(addon):
    """Return the lines of an addon that break a house rule, with what to do instead."""
    for path in sorted(addon.rglob("*")):
        if path.suffix in SOURCES and "tests" not in path.relative_to(addon).parts:
            inside = path.relative_to(addon).as_posix()
            for number, line in enumerate(path.read_text().splitlines(), 1):
                for reason in _reasons(addon.name, inside, line):
                    yield f"{addon.name}/{inside}:{number}: {reason}: {line.strip()}"
    yield from house.misplaced(addon) if addon.name == MAIN else ()
    yield from house.doubles(addon)
    yield from house.bare_sudos(addon)
    yield from house.misnamed_sudos(addon)
    yield from house.unlisted_tests(addon)
    yield from house.borrowing(addon)
    for path in sorted(addon.rglob("*.xml")):
        for found in view_rules.unnamed_places(path):
            yield f"{path.relative_to(addon.parent)}: {found}"


def _reasons(addon, path, line):
    if addon == MAIN and WAREHOUSE.search(line):
        yield "belongs into continuity_program_stock"
    for pattern, instead in FORBIDDEN:
        if re.search(pattern, line):
            yield f"use {instead}"
    if COMMIT.search(line) and not path.startswith(COMMITTERS):
        yield "only jobs commit"

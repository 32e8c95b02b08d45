"""pytest plugin: a warning in Odoo's log fails its test, nothing is skipped in silence.

Records that a test expects (`assertLogs`, `mute_logger`) never get here: both keep them
from the root logger. The clock is stopped several times in most tests: that is made
cheaper.
"""

import logging

import freezegun
import freezegun.api
import pytest

from tools.log_rules import is_allowed

_guard = None


class Guard(logging.Handler):
    """Collects the warnings and errors of Odoo until somebody takes them."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        """Keep the record, unless it is another library's or an excepted one."""
        if record.name.split(".")[0] == "odoo":
            message = record.getMessage()
            if not is_allowed(record.name, message):
                self.lines.append(f"{record.levelname} {record.name}: {message}")

    def take(self):
        """Return the lines collected so far and forget them."""
        lines, self.lines = self.lines, []
        return lines


def pytest_configure():
    """Start to listen."""
    # pytest measures real time, also while a test has stopped the clock.
    freezegun.configure(extend_ignore_list=["_pytest.timing"])
    freezegun.api._get_module_attributes_hash = _get_fingerprint
    global _guard
    _guard = Guard()
    logging.getLogger().addHandler(_guard)


def _get_fingerprint(module):
    """Say whether a module has other names than when the clock was last stopped.

    freezegun lists and sorts the names of all modules each time. A module that is
    loaded gets names, and loses none to put others in their place.
    """
    return f"{id(module)}-{len(getattr(module, '__dict__', ()))}"


def _fail_on_warnings():
    lines = _guard.take()
    if lines:
        pytest.fail("Odoo logged what it should not:\n" + "\n".join(lines), False)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Begin with what takes long, so that two workers end at about the same time."""
    items.sort(key=lambda item: not _is_long(item))


def _is_long(item):
    return (
        _needs_processes(item)
        or _needs_browser(item)
        or item.path.stem in ("test_year", "test_random_lives", "test_wild_lives")
    )


def _needs_processes(item):
    return hasattr(item.module, "testdb") or "walkthrough" in item.nodeid


def _needs_browser(item):
    return hasattr(item.cls, "start_tour")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup():
    """Blame the test's setup for what it logged."""
    result = yield
    _fail_on_warnings()
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call():
    """Blame the test for what it logged."""
    result = yield
    _fail_on_warnings()
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown():
    """Blame the test's clean-up for what it logged."""
    result = yield
    _fail_on_warnings()
    return result


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """Fail when Odoo logged something between the tests, or when no test has run."""
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["logged"] = _guard.take()
        return
    for line in _guard.lines:
        print(line)
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    ran = any(reporter.stats.get(key) for key in ("passed", "failed", "error"))
    good = (ran and not _guard.lines) or config.option.collectonly
    if exitstatus == pytest.ExitCode.OK and not good:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Take over what a parallel worker collected between its tests."""
    _guard.lines += getattr(node, "workeroutput", {}).get("logged", [])


def pytest_terminal_summary(terminalreporter):
    """Name every skipped test: a skipped tour is a screen that nobody has tried."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section("SKIPPED, NOT TESTED", red=True, bold=True)
    for report in skipped:
        terminalreporter.line(f"{report.nodeid}: {report.longrepr[2]}", red=True)

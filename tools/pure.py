"""Pass the tests of the pure packages at once: `python -m tools.pure [pytest …]`.

Dates and amounts are computed by code that knows nothing of Odoo. This runs its tests
without loading Odoo, and without a database.
"""

import importlib.machinery
import sys
import types

from tools.environment import CHECKOUT

ADDON = "continuity_program"
#: pytest gives the first name to a file below the addon, our tests import the second.
NAMES = (ADDON, f"odoo.addons.{ADDON}")
#: Of the same subject, and about what the database says.
WITH_ODOO = ("test_forecast_facts.py",)


def load():
    """Make the addon importable without what its own `__init__` would import."""
    for name in ("odoo", "odoo.addons"):
        sys.modules.setdefault(name, _package(name))
    for name in NAMES:
        sys.modules[name] = _package(name, CHECKOUT / ADDON)
        tests = f"{name}.tests"
        sys.modules[tests] = _package(tests, CHECKOUT / ADDON / "tests")


def _package(name, *folders):
    package = types.ModuleType(name)
    package.__path__ = [str(folder) for folder in folders]
    package.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
    return package


def files():
    """Return the test files of the pure packages."""
    folder = CHECKOUT / ADDON / "tests"
    return [
        str(path)
        for subject in ("planning", "settle", "forecast")
        for path in sorted(folder.rglob(f"test_{subject}_*.py"))
        if path.name not in WITH_ODOO
    ]


def main(arguments):
    """Run pytest on these files, or on what the arguments name."""
    import pytest

    load()
    options = ["-p", "no:odoo", "-p", "no:cacheprovider", "-q"]
    # Nothing but the marker: our other plugins listen to Odoo
    options += ["-o", "addopts=-p tools.heavy"]
    named = any(".py" in argument for argument in arguments)
    return pytest.main([*options, *arguments, *([] if named else files())])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

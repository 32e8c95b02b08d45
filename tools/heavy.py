"""pytest plugin: heavy tests run with `./dev test --all` only.

A class for Odoo is heavy by Odoo's own tags, so that Odoo's runner leaves it out, too::

    @tagged("post_install", "-at_install", "-standard", "heavy")

Any other test or class has the marker `@pytest.mark.heavy`.
"""

import os

#: The environment variable that `./dev test --all` sets
ALL = "CONTINUITY_ALL"
NAME = "heavy"


def pytest_configure(config):
    """Make the marker known."""
    config.addinivalue_line("markers", f"{NAME}: runs with ./dev test --all only")


def pytest_collection_modifyitems(config, items):
    """Leave the heavy tests out, unless all are wanted."""
    left_out = [] if os.environ.get(ALL) else [item for item in items if is_heavy(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not is_heavy(item)]


def is_heavy(item):
    """Return whether a collected test is heavy, by marker or by Odoo's tag."""
    return bool(
        item.get_closest_marker(NAME)
        # Functions have no class, and pytest's classes no tags.
        or NAME in getattr(item.cls, "test_tags", ())
    )

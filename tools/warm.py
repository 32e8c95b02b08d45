"""pytest plugin: what Odoo remembers outlives a test that did not change it.

Odoo forgets all of its caches after each test: rights, defaults, compiled templates.
The next test then works them out again, a fifth of its time. Whoever changes what is
remembered says so, or Odoo itself would go wrong: only that is forgotten.
"""

from odoo.orm.registry import Registry

_clear_cache = Registry.clear_cache
#: What has changed since caches were last cleared, for each registry
_changed = {}


def _note_and_clear(self, *names):
    """Override of a registry's `clear_cache`: note what it was asked to forget."""
    _changed.setdefault(self.db_name, set()).update(names or ("default",))
    _clear_cache(self, *names)


def _clear_changed(self):
    """Override of a registry's `clear_all_caches`: forget what has changed."""
    names = _changed.pop(self.db_name, set())
    if names:
        _clear_cache(self, *names)


def pytest_configure():
    """Put both in their places."""
    Registry.clear_cache = _note_and_clear
    Registry.clear_all_caches = _clear_changed

"""pytest plugin: what Odoo remembers outlives a test that did not change it.

`./dev test` loads it. `./dev test -p no:tools.warm …` shows whether a test depends on
it.

Odoo forgets all of its caches after each test: rights, defaults, compiled templates.
The next test then works them out again, a fifth of its time. Whoever changes what is
remembered says so, or Odoo itself would go wrong: only that is forgotten.
"""

import weakref

import pytest

from odoo.orm.registry import Registry

_clear_cache = Registry.clear_cache
_clear_all_caches = Registry.clear_all_caches
#: Registries that were asked to forget something
_seen = weakref.WeakValueDictionary()
#: What has changed since caches were last cleared, for each registry
_changed = {}


def _note_and_clear(self, *names):
    """Override of a registry's `clear_cache`: note what it was asked to forget."""
    _seen[self.db_name] = self
    _changed.setdefault(self.db_name, set()).update(names or ("default",))
    _clear_cache(self, *names)


def _clear_changed(self):
    """Override of a registry's `clear_all_caches`: forget what has changed."""
    names = _changed.pop(self.db_name, set())
    if names:
        _clear_cache(self, *names)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Forget all after a class: what it made for its tests was rolled back as well."""
    result = yield
    if nextitem is None or nextitem.parent is not item.parent:
        for registry in _seen.values():
            _forget(registry)
    return result


def _forget(registry):
    """Forget all that a registry remembers; nobody else has to hear of it."""
    _changed.pop(registry.db_name, None)
    invalidated = set(registry.cache_invalidated)
    _clear_all_caches(registry)
    registry.cache_invalidated.clear()
    registry.cache_invalidated.update(invalidated)


def pytest_configure():
    """Put both in their places."""
    Registry.clear_cache = _note_and_clear
    Registry.clear_all_caches = _clear_changed

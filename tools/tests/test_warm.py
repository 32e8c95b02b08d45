"""What Odoo remembers between two tests: all but what was changed."""

import pytest

from tools import warm


class Registry:
    """As much of Odoo's as the plugin looks at."""

    # As Odoo's
    __hash__ = None

    def __init__(self, db_name):
        self.db_name = db_name
        self.cleared = []
        self.cache_invalidated = {"groups"}


@pytest.fixture
def registry(monkeypatch):
    """A registry that notes what is cleared."""
    monkeypatch.setattr(
        warm, "_clear_cache", lambda self, *names: self.cleared.append(set(names))
    )
    monkeypatch.setattr(
        warm, "_clear_all_caches", lambda self: warm._clear_cache(self, "all")
    )
    monkeypatch.setattr(warm, "_changed", {})
    monkeypatch.setattr(warm, "_seen", {})
    return Registry("one")


def test_nothing_changed_nothing_is_forgotten(registry):
    warm._clear_changed(registry)
    assert registry.cleared == []


def test_what_changed_is_forgotten_once_more(registry):
    warm._note_and_clear(registry, "templates")
    warm._note_and_clear(registry)
    warm._clear_changed(registry)
    warm._clear_changed(registry)
    assert registry.cleared == [{"templates"}, set(), {"templates", "default"}]


def test_each_database_for_itself(registry):
    warm._note_and_clear(registry, "groups")
    other = Registry("two")
    warm._clear_changed(other)
    assert other.cleared == []
    warm._clear_changed(registry)
    assert registry.cleared[-1] == {"groups"}


def test_after_a_class_all_is_forgotten(registry):
    """Also what was remembered of its data after the last change."""
    warm._note_and_clear(registry, "templates")
    warm._forget(registry)
    warm._clear_changed(registry)
    assert registry.cleared == [{"templates"}, {"all"}]
    assert registry.cache_invalidated == {"groups"}
    assert warm._seen["one"] is registry

"""The clock is stopped for all modules, also for those that come and change later."""

import datetime
import sys
import types

import pytest
from freezegun import api, freeze_time

from tools import log_guard

NAME = "continuity_module_of_the_test"


@pytest.fixture
def module():
    """Give a module that is loaded as long as the test lasts."""
    module = types.ModuleType(NAME)
    sys.modules[NAME] = module
    yield module
    del sys.modules[NAME]
    api._GLOBAL_MODULES_CACHE.pop(NAME, None)


def test_our_way_is_used():
    """A freezegun that does it otherwise is noticed here."""
    assert api._get_module_attributes_hash is log_guard._get_fingerprint
    with freeze_time("2027-09-10"):
        known, _attributes = api._GLOBAL_MODULES_CACHE["tools.log_guard"]
    assert known == log_guard._get_fingerprint(log_guard)


def test_names_that_come_later(module):
    """A name that a module got since the last time is stopped, too, and let go."""
    with freeze_time("2027-09-10"):
        pass
    module.datetime = datetime.datetime
    module.date = datetime.date
    with freeze_time("2027-09-10 12:00:00"):
        assert module.datetime.now() == datetime.datetime(2027, 9, 10, 12)
        assert module.date.today() == datetime.date(2027, 9, 10)
    assert module.datetime is datetime.datetime
    assert module.date is datetime.date


@pytest.mark.usefixtures("module")
def test_module_in_place_of_another():
    """A module of the same name is looked at anew."""
    with freeze_time("2027-09-10"):
        pass
    other = types.ModuleType(NAME)
    other.today = datetime.date
    sys.modules[NAME] = other
    with freeze_time("2027-09-10"):
        assert other.today.today() == datetime.date(2027, 9, 10)
    assert other.today is datetime.date

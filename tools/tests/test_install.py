"""The addons are installed into databases that are in use, as people do it."""

import contextlib
import os
from pathlib import Path

import pytest

from tools import testdb
from tools.runtime import addons
from tools.tests.installing import install

USED = Path(__file__).with_name("used_database.py")
#: Tables of the shop; what belongs to the server itself is written by any installation
SHOP = """
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE a.attname = 'write_date' AND c.relkind = 'r'
       AND (c.relname ~ '^(sale|account|stock|product|payment|delivery)_'
            OR c.relname = 'res_partner')
"""


@contextlib.contextmanager
def empty():
    """Give a database of PostgreSQL without anything in it."""
    with testdb.copied("template0") as name:
        yield name


@contextlib.contextmanager
def used(*orders):
    """Give a database in use that holds none of our addons; dropped at the end.

    :param int orders: so many orders more, of three lines
    """
    template = os.environ.get("CONTINUITY_TEMPLATE_DB")
    if not template:
        pytest.skip("CONTINUITY_TEMPLATE_DB is not set: use ./dev test")
    with testdb.copied(template) as name:
        fill(name, *orders)
        yield name


def fill(name, *orders):
    """Do in a database what a shop does."""
    # Any variable: a process of its own, which knows nothing of our addons
    level = {"CONTINUITY_LOG_LEVEL": "warn"}
    testdb.run(name, USED.read_text(), *orders, timeout=3600, **level)


def newest(name):
    """Return the highest id of each table of the shop."""
    tables = [table for (table,) in testdb.query(name, SHOP)]
    return {
        table: testdb.query(name, f"SELECT max(id) FROM {table}")[0][0] or 0
        for table in tables
    }


def touched(name, before):
    """Return how many old records were written since, by table; without the others."""
    counts = {
        table: testdb.query(
            name,
            f"""SELECT count(*) FROM {table}
                 WHERE id <= {highest} AND write_date > '2020-01-15'""",
        )[0][0]
        for table, highest in before.items()
    }
    return {table: count for table, count in counts.items() if count}


def check_installation(name):
    """Install our addons, and see that nothing old was written."""
    before = newest(name)
    assert before["sale_order"] and before["account_move"]
    assert touched(name, before) == {}
    install(name, *addons())
    assert touched(name, before) == {}
    sql = "SELECT continuity_type, count(*) FROM sale_order GROUP BY continuity_type"
    assert testdb.query(name, sql) == [("none", before["sale_order"])]


def test_database_in_use():
    """Quotations, orders, invoices, deliveries, two companies, a second language."""
    with used() as name:
        check_installation(name)


@pytest.mark.heavy
def test_many_orders():
    """5 000 orders of three lines."""
    with used(5000) as name:
        check_installation(name)
        assert testdb.query(name, "SELECT count(*) >= 15000 FROM sale_order_line")[0][0]


@pytest.mark.heavy
def test_demo_data():
    """The demo data of Odoo's sales, deliveries and payments."""
    with empty() as name:
        install(name, "sale_management", "sale_stock", "payment_demo", demo=True)
        install(name, *addons())
        rows = testdb.query(name, "SELECT count(*) FROM sale_order")
        assert rows[0][0] > 10


@pytest.mark.heavy
@pytest.mark.parametrize("with_stock", [False, True])
def test_other_half(with_stock):
    """What a bridge needs is there before, or comes after: the bridge comes with it."""
    states = """SELECT name, state FROM ir_module_module
                 WHERE name LIKE 'continuity%' ORDER BY name"""
    halves = ["sale_stock", "stock_delivery"]
    with empty() as name:
        install(name, "sale_management", *(halves if with_stock else []))
        install(name, "continuity_program")
        if not with_stock:
            assert ("continuity_program_stock", "uninstalled") in testdb.query(
                name, states
            )
            install(name, *halves)
        found = testdb.query(name, states)
        assert [module for module, state in found if state == "installed"] == [
            "continuity_program",
            "continuity_program_delivery",
            "continuity_program_stock",
        ]

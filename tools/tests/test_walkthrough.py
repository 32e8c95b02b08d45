"""The walk-through of `./dev demo`: it passes, can be repeated, and fails loudly."""

import pytest

from tools import testdb
from tools.environment import CHECKOUT

SOURCE = (CHECKOUT / "tools" / "walkthrough.py").read_text()
LOAD_DEMO = """
from odoo.modules.module import Manifest
from odoo.tools import convert_file

for path in Manifest.for_addon("continuity_program")["demo"]:
    convert_file(env, "continuity_program", path, {}, mode="init", noupdate=True)
env.cr.commit()
"""
COUNT_CHILDREN = """
SELECT count(*) FROM sale_order
WHERE continuity_order_id IS NOT NULL AND state = 'sale'
"""


@pytest.fixture(scope="module")
def demo():
    """Name of a database with the demo data, to be copied."""
    with testdb.copied() as name:
        testdb.run(name, LOAD_DEMO)
        yield name


def test_twice_on_one_database(demo):
    with testdb.copied(demo) as name:
        output = testdb.run(name, SOURCE).stdout
        testdb.run(name, SOURCE)
        children = testdb.query(name, COUNT_CHILDREN)
    for variant in ("A", "C", "D"):
        assert f" Variant {variant}: " in output
    # Twice three variants; Anders Berg's first parcel is left out by the filter
    assert children == [(6,)]


def test_wrong_state_is_an_error(demo):
    with testdb.copied(demo) as name:
        process = testdb.start(
            name,
            "env.ref('continuity_program.product_book_winter').list_price = 31\n"
            + SOURCE.split('"""', 2)[2],
        )
        stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "StepFailed: variant A, step 6: the planned value is 91.0" in stderr
    assert "Variant C" not in stdout

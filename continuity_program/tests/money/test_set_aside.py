# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from ...models.base.set_aside import is_set_aside, measure


def name(account=7, **amounts):
    """Name what is held of an account."""
    return measure(f"3 account {account}", amounts)


#: Two returns of an account, a payment, and a hold whose reason looks like an account
SEEN = {name(held=3000, a=2000, b=1000), "3 payment 8", "3 hold 3 up to held=9"}
#: What is covered by it, and what is not
COVERED = (
    name(held=3000, a=2000, b=1000),
    name(held=2000, a=2000, b=1000),
    name(held=3000, a=2000, b=999),
    name(held=2000, a=2000),
    "3 payment 8",
    "3 hold 3 up to held=9",
)
OTHERS = (
    name(held=3001, a=2000, b=1000),
    name(held=3000, a=2001, b=1000),
    name(held=3000, a=2000, b=900, c=100),
    name(account=8, held=3000, a=2000, b=1000),
    "3 account 7",
    "3 payment 9",
    "3 hold 3 up to held=8",
)


@tagged("post_install", "-at_install")
class TestSetAside(BaseCase):
    """What was set aside covers the same and less of it, and nothing else."""

    def test_covered(self):
        for keys, is_covered in ((COVERED, True), (OTHERS, False)):
            for key in keys:
                with self.subTest(key=key):
                    self.assertIs(is_set_aside(key, SEEN), is_covered)

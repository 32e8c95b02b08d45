# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
class TestMenus(ContinuityCommon):
    """A menu is of use to whom the menus above it are shown, too."""

    def test_each_group_sees_its_menus(self):
        """Whoever has one of the groups of a menu, and no other, finds it."""
        menus = self.env["ir.model.data"].search(
            [("module", "=like", "continuity_program%"), ("model", "=", "ir.ui.menu")]
        )
        menus = self.env["ir.ui.menu"].browse(menus.mapped("res_id"))
        self.assertGreater(len(menus), 40)
        # An administrator sets up the apps he has, as with Odoo's own settings
        for group in menus.group_ids - self.env.ref("base.group_system"):
            user = self.env["res.users"].create(
                {
                    "name": f"Only {group.full_name}",
                    "login": f"only_{group.id}",
                    "group_ids": [
                        (6, 0, (group | self.env.ref("base.group_user")).ids)
                    ],
                }
            )
            shown = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            for menu in menus.filtered(
                lambda menu, group=group: group in menu.group_ids
            ):
                with self.subTest(group=group.full_name, menu=menu.complete_name):
                    self.assertTrue(menu.id in shown)

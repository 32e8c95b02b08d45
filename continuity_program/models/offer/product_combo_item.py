# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError


class ProductComboItem(models.Model):
    _inherit = "product.combo.item"

    @api.constrains("product_id")
    def _check_continuity_program(self):
        """Keep parent products out of combos: a program is sold by itself.

        :raise ValidationError: naming product and combo
        """
        # Whoever makes combos may not see programs.
        for item_sudo in self.sudo().filtered("product_id.continuity_program_id"):
            raise ValidationError(
                self.env._(
                    "%(product)s starts continuity program %(program)s and cannot be a"
                    " choice of combo %(combo)s. Sell it on a line of its own.",
                    product=item_sudo.product_id.display_name,
                    program=item_sudo.product_id.continuity_program_id.code,
                    combo=item_sudo.combo_id.name,
                )
            )

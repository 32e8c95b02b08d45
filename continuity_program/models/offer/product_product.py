# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ProductProduct(models.Model):
    """The product as customers know it."""

    _inherit = "product.product"

    def _continuity_get_name(self):
        """Name a product as its customer knows it, without our number.

        :rtype: str
        """
        # Customers read what they get, not the catalogue
        return self.sudo().with_context(display_default_code=False).display_name

    def _continuity_get_description(self):
        """Describe a product on a document of its customer, without our number.

        :rtype: str
        """
        product = self.with_context(display_default_code=False)
        return product.get_product_multiline_description_sale()

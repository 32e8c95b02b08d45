# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class ProductTemplate(models.Model):
    """The product: no program while an open till may still sell it.

    A till reads its products when it is opened. What becomes a program later is refused
    when the order arrives, and by then the cashier has taken the money.
    """

    _inherit = "product.template"

    continuity_left_tills_at = fields.Datetime(
        string="Taken off the tills at",
        readonly=True,
        copy=False,
        help="Tills that were opened before may still have it.",
    )

    def write(self, vals):
        """Override to note when products are taken off the tills."""
        is_leaving = "available_in_pos" in vals and not vals["available_in_pos"]
        if is_leaving and (leaving := self.filtered("available_in_pos")):
            super(ProductTemplate, leaving).write(
                {"continuity_left_tills_at": fields.Datetime.now()}
            )
        return super().write(vals)

    @api.constrains("continuity_program_id")
    def _check_continuity_open_tills(self):
        for template in self.filtered("continuity_program_id"):
            if tills := template._get_continuity_open_tills():
                raise ValidationError(
                    self.env._(
                        "%(product)s was for sale at %(tills)s when it was opened, and"
                        " may be sold there until it is closed: the money would be"
                        " taken, and the order refused. Close the session, then make"
                        " the product a program, or use a product of its own.",
                        product=template.display_name,
                        tills=", ".join(tills.mapped("name")),
                    )
                )

    def _get_continuity_open_tills(self):
        """Return the tills that were opened while the product was for sale there.

        :return: in sudo
        :rtype: pos.config
        """
        self.ensure_one()
        if not self.continuity_left_tills_at:
            return self.env["pos.config"]
        domain = Domain("state", "!=", "closed") & Domain(
            "create_date", "<=", self.continuity_left_tills_at
        )
        if self.company_id:
            domain &= Domain("company_id", "child_of", self.company_id.id)
        # Whoever keeps the products need not see the tills
        return self.env["pos.session"].sudo().search(domain).config_id

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

#: What makes an order a child order; only the jobs write it, in sudo (style 13).
CHILD_FIELDS = {"continuity_order_id", "continuity_parent_id", "continuity_type"}


class SaleOrder(models.Model):
    """What nobody types on an order, whatever the door (rules F1, F5)."""

    _inherit = "sale.order"

    def action_confirm(self):
        """Override of `sale` to tell a confirmation from a state that was typed."""
        confirming = self.with_context(continuity_confirming=True)
        return super(SaleOrder, confirming).action_confirm()

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: child orders are made by the job only."""
        for vals in vals_list:
            self._check_continuity_typed(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `sale`: programs are submitted, and children made by the job."""
        self._check_continuity_typed(vals)
        is_typed = vals.get("state") == "sale" and not (
            self.env.su or self.env.context.get("continuity_confirming")
        )
        if is_typed:
            for order in self.filtered(lambda o: o._is_continuity_draft()):
                raise UserError(
                    self.env._(
                        "%(order)s has a continuity program: its state cannot be"
                        " typed. Submit it.",
                        order=order.name,
                    )
                )
        return super().write(vals)

    def _check_continuity_typed(self, vals):
        """Refuse values that only the jobs write.

        :param dict vals: values of a write or a create
        :raise UserError: one of them is given by a person
        """
        typed = {name for name in CHILD_FIELDS.intersection(vals) if vals[name]}
        if typed and not self.env.su:
            raise UserError(
                self.env._(
                    "%(fields)s of an order cannot be typed. Child orders are made by"
                    " “Create continuity child orders”.",
                    fields=", ".join(sorted(self._fields[n].string for n in typed)),
                )
            )

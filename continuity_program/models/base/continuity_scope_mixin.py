# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: Each kind of claim has its own record, and no other
SCOPE_CHECK = """CHECK(
    (kind = 'child') = (child_order_id IS NOT NULL)
    AND (kind = 'ordinary') = (ordinary_order_id IS NOT NULL)
    AND (kind = 'ordinary') = (continuity_order_id IS NULL)
)"""
#: The record of the claim, whatever its kind; for unique indexes
SCOPE_RECORD = "COALESCE(child_order_id, ordinary_order_id, continuity_order_id)"


class ContinuityScopeMixin(models.AbstractModel):
    """What belongs to one claim: its *scope*.

    A child order is a claim, so is what a continuity order is billed up front, and so
    are the ordinary lines of a parent order. A scope is named by a pair: the kind and
    the id of the sale order, or of the continuity order.
    """

    _name = "continuity.scope.mixin"
    _description = "Of One Claim"

    kind = fields.Selection(
        selection=[
            ("child", "Child order"),
            ("upfront", "Billed up front"),
            ("ordinary", "Ordinary goods"),
        ],
        required=True,
        readonly=True,
    )
    continuity_order_id = fields.Many2one(
        comodel_name="continuity.order",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty for the ordinary goods of a parent order.",
    )
    child_order_id = fields.Many2one(
        comodel_name="sale.order",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    ordinary_order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Order of ordinary goods",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_scope",
        store=True,
        precompute=True,
        required=True,
        index=True,
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_scope",
        store=True,
        precompute=True,
        required=True,
    )

    @api.depends(
        "continuity_order_id.company_id",
        "continuity_order_id.currency_id",
        "ordinary_order_id.company_id",
        "ordinary_order_id.currency_id",
    )
    def _compute_scope(self):
        for record in self:
            order = record.continuity_order_id or record.ordinary_order_id
            record.company_id = order.company_id
            record.currency_id = order.currency_id

    def _get_scope(self):
        """Name the scope of the record.

        :return: the kind, and the id of its record
        :rtype: tuple[str, int]
        """
        self.ensure_one()
        record = (
            self.child_order_id or self.ordinary_order_id or self.continuity_order_id
        )
        return self.kind, record.id

    @api.model
    def _prepare_scope_vals(self, scopes):
        """Return the values that tie records to scopes.

        :param list[tuple[str, int]] scopes: kind and id of each
        :return: values by scope; none for a child order of no continuity order
        :rtype: dict[tuple[str, int], dict]
        """
        # Whose claim it is does not depend on who asks
        orders_sudo = self.env["sale.order"].sudo()
        children_sudo = orders_sudo.browse(
            res_id for kind, res_id in scopes if kind == "child"
        ).exists()
        order_of = {
            child_sudo.id: child_sudo.continuity_order_id.id
            for child_sudo in children_sudo
        }
        result = {}
        for kind, res_id in scopes:
            vals = {"kind": kind}
            if kind == "ordinary":
                vals["ordinary_order_id"] = res_id
            elif kind == "upfront":
                vals["continuity_order_id"] = res_id
            elif order_of.get(res_id):
                vals["child_order_id"] = res_id
                vals["continuity_order_id"] = order_of[res_id]
            else:
                continue
            result[kind, res_id] = vals
        return result

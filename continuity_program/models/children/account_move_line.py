# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AccountMoveLine(models.Model):
    """The line of a credit note: which prepaid units it takes back (rules BR2, BR7)."""

    _inherit = "account.move.line"

    continuity_shipment_line_id = fields.Many2one(
        comodel_name="continuity.shipment.line",
        string="Prepaid product",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The product of a shipment whose prepaid units are credited.",
    )
    continuity_credit = fields.Selection(
        selection=[("units", "Units"), ("difference", "Price difference")],
        string="Continuity credit",
        readonly=True,
        help="Units end as credited. A price difference makes the units that go on"
        " cheaper.",
    )

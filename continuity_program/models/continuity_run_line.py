# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ContinuityRunLine(models.Model):
    """What a run did with one record, or why it left it out."""

    _name = "continuity.run.line"
    _description = "Continuity Run Line"
    _order = "run_id, id"
    _check_company_auto = True

    run_id = fields.Many2one(
        comodel_name="continuity.run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="run_id.company_id", store=True, index=True, precompute=True
    )
    job = fields.Selection(related="run_id.job", store=True)
    continuity_order_id = fields.Many2one(
        comodel_name="continuity.order",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    shipment_id = fields.Many2one(
        comodel_name="continuity.shipment",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    payment_id = fields.Many2one(
        comodel_name="continuity.payment",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    child_order_id = fields.Many2one(
        comodel_name="sale.order", readonly=True, ondelete="set null"
    )
    outcome = fields.Selection(
        selection=[("done", "Done"), ("skipped", "Left out"), ("failed", "Failed")],
        required=True,
        readonly=True,
        index=True,
    )
    reason = fields.Char(
        readonly=True, index=True, help="Short code of the reason, for filters."
    )
    message = fields.Char(readonly=True)

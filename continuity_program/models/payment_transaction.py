# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    continuity_payment_ids = fields.Many2many(
        comodel_name="continuity.payment",
        relation="continuity_payment_transaction_rel",
        column1="transaction_id",
        column2="payment_id",
        string="Continuity payments",
        copy=False,
        readonly=True,
    )
    continuity_order_id = fields.Many2one(
        comodel_name="continuity.order",
        string="Card for",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The continuity order whose card this transaction stores.",
    )
    continuity_no_answer = fields.Boolean(
        readonly=True,
        copy=False,
        help="The provider was asked and did not answer: nobody knows whether the"
        " customer was charged.",
    )

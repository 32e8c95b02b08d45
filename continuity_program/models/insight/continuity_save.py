# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: What a customer who wants to leave is offered instead
OFFERS = [
    ("skip", "Skip the next shipment"),
    ("postpone", "Postpone the next shipment"),
    ("pause", "Pause"),
    ("swap", "Another product next time"),
    ("discount", "Lower price"),
]


class ContinuitySave(models.Model):
    """A customer wanted to leave: what he was offered, and whether he took it.

    One row for each time he asked, written by the dialog in which his order is
    cancelled. Nobody types or deletes it.
    """

    _name = "continuity.save"
    _description = "Request to Leave"
    _rec_name = "continuity_order_id"
    _order = "date desc, id desc"
    _check_company_auto = True

    continuity_order_id = fields.Many2one(
        comodel_name="continuity.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="continuity_order_id.company_id", store=True, index=True
    )
    date = fields.Date(required=True, readonly=True, index=True)
    end_reason_id = fields.Many2one(
        comodel_name="continuity.end.reason",
        string="Reason",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    offer = fields.Selection(selection=OFFERS, readonly=True)
    is_accepted = fields.Boolean(
        string="Accepted",
        readonly=True,
        help="The customer took the offer, and stayed that day.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked by",
        readonly=True,
        help="Who took the call.",
    )

    @api.model
    def _note_requests(self, orders, end_reason, offer=False, is_accepted=False):
        """Write down that customers asked to leave.

        Who is ended because he does not pay, or because we do not go on, has not asked.

        :param continuity.order orders: their orders
        :param continuity.end.reason end_reason: why; empty = nobody was asked
        :param str offer: what they were offered, one of `OFFERS`
        :param bool is_accepted: whether they took it
        """
        if end_reason.kind in ("payment", "company"):
            return
        # Nobody types what was asked: whoever may change the order leaves its trace
        self.sudo().create(
            [
                {
                    "continuity_order_id": order.id,
                    "date": order.company_id._continuity_today(),
                    "end_reason_id": end_reason.id,
                    "offer": offer,
                    "is_accepted": is_accepted,
                    "user_id": self.env.uid,
                }
                for order in orders
            ]
        )

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..arguments import public
from ..models.insight.continuity_save import OFFERS


class ContinuityCancel(models.TransientModel):
    """Before an order is cancelled: what the customer is offered instead."""

    _inherit = "continuity.cancel"

    offer = fields.Selection(
        selection=OFFERS,
        string="Offered instead",
        compute="_compute_offer",
        store=True,
        readonly=False,
        help="What may keep the customer. “The customer stays” does it; if you cancel"
        " all the same, it is noted that the offer was refused.",
    )
    resume_date = fields.Date(
        string="Until", help="The day shipments go on. Empty: somebody resumes it."
    )
    discount = fields.Float(
        string="Discount %",
        help="Off what every shipment that is planned costs now, discounts included.",
    )

    offer_choices = fields.Json(compute="_compute_offer_choices")
    swap_product_id = fields.Many2one(
        comodel_name="product.product",
        string="Send instead",
        domain="[('sale_ok', '=', True), ('continuity_program_id', '=', False)]",
        help="Sent with the next shipment, at the price of the product it stands for.",
    )

    @api.depends("end_reason_id")
    def _compute_offer_choices(self):
        for wizard in self:
            wizard.offer_choices = wizard.end_reason_id._get_offers()

    @api.depends("end_reason_id")
    def _compute_offer(self):
        """What the reason does not offer is not chosen any more."""
        for wizard in self:
            if wizard.offer not in wizard.end_reason_id._get_offers():
                wizard.offer = False

    @public(one=True)
    def action_stay(self):
        """Do what the customer was offered, and write down that he stays.

        :rtype: dict
        :raise UserError: nothing was offered, or it cannot be done
        """
        self.ensure_one()
        if self.kind != "order" or not self.offer:
            raise UserError(self.env._("Choose what the customer is offered instead."))
        offers = {
            "skip": self._offer_skip,
            "postpone": self._offer_postpone,
            "pause": self._offer_pause,
            "swap": self._offer_swap,
            "discount": self._offer_discount,
        }
        offers[self.offer]()
        self._note_stay()
        return self._get_done_action(
            self.env._("%s goes on.", ", ".join(self.order_ids.mapped("name"))),
            following={"type": "ir.actions.client", "tag": "continuity_show_anew"},
        )

    # === OFFERS === #

    def _get_next_shipments(self):
        """Return what leaves next of each order.

        :rtype: continuity.shipment
        :raise UserError: nothing of one of them is planned
        """
        following = self.env["continuity.shipment"]
        for order in self.order_ids:
            shipment = order._get_next_shipment()
            if not shipment:
                raise UserError(
                    self.env._("Nothing of %s is planned any more.", order.display_name)
                )
            following |= shipment
        return following

    def _offer_skip(self):
        self._get_next_shipments().action_skip()

    def _offer_postpone(self):
        self._get_next_shipments().action_postpone()

    def _offer_pause(self):
        self.order_ids.action_pause(self.resume_date)

    def _offer_swap(self):
        product = self.swap_product_id
        if not product:
            raise UserError(self.env._("Choose the product to send instead."))
        for shipment in self._get_next_shipments():
            if len(shipment.line_ids) != 1:
                raise UserError(
                    self.env._(
                        "%s sends several products: swap one of them on the shipment.",
                        shipment.display_name,
                    )
                )
            shipment.line_ids._substitute(product)

    def _offer_discount(self):
        if not 0 < self.discount < 100:
            raise UserError(
                self.env._("The discount is more than 0 % and less than 100 %.")
            )
        reason = self._get_reason_text()
        self._get_next_shipments()
        for order in self.order_ids:
            lines = order._get_open_shipments().line_ids
            # Off what he pays now: what he has been given before stays his
            for given, alike in lines.grouped("discount").items():
                left = (100 - given) * (100 - self.discount) / 100
                alike.write({"discount": 100 - left, "price_reason": reason})

    # === THE RECORD === #

    def _get_offer_label(self):
        return dict(self._fields["offer"]._description_selection(self.env))[self.offer]

    def _get_reason_text(self):
        """Say why the customer wanted to leave.

        :rtype: str
        """
        text = (self.reason or "").strip() or self.end_reason_id.name
        return text or self.env._("wanted to leave")

    def _note_leave(self):
        """Write down that the customers have asked to leave, and took no offer."""
        self.env["continuity.save"]._note_requests(
            self.order_ids, self.end_reason_id, self.offer
        )

    def _note_stay(self):
        """Write down that the customer asked, and stayed."""
        for order in self.order_ids:
            order.message_post(
                body=self.env._(
                    "Wanted to leave (%(reason)s). Stays: %(offer)s.",
                    reason=self._get_reason_text(),
                    offer=self._get_offer_label(),
                )
            )
        self.env["continuity.save"]._note_requests(
            self.order_ids, self.end_reason_id, self.offer, is_accepted=True
        )

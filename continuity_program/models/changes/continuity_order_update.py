# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError

from ...arguments import public
from ..base.pending import PendingWrites
from ..payments.continuity_payment import CHARGED_STATES
from .order_update import OrderUpdate, OrderUpdater


class ContinuityOrder(models.Model):
    """The continuity order: brought to its program as it is now.

    Only what has not left yet, and nothing a person changed for the customer. The same
    code previews and applies, see :meth:`continuity.program._preview_update`.
    """

    _inherit = "continuity.order"

    update_number = fields.Integer(
        readonly=True,
        copy=False,
        help="The last release of the program this order was brought to.",
    )
    kept_text = fields.Text(
        string="Kept as it was sold",
        readonly=True,
        copy=False,
        help="What the last release of the program says otherwise, and why it stays as"
        " it was sold. Until somebody has accepted it.",
    )

    def _keep_in_mind(self, updates):
        """Remember what an update has left as it was sold, for a person to see.

        :param dict updates: what was changed and what was kept, by order
        """
        for order, update in updates.items():
            text = "\n".join(update.kept) or False
            if (order.kept_text or False) != text:
                order.kept_text = text

    @public()
    def action_accept_kept(self):
        """Take it that these orders stay as they were sold.

        :raise AccessError: the user is no manager
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator accepts what an update left.")
            )
        self.check_access("write")
        kept = self.filtered("kept_text")
        kept._message_log_batch(
            {
                order.id: self.env._("Accepted as it was sold: %s", order.kept_text)
                for order in kept
            },
            author_id=self.env.user.partner_id.id,
        )
        # The manager has decided (checked); what an update has left nobody types
        kept.sudo().kept_text = False

    def _update_from_program(self, today, notice_date=None):
        """Bring the open shipments to the program as it is now.

        Doing it again changes nothing.

        :param date today: local date; nothing is planned before it
        :param date notice_date: a dearer price counts from this day on (rules N85);
            None = at once
        :return: what was changed and what was kept, by order
        :rtype: dict[continuity.order, OrderUpdate]
        :raise UserError: an event has no timing any more
        """
        # Read for all orders at once what the walk through each of them asks for
        self.shipment_ids.line_ids.product_id.mapped("display_name")
        self.shipment_ids.child_order_id.mapped("name")
        before = {order: order.amount_planned for order in self}
        texts = {}
        updates = {order: OrderUpdate(texts=texts) for order in self}
        charged = self.payment_ids.filtered(lambda row: row.state in CHARGED_STATES)
        scope = {
            "today": today,
            "notice_date": notice_date,
            "plans": {},
            "prices": {},
            # A payment was made for them, and they have no child yet
            "paid": charged.shipment_id.filtered(lambda s: s.state == "planned"),
            "shipments": [],
            "lines": [],
            "gone": [],
            "pending": PendingWrites(),
        }
        for order, update in updates.items():
            OrderUpdater(order, update, scope).apply()
        scope["pending"].write()
        self.env["continuity.shipment"]._create_or_revive(scope["shipments"])
        self.env["continuity.shipment.line"].create(scope["lines"])
        self.env["continuity.shipment.line"].union(*scope["gone"]).unlink()
        self._refresh_has_more()
        for order, update in updates.items():
            update.amount_change = order.currency_id.round(
                order.amount_planned - before[order]
            )
        return updates

    def _number_events(self, vals_list):
        """Keep the Event ID of a row unique in its order.

        References of payments are made of it. A new event may have got the number that
        a shipped one had when it was planned.

        :param list[dict] vals_list: values of new rows of this order
        :return: the same values
        :rtype: list[dict]
        """
        self.ensure_one()
        owners = {s.event_number: s.event_id.id for s in self.shipment_ids}
        numbers = {s.event_id.id: s.event_number for s in self.shipment_ids}
        for vals in vals_list:
            event_id = vals["event_id"]
            number = numbers.get(event_id, vals["event_number"])
            if owners.get(number, event_id) != event_id:
                number = max(owners) + 1
            owners[number], numbers[event_id] = event_id, number
            vals["event_number"] = number
        return vals_list

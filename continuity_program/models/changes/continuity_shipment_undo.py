# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare

from ...arguments import public
from ..agreement.ending import end_called_off
from ..agreement.states import ACTIVE_STATES


class ContinuityShipment(models.Model):
    """The shipment: its child order is cancelled, it is planned again, its invoice is
    undone (rules F2)."""

    _inherit = "continuity.shipment"

    # === CHILD CANCELLED === #

    def _cancel_with_child(self):
        """Cancel shipments at once with their child order; called in sudo (N51).

        A, B: unpaid rows are cancelled, an authorisation is voided, what was paid is
        proposed to be refunded. Up front the units are open again.
        """
        # One that was done, too: of a child that is cancelled nothing has left
        sent = self.filtered(lambda s: s.state in ("ordered", "done"))
        sent.write({"state": "cancelled", "actual_date": False})
        sent._get_payment_rows()._cancel_with_child()
        for company, orders in sent.continuity_order_id.grouped("company_id").items():
            end_called_off(orders, company._continuity_today())
        for shipment in sent:
            shipment.continuity_order_id.message_post(
                body=self.env._(
                    "Shipment %(number)s: child order %(child)s was cancelled. It is"
                    " not sent unless it is planned again.",
                    number=shipment.number,
                    child=shipment.child_order_id.name,
                )
            )

    def _get_payment_rows(self):
        """Return the payment rows of these shipments.

        :rtype: continuity.payment
        """
        rows = self.env["continuity.payment"]
        return rows.search([("shipment_id", "in", self.ids)])

    # === SENT AFTER ALL === #

    def _is_still_to_come(self):
        """Say whether the shipment, if it is left out, can be sent after all.

        :rtype: bool
        """
        self.ensure_one()
        today = self.company_id._continuity_today()
        return self.planned_date >= today or self.is_missed

    def _get_droppable(self):
        """Return the shipments that fall away when their order ends.

        One that is left out, too, as long as it can be taken back; what was left out
        in the past stays told as that.

        :rtype: continuity.shipment
        """
        return self.filtered(
            lambda s: (
                not s.child_order_id
                and (
                    s.state == "planned"
                    or (s.state == "skipped" and s._is_still_to_come())
                )
            )
        )

    def _check_can_unskip(self):
        """Refuse to send what was left out of an order that has ended before it.

        :raise UserError: naming the shipment, or the order
        """
        self._check_can_change(states=("skipped",))
        for shipment in self:
            order = shipment.continuity_order_id
            ends = order.shipment_ids.filtered(
                lambda s: s.action == "end" and s.state in ("planned", "skipped")
            )
            key = shipment._get_leaving_key()
            if order.ended_date and all(s._get_leaving_key() < key for s in ends):
                raise UserError(
                    self.env._(
                        "%(order)s has ended, its shipments cannot be changed.",
                        order=order.display_name,
                    )
                )

    # === PLANNED AGAIN === #

    @public()
    def action_replan(self):
        """Plan cancelled shipments again, on their date or today (rules F2).

        The old child order keeps its link to the continuity order.

        :return: see :meth:`_back_to_wizard`
        :rtype: dict | bool
        :raise UserError: the order has ended, or the units were credited
        """
        self.check_access("write")
        for shipment in self:
            shipment._check_can_replan()
        self._check_units_open()
        # The seller may plan again (checked); the links to the old child nobody types
        shipments_sudo = self.sudo()
        for shipment_sudo in shipments_sudo:
            today = shipment_sudo.company_id._continuity_today()
            shipment_sudo.write(
                {
                    "state": "planned",
                    "action": "send",
                    "child_order_id": False,
                    "planned_date": max(shipment_sudo.planned_date, today),
                    "is_customized": True,
                }
            )
            shipment_sudo.line_ids.sale_order_line_id = False
            shipment_sudo.with_env(self.env)._log_change(
                self.env._("Plan again"), None, shipment_sudo._get_date_text()
            )
        closed_sudo = shipments_sudo.continuity_order_id.filtered(
            lambda order: order.state == "closed"
        )
        closed_sudo.state = "running"
        # Who had ended only because all was called off is a member again
        closed_sudo.filtered(lambda order: not order.end_reason).ended_date = False
        closed_sudo._refresh_active_state()
        return self._back_to_wizard()

    def _check_can_replan(self):
        """Refuse to plan again what did not end, or whose order has ended.

        :raise UserError: naming the shipment and the way out
        :raise AccessError: a closed order is opened again by a manager
        """
        self.ensure_one()
        order = self.continuity_order_id
        if self.state != "cancelled":
            raise UserError(
                self.env._(
                    "Shipment %(shipment)s is %(state)s. Only a cancelled one is"
                    " planned again.",
                    shipment=self.display_name,
                    state=self._get_state_label(),
                )
            )
        is_closed = order.state == "closed" and order.sale_order_id.state == "sale"
        if order.state not in ACTIVE_STATES and not is_closed:
            raise UserError(
                self.env._(
                    "%s was cancelled. Sell the program again.", order.display_name
                )
            )
        if is_closed and not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a manager can open a closed continuity order again.")
            )

    def _check_units_open(self):
        """Refuse to send what was credited, or is about to be (rules F2, BR2).

        :raise UserError: naming the shipment and the way out
        """
        # Drafts of accountants count that the seller may not see
        lines_sudo = self.sudo().line_ids.filtered("prepaid_quantity")
        free = lines_sudo._get_free_quantities()
        for line in lines_sudo:
            units = free.get(line, 0.0)
            if float_compare(units, line.quantity, precision_digits=6) < 0:
                raise UserError(
                    self.env._(
                        "%(product)s of shipment %(shipment)s was credited, or a credit"
                        " note is proposed. Ask an accountant to delete the draft, or"
                        " sell the product on a new order.",
                        product=line.product_id.display_name,
                        shipment=line.shipment_id.display_name,
                    )
                )

    # === INVOICE UNDONE === #

    def _reopen(self):
        """What is invoiced no more is not done any more (rules F2); called in sudo."""
        done = self.filtered(
            lambda s: s.state == "done" and s.continuity_order_id.state in ACTIVE_STATES
        )
        done.write({"state": "ordered", "actual_date": False})

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..agreement.ending import UNDER_WAY_STATES
from ..agreement.states import ACTIVE_STATES
from ..payments.continuity_payment import CHARGED_STATES

#: What a child has from its continuity order, for good: whose card is charged, and in
#: which money
TERMS = {"company_id", "currency_id", "partner_id", "pricelist_id"}


class SaleOrder(models.Model):
    """The child order: cancelled, deleted, confirmed again (rules F2)."""

    _inherit = "sale.order"

    continuity_reopened_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the child order was confirmed after it had been cancelled. What was"
        " given back before is owed again.",
    )

    # === STANDARD ACTIONS === #

    def _cancel_continuity_deleted(self):
        """Cancel the shipments of children that are about to be deleted (N51).

        :raise UserError: naming the child that cannot be cancelled, and the way out
        """
        children = self.filtered("continuity_order_id")
        children._check_continuity_child_cancel()
        children._check_continuity_child_money()
        # A manager deletes the child; shipments and rows that waited for it are ours
        shipments_sudo = children.sudo()._get_continuity_shipments()
        shipments_sudo._cancel_with_child()
        # Without a child there is no claim its rows could follow
        shipments_sudo._get_payment_rows()._cancel_open(
            "child", self.env._("the child order was cancelled")
        )
        shipments_sudo.child_order_id = False

    def _forget_continuity_cancellation(self):
        """Forget why a child was cancelled that is confirmed again (rules N51).

        Before anything is invoiced: nothing is asked of a child that is to be undone.
        """
        # Why it was cancelled was said by us, and nobody may type it
        children_sudo = self.sudo().filtered("continuity_cancel_reason")
        children_sudo.continuity_cancel_reason = False

    def _resume_continuity_children(self):
        """Let the shipments of children that were cancelled go on (rules N51)."""
        # Whoever confirms the child, its shipment follows. Of nearly all children it
        # is ordered, and nothing is to do
        for child_sudo in self.sudo().filtered(
            lambda order: (
                order.continuity_order_id
                and set(order.continuity_shipment_ids.mapped("state")) != {"ordered"}
            )
        ):
            child_sudo._resume_continuity_shipments()

    # === CHECKS === #

    def _check_continuity_child_terms(self, vals):
        """Refuse another customer or currency on a child, confirmed or not (F7).

        The card of the continuity order pays it, in the currency of the program.

        :param dict vals: values that are written
        :raise UserError: naming the field and the way out
        """
        names = sorted(TERMS.intersection(vals))
        for child in self.filtered("continuity_order_id") if names else ():
            for name in names:
                if child[name].id != (vals[name] or False):
                    raise UserError(
                        self.env._(
                            "%(child)s is paid by its continuity program: its"
                            " %(field)s cannot be changed. Change the delivery"
                            " address, or cancel its shipment and sell the goods on"
                            " an order of their own.",
                            child=child.name,
                            field=child._fields[name]._description_string(self.env),
                        )
                    )

    def _check_continuity_child_cancel(self):
        """Refuse to cancel what has left, is invoiced, or is being charged (F2).

        :raise UserError: naming the child and the way out
        """
        for child in self.filtered(lambda order: order.state != "cancel"):
            if refusal := child._get_continuity_cancel_refusal():
                raise UserError(refusal)

    def _check_continuity_child_money(self):
        """Refuse to delete a child that money has come for: nothing else leads to it.

        It would pay nothing and be given back by nobody, and the shipment would be
        charged once more when it is planned again.

        :raise UserError: naming the child and the way out
        """
        # Whoever deletes the child may see neither rows nor accounts
        rows_sudo = self.sudo()._get_continuity_rows()
        charged_sudo = rows_sudo.filtered(lambda row: row.state in CHARGED_STATES)
        balances_sudo = self.env["continuity.balance"].sudo()
        received_sudo = balances_sudo.search(
            [("child_order_id", "in", self.ids), ("amount_received", "!=", 0.0)]
        )
        kept = charged_sudo.child_order_id | received_sudo.child_order_id
        if kept:
            raise UserError(
                self.env._(
                    "%s cannot be deleted: a payment of it may have been charged."
                    " Cancel it, and leave it cancelled.",
                    ", ".join(kept.mapped("name")),
                )
            )

    def _get_continuity_cancel_refusal(self):
        """Say why the child cannot be cancelled.

        :rtype: str | bool
        """
        self.ensure_one()
        # Invoices and rows may be hidden from whoever cancels; he is told why not
        child_sudo = self.sudo()
        if child_sudo._is_continuity_delivered():
            return self.env._(
                "Goods of %s have left the house. Use a return instead.", self.name
            )
        if child_sudo._get_continuity_posted_invoices():
            return self.env._(
                "%s is invoiced. Reverse its invoice first: Cancel on the shipment"
                " does it.",
                self.name,
            )
        rows_sudo = child_sudo._get_continuity_rows()
        if any(row.state in UNDER_WAY_STATES for row in rows_sudo):
            return self.env._(
                "%s is being charged. Try again when the provider has answered.",
                self.name,
            )
        return False

    def _is_continuity_delivered(self):
        """Say whether goods of the child have left; only a warehouse knows.

        :rtype: bool
        """
        self.ensure_one()
        return False

    def _is_continuity_sent(self):
        """Say whether the customer has, or is about to get, the goods.

        :rtype: bool
        """
        self.ensure_one()
        shipments = self._get_continuity_shipments()
        return self._is_continuity_delivered() or "done" in shipments.mapped("state")

    def _is_continuity_packed(self):
        """Say whether somebody has goods of the child in hand for its address.

        :rtype: bool
        """
        self.ensure_one()
        return False

    def _send_continuity_to(self, address):
        """Send children to another address; their taxes are those of their day.

        :param res.partner address: the new delivery address
        """
        # The transfers go there, too, instead of a remark on each of them
        children = self.with_context(update_delivery_shipping_partner=True)
        for position, group in children.grouped("fiscal_position_id").items():
            group.write(
                {
                    "partner_shipping_id": address.id,
                    # Odoo would take the one of the new address
                    "fiscal_position_id": position.id,
                }
            )

    # === HELPERS === #

    def _get_continuity_shipments(self):
        """Return the shipments these children send.

        :rtype: continuity.shipment
        """
        return self.continuity_shipment_ids

    def _get_continuity_rows(self):
        """Return the payment rows of these children.

        :rtype: continuity.payment
        """
        rows = self.env["continuity.payment"]
        return rows.search([("child_order_id", "in", self.ids)])

    def _resume_continuity_shipments(self):
        """Send the shipments of a child that was cancelled after all (rules N51).

        :raise UserError: the shipment was planned again, credited, or the order ended
        """
        self.ensure_one()
        shipments = self._get_continuity_shipments()
        if not shipments:
            raise UserError(
                self.env._(
                    "The shipment of %(child)s was planned again: it gets a new child"
                    " order. Leave this one cancelled.",
                    child=self.name,
                )
            )
        cancelled = shipments.filtered(lambda s: s.state == "cancelled")
        if not cancelled:
            return
        order = cancelled.continuity_order_id
        if order.state not in ACTIVE_STATES:
            raise UserError(
                self.env._(
                    "%(order)s of %(child)s has ended.",
                    order=order.display_name,
                    child=self.name,
                )
            )
        cancelled._check_units_open()
        cancelled.write({"state": "ordered"})
        self.continuity_reopened_at = fields.Datetime.now()

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ...arguments import public


class ContinuityOrder(models.Model):
    """The continuity order: what is seen of it in the browser, and its card page."""

    _inherit = "continuity.order"

    # === WIZARD === #

    def _get_wizard_action(self):
        """Open the Continuity wizard, or the order itself once it was submitted.

        :return: action of a dialog on this record
        :rtype: dict
        """
        self.ensure_one()
        if self.state != "draft":
            return self._get_records_action()
        view = self.env.ref("continuity_program.continuity_order_view_form_wizard")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Continuity: %s", self.product_id.display_name),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _get_completing_action(self):
        """Open the Continuity wizard on the way to the recap (rules N56).

        :rtype: dict
        """
        action = self._get_wizard_action()
        context = {**action.get("context", {}), "continuity_complete": 1}
        return {**action, "context": context}

    def _sorted_by_line(self):
        """Return the orders as their lines stand on the sales order.

        :rtype: continuity.order
        """
        return self.sorted(
            lambda order: (
                order.sale_order_line_id.sequence,
                order.sale_order_line_id.id,
            )
        )

    # === CARD PAGE === #

    @public(one=True)
    def action_add_card(self):
        """Show the provider's own form for the customer.

        :return: client action with the signed link of the page
        :rtype: dict
        :raise UserError: if the order has ended
        """
        self.ensure_one()
        self.check_access("write")
        self._check_takes_card()
        return {
            "type": "ir.actions.client",
            "tag": "continuity_card_dialog",
            "name": self.env._(
                "Add credit card: %s", self.partner_invoice_id.display_name
            ),
            "params": {
                "continuity_order_id": self.id,
                "url": self._get_card_url(),
                "email": self._get_card_link_partner().email or "",
            },
        }

    @public(one=True)
    def action_send_card_link(self):
        """Mail the link of the card page to the customer.

        :return: notification that names the address
        :rtype: dict
        :raise UserError: if the customer has no e-mail address
        """
        self.ensure_one()
        self.check_access("write")
        self._check_takes_card()
        partner = self._get_card_link_partner()
        if not partner.email:
            raise UserError(
                self.env._(
                    "%(customer)s has no e-mail address. Enter one on the contact, or"
                    " open the page in a tab and copy its address.",
                    customer=partner.display_name,
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": self._get_link_sent(self._send_card_link(partner), partner),
        }

    def _get_link_sent(self, message, partner):
        """Say of the mail with the link what the mail queue says.

        :param mail.message message: the mail
        :param res.partner partner: who gets it
        :return: type and text of the notification
        :rtype: dict
        """
        # Whoever sends the link may know whether it has left
        sent_sudo = message.sudo().notification_ids.filtered(
            lambda notification: notification.res_partner_id == partner
        )
        failed_sudo = sent_sudo.filtered(
            lambda sent: sent.notification_status in ("exception", "bounce", "canceled")
        )
        if failed_sudo or not sent_sudo:
            return {
                "type": "danger",
                "sticky": True,
                "message": self.env._(
                    "The mail to %(email)s has not left: %(reason)s. Check the address,"
                    " or take the card on the telephone.",
                    email=partner.email,
                    reason=failed_sudo[:1].failure_reason
                    or self.env._("no reason is known"),
                ),
            }
        if all(sent.notification_status == "sent" for sent in sent_sudo):
            return {
                "type": "success",
                "message": self.env._("The link was sent to %s.", partner.email),
            }
        return {
            "type": "success",
            "message": self.env._(
                "The link to %s is on its way. If the mail fails, it is said in the"
                " chatter.",
                partner.email,
            ),
        }

    def _check_takes_card(self):
        """Refuse a card for an order that will never charge one."""
        for order in self:
            if order.state in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(order)s has ended and takes no card any more.",
                        order=order.display_name,
                    )
                )

    def _get_orders_to_show(self):
        """Return the orders whose schedule customer and printer get to see (N67).

        In sudo: whoever may read the sale order may read what it sells.

        :rtype: continuity.order
        """
        shown_sudo = self.sudo().filtered(lambda order: order.state != "cancelled")
        return shown_sudo._sorted_by_line()

    def _get_save_card_text(self):
        """Write what the button of the portal says.

        :rtype: str
        """
        return self.env._("Save a card for %s", self.product_id.name)

    def _is_card_asked_for(self):
        """Tell whether the customer's pages offer *Save a card*.

        :rtype: bool
        """
        self.ensure_one()
        return self.payment_method != "on_account" and self._is_payment_method_missing()

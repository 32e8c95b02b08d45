# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from .continuity_order import ACTIVE_STATES


class ContinuityOrder(models.Model):
    """The continuity order paid in advance: it stays in its country (rules C5, D-9).

    The VAT of the up-front invoice is right only while the goods go where it said.
    """

    _inherit = "continuity.order"

    def _check_written_destination(self, vals):
        """Refuse a destination that is taxed otherwise (rules C5).

        :param dict vals: values that are written
        :raise UserError: naming the order, both addresses and the way out
        """
        if vals.get("partner_shipping_id"):
            self._check_continuity_values([vals])
            self._check_destination(vals["partner_shipping_id"])

    def _note_written_position(self, vals):
        """A fiscal position that is written on a running order: somebody has decided.

        :param dict vals: values that were written
        """
        if "fiscal_position_id" in vals:
            running = self.filtered(lambda order: order.state in ACTIVE_STATES)
            # The seller chose the position; that it was he is noted, never typed
            running.sudo().fiscal_position_by_hand = True

    def _note_fiscal_position(self):
        """Remember at Submit which positions were chosen by hand, and say so."""
        for order in self:
            positions = self.env["account.fiscal.position"].with_company(
                order.company_id
            )
            proposed = positions._get_fiscal_position(
                order.partner_id, order.partner_shipping_id
            )
            if order.fiscal_position_id == proposed:
                continue
            order.fiscal_position_by_hand = True
            order.message_post(
                body=self.env._(
                    "The fiscal position was chosen by hand and holds for every child"
                    " order: %s.",
                    order.fiscal_position_id.display_name or self.env._("none"),
                )
            )

    def _check_destination(self, partner_id):
        """Refuse another country, or fiscal position, once the order is billed.

        :param int partner_id: the new delivery address
        :raise UserError: naming the order, both addresses and the way out
        """
        new = self.env["res.partner"].browse(partner_id)
        for order in self:
            if not order.bill_upfront or order.state not in ACTIVE_STATES:
                continue
            old = order._get_taxed_address()
            if order._get_tax_place(old) == order._get_tax_place(new):
                continue
            raise UserError(
                self.env._(
                    "%(order)s is billed up front with the taxes of %(old)s. Goods sent"
                    " to %(new)s are taxed otherwise. Choose an address in the same"
                    " country, or cancel the order and sell the rest anew.",
                    order=order.display_name,
                    old=order._get_place_text(old),
                    new=order._get_place_text(new),
                )
            )

    def _get_taxed_address(self):
        """Return the delivery address that decided the taxes of the up-front invoice.

        :return: of the order as long as there is no invoice (rules D-1)
        :rtype: res.partner
        """
        self.ensure_one()
        # Whoever sells may not see invoices
        invoice_sudo = self.sudo().upfront_invoice_id
        address_sudo = invoice_sudo.partner_shipping_id or self.partner_shipping_id
        return address_sudo.sudo(False)

    def _get_tax_place(self, address):
        """Return what decides how goods sent to an address are taxed.

        :param res.partner address: delivery address
        :return: country and automatic fiscal position
        :rtype: tuple[res.country, account.fiscal.position]
        """
        self.ensure_one()
        # Sellers read neither every address nor the positions of accounting
        order_sudo, address_sudo = self.sudo(), address.sudo()
        positions_sudo = order_sudo.env["account.fiscal.position"].with_company(
            order_sudo.company_id
        )
        return (
            address_sudo.country_id or order_sudo.company_id.country_id,
            positions_sudo._get_fiscal_position(order_sudo.partner_id, address_sudo),
        )

    def _get_place_text(self, address):
        """Name an address and its country, for a refusal.

        :rtype: str
        """
        # The refusal names both addresses, also one that belongs to a colleague
        address_sudo = address.sudo()
        country = address_sudo.country_id.name
        name = address_sudo.display_name
        return f"{name} ({country})" if country else name

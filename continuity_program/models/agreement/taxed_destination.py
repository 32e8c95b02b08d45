# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ..base.of_order import OfOrder
from .states import ACTIVE_STATES


class TaxedDestination(OfOrder):
    """Where the goods go of an order that was billed up front (rules C5, D-9).

    The VAT of the up-front invoice is right only while they go where it said.
    """

    def get_refusal(self, new):
        """Say why the goods cannot be sent to another address any more.

        :param res.partner new: the new delivery address
        :return: naming the order, both addresses and the way out, or False
        :rtype: str | bool
        """
        if not self.order.bill_upfront or self.order.state not in ACTIVE_STATES:
            return False
        old = self._get_old()
        if self._get_tax_place(old) == self._get_tax_place(new):
            return False
        return self.env._(
            "%(order)s is billed up front with the taxes of %(old)s. Goods sent to"
            " %(new)s are taxed differently. Choose an address in the same country, or"
            " cancel the order and sell the rest on a new one.",
            order=self.order.display_name,
            old=self._get_place_text(old),
            new=self._get_place_text(new),
        )

    def _get_old(self):
        """Return the delivery address that decided the taxes of the up-front invoice.

        :return: of the order as long as there is no invoice (rules D-1)
        :rtype: res.partner
        """
        # Whoever sells may not see invoices
        invoice_sudo = self.order.sudo().upfront_invoice_id
        address_sudo = (
            invoice_sudo.partner_shipping_id or self.order.partner_shipping_id
        )
        return address_sudo.sudo(False)

    def _get_tax_place(self, address):
        """Return what decides how goods sent to an address are taxed.

        :param res.partner address: delivery address
        :return: country and automatic fiscal position
        :rtype: tuple[res.country, account.fiscal.position]
        """
        # Sellers read neither every address nor the positions of accounting
        order_sudo, address_sudo = self.order.sudo(), address.sudo()
        positions_sudo = order_sudo.env["account.fiscal.position"].with_company(
            order_sudo.company_id
        )
        return (
            address_sudo.country_id or order_sudo.company_id.country_id,
            positions_sudo._get_fiscal_position(order_sudo.partner_id, address_sudo),
        )

    @staticmethod
    def _get_place_text(address):
        """Name an address and its country, for a refusal.

        :rtype: str
        """
        # The refusal names both addresses, also one that belongs to a colleague
        address_sudo = address.sudo()
        country = address_sudo.country_id.name
        name = address_sudo.display_name
        return f"{name} ({country})" if country else name

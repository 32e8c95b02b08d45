# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.http import request

from odoo.addons.payment.controllers.portal import PaymentPortal


class ContinuityPaymentPage(PaymentPortal):
    """Every page a customer pays on: link, portal, web shop."""

    def _create_transaction(
        self,
        *args,
        amount=None,
        is_validation=False,
        custom_create_values=None,
        **kwargs,
    ):
        """Override of `payment`: what is paid or being charged is not paid once more.

        :raise ValidationError: see `continuity.billing._check_page`
        """
        if not is_validation:
            values = custom_create_values or {}
            request.env["continuity.billing"]._check_page(
                self._get_linked("sale.order", values.get("sale_order_ids")),
                self._get_linked("account.move", values.get("invoice_ids")),
                amount or 0.0,
            )
        return super()._create_transaction(
            *args,
            amount=amount,
            is_validation=is_validation,
            custom_create_values=custom_create_values,
            **kwargs,
        )

    def _get_linked(self, model, commands):
        """Return what a payment is going to be linked to.

        :param str model: of the documents
        :param list commands: links and sets of records
        :rtype: recordset
        """
        ids = []
        for command in commands or ():
            if command[0] == Command.SET:
                ids += command[2]
            elif command[0] == Command.LINK:
                ids.append(command[1])
        return request.env[model].browse(ids)

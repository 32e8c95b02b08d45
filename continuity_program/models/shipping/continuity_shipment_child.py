# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import Command, models

from ... import planning
from ..base.sealed import unseal


class ContinuityShipment(models.Model):
    """The shipment: the child order it becomes."""

    _inherit = "continuity.shipment"

    def _create_children(self, groups, today):
        """Create one child order per group and write the links both ways.

        The values are given explicitly: what Odoo would compute is either not what was
        sold, or costs queries per order.

        :param list[continuity.shipment] groups: shipments of one order each, that
            leave together
        :param date today: local date of creation
        :return: the child orders in draft, in the order of the groups
        :rtype: sale.order
        """
        cache = defaultdict(dict)
        orders = self.env["sale.order"].with_context(tracking_disable=True)
        children = orders.create(
            [group._prepare_child_vals(today, cache) for group in groups]
        )
        for group, child in zip(groups, children, strict=True):
            group.write(
                {
                    "state": "ordered",
                    "child_order_id": child.id,
                    "failure_message": False,
                }
            )
        for line in children.order_line:
            shipment_line = line.continuity_shipment_line_id
            shipment_line.sale_order_line_id = line
            shipment_line.cost_unit = shipment_line._get_cost_unit()
        self.union(*groups)._create_prepaid_lines()
        for user, own in children.grouped("user_id").items():
            own.message_subscribe(user.partner_id.ids)
        return children.with_env(self.env)

    def _create_prepaid_lines(self):
        """Put *Paid in advance* under each goods line of an up-front order (BR1)."""
        upfront = self.filtered("continuity_order_id.bill_upfront")
        lines = upfront.filtered(lambda s: s.continuity_order_id._is_prepaid()).line_ids
        self.env["sale.order.line"].create(
            [
                line._prepare_prepaid_line_vals()
                for line in lines
                if line.sale_order_line_id
            ]
        )

    def _prepare_child_vals(self, today, cache):
        """Return the values of the child order of `self`.

        Who and where come from the continuity order as it is now, the goods from the
        shipments as they were sold.

        :param date today: local date of creation
        :param dict cache: what was looked up for other children of the chunk
        :rtype: dict
        """
        order = self.continuity_order_id
        parent = order.sale_order_id
        position = self._get_child_fiscal_position(cache["positions"])
        # A filtered line would be read alone, and its order, and that one's invoice
        lines = self.line_ids.filtered("quantity").with_prefetch(
            self.line_ids._prefetch_ids
        )
        vals = {
            "partner_id": order.partner_id.id,
            "partner_invoice_id": order.partner_invoice_id.id,
            "partner_shipping_id": order.partner_shipping_id.id,
            "company_id": order.company_id.id,
            "pricelist_id": order.pricelist_id.id,
            "fiscal_position_id": position.id,
            "payment_term_id": self._get_child_payment_term().id,
            "user_id": order.user_id.id,
            "team_id": order.team_id.id,
            "origin": parent.name,
            "client_order_ref": parent.client_order_ref,
            "note": parent.note,
            "campaign_id": parent.campaign_id.id,
            "medium_id": parent.medium_id.id,
            "source_id": parent.source_id.id,
            "tag_ids": [Command.link(tag.id) for tag in parent.tag_ids],
            "commitment_date": self._get_child_commitment(today),
            "continuity_order_id": order.id,
            "continuity_parent_id": parent.id,
            # The parent order was signed and secured; a template adds its own goods.
            "require_signature": False,
            "require_payment": False,
            "validity_date": False,
            "sale_order_template_id": False,
            "order_line": [
                Command.create(
                    {
                        **line._prepare_child_line_vals(position, today, cache),
                        # Room for the *Paid in advance* line under each of them
                        "sequence": number * 10,
                    }
                )
                for number, line in enumerate(lines, start=1)
            ],
        }
        if order._is_prepaid():
            vals["journal_id"] = order.company_id.continuity_revenue_journal_id.id
        if unseal(self.env, "continuity_preview"):
            # The number is not taken from the sequence.
            vals["name"] = self.env._("Preview")
        if "quotation_document_ids" in parent._fields:
            # A child is never a quotation that is sent: no pages around its PDF.
            vals["quotation_document_ids"] = []
        return vals

    def _get_child_commitment(self, today):
        """Return what the child promises: noon of a day in the company's zone (R12)."""
        day = planning.commitment_date(max(self.mapped("planned_date")), today)
        return self.company_id._continuity_noon(day)

    def _get_child_fiscal_position(self, cache):
        """Return the fiscal position of a child created now (rules BR3).

        Up front it is the one of the up-front invoice, whatever has changed; one that
        was chosen by hand holds; otherwise it is the one that is valid for the
        customer's address today.

        :param dict cache: positions looked up before
        :rtype: account.fiscal.position
        """
        order = self.continuity_order_id
        if order.bill_upfront:
            invoice = order.upfront_invoice_id
            return invoice.fiscal_position_id or order.fiscal_position_id
        if order.fiscal_position_by_hand:
            return order.fiscal_position_id
        key = (order.partner_id, order.partner_shipping_id)
        if key not in cache:
            positions = self.env["account.fiscal.position"].with_company(
                order.company_id
            )
            cache[key] = positions._get_fiscal_position(*key)
        return cache[key]

    def _get_child_payment_term(self):
        """Return the customer's term; ledgers with dates of their own have none.

        :rtype: account.payment.term
        """
        order = self.continuity_order_id
        term = order.sale_order_id.payment_term_id
        if order.bill_upfront or self.payment_schedule_id:
            return term.browse()
        return term

    def _get_unsellable_products(self):
        """Return what is shipped although it cannot be sold any more.

        :rtype: product.product
        """
        return self.line_ids.product_id.filtered(lambda p: not (p.active and p.sale_ok))

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ..base.of_order import OfOrder
from ..base.sealed import Sealed


def prepare_from_line(line, program):
    """Return what a draft continuity order takes from its parent line.

    :param sale.order.line line: a parent line
    :param continuity.program program: what it sells
    :return: values of a new continuity order
    :rtype: dict
    """
    return {
        "sale_order_line_id": line.id,
        "program_id": program.id,
        "quantity": line._get_continuity_quantity(),
        "event_duration": line.product_id.continuity_event_duration,
        "bill_upfront": program.bill_upfront,
        "payment_schedule_id": program.payment_schedule_id.id,
        **_prepare_from_order(line.order_id),
    }


def _prepare_from_order(order):
    """Return what a continuity order takes from the parent order.

    :param sale.order order: the parent order
    :rtype: dict
    """
    return {
        "company_id": order.company_id.id,
        "currency_id": (order.currency_id or order.company_id.currency_id).id,
        "partner_id": order.partner_id.id,
        "partner_invoice_id": order.partner_invoice_id.id or order.partner_id.id,
        "partner_shipping_id": order.partner_shipping_id.id or order.partner_id.id,
        "pricelist_id": order.pricelist_id.id,
        "fiscal_position_id": order.fiscal_position_id.id,
        "user_id": order.user_id.id,
        "team_id": order.team_id.id,
    }


class LineFollower(OfOrder):
    """What a change of its parent line means for an order.

    :param continuity.order order: the order, in sudo: whoever may write the line may
        not write the ledger
    """

    def follow_draft(self, program):
        """Take over what changed on the parent line of a draft (rules F1).

        :param continuity.program program: what the line sells
        """
        line = self.order.sale_order_line_id
        vals = prepare_from_line(line, program)
        if program != line.product_id.continuity_program_id:
            # The product has been given another program since: it counts its events
            del vals["event_duration"]
        if vals["program_id"] == self.order.program_id.id:
            # What the seller chose in the dialog outlives a change of the line
            del vals["payment_schedule_id"]
        else:
            vals.update(start_date_entered=False, payment_schedule_entered=False)
        if self.order.partner_id.id != vals["partner_id"]:
            vals.update(
                payment_method=False,
                payment_token_id=False,
                approved_payer_id=False,
            )
        else:
            # They follow on their own, unless the seller chose others here
            del vals["partner_invoice_id"], vals["partner_shipping_id"]
        changed = {
            name: value for name, value in vals.items() if self._get(name) != value
        }
        self._scale_lines(changed.get("quantity", self.order.quantity))
        if changed:
            self.order.with_context(continuity_sync=Sealed()).write(changed)

    def _get(self, name):
        field = self.order._fields[name]
        return field.convert_to_write(self.order[name], self.order)

    def follow_sold(self, is_repicked):
        """Follow the quantity of a confirmed parent line (rules N45).

        :param bool is_repicked: the product was changed
        :raise UserError: the product was changed, or the order is billed up front
        """
        if self.order.state == "cancelled":
            return
        line = self.order.sale_order_line_id
        if is_repicked:
            raise UserError(
                self.env._(
                    "%(line)s has been sold: its product cannot be changed. Cancel"
                    " the order and start a new one.",
                    line=self.order.name,
                )
            )
        quantity = line._get_continuity_quantity()
        if not float_compare(quantity, self.order.quantity, precision_digits=6):
            return
        if not quantity or self.order.bill_upfront:
            raise UserError(
                self.env._(
                    "The quantity of %(order)s cannot be changed any more. Sell"
                    " another one, or cancel this one.",
                    order=self.order.name,
                )
            )
        self._scale_lines(quantity)
        self.order.quantity = quantity

    def _scale_lines(self, quantity):
        """Give every open row *event quantity × quantity*, unless it was typed.

        Skipped ones, too: they may be taken back.
        """
        rows = self.order.shipment_ids.filtered(
            lambda s: s.state in ("planned", "skipped")
        )
        rows.parent_quantity = quantity
        lines = rows.line_ids
        for line in lines.filtered(lambda line: not line.quantity_changed):
            wanted = line.quantity / self.order.quantity * quantity
            if float_compare(wanted, line.quantity, precision_digits=6):
                line.quantity = wanted

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..base.sealed import unseal

#: What is said about money, by model: whoever writes it touches a claim
FACTS = {
    "account.move": frozenset(
        {
            "continuity_order_id",
            "invoice_line_ids",
            "line_ids",
            "matched_payment_ids",
            "reversed_entry_id",
            "state",
            "transaction_ids",
        }
    ),
    "account.payment": frozenset(
        {"amount", "currency_id", "invoice_ids", "move_id", "payment_type", "state"}
    ),
    "continuity.order": frozenset(
        {
            "asked_again",
            "bill_upfront",
            "payment_method",
            "payment_schedule_id",
            "sale_order_line_id",
            "start_date",
            "state",
            "submit_date",
        }
    ),
    "continuity.payment": frozenset(
        {
            "amount",
            "amount_planned",
            "basis",
            "cancel_kind",
            "child_order_id",
            "due_date",
            "is_paid_otherwise",
            "kind",
            "receivable_line_id",
            "sequence",
            "shipment_id",
            "state",
            "transaction_ids",
        }
    ),
    "continuity.shipment": frozenset({"child_order_id", "payment_schedule_id"}),
    "payment.transaction": frozenset(
        {
            "amount",
            "continuity_charged_back",
            "continuity_no_answer",
            "continuity_payment_ids",
            "continuity_refund_payment_id",
            "invoice_ids",
            "payment_id",
            "provider_reference",
            "sale_order_ids",
            "source_transaction_id",
            "state",
        }
    ),
    "sale.order": frozenset(
        {
            "continuity_asked_again",
            "continuity_cancel_reason",
            "continuity_order_id",
            "continuity_reopened_at",
            "state",
            "transaction_ids",
        }
    ),
    "sale.order.line": frozenset(
        {
            "continuity_settled_qty",
            "discount",
            "invoice_lines",
            "is_downpayment",
            "order_id",
            "price_unit",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "qty_delivered",
            "tax_ids",
        }
    ),
}


class ContinuityTouchMixin(models.AbstractModel):
    """A record that facts are about: creating, writing, deleting it touches claims."""

    _name = "continuity.touch.mixin"
    _description = "About the Money of Continuity Orders"

    def _get_continuity_touched(self):
        """Say which records lead to the claims.

        :return: of a model `continuity.billing` follows
        :rtype: odoo.models.BaseModel
        """
        return self

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what is new is a new fact."""
        records = super().create(vals_list)
        billing = self.env["continuity.billing"]
        if billing._is_used():
            billing._touch_records(records._get_continuity_touched())
        return records

    def write(self, vals):
        """Override: what is said about money may have changed."""
        billing = self.env["continuity.billing"]
        if FACTS[self._name].isdisjoint(vals) or not billing._is_used():
            return super().write(vals)
        # Where it goes away from has one less
        billing._touch_records(self._get_continuity_touched())
        result = super().write(vals)
        billing._touch_records(self._get_continuity_touched())
        return result

    def unlink(self):
        """Override: what is gone leads nowhere, so it is asked before."""
        billing = self.env["continuity.billing"]
        touched = self._get_continuity_touched()
        if touched._name != self._name:
            # That stays
            billing._touch_records(touched)
        elif unseal(self.env, "continuity_asked") != self._name:
            billing._touch_reached(touched)
        return super().unlink()


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "continuity.touch.mixin"]


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "continuity.touch.mixin"]


class PaymentTransaction(models.Model):
    _name = "payment.transaction"
    _inherit = ["payment.transaction", "continuity.touch.mixin"]


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "continuity.touch.mixin"]

    def _get_continuity_touched(self):
        """Override: the order of the lines leads to the claim."""
        return self.order_id


class ContinuityOrder(models.Model):
    _name = "continuity.order"
    _inherit = ["continuity.order", "continuity.touch.mixin"]


class ContinuityShipment(models.Model):
    _name = "continuity.shipment"
    _inherit = ["continuity.shipment", "continuity.touch.mixin"]

    def _get_continuity_touched(self):
        """Override: the child order leads to the claim."""
        return self.child_order_id


class ContinuityPayment(models.Model):
    _name = "continuity.payment"
    _inherit = ["continuity.payment", "continuity.touch.mixin"]


class ContinuityPaymentShare(models.Model):
    _inherit = "continuity.payment.share"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what a payment is made for is a fact."""
        shares = super().create(vals_list)
        shares._touch_continuity()
        return shares

    def unlink(self):
        """Override: what a payment was not made for is a fact, too."""
        self._touch_continuity()
        return super().unlink()

    def _touch_continuity(self):
        scopes = [share._get_scope() for share in self]
        self.env["continuity.billing"]._touch(scopes)

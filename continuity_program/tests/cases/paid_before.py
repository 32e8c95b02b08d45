# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Quotations that are paid by another door than Submit."""

from freezegun import freeze_time

from odoo.fields import Command

from .billing import BillingCase


class PaidBeforeCase(BillingCase):
    """Quotations that are paid by another door before the seller submits them."""

    currency_name = "EUR"
    #: Ordinary goods
    goods_price = 50.0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency(cls.currency_name)
            schedule = cls.env["continuity.payment.schedule"].create(
                {"name": "Three", "code": "3M", "unit": "months"}
            )
            schedule.number_of_payments = 3
            cls.club = cls._create_club("CLUB")
            cls.upfront = cls._create_club("UPFRONT", bill_upfront=True)
            cls.instalments = cls._create_club(
                "INSTALMENTS", bill_upfront=True, payment_schedule_id=schedule.id
            )

    def _add_goods(self, order, price=None):
        product = self.env["product.product"].create(
            self._goods_vals("Bookmark", price=price or self.goods_price)
        )
        order.write({"order_line": [Command.create({"product_id": product.id})]})
        return order

    def _pay(self, order, amount, state="done", process=False):
        """Money by link, portal or shop: what stays of it is its transaction."""
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.card_method.id,
                "reference": f"LINK-{order.ids}-{amount}-{len(order.transaction_ids)}",
                "amount": amount,
                "currency_id": order.currency_id.id,
                "partner_id": self.customer.id,
                "operation": "online_direct",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        getattr(transaction, f"_set_{state}")()
        if process:
            transaction._post_process()
        return transaction

    def _get_charged(self, order):
        """What our own charges have moved."""
        rows = order.continuity_order_ids.payment_ids
        own = (rows.transaction_ids | order.transaction_ids).filtered(
            lambda tx: tx.token_id and tx.state in ("pending", "authorized", "done")
        )
        return sum(own.mapped("amount"))

    def _get_shares(self, transaction):
        """Amount per claim: of the ordinary goods, then of each program."""
        shares = self.env["continuity.payment.share"].search(
            [("transaction_id", "=", transaction.id)]
        )
        totals = {}
        for share in shares:
            totals[share._get_scope()] = totals.get(share._get_scope(), 0) + (
                share.amount
            )
        order = transaction.sale_order_ids
        return (
            totals.get(("ordinary", order.id), 0.0),
            *(
                self.company.currency_id.round(totals.get(("upfront", one.id), 0.0))
                for one in order.continuity_order_ids.sorted("id")
            ),
        )

    def _get_activities(self, order):
        kind = self.env.ref("continuity_program.mail_activity_paid_unconfirmed")
        return order.continuity_order_ids.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def _get_due(self, order):
        recap = order.action_continuity_complete()
        self.assertEqual(recap["res_model"], "continuity.recap")
        return self.env["continuity.recap"].browse(recap["res_id"]).amount_today

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The fixture of rules C1, with tax: programs, prices and what is sold."""

from datetime import date

from odoo.fields import Command

from ..common import ContinuityCommon

#: Prices of A, B, C in the fixture of rules C1, per currency.
PRICES = {
    "EUR": (12.35, 18.45, 27.15),
    "JPY": (1235.0, 1845.0, 2715.0),
    "KWD": (12.351, 18.452, 27.155),
}


class BillingCase(ContinuityCommon):
    """The fixture of rules C1: program CLUB, submitted on Friday 2027-09-10."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.tax_calculation_rounding_method = "round_globally"
        cls.vat_account = cls._create_account("VAT", "CVAT01", "liability_current")
        cls.vat = cls._create_vat("VAT 21", 21.0)
        cls.revenue_account = cls._create_account("Sales", "CREV01", "income")
        cls.goods.write(
            {
                "taxes_id": [Command.set(cls.vat.ids)],
                "property_account_income_id": cls.revenue_account.id,
            }
        )
        cls.receivable = cls.customer.property_account_receivable_id

    @classmethod
    def _create_vat(cls, name, amount):
        lines = [
            Command.create({"repartition_type": "base"}),
            Command.create(
                {"repartition_type": "tax", "account_id": cls.vat_account.id}
            ),
        ]
        return cls.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "amount_type": "percent",
                "type_tax_use": "sale",
                "company_id": cls.company.id,
                "invoice_repartition_line_ids": lines,
                "refund_repartition_line_ids": lines,
            }
        )

    @classmethod
    def _set_currency(cls, name):
        """Make it the currency of the company and of its price lists."""
        currency = cls.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", name)])
        currency.active = True
        cls.company.currency_id = currency
        cls.env["product.pricelist"].search([]).currency_id = currency
        for product, price in zip(cls.goods, PRICES[name], strict=True):
            product.list_price = price
        return currency

    @classmethod
    def _create_club(cls, code="CLUB", **values):
        goods = cls.goods
        program = cls._create_program(
            code=code,
            events=[
                cls._event_vals(goods[0]),
                cls._event_vals(goods[1], days=21),
                cls._event_vals(goods[2], days=21, action="end"),
            ],
            **values,
        )
        return cls._create_parent_product(
            program, name=code, taxes_id=[Command.set(cls.vat.ids)]
        )

    @classmethod
    def _create_foreign_pricelist(cls, currency):
        """The prices of EUR in another currency.

        0.80 of it make one of the company's; from 20 September on 0.88.
        """
        currency.active = True
        currency.rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "name": day, "rate": rate}
                for day, rate in (("2027-09-01", 0.80), ("2027-09-20", 0.88))
            ]
        )
        return cls.env["product.pricelist"].create(
            {
                "name": "Abroad",
                "currency_id": currency.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": product.id,
                            "compute_price": "fixed",
                            "fixed_price": price,
                        }
                    )
                    for product, price in zip(cls.goods, PRICES["EUR"], strict=True)
                ],
            }
        )

    @classmethod
    def _quote(cls, product, token=None, **values):
        """A quotation of the fixture's day with a card, not submitted."""
        order = cls._create_order(product, order_date=date(2027, 9, 10), **values)
        order.continuity_order_ids.write(
            {
                "payment_method": "card",
                "payment_token_id": (token or cls._create_token()).id,
            }
        )
        return order

    def _entry(self, moves):
        """Balance per account of posted entries, zeroes left out."""
        result = {}
        for line in moves.line_ids:
            result.setdefault(line.account_id, 0.0)
            result[line.account_id] += line.balance
        rounding = self.company.currency_id
        return {
            account: rounding.round(balance)
            for account, balance in result.items()
            if not rounding.is_zero(balance)
        }

    def _create_child(self, continuity_order, number=1, day=date(2027, 9, 10)):
        """The child order of one shipment, as the job makes it."""
        run = self._execute(
            "create_child_orders",
            date=day,
            sale_order=continuity_order.sale_order_id,
        )
        self.assertFalse(run.failed_count, run.line_ids.mapped("message"))
        return continuity_order.shipment_ids.filtered(
            lambda s: s.number == number
        ).child_order_id

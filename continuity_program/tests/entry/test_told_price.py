# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from ..cases.billing import BillingCase


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestToldPrice(BillingCase):
    """What is frozen when taxes change: what the customer was told, in that mode."""

    def _create_included(self, name, rate):
        tax = self._create_vat(name, rate)
        tax.price_include_override = "tax_included"
        return tax

    def _sell(self, price, tax, currency, **values):
        """One product, sold at a price with this tax."""
        self._set_currency(currency)
        goods = self.goods[0]
        goods.write({"list_price": price, "taxes_id": [Command.set(tax.ids)]})
        program = self._create_program(
            code=f"TOLD-{currency}-{price}",
            events=[
                self._event_vals(goods),
                self._event_vals(goods, days=21, action="end"),
            ],
            **values,
        )
        order = self._quote(self._create_parent_product(program))
        order.action_confirm()
        return order.continuity_order_ids

    def _map(self, continuity, tax, target):
        """The customer has moved: another position holds, that maps the tax."""
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Elsewhere",
                "auto_apply": True,
                "country_id": self.env.ref("base.ch").id,
            }
        )
        if target:
            target.write(
                {
                    "fiscal_position_ids": [Command.link(position.id)],
                    "original_tax_ids": [Command.link(tax.ids[0])],
                }
            )
        else:
            zero = self._create_vat("No VAT", 0.0)
            zero.write(
                {
                    "fiscal_position_ids": [Command.link(position.id)],
                    "original_tax_ids": [Command.link(tax.ids[0])],
                }
            )
        continuity.partner_shipping_id.country_id = self.env.ref("base.ch")
        return position

    def _check_child(self, continuity, net, tax, total, number=1):
        day = date(2027, 9, 10) if number == 1 else date(2027, 10, 1)
        with freeze_time(f"{day} 12:00:00"):
            child = self._create_child(continuity, number, day)
        self.assertRecordValues(
            child,
            [{"amount_untaxed": net, "amount_tax": tax, "amount_total": total}],
        )
        rows = child.continuity_shipment_ids._get_payment_rows()
        self.assertEqual(rows.mapped("amount"), [total])
        return child

    # === ANOTHER POSITION, ANOTHER RATE === #

    def _check_moved_to_no_tax(self, currency, price, net):
        tax = self._create_included("Incl 20", 20.0)
        continuity = self._sell(price, tax, currency)
        self._map(continuity, tax, None)
        self._check_child(continuity, net, 0.0, net)

    def test_moved_to_no_tax_eur(self):
        """120.00 with 20 % is 100.00 where there is none."""
        self._check_moved_to_no_tax("EUR", 120.0, 100.0)

    def test_moved_to_no_tax_jpy(self):
        self._check_moved_to_no_tax("JPY", 12000.0, 10000.0)

    def test_moved_to_no_tax_kwd(self):
        self._check_moved_to_no_tax("KWD", 120.0, 100.0)

    def _check_moved_to_included(self, currency, price, net, vat, total):
        tax = self._create_included("Incl 20", 20.0)
        target = self._create_included("Incl 10", 10.0)
        continuity = self._sell(price, tax, currency)
        self._map(continuity, tax, target)
        self._check_child(continuity, net, vat, total)

    def test_moved_to_included_eur(self):
        """120.00 with 20 % is 110.00 with 10 %."""
        self._check_moved_to_included("EUR", 120.0, 100.0, 10.0, 110.0)

    def test_moved_to_included_jpy(self):
        self._check_moved_to_included("JPY", 12000.0, 10000.0, 1000.0, 11000.0)

    def test_moved_to_included_kwd(self):
        self._check_moved_to_included("KWD", 120.0, 100.0, 10.0, 110.0)

    def _check_another_rate(self, currency, price, net, vat):
        tax = self._create_included("Incl 20", 20.0)
        continuity = self._sell(price, tax, currency)
        tax.amount = 25.0
        self._check_child(continuity, net, vat, price)

    def test_another_rate_eur(self):
        """The rate rises, the position stays: the customer pays what he was told."""
        self._check_another_rate("EUR", 120.0, 96.0, 24.0)

    def test_another_rate_jpy(self):
        self._check_another_rate("JPY", 12000.0, 9600.0, 2400.0)

    def test_another_rate_kwd(self):
        self._check_another_rate("KWD", 120.0, 96.0, 24.0)

    def test_another_rate_and_moved(self):
        """The net of the sale, by the rate of the sale: 100.00, not 96.00."""
        tax = self._create_included("Incl 20", 20.0)
        continuity = self._sell(120.0, tax, "EUR")
        tax.amount = 25.0
        self._map(continuity, tax, None)
        self._check_child(continuity, 100.0, 0.0, 100.0)

    def test_tax_of_the_product_is_not_included_any_more(self):
        """Told 18.45 with tax; today 21 % come on top: 15.25 + 3.20."""
        tax = self._create_included("Incl 21", 21.0)
        continuity = self._sell(18.45, tax, "EUR")
        self.goods[0].taxes_id = self.vat
        self._check_child(continuity, 15.25, 3.20, 18.45)

    def test_tax_of_the_product_is_included_now(self):
        """Told 100.00 without tax: the tax of the day comes on top all the same."""
        continuity = self._sell(100.0, self.vat, "EUR")
        self.goods[0].taxes_id = self._create_included("Incl 10", 10.0)
        self._check_child(continuity, 100.0, 10.0, 110.0)

    def test_without_tax(self):
        """The net is frozen, at another rate and elsewhere."""
        continuity = self._sell(100.0, self.vat, "EUR")
        self._check_child(continuity, 100.0, 21.0, 121.0)
        self._map(continuity, self.vat, None)
        self._check_child(continuity, 100.0, 0.0, 100.0, number=2)

    def _sell_monthly(self, tax):
        """Eight shipments a month apart at 18.45; two are laid out at once."""
        self._set_currency("EUR")
        self.company.continuity_repeat_threshold = 1
        self.goods[0].write({"list_price": 18.45, "taxes_id": [Command.set(tax.ids)]})
        monthly = self.env["continuity.date.interval"].create(
            {"name": "Month", "unit": "month", "count": 1, "anchor": "same"}
        )
        event = self._event_vals(
            self.goods[0], date_interval_id=monthly.id, repeat_count=8
        )
        program = self._create_program("TOLD-MONTHLY", events=[event])
        order = self._quote(self._create_parent_product(program))
        order.action_confirm()
        return order.continuity_order_ids

    def _extend(self, continuity):
        """Both have left: the third is laid out, for 10 November."""
        known = continuity.shipment_ids
        self.assertEqual(len(known), 2)
        for number, day in ((1, date(2027, 9, 10)), (2, date(2027, 10, 10))):
            with freeze_time(f"{day} 12:00:00"):
                self._create_child(continuity, number, day)
                self._execute("extend_lines", sale_order=continuity.sale_order_id)
        added = continuity.shipment_ids - known
        self.assertEqual(len(added), 1)
        return added.line_ids

    def test_extended_when_the_tax_is_not_included_any_more(self):
        """What is added was told as the others were: 18.45 with tax, not 22.32."""
        continuity = self._sell_monthly(self._create_included("Incl 21", 21.0))
        self.goods[0].taxes_id = self.vat
        line = self._extend(continuity)
        self.assertEqual(line.price_unit, 18.45)
        position = line.told_position_id
        price = line._get_told_price(position, self.goods[0], self.vat)
        self.assertEqual(price, 15.25)

    def test_extended_with_an_announced_price(self):
        """A new price is told by the taxes of the day it is written."""
        continuity = self._sell_monthly(self._create_included("Incl 21", 21.0))
        last = continuity.shipment_ids.sorted("number")[-1]
        last.line_ids.sudo().write(
            {"announced_price_unit": 20.0, "announced_date": last.planned_date}
        )
        self.goods[0].taxes_id = self.vat
        line = self._extend(continuity)
        self.assertRecordValues(
            line,
            [
                {
                    "price_unit": 20.0,
                    "told_price_net": 20.0,
                    "told_price_gross": 24.2,
                    "is_told_with_tax": False,
                }
            ],
        )

    def test_price_of_the_day(self):
        """At shipment: the price of the day, where the customer is by then."""
        tax = self._create_included("Incl 20", 20.0)
        target = self._create_included("Incl 10", 10.0)
        continuity = self._sell(120.0, tax, "EUR", price_policy="shipment")
        self._map(continuity, tax, target)
        self.goods[0].list_price = 132.0
        self._check_child(continuity, 110.0, 11.0, 121.0)

    # === SWAP, THE PRICE STAYS === #

    def _swap(self, continuity, product):
        shipment = continuity.shipment_ids[0]
        action = shipment.action_open_swap()
        swap = self.env[action["res_model"]].browse(action["res_id"])
        swap.write({"line_id": shipment.line_ids.id, "product_id": product.id})
        swap.choice = "keep"
        swap.action_apply()
        return shipment.line_ids

    def _check_swap(self, currency, price, net, vat, total):
        tax = self._create_included("Incl 21", 21.0)
        continuity = self._sell(price, tax, currency)
        other = self.env["product.product"].create(
            self._goods_vals("Other", price=30.0, taxes_id=self.vat.ids)
        )
        line = self._swap(continuity, other)
        self.assertEqual(line.price_unit, net)
        self._check_child(continuity, net, vat, total)

    def test_swap_keeps_the_gross_eur(self):
        """18.45 with 21 % for a product without: 15.25 + 3.20."""
        self._check_swap("EUR", 18.45, 15.25, 3.20, 18.45)

    def test_swap_keeps_the_gross_jpy(self):
        self._check_swap("JPY", 1845.0, 1525.0, 320.0, 1845.0)

    def test_swap_keeps_the_gross_kwd(self):
        self._check_swap("KWD", 18.452, 15.249, 3.202, 18.451)

    def test_swap_keeps_the_net(self):
        """Told without tax: 18.45 + 3.87 = 22.32, with tax in the price or not."""
        continuity = self._sell(18.45, self.vat, "EUR")
        other = self.env["product.product"].create(
            self._goods_vals(
                "Other",
                price=30.0,
                taxes_id=self._create_included("Incl 21", 21.0).ids,
            )
        )
        line = self._swap(continuity, other)
        self.assertEqual(line.price_unit, 22.32)
        self._check_child(continuity, 18.45, 3.87, 22.32)

    def test_swap_of_several(self):
        """Two pieces never come to more than they did: 36.90, not 36.91."""
        tax = self._create_included("Incl 21", 21.0)
        continuity = self._sell(18.45, tax, "EUR")
        continuity.shipment_ids[0].line_ids._set_quantity(2.0)
        other = self.env["product.product"].create(
            self._goods_vals("Other", price=30.0, taxes_id=self.vat.ids)
        )
        self._swap(continuity, other)
        child = self._create_child(continuity)
        self.assertLessEqual(child.amount_total, 36.90)
        self.assertGreater(child.amount_total, 36.87)

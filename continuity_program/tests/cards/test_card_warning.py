# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ...models.notices.card_expiry import CardExpiry
from ..common import MANAGER, SELLER, ContinuityCommon

TODAY = date(2027, 9, 10)
LAST_OF_SEPTEMBER = date(2027, 9, 30)
ACTIVITY = "continuity_program.mail_activity_card_expired"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestCardWarning(ContinuityCommon):
    """Customers are warned of a card that expires before it is needed (N76).

    Shipments on 10 September, 10 October and 9 November 2027; 30 days ahead. A card
    valid until 30 September is needed again on 10 October: warned from 10 September.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods.write({"type": "service"})
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)

    def _sell(self, expiry=LAST_OF_SEPTEMBER, product=None):
        token = self._create_token(expiry=expiry)
        order = self._create_sold_order(product or self.product, token)
        return order.continuity_order_ids

    def _run(self, day=TODAY, **values):
        return self._execute("process_payments", date=day, **values)

    def _count_mails(self, order):
        return self.env["mail.mail"].search_count(
            [("res_id", "=", order.id), ("subject", "like", "card expires soon")]
        )

    def _was_warned(self, order):
        return self._count_mails(order) == 1

    # === WHEN === #

    def test_days_ahead(self):
        """The day before the thirtieth nothing, on it a warning, then never again."""
        order = self._sell()
        for day, count in (
            (date(2027, 9, 9), 0),
            (date(2027, 9, 10), 1),
            (date(2027, 9, 10), 1),
            (date(2027, 9, 11), 1),
            (date(2027, 10, 20), 1),
        ):
            with self.subTest(day=day):
                self._run(day)
                self.assertEqual(self._count_mails(order), count)

    def test_what_is_said(self):
        """The run, the salesperson and the customer read the same."""
        order = self._sell()
        run = self._run()
        self.assertRecordValues(
            run.line_ids,
            [{"reason": "card_warning", "continuity_order_id": order.id}],
        )
        text = (
            "The card Demo •••• 4242 (09/27) expires before the shipment of Sun 10 Oct"
            " 2027 ($\N{NO-BREAK SPACE}30.00). Ask the customer for another one."
        )
        self.assertEqual(run.line_ids.message, text)
        self.assertEqual(
            run.message,
            "0 processed. 1 warned of an expiring card. Finished.",
        )
        self.assertRecordValues(
            order.activity_ids,
            [
                {
                    "activity_type_id": self.env.ref(ACTIVITY).id,
                    "user_id": self.env.ref("base.user_admin").id,
                }
            ],
        )
        mail = self.env["mail.mail"].search(
            [("res_id", "=", order.id), ("subject", "like", "card expires soon")]
        )
        self.assertIn("Demo •••• 4242 (09/27)", mail.body_html)
        self.assertIn("Thu 30 Sep 2027", mail.body_html)
        self.assertIn(f"/my/continuity/{order.id}/card", mail.body_html)

    def test_parameter(self):
        """Days are the company's; 0 warns on the day itself."""
        self.company.continuity_card_warning_days = 0
        order = self._sell()
        self._execute("create_child_orders", date=TODAY)
        self._run(date(2027, 10, 9))
        self.assertFalse(self._was_warned(order))
        self._run(date(2027, 10, 10))
        self.assertTrue(self._was_warned(order))

    def test_last_day_counts(self):
        """A card valid on the very day of the shipment is good for it."""
        order = self._sell(expiry=date(2027, 10, 10))
        self._run()
        self.assertFalse(self._was_warned(order))
        # Needed after it on 9 November: 30 days before
        self._run(date(2027, 10, 9))
        self.assertFalse(self._was_warned(order))
        self._execute("create_child_orders", date=date(2027, 10, 10))
        self._run(date(2027, 10, 10))
        self.assertTrue(self._was_warned(order))

    def test_overdue(self):
        """A shipment that is late needs the card today."""
        order = self._sell(expiry=date(2027, 9, 15))
        self.company.continuity_card_warning_days = 0
        self._run(date(2027, 9, 15))
        self.assertFalse(self._was_warned(order))
        self._run(date(2027, 9, 16))
        self.assertTrue(self._was_warned(order))

    # === WHOM === #

    def test_who_is_not_warned(self):
        """Nobody who needs no card: a good one, on account, on hold, ended, free."""
        orders = [self._sell() for _number in range(4)]
        lasting, unknown = self._sell(date(2035, 12, 31)), self._sell(False)
        self.customer.continuity_allow_on_account = True
        orders[0].payment_method = "on_account"
        orders[1].action_hold("Asked for it")
        orders[2].shipment_ids.state = "skipped"
        orders[3].sudo().state = "closed"
        free = self._sell(
            product=self._create_parent_product(
                self._create_program(
                    "CP-FREE", [self._event_vals(self.goods_a, price=0)]
                )
            )
        )
        run = self._run()
        self.assertFalse(run.line_ids)
        for order in [*orders, lasting, unknown, free]:
            self.assertFalse(self._was_warned(order))

    def test_paid_upfront(self):
        """Everything is paid: no card is needed for what is still to be sent."""
        program = self._create_program("CP-C", bill_upfront=True)
        order = self._sell(product=self._create_parent_product(program))
        self.assertEqual(order.payment_ids.state, "paid")
        self._run()
        self.assertFalse(self._was_warned(order))

    def test_instalment(self):
        """Paid in instalments: the first one after the expiry is what counts."""
        schedule = self.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "3M",
                "allocation": "fixed_quantity",
                "unit": "months",
                "interval": 1,
                "number_of_payments": 3,
            }
        )
        program = self._create_program(
            "CP-D", bill_upfront=True, payment_schedule_id=schedule.id
        )
        order = self._sell(product=self._create_parent_product(program))
        run = self._run()
        line = run.line_ids.filtered(lambda line: line.reason == "card_warning")
        self.assertIn("before the payment of Sun 10 Oct 2027", line.message)
        self.assertTrue(self._was_warned(order))
        # Warnings are listed, payments are counted
        self.assertEqual(run.done_count, 1)

    def test_new_card(self):
        """Another card clears the activity and is warned of; so is a renewed one."""
        order = self._sell()
        self._run()
        self.assertTrue(order.activity_ids)
        order.payment_token_id = self._create_token(expiry=date(2027, 9, 20))
        self.assertFalse(order.activity_ids)
        self._run()
        self.assertEqual(self._count_mails(order), 2)
        order.payment_token_id.expiry_date = date(2027, 10, 31)
        self._run(date(2027, 10, 10))
        self.assertEqual(self._count_mails(order), 3)
        self._run(date(2027, 10, 10))
        self.assertEqual(self._count_mails(order), 3)

    def test_switched_off(self):
        """Without the mail the salesperson is told all the same."""
        self.company.continuity_mail_card_warning = False
        order = self._sell()
        self._run()
        self.assertEqual(self._count_mails(order), 0)
        self.assertEqual(order.activity_ids.activity_type_id, self.env.ref(ACTIVITY))

    def test_filters_and_company(self):
        """A run narrowed to another item, or of another company, warns nobody."""
        order = self._sell()
        other = self._create_parent_product(self._create_program("CP-OTHER"))
        self._run(product=other)
        company = self._create_company(name="Other")
        self.env.user.company_ids |= company
        self._run(company=company)
        self.assertFalse(self._was_warned(order))
        self._run(product=self.product)
        self.assertTrue(self._was_warned(order))

    def test_one_that_fails(self):
        """An order that cannot be warned is listed, and the others are."""
        orders = [self._sell() for _number in range(3)]
        original = CardExpiry.get_note

        def fail_for_second(expiry, day):
            if expiry.order == orders[1]:
                raise ValueError("cannot be said")
            return original(expiry, day)

        self.patch(CardExpiry, "get_note", fail_for_second)
        with self.assertLogs("odoo.addons.continuity_program.jobs", "ERROR"):
            run = self._run()
        self.assertEqual(
            [self._was_warned(order) for order in orders], [True, False, True]
        )
        self.assertEqual(run.failed_count, 1)
        self.assertEqual(run.state, "done")

    def test_search(self):
        """Sellers find the orders whose card expires, though they read no cards."""
        user = self._create_user("card_seller", SELLER)
        soon, late = self._sell(), self._sell(date(2035, 12, 31))
        (soon | late).user_id = user
        found = (
            self.env["continuity.order"]
            .with_user(user)
            .search([("card_expiry_date", "<", date(2027, 10, 10))])
        )
        self.assertEqual(found, soon)

    def test_queries(self):
        """Warned are many at once: less than eight queries per order."""
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.product.id})],
                }
                for _number in range(30)
            ]
        )
        orders.continuity_order_ids.write(
            {
                "payment_method": "card",
                "payment_token_id": self._create_token(expiry=LAST_OF_SEPTEMBER).id,
            }
        )
        # Who is told is who works: Odoo mails nobody about an activity of his own
        manager = self._create_user("warning_manager", MANAGER)
        orders.user_id = manager
        orders.action_confirm()
        runs = self.env["continuity.run"].with_user(manager)
        with self._counting_queries(counts := []):
            run = runs.execute("process_payments", date=TODAY)
        self.assertEqual(len(run.line_ids), 30)
        self.assertLess(counts[0] / 30, 8.0)

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..cases.billing import BillingCase
from ..common import ACCOUNTANT, MANAGER, SELLER, SELLER_ALL


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestSubmit(BillingCase):
    """Complete, recap, Submit: no confirmation without secured payment (F5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency("EUR")
            cls.club = cls._create_club("CLUB")
            cls.upfront = cls._create_club("UPFRONT", bill_upfront=True)

    def _add_ordinary(self, order, price=20.0):
        product = self.env["product.product"].create(
            self._goods_vals("Bookmark", price=price)
        )
        order.write({"order_line": [Command.create({"product_id": product.id})]})
        return order

    def _recap(self, order):
        action = order.action_continuity_complete()
        self.assertEqual(action["res_model"], "continuity.recap")
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_queries_per_order(self):
        """What is asked of each of many orders is read for all of them at once."""
        self.customer.continuity_allow_on_account = True
        vals = {
            "partner_id": self.customer.id,
            "order_line": [Command.create({"product_id": self.club.id})],
        }
        counts = []
        # What Odoo remembers is read by the first
        for count in (1, 5, 25):
            orders = self.env["sale.order"].create([vals] * count)
            orders.continuity_order_ids.payment_method = "on_account"
            self.env.flush_all()
            self.env.invalidate_all()
            with self._counting_queries(counts):
                orders.action_confirm()
            self.assertEqual(set(orders.mapped("state")), {"sale"})
        _first, few, many = counts
        self.assertLessEqual((many - few) / 20, 0.1, counts)

    # === WITHOUT PAYMENT === #

    def test_submit_without_payment_is_refused(self):
        """X16: refused by every door; hold allowed, not cleared before it is paid."""
        seller = self._create_user("holding", SELLER_ALL)
        order = self._create_order(self.club)
        with self.assertRaisesRegex(UserError, "A payment must be entered"):
            order.action_confirm()
        action = order.action_continuity_complete()
        self.assertEqual(action["res_model"], "continuity.order")
        self.assertEqual(action["res_id"], order.continuity_order_ids.id)
        with self.assertRaisesRegex(UserError, "A payment must be entered"):
            order.continuity_order_ids._activate()
        order.action_continuity_hold("Customer calls back")
        with self.assertRaisesRegex(UserError, "before it is paid"):
            order.action_continuity_release()
        # Typed or imported it is the same
        with self.assertRaisesRegex(UserError, "before it is paid"):
            order.with_user(seller).continuity_hold = False
        self.assertTrue(order.continuity_hold)
        order.continuity_order_ids._set_payment_token(self._create_token())
        with self.assertRaisesRegex(UserError, "is on hold: Customer calls back"):
            order.action_confirm()
        order.action_continuity_release()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.continuity_order_ids.state, "running")

    def test_every_order_is_checked_before_the_first_charge(self):
        good = self._quote(self.upfront)
        bad = self._create_order(self.upfront)
        with self.assertRaisesRegex(UserError, "A payment must be entered"):
            (good | bad).action_confirm()
        self.assertFalse(good.continuity_order_ids.payment_ids)

    def test_a_declined_order_does_not_stop_the_others(self):
        good = self._quote(self.upfront)
        bad = self._quote(self.upfront, self._create_token("error"))
        plain = self._quote(self.club)
        answer = (good | bad | plain).action_confirm()
        self.assertEqual((good | plain).mapped("state"), ["sale", "sale"])
        self.assertEqual(bad.state, "draft")
        self.assertIn(bad.name, answer["params"]["message"])
        self.assertIn("declined by the bank", answer["params"]["message"])

    def test_card_must_be_valid_on_the_first_due_date(self):
        order = self._quote(self.club, self._create_token(expiry=date(2027, 9, 9)))
        with self.assertRaisesRegex(UserError, "is not valid on Fri 10 Sep 2027"):
            order.action_confirm()
        order.continuity_order_ids._set_card_expiry(date(2027, 9, 10))
        order.action_confirm()
        self.assertEqual(order.state, "sale", "it is valid on its last day")

    def test_card_belongs_to_the_customer(self):
        order = self._create_order(self.club)
        stranger = self._create_partner(name="Somebody else")
        token = self._create_token(partner_id=stranger.id)
        with self.assertRaisesRegex(ValidationError, "does not belong to Karen Berg"):
            order.continuity_order_ids._set_payment_token(token)

    def test_card_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Other company"})
        provider = self.provider.copy({"company_id": company.id, "state": "test"})
        token = self._create_token(provider_id=provider.id)
        order = self._create_order(self.club)
        with self.assertRaises(UserError):
            order.continuity_order_ids._set_payment_token(token)
        self.assertNotIn(token, order.continuity_order_ids.available_token_ids)

    def test_accounts_are_checked_before_the_charge(self):
        """N16, BR12: no prepayment account, no charge."""
        order = self._quote(self.upfront)
        self.company.continuity_prepayment_account_id = False
        with self.assertRaisesRegex(UserError, "Prepayment account"):
            order.action_confirm()
        self.assertFalse(order.continuity_order_ids.payment_ids)

    def test_exempt_delivery_is_not_billed_up_front(self):
        """D-10: an export is declared when it is made, not when it is paid."""
        exempt = self._create_vat("Export", 0.0)
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        exempt.write(
            {
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(self.vat.ids)],
            }
        )
        for product, refused in ((self.upfront, True), (self.club, False)):
            order = self._quote(product, fiscal_position_id=position.id)
            if refused:
                with self.assertRaisesRegex(UserError, "goods bear no tax"):
                    order.action_confirm()
            else:
                order.action_confirm()
                self.assertEqual(order.state, "sale")

    def test_stale_quotation_is_moved_before_the_recap(self):
        """T10, R18: a quotation of 09-10 submitted on 09-25."""
        order = self._quote(self.club)
        with freeze_time("2027-09-25 12:00:00"):
            recap = self._recap(order)
            planned = order.continuity_order_ids.shipment_ids.mapped("planned_date")
            expected = [date(2027, 9, 25), date(2027, 10, 16), date(2027, 11, 6)]
            self.assertEqual(planned, expected)
            recap.action_submit()
        self.assertEqual(order.state, "sale")

    def test_card_of_a_running_order_is_not_deleted(self):
        order = self._quote(self.club)
        token = order.continuity_order_ids.payment_token_id
        order.action_confirm()
        portal = self._create_user("token_portal", "base.group_portal")
        with self.assertRaisesRegex(UserError, "Store another card there first"):
            token.with_user(portal).sudo().active = False
        token.active = False
        problem = order.continuity_order_ids._get_card_problem(date(2027, 9, 10))
        self.assertEqual(problem[0], "card_archived")

    def test_draft_orders_are_not_charged_by_a_job(self):
        order = self._quote(self.upfront)
        rows = self.env["continuity.payment"]._sync_order_rows(
            order.continuity_order_ids, date(2027, 9, 10)
        )
        rows._charge()
        self.assertEqual(rows.state, "scheduled")
        self.assertFalse(rows.transaction_ids)

    # === ON ACCOUNT === #

    def test_on_account_needs_leave(self):
        order = self._create_order(self.upfront)
        order.continuity_order_ids.payment_method = "on_account"
        with self.assertRaisesRegex(UserError, "may not pay on account"):
            order.action_confirm()
        self.customer.continuity_allow_on_account = True
        self.customer.property_payment_term_id = self.env.ref(
            "account.account_payment_term_30days"
        )
        order.payment_term_id = self.customer.property_payment_term_id
        order.action_confirm()
        continuity = order.continuity_order_ids
        self.assertEqual(continuity.state, "running")
        self.assertEqual(continuity.upfront_invoice_id.state, "posted")
        self.assertRecordValues(
            continuity.payment_ids,
            [
                {
                    "state": "billed",
                    "amount": 70.12,
                    "due_date": date(2027, 10, 10),
                    "billed_date": date(2027, 9, 10),
                }
            ],
        )
        self.assertFalse(continuity.payment_ids.transaction_ids)

    def test_on_account_respects_the_credit_limit(self):
        self.customer.continuity_allow_on_account = True
        self.company.account_use_credit_limit = True
        self.customer.credit_limit = 70.0
        order = self._create_order(self.upfront)
        order.continuity_order_ids.payment_method = "on_account"
        with self.assertRaisesRegex(UserError, "would pass the credit limit"):
            order.action_confirm()
        self.customer.credit_limit = 71.0
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_only_accountants_allow_on_account(self):
        seller = self._create_user(
            "allow_seller", SELLER_ALL + ",base.group_partner_manager"
        )
        with self.assertRaises(AccessError):
            self.customer.with_user(seller).continuity_allow_on_account = True
        books = self._create_user(
            "allow_books", ACCOUNTANT + ",base.group_partner_manager"
        )
        self.customer.with_user(books).continuity_allow_on_account = True
        self.assertTrue(self.customer.continuity_allow_on_account)

    # === MIXED ORDERS === #

    def test_mixed_order_per_shipment(self):
        """X15: mode A asks for the ordinary goods, by their own transaction."""
        order = self._add_ordinary(self._quote(self.club))
        recap = self._recap(order)
        self.assertEqual(recap.amount_today, 34.94, "the goods and the first parcel")
        self.assertIn("14.94\N{NO-BREAK SPACE}€ today, when the", recap.summary_html)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertRecordValues(
            order.transaction_ids, [{"amount": 20.0, "state": "done"}]
        )
        self.assertEqual(
            self._short(order.transaction_ids.mapped("reference")),
            [f"CPS{order.id}-1"],
        )
        self.assertFalse(order.continuity_order_ids.payment_ids)
        # Its invoice takes the payment, and leaves the parent line alone
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 20.0)
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_mixed_order_upfront(self):
        """X15 and N10: two transactions; neither invoice takes the other's money."""
        order = self._add_ordinary(self._quote(self.upfront))
        recap = self._recap(order)
        self.assertEqual(recap.ordinary_total, 20.0)
        self.assertEqual(recap.upfront_total, 70.12)
        self.assertEqual(recap.amount_today, 90.12)
        recap.action_submit()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.transaction_ids.amount, 20.0)
        continuity = order.continuity_order_ids
        self.assertEqual(continuity.payment_ids.amount, 70.12)
        self.assertEqual(continuity.upfront_invoice_id.amount_residual, 0.0)
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 20.0)
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_ordinary_goods_on_account(self):
        """N58: their own way to pay, for customers who may, within their credit."""
        order = self._add_ordinary(self._quote(self.upfront))
        self._recap(order).ordinary_method = "on_account"
        with self.assertRaisesRegex(UserError, "on account"):
            order.action_confirm()
        self.assertFalse(order.continuity_order_ids.payment_ids.transaction_ids)
        self.customer.continuity_allow_on_account = True
        self.company.account_use_credit_limit = True
        self.customer.credit_limit = 19.99
        with self.assertRaisesRegex(UserError, "credit limit"):
            order.action_confirm()
        self.customer.credit_limit = 20.0
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.transaction_ids)
        self.assertEqual(order.continuity_order_ids.payment_ids.state, "paid")
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_residual, 20.0)

    def test_ordinary_goods_paid_in_part(self):
        """N58: what the customer has paid already is not asked for again."""
        order = self._add_ordinary(self._quote(self.club))
        token = order.continuity_order_ids.payment_token_id
        paid = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.card_method.id,
                "token_id": token.id,
                "reference": "Paid on the phone",
                "amount": 15.0,
                "currency_id": order.currency_id.id,
                "partner_id": self.customer.id,
                "operation": "offline",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        paid._set_done()
        self.assertEqual(self._recap(order).amount_today, 19.94, "5.00 and a parcel")
        order.action_confirm()
        self.assertEqual(sorted(order.transaction_ids.mapped("amount")), [5.0, 15.0])

    def test_evaluation(self):
        """N59: when the order is paid, in words."""
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "Three", "code": "3M", "unit": "months", "number_of_payments": 3}
        )
        instalments = self._create_club(
            "INSTALMENTS", bill_upfront=True, payment_schedule_id=schedule.id
        )
        for product, alone, with_goods in (
            (self.club, "later", "mixed"),
            (instalments, "later", "mixed"),
            (self.upfront, "now", "now"),
        ):
            order = self._quote(product)
            self.assertEqual(order.continuity_evaluation, alone)
            self.assertEqual(
                self._add_ordinary(order).continuity_evaluation, with_goods
            )
        order = self._quote(self.upfront)
        order.action_confirm()
        self.assertEqual(order.continuity_evaluation, "paid")
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertEqual(order.continuity_evaluation, "none")

    def test_ordinary_goods_declined(self):
        """The program is paid, the goods are not: not confirmed, nothing lost."""
        order = self._add_ordinary(self._quote(self.upfront))
        order.continuity_ordinary_token_id = self._create_token("cancel")
        answer = order.action_confirm()
        self.assertIn("the other part is paid", answer["params"]["message"])
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.continuity_order_ids.payment_ids.state, "paid")
        order.continuity_ordinary_token_id = self._create_token("done")
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        row = order.continuity_order_ids.payment_ids
        self.assertEqual(len(row.transaction_ids), 1, "the program is charged once")
        self.assertEqual(
            sorted(self._short(order.transaction_ids.mapped("reference"))),
            [f"CPS{order.id}-1", f"CPS{order.id}-2"],
        )

    def test_two_programs_one_card_one_charge(self):
        """14: the stored card is charged once with the sum of its rows."""
        order = self._quote(self.upfront)
        other = self._create_club("OTHER", bill_upfront=True)
        order.write({"order_line": [Command.create({"product_id": other.id})]})
        orders = order.continuity_order_ids
        orders._set_payment_token(self._create_token())
        order.action_confirm()
        transaction = orders.payment_ids.transaction_id
        self.assertEqual(len(transaction), 1)
        self.assertEqual(transaction.amount, 140.24)
        self.assertEqual(orders.mapped("state"), ["running", "running"])
        self.assertEqual(orders.upfront_invoice_id.mapped("amount_residual"), [0, 0])
        self.assertEqual(len(orders.upfront_invoice_id), 2, "an invoice each")

    # === RECAP === #

    def test_recap_submits_and_keeps_who_read_it(self):
        order = self._quote(self.club)
        recap = self._recap(order)
        self.assertEqual(recap.amount_today, 14.94)
        self.assertFalse(recap.refusal)
        for text in ("Karen Berg", "karen.berg@example.com", "70.11", "Goods B"):
            self.assertIn(text, recap.summary_html)
        recap.is_read = True
        action = recap.action_submit()
        self.assertEqual(action["tag"], "continuity_submitted")
        self.assertEqual(
            action["params"],
            {
                "title": f"{order.name} submitted",
                "message": "Nothing charged now"
                " · mail on its way to karen.berg@example.com",
            },
        )
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.continuity_read_uid, self.env.user)
        self.assertTrue(order.continuity_read_at)

    def test_lists_tell_what_is_planned_so_far(self):
        """One question for all rows; what is billed up front is in the total."""
        orders = self._quote(self.club) | self._quote(self.upfront)
        self.env.flush_all()
        counts = []
        for rows in (orders[0], orders):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            planned = rows.mapped("continuity_planned_so_far")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(planned, [70.11, 70.12])
        self.assertEqual(counts[0], counts[1])
        form = self.env["sale.order"].new({"partner_id": self.customer.id})
        self.assertEqual(form.continuity_planned_so_far, 0.0)
        orders[0].continuity_order_ids.state = "cancelled"
        orders.invalidate_recordset()
        self.assertEqual(orders.mapped("continuity_planned_so_far"), [0.0, 70.12])
        arch = self.env["sale.order"].get_view(
            self.env.ref("sale.view_quotation_tree_with_onboarding").id, "list"
        )["arch"]
        self.assertIn("continuity_planned_so_far", arch)

    def test_recap_says_one_figure_of_today(self):
        """Headline, charge and figure are one, whoever charges it and when."""
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "Three", "code": "3R", "unit": "months", "number_of_payments": 3}
        )
        instalments = self._create_club(
            "3R", bill_upfront=True, payment_schedule_id=schedule.id
        )
        self.customer.continuity_allow_on_account = True
        for product, at_submit, method, figure, now in (
            (self.upfront, False, "card", 70.12, "Now"),
            (instalments, False, "card", 23.37, "Today"),
            (instalments, True, "card", 23.37, "Now"),
            (instalments, True, "on_account", 0.0, "Now"),
        ):
            self.company.continuity_charge_first_at_submit = at_submit
            order = self._quote(product)
            order.continuity_order_ids.payment_method = method
            recap = self._recap(order)
            self.assertEqual(recap.amount_today, figure)
            for words in (f"Today {figure:.2f}", f"{now} {figure:.2f}"):
                self.assertIn(words, recap.summary_html)

    def test_recap_says_what_is_left_of_today(self):
        """What was paid by a link is taken off the programs, line by line."""
        order = self._quote(self.upfront)
        order.write({"order_line": [Command.create({"product_id": self.upfront.id})]})
        orders = order.continuity_order_ids
        orders._set_payment_token(self._create_token())
        self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.card_method.id,
                "reference": "By link",
                "amount": 90.12,
                "currency_id": order.currency_id.id,
                "partner_id": self.customer.id,
                "operation": "online_redirect",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )._set_done()
        recap = self._recap(order)
        self.assertEqual(recap.amount_today, 50.12)
        for words in ("Today 0.00", "Now 0.00", "Today 50.12", "Now 50.12"):
            self.assertIn(words, recap.summary_html)

    def test_recap_submitted_twice_charges_once(self):
        order = self._quote(self.upfront)
        self.customer.email = False
        recap = self._recap(order)
        card = order.continuity_order_ids.payment_token_id._get_continuity_label()
        self.assertEqual(
            recap.action_submit()["params"]["message"],
            f"70.12 € charged to {card} · no mail: no e-mail address".replace(
                " €", "\N{NO-BREAK SPACE}€"
            ),
        )
        self.assertEqual(recap.action_submit()["type"], "ir.actions.act_window_close")
        self.assertEqual(len(order.continuity_order_ids.payment_ids.transaction_ids), 1)
        self.assertEqual(
            self.env["account.move"].search_count(
                [("continuity_order_id", "=", order.continuity_order_ids.id)]
            ),
            1,
        )

    def test_recap_shows_a_decline_in_place(self):
        order = self._quote(self.upfront, self._create_token("cancel"))
        recap = self._recap(order)
        action = recap.action_submit()
        self.assertEqual(action["res_id"], recap.id)
        self.assertEqual(recap.result, "declined")
        self.assertIn("Nothing was charged; take another card", recap.message)
        action = recap.action_open_payment()
        continuity = order.continuity_order_ids.with_context(**action["context"])
        self.assertEqual(action["res_id"], continuity.id)
        continuity.payment_token_id = self._create_token()
        self.assertEqual(
            continuity.action_wizard_done()["res_model"],
            "continuity.recap",
            "with another card it goes on where it was",
        )

    def test_recap_follows_the_lines(self):
        """The first line is read, and asked for, first."""
        order = self._create_order(self.club)
        order.order_line.sequence = 20
        order.write(
            {
                "order_line": [
                    Command.create({"product_id": self.upfront.id, "sequence": 10})
                ]
            }
        )
        later, first = order.continuity_order_ids.sorted("id")
        self.assertEqual(order.action_continuity_complete()["res_id"], first.id)
        first._set_payment_token(self._create_token())
        self.assertEqual(order.action_continuity_complete()["res_id"], later.id)
        later._set_payment_token(first.payment_token_id)
        html = self._recap(order).summary_html
        self.assertLess(html.index(first.name), html.index(later.name))
        self.vat.tax_group_id.name = "MOMS 25%"
        self.assertIn("in all", later.headline)
        later.invalidate_recordset(["headline"])
        self.assertIn(" incl. MOMS 25% ·", later.headline, "the tax's own word")
        self.assertEqual(
            (first | later)._get_orders_to_show(), first | later, "and for the customer"
        )
        self.assertEqual(order.amount_total, 70.12, "billed up front")
        self.assertEqual(order.continuity_planned_total, 140.23)
        self.assertFalse(order.continuity_is_endless)
        self.assertFalse(order.continuity_has_ordinary)
        self.assertTrue(self._add_ordinary(order).continuity_has_ordinary)

    def test_recap_for_a_seller(self):
        """A seller submits his own order: the ledger is none of his rights."""
        seller = self._create_user("recap_seller", SELLER)
        for product in (self.club, self.upfront):
            order = self._quote(product)
            order.user_id = seller
            order = order.with_user(seller)
            action = order.action_continuity_complete()
            self.env.invalidate_all()
            recap = self.env["continuity.recap"].with_user(seller)
            recap = recap.browse(action["res_id"])
            with Form(recap) as form:
                form.is_read = True
            recap.action_submit()
            self.assertEqual(order.state, "sale")
        row = order.continuity_order_ids.payment_ids
        self.assertEqual(row.state, "paid")
        with self.assertRaises(AccessError):
            row.write({"state": "scheduled"})
        with self.assertRaises(AccessError):
            row.mapped("transaction_ids.reference")

    def test_a_seller_of_others_may_not_submit(self):
        stranger = self._create_user("other_seller", SELLER)
        order = self._quote(self.club)
        order.user_id = self._create_user("own_seller", SELLER)
        with self.assertRaises(AccessError):
            order.with_user(stranger).action_continuity_complete()

    # === STEP 4 FAILS === #

    @mute_logger("odoo.addons.continuity_program.models.parent.sale_order_submit")
    def test_confirmation_fails_after_the_charge(self):
        """N15: the row stays paid, the error is shown, Submit repeats step 4 only."""
        order = self._quote(self.upfront)
        journals = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)]
        )
        journals.active = False
        answer = order.action_confirm()
        row = order.continuity_order_ids.payment_ids
        self.assertEqual(order.state, "draft")
        self.assertEqual(row.state, "paid")
        self.assertIn("Nothing will be charged twice", answer["params"]["message"])
        self.assertRegex(order.message_ids[0].body, "Paid 70.12.*, not confirmed: ")
        self.assertFalse(row.transaction_id.is_post_processed)
        self.assertEqual(len(order.continuity_order_ids.activity_ids), 1)
        journals.active = True
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(len(row.transaction_ids), 1)
        self.assertEqual(
            order.continuity_order_ids.upfront_invoice_id.amount_residual, 0
        )

    @mute_logger("odoo.addons.continuity_program.models.parent.sale_order_submit")
    def test_nothing_raises_after_a_charge_of_the_call(self):
        """3: an order that cannot be confirmed keeps no other one back."""
        good = self._quote(self.upfront)
        bad = self._quote(self.club)
        plan = self.env["account.analytic.plan"].create({"name": "Projects"})
        self.env["account.analytic.applicability"].create(
            {
                "analytic_plan_id": plan.id,
                "business_domain": "sale_order",
                "applicability": "mandatory",
            }
        )
        account = self.env["account.analytic.account"].create(
            {"name": "Books", "plan_id": plan.id}
        )
        good.order_line.analytic_distribution = {account.id: 100}
        answer = (good | bad).with_context(validate_analytic=True).action_confirm()
        self.assertEqual(good.state, "sale")
        self.assertEqual(good.continuity_order_ids.payment_ids.state, "paid")
        self.assertEqual(bad.state, "draft")
        self.assertIn(bad.name, answer["params"]["message"])

    # === PORTAL === #

    def test_acceptance_on_the_portal(self):
        """48: acceptance skips what is not secured and keeps the signature."""
        order = self._create_order(self.club)
        order.state = "sent"
        order._validate_order()
        self.assertEqual(order.state, "sent")
        self.assertIn("waits for its payment", order.message_ids[0].body)
        order.continuity_order_ids._set_payment_token(self._create_token())
        order._validate_order()
        self.assertEqual(order.state, "sale")

    def test_payment_on_the_portal(self):
        """7: what the customer pays on the quotation covers goods first, then rows."""
        order = self._add_ordinary(self._create_order(self.upfront))
        order.state = "sent"
        self.assertTrue(order._has_to_be_paid())
        self.assertEqual(order._get_prepayment_required_amount(), 90.12)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.card_method.id,
                "reference": "PORTAL-1",
                "amount": 90.12,
                "currency_id": order.currency_id.id,
                "partner_id": self.customer.id,
                "operation": "online_direct",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        transaction._set_done()
        transaction._post_process()
        continuity = order.continuity_order_ids
        self.assertEqual(order.state, "sale")
        self.assertEqual(continuity.payment_ids.state, "paid")
        self.assertEqual(continuity.payment_ids.transaction_id, transaction)
        self.assertEqual(continuity.upfront_invoice_id.amount_residual, 0.0)
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertFalse(order._has_to_be_paid())

    def test_half_a_payment_confirms_nothing(self):
        order = self._create_order(self.upfront)
        order.state = "sent"
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.card_method.id,
                "reference": "PORTAL-2",
                "amount": 30.0,
                "currency_id": order.currency_id.id,
                "partner_id": self.customer.id,
                "operation": "online_direct",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(order.state, "sent")
        self.assertFalse(order.continuity_order_ids.upfront_invoice_id)

    # === STANDARD INVOICING === #

    def test_standard_invoicing_leaves_the_parent_line(self):
        order = self._quote(self.upfront)
        order.action_confirm()
        with self.assertRaises(UserError):
            order._create_invoices()
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "percentage",
                "amount": 50,
            }
        )
        with self.assertRaisesRegex(UserError, "continuity programs only"):
            wizard.create_invoices()

    def test_down_payment_of_the_ordinary_goods(self):
        order = self._add_ordinary(self._quote(self.upfront))
        order.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "percentage",
                "amount": 50,
            }
        )
        total, price = order.amount_total, order.order_line[0].price_subtotal
        wizard.create_invoices()
        invoices = order.invoice_ids - order.continuity_order_ids.upfront_invoice_id
        self.assertEqual(invoices.amount_total, 10.0)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(order.amount_total, total)
        self.assertEqual(order.order_line[0].price_subtotal, price)

    @mute_logger(
        "odoo.addons.continuity_program.models.odoo.sales.sale_order",
        "odoo.addons.mail.models.mail_render_mixin",
    )
    def test_mail_that_cannot_be_made(self):
        """N15: the order is paid, a broken mail stops no confirmation."""
        template = self.env["mail.template"].create(
            {
                "name": "Broken",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                # A sales order has no such field
                "body_html": '<p t-out="object.email_normalized"/>',
            }
        )
        self.env["ir.config_parameter"].set_param(
            "sale.default_confirmation_template", template.id
        )
        order = self._add_ordinary(self._quote(self.upfront))
        order.with_context(send_email=True).action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.continuity_order_ids.state, "running")
        self.assertIn("could not be made", "".join(order.message_ids.mapped("body")))

    def test_automatic_invoice(self):
        """9: only the ordinary goods are invoiced, and our invoice stays linked."""
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        order = self._add_ordinary(self._quote(self.upfront))
        order.action_confirm()
        upfront = order.continuity_order_ids.upfront_invoice_id
        self.assertEqual((order.invoice_ids - upfront).amount_total, 20.0)
        self.assertEqual(
            order.continuity_order_ids.payment_ids.transaction_id.invoice_ids, upfront
        )

    def test_children_of_two_orders_are_not_merged(self):
        """N11: neither with each other, nor with an ordinary order."""
        orders = self.env["sale.order"]
        for product in (self.upfront, self.club, self.club):
            order = self._quote(product)
            order.action_confirm()
            orders |= self._create_child(order.continuity_order_ids)
        plain = self._create_order(
            self.env["product.product"].create(self._goods_vals("Bookmark"))
        )
        plain.action_confirm()
        moves = (orders | plain)._create_invoices()
        self.assertEqual(len(moves), 4)
        self.assertEqual(
            sorted(moves.mapped("amount_total")), [0.0, 14.94, 14.94, 30.0]
        )

    # === CANCEL, SET TO QUOTATION === #

    def test_set_to_quotation_when_nothing_happened(self):
        order = self._quote(self.club)
        order.action_confirm()
        order._action_cancel()
        continuity = order.continuity_order_ids
        self.assertEqual(continuity.state, "cancelled")
        order.action_draft()
        self.assertEqual(continuity.state, "draft")
        self.assertEqual(set(continuity.shipment_ids.mapped("state")), {"planned"})
        order.action_confirm()
        self.assertEqual(continuity.state, "running")

    def test_set_to_quotation_refused_after_a_charge(self):
        order = self._quote(self.upfront)
        order.action_confirm()
        order._action_cancel()
        with self.assertRaisesRegex(UserError, "Duplicate the order instead"):
            order.action_draft()

    # === RIGHTS === #

    def test_only_an_accountant_writes_off(self):
        self.customer.continuity_allow_on_account = True
        order = self._create_order(self.upfront)
        order.continuity_order_ids.payment_method = "on_account"
        order.action_confirm()
        row = order.continuity_order_ids.payment_ids
        manager = self._create_user("write_off_manager", MANAGER)
        with self.assertRaisesRegex(UserError, "Only an accountant"):
            row.with_user(manager).action_write_off("gone")
        books = self._create_user("write_off_books", ACCOUNTANT)
        row.with_user(books).action_write_off("gone")
        self.assertRecordValues(
            row, [{"state": "cancelled", "cancel_reason": "written off: gone"}]
        )

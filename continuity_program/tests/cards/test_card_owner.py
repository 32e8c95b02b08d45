# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import ACCOUNTANT, SELLER_ALL, ContinuityCommon

ACTIVITY = "continuity_program.mail_activity_card_expired"
TODAY = date(2027, 9, 10)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestCardOwner(ContinuityCommon):
    """Nobody's card pays but that of who pays for the order: by every door where a card
    is chosen, and again whenever a provider is asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        schedule = cls.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "3M",
                "allocation": "fixed_quantity",
                "unit": "months",
                "interval": 1,
                "number_of_payments": 3,
            }
        )
        cls.product = cls._create_parent_product(
            cls._create_program(bill_upfront=True, payment_schedule_id=schedule.id)
        )
        cls.club = cls._create_parent_product(cls._create_program("CLUB"))
        cls.bookmark = cls.env["product.product"].create(
            cls._goods_vals("Bookmark", price=19.5)
        )
        cls.old_employer = cls._create_partner(name="Old Ltd", is_company=True)
        cls.new_employer = cls._create_partner(name="New Ltd", is_company=True)
        cls.customer.parent_id = cls.old_employer
        cls.stranger = cls._create_partner(name="Eve Stranger")
        cls.seller = cls._create_user("owner_seller", SELLER_ALL)

    # === HELPERS === #

    def _quote(self, product=None, token=None):
        order = self._create_order(product or self.product)
        order.continuity_order_ids._set_payment_token(token or self._create_token())
        return order

    def _sell(self, product=None):
        """Sold with the card of the employer, as companies do."""
        token = self._create_token(partner_id=self.old_employer.id)
        order = self._create_sold_order(product or self.product, token)
        return order.continuity_order_ids

    def _foreign_tokens(self):
        """Cards that may not pay, by what the seller reads."""
        company = self.env["res.company"].create({"name": "Second company"})
        second = self.provider.copy(
            {"company_id": company.id, "name": "Second", "state": "test"}
        )
        off = self.provider.copy({"name": "Switched off", "state": "test"})
        cards = {
            "not belong": self._create_token(partner_id=self.stranger.id),
            "in My Company": self._create_token(provider_id=second.id),
            "was removed": self._create_token(active=False),
            "provider is disabled": self._create_token(provider_id=off.id),
        }
        off.state = "disabled"
        return cards

    def _get_refused(self, order):
        problem = order._get_card_problem(TODAY)
        return problem and problem[0]

    # === WHO MAY PAY === #

    def test_expiry_of_a_strangers_card(self):
        """Whose card it is, is asked before its last day is noted, too."""
        order = self._quote(self.club).continuity_order_ids.with_user(self.seller)
        card = self._create_token(partner_id=self.stranger.id)
        order.partner_invoice_id = self.stranger
        order.sudo().approved_payer_id = self.stranger
        order.payment_token_id = card
        order.card_expiry_date = date(2028, 5, 31)
        self.assertEqual(card.expiry_date, date(2028, 5, 31))
        order.partner_invoice_id = self.customer
        with self.assertRaisesRegex(UserError, "does not belong"):
            order.card_expiry_date = date(2040, 12, 31)
        self.assertEqual(card.expiry_date, date(2028, 5, 31))

    def test_who_may_pay(self):
        payer = self._create_partner(name="Aunt Erna")
        payer_company = self._create_partner(name="Erna Inc", is_company=True)
        payer.parent_id = payer_company
        colleague = self._create_partner(
            name="Colleague", parent_id=self.old_employer.id
        )
        order = self._quote().continuity_order_ids
        order.partner_invoice_id = payer
        order.approved_payer_id = payer_company
        owners = {
            self.customer: None,
            self.old_employer: None,
            payer: None,
            payer_company: None,
            colleague: "card_not_owner",
            self.new_employer: "card_not_owner",
            self.stranger: "card_not_owner",
        }
        for owner, reason in owners.items():
            # A card of its own, not one that is stored once more
            token = self._create_token(
                partner_id=owner.id, payment_details=f"{owner.id:04}"[-4:]
            )
            with self.subTest(owner=owner.name):
                problem = token._continuity_get_refusal(order, TODAY)
                self.assertEqual(problem and problem[0], reason)
                order.invalidate_recordset(["available_token_ids"])
                self.assertEqual(token in order.available_token_ids, not reason)

    # === THE DOORS === #

    def test_no_door_takes_a_foreign_card(self):
        quotation = self._quote()
        order = quotation.continuity_order_ids
        token = order.payment_token_id
        quotation.order_line = [Command.create({"product_id": self.bookmark.id})]
        # A dialog is its user's
        recaps = self.env["continuity.recap"].with_user(self.seller)
        recap = recaps.create({"sale_order_id": quotation.id})
        as_seller = self.env["sale.order"].with_user(self.seller)
        vals = {
            "partner_id": self.customer.id,
            "order_line": [Command.create({"product_id": self.club.id})],
        }
        for text, card in self._foreign_tokens().items():
            ordinary = {"continuity_ordinary_token_id": card.id}
            doors = {
                "program": lambda card=card: order.with_user(self.seller).write(
                    {"payment_token_id": card.id}
                ),
                "stored card": lambda card=card: order.with_user(
                    self.seller
                )._set_payment_token(card),
                "ordinary": lambda vals=ordinary: quotation.with_user(
                    self.seller
                ).write(vals),
                "recap": lambda card=card: recap.write({"ordinary_token_id": card.id}),
                "new order": lambda more=ordinary: as_seller.create({**vals, **more}),
                "default": lambda card=card: as_seller.with_context(
                    default_continuity_ordinary_token_id=card.id
                ).create(vals),
            }
            for door, use in doors.items():
                with (
                    self.subTest(door=door, card=text),
                    self.assertRaisesRegex(ValidationError, text),
                    self.env.cr.savepoint(),
                ):
                    use()
        self.env.invalidate_all()
        self.assertEqual(order.payment_token_id, token)
        self.assertFalse(quotation.continuity_ordinary_token_id)

    def test_the_refusal_tells_nothing_of_a_foreign_card(self):
        order = self._quote().continuity_order_ids
        card = self._create_token(
            partner_id=self.stranger.id, payment_details="1881", provider_ref="secret"
        )
        problem = card._continuity_get_refusal(order, TODAY)
        self.assertEqual(problem[0], "card_not_owner")
        for secret in ("1881", "Eve", "secret"):
            self.assertNotIn(secret, problem[1])

    def test_a_foreign_card_is_not_submitted(self):
        """Written past every check, for instance by another addon's SQL."""
        foreign = self._create_token(partner_id=self.stranger.id)
        quotation = self._quote(self.club)
        quotation.order_line = [Command.create({"product_id": self.bookmark.id})]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET continuity_ordinary_token_id = %s WHERE id = %s",
            (foreign.id, quotation.id),
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(ValidationError, "not secured.*not belong"):
            raise ValidationError(quotation._get_continuity_refusal())
        self.assertFalse(quotation._continuity_charge_ordinary(TODAY))
        self.assertFalse(quotation.transaction_ids)
        self.assertIn("not belong", quotation.message_ids[0].body)
        self.assertFalse(foreign.transaction_ids)

    def test_the_card_page_asks_who_pays_now(self):
        """The page was open when somebody else became the payer."""
        aunt = self._create_partner(name="Aunt Erna")
        order = self._quote().continuity_order_ids
        token = order.payment_token_id
        order.partner_invoice_id = aunt
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.card_method.id,
                "token_id": self._create_token(partner_id=aunt.id).id,
                "reference": "CPV-aunt",
                "amount": 0.0,
                "currency_id": order.currency_id.id,
                "partner_id": aunt.id,
                "operation": "validation",
                "state": "done",
                "continuity_order_id": order.id,
            }
        )
        order.partner_invoice_id = self.customer
        tx._post_process()
        self.assertEqual(order.payment_token_id, token)
        self.assertIn("not belong", order.message_ids[0].body)

    # === WHEN THE REQUEST IS MADE === #

    def _assert_left_out(self, order, reason, attention, activity_type=ACTIVITY):
        rows = order.payment_ids.sorted("sequence")
        for _night in range(2):
            run = self._execute("process_payments")
            self.assertEqual(
                [(l.outcome, l.reason) for l in run.line_ids], [("skipped", reason)]
            )
        self.assertFalse(rows.transaction_ids)
        self.assertRecordValues(rows[:1], [{"state": "scheduled", "attempts": 0}])
        self.assertEqual(order.state, "running")
        self.assertFalse(order.hold_payment)
        activity = order.activity_ids
        self.assertEqual(activity.activity_type_id, self.env.ref(activity_type))
        self.assertEqual(len(activity), 1)
        self.env.invalidate_all()
        self.assertEqual(rows[0].attention, attention)
        self.assertIn(
            rows[0], self.env["continuity.payment"].search([("attention", "!=", False)])
        )

    def test_contact_moves_to_another_company(self):
        """His old employer's card does not go on paying; his new one's does."""
        order = self._sell()
        self.assertFalse(self._get_refused(order))
        self.customer.parent_id = self.new_employer
        self._assert_left_out(order, "card_not_owner", "card_not_owner")
        row = order.payment_ids.sorted("sequence")[0]
        row.action_charge_now()
        self.assertFalse(row.transaction_ids)
        self.assertTrue(order._is_payment_method_missing())
        order._set_payment_token(self._create_token(partner_id=self.new_employer.id))
        self.assertFalse(order.activity_ids)
        self._execute("process_payments")
        self.assertEqual(row.state, "paid")

    def test_own_card_moves_with_the_contact(self):
        order = self._create_sold_order(self.product).continuity_order_ids
        self.customer.parent_id = self.new_employer
        self._execute("process_payments")
        self.assertEqual(order.payment_ids.sorted("sequence")[0].state, "paid")

    def test_declined_row_is_not_retried_on_a_foreign_card(self):
        order = self._sell()
        order.payment_token_id.demo_simulated_state = "error"
        self._execute("process_payments")
        row = order.payment_ids.sorted("sequence")[0]
        self.assertRecordValues(row, [{"state": "declined", "attempts": 1}])
        order.payment_token_id.demo_simulated_state = "done"
        self.customer.parent_id = self.new_employer
        run = self._execute("process_payments", date=row.next_attempt_date)
        self.assertEqual(run.line_ids.mapped("reason"), ["card_not_owner"])
        self.assertRecordValues(row, [{"state": "declined", "attempts": 1}])
        self.assertEqual(len(row.transaction_ids), 1)

    def test_no_child_order_waits_for_a_foreign_card(self):
        order = self._sell(self.club)
        self.customer.parent_id = self.new_employer
        run = self._execute("create_child_orders")
        self.assertEqual(run.line_ids.mapped("reason"), ["card_not_owner"])
        self.assertFalse(order.child_order_ids)

    def test_disabled_provider_is_told_as_such(self):
        order = self._sell()
        self.provider.state = "disabled"
        self.assertFalse(order.payment_token_id.active, "Odoo archives its cards")
        self._assert_left_out(
            order,
            "provider_off",
            "provider_off",
            "continuity_program.mail_activity_provider_off",
        )
        activity = order.activity_ids
        self.assertEqual(activity.summary, "Have the payment provider enabled")
        self.assertIn("provider is disabled", activity.note)
        self.assertIn("A system administrator can enable", activity.note)
        self.assertIn(self.provider.name, activity.note)

    def test_journal_that_is_archived(self):
        """What could not be booked is not charged, at any door."""
        order = self._sell()
        journal = self.provider.journal_id
        journal.active = False
        self._assert_left_out(
            order,
            "provider_off",
            "provider_off",
            "continuity_program.mail_activity_provider_off",
        )
        self.assertIn(journal.name, order.activity_ids.note)
        self.assertIn("could not be booked", order.activity_ids.note)
        journal.active = True
        self._execute("process_payments")
        self.assertEqual(order.payment_ids.sorted("sequence")[0].state, "paid")

    def test_provider_is_enabled_again(self):
        """With its card nobody has to be told any more; the next run charges it."""
        order = self._sell()
        self.provider.state = "disabled"
        run = self._execute("process_payments")
        self.assertEqual(run.line_ids.mapped("reason"), ["provider_off"])
        self.assertTrue(order.activity_ids)
        self.provider.state = "test"
        order.payment_token_id.active = True
        self.assertFalse(order.activity_ids)
        self._execute("process_payments")
        self.assertEqual(order.payment_ids.sorted("sequence")[0].state, "paid")

    def test_new_card_instead(self):
        """The customer takes another card: nobody has to bring the old one back."""
        order = self._sell()
        self.provider.state = "disabled"
        self._execute("process_payments")
        self.assertTrue(order.activity_ids)
        self.provider.state = "test"
        order.payment_token_id = self._create_token()
        self.assertFalse(order.activity_ids)

    def test_removed_card(self):
        order = self._sell()
        order.payment_token_id.active = False
        self._assert_left_out(order, "card_archived", "no_method")

    def test_contact_moves_between_claim_and_request(self):
        """Nobody was asked: the row is free again, and it is no decline."""
        order = self._sell()
        row = order.payment_ids.sorted("sequence")[0]
        payments = type(self.env["continuity.payment"])
        checkpoint = payments._checkpoint

        def move_then_go_on(rows, run):
            self.customer.parent_id = self.new_employer
            return checkpoint(rows, run)

        self.patch(payments, "_checkpoint", move_then_go_on)
        run = self._execute("process_payments")
        self.assertEqual(run.line_ids.mapped("reason"), ["card_not_owner"])
        self.assertRecordValues(
            row, [{"state": "scheduled", "attempts": 0, "transaction_id": False}]
        )
        self.assertEqual(row.transaction_ids.state, "cancel")

    def test_chargeback_is_not_retried_by_a_withdrawn_claim(self):
        """A person charges it again, the card is foreign by then: it waits for him."""
        order = self._sell()
        row = order.payment_ids.sorted("sequence")[0]
        self._execute("process_payments")
        books = self._create_user("owner_books", ACCOUNTANT)
        row.with_user(books).action_chargeback("fraud")
        payments = type(self.env["continuity.payment"])
        checkpoint = payments._checkpoint

        def move_then_go_on(rows, run):
            self.customer.parent_id = self.new_employer
            return checkpoint(rows, run)

        self.patch(payments, "_checkpoint", move_then_go_on)
        row._charge(by_hand=True)
        self.assertEqual(row.transaction_ids.sorted("id")[-1].state, "cancel")
        self.assertRecordValues(
            row,
            [
                {
                    "state": "declined",
                    "transaction_id": False,
                    "next_attempt_date": False,
                }
            ],
        )

    def test_contact_moves_before_the_question_is_repeated(self):
        """A worker died after the claim: asking again might be what charges."""
        order = self._sell()
        row = order.payment_ids.sorted("sequence")[0]
        row._claim(TODAY)
        self.customer.parent_id = self.new_employer
        self._execute("process_payments")
        self.assertRecordValues(row, [{"state": "unknown", "attempts": 0}])
        self.assertEqual(row.transaction_ids.state, "draft")
        row.requested_at = "2027-09-10 11:50:00"
        self._execute("resolve_payments")
        self.assertEqual(row.state, "unknown")
        self.assertEqual(row.transaction_ids.state, "draft")

    def test_the_list_says_what_the_check_says(self):
        """Two languages, one rule."""
        orders = [self._sell() for _number in range(4)]
        foreign = self._create_token(partner_id=self.stranger.id)
        off = self.provider.copy({"name": "Switched off", "state": "test"})
        tokens = (
            self._create_token(),
            foreign,
            self._create_token(active=False),
            self._create_token(provider_id=off.id),
        )
        off.state = "disabled"
        self.env.flush_all()
        for order, token in zip(orders, tokens, strict=True):
            self.env.cr.execute(
                "UPDATE continuity_order SET payment_token_id = %s WHERE id = %s",
                (token.id, order.id),
            )
        self.env.invalidate_all()
        self.assertEqual(
            [(self._get_refused(o), o.payment_ids[0].attention) for o in orders],
            [
                (None, False),
                ("card_not_owner", "card_not_owner"),
                ("card_archived", "no_method"),
                ("provider_off", "provider_off"),
            ],
        )

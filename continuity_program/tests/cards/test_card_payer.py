# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from datetime import date
from pathlib import Path

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import ACCOUNTANT, MANAGER, SELLER_ALL, ContinuityCommon

TODAY = date(2027, 9, 10)
REFUSED = "accountant or a sales administrator"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestCardPayer(ContinuityCommon):
    """A seller names who gets the invoice; whether that one's stored cards may pay is
    not for him to say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_parent_product(cls._create_program("CLUB"))
        cls.upfront = cls._create_parent_product(
            cls._create_program("UPFRONT", bill_upfront=True)
        )
        cls.bookmark = cls.env["product.product"].create(
            cls._goods_vals("Bookmark", price=19.5)
        )
        cls.payer = cls._create_partner(name="Aunt Erna")
        cls.payer_card = cls._create_token(partner_id=cls.payer.id)
        cls.seller = cls._create_user("payer_seller", SELLER_ALL)
        cls.manager = cls._create_user("payer_manager", MANAGER)
        cls.accountant = cls._create_user("payer_books", ACCOUNTANT)

    # === HELPERS === #

    def _quote(self, product=None, **vals):
        """A quotation whose invoice goes to the aunt, by whoever sells it."""
        order = self._create_order(
            product or self.product, partner_invoice_id=self.payer.id, **vals
        )
        order.order_line = [Command.create({"product_id": self.bookmark.id})]
        self.assertEqual(order.continuity_order_ids.partner_invoice_id, self.payer)
        return order

    def _give_card(self, order, token, state="done"):
        """The payer stores a card on the page of the order."""
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": token.provider_id.id,
                "payment_method_id": self.card_method.id,
                "token_id": token.id,
                "reference": f"CPV-{order.id}-{token.id}",
                "amount": 0.0,
                "currency_id": order.currency_id.id,
                "partner_id": token.partner_id.id,
                "operation": "validation",
                "state": state,
                "continuity_order_id": order.id,
            }
        )
        if state == "done":
            tx._post_process()
        return tx

    def _get_refused(self, order, card=None):
        problem = (card or self.payer_card)._continuity_get_refusal(order, TODAY)
        return problem and problem[0]

    def _is_listed(self, order):
        self.env.invalidate_all()
        self.env.flush_all()
        rows = self.env["continuity.payment"].search(
            [
                ("continuity_order_id", "=", order.id),
                ("attention", "=", "card_not_owner"),
            ]
        )
        return bool(rows)

    # === NOT FOR THE SELLER === #

    def test_no_door_takes_the_payers_card(self):
        quotation = self._quote()
        order = quotation.continuity_order_ids
        self.assertNotIn(self.payer_card, order.available_token_ids)
        as_seller = quotation.with_user(self.seller)
        recaps = self.env["continuity.recap"].with_user(self.seller)
        recap = recaps.create({"sale_order_id": quotation.id})
        card = self.payer_card.id
        doors = {
            "program": lambda: order.with_user(self.seller).write(
                {"payment_method": "card", "payment_token_id": card}
            ),
            "both at once": lambda: order.with_user(self.seller).write(
                {"partner_invoice_id": self.payer.id, "payment_token_id": card}
            ),
            "ordinary": lambda: as_seller.write({"continuity_ordinary_token_id": card}),
            "recap": lambda: recap.write({"ordinary_token_id": card}),
            "new order": lambda: as_seller.create(
                {
                    "partner_id": self.customer.id,
                    "partner_invoice_id": self.payer.id,
                    "continuity_ordinary_token_id": card,
                    "order_line": [Command.create({"product_id": self.product.id})],
                }
            ),
        }
        for door, use in doors.items():
            with (
                self.subTest(door),
                self.assertRaisesRegex(ValidationError, REFUSED),
                self.env.cr.savepoint(),
            ):
                use()
        self.env.invalidate_all()
        self.assertFalse(order.payment_token_id)
        self.assertFalse(quotation.continuity_ordinary_token_id)

    def test_nobody_types_the_approval(self):
        order = self._quote().continuity_order_ids
        for user in (self.seller, self.manager):
            mine = order.with_user(user)
            with self.assertRaisesRegex(UserError, "cannot be typed"):
                mine.write({"approved_payer_id": self.payer.id})

    def test_who_allows(self):
        order = self._quote().continuity_order_ids
        self.assertIn("Aunt Erna", order.payer_text)
        with self.assertRaises(AccessError):
            order.with_user(self.seller).action_approve_payer()
        for user in (self.manager, self.accountant):
            order.approved_payer_id = False
            order.with_user(user).action_approve_payer()
            self.assertEqual(order.approved_payer_id, self.payer)
            self.assertIn(user.name, order.message_ids[0].body)
            self.assertIn("Aunt Erna", order.message_ids[0].body)
        self.assertFalse(order.payer_text)
        with self.assertRaisesRegex(UserError, "Nothing to allow"):
            order.with_user(self.manager).action_approve_payer()

    def test_of_another_company(self):
        order = self._quote().continuity_order_ids
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_user("payer_stranger", MANAGER)
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            order.with_user(stranger).action_approve_payer()

    def test_several_orders(self):
        """From the list: those that need no approval are passed over."""
        own = self._create_order(self.product).continuity_order_ids
        orders = self._quote().continuity_order_ids | self._quote().continuity_order_ids
        (orders | own).with_user(self.manager).action_approve_payer()
        self.assertEqual(orders.approved_payer_id, self.payer)
        self.assertFalse(own.approved_payer_id)
        none = self.env["continuity.order"].with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Nothing to allow"):
            none.action_approve_payer()

    # === WHAT IS ALLOWED === #

    def test_allowed_and_charged(self):
        """Head office pays: its card is chosen, and charged unattended."""
        quotation = self._quote(self.upfront)
        order = quotation.continuity_order_ids
        order.with_user(self.manager).action_approve_payer()
        self.assertIn(self.payer_card, order.available_token_ids)
        order.with_user(self.seller)._set_payment_token(self.payer_card)
        quotation.with_user(self.seller).continuity_ordinary_token_id = self.payer_card
        self.assertFalse(self._get_refused(order))
        self.assertFalse(self._get_refused(quotation))

    def test_allowed_for_the_company_of_the_payer(self):
        head_office = self._create_partner(name="Head Office", is_company=True)
        self.payer.parent_id = head_office
        order = self._quote().continuity_order_ids
        card = self._create_token(partner_id=head_office.id)
        self.assertEqual(self._get_refused(order, card), "card_not_owner")
        order.with_user(self.accountant).action_approve_payer()
        self.assertFalse(self._get_refused(order, card))
        # The payer goes to another company: whose cards nobody allowed
        rich = self._create_partner(name="Rich Ltd", is_company=True)
        self.payer.parent_id = rich
        card = self._create_token(partner_id=rich.id)
        self.assertEqual(self._get_refused(order, card), "card_not_owner")

    def test_same_company(self):
        """The accounts department pays for a colleague, as ever."""
        company = self._create_partner(name="Ltd", is_company=True)
        self.customer.parent_id = self.payer.parent_id = company
        order = self._quote().continuity_order_ids
        self.assertFalse(self._get_refused(order))
        self.assertFalse(order.payer_text)

    def test_approval_is_of_this_payer_and_customer(self):
        quotation = self._quote()
        order = quotation.continuity_order_ids
        order.with_user(self.manager).action_approve_payer()
        other = self._create_partner(name="Other payer")
        card = self._create_token(partner_id=other.id)
        order.with_user(self.seller).partner_invoice_id = other
        self.assertEqual(self._get_refused(order, card), "card_not_owner")
        order.with_user(self.seller).partner_invoice_id = self.payer
        self.assertFalse(self._get_refused(order))
        accomplice = self._create_partner(name="Accomplice")
        quotation.with_user(self.seller).write(
            {"partner_id": accomplice.id, "partner_invoice_id": self.payer.id}
        )
        self.assertEqual(order.partner_id, accomplice)
        self.assertEqual(self._get_refused(order), "card_not_owner")
        self.assertEqual(self._get_refused(quotation), "card_not_owner")

    def test_copy_is_asked_anew(self):
        quotation = self._quote()
        quotation.continuity_order_ids.with_user(self.manager).action_approve_payer()
        copied = quotation.with_user(self.seller).copy()
        copied.partner_invoice_id = self.payer
        self.assertFalse(copied.continuity_order_ids.approved_payer_id)

    # === THE CARD OF THIS ORDER === #

    def test_card_given_for_the_order(self):
        """A giver follows the link: this card pays, his others stay closed."""
        quotation = self._quote()
        quotation.order_line = [Command.create({"product_id": self.upfront.id})]
        first, second = quotation.continuity_order_ids
        given = self._create_token(partner_id=self.payer.id)
        self._give_card(first, given)
        self.assertEqual(first.payment_token_id, given)
        for order in (first, second, quotation):
            self.assertFalse(self._get_refused(order, given))
            self.assertEqual(self._get_refused(order), "card_not_owner")
        self.assertIn(given, second.available_token_ids)
        self.assertNotIn(self.payer_card, second.available_token_ids)
        elsewhere = self._quote().continuity_order_ids
        self.assertEqual(self._get_refused(elsewhere, given), "card_not_owner")
        first.with_user(self.seller).partner_invoice_id = self.customer
        self.assertEqual(self._get_refused(first, given), "card_not_owner")

    def test_card_whose_validation_failed(self):
        order = self._quote().continuity_order_ids
        for state in ("draft", "pending", "cancel", "error"):
            card = self._create_token(partner_id=self.payer.id)
            self._give_card(order, card, state)
            with self.subTest(state):
                self.assertEqual(self._get_refused(order, card), "card_not_owner")

    # === WHEN THE REQUEST IS MADE === #

    def test_left_out_at_night(self):
        """The approval is asked for again whenever a provider is."""
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
        product = self._create_parent_product(
            self._create_program(
                "MONTHLY", bill_upfront=True, payment_schedule_id=schedule.id
            )
        )
        order = self._create_sold_order(product).continuity_order_ids
        order.partner_invoice_id = self.payer
        order.with_user(self.manager).action_approve_payer()
        order.with_user(self.seller)._set_payment_token(self.payer_card)
        self.assertFalse(self._is_listed(order))
        order.approved_payer_id = False
        run = self._execute("process_payments")
        self.assertEqual(run.line_ids.mapped("reason"), ["card_not_owner"])
        self.assertFalse(order.payment_ids.transaction_ids)
        self.assertTrue(self._is_listed(order))
        row = order.payment_ids.sorted("sequence")[0]
        row.action_charge_now()
        order._pay_now()
        self.assertFalse(row.transaction_ids)
        # Given for the order, and not to look after any more
        self._give_card(order, self.payer_card)
        self.assertFalse(self._is_listed(order))
        self._execute("process_payments")
        self.assertEqual(row.state, "paid")

    def test_upgrade(self):
        """What pays goes on paying; a quotation is asked anew."""
        sold = self._create_sold_order(self.product).continuity_order_ids
        draft = self._quote().continuity_order_ids
        orders = sold | draft
        sold.partner_invoice_id = self.payer
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE continuity_order SET payment_token_id = %s WHERE id IN %s",
            (self.payer_card.id, tuple(orders.ids)),
        )
        name = "post-payer.py"
        path = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0" / name
        spec = importlib.util.spec_from_file_location("payer", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(sold.approved_payer_id, self.payer)
        self.assertFalse(draft.approved_payer_id)

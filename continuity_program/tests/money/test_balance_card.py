# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...billing import reasons
from ...billing.laws import LawBroken
from ...models.balances.continuity_balance import REASONS
from ..cases.balance import BalanceCase
from ..common import ACCOUNTANT, MANAGER, SELLER

EURO = "\N{NO-BREAK SPACE}€"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestBalanceCard(BalanceCase):
    """The account as people see it: figures, what stands behind them, and why."""

    def _open(self, order, user=None):
        """Press *Account* on the order."""
        order = order.with_user(user) if user else order
        action = order.action_view_account()
        self.assertEqual(action["res_model"], "continuity.balance")
        return order.env["continuity.balance"].search(action["domain"], order="id")

    def _read_card(self, balance):
        """Each line of the card: sign, label, amount; what is behind it is indented."""
        lines = []
        for row in html.fromstring(balance.card).iter("tr"):
            texts = [cell.text_content().strip() for cell in row]
            text = " | ".join(text for text in texts if text)
            lines.append(f"  {text}" if row.get("data-of") else text)
        return lines

    def test_instalments(self):
        order = self._sell(self.instalments)
        balance = self._open(order)
        invoice = order.upfront_invoice_id
        transaction = order.payment_ids.transaction_id
        self.assertEqual(
            self._read_card(balance),
            [
                f"Invoices and credit notes | 70.12{EURO}",
                f"  09/10/2027 | {invoice.display_name} | 70.12{EURO}",
                f"+ | Not invoiced yet | 0.00{EURO}",
                f"+ | Received | 23.37{EURO}",
                f"  09/10/2027 | {transaction.reference} | charge | 23.37{EURO}",
                f"+ | Open | 46.75{EURO}",
                f"  10/10/2027 | Payment 2 | 23.37{EURO}",
                f"  11/10/2027 | Payment 3 | 23.38{EURO}",
                f"= | Claim | 70.12{EURO}",
            ],
        )
        self.assertEqual(balance.display_name, f"{order.name}, billed up front")
        self.assertEqual(order.amount_account_open, 46.75)

    def _read_lines(self, order):
        return {line["label"]: line["amount"] for line in order._get_account_lines()}

    def test_customer_reads_it(self):
        """On his page: what came, what is under way, what is left, what goes back."""
        draft = self._quote(self.instalments).continuity_order_ids
        self.assertEqual(draft._get_account_lines(), [])
        order = self._sell(self.instalments)
        self.assertEqual(
            self._read_lines(order),
            {"Paid so far": f"23.37{EURO}", "Still to pay": f"46.75{EURO}"},
        )
        seller = self._create_user("lines_seller", SELLER)
        order.sudo().user_id = order.sale_order_id.sudo().user_id = seller
        self.assertEqual(
            order.with_user(seller)._get_account_lines(), order._get_account_lines()
        )
        pending = self._sell(self.instalments, self._create_token("pending"))
        self.assertEqual(
            self._read_lines(pending),
            {"Payment under way": f"23.37{EURO}", "Still to pay": f"46.75{EURO}"},
        )
        paid = self._sell(self.upfront)
        paid._cancel_orders("moved away")
        paid.move_ids.filtered(lambda move: move.state == "draft").action_post()
        self.assertEqual(
            self._read_lines(paid),
            {"Paid so far": f"70.12{EURO}", "To be given back": f"55.18{EURO}"},
        )
        paid.action_refund()
        self.assertEqual(
            self._read_lines(paid),
            {"Paid so far": f"70.12{EURO}", "Given back": f"55.18{EURO}"},
        )

    def test_refund(self):
        """What went back stands there with its day, what is to go back at the end."""
        order = self._sell(self.upfront)
        wizard = self.env["continuity.cancel"].create(
            {"order_ids": [Command.set(order.ids)], "reason": "Moves away"}
        )
        wizard.action_apply()
        note = order.move_ids.filtered(lambda move: move.state == "draft")
        balance = self._open(order)
        # A draft note has no number yet, and does not count
        self.assertTrue(
            any("draft, not counted" in line for line in self._read_card(balance))
        )
        note.action_post()
        balance = self._open(order)
        self.assertEqual(
            self._read_card(balance)[-3:],
            [
                f"− | Credit | 70.12{EURO}",
                f"= | Claim | 0.00{EURO}",
                f"To refund | 70.12{EURO}",
            ],
        )
        order.action_refund()
        lines = self._read_card(self._open(order))
        self.assertIn(f"− | Given back | 70.12{EURO}", lines)
        self.assertIn(
            f"refund | 70.12{EURO}",
            lines[lines.index(f"− | Given back | 70.12{EURO}") + 1],
        )

    def test_pressed_again(self):
        """The account is that of now; pressing it twice makes nothing twice."""
        order = self._sell(self.instalments)
        balance = self._open(order)
        self.assertEqual(self._open(order), balance)
        self._execute(
            "process_payments", date="2027-10-10", sale_order=order.sale_order_id
        )
        self.assertEqual(self._open(order), balance)
        self.assertEqual(balance.amount_open, 23.38)

    def test_one_or_several(self):
        """One account is opened at once, several are listed with those of the goods."""
        order = self._sell(self.instalments)
        self.assertEqual(order.action_view_account()["views"], [(False, "form")])
        product = self.env["product.product"].create(
            self._goods_vals("Bookmark", price=20.0)
        )
        sale_order = self._quote(self.club)
        sale_order.write({"order_line": [Command.create({"product_id": product.id})]})
        sale_order.action_confirm()
        self._execute("create_child_orders", sale_order=sale_order)
        self.assertEqual(
            sorted(self._open(sale_order.continuity_order_ids).mapped("kind")),
            ["child", "ordinary"],
        )

    def test_seller(self):
        """A seller sees the account of his customers, without ways to the gateway."""
        order = self._sell(self.instalments)
        seller = self._create_user("card_seller", SELLER)
        colleague = self._create_user("card_colleague", SELLER)
        order.sudo().user_id = order.sale_order_id.sudo().user_id = seller
        balance = self._open(order, seller)
        self.assertEqual(balance.amount_open, 46.75)
        self.assertNotIn("payment.transaction", balance.card)
        self.assertIn(
            "payment.transaction",
            balance.with_user(self._create_user("card_accountant", ACCOUNTANT)).card,
        )
        with self.assertRaises(AccessError):
            order.with_user(colleague).action_view_account()
        with self.assertRaises(AccessError):
            balance.with_user(colleague).read(["amount_open"])

    def test_form_and_search(self):
        """The form opens, and each filter and group of the list works."""
        order = self._sell(self.instalments)
        balance = self._open(order, self._create_user("card_manager", MANAGER))
        form = Form(balance)
        self.assertIn("46.75", form.card)
        view = self.env.ref("continuity_program.continuity_balance_view_search")
        arch = html.fromstring(view.arch)
        balances = self.env["continuity.balance"]
        for node in arch.iter("filter"):
            if domain := node.get("domain"):
                balances.search(
                    [
                        (name, operator, self.env.uid if value == "uid" else value)
                        for name, operator, value in re.findall(
                            r"\('(\w+)', '([^']+)', (\w+)\)", domain
                        )
                    ]
                )
            else:
                name = re.search(r"'group_by': '(\w+)'", node.get("context"))[1]
                self.assertTrue(balances._read_group([], [name], ["__count"]))

    # === REASONS === #

    def test_every_reason_has_its_sentence(self):
        """Each code of the pure function is known here, with a way out."""
        codes = set(re.findall(r"``(\w+)``", reasons.reasons.__doc__))
        self.assertEqual(codes, {code for code, _label in REASONS})
        balance = self._open(self._sell(self.instalments))
        self.assertEqual(balance._get_sentences().keys(), codes)

    def test_sentences(self):
        balance = self._open(self._sell(self.instalments))
        self.assertFalse(balance.reason or balance.reason_text)
        balance.sudo().write(
            {
                "reasons": "refund_by_hand,charged_twice",
                "amount_aside": 23.37,
                "amount_to_refund": 12.5,
            }
        )
        self.assertEqual(balance.reason, "charged_twice", "the most urgent one")
        self.assertEqual(
            balance.reason_text,
            f"23.37{EURO} came twice: two charges of one payment succeeded. Give the"
            " second one back: Payments to look after, Refund. What is not given back"
            " pays the next payment that is due.\n"
            f"12.50{EURO} is to be given back, and no provider can do it. Register a"
            " payment to the customer and match it with the credit note.",
        )

    def test_charged_twice(self):
        """A late answer to a first charge: the account says what came twice."""
        order = self._sell(self.instalments)
        row = order.payment_ids.sorted("sequence")[1]
        with freeze_time("2027-10-10 12:00:00"):
            row._claim(self.company._continuity_today())
            first = row.transaction_id
            first._set_error("late")
            row.sudo().write({"state": "scheduled", "transaction_id": False})
            row._charge()
            first._set_done()
            first._post_process()
            self.assertEqual(row.amount_overpaid, 23.37)
            balance = self._open(order)
        self.assertEqual(balance.amount_aside, 23.37)
        self.assertEqual(balance.amount_to_refund, 23.37)
        self.assertEqual(balance.reason, "charged_twice")
        self.assertFalse(balance.differs, balance.difference_text)

    @mute_logger(
        "odoo.addons.continuity_program.models.balances.continuity_balance_card",
        "odoo.addons.continuity_program.models.accounts.continuity_order_account",
    )
    def test_account_that_cannot_be_made(self):
        """People see what is stored, and no traceback."""
        order = self._sell(self.instalments)
        balance = self._open(order)

        def read(_model, _scopes):
            raise LawBroken("it does not add up")

        self.patch(type(self.env["continuity.billing"]), "_read", read)
        self.assertEqual(self._open(order), balance)
        self.env.invalidate_all()
        self.assertFalse(balance.card)
        self.assertEqual(balance.amount_open, 46.75)

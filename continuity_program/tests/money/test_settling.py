# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager, suppress

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.misc import Callbacks

from ...billing import LawBroken
from ...models.settlement import continuity_billing_settle
from ..cases.balance import BalanceCase
from ..common import SELLER

DAY = "2027-09-10 12:00:00"
NO_BREAK = "\N{NO-BREAK SPACE}"
LOGGER = "odoo.addons.continuity_program.models.settlement.continuity_billing_settle"


class SettlingCase(BalanceCase):
    """Accounts that are read right after something has changed."""

    def _get_account(self, scope):
        balance = self.env["continuity.balance"]._find_stored([scope])[scope]
        return self._account(balance)

    @contextmanager
    def _noting_settled(self):
        """List what is settled, call by call."""
        calls = []
        billing = type(self.env["continuity.billing"])
        settle = billing._settle

        def note(model, scopes):
            calls.append(sorted(scopes))
            return settle(model, scopes)

        self.patch(billing, "_settle", note)
        yield calls
        self.patch(billing, "_settle", settle)

    def _sell_child(self):
        order = self._sell(self.club)
        return order, ("child", order.child_order_ids.id)


@tagged("post_install", "-at_install")
@freeze_time(DAY)
class TestSettling(SettlingCase):
    """Whatever changes a fact leaves the account of the claim as it is then."""

    # === DOORS === #

    def test_invoice(self):
        """Posted, reset, changed, posted, and deleted."""
        order, scope = self._sell_child()
        before = {"claim": 14.94, "expected": 14.94, "received": 14.94}
        self.assertEqual(self._get_account(scope), before)
        invoice = order.child_order_ids._create_invoices()
        invoice.action_post()
        invoiced = {"claim": 14.94, "received": 14.94}
        self.assertEqual(self._get_account(scope), invoiced)
        invoice.button_draft()
        self.assertEqual(self._get_account(scope), before)
        invoice.invoice_line_ids.price_unit = 10.0
        invoice.action_post()
        self.assertEqual(
            self._get_account(scope),
            {"claim": 12.1, "received": 14.94, "credit": 2.84, "to_refund": 2.84},
        )
        invoice.button_draft()
        invoice.button_cancel()
        self.assertEqual(self._get_account(scope), before)
        invoice.unlink()
        self.assertEqual(self._get_account(scope), before)

    def test_credit_note(self):
        """Odoo's own dialog; then the refund of an accountant, outside of us."""
        order, scope = self._sell_child()
        invoice = order.child_order_ids._create_invoices()
        invoice.action_post()
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        action = wizard.create({"journal_id": invoice.journal_id.id}).refund_moves()
        note = self.env["account.move"].browse(action["res_id"])
        note.invoice_line_ids.price_unit = 5.0
        note.action_post()
        credit = {"received": 14.94, "claim": 8.89, "credit": 6.05, "to_refund": 6.05}
        self.assertEqual(self._get_account(scope), credit)
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=note.ids
        )
        register.create({}).action_create_payments()
        self.assertEqual(
            self._get_account(scope),
            {"claim": 8.89, "received": 14.94, "returned": 6.05},
        )
        note.button_draft()
        self.assertEqual(
            self._get_account(scope)["claim"],
            14.94,
        )

    def test_transfer(self):
        """An invoice on account is paid by transfer; that is undone."""
        sale_order = self._quote(self.club)
        self.customer.continuity_allow_on_account = True
        sale_order.continuity_order_ids.payment_method = "on_account"
        sale_order.action_confirm()
        self._execute("create_child_orders", sale_order=sale_order)
        child = sale_order.continuity_order_ids.child_order_ids
        scope = ("child", child.id)
        invoice = child._create_invoices()
        invoice.action_post()
        billed = {"claim": 14.94, "open": 14.94}
        self.assertEqual(self._get_account(scope), billed)
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payment = register.create({})._create_payments()
        self.assertEqual(self._get_account(scope), {"claim": 14.94, "received": 14.94})
        payment.action_draft()
        self.assertEqual(self._get_account(scope), billed)

    def test_child_cancelled(self):
        """Cancelled and confirmed again by Odoo's buttons."""
        order, scope = self._sell_child()
        child = order.child_order_ids
        child.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(
            self._get_account(scope),
            {"received": 14.94, "credit": 14.94, "to_refund": 14.94},
        )

    def test_line_changed(self):
        """A line is added to the child order."""
        order, scope = self._sell_child()
        product = self.env["product.product"].create(
            self._goods_vals("Bookmark", price=3.87)
        )
        child = order.child_order_ids
        child.write({"order_line": [Command.create({"product_id": product.id})]})
        self.env.cr.flush()
        self.assertEqual(
            self._get_account(scope),
            {"claim": 18.81, "expected": 18.81, "received": 14.94, "open": 3.87},
        )

    def test_answer(self):
        """The bank takes a payment back."""
        order, scope = self._sell_child()
        order.payment_ids.action_chargeback("fraud")
        self.assertEqual(
            self._get_account(scope), {"claim": 14.94, "expected": 14.94, "open": 14.94}
        )

    # === ONCE, AND WHEN === #

    def test_outermost(self):
        """Two invoices that are posted together are settled together, once."""
        first, second = self._sell(self.club), self._sell(self.club)
        children = first.child_order_ids | second.child_order_ids
        invoices = children[0]._create_invoices() | children[1]._create_invoices()
        self.env.cr.flush()
        with self._noting_settled() as calls:
            invoices.action_post()
            self.env.cr.flush()
        self.assertEqual(
            calls, [[("child", child.id) for child in children.sorted("id")]]
        )

    def test_deleted(self):
        """Which claims a document reaches is asked once before it is gone."""
        order, scope = self._sell_child()
        invoice = order.child_order_ids._create_invoices()
        self.env.cr.flush()
        billing = type(self.env["continuity.billing"])
        reach, asked = billing._get_reached, []

        def note(model, records):
            asked.append({name: set(ids) for name, ids in records.items() if ids})
            return reach(model, records)

        self.patch(billing, "_get_reached", note)
        with self._noting_settled() as calls:
            expected = {"account.move": set(invoice.ids)}
            invoice.unlink()
        self.assertEqual(asked.count(expected), 1)
        self.assertIn([scope], calls)
        # An order stays when its line is gone, and is asked about at the end
        del asked[:]
        line = self.env["sale.order.line"].create(
            {
                "order_id": order.child_order_ids.id,
                "display_type": "line_note",
                "name": "Leave it with the neighbours",
            }
        )
        self.env.cr.flush()
        del asked[:]
        line.unlink()
        self.assertFalse(any(asked))
        self.env.cr.flush()
        self.assertEqual(len([one for one in asked if one]), 1)

    def test_language(self):
        """Who is to give money back reads it in his language, whoever caused it."""
        self.env["res.lang"]._activate_lang("fr_FR")
        order, _scope = self._sell_child()
        order.user_id = self._create_user("settle_french", SELLER)
        order.user_id.lang = "fr_FR"
        invoice = order.child_order_ids._create_invoices()
        invoice.action_post()
        invoice._reverse_moves().action_post()
        order._tell_to_refund()
        [activity] = order.activity_ids
        french = order.with_context(lang="fr_FR")
        text = french.env._(
            "%s is to be given back. An accountant refunds it from the order.",
            french.currency_id.format(14.94),
        )
        self.assertIn(text.replace(NO_BREAK, "&nbsp;"), activity.note)
        self.assertNotIn("is to be given back", text)

    def test_before_commit(self):
        """What comes by another door is settled before the end, not at once."""
        order, scope = self._sell_child()
        self.env.cr.flush()
        row = order.payment_ids
        with self._noting_settled() as calls:
            row.sudo().due_date = "2027-10-01"
            self.assertEqual(calls, [])
            self.env.cr.flush()
            self.assertEqual(calls, [[scope]])
            self.env.cr.flush()
        self.assertEqual(len(calls), 1)

    def test_not_within_a_call(self):
        """A savepoint within posting settles nothing half-made."""
        order, scope = self._sell_child()
        billing = self.env["continuity.billing"]
        with self._noting_settled() as calls:
            with billing._settling():
                order.payment_ids.sudo().due_date = "2027-10-01"
                with self.env.cr.savepoint():
                    self.assertEqual(calls, [])
            self.assertEqual(calls, [[scope]])

    def test_savepoint_within_a_call(self):
        """What was touched before a part of a call is undone is settled, too."""
        order, scope = self._sell_child()
        self.env.cr.flush()
        with self._noting_settled() as calls:
            with self.env["continuity.billing"]._settling():
                order.payment_ids.sudo().due_date = "2027-10-01"
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    raise UserError("undone")
                self.assertEqual(calls, [])
            self.assertEqual(calls, [[scope]])

    def test_rolled_back(self):
        """What was undone leaves a key, and the account as it was."""
        order, scope = self._sell_child()
        self.env.cr.flush()
        before = self._get_account(scope)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.payment_ids.sudo().amount = 1.0
            raise UserError("undone")
        self.env.cr.flush()
        self.assertEqual(self._get_account(scope), before)
        # The next one is settled all the same
        with self._noting_settled() as calls:
            order.payment_ids.sudo().due_date = "2027-10-01"
            self.env.cr.flush()
        self.assertEqual(calls, [[scope]])

    def test_failed_call(self):
        """A call that fails settles nothing; what it has left is settled in the end."""
        order, _scope = self._sell_child()
        self.env.cr.flush()
        billing = self.env["continuity.billing"]
        with self._noting_settled() as calls:
            with self.assertRaises(ZeroDivisionError), billing._settling():
                order.payment_ids.sudo().due_date = "2027-10-01"
                raise ZeroDivisionError
            self.assertEqual(calls, [])
            self.assertFalse(billing._get_touched().depth)

    def test_nothing_new(self):
        """An account that is as it was keeps its moment."""
        order, scope = self._sell_child()
        balance = self.env["continuity.balance"]._find_stored([scope])[scope]
        with freeze_time("2027-09-12 12:00:00"):
            order.payment_ids.sudo().due_date = "2027-10-01"
            self.env.cr.flush()
        self.assertEqual(str(balance.settled_at), DAY)

    # === WHAT GOES WRONG === #

    def test_contradiction(self):
        """No fault in the ledger keeps an accountant from posting an invoice."""
        good, bad = self._sell(self.club), self._sell(self.club)
        children = good.child_order_ids | bad.child_order_ids
        invoices = children[0]._create_invoices() | children[1]._create_invoices()
        self.env.cr.flush()
        chunk = continuity_billing_settle.settle_chunk

        def settle_chunk(facts, items):
            if ("child", bad.child_order_ids.id) in facts:
                raise LawBroken("the account does not add up")
            return chunk(facts, items)

        self.patch(continuity_billing_settle, "settle_chunk", settle_chunk)
        with self.assertLogs(LOGGER, "ERROR") as logs:
            invoices.action_post()
        self.assertEqual(len(logs.output), 1)
        self.assertEqual(set(invoices.mapped("state")), {"posted"})
        balances = self._get_balances(good | bad)
        self.assertEqual(balances.mapped("differs"), [False, True])
        self.assertEqual(
            self._account(balances[1]),
            {"claim": 14.94, "expected": 14.94, "received": 14.94},
        )
        self.assertIn("could not be made", balances[1].difference_text)
        self.assertEqual(
            self._account(balances[0]), {"claim": 14.94, "received": 14.94}
        )
        # The next regular settling mends it
        self.patch(continuity_billing_settle, "settle_chunk", chunk)
        bad.child_order_ids.invoice_ids.button_draft()
        self.assertFalse(balances[1].differs)

    def test_somebody_else_decides(self):
        """The accountant waits for nobody; in the end he has to begin again."""
        order, scope = self._sell_child()
        invoice = order.child_order_ids._create_invoices()
        self.env.cr.flush()
        before = self._get_account(scope)
        billing = type(self.env["continuity.billing"])
        take = billing._take_mutexes
        self.patch(billing, "_take_mutexes", lambda *_args, **_kwargs: set())
        invoice.action_post()
        self.assertEqual(self._get_account(scope), before)
        try:
            self.env.cr.flush()
        except psycopg2.errors.SerializationFailure as error:
            # That is how Odoo knows that it may try again
            self.assertEqual(error.pgcode, "40001")
        else:
            self.fail("It was settled beside somebody else")
        # Whoever catches it cannot end the transaction without
        self.assertTrue(self.env.cr.precommit)
        # Whoever it was has done
        self.patch(billing, "_take_mutexes", take)
        invoice.button_draft()
        invoice.action_post()
        self.assertEqual(self._get_account(scope), {"claim": 14.94, "received": 14.94})

    def test_somebody_else_decides_after_a_commit(self):
        """What is committed cannot be begun again: it waits for the next settling."""
        order, scope = self._sell_child()
        other = self._sell_child()[0]
        self.env.cr.flush()
        billing = type(self.env["continuity.billing"])
        take = billing._take_mutexes
        self.patch(billing, "_take_mutexes", lambda *_args, **_kwargs: set())
        touched = self.env["continuity.billing"]._get_touched()
        order.payment_ids.sudo().due_date = "2027-10-01"
        touched.note_commit()
        self.env.cr.flush()
        self.assertEqual(touched.scopes, {scope})
        # A fact of another order is not committed yet
        with self.env["continuity.billing"]._settling():
            other.payment_ids.sudo().due_date = "2027-10-01"
        try:
            self.env.cr.flush()
        except psycopg2.errors.SerializationFailure:
            touched.note_rollback()
        else:
            self.fail("It was settled beside somebody else")
        self.env.cr.flush()
        self.assertEqual(touched.scopes, {scope})
        self.patch(billing, "_take_mutexes", take)
        with self._noting_settled() as calls:
            self.env["continuity.billing"]._settle_touched(is_last=True)
        self.assertEqual(calls, [[scope]])

    def test_others_have_to_do_after_a_commit(self):
        """What they do then is not lost because what is owed has to be begun anew."""
        order = self._sell(self.club)
        billing, cr = self.env["continuity.billing"], self.env.cr
        done = []

        def settle_owed(_billing):
            # Somebody has decided meanwhile: a rollback forgets what is left to do
            cr.postcommit.clear()
            done.append("rolled back")

        self.patch(type(billing), "_settle_owed", settle_owed)
        self.patch(cr, "postcommit", Callbacks())
        billing._begin_call()
        billing._touch([("upfront", order.id)])
        cr.postcommit.add(lambda: done.append("told the screens"))
        cr.postcommit.run()
        self.assertEqual(done, ["told the screens", "rolled back"])

    def test_somebody_decides_while_it_is_submitted(self):
        """What Submit confirms is settled before it is committed, or begun again."""
        sale_order = self._quote(self.instalments)
        sale_order.continuity_order_ids._set_payment_token(self._create_token())
        recap = self.env["continuity.recap"].create({"sale_order_id": sale_order.id})
        billing = type(self.env["continuity.billing"])
        take = billing._take_free_mutexes
        self.patch(billing, "_take_free_mutexes", lambda *_args: set())
        with self.assertRaises(psycopg2.errors.SerializationFailure):
            recap.action_submit()
        self.assertEqual(sale_order.state, "draft")
        self.patch(billing, "_take_free_mutexes", take)
        recap.action_submit()
        self.assertEqual(sale_order.state, "sale")
        order = sale_order.continuity_order_ids
        self.assertEqual(
            self._get_account(("upfront", order.id))["claim"],
            order.sale_order_line_id.price_total,
        )

    def test_failed_answer(self):
        """An answer that fails leaves what it has touched to the end."""
        order, scope = self._sell_child()
        self.env.cr.flush()
        billing = self.env["continuity.billing"]
        with self._noting_settled() as calls:
            # Not `assertRaises`: it rolls back, and forgets what is registered
            with suppress(ZeroDivisionError), billing._settling_after(lambda: None):
                order.payment_ids.sudo().due_date = "2027-10-01"
                raise ZeroDivisionError
            self.assertEqual(calls, [])
            self.env.cr.flush()
        self.assertEqual(calls, [[scope]])

    # === WHAT IS NOT OURS === #

    def test_quotation(self):
        """A quotation may change as often as it likes: nothing is settled."""
        with self._noting_settled() as calls:
            sale_order = self._quote(self.instalments)
            sale_order.order_line.product_uom_qty = 2
            self.env.cr.flush()
        self.assertEqual(calls, [])

    def _make_foreign(self, number):
        vals = {
            "move_type": "out_invoice",
            "partner_id": self.customer.id,
            "invoice_date": "2027-09-10",
            "invoice_line_ids": [
                Command.create({"name": "x", "price_unit": 10.0, "tax_ids": False})
            ],
        }
        return self.env["account.move"].create([vals] * number)

    def _match_foreign(self, number):
        account = self.customer.property_account_receivable_id
        lines = [
            Command.create(
                {
                    "name": "x",
                    "account_id": account.id,
                    "debit": debit,
                    "credit": credit,
                }
            )
            for debit, credit in [(1.0, 0.0), (0.0, 1.0)] * (number // 2)
        ]
        entry = self.env["account.move"].create(
            {"move_type": "entry", "line_ids": lines, "date": "2027-09-10"}
        )
        entry.action_post()
        self.env.cr.flush()
        return entry.line_ids

    def test_foreign_books(self):
        """Other people's books cost one question, and nothing without our orders."""
        self._sell(self.club)
        counts = []
        billing = type(self.env["continuity.billing"])
        is_used = billing._is_used
        for answer in (lambda _model: False, is_used):
            self.patch(billing, "_is_used", answer)
            self._make_foreign(1).action_post()
            self._match_foreign(2).reconcile()
            invoice, lines = self._make_foreign(1), self._match_foreign(1000)
            self.env.cr.flush()
            self.env.flush_all()
            self.env.invalidate_all()
            with self._counting_queries(counts):
                invoice.action_post()
                self.env.cr.flush()
            self.env.invalidate_all()
            with self._counting_queries(counts):
                lines.reconcile()
                self.env.cr.flush()
        without, with_us = counts[:2], counts[2:]
        self.assertLessEqual(with_us[0] - without[0], 1, counts)
        self.assertLessEqual(with_us[1] - without[1], 1, counts)

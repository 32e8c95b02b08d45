# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..cases.credit import InvoicedCase


@tagged("post_install", "-at_install")
class TestInvoicedOnce(InvoicedCase):
    """What was invoiced once is not invoiced again because it was credited."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.continuity_invoice_children = "delivered"
        cls.club_a = cls._create_club(code="CLUBA")

    def _sell_one(self):
        order = self._submit(self.club_a)
        child = self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        return order, child

    def test_credited_by_the_wizard(self):
        """Posted, given back, two nights: one invoice, nothing left to pay."""
        order, child = self._sell_one()
        note = self._credit_by_wizard(child.invoice_ids)
        self._post(note, "2027-09-12")
        self._refund(order, "2027-09-12")
        for day in ("2027-09-12", "2027-09-13"):
            self._run(day)
        self.assertEqual(self._count_invoices(child), 1)
        goods = child.order_line[0]
        self.assertEqual((goods.qty_invoiced, goods.qty_to_invoice), (0.0, 0.0))
        self.assertEqual(child.invoice_status, "invoiced")
        self.assertEqual(order.shipment_ids[0].state, "done")
        self.assertEqual(order.payment_ids.amount_refunded, 14.94)
        self.assertEqual(order.payment_ids.amount_overpaid, 0.0)

    def test_draft_note(self):
        """A draft note gives nothing back either."""
        _order, child = self._sell_one()
        self._credit_by_wizard(child.invoice_ids)
        self._run("2027-09-12")
        self.assertEqual(self._count_invoices(child), 1)
        self.assertEqual(child.order_line[0].qty_to_invoice, 0.0)

    def test_reset_invoice(self):
        """What is invoiced no more can be invoiced again."""
        _order, child = self._sell_one()
        invoice = child.invoice_ids
        invoice.button_draft()
        self.assertEqual(child.order_line[0].qty_to_invoice, 0.0)
        invoice.button_cancel()
        self.assertEqual(child.order_line[0].qty_to_invoice, 1.0)
        self._run("2027-09-12")
        self.assertEqual(self._count_invoices(child), 2)

    def test_reverse_and_create(self):
        """The way to invoice again: the new draft is the one that counts."""
        order, child = self._sell_one()
        new = self._credit_by_wizard(child.invoice_ids, modify=True)
        self.assertEqual(new.state, "draft")
        with freeze_time("2027-09-12 12:00:00"):
            new.with_user(self.accountant).action_post()
        self._run("2027-09-13")
        self.assertEqual(self._count_invoices(child), 2)
        self.assertEqual(order.shipment_ids[0].state, "done")
        self.assertEqual(sum(child.invoice_ids.mapped("amount_total_signed")), 14.94)

    def test_notes_beyond_the_invoice(self):
        """Two notes over the same goods: the second cannot be posted."""
        _order, child = self._sell_one()
        invoice = child.invoice_ids
        notes = self._credit_by_wizard(invoice) | self._credit_by_wizard(invoice)
        self._post(notes[0])
        with self.assertRaisesRegex(UserError, "are invoiced and not credited yet"):
            self._post(notes[1])
        self.assertEqual(notes[1].state, "draft")

    def test_waiting_child(self):
        """Cancelled after its invoice: no second one while the note is a draft."""
        order = self._submit(self.club_a)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
            child.order_line.product_id.invoice_policy = "order"
            child._create_invoices().action_post()
        child.with_user(self.seller)._undo_continuity_children("moved abroad")
        self.assertEqual(child.state, "sale")
        for day in ("2027-09-15", "2027-09-16"):
            self._run(day)
        self.assertEqual(self._count_invoices(child), 1)
        self._post(self._get_note(order), "2027-09-17")
        self.assertEqual(child.state, "cancel")
        self._refund(order, "2027-09-17")
        self._run("2027-09-18")
        self.assertEqual(order.payment_ids.amount_refunded, 14.94)
        self.assertEqual(self._count_invoices(child), 1)

    def test_in_parts(self):
        """Two pieces, the first delivered, invoiced and credited: one is left."""
        order = self._submit(self.club_a, quantity=2)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        if "picking_ids" not in child._fields:
            return
        goods = child.order_line[0]
        goods.product_id.invoice_policy = "delivery"
        with freeze_time("2027-09-10 12:00:00"):
            for move in child.picking_ids.move_ids:
                move.quantity = 1.0
                move.picked = True
            action = child.picking_ids.button_validate()
            self.env[action["res_model"]].with_context(**action["context"]).create(
                {}
            ).process()
        self._invoice(child, "2027-09-10")
        self._post(self._credit_by_wizard(child.invoice_ids), "2027-09-12")
        self.assertEqual(goods.qty_to_invoice, 0.0)
        self._deliver(child)
        self.assertEqual(goods.qty_to_invoice, 1.0)
        self._invoice(child, "2027-09-13")
        self.assertEqual(goods.qty_to_invoice, 0.0)
        self.assertEqual(child.invoice_status, "invoiced")
        # 29.89 was charged, one of 14.94 is kept: what the note gives back counts once
        self.assertEqual(order.amount_to_refund, 14.95)
        self._refund(order, "2027-09-13")
        self.assertEqual(order.payment_ids.amount_refunded, 14.95)
        self.assertEqual(order.amount_to_refund, 0.0)

    def test_sql_says_the_same(self):
        """What the close job counts in the database is what the line says."""
        order = self._submit(self.club_a)
        for number, day in ((1, "2027-09-10"), (2, "2027-10-01"), (3, "2027-10-22")):
            self._ship(order, number, day)
            if number < 3:
                self._run(day)
        children = order.child_order_ids.sorted("commitment_date")
        self._credit_by_wizard(children[0].invoice_ids)
        children[1].invoice_ids.button_draft()
        dozen = self.env.ref("uom.product_uom_dozen")
        children[1].invoice_ids.invoice_line_ids.write(
            {"product_uom_id": dozen.id, "quantity": 0.25}
        )
        self.env.flush_all()
        job = self.env["continuity.job.close_orders"]
        for line, expected in zip(children.order_line, (1.0, 3.0, 0.0), strict=True):
            [(found,)] = self.env.execute_query(
                SQL(
                    "SELECT %s FROM sale_order_line l WHERE l.id = %s",
                    job._get_invoiced_sql(),
                    line.id,
                )
            )
            self.assertEqual(found, expected)
            self.assertEqual(
                line._sum_continuity_documents("out_invoice", ("draft", "posted")),
                expected,
            )


@tagged("post_install", "-at_install")
class TestUpfrontByHand(InvoicedCase):
    """The up-front invoice is nobody's to take back once a parcel has left."""

    def _check_refused(self, order):
        invoice = order.upfront_invoice_id
        note = self._credit_by_wizard(invoice)
        with self.assertRaisesRegex(UserError, "credited by shipments"):
            self._post(note, "2027-09-10")
        note.unlink()
        for method in ("button_draft", "button_cancel"):
            with (
                freeze_time("2027-09-10 12:00:00"),
                self.assertRaisesRegex(UserError, "delivered or credited"),
            ):
                getattr(invoice, method)()
        self.assertEqual(invoice.state, "posted")

    def test_delivered_and_not_released(self):
        """The parcel left this morning, the close job comes tonight."""
        order = self._submit(self.club)
        self._ship(order, 1, "2027-09-10")
        self._check_refused(order)
        self._run("2027-09-10")
        self.assertEqual(order.shipment_ids[0].line_ids.released_quantity, 1.0)
        self.assertEqual(
            self._entry(self._get_zero_invoices(order)),
            {self.prepayment_account: 12.35, self.revenue_account: -12.35},
        )

    def test_credited(self):
        """A part of it was credited: the whole cannot be taken back."""
        order = self._submit(self.club)
        self._post(self._credit(order, {3}), "2027-09-10")
        self._check_refused(order)

    def test_untouched(self):
        """Nothing has left: it may be credited as a whole, as ever."""
        order = self._submit(self.club)
        note = self._credit_by_wizard(order.upfront_invoice_id, "2027-09-10")
        self._post(note, "2027-09-10")
        self.assertEqual(order.shipment_ids.mapped("state"), ["cancelled"] * 3)

    def test_cancel_before_the_close_job(self):
        """70.12 − 55.18 = 14.94: what has left is not given back."""
        order = self._submit(self.club)
        self._ship(order, 1, "2027-09-10")
        text = self._cancel(order, "2027-09-10")
        self.assertIn("55.18", text)
        note = self._get_note(order)
        self.assertEqual(note.amount_total, 55.18)
        self._post(note, "2027-09-10")
        self._refund(order, "2027-09-10")
        for day in ("2027-09-10", "2027-09-11"):
            self._run(day)
        self.assertEqual(order.payment_ids.amount_refunded, 55.18)
        self.assertEqual(self._get_prepayment(order), 0.0)
        self.assertEqual(order.state, "closed")

    def test_units_about_to_be_released(self):
        """A note over units that were delivered cannot be posted."""
        order = self._submit(self.club)
        with freeze_time("2027-09-10 09:00:00"):
            child = self._create_child(order)
        line = order.shipment_ids[0].line_ids
        note = order._create_credit_notes({line: 1.0})
        with freeze_time("2027-09-10 12:00:00"):
            self._deliver(child)
        with self.assertRaisesRegex(UserError, "0 are open"):
            self._post(note, "2027-09-10")


@tagged("post_install", "-at_install")
class TestPositionByHand(InvoicedCase):
    """A fiscal position chosen by hand holds for every child order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.low = cls._create_vat("VAT 9", 9.0)
        cls.position = cls.env["account.fiscal.position"].create(
            {"name": "Reduced", "company_id": cls.company.id}
        )
        cls.low.write(
            {
                "fiscal_position_ids": [Command.set(cls.position.ids)],
                "original_tax_ids": [Command.set(cls.vat.ids)],
            }
        )
        cls.club_a = cls._create_club(code="CLUBA")

    def _check_lives(self, currency, amounts, position=True):
        self._set_currency(currency)
        with freeze_time("2027-09-10 12:00:00"):
            sale_order = self._quote(self.club_a)
            if position:
                sale_order.fiscal_position_id = self.position
            sale_order.action_confirm()
        order = sale_order.continuity_order_ids
        self.assertEqual(order.fiscal_position_by_hand, position)
        for number, day in ((1, "2027-09-10"), (2, "2027-10-01"), (3, "2027-10-22")):
            self._ship(order, number, day)
        shipments = order.shipment_ids
        self.assertEqual(tuple(shipments.mapped("amount_total")), amounts)
        self.assertEqual(
            tuple(shipments.child_order_id.mapped("amount_total")), amounts
        )
        self.assertEqual(
            tuple(order.payment_ids.sorted("due_date").mapped("amount")), amounts
        )
        return order

    def test_eur(self):
        order = self._check_lives("EUR", (13.46, 20.11, 29.59))
        self.assertIn("Reduced", "".join(order.message_ids.mapped("body")))

    def test_jpy(self):
        self._check_lives("JPY", (1346.0, 2011.0, 2959.0))

    def test_kwd(self):
        self._check_lives("KWD", (13.463, 20.113, 29.599))

    def test_proposed(self):
        """Nobody chose: the one of the day, as ever."""
        self._check_lives("EUR", (14.94, 22.32, 32.85), position=False)

    def test_written_later(self):
        """Decided on the running order: from then on it holds."""
        order = self._submit(self.club_a)
        self._ship(order, 1, "2027-09-10")
        self.assertFalse(order.fiscal_position_by_hand)
        order.with_user(self.seller).fiscal_position_id = self.position
        self.assertTrue(order.fiscal_position_by_hand)
        child = self._ship(order, 2, "2027-10-01")
        self.assertEqual(child.fiscal_position_id, self.position)
        self.assertEqual(child.amount_total, 20.11)
        self.assertEqual(order.shipment_ids[0].child_order_id.amount_total, 14.94)

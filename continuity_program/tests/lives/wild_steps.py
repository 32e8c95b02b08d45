# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The steps of a life nobody thought of: each goes through the door people use.

A step returns False when there is nothing it could be about.
"""

from datetime import timedelta

from freezegun import freeze_time

from odoo.fields import Command

from ..money.billing_read import ReadCase
from .wild_laws import Broken

#: The jobs of a night that have to do with money and goods
NIGHT = (
    "process_payments",
    "create_child_orders",
    "close_orders",
    "resolve_payments",
)


class WildSteps(ReadCase):
    """What people, the warehouse, the customer and the jobs do to one order."""

    # === PICK === #

    def _pick(self, records, place):
        """What a step is about: the place says which."""
        records = records.sorted("id")
        return records[int(place) % len(records)] if records else records

    def _children(self, state="sale"):
        return self.oracle.get_children().filtered(lambda child: child.state == state)

    def _documents(self, move_type="out_invoice", state="posted"):
        moves = self.env["account.move"].union(*self.oracle.get_documents().values())
        return moves.filtered(
            lambda m: m.move_type == move_type and m.state == state and m.amount_total
        )

    def _rows(self, *states):
        return self.order.payment_ids.filtered(lambda row: row.state in states)

    def _round(self, amount, part):
        return self.currency.round(amount * float(part))

    # === TIME, GOODS, DOCUMENTS === #

    def do_night(self, days):
        self.day += timedelta(int(days))
        with freeze_time(f"{self.day} 12:00:00"):
            for job in NIGHT:
                run = self._execute(
                    job, date=self.day, sale_order=self.order.sale_order_id
                )
                if run.failed_count:
                    text = "; ".join(run.line_ids.mapped(lambda x: x.message or ""))
                    self._break(Broken("jobs", f"{job}: {text}"))

    def do_ship(self, place, quantity):
        children = self._children()
        if "picking_ids" in children._fields:
            children = children.filtered(
                lambda c: any(m.state not in ("done", "cancel") for m in self._moves(c))
            )
        child = self._pick(children, place)
        if not child:
            return False
        if "picking_ids" not in child._fields:
            line = child.order_line[0]
            more = line.product_uom_qty - line.qty_delivered
            line.qty_delivered += min(more, 1.0 if quantity == "1" else more)
            return True
        self._deliver(child, None if quantity == "*" else 1.0)
        return True

    def _moves(self, child):
        return child.picking_ids.move_ids

    def do_calloff(self, place):
        child = self._pick(self._children(), place)
        if not child or "picking_ids" not in child._fields:
            return False
        todo = child.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        todo.action_cancel()
        return bool(todo)

    def do_bill(self, place, factor):
        """Invoice a child by hand, at another price if somebody types one."""
        children = self._children().filtered(lambda c: c.invoice_status == "to invoice")
        child = self._pick(children, place)
        if not child or (self.order.bill_upfront and factor != "1"):
            return False
        invoice = child._create_invoices()
        self._reprice(invoice, factor)
        invoice.action_post()
        return True

    def _reprice(self, move, factor):
        if factor != "1":
            for line in move.invoice_line_ids:
                line.price_unit *= float(factor)

    def do_reverse(self, place):
        return bool(self._credit(self._pick(self._documents(), place)))

    def do_modify(self, place):
        """*Reverse and create*: the new one is posted."""
        invoice = self._pick(self._documents(), place)
        if not invoice:
            return False
        self._credit_by_wizard(invoice, day=self.day, modify=True)
        return True

    def do_note(self, place, part):
        """A note over a part, by hand."""
        return bool(self._credit(self._pick(self._documents(), place), part))

    def _credit(self, invoice, part="1"):
        if not invoice:
            return invoice
        note = self._credit_by_wizard(invoice, day=self.day, post=False)
        self._reprice(note, part)
        note.action_post()
        return note

    def do_reset(self, place, factor):
        """Back to draft, and posted at another price."""
        invoice = self._pick(self._documents(), place)
        if not invoice:
            return False
        invoice.button_draft()
        self._reprice(invoice, factor)
        invoice.action_post()
        return True

    def do_post(self):
        """The accountant posts what was proposed."""
        notes = self._documents("out_refund", "draft")
        notes.action_post()
        return bool(notes)

    # === MONEY OF OTHER DOORS === #

    def do_link(self, place, part, answer):
        """The link of a child order."""
        child = self._pick(self._children() | self._children("draft"), place)
        if not child or child.amount_total <= 0:
            return False
        self._pay_online(
            child, self._round(child.amount_total, part), answer, day=self.day
        )
        return True

    def _open_invoice(self, place):
        return self._pick(self._documents().filtered("amount_residual"), place)

    def do_invoicelink(self, place, part, answer):
        invoice = self._open_invoice(place)
        if not invoice:
            return False
        self._pay_online(
            invoice, self._round(invoice.amount_residual, part), answer, day=self.day
        )
        return True

    def do_register(self, place, part):
        invoice = self._open_invoice(place)
        if not invoice:
            return False
        amount = self._round(invoice.amount_residual, part)
        payment = self._register(
            invoice, amount, day=self.day, currency_id=self.currency.id
        )
        scope = self.oracle.get_scope(invoice)
        self.book.come(f"payment {payment.id}", [(scope, None, self.units(amount))])
        return True

    def do_bank(self, place, part):
        """A line of the bank, matched with an invoice."""
        invoice = self._open_invoice(place)
        if not invoice or self.currency != self.company.currency_id:
            return False
        amount = self._round(invoice.amount_residual, part)
        self.lines |= self._transfer(amount, invoice, day=self.day)
        return True

    def _read_bank(self):
        """What came to the bank is known by what a person has matched it with."""
        for line in self.lines:
            parts = {}
            for partial in self._get_receivable(line.move_id).matched_debit_ids:
                scope = self.oracle.get_scope(partial.debit_move_id.move_id)
                amount = self.units(partial.credit_amount_currency)
                parts[scope] = parts.get(scope, 0) + amount
            self.book.match(f"bank {line.id}", parts)

    def do_odoorefund(self, place, part):
        """Odoo's own dialog on a payment."""
        payments = self.env["account.payment"].search(
            [
                ("payment_transaction_id.partner_id", "=", self.customer.id),
                ("payment_type", "=", "inbound"),
                ("amount_available_for_refund", ">", 0),
            ]
            if self.env["account.payment"]._fields["amount_available_for_refund"].store
            else [
                ("payment_transaction_id.partner_id", "=", self.customer.id),
                ("payment_type", "=", "inbound"),
            ]
        )
        payments = payments.filtered(
            lambda p: (
                p.payment_transaction_id.reference in self.book.moved
                and p.amount_available_for_refund > 0
            )
        )
        payment = self._pick(payments, place)
        if not payment:
            return False
        amount = self._round(payment.amount_available_for_refund, part)
        self._refund_by_wizard(payment, amount, day=self.day)
        return True

    # === THE CARD === #

    def do_card(self, answer):
        self.order.payment_token_id.demo_simulated_state = answer

    def do_newcard(self):
        self.order._set_payment_token(self._create_token("done"))

    def do_lose(self, kind):
        """The next answer of the provider gets lost."""
        self.losing = kind
        return False

    def do_answer(self, place, answer):
        """What was pending is answered."""
        tx = self._pick(self._transactions("pending"), place)
        if not tx:
            return False
        self._answer_tx(tx, answer)
        return True

    def _transactions(self, *states):
        return self.env["payment.transaction"].search(
            [("partner_id", "=", self.customer.id), ("state", "in", states)]
        )

    def _answer_tx(self, tx, answer):
        data = {"reference": tx.reference, "simulated_state": answer}
        tx._process("demo", data)
        tx._post_process()

    def _untold(self):
        """What the provider has taken, and the program does not know."""
        keys = [key for key, move in self.book.moved.items() if not move.is_told]
        return self.env["payment.transaction"].search([("reference", "in", keys)])

    def do_late(self, place):
        """The answer that was lost comes after all."""
        tx = self._pick(self._untold(), place)
        if not tx:
            return False
        self._answer_tx(tx, "done")
        return True

    def do_person(self, place, kind):
        """Somebody asked the provider; he may have read it wrong."""
        row = self._pick(self._rows("unknown"), place)
        if not row:
            return False
        key = row.transaction_id.reference
        if key in self.book.moved and kind == "right":
            row.action_was_paid()
            self.book.come(key, ())
        else:
            row.action_was_not_paid()
            if key not in self.book.moved:
                # Money that was only held is never taken
                self.book.end(key)
        return True

    def do_chargeback(self, place):
        row = self._pick(
            self._rows("paid").filtered(lambda r: not r.is_paid_otherwise), place
        )
        if not row or row.transaction_id.reference not in self.book.moved:
            return False
        key = row.transaction_id.reference
        row.action_chargeback("the customer denies it")
        self.book.charge_back(key)
        return True

    def do_writeoff(self, place):
        row = self._pick(self._rows("scheduled", "declined", "billed"), place)
        if not row:
            return False
        row.action_write_off("given up")
        return True

    def do_refund(self):
        """Our button."""
        if not self.order.amount_to_refund and not any(
            self.order.payment_ids.mapped("amount_overpaid")
        ):
            return False
        documents, before = self.oracle.get_documents(), {}
        for scope in self.oracle.get_scopes():
            claim, number = self.oracle.get_claim(scope, documents)
            left = self.book.doubles(scope)[1]
            before[scope] = self.book.net(scope), claim, number, left
        self.order.action_refund()
        self._check("money", lambda: self.oracle.check_refunds(before))
        return True

    # === THE PLAN === #

    def _shipment(self, place, *states):
        shipments = self.order.shipment_ids.filtered(lambda s: s.state in states)
        return self._pick(shipments, place)

    def do_swap(self, place, kind):
        shipment = self._shipment(place, "planned")
        if not shipment:
            return False
        factor = {"stay": 1, "dearer": 2, "cheaper": 0.5}[kind]
        price = factor * self.goods[0].list_price
        product = self.env["product.product"].create(
            {
                **self._goods_vals(kind, price),
                "taxes_id": [Command.set(self.goods[0].taxes_id.ids)],
                "property_account_income_id": self.revenue_account.id,
                "invoice_policy": "delivery",
            }
        )
        values = {} if kind == "stay" else {"price": price}
        shipment.line_ids._substitute(product, reason="wish", **values)
        return True

    def do_skip(self, place):
        shipment = self._shipment(place, "planned")
        return bool(shipment) and (shipment.action_skip() or True)

    def do_end(self, place):
        shipment = self._shipment(place, "planned")
        return bool(shipment) and (shipment.action_end_here() or True)

    def do_return(self, place, kind):
        child = self._pick(
            self._children().filtered(lambda c: c._get_continuity_returnable()), place
        )
        if not child:
            return False
        self._apply(child.action_open_continuity_return(), kind=kind)
        return True

    def do_cancel(self):
        self._apply(self.order.action_open_cancel())

    def do_undo(self, place):
        child = self._pick(self._children(), place)
        if not child:
            return False
        self._apply(child.action_open_continuity_cancel())
        return True

    def do_reopen(self, place):
        child = self._pick(self._children("cancel"), place)
        if not child:
            return False
        child.action_draft()
        child.action_confirm()
        self.book.reopen(("child", child.id))
        return True

    def do_pause(self):
        self.order.action_pause()

    def do_resume(self):
        self.order.action_resume()

    def do_more(self, place):
        """A product is added to a child that was charged already."""
        child = self._pick(self._children(), place)
        if not child or self.order.bill_upfront:
            return False
        child.order_line[0].product_uom_qty += 1
        return True

    def _apply(self, action, **values):
        """Fill in a dialog and press its button."""
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.write({"reason": "wish", **values})
        wizard.action_apply()

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import SELLER
from .typed_case import TypedCase


@tagged("post_install", "-at_install")
@freeze_time("2027-09-15 12:00:00")
class TestForgedContext(TypedCase):
    """Keys of the context come from outside: none of them opens anything."""

    def test_state(self):
        """A running order is not cancelled, a draft not confirmed, by a key."""
        order = self.order.with_user(self.seller)
        for forged in (True, 1, "1", {"value": True}, [True]):
            context = {"continuity_state": forged}
            with self._refused("Cancel it"):
                order.with_context(**context).write({"state": "cancel"})
            with self._refused("Submit it"):
                self.draft.with_user(self.seller).with_context(**context).write(
                    {"state": "sale"}
                )
        self.assertEqual((order.state, self.continuity.state), ("sale", "running"))
        self.assertEqual(self.draft.state, "draft")

    def test_named_in_the_language_of_the_user(self):
        """Who reads French is told in French what cannot be typed, and where."""
        self.env["res.lang"]._activate_lang("fr_FR")
        name = self.env["ir.model"]._get("continuity.shipment")
        name.with_context(lang="fr_FR").name = "Expédition périodique"
        shipment = self.continuity.shipment_ids[0].with_user(self.manager)
        french = shipment.with_context(lang="fr_FR")
        with self._refused(r"\(Expédition périodique\)"):
            french.write({"state": "done"})
        with self._refused("Expédition périodique", ValidationError):
            french.write({"nothing": 1})
        with self._refused("action_skip.*Expédition périodique", ValidationError):
            french.action_skip(1, 2, 3, 4, 5)
        with self._refused(r"\(Continuity Shipment\)"):
            shipment.write({"state": "done"})

    def test_state_of_a_child(self):
        """A child's parcel follows its buttons, not a state that is typed."""
        child = self.child.with_user(self.seller)
        self.assertEqual(child.state, "sale")
        for state in ("draft", "sent", "cancel"):
            with self._refused("Cancel it"):
                child.write({"state": state})
        child.action_cancel()
        self.assertEqual(self.continuity.shipment_ids[0].state, "cancelled")
        with self._refused("Use its buttons"):
            child.write({"state": "sale"})

    def test_state_of_a_cancelled_parent(self):
        self.draft.action_cancel()
        with self._refused("Submit it"):
            self.draft.with_user(self.seller).write({"state": "sale"})

    def test_price(self):
        """The price of a parent line is its plan's, after the sale as before."""
        for order in (self.order, self.draft):
            line = order.order_line.with_user(self.seller)
            with self._refused("sum of its shipments"):
                line.with_context(continuity_price=True).price_unit = 0.01
            with self._refused("sum of its shipments"):
                line.write({"price_unit": 0.01, "product_id": self.book.id})
            self.assertEqual(line.price_unit, 0.0)

    def test_plan(self):
        """Start date and schedule of a running order stay."""
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "Twice", "code": "2X", "number_of_payments": 2}
        )
        continuity = self.continuity.with_user(self.seller)
        before = continuity.start_date
        forged = continuity.with_context(continuity_sync=True)
        for vals in (
            {"start_date": "2030-01-01"},
            {"payment_schedule_id": schedule.id},
            {"start_date": "2030-01-01", "state": "closed"},
        ):
            with self._refused("was submitted|cannot be typed"):
                forged.write(vals)
        self.assertEqual(continuity.start_date, before)
        self.assertFalse(continuity.payment_schedule_id)

    def test_child_by_default(self):
        """Defaults of the context make no child."""
        orders = self.env["sale.order"].with_user(self.seller)
        for name, value in {
            "continuity_order_id": self.continuity.id,
            "continuity_parent_id": self.order.id,
            "continuity_type": "child",
            "continuity_announced": True,
        }.items():
            forged = orders.with_context(**{f"default_{name}": value})
            with self.subTest(name), self._refused():
                forged.create({"partner_id": self.customer.id})
            self.assertFalse(forged.default_get([name]).get(name))

    def test_child_by_own_default(self):
        """Nor do defaults that somebody has set for himself."""
        self.env["ir.default"].set(
            "sale.order",
            "continuity_order_id",
            self.continuity.id,
            user_id=self.seller.id,
        )
        orders = self.env["sale.order"].with_user(self.seller)
        order = orders.create({"partner_id": self.customer.id})
        self.assertFalse(order.continuity_order_id)
        self.assertEqual(order.continuity_type, "none")

    def test_early_release(self):
        """What is released is not decided by a day in the context."""
        lines = self.child.with_user(self.accountant).order_line
        forged = lines.with_context(continuity_release_date="2099-01-01")
        self.assertEqual(
            forged._prepare_invoice_line()["quantity"],
            lines._prepare_invoice_line()["quantity"],
        )

    def test_run_does_not_commit(self):
        run = self.env["continuity.run"].with_user(self.manager)
        self.assertFalse(run.with_context(continuity_commit=True)._may_commit())

    def test_preview_takes_no_mail_and_no_number(self):
        """A seller neither silences mails nor replaces numbers."""
        sequence = self.env["ir.sequence"].create({"name": "S", "prefix": "S/"})
        forged = sequence.with_context(continuity_preview=True)
        self.assertEqual(forged.next_by_id(), "S/1")
        order = self._create_order(self.book)
        order.continuity_order_ids.write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )
        mails = self.env["mail.mail"].search_count([])
        order.with_user(self.seller).with_context(
            continuity_preview=True
        ).action_confirm()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails + 1)

    def test_checks_of_an_open_program(self):
        """An open program is checked again, and its changes are logged."""
        program = self.program.with_user(self.manager)
        forged = program.with_context(continuity_changing=True)
        with self.assertRaises(UserError):
            forged.write({"event_ids": [Command.clear()]})
        before = len(program.message_ids)
        forged.event_ids[1].write({"days_from_last": 31})
        self.assertEqual(len(program.message_ids), before + 1)

    def test_analytic_distribution(self):
        """Nobody switches off how costs are distributed."""
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        account = self.env["account.analytic.account"].create(
            {"name": "Account", "plan_id": plan.id}
        )
        self.env["account.analytic.distribution.model"].create(
            {
                "partner_id": self.customer.id,
                "analytic_distribution": {str(account.id): 100},
            }
        )
        model = self.env["account.analytic.distribution.model"]
        forged = model.with_context(continuity_no_distribution=True)
        vals = {"partner_id": self.customer.id, "company_id": self.company.id}
        self.assertEqual(forged._get_distribution(vals), {str(account.id): 100})


@tagged("post_install", "-at_install")
@freeze_time("2027-09-15 12:00:00")
class TestTypedOrder(TypedCase):
    """What nobody types on orders, their lines and documents; empty is a value."""

    def _assert_refused(self, record, names, value=False):
        for name in names:
            with self.subTest(name, value=value), self._refused():
                record.write({name: value})

    def test_a_child_is_not_untied(self):
        """An empty value unties a child: then a cancel leaves its shipment ordered."""
        names = ("continuity_order_id", "continuity_parent_id", "continuity_type")
        for user in (self.seller, self.manager, self.accountant):
            child = self.child.with_user(user)
            for value in (False, None, 0):
                self._assert_refused(child, names, value)
        self.assertEqual(self.child.continuity_order_id, self.continuity)
        self.assertEqual(self.child.continuity_parent_id, self.order)
        self.assertEqual(self.child.continuity_type, "child")

    def test_a_child_is_not_untied_from_the_other_side(self):
        """Commands of the parent and of the continuity order are doors, too."""
        order = self.order.with_user(self.seller)
        continuity = self.continuity.with_user(self.seller)
        for command in (
            Command.unlink(self.child.id),
            Command.clear(),
            Command.set([]),
            Command.update(self.child.id, {"continuity_parent_id": False}),
        ):
            with self._refused():
                order.write({"continuity_child_ids": [command]})
            with self._refused():
                continuity.write({"child_order_ids": [command]})
        self.assertEqual(self.child.continuity_parent_id, self.order)

    def test_marks_of_an_order(self):
        """The proof that the recap was read is made by reading it."""
        draft = self.draft.with_user(self.seller)
        for name, value in {
            "continuity_cancel_reason": "x",
            "continuity_announced": True,
            "continuity_read_at": "2020-01-01 12:00:00",
            "continuity_read_uid": self.env.ref("base.user_admin").id,
        }.items():
            self._assert_refused(draft, [name], value)
            self._assert_refused(draft, [name], False)
        self.assertFalse(draft.continuity_read_at)

    def test_goods_taken_back(self):
        """A seller does not switch off the invoice of a delivered child."""
        line = self.child.order_line.with_user(self.seller)
        for value in (1.0, 0.0, False):
            self._assert_refused(line, ["continuity_settled_qty"], value)
        for name in (
            "continuity_shipment_line_id",
            "continuity_prepaid_line_id",
            "continuity_goods_delivered",
        ):
            self._assert_refused(line, [name])
        order = self.child.with_user(self.seller)
        with self._refused():
            order.write(
                {
                    "order_line": [
                        Command.update(line.id, {"continuity_settled_qty": 1.0})
                    ]
                }
            )
        self.assertEqual(line.qty_to_invoice, 1.0)

    def test_lines_of_a_new_order(self):
        """Commands are typed, too."""
        orders = self.env["sale.order"].with_user(self.seller)
        shipment_line = self.continuity.shipment_ids.line_ids[0]
        with self._refused():
            orders.create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.goods_a.id,
                                "continuity_shipment_line_id": shipment_line.id,
                            }
                        )
                    ],
                }
            )

    def test_import(self):
        """An import types, too; Odoo says so by row."""
        result = (
            self.env["sale.order"]
            .with_user(self.seller)
            .load(
                ["partner_id/.id", "continuity_announced"],
                [[str(self.customer.id), "True"]],
            )
        )
        self.assertFalse(result["ids"])
        self.assertIn("cannot be typed", result["messages"][0]["message"])

    def test_a_copy(self):
        """Copying works as ever, and a copy has nothing of the ledger."""
        copy = self.child.with_user(self.seller).copy()
        self.assertEqual(copy.continuity_type, "none")
        self.assertFalse(copy.order_line.continuity_shipment_line_id)
        with self._refused():
            self.child.with_user(self.seller).copy(
                {"continuity_order_id": self.continuity.id}
            )

    def test_documents(self):
        """An accountant does not move a document to another order."""
        invoice = self.child._create_invoices()
        self.assertEqual(invoice.continuity_order_id, self.continuity)
        mine = invoice.with_user(self.accountant)
        other = self.draft_continuity
        for name, value in {
            "continuity_order_id": other.id,
            "continuity_instalments": [["2027-10-01", 30.0]],
            "continuity_override_reason": "because",
        }.items():
            self._assert_refused(mine, [name], value)
            self._assert_refused(mine, [name], False)
        shipment_line = self.continuity.shipment_ids.line_ids[0]
        for name, value in {
            "continuity_shipment_line_id": shipment_line.id,
            "continuity_credit": "units",
        }.items():
            with self.subTest(name), self._refused():
                mine.write(
                    {
                        "invoice_line_ids": [
                            Command.update(invoice.invoice_line_ids.id, {name: value})
                        ]
                    }
                )
        mine.ref = "what accountants type"
        reversal = mine._reverse_moves()
        self.assertEqual(reversal.continuity_order_id, self.continuity)
        copy = mine.copy()
        self.assertFalse(copy.continuity_order_id)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-15 12:00:00")
class TestSelling(TypedCase):
    """Selling is for sellers, though others have Odoo's rights on orders."""

    def test_an_accountant_sells_no_program(self):
        self.draft_continuity.write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )
        draft = self.draft.with_user(self.accountant)
        with self._refused("a seller confirms it", AccessError):
            draft.action_confirm()
        with self._refused("a seller confirms it", AccessError):
            draft.action_continuity_complete()
        self.assertEqual((draft.state, self.draft_continuity.state), ("draft",) * 2)
        self.assertFalse(self.draft_continuity.payment_ids.transaction_ids)
        self.draft.with_user(self.seller).action_confirm()
        self.assertEqual(self.draft_continuity.state, "running")

    def test_a_child_is_confirmed_by_sellers(self):
        self.child.with_user(self.seller).action_cancel()
        self.child.with_user(self.seller).action_draft()
        with self._refused("a seller confirms it", AccessError):
            self.child.with_user(self.accountant).action_confirm()

    def test_ordinary_orders_are_odoo_s(self):
        service = self.env["product.product"].create(
            self._goods_vals("Advice", type="service")
        )
        order = self._create_order(service)
        order.with_user(self.accountant).action_confirm()
        self.assertEqual(order.state, "sale")

    def test_own_documents(self):
        """A seller sells his own; another one's quotation he does not even see."""
        seller = self._create_user("typed_own", SELLER)
        self.draft.user_id = self.manager
        with self.assertRaises(AccessError):
            self.draft.with_user(seller).action_confirm()

    def test_the_hold_reason(self):
        """Who may not hold does not type why, either."""
        self.draft.continuity_hold = True
        warehouse = self._create_user("typed_stock", "base.group_user")
        self.env["ir.model.access"].create(
            {
                "name": "orders for the warehouse, as Odoo's stock gives them",
                "model_id": self.env.ref("sale.model_sale_order").id,
                "perm_read": True,
                "perm_write": True,
            }
        )
        draft = self.draft.with_user(warehouse)
        with self._refused("may not change", AccessError):
            draft.write({"continuity_hold_reason": "x"})
        with self.assertRaises(AccessError):
            draft.write({"continuity_hold": False})
        with self._refused("a seller confirms it", AccessError):
            draft.action_confirm()


@tagged("post_install", "-at_install")
@freeze_time("2027-09-15 12:00:00")
class TestTypedLedger(TypedCase):
    """What nobody types in the ledgers and the program; creating is typing."""

    def test_continuity_order(self):
        """Marks of the jobs and of what was asked for are no field of a form."""
        for user in (self.seller, self.manager):
            continuity = self.continuity.with_user(user)
            for name, value in {
                "has_more": True,
                "refund_requested_at": "2020-01-01 00:00:00",
                "update_number": 7,
                "card_warned_token_id": self.continuity.payment_token_id.id,
                "card_warned_expiry": "2020-01-01",
                "failure_job": "update_orders",
                "failure_message": "x",
                "amount_to_refund": 99.0,
                "upfront_invoice_id": False,
                "access_token": "guess",
                "move_ids": [Command.clear()],
            }.items():
                for typed in (value, False):
                    with (
                        self.subTest(name, user=user.login, value=typed),
                        self._refused(),
                    ):
                        continuity.write({name: typed})
            continuity.write({"user_id": user.id})
        self.assertEqual(self.continuity.user_id, self.manager)

    def test_closed_order(self):
        """What has ended is sent nowhere else."""
        continuity = self.draft_continuity.with_user(self.seller)
        other = self._create_partner(name="Another address")
        continuity.partner_shipping_id = other
        self.draft.action_cancel()
        self.assertEqual(continuity.state, "cancelled")
        with self._refused("cannot be typed any more"):
            continuity.partner_shipping_id = self.customer

    def test_program(self):
        """Where the calendar stands, and the release, are no field of a form."""
        program = self.program.with_user(self.manager)
        for name, value in {
            "current_event_id": self.program.event_ids[1].id,
            "current_occurrence": 3,
            "current_event_date": "2020-01-01",
            "calendar_anchor": "2020-01-01",
            "last_checked_date": "2020-01-01",
            "has_ended": True,
            "update_requested_at": "2027-09-15 12:00:00",
            "update_requested_uid": self.manager.id,
            "update_notice_date": "2027-09-15",
            "update_number": 3,
            "continuity_order_ids": [Command.clear()],
        }.items():
            for typed in (value, False):
                with self.subTest(name, value=typed), self._refused():
                    program.write({name: typed})
            with self.subTest(name), self._refused():
                program.create({"name": "New", "code": "NEW", name: value})
        with self._refused():
            program.event_ids[0].processed_date = "2020-01-01"
        # The manager's own work goes on, and the calendar follows it
        copy = program.copy({"code": "COPY"})
        copy.action_open()
        self.assertEqual((copy.state, copy.has_ended), ("open", False))
        self.assertEqual(str(copy.last_checked_date), "2027-09-15")
        copy.event_ids[0].days_from_last = 5
        copy.event_ids[1].sequence = 0
        self.assertEqual(copy.event_ids.sorted("sequence").mapped("number"), [1, 2, 3])

    def test_release_by_its_method(self):
        program = self.program.with_user(self.manager)
        program._release_update()
        self.assertEqual(program.update_requested_uid, self.manager)
        program.event_ids[1].days_from_last = 31
        self.assertFalse(program.update_requested_at, "withdrawn by the change")

    def test_a_line_with_prepaid_units(self):
        """Units that nobody paid for are not credited."""
        shipment = self.continuity.shipment_ids[1]
        lines = self.env["continuity.shipment.line"].with_user(self.manager)
        vals = {"shipment_id": shipment.id, "product_id": self.goods_a.id}
        for name, value in {
            "prepaid_quantity": 10.0,
            "prepaid_price_unit": 30.0,
            "released_quantity": 1.0,
            "credited_quantity": 1.0,
            "price_overridden": True,
            "sale_order_line_id": self.child.order_line.id,
            "announced_price_unit": 1.0,
        }.items():
            with self.subTest(name), self._refused():
                lines.create({**vals, name: value})
            with self.subTest(name), self._refused():
                lines.with_context(**{f"default_{name}": value}).create(vals)
            with self.subTest(name), self._refused():
                shipment.with_user(self.manager).line_ids = [
                    Command.create({"product_id": self.goods_a.id, name: value})
                ]
        self.assertEqual(len(shipment.line_ids), 1)

    def test_defaults_do_not_reach_the_ledger(self):
        """What our methods create in sudo takes nothing from the caller's context."""
        forged = (
            self.env["sale.order"]
            .with_user(self.seller)
            .with_context(
                default_prepaid_quantity=10.0,
                default_hold_manual=True,
                default_submit_date="2020-01-01",
                default_is_customized=True,
            )
        )
        order = forged.create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.book.id})],
            }
        )
        continuity = order.sudo().continuity_order_ids
        shipments = continuity.shipment_ids
        self.assertEqual(len(shipments), 3)
        self.assertFalse(any(shipments.line_ids.mapped("prepaid_quantity")))
        self.assertFalse(any(shipments.mapped("is_customized")))
        self.assertFalse(continuity.hold_manual or continuity.submit_date)

    def test_a_line_is_added(self):
        """A manager adds a product to what has not left, at its price, or says why."""
        first, second, _third = self.continuity.shipment_ids.sorted("number")
        lines = self.env["continuity.shipment.line"].with_user(self.manager)
        vals = {"product_id": self.goods_a.id, "uom_id": self.goods_a.uom_id.id}
        self.assertEqual(first.state, "ordered")
        with self._refused("has its child order"):
            lines.create({**vals, "shipment_id": first.id})
        for price in ({"price_unit": 0.0}, {"discount": 50.0}):
            with self._refused("Enter the reason"):
                lines.create({**vals, "shipment_id": second.id, **price})
        with self._refused("not negative"):
            lines.create(
                {
                    **vals,
                    "shipment_id": second.id,
                    "price_unit": -1.0,
                    "price_reason": "x",
                }
            )
        with self._refused("parent product"):
            lines.create({"product_id": self.book.id, "shipment_id": second.id})
        before = len(self.continuity.message_ids)
        line = lines.create({**vals, "shipment_id": second.id})
        self.assertEqual(line.price_unit, 30.0)
        gift = lines.create(
            {
                **vals,
                "product_id": self.goods_c.id,
                "shipment_id": second.id,
                "price_unit": 0.0,
                "price_reason": "late parcel",
            }
        )
        self.assertTrue(gift.price_changed and gift.price_overridden)
        self.assertEqual(second.amount_total, 60.0)
        self.assertTrue(second.is_customized)
        self.assertEqual(len(self.continuity.message_ids), before + 2)
        with self.assertRaises(AccessError):
            lines.with_user(self.seller).create({**vals, "shipment_id": second.id})

    def test_no_number(self):
        """Neither changed nor added: what is no number, or none of this world."""
        second = self.continuity.shipment_ids.sorted("number")[1]
        line = second.line_ids.with_user(self.manager)
        new = {"product_id": self.goods_a.id, "shipment_id": second.id}
        before = (line.quantity, line.price_unit, line.discount)
        for name in ("quantity", "price_unit", "discount"):
            for value in (float("nan"), float("inf"), 1e11, "x", [1]):
                if (name, value) == ("discount", 1e11):
                    continue
                typed = {name: value, "price_reason": "promised"}
                with (
                    self.subTest(field=name, value=value),
                    self._refused("is not a|at most"),
                ):
                    line.write(typed)
                with (
                    self.subTest("added", field=name, value=value),
                    self._refused("is not a|at most"),
                ):
                    line.create({**new, **typed})
        self.assertEqual((line.quantity, line.price_unit, line.discount), before)
        self.assertEqual(second.line_ids, line.sudo())

    def test_a_shipment_has_a_date(self):
        shipment = self.continuity.shipment_ids[1].with_user(self.seller)
        before = shipment.planned_date
        for empty in (False, None, ""):
            with self._refused("needs a date"):
                shipment.write({"planned_date": empty})
        self.assertEqual(shipment.planned_date, before)

    def test_our_marks_on_transactions(self):
        """A transaction's marks decide what is charged again."""
        transaction = self.env["payment.transaction"].sudo().search([], limit=1)
        admin = self._create_user("typed_admin", "base.group_system")
        for name in (
            "continuity_payment_ids",
            "continuity_order_id",
            "continuity_no_answer",
            "continuity_asked_at",
            "continuity_decline_code",
            "continuity_decline_kind",
            "continuity_http_status",
            "continuity_by_provider",
            "continuity_request_stage",
            "continuity_retry_after",
            "continuity_charged_back",
            "continuity_on_session",
            "continuity_replaced_token_id",
            "continuity_refund_payment_id",
            "continuity_settle_payment_id",
            "continuity_settle_kind",
        ):
            with self.subTest(name), self._refused():
                transaction.with_user(admin).write({name: False})

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The role matrix: who reads and writes what, who may do what."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import ACCOUNTANT, MANAGER, SELLER, SELLER_ALL, ContinuityCommon

ROLES = (
    "seller",
    "colleague",
    "seller_all",
    "manager",
    "accountant",
    "stock",
    "portal",
    "stranger_portal",
    "public",
    "other_company",
)

#: Records of the seller's own order, per role in the order of `ROLES`: read, write,
#: create, unlink. A colleague is a seller who sees his own documents only; the last
#: one is manager and accountant of another company.
RECORDS = {
    "continuity.program": ("r", "r", "r", "rwcu", "r", "", "", "", "", ""),
    "continuity.event": ("r", "r", "r", "rwcu", "r", "", "", "", "", ""),
    "continuity.event.line": ("r", "r", "r", "rwcu", "r", "", "", "", "", ""),
    "continuity.payment.schedule": ("r", "r", "r", "rwcu", "r", "", "", "", "", ""),
    "continuity.payment.schedule.line": (
        *("r", "r", "r", "rwcu", "r", "", "", "", "", ""),
    ),
    "continuity.end.reason": ("r", "r", "r", "rwcu", "r", "", "", "", "", "rwcu"),
    "continuity.order": ("rw", "", "rw", "rw", "r", "", "r", "", "", ""),
    "continuity.shipment": ("rw", "", "rw", "rw", "r", "", "r", "", "", ""),
    "continuity.shipment.line": ("rw", "", "rw", "rwc", "r", "", "r", "", "", ""),
    "continuity.payment": ("r", "", "r", "r", "r", "", "r", "", "", ""),
    "continuity.balance": ("r", "", "r", "r", "r", "", "", "", "", ""),
    "continuity.exception": ("r", "", "r", "r", "r", "", "", "", "", ""),
    "continuity.late.item": ("", "", "", "rwcu", "", "", "", "", "", ""),
    "continuity.late.item.line": ("", "", "", "r", "", "", "", "", "", ""),
    "continuity.late.item.option": ("", "", "", "r", "", "", "", "", "", ""),
    "continuity.acquisition.cost": ("", "", "", "rwcu", "", "", "", "", "", ""),
    "continuity.retention": ("r", "", "r", "r", "", "", "", "", "", ""),
    "continuity.save": ("", "", "", "r", "", "", "", "", "", ""),
    "continuity.value": ("", "", "", "r", "", "", "", "", "", ""),
    "continuity.overview": ("", "", "", "r", "", "", "", "", "", ""),
    "continuity.forecast": ("", "", "", "r", "r", "", "", "", "", ""),
    "continuity.forecast.line": ("", "", "", "r", "", "", "", "", "", ""),
    "continuity.rate": ("", "", "", "r", "", "", "", "", "", ""),
    "continuity.cash.line": ("", "", "", "r", "r", "", "", "", "", ""),
    "continuity.forecast.check": ("", "", "", "r", "", "", "", "", "", ""),
    "continuity.payment.share": ("", "", "", "r", "r", "", "", "", "", ""),
    "continuity.run": ("r", "r", "r", "r", "r", "", "", "", "", ""),
    "continuity.run.line": ("r", "", "r", "r", "r", "", "", "", "", ""),
    "continuity.charge.chunk": ("r", "r", "r", "r", "r", "", "", "", "", ""),
    "continuity.card.message": ("", "", "", "", "", "", "", "", "", ""),
    "continuity.prepayment.report": ("", "", "", "r", "r", "", "", "", "", ""),
}
#: What people of the inventory read if the bridge to it is there: quantities of goods.
#: The line above is one of a program.
WITH_INVENTORY = {"continuity.forecast": "r", "continuity.rate": "r"}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}

EVERY_SELLER = {"seller", "seller_all", "manager"}
#: Who may do it with the order of the seller.
ACTIONS = {
    "sell": EVERY_SELLER,
    "on_account": EVERY_SELLER,
    "price_override": EVERY_SELLER,
    "skip": EVERY_SELLER,
    "move": EVERY_SELLER,
    "substitute": EVERY_SELLER,
    "substitute_with_difference": EVERY_SELLER,
    "end": EVERY_SELLER,
    "pause": EVERY_SELLER,
    "resume": EVERY_SELLER,
    "cancel": EVERY_SELLER,
    "replan": EVERY_SELLER,
    # Whoever posts credit notes may propose one
    "return_goods": EVERY_SELLER | {"accountant"},
    "store_card": EVERY_SELLER,
    "update_in_bulk": {"manager"},
    "release_update": {"manager"},
    "hold": EVERY_SELLER | {"accountant"},
    "release": EVERY_SELLER | {"accountant"},
    "hold_quotation": EVERY_SELLER | {"accountant"},
    "release_quotation": EVERY_SELLER | {"accountant"},
    "type_release": EVERY_SELLER | {"accountant"},
    "read_transaction": {"manager", "accountant"},
    "was_paid": {"manager", "accountant"},
    "was_not_paid": {"manager", "accountant"},
    "charge_now": {"manager", "accountant"},
    "write_off": {"accountant"},
    "post_credit_note": {"accountant"},
    "refund": {"accountant"},
    "allow_on_account": {"accountant", "other_company"},
    "invoice_early": {"manager"},
    "delete_card": {"manager"},
    "run_children": {"manager"},
    "run_extension": {"manager"},
    "run_current_event": {"manager"},
    "preview_children": {"manager"},
    "run_payments": {"manager", "accountant"},
    "run_closing": {"manager", "accountant"},
    "run_updates": {"manager"},
    "preview_payments": {"manager", "accountant"},
    "preview_closing": {"manager", "accountant"},
    # In their own company
    "create_program": {"manager", "other_company"},
    "open_program": {"manager"},
    "close_program": {"manager"},
    "copy_program": {"manager"},
    "change_days": {"manager"},
    "change_account": {"accountant"},
    # The database, and a customer of all companies, belong to no company
    "confirm_database": {"manager", "other_company"},
}


@tagged("post_install", "-at_install")
class TestRoles(ContinuityCommon):
    """Every stored model and every action, for every role, asked of the server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_roles()
        with freeze_time("2027-09-10 12:00:00"):
            cls._create_orders()

    @classmethod
    def _create_roles(cls):
        """One user per role; the portal user is the customer."""
        stock = cls.env.ref("stock.group_stock_user", raise_if_not_found=False)
        groups = {
            "seller": SELLER,
            "colleague": SELLER,
            "seller_all": SELLER_ALL,
            "manager": MANAGER,
            "accountant": ACCOUNTANT,
            "stock": "stock.group_stock_user" if stock else "base.group_user",
            "portal": "base.group_portal",
            "stranger_portal": "base.group_portal",
            "other_company": f"{MANAGER},{ACCOUNTANT}",
        }
        cls.users = {
            role: cls._create_user(f"role_{role}", group)
            for role, group in groups.items()
        }
        cls.users["public"] = cls.env.ref("base.public_user")
        cls.users["portal"].partner_id = cls.customer
        cls.other_company = cls.env["res.company"].create({"name": "Another company"})
        cls.users["other_company"].write(
            {
                "company_ids": [Command.set(cls.other_company.ids)],
                "company_id": cls.other_company.id,
            }
        )

    @classmethod
    def _create_forecast(cls):
        """A forecast with a line of each kind."""
        company = {"company_id": cls.company.id}
        week = {"week": date(2027, 9, 6)}
        forecast = cls.env["continuity.forecast"].create(
            {**company, "date": date(2027, 9, 10), "computed_at": "2027-09-10 04:00:00"}
        )
        mine = {**company, "forecast_id": forecast.id}
        return {
            "continuity.forecast": forecast,
            "continuity.forecast.line": cls.env["continuity.forecast.line"].create(
                {**mine, **week, "level": "program", "program_id": cls.program.id}
            ),
            "continuity.rate": cls.env["continuity.rate"].create(
                {**mine, "program_id": cls.program.id, "turn": 1}
            ),
            "continuity.cash.line": cls.env["continuity.cash.line"].create(
                {**mine, **week, "level": "total", "method": "card"}
            ),
            "continuity.forecast.check": cls.env["continuity.forecast.check"].create(
                {
                    **company,
                    **week,
                    "forecast_date": date(2027, 9, 6),
                    "level": "program",
                    "program_id": cls.program.id,
                }
            ),
        }

    @classmethod
    def _create_late_item(cls):
        """An item that comes late, with the shipment it concerns."""
        item = cls.env["continuity.late.item"].create(
            {
                "product_id": cls.shipment.line_ids.product_id[:1].id,
                "available_date": "2027-12-31",
                "line_ids": [Command.create({"shipment_id": cls.shipment.id})],
                "option_ids": [Command.create({"option": "one"})],
            }
        )
        return {
            "continuity.late.item": item,
            "continuity.late.item.line": item.line_ids,
            "continuity.late.item.option": item.option_ids,
        }

    @classmethod
    def _create_orders(cls):
        """A running order of the seller, one that is paid up front, a quotation."""
        cls.customer.continuity_allow_on_account = True
        schedule = cls.env["continuity.payment.schedule"].create(
            {
                "name": "All in the first month",
                "code": "M1",
                "allocation": "specified",
                "line_ids": [Command.create({"quantity": 100.0})],
            }
        )
        cls.program = cls._create_program()
        product = cls._create_parent_product(cls.program)
        upfront = cls._create_program("CP-UP", bill_upfront=True)
        seller = {"user_id": cls.users["seller"].id}
        cls.sold = cls._create_sold_order(product, **seller)
        cls.prepaid = cls._create_sold_order(
            cls._create_parent_product(upfront), **seller
        )
        cls.quotation = cls._create_order(product, **seller)
        cls.order = cls.sold.continuity_order_ids
        cls.shipment = cls.order.shipment_ids[1]
        run = cls._execute(
            "create_child_orders", date=date(2027, 9, 10), sale_order=cls.sold
        )
        cls._execute("check_balances", sale_order=cls.sold)
        cls.row = cls.order.payment_ids
        cls.records = {
            "continuity.program": cls.program,
            "continuity.event": cls.program.event_ids[0],
            "continuity.event.line": cls.program.event_ids.line_ids[0],
            "continuity.payment.schedule": schedule,
            "continuity.payment.schedule.line": schedule.line_ids[:1],
            "continuity.end.reason": cls.env["continuity.end.reason"].create(
                {"name": "Too heavy"}
            ),
            "continuity.order": cls.order,
            "continuity.shipment": cls.shipment,
            "continuity.shipment.line": cls.shipment.line_ids,
            "continuity.payment": cls.row,
            "continuity.balance": cls.order.balance_ids[:1],
            "continuity.exception": cls.env["continuity.exception"].create(
                {
                    "key": "a key of the test",
                    "company_id": cls.company.id,
                    "continuity_order_id": cls.order.id,
                    "reason": "on_hold",
                    "severity": "blocks",
                    "first_seen": date(2027, 9, 10),
                    "last_seen": date(2027, 9, 10),
                }
            ),
            "continuity.acquisition.cost": cls.env[
                "continuity.acquisition.cost"
            ].create({"program_id": cls.program.id, "amount": 20.0}),
            "continuity.retention": cls.env["continuity.retention"].create(
                {
                    "company_id": cls.company.id,
                    "program_id": cls.program.id,
                    "first_user_id": cls.users["seller"].id,
                }
            ),
            "continuity.save": cls.env["continuity.save"].create(
                {"continuity_order_id": cls.order.id, "date": date(2027, 9, 10)}
            ),
            "continuity.value": cls.env["continuity.value"].create(
                {"company_id": cls.company.id, "program_id": cls.program.id}
            ),
            "continuity.overview": cls.env["continuity.overview"].create(
                {
                    "company_id": cls.company.id,
                    "program_id": cls.program.id,
                    "date": date(2027, 9, 10),
                }
            ),
            **cls._create_forecast(),
            **cls._create_late_item(),
            "continuity.payment.share": cls.env["continuity.payment.share"].search(
                [("continuity_payment_id", "=", cls.row.id)]
            ),
            "continuity.run": run,
            "continuity.run.line": run.line_ids[0],
            "continuity.charge.chunk": cls.env["continuity.charge.chunk"].create(
                {"run_id": run.id, "record_ids": cls.row.ids}
            ),
            "continuity.card.message": cls.env["continuity.card.message"].create(
                {
                    "provider_id": cls.env["payment.provider"].search([], limit=1).id,
                    "key": "evt_1",
                    "taken_at": "2027-09-10 12:00:00",
                }
            ),
            "continuity.prepayment.report": cls.env[
                "continuity.prepayment.report"
            ].search(
                [("continuity_order_id", "=", cls.prepaid.continuity_order_ids.id)]
            ),
        }

    # === RECORDS === #

    def test_records(self):
        has_bridge = "is_stocked" in self.env["continuity.forecast.line"]._fields
        for model, expected in RECORDS.items():
            record = self.records[model]
            self.assertTrue(record, model)
            if has_bridge and model in WITH_INVENTORY:
                place = ROLES.index("stock")
                more = WITH_INVENTORY[model]
                expected = (*expected[:place], more, *expected[place + 1 :])
            found = tuple(self._get_rights(record, role) for role in ROLES)
            self.assertEqual(found, expected, model)

    def _get_rights(self, record, role):
        record = record.with_user(self.users[role])
        return "".join(
            letter
            for letter, operation in OPERATIONS.items()
            if record.has_access(operation)
        )

    def test_every_model_is_in_the_table(self):
        """A new model without a line in the table is seen."""
        stored = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("continuity.")
            and model._auto
            and not model._abstract
            and not model._transient
        }
        looked_at_elsewhere = {
            "continuity.database",
            "continuity.date.interval",
            "continuity.run.signal",
        }
        self.assertLessEqual(stored - looked_at_elsewhere, set(RECORDS))

    # === ACTIONS === #

    @freeze_time("2027-09-10 12:00:00")
    def test_actions(self):
        for name, allowed in ACTIONS.items():
            for role in ROLES:
                with self.subTest(action=name, role=role):
                    self.assertEqual(self._may(name, role), role in allowed)

    def _may(self, name, role):
        """Try an action as a user; nothing of it stays."""
        user = self.users[role]
        savepoint = self.env.cr.savepoint(flush=True)
        try:
            getattr(self, f"do_{name}")(self.env(user=user))
            self.env.flush_all()
        except (AccessError, UserError):
            return False
        else:
            return True
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _of(self, env, record):
        """The record as a client gives it: its id."""
        return env[record._name].browse(record.id)

    def do_sell(self, env):
        quotation = self._of(env, self.quotation)
        continuity = env["continuity.order"].browse(
            self.quotation.continuity_order_ids.id
        )
        continuity.write(
            {
                "payment_method": "card",
                "payment_token_id": self.order.payment_token_id.id,
            }
        )
        quotation.action_confirm()

    def do_on_account(self, env):
        continuity = self.quotation.continuity_order_ids
        self._of(env, continuity).payment_method = "on_account"

    def do_price_override(self, env):
        line = self._of(env, self.shipment.line_ids)
        line.write({"price_unit": 25.0, "price_reason": "Fair"})

    def do_skip(self, env):
        self._of(env, self.shipment).action_skip()

    def do_move(self, env):
        self._of(env, self.shipment)._set_planned_date(date(2027, 12, 1))

    def do_substitute(self, env):
        self._of(env, self.shipment.line_ids).write({"product_id": self.goods_c.id})

    def do_substitute_with_difference(self, env):
        line = self.prepaid.continuity_order_ids.shipment_ids[1].line_ids
        self._of(env, line)._substitute(self.goods_c, price=25.0, reason="Wanted")

    def do_end(self, env):
        self._of(env, self.shipment).action_end_here()

    def do_pause(self, env):
        self._of(env, self.order).action_pause()

    def do_resume(self, env):
        self.order.action_pause()
        self._of(env, self.order).action_resume()

    def do_cancel(self, env):
        action = self._of(env, self.order).action_open_cancel()
        wizard = env["continuity.cancel"].browse(action["res_id"])
        wizard.reason = "Moves away"
        wizard.action_apply()

    def do_replan(self, env):
        self.shipment.state = "cancelled"
        self._of(env, self.shipment).action_replan()

    def do_update_in_bulk(self, env):
        self._of(env, self.shipment).action_open_update_date()

    def do_release_update(self, env):
        self._of(env, self.program).action_open_update()

    def do_hold(self, env):
        self._of(env, self.order).action_hold("Wait")

    def do_release(self, env):
        self.order.action_hold("Wait")
        self._of(env, self.order).action_release()

    def do_hold_quotation(self, env):
        self._of(env, self.quotation).action_continuity_hold("Wait")

    def do_release_quotation(self, env):
        self.sold.continuity_hold = True
        self._of(env, self.sold).action_continuity_release()

    def do_type_release(self, env):
        self.sold.continuity_hold = True
        self._of(env, self.sold).continuity_hold = False

    def do_read_transaction(self, env):
        row = self._of(env, self.row)
        self.assertTrue(row.transaction_id.provider_id)

    def do_was_paid(self, env):
        self.row.state = "unknown"
        self._of(env, self.row).action_was_paid()

    def do_was_not_paid(self, env):
        self.row.state = "unknown"
        self._of(env, self.row).action_was_not_paid()

    def do_charge_now(self, env):
        # A paid one is refused to everybody
        self.row.state = "declined"
        self._of(env, self.row).action_charge_now()

    def do_write_off(self, env):
        self.row.state = "declined"
        self._of(env, self.row).action_write_off("moved away")

    def do_post_credit_note(self, env):
        order = self.prepaid.continuity_order_ids
        note = order._create_credit_notes(order._get_creditable(order.shipment_ids[2]))
        self._of(env, note).action_post()

    def do_allow_on_account(self, env):
        """By people who may write contacts at all."""
        if env.user._is_internal():
            env.user.sudo().group_ids |= env.ref("base.group_partner_manager")
        self._of(env, self.customer).continuity_allow_on_account = False

    def do_invoice_early(self, env):
        """By the dialog, as a client would call it."""
        self.order.shipment_ids[0].planned_date = date(2027, 9, 20)
        invoice = self.order.child_order_ids._create_invoices()
        dialog = env["continuity.override"].create(
            {
                "res_model": "account.move",
                "res_ids": invoice.ids,
                "reason": "The customer asks for it",
            }
        )
        dialog.action_apply()

    def do_return_goods(self, env):
        """By the dialog of the child order, to its end."""
        child = self.order.child_order_ids
        child._create_invoices().action_post()
        if "picking_ids" in child._fields:
            child.picking_ids.move_ids.write({"quantity": 1.0, "picked": True})
            child.picking_ids.button_validate()
        action = self._of(env, child).action_open_continuity_return()
        wizard = env["continuity.return"].browse(action["res_id"])
        wizard.reason = "broken"
        wizard.action_apply()

    def do_store_card(self, env):
        """The provider's own form; its page asks the same again."""
        self._of(env, self.order).action_add_card()

    def do_delete_card(self, env):
        """The card of the running order; an order without one says so by itself."""
        token = self.order.payment_token_id
        self._of(env, token).action_continuity_delete()
        self.assertFalse(token.active)
        self.assertIn("deleted the card", self.order.message_ids[0].body)

    def do_refund(self, env):
        order = self.prepaid.continuity_order_ids
        note = order._create_credit_notes(order._get_creditable(order.shipment_ids[2]))
        note.action_post()
        self._of(env, order).action_refund()

    def do_run_children(self, env):
        env["continuity.run"].execute("create_child_orders", company=self.company.id)

    def do_preview_children(self, env):
        env["continuity.run"].execute(
            "create_child_orders", company=self.company.id, dry_run=True
        )

    def do_run_extension(self, env):
        env["continuity.run"].execute("extend_lines", company=self.company.id)

    def do_run_current_event(self, env):
        env["continuity.run"].execute("update_current_event", company=self.company.id)

    def do_run_payments(self, env):
        env["continuity.run"].execute("process_payments", company=self.company.id)

    def do_run_closing(self, env):
        env["continuity.run"].execute("close_orders", company=self.company.id)

    def do_run_updates(self, env):
        env["continuity.run"].execute("update_orders", company=self.company.id)

    def do_preview_payments(self, env):
        env["continuity.run"].execute(
            "process_payments", company=self.company.id, dry_run=True
        )

    def do_preview_closing(self, env):
        env["continuity.run"].execute(
            "close_orders", company=self.company.id, dry_run=True
        )

    def do_create_program(self, env):
        env["continuity.program"].create({"name": "Another", "code": "CP-NEW"})

    def do_open_program(self, env):
        self.program.action_close()
        self._of(env, self.program).action_open()

    def do_confirm_database(self, env):
        env["continuity.database"].action_confirm()

    def do_close_program(self, env):
        self._of(env, self.program).action_close()

    def do_copy_program(self, env):
        self._of(env, self.program).copy({"code": "COPY"})

    def _get_parameters(self, env):
        return env["continuity.parameters"].browse(self.company.id)

    def do_change_days(self, env):
        self._get_parameters(env).continuity_delivery_days = 3

    def do_change_account(self, env):
        account = self.company.continuity_prepayment_account_id
        self._get_parameters(env).continuity_prepayment_account_id = account

    # === RUNS OF ANOTHER COMPANY === #

    def test_execute_for_records_of_another_company(self):
        """The message is ours, and does not tell what the record is called."""
        runs = self.env["continuity.run"].with_user(self.users["manager"])
        program = self.program.copy({"code": "ELSE"})
        self.env.cr.execute(
            "UPDATE continuity_program SET company_id = %s WHERE id = %s",
            [self.other_company.id, program.id],
        )
        program.invalidate_recordset()
        before = self.env["continuity.run"].search_count([])
        for job in ("create_child_orders", "process_payments"):
            with self.assertRaisesRegex(
                UserError, "belongs to another company than"
            ) as caught:
                runs.execute(job, program=program.id)
            self.assertNotIn("ELSE", str(caught.exception))
        self.assertEqual(self.env["continuity.run"].search_count([]), before)

    def test_execute_for_another_company(self):
        runs = self.env["continuity.run"].with_user(self.users["manager"])
        with self.assertRaisesRegex(AccessError, "a company you do not belong to"):
            runs.execute("create_child_orders", company=self.other_company.id)

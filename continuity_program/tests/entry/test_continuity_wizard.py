# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import ACCOUNTANT, SELLER, ContinuityCommon

WIZARD = "continuity_program.continuity_order_view_form_wizard"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 08:00:00")
class TestContinuityWizard(ContinuityCommon):
    """The dialog on the draft continuity order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schedule = cls.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "M3",
                "allocation": "fixed_quantity",
                "number_of_payments": 3,
            }
        )
        cls.program = cls._create_program(
            prompt_start_date=True,
            prompt_payment_schedule=True,
            allowed_payment_schedule_ids=[Command.set(cls.schedule.ids)],
        )
        cls.product = cls._create_parent_product(cls.program)
        cls.seller = new_test_user(
            cls.env, login="wizard", name="Clara Clerk", groups=SELLER
        )

    def _sell(self, product=None):
        order = self._create_order(product or self.product, user_id=self.seller.id)
        return order.continuity_order_ids.with_user(self.seller)

    def test_prompts(self):
        """The seller answers the prompts; the plan follows when it is saved."""
        continuity = self._sell()
        with Form(continuity, WIZARD) as form:
            form.start_date = date(2027, 9, 20)
            form.payment_schedule_id = self.schedule
        self.assertRecordValues(
            continuity,
            [{"start_date_entered": True, "payment_schedule_entered": True}],
        )
        self.assertEqual(continuity.shipment_ids[0].planned_date, date(2027, 9, 20))
        self.assertEqual(continuity.shipment_ids.payment_schedule_id, self.schedule)
        with Form(continuity, WIZARD) as form:
            form.start_date = date(2027, 9, 10)
            form.payment_schedule_id = self.env["continuity.payment.schedule"]
        self.assertRecordValues(
            continuity,
            [{"start_date_entered": False, "payment_schedule_entered": False}],
        )
        self.assertFalse(continuity.shipment_ids.payment_schedule_id)

    def test_discard_changes_nothing(self):
        """Nothing is stored before it is saved."""
        continuity = self._sell()
        form = Form(continuity, WIZARD)
        form.start_date = date(2027, 9, 20)
        self.assertEqual(continuity.shipment_ids[0].planned_date, date(2027, 9, 10))

    def test_what_is_said_follows_what_is_typed(self):
        """H4: read aloud before it is saved, and true; nothing of it is stored."""
        continuity = self._sell()
        token = self._create_token()
        self.customer.continuity_allow_on_account = True
        form = Form(continuity, WIZARD)
        self.assertIn("payment missing", form.charge_text)
        form.payment_token_id = token
        self.assertIn("•••• 4242", form.charge_text)
        self.assertFalse(form.payment_missing)
        form.payment_method = "on_account"
        self.assertIn("on account", form.charge_text)
        form.line_quantity = 3
        self.assertIn("270.00 in all", form.headline)
        self.assertIn("3 of each: 9 pieces in 3 parcels", form.pieces_text)
        self.assertIn("270.00", form.schedule_html)
        form.start_date = date(2027, 9, 20)
        self.assertIn("Mon 20 Sep 2027", form.first_parcel_text)
        self.assertNotIn("30.00", form.schedule_html)
        form.payment_schedule_id = self.schedule
        self.assertIn("30.00", form.schedule_html, "90.00 in three parts")
        form.line_quantity = 1
        self.assertIn("90.00 in all", form.headline)
        form.line_quantity = 0.5
        self.assertIn("sold in whole numbers", form.warning_text)
        self.env.invalidate_all()
        self.assertRecordValues(
            continuity,
            [{"quantity": 1.0, "payment_method": False, "payment_schedule_id": False}],
        )
        self.assertEqual(continuity.shipment_ids[0].planned_date, date(2027, 9, 10))
        self.assertFalse(continuity.sudo().message_ids.tracking_value_ids)
        form.line_quantity = 3
        form.save()
        self.assertEqual(continuity.sale_order_line_id.product_uom_qty, 3.0)
        self.assertEqual(continuity.quantity, 3.0)
        self.assertEqual(continuity.amount_planned, 270.0)

    def test_proposed_card(self):
        """The one used last, else the only one; never one that cannot be charged."""
        continuity = self._sell()
        self.assertFalse(continuity.proposed_token_id)
        first = self._create_token()
        continuity.invalidate_recordset(["proposed_token_id", "available_token_ids"])
        self.assertEqual(continuity.proposed_token_id, first)
        self._create_token(expiry=date(2027, 9, 9))
        again = self._create_token()
        continuity.invalidate_recordset(["proposed_token_id", "available_token_ids"])
        self.assertEqual(continuity.proposed_token_id, again, "one card, stored twice")
        self.assertNotIn(first, continuity.available_token_ids)
        second = self._create_token(payment_details="1111")
        continuity.invalidate_recordset(["proposed_token_id", "available_token_ids"])
        self.assertFalse(continuity.proposed_token_id, "which of two?")
        other = self._create_order(self.product).continuity_order_ids
        other.write({"payment_method": "card", "payment_token_id": second.id})
        continuity.invalidate_recordset(["proposed_token_id"])
        self.assertEqual(continuity.proposed_token_id, second)
        self.assertFalse(continuity.payment_token_id, "proposed, not stored")
        other.payment_token_id = first
        continuity.invalidate_recordset(["proposed_token_id"])
        self.assertEqual(continuity.proposed_token_id, again, "the one used last")
        self.assertIn(first, other.available_token_ids, "what is chosen stays")
        other.write({"payment_method": "on_account", "payment_token_id": False})
        continuity.invalidate_recordset(["proposed_token_id"])
        self.assertFalse(continuity.proposed_token_id)
        with Form(continuity, WIZARD) as form:
            form.payment_token_id = second
            self.assertFalse(form.proposed_token_id)

    def test_one_card_stands_once_where_it_is_chosen_to_pay(self):
        """*Pay Order* on the portal; the customer's list of his cards keeps all."""
        tokens = self.env["payment.token"]
        for _again in range(3):
            tokens |= self._create_token()
        other = self._create_token(expiry=date(2034, 12, 31))
        nobody_knows = self._create_token(expiry=False) | self._create_token(
            expiry=False
        )

        def get_choices(**values):
            return tokens._get_available_tokens(
                self.provider.ids, self.customer.id, **values
            )

        self.assertEqual(get_choices(), tokens[2] | other | nobody_knows)
        self.assertEqual(get_choices(is_validation=True), tokens | other | nobody_knows)
        self.assertFalse(self.env["payment.token"]._continuity_once())
        self.assertEqual(tokens._continuity_once(tokens[0]), tokens[0])

    def test_one_card_for_all_programs_of_the_order(self):
        """What has no payment is paid likewise; what has one keeps it."""
        product = self._create_parent_product(self._create_program("CP-OTHER"))
        order = self._create_order(self.product, user_id=self.seller.id)
        order.write(
            {"order_line": [Command.create({"product_id": product.id})] * 2},
        )
        first, second, third = order.continuity_order_ids.sorted("id").with_user(
            self.seller
        )
        card, own = self._create_token(), self._create_token()
        third._set_payment_token(own)
        first._set_payment_token(card)
        self.assertTrue(first.has_other_programs)
        first.payment_for_all = False
        first.action_wizard_done()
        self.assertFalse(second.payment_token_id)
        first.payment_for_all = True
        on = first.with_context(continuity_complete=1).action_wizard_done()
        self.assertEqual(on["res_model"], "continuity.recap")
        self.assertEqual(
            (first | second | third).mapped("payment_token_id"), card | own
        )
        self.assertEqual(second.payment_token_id, card)
        self.assertEqual(third.payment_token_id, own)

    def test_stored_card(self):
        """Choosing a card makes the method *card*; other people's are not offered."""
        token = self._create_token()
        foreign = self._create_token(partner_id=self._create_partner(name="Ole").id)
        continuity = self._sell()
        self.assertIn(token, continuity.available_token_ids)
        self.assertNotIn(foreign, continuity.available_token_ids)
        with Form(continuity, WIZARD) as form:
            form.payment_token_id = token
            self.assertEqual(form.payment_method, "card")
        self.assertFalse(continuity.payment_missing)
        self.assertIn("•••• 4242", continuity.charge_text)

    def test_card_expiry(self):
        """Asked for where the provider does not tell; the whole month counts."""
        token = self._create_token(expiry=False)
        continuity = self._sell()
        continuity.write({"payment_method": "card", "payment_token_id": token.id})
        with Form(continuity, WIZARD) as form:
            form.card_expiry_date = date(2028, 5, 2)
        self.assertEqual(token.expiry_date, date(2028, 5, 31))

    def test_change_in_the_list(self):
        """Product, quantity and price of a row, through the form."""
        continuity = self._sell()
        line = continuity.shipment_ids[0].line_ids
        commands = [Command.update(line.id, {"price_unit": 25.0})]
        shipments = [
            Command.update(continuity.shipment_ids[0].id, {"line_ids": commands})
        ]
        with self.assertRaisesRegex(UserError, "reason"):
            continuity.write({"shipment_ids": shipments})
        commands[0][2]["price_reason"] = "Late delivery"
        continuity.write({"shipment_ids": shipments})
        self.assertRecordValues(
            continuity.shipment_ids[0], [{"amount_total": 25.0, "is_customized": True}]
        )
        self.assertTrue(line.price_changed)

    def test_schedule_of_one_shipment(self):
        """A row keeps the schedule that was chosen for it."""
        continuity = self._sell()
        continuity.shipment_ids[1].payment_schedule_id = self.schedule
        continuity.sale_order_line_id.product_uom_qty = 2
        self.assertEqual(
            [continuity._get_billing_mode(s) for s in continuity.shipment_ids],
            ["A", "B", "A"],
        )

    def test_rows_are_not_added_or_deleted(self):
        continuity = self._sell()
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_model"),
        ):
            continuity.write(
                {"shipment_ids": [Command.delete(continuity.shipment_ids[0].id)]}
            )

    def test_dialog_stays_open(self):
        """Odoo closes a dialog behind every button: the list's lead back to it."""
        continuity = self._sell()
        shipment = continuity.shipment_ids[1]
        self.assertTrue(shipment.action_skip())
        in_wizard = shipment.with_context(continuity_in_wizard=True)
        action = in_wizard.action_unskip()
        self.assertEqual(action["res_id"], continuity.id)
        self.assertEqual(action["views"][0][0], self.env.ref(WIZARD).id)
        action = in_wizard.with_context(continuity_complete=1).action_open_move()
        move = (
            self.env[action["res_model"]]
            .with_user(self.seller)
            .with_context(**action["context"])
            .browse(action["res_id"])
        )
        back = move.action_back()
        self.assertEqual(back["res_id"], continuity.id)
        self.assertTrue(back["context"]["continuity_complete"])

    def test_done(self):
        """OK closes; on the way to *Complete* it goes on (rules N56)."""
        continuity = self._sell()
        closed = continuity.action_wizard_done()
        self.assertEqual(closed["type"], "ir.actions.act_window_close")
        continuity.write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )
        on = continuity.with_context(continuity_complete=1).action_wizard_done()
        self.assertEqual(on["res_model"], "continuity.recap")

    def test_smart_buttons(self):
        continuity = self._sell()
        order = continuity.sale_order_id
        action = order.action_view_continuity_orders()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("continuity.order", continuity.id)
        )
        self.assertEqual(continuity.action_view_sale_order()["res_id"], order.id)
        child = self._create_order(
            self.goods_a,
            continuity_order_id=continuity.id,
            continuity_parent_id=order.id,
        )
        self.assertEqual(continuity.child_order_count, 1)
        self.assertEqual(continuity.action_view_child_orders()["res_id"], child.id)
        self.assertEqual(order.action_view_continuity_children()["res_id"], child.id)
        action = child.action_view_continuity_orders()
        self.assertEqual(action["res_id"], continuity.id)

    def test_accountant_reads(self):
        """Billing users read all continuity orders and write none (N55)."""
        accountant = new_test_user(self.env, login="books", groups=ACCOUNTANT)
        continuity = self._sell().with_user(accountant)
        self.assertTrue(continuity.schedule_html)
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_model"),
        ):
            continuity.start_date = date(2027, 10, 1)

    def test_customer_opens_no_dialogs(self):
        """A portal user may read his order; its dialogs are the seller's."""
        continuity = self._sell()
        portal = new_test_user(self.env, "karen_portal", groups="base.group_portal")
        portal.partner_id = self.customer
        for name in ("action_replan", "action_open_pause"):
            with (
                self.subTest(name),
                self.assertRaises(AccessError),
                mute_logger(
                    "odoo.addons.base.models.ir_rule",
                    "odoo.addons.base.models.ir_model",
                ),
            ):
                getattr(continuity.with_user(portal), name)()

    def test_other_company(self):
        """A seller of another company sees nothing of it."""
        company = self._create_company(name="Other company")
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        continuity = self._sell().with_user(stranger)
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
        ):
            continuity.read(["name"])
        self.assertFalse(self.env["continuity.order"].with_user(stranger).search([]))
        self.assertFalse(self.env["continuity.shipment"].with_user(stranger).search([]))

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL

from ..common import MANAGER, ContinuityCommon

LINKS = [
    ("continuity_program", "payment_schedule_id"),
    ("continuity_program_allowed_schedule_rel", "continuity_payment_schedule_id"),
    ("continuity_event", "payment_schedule_id"),
    ("continuity_order", "payment_schedule_id"),
    ("continuity_shipment", "payment_schedule_id"),
    ("continuity_order", "pricelist_id"),
    ("continuity_order", "fiscal_position_id"),
]


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 08:00:00")
class TestDeletedInUse(ContinuityCommon):
    """What programs and running orders stand on is not deleted under them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, login="the_manager", groups=MANAGER)
        cls.schedule = cls.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "M3", "number_of_payments": 3}
        )

    def _refuse(self, record, user):
        """Nobody deletes it, the manager included; archived it goes on."""
        text = re.escape(f"is used by {user.display_name} and cannot be deleted")
        for record_as in (record, record.with_user(self.manager)):
            with self.assertRaisesRegex(UserError, text):
                record_as.unlink()
        record.active = False
        self.assertTrue(record.exists())

    def test_schedule_of_a_program(self):
        program = self._create_program(payment_schedule_id=self.schedule.id)
        self._refuse(self.schedule, program)
        program.action_close()
        program.active = False
        self._refuse(self.schedule, program)

    def test_schedule_that_is_offered(self):
        """The last one of the list gone, every schedule would be offered."""
        program = self._create_program(
            allowed_payment_schedule_ids=[Command.set(self.schedule.ids)]
        )
        self._refuse(self.schedule, program)

    def test_schedule_of_an_event(self):
        program = self._create_program()
        program.event_ids[1].payment_schedule_id = self.schedule
        self._refuse(self.schedule, program)

    def test_schedule_of_a_running_order(self):
        """30.00 in three payments of 10.00: nobody makes 30.00 at once of them."""
        program = self._create_program(payment_schedule_id=self.schedule.id)
        order = self._create_sold_order(self._create_parent_product(program))
        program.payment_schedule_id = False
        self._refuse(self.schedule, order.continuity_order_ids)

    def test_schedule_of_a_parcel(self):
        """Only what is planned has it by now, neither program nor order."""
        program = self._create_program()
        program.event_ids[1].payment_schedule_id = self.schedule
        order = self._create_sold_order(self._create_parent_product(program))
        program.event_ids.payment_schedule_id = False
        continuity = order.continuity_order_ids
        self.assertFalse(continuity.payment_schedule_id)
        self.assertEqual(continuity.shipment_ids.payment_schedule_id, self.schedule)
        self._refuse(self.schedule, continuity)

    def test_the_first_users_are_named(self):
        for number in range(4):
            self._create_program(f"CP-{number}", payment_schedule_id=self.schedule.id)
        with self.assertRaisesRegex(UserError, "CP-0.*CP-1.*CP-2.*… and cannot"):
            self.schedule.unlink()

    def test_schedule_of_another_company(self):
        """What the manager cannot see uses it as well."""
        company = self.env["res.company"].create({"name": "Other"})
        schedule = self.schedule.copy({"code": "O", "company_id": company.id})
        program = self._create_program(
            "OTHER",
            is_open=False,
            company_id=company.id,
            payment_schedule_id=schedule.id,
        )
        self.manager.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        program.active = False
        with self.assertRaisesRegex(UserError, "OTHER"):
            schedule.with_user(self.manager).unlink()

    def test_unused_and_many(self):
        unused = self.schedule.copy({"code": "X"})
        used = self.schedule.copy({"code": "Y", "name": "Weekly"})
        self._create_program(payment_schedule_id=used.id)
        with self.assertRaisesRegex(UserError, "Weekly"):
            (unused | used).unlink()
        unused.unlink()
        self.env["continuity.payment.schedule"].unlink()
        self.assertFalse(unused.exists())

    def test_pricelist_of_an_order(self):
        """9.00 for members, also for the parcels that are not priced yet."""
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Members",
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": 9.0})
                ],
            }
        )
        product = self._create_parent_product(self._create_program())
        order = self._create_sold_order(product, pricelist_id=pricelist.id)
        continuity = order.continuity_order_ids
        self._refuse(pricelist, continuity)
        self.assertEqual(
            continuity._get_price(self.goods_a, self.goods_a.uom_id, 1.0), (9.0, 0.0)
        )

    def test_fiscal_position_of_an_order(self):
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        product = self._create_parent_product(self._create_program())
        order = self._create_order(product, fiscal_position_id=position.id)
        continuity = order.continuity_order_ids
        users = re.escape(continuity.display_name)
        with self.assertRaisesRegex(UserError, f"is used by {users}"):
            position.unlink()
        order.fiscal_position_id = False
        self.assertFalse(continuity.fiscal_position_id)
        continuity.shipment_ids.line_ids.told_position_id = position
        with self.assertRaisesRegex(UserError, f"is used by {users}"):
            position.unlink()

    def test_the_database_refuses_it_too(self):
        """Whatever deletes them, an import of another module included."""
        for table, column in LINKS:
            with self.subTest(table=table, column=column):
                rows = self.env.execute_query(
                    SQL(
                        """
                        SELECT c.confdeltype::text
                          FROM pg_constraint c
                          JOIN pg_attribute a
                            ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                         WHERE c.conrelid = %s::regclass
                           AND c.contype = 'f' AND a.attname = %s
                        """,
                        table,
                        column,
                    )
                )
                self.assertEqual(rows, [("r",)])

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged
from odoo.tools import config, file_open

from ..common import ACCOUNTANT, MANAGER, SELLER_ALL, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestDatabase(ContinuityCommon):
    """A copied database charges nothing and mails nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls.product = cls._create_parent_product(cls._create_program())
            cls.upfront = cls._create_parent_product(
                cls._create_program("UPFRONT", bill_upfront=True), "Prepaid"
            )
            cls.order = cls._create_sold_order(cls.product).continuity_order_ids
        cls.database = cls.env["continuity.database"]

    def _copy(self):
        """Make the database look like a copy of the one that was confirmed."""
        self.database._store_current().oid = "1"

    def _set_address(self, address):
        self.env["ir.config_parameter"].set_param("web.base.url", address)

    def _run_children(self):
        return self._execute("create_child_orders", sale_order=self.order.sale_order_id)

    def _get_mails(self):
        return self.env["mail.mail"].search_count([])

    # === A COPY === #

    def test_fresh(self):
        """Where nothing is stored yet, the first look stores it."""
        self.database.search([]).unlink()
        self.assertTrue(self.database._is_confirmed())
        self.assertEqual(self.database.search([]).database, self.env.cr.dbname)

    def test_identity(self):
        """What PostgreSQL says of itself, and where Odoo is reached."""
        self._set_address("https://shop.example/")
        row = self.database._store_current()
        self.env.cr.execute(
            """SELECT (SELECT system_identifier FROM pg_control_system())::text,
                      oid::text
                 FROM pg_database WHERE datname = current_database()"""
        )
        server, oid = self.env.cr.fetchone()
        parameters = self.env["ir.config_parameter"]
        self.assertRecordValues(
            row,
            [
                {
                    "database": self.env.cr.dbname,
                    "uuid": parameters.get_param("database.uuid"),
                    "system_identifier": server,
                    "oid": oid,
                    "base_address": "https://shop.example",
                }
            ],
        )

    def test_each_part_counts(self):
        """A plain restore keeps the uuid: server and number belong to the identity."""
        self._set_address("https://shop.example")
        texts = {
            "uuid": "Its UUID is not the one that was confirmed.",
            "system_identifier": "It is on another PostgreSQL server.",
            "oid": "It is another database of the PostgreSQL server.",
            "base_address": "Its address is https://shop.example and was another.",
        }
        for name, text in texts.items():
            self.database._store_current()[name] = "another"
            self.assertFalse(self.database._is_confirmed(), name)
            self.assertIn(text, self.database._get_refusal())
            self.database._store_current()
            self.assertTrue(self.database._is_confirmed())
            self.assertFalse(self.database._get_refusal())

    def test_name_and_folder_do_not_count(self):
        """A database that was renamed, or whose files were moved, is the same one."""
        self.database._store_current().database = "old_name"
        self.assertTrue(self.database._is_confirmed())
        self.patch(config, "filestore", lambda _name: "/elsewhere")
        self.assertTrue(self.database._is_confirmed())

    def test_server_that_does_not_tell(self):
        """Where the system identifier may not be read, the rest counts."""
        row = self.database._store_current()
        uuid = row.uuid
        databases = type(self.database)
        self.patch(
            databases, "_get_server_identity", lambda _self, _name: (False, row.oid)
        )
        self.assertTrue(self.database._is_confirmed())
        self.assertFalse(self.database._store_current().system_identifier)
        self.assertTrue(self.database._is_confirmed())
        self.database._store_current().oid = "1"
        self.assertFalse(self.database._is_confirmed())
        self.database._store_current().uuid = f"{uuid}-copy"
        self.assertFalse(self.database._is_confirmed())

    def test_first_address(self):
        """An installation by command line has no address yet: the first one is kept."""
        for local in ("http://localhost:8069", "http://127.0.0.1:8069/"):
            self._set_address(local)
            row = self.database._store_current()
            self.assertFalse(row.base_address)
            self.assertTrue(self.database._is_confirmed())
        self._set_address("https://shop.example")
        self.assertTrue(self.database._is_confirmed())
        self.assertEqual(row.base_address, "https://shop.example")
        self._set_address("http://localhost:8069")
        self.assertIn(
            "Its address is this machine only and was https://shop.example.",
            self.database._get_refusal(),
        )
        self._set_address("https://test.example")
        self.assertFalse(self.database._is_confirmed())
        self.assertEqual(row.base_address, "https://shop.example")
        self.database.action_confirm()
        self.assertTrue(self.database._is_confirmed())

    def test_row_of_the_first_version(self):
        """Known by name and folder then; completed where these still agree."""
        first = {
            "uuid": self.env["ir.config_parameter"].get_param("database.uuid"),
            "database": self.env.cr.dbname,
            "filestore": config.filestore(self.env.cr.dbname),
        }
        for name in first:
            row = self.database.create({**first, name: "another"})
            self.assertFalse(self.database._is_confirmed(), name)
            self.assertIn("It is another database", self.database._get_refusal())
            self.assertFalse(row.oid)
        row = self.database.create(first)
        self.assertTrue(self.database._is_confirmed())
        self.assertTrue(row.oid)
        self.assertFalse(row.filestore)
        self.assertTrue(self.database._is_confirmed())

    def test_nothing_is_charged_by_jobs(self):
        """The run does nothing and says why; confirmed, it loses nothing."""
        self._copy()
        run = self._run_children()
        self.assertEqual(run.done_count, 0)
        self.assertIn("This database is a copy", run.message)
        self.assertFalse(self.order.child_order_ids)
        run = self._execute("process_payments")
        self.assertIn("This database is a copy", run.message)
        self.database.action_confirm()
        run = self._run_children()
        self.assertEqual(run.done_count, 1)
        self.assertEqual(self.order.payment_ids.state, "paid")
        self.assertEqual(self.order.payment_ids.transaction_ids.amount, 30.0)

    def test_no_row_is_claimed(self):
        """By whatever door: no row is claimed, none is asked about again."""
        card = self.order.payment_token_id
        card.demo_simulated_state = "error"
        self._run_children()
        row = self.order.payment_ids
        self.assertEqual(row.state, "declined")
        card.demo_simulated_state = "done"
        charges = self.env["payment.transaction"].search_count([])
        self._copy()
        with self.assertRaisesRegex(UserError, "This database is a copy"):
            row._charge(by_hand=True)
        self.assertEqual(row.state, "declined")
        row.write({"state": "unknown", "transaction_id": row.transaction_ids[:1].id})
        with self.assertRaisesRegex(UserError, "This database is a copy"):
            row._ask_again()
        self.assertEqual(row.state, "unknown")
        self.assertEqual(self.env["payment.transaction"].search_count([]), charges)
        row.write({"state": "declined", "transaction_id": False})
        self.database.action_confirm()
        row._charge(by_hand=True)
        self.assertEqual(row.state, "paid")
        self.assertEqual(self.env["payment.transaction"].search_count([]), charges + 1)

    def test_refund(self):
        """A copy gives back no money that the original took."""
        self._copy()
        with self.assertRaisesRegex(UserError, "This database is a copy"):
            self.order.action_refund()
        self.database.action_confirm()
        self.order.action_refund()

    def test_submit(self):
        """Submit with a charge is refused before anything is sent."""
        order = self._create_order(self.upfront, order_date=date(2027, 9, 10))
        order.continuity_order_ids.write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )
        self._copy()
        with self.assertRaisesRegex(UserError, "This database is a copy"):
            order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.continuity_order_ids.payment_ids.transaction_ids)

    def test_nothing_is_mailed(self):
        """None of our mails leaves a copy; Odoo's own are not ours to stop."""
        template = self.env.ref("continuity_program.mail_template_order_submitted")
        before = self._get_mails()
        self._copy()
        self.assertFalse(template.send_mail_batch(self.order.ids))
        self.order._send_continuity_notice("order_submitted")
        self.assertEqual(self._get_mails(), before)
        self.database.action_confirm()
        self.order._send_continuity_notice("order_submitted")
        self.assertEqual(self._get_mails(), before + 1)

    # === CONFIRMING === #

    def test_who_confirms(self):
        """A sales administrator, whose name is kept; nobody else."""
        self._copy()
        # As the web client calls the button of a list, with and without a selection
        for ids in ([], self.database.search([]).ids):
            self._copy()
            call_kw(self.database, "action_confirm", [ids], {"context": {}})
            self.assertTrue(self.database._is_confirmed())
        self._copy()
        for groups in (SELLER_ALL, ACCOUNTANT):
            user = self._create_user(f"copy_{groups}", groups)
            with self.assertRaisesRegex(AccessError, "Only a sales administrator"):
                self.database.with_user(user).action_confirm()
        self.assertFalse(self.database._is_confirmed())
        manager = self._create_user("copy_manager", MANAGER)
        with Form(
            self.env["continuity.run.wizard"]
            .with_user(manager)
            .with_context(default_job="process_payments")
        ) as dialog:
            self.assertIn("This database is a copy", dialog.database_refusal)
        rows = self.database.with_user(manager)
        rows.action_confirm()
        self.assertEqual(rows.search([], limit=1).user_id, manager)
        count = rows.search_count([])
        rows.action_confirm()
        self.assertEqual(rows.search_count([]), count, "confirmed once")
        self.assertEqual(rows.search([], limit=2).mapped("is_current"), [True, False])
        self.assertEqual(rows.search([], limit=1).database, self.env.cr.dbname)
        with self.assertRaises(AccessError):
            rows.search([], limit=1).write({"uuid": "typed"})

    def test_neutralize(self):
        """What Odoo runs in a neutralized copy stops it, too."""
        with file_open("continuity_program/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.database._is_confirmed())
        self.database.action_confirm()
        self.assertTrue(self.database._is_confirmed())

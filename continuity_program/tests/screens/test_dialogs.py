# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from ..common import MANAGER, SELLER, ContinuityCommon

ADDONS = ("continuity_program", "continuity_program_")


def is_ours(model):
    """Tell whether a model was made by one of our addons."""
    return model._original_module.startswith(ADDONS)


@tagged("post_install", "-at_install")
class TestDialogs(ContinuityCommon):
    """A dialog shows and does what its user may see; everybody has his own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._create_user("dialog_seller", SELLER)
        cls.colleague = cls._create_user("dialog_colleague", SELLER)
        cls.manager = cls._create_user("dialog_manager", MANAGER)
        cls.other_company = cls.env["res.company"].create({"name": "Other company"})
        # A manager, but of the other company only
        cls.stranger = new_test_user(
            cls.env,
            login="dialog_stranger",
            groups=f"{MANAGER},account.group_account_invoice",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        cls.program = cls._create_program()
        cls.parent = cls._create_parent_product(cls.program)
        cls.sale_order = cls._create_sold_order(
            cls.parent, order_date=date(2027, 1, 5), user_id=cls.colleague.id
        )
        cls.order = cls.sale_order.continuity_order_ids
        cls.shipment = cls.order.shipment_ids[0]
        cls._execute("create_child_orders", date="2027-01-05")
        cls.child = cls.order.child_order_ids[:1]

    @classmethod
    def _get_dialog_values(cls):
        """Values of every dialog, on the colleague's order."""
        line = cls.order.shipment_ids[1].line_ids
        shipment = cls.order.shipment_ids[1]
        return {
            "continuity.cancel": {"order_ids": [Command.set(cls.order.ids)]},
            "continuity.hold": {"order_id": cls.order.id},
            "continuity.pause": {"order_id": cls.order.id},
            "continuity.recap": {"sale_order_id": cls.sale_order.id},
            "continuity.return": {"child_order_id": cls.child.id},
            "continuity.shipment.drop": {"shipment_id": shipment.id, "kind": "skip"},
            "continuity.shipment.move": {
                "shipment_id": shipment.id,
                "new_date": "2027-03-01",
            },
            "continuity.shipment.swap": {
                "shipment_id": shipment.id,
                "line_id": line.id,
            },
            "continuity.update": {
                "kind": "date",
                "shipment_ids": [Command.set(shipment.ids)],
            },
            "continuity.update.release": {"program_id": cls.program.id},
            "continuity.guard": {"program_id": cls.program.id},
            "continuity.guard.release": {"order_id": cls.order.id, "reason": "why"},
            "continuity.preview": {"program_id": cls.program.id},
            "continuity.payment.answer": {
                "kind": "paid",
                "payment_ids": [Command.set(cls.order.payment_ids.ids)],
            },
            "continuity.run.wizard": {
                "job": "create_child_orders",
                "company_id": cls.company.id,
                "program_id": cls.program.id,
            },
            "continuity.override": {
                "res_model": "account.move",
                "res_ids": cls.env["account.move"]
                .search([("company_id", "=", cls.company.id)], limit=1)
                .ids,
                "reason": "why",
            },
        }

    # === EVERY DIALOG === #

    def test_every_dialog_is_its_users_own(self):
        """A new transient model is refused until it is a dialog with its rule."""
        rules = self.env["ir.rule"].sudo()
        dialog = self.env.registry["continuity.dialog"]
        found = 0
        for model in self.env.values():
            if not (model._transient and is_ours(model)):
                continue
            found += 1
            with self.subTest(model._name):
                self.assertTrue(isinstance(model, dialog))
                rule = rules.search(
                    [("model_id.model", "=", model._name), ("groups", "=", False)]
                )
                self.assertIn("('create_uid', '=', user.id)", rule.domain_force)
                for mode in ("read", "write", "create", "unlink"):
                    self.assertTrue(rule[f"perm_{mode}"])
        self.assertGreaterEqual(found, 15)

    def test_values_cover_every_dialog(self):
        lines = {"continuity.return.line", "continuity.update.release.line"}
        dialogs = {
            model._name
            for model in self.env.values()
            if model._transient and is_ours(model)
        }
        self.assertEqual(dialogs - lines, set(self._get_dialog_values()))

    def test_records_of_another_company(self):
        """By value, by default of the context, and while typing."""
        for name, vals in self._get_dialog_values().items():
            dialogs = self.env[name].with_user(self.stranger)
            context = {f"default_{field}": value for field, value in vals.items()}
            spec = {field: {} for field in dialogs._fields if "html" not in field}
            calls = {
                "create": lambda d=dialogs, v=vals: d.create(v),
                "default": lambda d=dialogs, c=context: d.with_context(**c).create({}),
                "shown": lambda d=dialogs, c=context, s=spec: d.with_context(
                    **c
                ).onchange({}, [], s),
                "typed": lambda d=dialogs, v=vals, s=spec: d.onchange(
                    dict(v), list(v), s
                ),
            }
            for door, call in calls.items():
                with self.subTest(name, door=door), self.assertRaises(AccessError):
                    call()

    def test_records_of_a_colleague(self):
        ours = self._get_dialog_values()
        # Programs are for all sellers; these are not for sellers at all
        for name in (
            "continuity.guard",
            "continuity.guard.release",
            "continuity.preview",
            "continuity.update.release",
            "continuity.override",
            "continuity.payment.answer",
            "continuity.run.wizard",
            "continuity.update",
        ):
            del ours[name]
        self.assertEqual(len(ours), 8)
        for name, vals in ours.items():
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    self.env[name].with_user(self.seller).create(vals)
                self.assertTrue(self.env[name].with_user(self.colleague).create(vals))

    def test_dialog_of_somebody_else(self):
        """Nobody reads, changes, applies or deletes another one's dialog."""
        everybody = self._create_user("dialog_all", MANAGER)
        dialog = self.env["continuity.cancel"].with_user(self.colleague)
        dialog = dialog.create(
            {"order_ids": [Command.set(self.order.ids)], "when": "next"}
        )
        dialog.flush_recordset()
        dialog.invalidate_recordset()
        theirs = dialog.with_user(everybody)
        self.assertFalse(theirs.search([]))
        for call in (
            lambda: theirs.read(["when"]),
            lambda: theirs.write({"when": "now"}),
            lambda: call_kw(theirs.browse(), "action_apply", [theirs.ids], {}),
            theirs.unlink,
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(dialog.when, "next")
        self.assertEqual(self.order.state, "running")

    def test_dialog_is_checked_when_applied(self):
        """The order got another seller while the dialog was open."""
        dialog = self.env["continuity.pause"].with_user(self.colleague)
        dialog = dialog.create({"order_id": self.order.id})
        self.sale_order.user_id = self.seller
        self.order.user_id = self.seller
        with self.assertRaises(AccessError):
            dialog.action_pause()
        self.assertEqual(self.order.state, "running")

    def test_what_is_required_is_not_red_at_opening(self):
        """A dialog that is on the server already is not checked before it is typed in;
        the tour of the return sees it."""
        found = set()
        for model in self._get_dialog_values():
            arch = etree.fromstring(self.env[model].get_view(view_type="form")["arch"])
            # What is required in the model, the dialog is opened with
            if arch.xpath(".//field[@required][not(@readonly)]"):
                found.add(model)
                self.assertEqual(arch.get("js_class"), "continuity_dialog_form", model)
        self.assertLess(
            {"continuity.cancel", "continuity.override", "continuity.return"}, found
        )

    # === WHAT IS TYPED === #

    def test_what_a_dialog_is_about_stays(self):
        mine = self.env["continuity.shipment.drop"].with_user(self.colleague)
        drop = mine.create(
            {"shipment_id": self.order.shipment_ids[1].id, "kind": "skip"}
        )
        for vals in (
            {"shipment_id": self.order.shipment_ids[2].id},
            {"kind": "end"},
            {"kind": False},
        ):
            with self.assertRaisesRegex(ValidationError, "cannot be typed"):
                drop.write(vals)

    def test_a_release_needs_its_preview(self):
        """The day of the preview is written by the preview alone."""
        releases = self.env["continuity.update.release"].with_user(self.manager)
        release = releases.create({"program_id": self.program.id})
        day = release.notice_date
        for call in (
            lambda: release.write({"previewed_date": day}),
            lambda: releases.create(
                {"program_id": self.program.id, "previewed_date": day}
            ),
            lambda: releases.with_context(default_previewed_date=day).create(
                {"program_id": self.program.id}
            ),
        ):
            with self.assertRaisesRegex(ValidationError, "cannot be typed"):
                call()
        with self.assertRaisesRegex(UserError, "after the preview"):
            release.action_release()
        release.action_preview()
        release.action_release()
        self.assertTrue(self.program.update_requested_at)

    def test_values_of_the_wrong_kind(self):
        updates = self.env["continuity.update"].with_user(self.manager)
        shipments = [Command.set(self.order.shipment_ids[1].ids)]
        update = updates.create({"kind": "product", "shipment_ids": shipments})
        for vals in (
            {"quantity": float("nan")},
            {"price_unit": float("inf")},
            {"days": 2**31},
            {"days": "3"},
            {"new_date": "tomorrow"},
            {"new_date": 5},
            {"price_reason": "x" * 10_000_001},
            {"price_reason": "a\0b"},
            {"scope": "all"},
            {"new_product_id": 2**31},
            {"new_product_id": {"name": "New"}},
            {"new_product_id": "x"},
            {"nothing": 1},
            {"new_product_id.name": "x"},
            {"shipment_ids": [Command.create({})]},
            {"shipment_ids": [Command.update(self.shipment.id, {"number": 9})]},
            {"shipment_ids": "all"},
        ):
            with (
                self.subTest(repr(vals)[:60]),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                updates.create({"kind": "product", **vals})
            with (
                self.subTest(repr(vals)[:60]),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                update.write(vals)

    def test_override_of_what_has_no_rule(self):
        overrides = self.env["continuity.override"].with_user(self.manager)
        for model, ids in (
            ("res.users", self.manager.ids),
            ("nothing", [1]),
            (5, [1]),
            ("account.move", "x"),
            ("account.move", [2**31]),
            ("account.move", [0]),
        ):
            with self.subTest(model, ids=ids), self.assertRaises(UserError):
                overrides.create(
                    {"res_model": model, "res_ids": ids, "reason": "because"}
                )

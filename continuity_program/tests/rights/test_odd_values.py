# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import SELLER
from .typed_case import WalkCase

NAN, INFINITY = float("nan"), float("inf")
LONG = "x" * 10_000_001
#: An id that fits, of a record that is not there
GONE = 2**31 - 1
#: What no field takes, whatever its type
NOTHING = ({"a": 1}, [1.5], b"x", {1})
NUMBERS = (NAN, INFINITY, -INFINITY, 10**400, "7", "a\0b")
COMMANDS = (
    "all",
    5,
    NAN,
    True,
    [None],
    [[]],
    ["x"],
    [GONE + 1],
    [(9, 1)],
    [(True, 1, {})],
    [(0, 0, 5)],
    [(0,)],
    [(1, GONE + 1, {})],
    [(1, 1)],
    [(4, "x")],
    [(4, GONE)],
    [(6, 0, "x")],
    [(6, 0, [GONE])],
    [(6, 0, [GONE + 1])],
)
#: What a field does not take, by its type
ODD = {
    "boolean": ("yes", 2, NAN),
    "char": (5, 1.5, True, "a\0b", LONG),
    "text": (5, 1.5, True, "a\0b", LONG),
    "html": (5, 1.5, True, "a\0b", LONG),
    "date": (
        "abc",
        "0001-01-01",
        "9999-12-31",
        "2027-02-30",
        "a\0b",
        LONG,
        5,
        NAN,
        True,
    ),
    "datetime": ("abc", "0001-01-01 00:00:00", "a\0b", LONG, 5, NAN, True),
    "integer": (*NUMBERS, 2**31, -(2**63), 1.5),
    "float": NUMBERS,
    "monetary": NUMBERS,
    "selection": ("no such", 5, NAN, True, "a\0b", LONG),
    "many2one": (2**31, 2**63, -1, "x", "a\0b", 1.5, NAN, True, [1], GONE),
    "one2many": COMMANDS,
    "many2many": COMMANDS,
    "json": (
        "x",
        5,
        {"a": 1.0},
        {"1": NAN},
        {"1": "x"},
        {"1,x": 1.0},
        {"1": 10**400},
        {"1" * 5000: 1.0},
    ),
}


@tagged("post_install", "-at_install")
@freeze_time("2027-09-15 12:00:00")
class TestOddValues(WalkCase):
    """Whatever comes by RPC as a value: a sentence, and nothing has changed."""

    def _get_typed_fields(self):
        """All stored fields that people type, with a record of each."""
        found = []
        for model in self.models:
            records = self._get_records(model)[:1]
            found += [
                (records, model._fields[name]) for name in model._get_continuity_typed()
            ]
        self.assertGreater(len(found), 100)
        return found

    def _get_odd(self, field):
        odd = ODD[field.type]
        if field.type == "json":
            return (*odd, [1.5], b"x")
        return (*NOTHING, *odd)

    def _assert_sentence(self, call, **what):
        """Not a traceback, and no sentence of the database."""
        with self.subTest(**what):
            try:
                with self.env.cr.savepoint():
                    call()
                    self.env.flush_all()
            except UserError as error:
                self.assertTrue(str(error).strip())
                self.assertLess(len(str(error)), 1000)
            else:
                self.fail("it was taken")

    def test_write_and_create(self):
        user = self.users["everything"]
        before = self._read_tables()
        count = 0
        for records, field in self._get_typed_fields():
            mine = records.with_user(user)
            defaults = f"default_{field.name}"
            for value in self._get_odd(field):
                what = {"field": str(field), "value": repr(value)[:40]}
                vals = {field.name: value}
                self._assert_sentence(
                    lambda r=mine, v=vals: r.write(v), door="write", **what
                )
                self._assert_sentence(
                    lambda r=mine, v=vals: r.browse().create(v), door="create", **what
                )
                self._assert_sentence(
                    lambda r=mine, k=defaults, v=value: (
                        r.browse().with_context(**{k: v}).create({})
                    ),
                    door="default",
                    **what,
                )
                count += 3
        self.assertGreater(count, 3000)
        self.assertEqual(self._read_tables(), before)

    def test_onchange(self):
        """What is tried out in a form is read, too."""
        user = self.users["everything"]
        for records, field in self._get_typed_fields():
            mine = records.with_user(user)
            for value in self._get_odd(field):
                # Whether it is there is asked when it is saved
                if str(GONE) in repr(value):
                    continue
                self._assert_sentence(
                    lambda r=mine, n=field.name, v=value: r.onchange(
                        {n: v}, [n], {n: {}}
                    ),
                    field=str(field),
                    value=repr(value)[:40],
                )

    def test_what_clients_send(self):
        """The same fields, as forms, imports and scripts write them."""
        order = self.draft_continuity.with_user(self.users["everything"])
        order.write({"start_date": "2027-10-01"})
        self.assertEqual(str(order.start_date), "2027-10-01")
        program = self.program.with_user(self.users["everything"])
        program.write(
            {
                "days_after_order": 3.0,
                "consolidate_missed": 1,
                "payment_schedule_id": None,
                "event_ids": [[1, program.event_ids[0].id, {"quantity": 2}]],
                "product_tmpl_ids": [Command.link(self.book.product_tmpl_id.id)],
            }
        )
        self.assertEqual(program.event_ids[0].quantity, 2.0)
        self.assertEqual(program.days_after_order, 3)

    def test_unknown_field(self):
        for name in ("no_such", "name\0", "partner_id.name", ""):
            with self.assertRaisesRegex(ValidationError, "has no field"):
                self.continuity.with_user(self.seller).write({name: 1})

    def test_quantities_out_of_this_world(self):
        """A field of Odoo's says how many, and fails itself at what is no number."""
        line = self.draft.order_line.with_user(self.seller)
        for value in (1e7, 1e9, 1e300, -1.0):
            with (
                self.subTest(value),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                line.write({"product_uom_qty": value})
                self.env.flush_all()
        self.assertEqual(self.draft_continuity.quantity, 1.0)

    # === WHAT IS TRIED OUT === #

    def test_records_of_others_are_not_tried_out(self):
        """A form computes with more rights than its user has, from what is sent."""
        colleague = self._create_user("odd_colleague", SELLER)
        self.draft.user_id = self.draft_continuity.user_id = colleague
        mine = self.draft_continuity.with_user(colleague)
        spec = {"headline": {}, "schedule_html": {}}
        shipments = self.continuity.shipment_ids
        for name, value in (
            ("sale_order_line_id", self.order.order_line.id),
            ("upfront_invoice_id", self.invoice.id),
            ("shipment_ids", [Command.link(shipments[0].id)]),
            ("shipment_ids", [Command.set(shipments.ids)]),
            ("shipment_ids", [Command.update(shipments[0].id, {})]),
        ):
            with self.subTest(name, value=value), self.assertRaises(AccessError):
                mine.onchange({name: value}, [name], spec)
        # What stands there, seen or not, and what he may choose
        mine.onchange(
            {
                "sale_order_line_id": self.draft.order_line.id,
                "shipment_ids": [Command.update(i, {}) for i in mine.shipment_ids.ids],
                "partner_shipping_id": self.customer.id,
            },
            ["partner_shipping_id"],
            spec,
        )

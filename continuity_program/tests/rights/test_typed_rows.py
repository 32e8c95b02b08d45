# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..common import MANAGER, ContinuityCommon


@tagged("post_install", "-at_install")
class TestTypedRows(ContinuityCommon):
    """A row of a list is sent with the form around it, in the place of its id."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Not the user of the tests: what is in sudo is not typed
        cls.typist = cls._create_user("typist", MANAGER)

    def _as_typist(self, name):
        return self.env[name].with_user(self.typist)

    def test_events_of_a_new_program(self):
        with Form(self._as_typist("continuity.program")) as form:
            form.name = "Tea of the month"
            form.code = "TEA"
            for product in (self.goods_a, self.goods_b):
                with form.event_ids.new() as event:
                    event.product_id = product
                    event.days_from_last = 30
        self.assertEqual(form.record.event_ids.product_id, self.goods_a | self.goods_b)

    def test_events_of_a_saved_program(self):
        program = self._create_program(is_open=False).with_user(self.typist)
        with Form(program) as form:
            form.name = "Renamed meanwhile"
            with form.event_ids.new() as event:
                event.product_id = self.goods_a
        self.assertEqual(len(program.event_ids), 4)

    def test_products_of_an_event(self):
        event = self._create_program(is_open=False).event_ids[0]
        with Form(event.with_user(self.typist)) as form, form.line_ids.new() as line:
            line.product_id = self.goods_c
        self.assertEqual(event.line_ids.product_id, self.goods_a | self.goods_c)

    def test_instalments_of_a_new_schedule(self):
        with Form(self._as_typist("continuity.payment.schedule")) as form:
            form.name = "Two halves"
            form.code = "HALVES"
            form.allocation = "specified"
            for month in range(2):
                with form.line_ids.new() as line:
                    line.quantity = 50.0
                    line.periods_after = month
        self.assertEqual(len(form.record.line_ids), 2)

    def test_the_form_around_is_read_as_well(self):
        rows = self._as_typist("continuity.event")
        program = self._create_program(is_open=False)
        spec = {"product_id": {}}
        values = {"product_id": self.goods_a.id}
        for form in (
            {"id": "x"},
            {"id": [program.id]},
            {"id": 987654321},
            {"id": program.id, "order_start": "never"},
            {"payment_schedule_id": 987654321},
            {"days_after_order": "soon"},
        ):
            with self.subTest(form), self.assertRaises(ValidationError):
                rows.onchange({**values, "program_id": form}, ["product_id"], spec)
        form = {"id": program.id, "name": "Typed"}
        rows.onchange({**values, "program_id": form}, ["product_id"], spec)

    def test_the_dialog_around_is_read_as_well(self):
        rows = self._as_typist("continuity.return.line")
        spec = {"quantity": {}}
        values = {"quantity": 1.0}
        for form in ({"id": "x"}, {"child_order_id": 987654321}, {"color": 1}):
            with self.subTest(form), self.assertRaises(ValidationError):
                rows.onchange({**values, "return_id": form}, ["quantity"], spec)
        form = {"reason": "Broken"}
        rows.onchange({**values, "return_id": form}, ["quantity"], spec)

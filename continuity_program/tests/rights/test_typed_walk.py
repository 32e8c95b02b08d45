# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every field of ours, by every door and role: what is not listed is refused.

A field that is added later is refused until somebody lists it; a model that forgets
its guard fails here.
"""

import re
from itertools import product
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ...models.base.typed import ADDONS
from .typed_case import TypedCase, WalkCase

EMPTY = (False, None, 0, "")
#: Declared readonly, and typed all the same: programs are imported open.
TYPED_READONLY = {("continuity.program", "state")}
#: Keys of the context that only say which dialog to show again, or how to name a card
PRESENTATION = {
    "continuity_card",
    "continuity_complete",
    "continuity_in_wizard",
    "continuity_reopened",
}
ROOT = Path(__file__).parents[3]


def read_sources(suffix):
    """Read the sources of this addon and its bridges, tests left out.

    :param str suffix: ending of the files
    :return: text by path
    :rtype: dict[Path, str]
    """
    return {
        path: path.read_text()
        for path in ROOT.glob(f"{ADDONS}*/**/*{suffix}")
        if "tests" not in path.parts
    }


@tagged("post_install", "-at_install")
@freeze_time("2027-09-15 12:00:00")
class TestTypedWalk(WalkCase):
    """Every field that our addons define × role × state × door."""

    def test_no_form_sends_what_is_refused(self):
        """The web client sends each field of a form that is not read-only."""
        for model in self.models:
            sent = [f.name for f in self._get_unlisted(model) if not f.readonly]
            # Written by the mixin of the portal, and in no form
            self.assertEqual([n for n in sent if n != "access_token"], [], model._name)

    def test_every_model_is_guarded(self):
        mixin = self.env.registry["continuity.typed.mixin"]
        self.assertGreater(len(self.models), 18)
        for model in self.models:
            with self.subTest(model._name):
                self.assertIn(mixin, type(model).mro())

    def test_lists_name_fields_that_are_typed(self):
        """A list names fields of ours, and none that is declared readonly."""
        for model in self.models:
            own = {field.name: field for field in self._get_own_fields(model)}
            for name in model._get_continuity_typed():
                with self.subTest(model._name, field=name):
                    self.assertIn(name, own)
                    if (model._name, name) not in TYPED_READONLY:
                        self.assertFalse(own[name].readonly)

    def test_write(self):
        """By every role; an empty value is a value."""
        before = self._read_tables()
        count = 0
        for model, (role, user) in product(self.models, self.users.items()):
            records = self._get_records(model).with_user(user)
            for field in self._get_unlisted(model):
                for value in (self._get_sample(field), *EMPTY):
                    self._assert_refused(
                        lambda r=records, n=field.name, v=value: r.write({n: v}),
                        role=role,
                        field=str(field),
                        value=value,
                    )
                    count += 1
        self.assertGreater(count, 5000)
        self.assertEqual(self._read_tables(), before)

    def test_create(self):
        """Creating is typing, and so is a default of the context."""
        before = self._read_tables()
        card = {
            "provider_id": self.provider.id,
            "payment_method_id": self.card_method.id,
            "partner_id": self.customer.id,
        }
        needed = {
            "payment.token": {**card, "provider_ref": "x"},
            "payment.transaction": {
                **card,
                "amount": 1.0,
                "currency_id": self.company.currency_id.id,
                "reference": "walk",
            },
            "account.move.line": {"move_id": self.invoice.id},
            "sale.order": {"partner_id": self.customer.id},
            "sale.order.line": {"order_id": self.draft.id, "name": "x"},
            "continuity.shipment.line": {
                "shipment_id": self.continuity.shipment_ids[1].id,
                "product_id": self.goods_a.id,
            },
        }
        for model, (role, user) in product(self.models, self.users.items()):
            vals = needed.get(model._name, {})
            mine = model.with_user(user)
            for field in self._get_unlisted(model):
                if field.name in vals:
                    continue
                value = self._get_sample(field)
                what = {"role": role, "field": str(field)}
                for typed in (value, False):
                    self._assert_refused(
                        lambda m=mine, v={**vals, field.name: typed}: m.create(v),
                        **what,
                        value=typed,
                    )
                forged = mine.with_context(**{f"default_{field.name}": value})
                self._assert_refused(
                    lambda m=forged, v=vals: m.create(v), **what, door="default"
                )
        self.assertEqual(self._read_tables(), before)

    def test_states(self):
        """Nothing that is not listed opens in another state."""
        by_model = {
            "continuity.order": self.continuity,
            "continuity.shipment": self.continuity.shipment_ids[1],
            "sale.order": self.draft,
            "continuity.program": self.program,
        }
        user = self.users["everything"]
        for name, record in by_model.items():
            for state in record._fields["state"].get_values(self.env):
                self.env.flush_all()
                # What the ledger would do on its way there is of no interest here
                self.env.cr.execute(
                    f'UPDATE "{record._table}" SET state = %s WHERE id = %s',
                    (state, record.id),
                )
                self.env.invalidate_all()
                before = self._read_tables()
                mine = record.with_user(user)
                for field in self._get_unlisted(record):
                    for value in (self._get_sample(field), False):
                        self._assert_refused(
                            lambda r=mine, n=field.name, v=value: r.write({n: v}),
                            field=str(field),
                            state=state,
                        )
                for typed, rule in record._get_continuity_typed().items():
                    if rule.states and state not in rule.states:
                        self._assert_refused(
                            lambda r=mine, n=typed: r.write({n: False}),
                            field=f"{name}.{typed}",
                            state=state,
                        )
                self.assertEqual(self._read_tables(), before)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-15 12:00:00")
class TestForgedKeys(TypedCase):
    """Every key of the context that our sources name, forged with every attack."""

    def _get_keys(self):
        keys = set()
        pattern = r"(?:with_context\(|context\.get\(|unseal\(self\.env,)\s*\"?(\w+)"
        more = r"[\s(\"'](continuity_\w+)[\"']?\s*[=:]\s*(?:Sealed|True|1|\{)"
        for text in read_sources(".py").values():
            keys |= set(re.findall(pattern, text)) | set(re.findall(more, text))
        for text in read_sources(".xml").values():
            for context in re.findall(r"context=\"([^\"]*)\"", text):
                keys |= set(re.findall(r"'(\w+)':", context))
        return {key for key in keys if key.startswith("continuity_")}

    def test_keys_are_found(self):
        self.assertLessEqual(
            {
                "continuity_card",
                "continuity_changing",
                "continuity_commit",
                "continuity_no_distribution",
                "continuity_notice",
                "continuity_preview",
                "continuity_price",
                "continuity_receivable_ids",
                "continuity_refund",
                "continuity_release_date",
                "continuity_return",
                "continuity_reversal",
                "continuity_state",
                "continuity_sync",
            },
            self._get_keys(),
        )

    def test_plain_keys_only_present(self):
        """Whatever decides something is sealed; the others only say what to show."""
        for path, text in read_sources(".py").items():
            for key in re.findall(r"context(?:\.get\(|\[)\"(continuity_\w+)", text):
                with self.subTest(path=path.name, key=key):
                    self.assertIn(key, PRESENTATION | {"continuity_complete"})

    def test_attacks_with_every_key(self):
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "Twice", "code": "2X", "number_of_payments": 2}
        )
        orders = self.env["sale.order"]
        attacks = [
            (self.order, {"state": "cancel"}),
            (self.draft, {"state": "sale"}),
            (self.child, {"state": "cancel"}),
            (self.child, {"continuity_order_id": False}),
            (self.child, {"continuity_parent_id": False}),
            (self.child, {"continuity_type": False}),
            (self.order.order_line, {"price_unit": 0.01}),
            (self.draft.order_line, {"discount": 50.0}),
            (self.child.order_line, {"continuity_settled_qty": 1.0}),
            (self.continuity, {"start_date": "2030-01-01"}),
            (self.continuity, {"payment_schedule_id": schedule.id}),
            (self.continuity, {"state": "closed"}),
            (self.continuity.shipment_ids[0], {"planned_date": "2030-01-01"}),
            (self.continuity.shipment_ids[1], {"state": "skipped"}),
            (orders, {"continuity_order_id": self.continuity.id}),
        ]
        keys = sorted(self._get_keys())
        for forged in (True, 1, "1", [1], {"value": True}):
            context = dict.fromkeys(keys, forged)
            for record, vals in attacks:
                mine = record.with_user(self.seller).with_context(**context)
                write = mine.write if record else mine.create
                vals = vals if record else {"partner_id": self.customer.id, **vals}
                with (
                    self.subTest(str(record), vals=vals, forged=forged),
                    self.assertRaises(UserError),
                ):
                    write(vals)
        self.assertEqual((self.order.state, self.draft.state), ("sale", "draft"))
        self.assertEqual(self.continuity.state, "running")
        self.assertEqual(self.child.continuity_order_id, self.continuity)

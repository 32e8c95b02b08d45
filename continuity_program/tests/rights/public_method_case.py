# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can be called from outside."""

import inspect
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import call_kw

from ..common import ContinuityCommon

ADDONS = "odoo.addons.continuity_program"


def get_public_methods(model):
    """List the methods that we added to a model and that RPC reaches.

    What only overrides a method of Odoo answers as that one does.

    :rtype: list[tuple[str, callable]]
    """
    methods = []
    for name, method in inspect.getmembers(type(model), inspect.isfunction):
        if name.startswith("_") or getattr(method, "_api_private", False):
            continue
        first = [cls for cls in type(model).mro() if name in vars(cls)][-1]
        if first.__module__.startswith(ADDONS):
            methods.append((name, method))
    return methods


class PublicMethodCase(ContinuityCommon):
    """A company at work: an order that ships and is paid, a run, a dialog of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= (
            cls.env.ref("base.group_system")
            | cls.env.ref("sales_team.group_sale_manager")
            | cls.env.ref("account.group_account_manager")
        )
        cls.program = cls._create_program()
        cls.parent = cls._create_parent_product(cls.program)
        cls.sale_order = cls._create_sold_order(cls.parent)
        cls.quotation = cls._create_order(cls.parent)
        cls.order = cls.sale_order.continuity_order_ids
        cls._execute("create_child_orders")
        cls._execute("process_payments")
        shipment = cls.order.shipment_ids.filtered(lambda s: s.state == "planned")[0]
        child = cls.order.child_order_ids[:1]
        cls.dialogs = {
            "continuity.cancel": {"order_ids": [Command.set(cls.order.ids)]},
            "continuity.hold": {"order_id": cls.order.id},
            "continuity.pause": {"order_id": cls.order.id},
            "continuity.recap": {"sale_order_id": cls.quotation.id},
            "continuity.return": {"child_order_id": child.id},
            "continuity.shipment.drop": {"shipment_id": shipment.id, "kind": "skip"},
            "continuity.shipment.move": {
                "shipment_id": shipment.id,
                "new_date": shipment.planned_date,
            },
            "continuity.shipment.swap": {
                "shipment_id": shipment.id,
                "line_id": shipment.line_ids[:1].id,
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
            "continuity.run.wizard": {"job": "extend_lines"},
            "continuity.override": {
                "res_model": "account.move",
                "res_ids": cls.env["account.move"].search([], limit=1).ids,
                "reason": "why",
            },
        }
        for model, vals in cls.dialogs.items():
            cls.env[model].create(vals)
        cls.env.flush_all()
        cls.others = {
            "sale.order": cls.sale_order,
            "continuity.shipment": shipment,
            "continuity.order": cls.order,
            "continuity.program": cls.program,
            "continuity.parameters": cls.env["continuity.parameters"].browse(
                cls.company.id
            ),
        }

    def _get_records(self, model, number=1):
        if model._abstract:
            return model
        if number == 1 and model._name in self.others:
            return self.others[model._name]
        return model.search([], limit=number)

    def _get_models(self):
        """Models with public methods of ours, with a count that none was missed."""
        found = [
            (model, methods)
            for model in self.env.values()
            if (methods := get_public_methods(model))
        ]
        self.assertGreaterEqual(len(found), 25)
        self.assertGreaterEqual(sum(len(methods) for __, methods in found), 80)
        return found

    def _call(self, model, name, args, kwargs=None, refused=False):
        """Call as RPC does, and leave nothing behind.

        :param bool refused: a sentence is expected, else it is allowed
        """
        error = None
        savepoint = self.env.cr.savepoint()
        try:
            # What is committed in steps is undone with the rest here
            with patch.object(self.env.cr, "commit", self.env.flush_all):
                call_kw(model, name, args, kwargs or {})
            self.env.flush_all()
        except UserError as caught:
            error = caught
        finally:
            savepoint.close(rollback=True)
        if refused:
            self.assertTrue(error, f"{model._name}.{name} took it")
        if error:
            self.assertTrue(str(error).strip())
            self.assertLess(len(str(error)), 2000)

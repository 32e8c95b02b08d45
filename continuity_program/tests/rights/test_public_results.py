# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.rpc.controllers.xmlrpc import OdooMarshaller

from .public_method_case import PublicMethodCase

#: What arguments are called, and something they take
ARGUMENTS = {
    "date": "2027-05-01",
    "expiry_date": "2035-05-31",
    "job": "extend_lines",
    "key": "accounts",
    "kind": "paid",
    "new_date": "2027-05-01",
    "reason": "the customer called",
    "resume_date": "2070-05-01",
    "term": "Karen",
}


@tagged("post_install", "-at_install")
class TestPublicResults(PublicMethodCase):
    """What a public method returns can be sent: XML-RPC knows no None."""

    def _get_arguments(self, method):
        """Something for every argument that has to be there."""
        known = {**ARGUMENTS, "partner_id": self.customer.id}
        return {
            name: known[name]
            for name in inspect.signature(method).parameters
            if name in known
        }

    def _call_and_send(self, model, name, args, kwargs):
        """Call as RPC does, send the result, and leave nothing behind.

        :return: whether there was a result
        """
        savepoint = self.env.cr.savepoint()
        try:
            with patch.object(self.env.cr, "commit", self.env.flush_all):
                result = call_kw(model, name, args, kwargs)
            self.env.flush_all()
        except UserError:
            return False
        finally:
            savepoint.close(rollback=True)
        OdooMarshaller(allow_none=False).dumps((result,))
        return True

    def test_every_result_is_sent(self):
        sent, asked = set(), set()
        for model, methods in self._get_models():
            for name, method in methods:
                is_model = getattr(method, "_api_model", False)
                kwargs = self._get_arguments(method)
                asked.add(name)
                calls = [[]] if is_model else []
                calls += [] if is_model else [[self._get_records(model).ids]]
                calls += [] if is_model else [[r.id] for r in self._get_more(model)]
                for args in calls:
                    for more in (kwargs, {}):
                        with self.subTest(f"{model._name}.{name}", args=args):
                            if self._call_and_send(model, name, args, more):
                                sent.add(name)
        # The others refuse these records: that is no result
        self.assertGreater(len(sent), 0.6 * len(asked), sorted(asked - sent))

    def _get_more(self, model):
        """Other records: some methods only work on drafts, or on what is done."""
        if model._abstract or model._transient:
            return model.browse()
        return model.search([], limit=3, order="id desc")

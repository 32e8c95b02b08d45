# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who types what into which record."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time
from odoo.tools import SQL

from ...models.base.typed import ADDONS
from ..common import ACCOUNTANT, MANAGER, SELLER, SELLER_ALL, ContinuityCommon

#: Groups by role; roles of apps that are not installed are left out.
ROLES = {
    "seller": SELLER,
    "seller_all": SELLER_ALL,
    "manager": MANAGER,
    "accountant": ACCOUNTANT,
    "stock": "stock.group_stock_user",
    "portal": "base.group_portal",
    "settings": "base.group_system",
    "everything": f"{MANAGER},account.group_account_manager,base.group_system",
}
#: What a field may hold, by its type: something, and the ways to say nothing
SAMPLES = {
    "boolean": True,
    "char": "typed",
    "date": "2020-01-01",
    "datetime": "2020-01-01 12:00:00",
    "float": 7.0,
    "html": "typed",
    "integer": 7,
    "json": [["2020-01-01", 7.0]],
    "monetary": 7.0,
    "text": "typed",
    "many2many": [Command.clear()],
    "one2many": [Command.clear()],
}


class TypedCase(ContinuityCommon):
    """A running order with a child, a quotation, and people with rights on them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.book = cls._create_parent_product(cls.program)
        cls.seller = cls._create_user("typed_seller", SELLER_ALL)
        cls.manager = cls._create_user("typed_manager", MANAGER)
        cls.accountant = cls._create_user("typed_accountant", ACCOUNTANT)
        with freeze_time("2027-09-10 12:00:00"):
            cls.order = cls._create_sold_order(cls.book)
            cls.continuity = cls.order.continuity_order_ids
            cls._execute("create_child_orders", sale_order=cls.order)
            cls.child = cls.continuity.child_order_ids
            cls.draft = cls._create_order(cls.book)
        cls.draft_continuity = cls.draft.continuity_order_ids

    def _refused(self, message="cannot be typed", error=UserError):
        return self.assertRaisesRegex(error, message)


class WalkCase(TypedCase):
    """All models with fields of ours, with a record of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-15 12:00:00"):
            cls.invoice = cls.child._create_invoices()
            cls._execute("check_balances", sale_order=cls.order)
            # Odoo passes over a line whose value stays
            cls.invoice.invoice_line_ids.write(
                {
                    "continuity_credit": "units",
                    "continuity_shipment_line_id": (
                        cls.continuity.shipment_ids.line_ids[0].id
                    ),
                }
            )
        cls.users = {
            role: cls._create_user(f"walk_{role}", groups)
            for role, groups in ROLES.items()
            if all(cls.env.ref(g, raise_if_not_found=False) for g in groups.split(","))
        }
        cls.order.user_id = cls.draft.user_id = cls.users["seller"]
        cls.continuity.user_id = cls.users["seller"]
        cls.users["portal"].partner_id.parent_id = cls.customer
        cls.models = [
            model
            for model in (cls.env[name] for name in sorted(cls.env.registry))
            if model._auto and not model._transient and not model._abstract
            if cls._get_own_fields(model)
        ]

    @classmethod
    def _get_own_fields(cls, model):
        """Fields of ours that a write changes something of."""
        return [
            field
            for field in model._fields.values()
            if any(module.startswith(ADDONS) for module in field._modules)
            and (field.store or field.inverse)
            and not field.inherited
        ]

    @classmethod
    def _get_unlisted(cls, model):
        typed = model._get_continuity_typed()
        return [f for f in cls._get_own_fields(model) if f.name not in typed]

    def _get_records(self, model):
        """Records of ours to walk over."""
        mine = {
            "sale.order": self.order | self.child | self.draft,
            "sale.order.line": (self.order | self.child | self.draft).order_line,
            "account.move": self.invoice,
            "account.move.line": self.invoice.invoice_line_ids,
            "res.partner": self.customer,
            "res.company": self.company,
            "product.template": self.book.product_tmpl_id,
        }
        return mine.get(model._name) or model.sudo().search([], limit=2)

    def _get_sample(self, field):
        if field.type == "selection":
            values = field.get_values(self.env)
            return values[-1]
        if field.type == "many2one":
            return self.env[field.comodel_name].sudo().search([], limit=1).id or 1
        return SAMPLES[field.type]

    def _read_tables(self):
        """Everything that stands in the tables of these models."""
        self.env.flush_all()
        tables = {}
        for table in {model._table for model in self.models}:
            tables[table] = self.env.execute_query(
                SQL("SELECT t::text FROM %s t ORDER BY id", SQL.identifier(table))
            )
        return tables

    def _assert_refused(self, call, **what):
        """The door is closed with a sentence, for the reason meant."""
        try:
            if str(what["field"]).startswith("account."):
                # Documents touch others before they come to the door
                with self.env.cr.savepoint():
                    call()
            else:
                call()
        except AccessError:
            return
        except UserError as error:
            if "cannot be typed" in str(error):
                return
            self.fail(f"{what} was refused for another reason: {error}")
        self.fail(f"{what} was accepted")

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from contextlib import contextmanager
from datetime import date, datetime
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

SELLER = "sales_team.group_sale_salesman"
SELLER_ALL = "sales_team.group_sale_salesman_all_leads"
MANAGER = "sales_team.group_sale_manager"
ACCOUNTANT = "account.group_account_invoice"


class ContinuityCommon(BaseCommon):
    """The ground every test of the addon stands on.

    A company with the generic chart of accounts, up-front accounts, a card provider
    that answers what its token says, a customer, three goods of 30.00 without tax, and
    helpers with defaults. No demo data. Tests freeze the clock themselves.
    """

    @classmethod
    def get_default_groups(cls):
        return (
            super().get_default_groups()
            | cls.env.ref(MANAGER)
            | cls.env.ref("account.group_account_manager")
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.get_default_groups()
        # Several workers test in copies of one database
        cls.env["continuity.database"]._store_current()
        cls._keep_the_transaction()
        cls._setup_accounting()
        cls._setup_provider()
        # Figures are followed to the last cent
        cls.company.continuity_smallest_charge = 0.0
        cls.customer = cls._create_partner(
            name="Karen Berg", email="karen.berg@example.com"
        )
        cls.goods = cls.env["product.product"].create(
            [cls._goods_vals(name) for name in ("Goods A", "Goods B", "Goods C")]
        )
        cls.goods_a, cls.goods_b, cls.goods_c = cls.goods

    # === SET-UP === #

    @classmethod
    def _keep_the_transaction(cls):
        """Let buttons that commit between two cards keep the test's transaction."""
        payments = cls.env.registry["continuity.payment"]
        cls.startClassPatcher(
            patch.object(
                payments,
                "_get_button_run",
                lambda self: self.env["continuity.run"],
            )
        )

    @classmethod
    def _setup_accounting(cls):
        company = cls.company
        if not company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=company, install_demo=False
            )
        company.account_sale_tax_id = False
        cls.prepayment_account = cls._create_account(
            "Customer prepayments", "CPRE01", "liability_current"
        )
        cls.outstanding_account = cls._create_account(
            "Outstanding card receipts", "COUT01", "asset_current"
        )
        cls.revenue_journal = cls.env["account.journal"].create(
            {
                "name": "Continuity revenue",
                "code": "CREV",
                "type": "sale",
                "company_id": company.id,
            }
        )
        company.write(
            {
                "continuity_prepayment_account_id": cls.prepayment_account.id,
                "continuity_revenue_journal_id": cls.revenue_journal.id,
            }
        )

    @classmethod
    def _create_account(cls, name, code, account_type):
        return cls.env["account.account"].create(
            {
                "name": name,
                "code": code,
                "account_type": account_type,
                "reconcile": True,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )

    @classmethod
    def _setup_provider(cls):
        """Use the demo provider of Odoo: it answers what the token is made to say."""
        cls.provider = cls.env.ref("payment.payment_provider_demo").sudo()
        cls.provider.write({"state": "test", "is_published": True})
        cls.card_method = cls.env.ref("payment_demo.payment_method_demo").sudo()
        cls.card_method.active = True
        cls.provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == cls.provider
        ).payment_account_id = cls.outstanding_account

    @classmethod
    def _goods_vals(cls, name, price=30.0, **values):
        return {
            "name": name,
            "type": "consu",
            "list_price": price,
            "invoice_policy": "order",
            "taxes_id": [Command.clear()],
            **values,
        }

    # === HELPERS === #

    @classmethod
    def _create_token(cls, answer="done", expiry=date(2035, 12, 31), **values):
        """A stored card that makes the provider answer done/pending/cancel/error."""
        return (
            cls.env["payment.token"]
            .sudo()
            .create(
                {
                    "provider_id": cls.provider.id,
                    "payment_method_id": cls.card_method.id,
                    "partner_id": cls.customer.id,
                    "provider_ref": "card of the test",
                    "payment_details": "4242",
                    "demo_simulated_state": answer,
                    "expiry_date": expiry,
                    **values,
                }
            )
        )

    @classmethod
    def _event_vals(cls, product, days=0, **values):
        """Values of an event that sends one product."""
        quantity = values.pop("quantity", 1.0)
        price = values.pop("price", None)
        line = {"product_id": product.id, "quantity": quantity}
        if price is not None:
            line.update(price_overridden=True, price_unit=price)
        return {
            "days_from_last": days,
            "line_ids": [Command.create(line)],
            **values,
        }

    @classmethod
    def _create_program(cls, code="CP-88000", events=None, is_open=True, **values):
        """Program of three events, 30 days apart, first event, no prompts."""
        if events is None:
            events = [
                cls._event_vals(cls.goods_a),
                cls._event_vals(cls.goods_b, days=30),
                cls._event_vals(cls.goods_c, days=30, action="end"),
            ]
        program = cls.env["continuity.program"].create(
            {
                "name": f"Program {code}",
                "code": code,
                "order_start": "first",
                "event_ids": [
                    Command.create({"sequence": number, **event})
                    for number, event in enumerate(events, start=1)
                ],
                **values,
            }
        )
        if is_open:
            program.action_open()
        return program

    @classmethod
    def _create_parent_product(cls, program, name="Book of the month", **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "list_price": 0.0,
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
                "continuity_program_id": program.id,
                **values,
            }
        )

    @classmethod
    def _create_order(cls, product, order_date=None, quantity=1.0, **values):
        """Quotation for the parent product; `order_date` is a naive UTC moment."""
        if isinstance(order_date, date) and not isinstance(order_date, datetime):
            order_date = datetime(order_date.year, order_date.month, order_date.day, 12)
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                **({"date_order": order_date} if order_date else {}),
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                ],
                **values,
            }
        )

    @classmethod
    def _create_sold_order(cls, product, token=None, **values):
        """Order submitted with a good card."""
        order = cls._create_order(product, **values)
        order.continuity_order_ids.write(
            {
                "payment_method": "card",
                "payment_token_id": (token or cls._create_token()).id,
            }
        )
        order.action_confirm()
        return order

    @classmethod
    def _short(cls, references):
        """Leave out of references what differs from installation to installation.

        `CP42-7K3MXQ2-1` becomes `CP42-1`.
        """
        return [re.sub(r"-[2-9A-HJ-NP-Z]{2,7}-", "-", text) for text in references]

    @classmethod
    def _create_user(cls, login, groups):
        return new_test_user(cls.env, login=login, groups=groups)

    @classmethod
    def _execute(cls, job, **values):
        return cls.env["continuity.run"].execute(job, **values)

    @contextmanager
    def _counting_queries(self, counts):
        """Count the queries of the block: with nothing read before it, and everything
        written at its end.

        :param list counts: the number is appended to it
        """
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        yield
        self.env.flush_all()
        counts.append(self.env.cr.sql_log_count - before)

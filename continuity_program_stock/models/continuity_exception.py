# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, html2plaintext

from odoo.addons.continuity_program.models.exceptions.continuity_exception_mend import (
    MANAGER,
    Mend,
)

_logger = logging.getLogger(__name__)

BUYER = "stock.group_stock_user"
#: Somebody is told so many days before goods would have to be ordered at the latest
TOLD_BEFORE = 14
#: What a person is told by
SHORT = "continuity_program_stock.mail_activity_stock_short"


class ContinuityException(models.Model):
    """What stands in the way in the warehouse: too few goods, transfers that wait."""

    _inherit = "continuity.exception"

    picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )

    @api.model
    def _get_reasons(self):
        """Override of `continuity_program`: those of the warehouse."""
        texts = {
            "stock_short": self.env._("Stock short"),
            "transfer_blocked": self.env._("Transfer must not leave"),
        }
        return [*super()._get_reasons(), *texts.items()]

    # === WHAT HELPS === #

    @api.model
    def _get_ways(self):
        """Override of `continuity_program`: what helps in the warehouse."""
        return {
            **super()._get_ways(),
            "stock_short": ("replenish", "late_item"),
            "transfer_blocked": ("charge", "allow_transfer", "open_payments"),
        }

    @api.model
    def _get_screens(self):
        """Override of `continuity_program`: where goods are ordered."""
        return {
            **super()._get_screens(),
            "replenish": ("stock.action_orderpoint_replenish", BUYER),
        }

    @api.model
    def _get_buttons(self):
        """Override of `continuity_program`: buttons of transfers and goods."""
        return {
            **super()._get_buttons(),
            "late_item": Mend("product_id", "action_open_late_item", MANAGER),
            "allow_transfer": Mend("picking_id", "action_continuity_override", MANAGER),
        }

    @api.model
    def _get_group_names(self):
        """Override of `continuity_program`: who works in the warehouse."""
        return {**super()._get_group_names(), BUYER: self.env._("an inventory user")}

    # === TRANSFERS === #

    @api.model
    def _get_following(self):
        """Override of `continuity_program`: another transfer of the parcel waits."""
        return (*super()._get_following(), "picking_id")

    def _get_candidate_conditions(self, look):
        """Override of `continuity_program`: orders with a transfer that must wait."""
        return {
            **super()._get_candidate_conditions(look),
            "transfer": SQL(
                """EXISTS (SELECT FROM stock_picking t
                            WHERE t.continuity_order_id = o.id
                              AND t.state NOT IN ('done', 'cancel')
                              AND t.sale_id IN (%s))""",
                self.env["sale.order"]._get_continuity_blocked_sql(),
            ),
        }

    def _get_finders(self):
        """Override of `continuity_program`: transfers come behind shipments."""
        finders = super()._get_finders()
        return [*finders[:2], self._find_transfers, *finders[2:]]

    def _find_transfers(self, orders, look, found):
        """Transfers that must not leave: what they send was not paid, or is held."""
        # Found for all orders at once; only those few are asked why
        rows = self.env.execute_query(
            SQL(
                """SELECT t.id
                     FROM stock_picking t
                    WHERE t.continuity_order_id IN %s
                      AND t.state NOT IN ('done', 'cancel')
                      AND t.sale_id IN (%s)
                    ORDER BY t.scheduled_date, t.id""",
                tuple(orders.ids),
                self.env["sale.order"]._get_continuity_blocked_sql(),
            )
        )
        pickings = self.env["stock.picking"].browse(row[0] for row in rows)
        values = []
        for picking, text in pickings._get_continuity_blocks().items():
            shipments = picking.continuity_order_id.shipment_ids.filtered(
                lambda s, picking=picking: s.child_order_id == picking.sale_id
            )
            if shipments:
                values.append(
                    self._prepare_parcel(
                        shipments, "transfer_blocked", text, picking_id=picking.id
                    )
                )
        return values

    # === GOODS === #

    @api.model
    def _find_of_company(self, look):
        """Override of `continuity_program`: goods there are too few of."""
        return {**super()._find_of_company(look), **self._find_short(look)}

    def _find_short(self, look):
        """Find goods that may break before new ones would be there.

        :param Look look: see `_get_look`
        :return: values of rows, by key
        :rtype: dict[str, dict]
        """
        lines = self.env["continuity.forecast.line"].search(
            [
                ("company_id", "=", look.company_id.id),
                ("forecast_id.is_current", "=", True),
                ("level", "=", "stock"),
                ("break_early", "!=", False),
            ],
            order="week, id",
        )
        found = {}
        for (product, warehouse), mine in lines.grouped(
            lambda line: (line.product_id, line.warehouse_id)
        ).items():
            day = mine[0].break_early
            if day > look.today + timedelta(
                days=self._get_lead_days(product, warehouse) + TOLD_BEFORE
            ):
                continue
            # The line in which it breaks says by how much
            until = mine[0].break_date or day
            at_break = mine.filtered(lambda line, until=until: line.week <= until)
            key = f"stock/{look.company_id.id}/{product.id}/{warehouse.id}/stock_short"
            found[key] = self._prepare_company(
                look,
                "stock_short",
                (at_break or mine)[-1 if at_break else 0]._get_stock_sentence(),
                product_id=product.id,
                due_date=day,
                owner_id=self._get_buyer(look.company_id, product).id,
            )
        return found

    def _get_lead_days(self, product, warehouse):
        """Say how many days new goods need, by the rules of the warehouse.

        :return: 0 if the rules lead nowhere
        :rtype: float
        """
        try:
            rules = product._get_rules_from_location(warehouse.lot_stock_id)
            lead_days, _description = rules.with_context(
                bypass_delay_description=True
            )._get_lead_days(product)
        except UserError as error:
            # Rules that go in a circle: the other exceptions are found all the same
            _logger.info("%s: %s", product.display_name, error)
            return 0.0
        return lead_days["total_delay"]

    def _get_buyer(self, company, product):
        """Return who is told: who looks after the product, else after the processes.

        :rtype: res.users
        """
        return company._continuity_get_responsible(
            product.with_company(company).responsible_id
        )

    @api.model
    def _refresh_company(self, company):
        """Override of `continuity_program`: who orders goods is told, once."""
        result = super()._refresh_company(company)
        self._in_company(company)._tell_buyers()
        return result

    @api.model
    def _refresh_short(self, company):
        """Look at goods alone: what is needed of them was worked out anew.

        :param res.company company: whose forecast it is
        """
        rows = self._in_company(company)
        look = rows._get_look(company)
        known = rows.search(
            [
                ("company_id", "=", company.id),
                ("reason", "=", "stock_short"),
                ("closed_on", "=", False),
            ]
        )
        rows._merge(look, known, rows._find_short(look))
        rows._tell_buyers()

    def _tell_buyers(self):
        """Keep one activity for each company and its goods that are short, no other.

        In sudo: goods belong to all companies, and so do their activities.
        """
        rows = self.search([("reason", "=", "stock_short"), ("closed_on", "=", False)])
        short = rows.grouped(lambda row: (row.company_id, row.product_id.id))
        kind = self.env.ref(SHORT, raise_if_not_found=False)
        if not kind:
            # Somebody has deleted it: the exceptions say it all the same
            return
        known = self.env["mail.activity"].search(
            [
                ("activity_type_id", "=", kind.id),
                ("res_model", "=", "product.product"),
            ]
        )
        told = known.grouped(
            lambda activity: (activity.continuity_company_id, activity.res_id)
        )
        known.browse().union(*(told[key] for key in told if key not in short)).unlink()
        for key, mine in short.items():
            note = "\n".join(mine.sorted("due_date").mapped("message"))
            day = min(mine.mapped("due_date"))
            if key in told:
                activity = told[key][:1]
                if html2plaintext(activity.note or "").strip() != note:
                    activity.write({"note": note, "date_deadline": day})
                continue
            mine.product_id.activity_schedule(
                SHORT,
                day,
                note=note,
                user_id=mine.owner_id[:1].id,
                continuity_company_id=mine.company_id.id,
            )

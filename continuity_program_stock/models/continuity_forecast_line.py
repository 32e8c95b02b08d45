# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from odoo.addons.continuity_program.arguments import public


class ContinuityForecastLine(models.Model):
    """What is needed in a week, what is left of it, and when it is not enough."""

    _inherit = "continuity.forecast.line"

    level = fields.Selection(
        selection_add=[("stock", "Warehouse")], ondelete={"stock": "cascade"}
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Where the goods leave from: the warehouse of the parent order.",
    )
    is_stocked = fields.Boolean(readonly=True, help="Odoo counts how much is there.")
    stock_quantity = fields.Float(
        string="Stock left",
        readonly=True,
        aggregator=None,
        help="At the end of the week: on hand, with what comes in until then, without"
        " what has been promised and without what members are expected to take.",
    )
    break_date = fields.Date(
        string="Breaks",
        readonly=True,
        help="From this week on, less is in stock than members are expected to take.",
    )
    break_early = fields.Date(
        string="Breaks early",
        readonly=True,
        help="The same, if members take as much as they do in one case of ten.",
    )

    is_break = fields.Boolean(
        readonly=True,
        help="One line for each product of a warehouse that runs out, sooner or later:"
        " the week this is sure, else the week it may happen.",
    )

    def _get_why_sentences(self):
        """Override of `continuity_program`: say what is there and when it breaks."""
        sentences = super()._get_why_sentences()
        if self.is_stocked:
            sentences.insert(2, self._get_stock_sentence())
        return sentences

    def _get_stock_sentence(self):
        """Say whether what is there is enough.

        :rtype: str
        """
        self.ensure_one()
        values = {
            "product": self.product_id.display_name,
            "there": self._format(self.stock_quantity + self.needed),
            "needed": self._format(self.needed),
            "high": self._format(self.needed_high, 0),
            "day": format_date(self.env, self.break_date),
            "early": format_date(self.env, self.break_early),
        }
        if self.break_date and self.break_date != self.break_early:
            return self.env._(
                "%(product)s runs out on %(day)s, perhaps on %(early)s. To the end of"
                " this week: %(there)s in stock, %(needed)s needed, up to %(high)s.",
                **values,
            )
        if self.break_date:
            return self.env._(
                "%(product)s runs out on %(day)s. To the end of this week: %(there)s in"
                " stock, %(needed)s needed, up to %(high)s.",
                **values,
            )
        if self.break_early:
            return self.env._(
                "%(product)s may run out on %(early)s. To the end of this week:"
                " %(there)s in stock, %(needed)s needed, up to %(high)s.",
                **values,
            )
        return self.env._(
            "%(product)s does not run out. To the end of this week: %(there)s in stock,"
            " %(needed)s needed, up to %(high)s.",
            **values,
        )

    # === ACTIONS === #

    @public()
    def action_create_orderpoints(self):
        """Create reordering rules for the marked goods, where there are none.

        They order nothing by themselves: minimum and maximum are 0, and a person
        presses the button. With the setting of the company they see what members need.

        :return: the rules of these goods
        :rtype: dict
        :raise UserError: none of the lines is about goods that are counted
        """
        self.check_access("read")
        goods = self.filtered("is_stocked")
        if not goods:
            raise UserError(
                self.env._(
                    "Mark lines of goods whose quantity is tracked. There are no"
                    " reordering rules for anything else."
                )
            )
        places = goods.filtered("warehouse_id")
        everywhere = goods - places
        places |= self.search(
            [
                ("forecast_id", "in", everywhere.forecast_id.ids),
                ("level", "=", "stock"),
                ("product_id", "in", everywhere.product_id.ids),
            ]
        )
        self.env["stock.warehouse.orderpoint"]._create_continuity_missing(
            {(line.product_id, line.warehouse_id) for line in places}
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.action_orderpoint_replenish"
        )
        return {
            **action,
            # Not the address of all rules
            "path": False,
            "context": {},
            "domain": [("product_id", "in", goods.product_id.ids)],
        }

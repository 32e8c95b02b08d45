# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..base.continuity_bounds_mixin import MOST_REPEATS

# What a parent product must be; fields of modules that are not installed do not count.
# The till and the web shop take money for it and then cannot confirm the order.
PARENT_VALUES = {
    "type": "service",
    "service_tracking": "no",
    "expense_policy": "no",
    "available_in_pos": False,
    "is_published": False,
}


class ProductTemplate(models.Model):
    _inherit = "product.template"

    # No check_company: shared products are the normal kind
    continuity_program_id = fields.Many2one(
        comodel_name="continuity.program",
        string="Continuity program",
        index="btree_not_null",
        ondelete="restrict",
        help="Selling this product starts a continuity order of this program.",
    )
    continuity_event_duration = fields.Integer(
        string="Event duration",
        help="Number of events of the program this product contains. 0 = all events."
        " Repeats belong to their event and are not counted.",
    )

    _continuity_event_duration_positive = models.Constraint(
        "CHECK(continuity_event_duration >= 0)",
        "Event duration is 0 (all events) or a number of events.",
    )

    @api.constrains(
        lambda self: [
            "continuity_program_id",
            "company_id",
            *(name for name in PARENT_VALUES if name in self._fields),
        ]
    )
    def _check_continuity_program(self):
        """Refuse products that cannot stand for a program."""
        for template in self.filtered("continuity_program_id"):
            problem = (
                template._get_continuity_kind_problem()
                or template._get_continuity_use_problem()
            )
            if problem:
                raise ValidationError(problem)

    @api.constrains("continuity_program_id")
    def _check_continuity_open_lines(self):
        """Refuse a program while the product is on its way as an ordinary one.

        What was confirmed stays what it was, and lines that have a series keep it.
        """
        for template in self.filtered("continuity_program_id"):
            if order := template._get_continuity_open_order():
                raise ValidationError(
                    self.env._(
                        "%(product)s is an ordinary product on %(order)s, which is not"
                        " finished, and cannot start a program there. Take it off that"
                        " order, or use a product of its own for the program.",
                        product=template.display_name,
                        order=order.display_name,
                    )
                )

    @api.constrains("continuity_event_duration")
    def _check_continuity_event_duration(self):
        for template in self:
            if template.continuity_event_duration > MOST_REPEATS:
                raise ValidationError(
                    self.env._(
                        "%(product)s: “Event duration” is %(most)s events at most.",
                        product=template.display_name,
                        most=MOST_REPEATS,
                    )
                )

    @api.constrains("continuity_program_id", "taxes_id")
    def _check_continuity_taxes(self):
        """A parent product billed upfront bears the taxes of its goods."""
        for template in self.filtered("continuity_program_id.bill_upfront"):
            program = template.continuity_program_id
            if program.state == "open":
                program._check_upfront_taxes(template, program.company_id)

    def _get_continuity_kind_problem(self):
        """Tell which setting of a parent product is wrong."""
        self.ensure_one()
        for name, value in PARENT_VALUES.items():
            if name in self._fields and (self[name] or False) != value:
                return self.env._(
                    "%(product)s cannot stand for a continuity program: “%(field)s”"
                    " must be “%(value)s”. Change it, or use a product of its own for"
                    " the program.",
                    product=self.display_name,
                    field=self._fields[name]._description_string(self.env),
                    value=self._describe_parent_value(name, value),
                )
        return False

    def _describe_parent_value(self, name, value):
        """Return a required value in the words of the form."""
        if self._fields[name].type != "selection":
            return self.env._("off")
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels.get(value, value)

    def _get_continuity_use_problem(self):
        """Tell where a parent product is used in a way it cannot be."""
        self.ensure_one()
        program = self.continuity_program_id
        if self.company_id and self.company_id != program.company_id:
            return self.env._(
                "%(product)s belongs to %(company)s, but program %(program)s to"
                " %(other)s. Choose a program of the same company.",
                product=self.display_name,
                company=self.company_id.name,
                program=program.code,
                other=program.company_id.name,
            )
        variants = self.with_context(active_test=False).product_variant_ids
        line = self.env["continuity.event.line"].search(
            [("product_id", "in", variants.ids)], limit=1
        )
        if line:
            return self.env._(
                "%(product)s is shipped by event %(number)s of program %(program)s. A"
                " product inside a program cannot start one: use a product of its own.",
                product=self.display_name,
                number=line.event_id.number,
                program=line.event_id.program_id.code,
            )
        choice = self.env["product.combo.item"].search(
            [("product_id", "in", variants.ids)], limit=1
        )
        if choice:
            return self.env._(
                "%(product)s is a choice of combo %(combo)s and cannot start a program:"
                " use a product of its own.",
                product=self.display_name,
                combo=choice.combo_id.name,
            )
        return False

    def _get_continuity_open_order(self):
        """Return an order on which the product is an ordinary one, and not sold yet.

        :return: a quotation, or a continuity order that sends it; in sudo
        :rtype: sale.order | continuity.order
        """
        self.ensure_one()
        variants = self.with_context(active_test=False).product_variant_ids
        # Orders of other sellers, and of other companies, count as well
        env_sudo = self.sudo().env
        line = env_sudo["sale.order.line"].search(
            [
                ("product_id", "in", variants.ids),
                ("state", "in", ("draft", "sent")),
                ("product_uom_qty", ">", 0),
                ("continuity_order_ids", "=", False),
            ],
            limit=1,
        )
        if line:
            return line.order_id
        goods = env_sudo["continuity.shipment.line"].search(
            [
                ("product_id", "in", variants.ids),
                ("shipment_id.state", "=", "planned"),
            ],
            limit=1,
        )
        return goods.shipment_id.continuity_order_id

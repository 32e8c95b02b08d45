# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

#: Orders of a continuity program
PROGRAM_TYPES = ("parent", "child")


class ContinuityTypedMixin(models.AbstractModel):
    """What Odoo computes of an order or a document of a program, nobody types.

    Odoo shows it read-only, and takes it by RPC: a total of 0.01 was charged, a line
    was invoiced, an invoice paid, because somebody wrote so.
    """

    _inherit = "continuity.typed.mixin"

    def _get_continuity_program_records(self):
        """Return the records of Odoo's models that belong to a program.

        :return: of our models none: their lists say what is typed
        """
        return self.browse()

    @api.model
    def _get_continuity_computed(self, names):
        """Return which of these fields are computed, stored and for reading only.

        :param names: names of fields
        :rtype: list[str]
        """
        fields = (self._fields.get(name) for name in names)
        return sorted(
            field.name
            for field in fields
            if field and field.store and field.compute and field.readonly
        )

    def _check_continuity_computed(self, vals):
        """Refuse other values than those that were computed.

        Some forms send back what they show.

        :param dict vals: what is written
        :raise UserError: naming the record and the fields
        """
        names = self._get_continuity_computed(vals)
        records = self._get_continuity_program_records() if names else self.browse()
        for record in records:
            record._refuse_computed(
                [name for name in names if record._is_other(name, vals[name])]
            )

    def _refuse_computed(self, names):
        """Refuse fields that are computed.

        :param list[str] names: names of the fields; empty = nothing to refuse
        :raise UserError: naming the record and the fields
        """
        if names:
            raise UserError(
                self.env._(
                    "%(fields)s of %(record)s cannot be typed: it is computed."
                    " Change what it is computed from.",
                    fields=self._get_continuity_labels(names),
                    record=self.display_name,
                )
            )

    def _is_other(self, name, value):
        """Say whether a value differs from that of the record.

        :param str name: name of the field
        :param value: what is written
        :rtype: bool
        """
        current = self._fields[name].convert_to_write(self[name], self)
        return current != value and bool(current or value)

    def _compute_continuity_sent(self, vals_list):
        """Compute anew what is computed and was sent for new records.

        :param list[dict] vals_list: values of the records
        """
        names = self._get_continuity_computed(set().union(*vals_list))
        records = self._get_continuity_program_records() if names else self.browse()
        for name in names:
            self.env.add_to_compute(self._fields[name], records)


class SaleOrder(models.Model):
    """Parent and child orders."""

    _inherit = "sale.order"

    def _get_continuity_program_records(self):
        """Override: parent and child orders."""
        return self.filtered(lambda order: order.continuity_type in PROGRAM_TYPES)


class SaleOrderLine(models.Model):
    """Their lines, ordinary goods included."""

    _inherit = "sale.order.line"

    def _get_continuity_program_records(self):
        """Override: all lines of parent and child orders."""
        return self.filtered(
            lambda line: line.order_id.continuity_type in PROGRAM_TYPES
        )

    def _check_continuity_computed(self, vals):
        """Override: what transfers deliver is typed by nobody, as on screen."""
        result = super()._check_continuity_computed(vals)
        if "qty_delivered" in vals:
            for line in self._get_continuity_program_records():
                is_other = line._is_other("qty_delivered", vals["qty_delivered"])
                if line.qty_delivered_method != "manual" and is_other:
                    line._refuse_computed(["qty_delivered"])
        return result


class AccountMove(models.Model):
    """Invoices and credit notes of a continuity order."""

    _inherit = "account.move"

    def _get_continuity_program_records(self):
        """Override: documents of a continuity order."""
        return self.filtered("continuity_order_id")


class AccountMoveLine(models.Model):
    """Their lines."""

    _inherit = "account.move.line"

    def _get_continuity_program_records(self):
        """Override: lines of documents of a continuity order."""
        return self.filtered("move_id.continuity_order_id")

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ...arguments import MAX_INTEGER, SHOWN_TEXT, get_model_name, read_date, read_id


class ContinuityRun(models.Model):
    """The run: what a process is narrowed to, by dialog, RPC, test or scheduler."""

    _inherit = "continuity.run"

    def _prepare_inputs(
        self,
        job,
        *,
        company=None,
        date=None,
        product=None,
        program=None,
        sale_order=None,
        limit=None,
    ):
        """Read what a process is narrowed to, the same for all who start one.

        :param str job: a key of `job`
        :param company: company, or its id; without it the current one
        :param date: day the process works for, also as ISO string; without it the
            company's local today
        :param product: parent product to narrow to, or its id; a template means all its
            variants
        :param program: program to narrow to, or its id
        :param sale_order: parent order to narrow to, or its id
        :param int limit: most child orders to create, or payments to process; 0 = no
            limit; without it what the company says for child orders
        :return: values of the run
        :rtype: dict
        :raise AccessError: when the user may not start this process
        :raise UserError: when the input makes no sense
        """
        company = self._to_record("res.company", company) or self.env.company
        self._check_may_execute(job, company)
        is_template = getattr(product, "_name", None) == "product.template"
        product_model = "product.template" if is_template else "product.product"
        product = self._to_record(product_model, product)
        program = self._to_record("continuity.program", program)
        sale_order = self._to_record("sale.order", sale_order)
        for record in (product, program, sale_order):
            self._check_of_company(record, company)
        if limit is None and job == "create_child_orders":
            # The limit is the company's, whatever its starter may see of it
            limit = company.sudo().continuity_max_child_orders
        return {
            "job": job,
            "company_id": company.id,
            "date": self._to_day(date) or company._continuity_today(),
            "product_tmpl_id" if is_template else "product_id": product.id,
            "program_id": program.id,
            "sale_order_id": sale_order.id,
            "limit": self._to_limit(limit),
        }

    def _to_limit(self, limit):
        """Accept a whole number; none and 0 mean no limit."""
        limit = 0 if limit is None or limit is False else limit
        if type(limit) is not int:
            raise UserError(
                self.env._(
                    "The limit is a whole number, not “%(limit)s”.",
                    limit=str(limit)[:SHOWN_TEXT],
                )
            )
        if limit > MAX_INTEGER:
            raise UserError(self.env._("The limit is too high. 0 means no limit."))
        if limit < 0:
            raise UserError(self.env._("The limit cannot be negative."))
        return limit

    def _to_record(self, model, value):
        """Accept a record or an id, as RPC gives it."""
        if value is None or value is False:
            return self.env[model]
        if isinstance(value, int):
            value = self.env[model].browse(
                read_id(self.env, value, get_model_name(self.env[model]))
            )
        if not (isinstance(value, models.BaseModel) and value._name == model):
            raise UserError(
                self.env._(
                    "%(value)s is not one of: %(model)s.",
                    value=str(value)[:SHOWN_TEXT],
                    model=get_model_name(self.env[model]),
                )
            )
        if not value:
            return value
        if not value.exists():
            raise UserError(
                self.env._(
                    "This record does not exist any more: %(model)s %(ids)s.",
                    model=get_model_name(self.env[model]),
                    ids=value.ids,
                )
            )
        if len(value) > 1:
            raise UserError(
                self.env._(
                    "Choose one: %(model)s, not %(number)s.",
                    model=get_model_name(self.env[model]),
                    number=len(value),
                )
            )
        return value

    def _check_of_company(self, record, company):
        """Refuse filters of another company, without telling what they are called.

        :param models.BaseModel record: what a run is narrowed to, or empty
        :param res.company company: company of the run
        :raise UserError: naming the company of the run
        """
        # Whoever asks may not be allowed to read the company of the record.
        other = record.sudo().company_id - company
        if other:
            raise UserError(
                self.env._(
                    "%(model)s %(id)s belongs to another company than %(company)s."
                    " Start the process for that company instead.",
                    model=get_model_name(record),
                    id=record.id,
                    company=company.name,
                )
            )

    def _to_day(self, value):
        """Accept a date or an ISO string, as RPC gives it."""
        return read_date(self.env, value, self.env._("Date"))

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...arguments import MAX_INTEGER, public, read_field, read_text

MANAGER = "sales_team.group_sale_manager"
ACCOUNTANT = "account.group_account_invoice"
# Characters in front of a number; the whole name must stay readable
MAX_PREFIX = 30


class ContinuityParameters(models.Model):
    """The call-center parameters of a company, for those who may set them.

    Odoo's own settings page opens for system administrators only. This one has a record
    per company and no table: it reads the company, and writes it after asking who may.
    What is set here is what the mixin lists; accountants set what is listed below, the
    manager all else.
    """

    _name = "continuity.parameters"
    _inherit = ["continuity.virtual.mixin", "continuity.parameters.mixin"]
    _description = "Call Center Parameters"
    _auto = False
    _table_query = "SELECT id, id AS company_id FROM res_company"
    _rec_name = "company_id"

    company_id = fields.Many2one(readonly=True)
    may_set_rules = fields.Boolean(compute="_compute_may_set")
    may_set_accounts = fields.Boolean(compute="_compute_may_set")
    checks = fields.Json(compute="_compute_checks")
    # Other roles do not see them
    continuity_prepayment_account_id = fields.Many2one(groups=ACCOUNTANT)
    continuity_revenue_journal_id = fields.Many2one(groups=ACCOUNTANT)
    # Numbers
    order_prefix = fields.Char(
        string="Prefix of continuity orders",
        compute="_compute_order_sequence",
        help="Text in front of the number, such as CO. %(year)s stands for the year.",
    )
    order_next_number = fields.Integer(
        string="Next continuity order",
        compute="_compute_order_sequence",
        help="Number of the next continuity order. It can only go up: a number is"
        " never given twice.",
    )

    # === COMPUTED FIELDS === #

    @api.depends("company_id")
    def _compute_display_name(self):
        for parameters in self:
            parameters.display_name = self.env._(
                "Call center parameters of %s", parameters.company_id.name
            )

    @api.depends_context("uid")
    def _compute_may_set(self):
        self.may_set_rules = self.env.su or self.env.user.has_group(MANAGER)
        self.may_set_accounts = self.env.su or self.env.user.has_group(ACCOUNTANT)

    @api.depends(
        "company_id.continuity_prepayment_account_id",
        "company_id.continuity_revenue_journal_id",
        "company_id.partner_id.tz",
    )
    def _compute_checks(self):
        for parameters in self:
            company = parameters.company_id
            parameters.checks = bool(company) and company._continuity_get_checks()

    @api.depends("company_id")
    def _compute_order_sequence(self):
        for parameters in self:
            sequence_sudo = parameters._get_order_sequence()
            parameters.order_prefix = sequence_sudo.prefix
            parameters.order_next_number = sequence_sudo.number_next_actual

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: every company has its parameters from the beginning."""
        self.check_access("create")
        if vals_list:
            raise UserError(
                self.env._("A company has one page of parameters: open it.")
            )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._("The parameters of a company exist as long as the company.")
        )

    def write(self, vals):
        """Override: there is no table; the companies are written.

        Only what is listed as a parameter is ever written, each under its own name and
        after its value was read; nothing that was sent is passed on as it came.

        :raise AccessError: when one of the values is not the user's to set
        :raise ValidationError: when a name is none of the parameters, or the company
            refuses a value
        """
        self.check_access("write")
        vals = dict(vals)
        if [vals.get("id")] == self.ids:
            # An import names the record beside its values
            del vals["id"]
        self._check_parameters(vals)
        self._check_may_set(vals)
        values = {name: read_field(self, name, value) for name, value in vals.items()}
        # Who asks was checked; a company is the administrator's otherwise.
        companies_sudo = self.company_id.sudo()
        if "continuity_tz" in values:
            companies_sudo.partner_id.tz = values.pop("continuity_tz")
        numbers = {
            name: values.pop(name)
            for name in ("order_prefix", "order_next_number")
            if name in values
        }
        if numbers:
            for parameters in self:
                parameters._set_order_sequence(**numbers)
        # One by one: a name of the list is all that is ever taken over
        companies_sudo.write(
            {
                name: values[name]
                for name in self._get_company_parameters()
                if name in values
            }
        )
        # No value is left: there is no table
        return super().write({})

    def onchange(self, values, field_names, fields_spec):
        """Override: nothing is tried out that could not be written."""
        self._check_parameters(set(values) - set(self._fields))
        settable = self._get_settable_parameters()
        changed = [name for name in field_names if name in settable]
        if self and not changed:
            return {}
        return super().onchange(
            {name: value for name, value in values.items() if name in settable},
            changed,
            fields_spec,
        )

    def _check_parameters(self, names):
        """Refuse what is no parameter.

        :param names: the names that were sent
        :raise ValidationError: names them
        """
        if unknown := set(names) - self._get_settable_parameters():
            raise ValidationError(
                self.env._(
                    "These are no call center parameters: %s.",
                    ", ".join(sorted(map(str, unknown))),
                )
            )

    def _check_may_set(self, names):
        """Refuse what the role of the user does not set.

        :param names: names of the parameters
        :raise AccessError: names the parameters and who sets them
        """
        if self.env.su:
            return
        accounting = set(self._get_accounting_parameters())
        for group, refused in (
            (ACCOUNTANT, accounting.intersection(names)),
            (MANAGER, set(names) - accounting),
        ):
            if refused and not self.env.user.has_group(group):
                raise AccessError(
                    self.env._(
                        "These parameters are set by the role “%(role)s”:"
                        " %(parameters)s.",
                        # Everybody is told whom to ask, whatever he may see of groups
                        role=self.env.ref(group).sudo().full_name,
                        parameters=", ".join(
                            sorted(
                                self._fields[name]._description_string(self.env)
                                for name in refused
                            )
                        ),
                    )
                )

    # === ACTIONS === #

    @api.model
    @public()
    def action_open(self):
        """Open the parameters of the current company."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Call center parameters"),
            "res_model": self._name,
            "res_id": self.env.company.id,
            "views": [(False, "form")],
        }

    @public(one=True, key=read_text)
    def action_open_check(self, key):
        """Open where a point of the check list is mended.

        :param str key: the point; see `res.company._continuity_get_checks`
        """
        self.ensure_one()
        xmlids = {check["key"]: check["action"] for check in self.checks}
        if not xmlids.get(key):
            raise UserError(self.env._("There is nothing here that you could open."))
        return self.env["ir.actions.act_window"]._for_xml_id(xmlids[key])

    # === HELPERS === #

    @api.model
    def _get_accounting_parameters(self):
        """List the parameters accountants set; all others are the manager's."""
        return [
            "continuity_prepayment_account_id",
            "continuity_revenue_journal_id",
            "continuity_upfront_invoicing",
        ]

    @api.model
    def _get_manager_parameters(self):
        """List the fields of the company that the manager sets.

        A field that is new is written by nobody until it stands here.
        """
        return [
            "continuity_delivery_days",
            "continuity_repeat_threshold",
            "continuity_max_child_orders",
            "continuity_max_catchup",
            "continuity_run_retention_days",
            "continuity_responsible_id",
            "continuity_any_agent",
            "continuity_authorize_child",
            "continuity_charge_first_at_submit",
            "continuity_retry_limit",
            "continuity_retry_days",
            "continuity_retry_on_submit",
            "continuity_smallest_charge",
            "continuity_pending_days",
            "continuity_bill_days",
            "continuity_card_failures_order",
            "continuity_card_failures_customer",
            "continuity_link_days",
            "continuity_authenticate_days",
            "continuity_try_expired",
            "continuity_mail_order_submitted",
            "continuity_mail_child_created",
            "continuity_mail_payment_charged",
            "continuity_mail_payment_billed",
            "continuity_mail_payment_declined",
            "continuity_mail_payment_authenticate",
            "continuity_mail_card_warning",
            "continuity_mail_order_ended",
            "continuity_exception_days",
            "continuity_stalled_days",
            "continuity_forecast_weeks",
            "continuity_forecast_strength",
            "continuity_forecast_window",
            "continuity_payment_fee_percent",
            "continuity_card_warning_days",
            "continuity_invoice_children",
        ]

    @api.model
    def _get_company_parameters(self):
        """List the fields of the company that are set here.

        :rtype: list[str]
        """
        return self._get_manager_parameters() + self._get_accounting_parameters()

    @api.model
    def _get_settable_parameters(self):
        """Return the names of everything that is set here.

        :rtype: set[str]
        """
        return {
            "continuity_tz",
            "order_prefix",
            "order_next_number",
            *self._get_company_parameters(),
        }

    def _get_order_sequence(self):
        """Return the sequence that numbers the company's continuity orders."""
        self.ensure_one()
        # Sequences are the administrator's; who may set this one was checked
        return (
            self.env["ir.sequence"]
            .sudo()
            .search(
                [
                    ("code", "=", "continuity.order"),
                    ("company_id", "in", (self.company_id.id, False)),
                ],
                order="company_id",
                limit=1,
            )
        )

    def _set_order_sequence(self, order_prefix=None, order_next_number=None):
        """Change the numbers of the company's continuity orders.

        The first change gives a company a sequence of its own, unless it is the only
        company: the numbers of the others are not its to change.

        :param str order_prefix: text in front of the number; None = as it is
        :param int order_next_number: next number; None = as it is
        :raise ValidationError: the number was given already
        """
        sequence_sudo = self._get_order_sequence()
        is_new_prefix = order_prefix is not None and order_prefix != (
            sequence_sudo.prefix or ""
        )
        number = sequence_sudo.number_next_actual
        if order_next_number is not None:
            # The sequence adds one with every order
            if order_next_number > MAX_INTEGER // 2:
                raise ValidationError(
                    self.env._(
                        "The next continuity order cannot get number %(number)s:"
                        " %(most)s is the highest.",
                        number=order_next_number,
                        most=MAX_INTEGER // 2,
                    )
                )
            if order_next_number < (1 if is_new_prefix else number):
                raise ValidationError(
                    self.env._(
                        "The next continuity order cannot get number %(number)s: with"
                        " this prefix, %(next)s is the lowest that is free.",
                        number=order_next_number,
                        next=1 if is_new_prefix else number,
                    )
                )
            number = order_next_number
        # Companies that the manager does not work in share the sequence, too
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        if not sequence_sudo.company_id and companies.search_count([], limit=2) > 1:
            sequence_sudo = sequence_sudo.copy({"company_id": self.company_id.id})
        if is_new_prefix:
            sequence_sudo.prefix = read_text(
                self.env, order_prefix, self.env._("Prefix"), MAX_PREFIX
            )
            # Says which placeholder it does not know
            sequence_sudo._get_prefix_suffix()
        sequence_sudo.number_next_actual = number
        self.invalidate_recordset(["order_prefix", "order_next_number"])

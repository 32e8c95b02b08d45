# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..arguments import public
from ..fingerprint import take_fingerprint
from ..models.offer.continuity_program_update import UPDATE_FIELDS

#: Days between the release and the day a dearer price counts, unless the manager says
NOTICE_DAYS = 30
#: Orders the preview looks at; the full list is the preview of the batch process
SHOWN_ORDERS = 500


class ContinuityUpdateRelease(models.TransientModel):
    """Apply a program to its running orders: first the difference (rules N85).

    What it shows is what the job will do: the same code, rolled back.
    """

    _name = "continuity.update.release"
    _inherit = ["continuity.dialog"]
    _description = "Apply a Program to Running Orders"
    _dialog_results = frozenset(
        {"previewed_date", "previewed_program", "order_count", "line_ids", "has_dearer"}
    )

    program_id = fields.Many2one(
        comodel_name="continuity.program",
        string="Continuity program",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="program_id.company_id")
    notice_date = fields.Date(
        string="Dearer prices from",
        compute="_compute_notice_date",
        store=True,
        readonly=False,
        precompute=True,
        help="Shipments planned before this day keep their old price when the new one"
        " is dearer. Empty: the new price counts at once.",
    )
    # What the preview was made with: another day needs another preview
    previewed_date = fields.Date(readonly=True)
    # As a fingerprint: a program that was changed since needs another one, too
    previewed_program = fields.Char(readonly=True)
    is_current = fields.Boolean(compute="_compute_is_current")
    is_released = fields.Boolean(compute="_compute_is_released")
    order_count = fields.Integer(string="Running orders", readonly=True)
    has_dearer = fields.Boolean(
        readonly=True, help="A price rises: the day it counts from matters."
    )
    line_ids = fields.One2many(
        comodel_name="continuity.update.release.line",
        inverse_name="release_id",
        string="Orders",
        readonly=True,
    )
    summary = fields.Text(compute="_compute_summary")

    # === COMPUTE METHODS === #

    @api.depends("program_id")
    def _compute_notice_date(self):
        for release in self:
            company = release.program_id.company_id or self.env.company
            release.notice_date = fields.Date.add(
                company._continuity_today(), days=NOTICE_DAYS
            )

    @api.depends("notice_date", "previewed_date", "previewed_program")
    def _compute_is_current(self):
        for release in self:
            release.is_current = (
                release.notice_date == release.previewed_date
                and release.previewed_program == release._get_program_print()
            )

    def _get_program_print(self):
        """Put what the program says into a short word.

        :rtype: str
        """
        self.ensure_one()
        program = self.program_id._origin
        parts = (
            [program[name] for name in sorted(UPDATE_FIELDS)],
            [
                (event.id, sorted(values.items(), key=repr))
                for event, values in program._get_event_log_values().items()
            ],
        )
        return take_fingerprint(parts)

    @api.depends("program_id.update_requested_at")
    def _compute_is_released(self):
        for release in self:
            release.is_released = bool(release.program_id.update_requested_at)

    @api.depends("line_ids", "order_count")
    def _compute_summary(self):
        for release in self:
            release.summary = "\n".join(release._get_summary())

    def _get_summary(self):
        """Say in short what the list below says at length.

        :rtype: list[str]
        """
        changed = self.line_ids.filtered("changes_text")
        texts = [
            self.env._(
                "%(changed)s of %(orders)s running orders change; %(kept)s keep"
                " something.",
                changed=len(changed),
                orders=self.order_count,
                kept=len(self.line_ids.filtered("kept_text")),
            )
        ]
        for currency, lines in self.line_ids.grouped("currency_id").items():
            total = sum(lines.mapped("amount_change"))
            if not currency.is_zero(total):
                texts.append(
                    self.env._(
                        "Planned value: %(sign)s%(amount)s",
                        sign="+" if total > 0 else "",
                        amount=currency.format(total),
                    )
                )
            elif changed:
                texts.append(self.env._("The planned value stays as it is."))
        if self.order_count > SHOWN_ORDERS:
            texts.append(
                self.env._(
                    "Only the first %s orders were looked at. Release the program and"
                    " preview the batch process to see all of them.",
                    SHOWN_ORDERS,
                )
            )
        return texts

    # === ACTIONS === #

    @public(one=True)
    def action_preview(self):
        """Look at the difference with the notice date entered.

        :rtype: dict
        """
        self.ensure_one()
        program = self.program_id
        program._check_may_release()
        updates = program._preview_update(self.notice_date, limit=SHOWN_ORDERS)
        # What was previewed is said by this method alone, nobody types it
        release_sudo = self.sudo()
        release_sudo.line_ids.unlink()
        release_sudo.write(
            {
                "previewed_date": self.notice_date,
                "previewed_program": self._get_program_print(),
                "order_count": len(program._get_orders_to_update()),
                "has_dearer": len(updates) == SHOWN_ORDERS
                or any(update.is_dearer for update in updates.values()),
                "line_ids": [
                    fields.Command.create(
                        {
                            "order_id": order_id,
                            "changes_text": "\n".join(update.changes),
                            "kept_text": "\n".join(update.kept),
                            "amount_change": update.amount_change,
                        }
                    )
                    for order_id, update in updates.items()
                    if update.changes or update.kept
                ],
            }
        )
        return self._get_action()

    @public(one=True)
    def action_release(self):
        """Leave the program to the job of the night."""
        self._check_current()
        self.program_id._release_update(self.notice_date)
        return {"type": "ir.actions.act_window_close"}

    @public(one=True)
    def action_apply(self):
        """Release the program and bring its orders in step now.

        :rtype: dict
        """
        self._check_current()
        program = self.program_id
        program._release_update(self.notice_date)
        run = self.env["continuity.run"].execute(
            "update_orders", company=program.company_id, program=program, commit=True
        )
        return {
            "type": "ir.actions.act_window",
            "name": run.display_name,
            "res_model": run._name,
            "res_id": run.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def _check_current(self):
        """Nobody releases what was not looked at (rules N85).

        :raise UserError: the notice date, or the program, was changed after the preview
        """
        self.ensure_one()
        # Somebody else may have changed the program
        self.invalidate_recordset(["is_current"])
        if not self.is_current:
            raise UserError(
                self.env._(
                    "%s, or its notice date, was changed after the preview. Look at the"
                    " difference again first.",
                    self.program_id.display_name,
                )
            )

    def _get_action(self):
        return self._show(
            self.env._("Apply %s to running orders", self.program_id.code),
            dialog_size="extra-large",
        )


class ContinuityUpdateReleaseLine(models.TransientModel):
    """What a release would change in one continuity order."""

    _name = "continuity.update.release.line"
    _inherit = ["continuity.dialog"]
    _description = "Difference between a Program and an Order"

    release_id = fields.Many2one(
        comodel_name="continuity.update.release", required=True, ondelete="cascade"
    )
    order_id = fields.Many2one(
        comodel_name="continuity.order",
        string="Continuity order",
        required=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(related="order_id.partner_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    changes_text = fields.Text(string="Changes")
    kept_text = fields.Text(string="Kept as it was sold")
    amount_change = fields.Monetary(string="Money")

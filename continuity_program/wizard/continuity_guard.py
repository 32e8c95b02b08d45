# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..arguments import public
from ..models.agreement.states import ACTIVE_STATES
from ..models.offer.continuity_program_guard import GUARD_FIELDS

#: Members that the dialog names; all of them are counted
NAMED = 10


class ContinuityGuard(models.TransientModel):
    """Ask for the guard of a program, and say whom it stops before it is saved."""

    _name = "continuity.guard"
    _inherit = ["continuity.dialog", "continuity.guard.mixin"]
    _description = "Guard of a Program"

    program_id = fields.Many2one(
        comodel_name="continuity.program", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="program_id.currency_id")
    effect = fields.Text(compute="_compute_effect")

    @api.model
    def default_get(self, fields):
        """Override: begin with what the program says."""
        defaults = super().default_get(fields)
        program = self.env["continuity.program"].browse(defaults.get("program_id"))
        if program:
            program.check_access("read")
            values = program._get_guard_values()
            defaults |= {name: values[name] for name in GUARD_FIELDS if name in fields}
        return defaults

    @api.depends("program_id", *GUARD_FIELDS)
    def _compute_effect(self):
        for dialog in self:
            dialog.effect = dialog._get_effect() if dialog.program_id else False

    def _get_effect(self):
        """Say how many members the rules stop at their next shipment, and who.

        :rtype: str
        """
        self.ensure_one()
        if not (rules := self._get_guard_rules()):
            return self.env._("No rule: nothing is stopped.")
        # Counted as a night does, whoever sold the order
        members_sudo = (
            self.env["continuity.order"]
            .sudo()
            .search(
                [
                    ("program_id", "=", self.program_id.id),
                    ("state", "in", ACTIVE_STATES),
                    ("shipment_ids.state", "=", "planned"),
                ]
            )
        )
        stopped = members_sudo._find_guarded(rules)
        texts = [
            self.env._(
                "Stops %(stopped)s of %(members)s members at their next shipment,"
                " %(amount)s.",
                stopped=len(stopped),
                members=len(members_sudo),
                amount=self.currency_id.format(self._sum_in_company(stopped)),
            )
        ]
        texts += [
            f"{order.name}, {order.partner_id.display_name}: {text}"
            for order, (text, _amount) in list(stopped.items())[:NAMED]
        ]
        if len(stopped) > NAMED:
            texts.append(self.env._("… and %s more.", len(stopped) - NAMED))
        return "\n".join(texts)

    def _sum_in_company(self, stopped):
        """Add up the next shipments, at the rate of today.

        :param dict stopped: see `continuity.order._find_guarded`
        :rtype: float
        """
        company = self.program_id.company_id
        today = company._continuity_today()
        sums = {}
        for order, (_text, amount) in stopped.items():
            currency = order.currency_id
            sums[currency] = sums.get(currency, 0.0) + float(amount)
        return sum(
            currency._convert(amount, company.currency_id, company, today)
            for currency, amount in sums.items()
        )

    @public(one=True)
    def action_save(self):
        """Write the rules on the program, whose right is asked for.

        :rtype: dict
        """
        self.ensure_one()
        program = self.program_id
        program.check_access("write")
        values = self._get_guard_values()
        program.write(
            {name: value for name, value in values.items() if program[name] != value}
        )
        return {"type": "ir.actions.act_window_close"}

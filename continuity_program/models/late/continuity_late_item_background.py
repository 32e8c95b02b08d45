# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...arguments import public
from ..runs.continuity_run import UNFINISHED

#: More orders than these are changed in the background
ORDERS_AT_ONCE = 200


class ContinuityLateItem(models.Model):
    """The late item: applied to many orders in the background, some at a time.

    Each line says for itself whether it was handled, in the transaction that has
    changed its shipment: whoever is killed and begins again moves nothing twice.
    """

    _inherit = "continuity.late.item"

    run_id = fields.Many2one(
        "continuity.run", readonly=True, copy=False, index="btree_not_null"
    )
    run_state = fields.Selection(related="run_id.state", string="State of the run")
    to_do_count = fields.Integer(string="Shipments to do", compute="_compute_counts")
    handled_count = fields.Integer(string="Handled", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts")

    @api.depends("line_ids.is_handled", "line_ids.is_left_out")
    def _compute_counts(self):
        lines = self.env["continuity.late.item.line"]
        counts = {
            (item, is_handled): count
            for item, is_handled, count in lines._read_group(
                [("late_item_id", "in", self.ids), ("is_left_out", "=", False)],
                ["late_item_id", "is_handled"],
                ["__count"],
            )
        }
        for item in self:
            item.handled_count = counts.get((item, True), 0)
            item.to_do_count = item.handled_count + counts.get((item, False), 0)
            item.progress = 100 * item.handled_count / (item.to_do_count or 1)

    def _is_for_background(self):
        """Say whether there are too many orders for one request.

        :rtype: bool
        """
        self.ensure_one()
        if self.state == "applying":
            return True
        return len(self._get_lines_to_do().continuity_order_id) > ORDERS_AT_ONCE

    def _send_to_background(self):
        """Leave it to the process, or begin that again when it has ended early.

        :return: a message
        :rtype: dict
        """
        self.ensure_one()
        # The run is the process's own; the manager was checked
        run_sudo = self.run_id.sudo()
        if self.state == "applying" and run_sudo.state in UNFINISHED:
            return self._tell(self.env._("It is being applied in the background."))
        run = self.env["continuity.run"].queue(
            "apply_late_items", company=self.company_id
        )
        # Who decides is the manager (checked); what becomes of it nobody types
        self.sudo().write(
            {"state": "applying", "applied_by_id": self.env.uid, "run_id": run.id}
        )
        return self._tell(
            self.env._(
                "Orders that are changed in the background: %s.",
                len(self._get_lines_to_do().continuity_order_id),
            )
        )

    @public(one=True)
    def action_view_run(self):
        """Open the run that applies it.

        :rtype: dict
        :raise UserError: it was applied at once
        """
        self.ensure_one()
        if not self.run_id:
            raise UserError(self.env._("“%s” was applied at once.", self.display_name))
        return self.run_id._get_records_action()

    # === FOR THE PROCESS === #

    def _apply_orders(self, orders):
        """Do what was decided to some orders, as the person who has decided it.

        :param continuity.order orders: orders, of this item or not
        :return: the lines something was done about, and the others
        :rtype: tuple[continuity.late.item.line, continuity.late.item.line]
        :raise UserError: naming the person, who may not do it any more
        """
        self.ensure_one()
        lines = self._get_lines_of(orders).filtered(
            lambda line: not line.is_left_out and not line.is_handled
        )
        if not lines:
            return lines, lines
        mine = self._as_author()
        lines = lines.with_env(mine.env)
        done = mine._apply_lines(lines)
        return done, lines - done

    def _as_author(self):
        """Return the item with the rights its author has by now, and in his language.

        :rtype: continuity.late.item
        :raise UserError: naming him, who may not change shipments any more
        """
        author = self.applied_by_id
        # Without anybody, the rights would be those of the process. OdooBot is archived
        if author.active or author._is_superuser():
            mine = self.with_user(author).with_context(lang=author.lang)
            with contextlib.suppress(AccessError):
                mine._check_may_change()
                return mine
        raise UserError(
            self.env._(
                "%(user)s has decided about “%(item)s”, and may not change shipments"
                " any more: they stay open, in an item of their own that somebody else"
                " has to decide about.",
                user=author.display_name or self.env._("A deleted user"),
                item=self.display_name,
            )
        )

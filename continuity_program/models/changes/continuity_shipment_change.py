# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ... import planning
from ...arguments import public
from ..agreement.states import ACTIVE_STATES


class ContinuityShipment(models.Model):
    """The shipment: what may be changed for one customer (rules R13, F2).

    Every change asks for write access first and then writes in sudo: the ledger is
    ours, the decision is the seller's.
    """

    _inherit = "continuity.shipment"

    # === CHECKS === #

    def _check_can_change(self, states=("planned",)):
        """Refuse changes of what has left, or is being paid.

        :param tuple[str] states: states the change is possible in
        :raise UserError: naming the shipment and the way out
        """
        for shipment in self:
            order = shipment.continuity_order_id
            if shipment.child_order_id or shipment.state in ("ordered", "done"):
                raise UserError(
                    self.env._(
                        "Shipment %(shipment)s has its child order %(child)s already."
                        " Change that order instead.",
                        shipment=shipment.display_name,
                        # The child may be hidden from him; its number is the way out
                        child=shipment.sudo().child_order_id.name or "",
                    )
                )
            if shipment.state not in states:
                raise UserError(
                    self.env._(
                        "Shipment %(shipment)s is %(state)s and cannot be changed.",
                        shipment=shipment.display_name,
                        state=shipment._get_state_label(),
                    )
                )
            if order.state not in ("draft", *ACTIVE_STATES):
                raise UserError(
                    self.env._(
                        "%(order)s has ended, its shipments cannot be changed.",
                        order=order.display_name,
                    )
                )
        drafts = self.continuity_order_id.filtered(lambda o: o.state == "draft")
        drafts._check_not_frozen()

    def _is_prepaid(self):
        """Say whether the shipment was billed up front.

        :rtype: bool
        """
        self.ensure_one()
        order = self.continuity_order_id
        return order.state != "draft" and order._is_prepaid()

    def _propose_credit(self, reason):
        """Propose credit notes over the prepaid units of these shipments (C5).

        :param str reason: printed on the notes
        :return: the drafts
        :rtype: account.move
        """
        prepaid = self.filtered(lambda shipment: shipment._is_prepaid())
        orders = prepaid.continuity_order_id
        return orders._create_credit_notes(orders._get_creditable(prepaid), reason)

    def _get_state_label(self):
        """Return the state in the user's language.

        :rtype: str
        """
        self.ensure_one()
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    # === DATES === #

    def _get_date_changes(self, day, scope="one"):
        """Compute what a new date does to this and all later shipments (H7, R13).

        :param date day: the new date
        :param str scope: *one* this one only, *later* this and all later
        :return: shipment and change of every row concerned
        :rtype: list[tuple[continuity.shipment, planning.RowChange]]
        :raise UserError: the date lies before today, or the row has left
        """
        self.ensure_one()
        order = self.continuity_order_id
        rows, shipments = order._to_ledger()
        index = shipments.index(self)
        today = order.company_id._continuity_today()
        try:
            with order.program_id._refusing_far_dates():
                if scope == "one":
                    changes = [planning.move_one(rows, index, day, today)]
                else:
                    # Whoever moves shipments need not be able to open the program
                    program = order.program_id.sudo()._to_planning()
                    changes = planning.move_all_later(program, rows, index, day, today)
        except planning.ChangeRefused as error:
            if error.code == "before_today":
                raise UserError(
                    self.env._(
                        "%(shipment)s cannot leave on %(day)s, that day has passed.",
                        shipment=self.display_name,
                        day=order._format_day(day),
                    )
                ) from error
            self._check_can_change()
            raise
        return [(shipments[change.index], change) for change in changes]

    def _set_planned_date(self, day, scope="one", may_pass_end=False):
        """Move a shipment for this customer (rules R13, H7).

        :param date day: the new date
        :param str scope: *one* this one only, *later* this and all later
        :param bool may_pass_end: the user was told that it leaves behind the shipment
            the customer ended with
        :raise UserError: see :meth:`_get_date_changes`; or it leaves behind the end
        """
        self.ensure_one()
        self.check_access("write")
        self._check_can_change()
        old = self.planned_date
        today = self.company_id._continuity_today()
        changes = self._get_date_changes(day, scope)
        if not may_pass_end:
            self.continuity_order_id._check_end(changes)
        # The seller may move shipments, the flag belongs to the ledger
        for shipment, change in changes:
            shipment.sudo()._apply_change(change, today)
        self.sudo().is_customized = True
        self._log_change(
            self.env._("Date"),
            format_date(self.env, old),
            format_date(self.env, day),
            self.env._("this and all later") if scope == "later" else None,
        )

    def _apply_change(self, change, today):
        """Write one change of the planning module into the ledger.

        :param planning.RowChange change: what becomes of the row
        :param date today: local date that decides what is missed
        """
        self.ensure_one()
        vals = {
            "scheduled_date": change.scheduled_date,
            "planned_date": change.planned_date,
            "is_anchor": change.is_anchor,
        }
        if change.action == "skip":
            vals = {"state": "skipped", "is_customized": True}
        if self.continuity_order_id.state == "draft":
            vals["is_missed"] = planning.is_missed(
                change.scheduled_date, today
            ) and planning.is_missed(change.planned_date, today)
        self._write_changed(vals)

    # === SKIP AND END === #

    @public()
    def action_skip(self):
        """Leave out these shipments; all other dates stay (rules R13).

        What is paid in advance is proposed to be credited (rules C5).

        :return: see :meth:`_back_to_wizard`
        :rtype: dict | bool
        """
        self.check_access("write")
        todo = self.filtered(lambda s: s.state != "skipped")
        todo._check_can_change()
        # It counts what is prepaid, so it comes before anything is dropped (D-1)
        todo.continuity_order_id._ensure_upfront_invoice()
        # The seller may change the shipment (checked); its state nobody types
        todo.sudo().write({"state": "skipped", "is_customized": True})
        for shipment in todo:
            shipment._log_change(self.env._("Skip"), None, shipment._get_date_text())
        todo._propose_credit(self.env._("skipped"))
        # The price of the sold line follows; nobody types that either
        todo.continuity_order_id.sudo()._update_parent_price()
        return self._back_to_wizard()

    @public()
    def action_unskip(self):
        """Send skipped shipments after all (rules F2).

        :return: see :meth:`_back_to_wizard`
        :rtype: dict | bool
        :raise UserError: the date has passed, or the order has ended before it
        """
        # Once the seller may change the shipment, state and prices follow by themselves
        self.check_access("write")
        todo = self.filtered(lambda s: s.state != "planned")
        todo._check_can_unskip()
        todo._check_units_open()
        for shipment in todo:
            if not shipment._is_still_to_come():
                raise UserError(
                    self.env._(
                        "%(shipment)s was due on %(day)s. It stays skipped.",
                        shipment=shipment.display_name,
                        day=shipment._get_date_text(),
                    )
                )
        todo.sudo().write({"state": "planned", "is_customized": True})
        for shipment in todo:
            shipment._log_change(self.env._("Skip"), shipment._get_date_text(), None)
        todo.continuity_order_id.sudo()._update_parent_price()
        return self._back_to_wizard()

    @public()
    def action_end_here(self):
        """Stop after this shipment: all later ones are cancelled (rules R13).

        What is paid in advance is proposed to be credited (rules C5).

        :return: see :meth:`_back_to_wizard`
        :rtype: dict | bool
        """
        self._end_here()
        return self._back_to_wizard()

    def _end_here(self, end_reason=None):
        """Stop after these shipments.

        :param continuity.end.reason end_reason: why, to count by
        """
        # The seller ends his series; the state of what comes later nobody types
        self.check_access("write")
        self._check_can_change()
        for shipment in self:
            order_sudo = shipment.sudo().continuity_order_id
            order_sudo._ensure_upfront_invoice()
            later_sudo = shipment.sudo()._get_later()._get_droppable()
            later_sudo.write({"state": "cancelled"})
            shipment.sudo().write({"action": "end", "is_customized": True})
            if order_sudo.state != "draft":
                order_sudo._write_end(
                    self.env._(
                        "Ended by %(user)s after shipment %(number)s",
                        user=self.env.user.name,
                        number=shipment.number,
                    ),
                    end_reason,
                )
            shipment._log_change(self.env._("End"), None, shipment._get_date_text())
            later_sudo._propose_credit(self.env._("ended early"))
            order_sudo._update_parent_price()

    @public()
    def action_undo_change(self):
        """Give back to the program what was changed on a draft (rules H7).

        :return: see :meth:`_back_to_wizard`
        :rtype: dict | bool
        """
        self.check_access("write")
        self._check_can_change(states=("planned", "skipped"))
        for shipment in self:
            if shipment.continuity_order_id.state != "draft":
                raise UserError(
                    self.env._(
                        "%(order)s was submitted: change the shipment back by hand.",
                        order=shipment.continuity_order_id.name,
                    )
                )
            shipment._log_change(
                self.env._("Back to what the program says"),
                None,
                format_date(self.env, shipment.scheduled_date),
            )
        # The seller may change the draft (checked); flags and states nobody types
        ledger_sudo = self.sudo()
        ledger_sudo.line_ids.write(
            {
                "product_changed": False,
                "quantity_changed": False,
                "price_changed": False,
            }
        )
        flags = filter(None, self._get_typed_fields().values())
        unchanged = dict.fromkeys(flags, False)
        for shipment in ledger_sudo:
            shipment.write(
                {
                    **unchanged,
                    "state": "planned",
                    "action": "send",
                    "is_customized": False,
                    "is_anchor": False,
                    "planned_date": shipment.scheduled_date,
                }
            )
        ledger_sudo.continuity_order_id._plan()
        return self._back_to_wizard()

    # === DIALOGS === #

    def _back_to_wizard(self):
        """Answer a button of the list in the Continuity wizard: it stays open.

        :return: the wizard, or True where the list is on the order itself
        :rtype: dict | bool
        """
        if not self.env.context.get("continuity_in_wizard"):
            return True
        return self.continuity_order_id._reopen_wizard()

    @public(one=True)
    def action_open_move(self):
        """Ask for the new date, and whether later shipments follow (rules H7).

        :rtype: dict
        """
        self.ensure_one()
        self._check_can_change()
        today = self.company_id._continuity_today()
        move = self.env["continuity.shipment.move"].create(
            {"shipment_id": self.id, "new_date": max(self.planned_date, today)}
        )
        return self._get_dialog_action(
            move, self.env._("Move shipment %s", self.number)
        )

    def _get_dialog_action(self, dialog, name):
        """Open a dialog on a shipment.

        :param models.TransientModel dialog: the dialog
        :param str name: its title
        :rtype: dict
        """
        # Odoo shows one dialog at a time: this one has to lead back
        keys = ("continuity_in_wizard", "continuity_complete")
        return dialog._show(
            name, **{key: self.env.context.get(key, False) for key in keys}
        )

    # === LOG === #

    def _get_date_text(self):
        self.ensure_one()
        return format_date(self.env, self.planned_date)

    def _log_change(self, what, old, new, reason=None):
        """Log a change with old and new value on the continuity order (N81).

        :param str what: what was changed
        :param str old: old value
        :param str new: new value
        :param str reason: why
        """
        self.ensure_one()
        text = self.env._(
            "Shipment %(number)s: %(what)s %(old)s → %(new)s",
            number=self.number,
            what=what,
            old=old or "–",
            new=new or "–",
        )
        if reason:
            text = self.env._("%(text)s (%(reason)s)", text=text, reason=reason)
        self.continuity_order_id.message_post(body=text)

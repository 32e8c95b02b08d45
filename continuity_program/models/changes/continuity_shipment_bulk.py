# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ... import planning
from ...arguments import public
from ..agreement.states import ACTIVE_STATES
from .bulk_dates import BulkDates


class ContinuityShipment(models.Model):
    """The shipment: changed for many customers at once (rules R14).

    Applied at once and logged; what was changed counts as changed for the customer, so
    that the next update of the program does not undo it.
    """

    _inherit = "continuity.shipment"

    # === CHECKS === #

    def _check_may_update(self):
        """Refuse who may not change orders in bulk, and what cannot be changed.

        :raise AccessError: the user is no manager
        :raise UserError: naming the first shipment that cannot be changed
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator changes shipments in bulk.")
            )
        self.check_access("write")
        if not self:
            raise UserError(self.env._("First mark the shipments to change."))
        self._check_can_change()
        for order in self.continuity_order_id:
            if order.state not in ACTIVE_STATES:
                raise UserError(
                    self.env._(
                        "%s was not submitted yet: its seller changes it.",
                        order.display_name,
                    )
                )

    def _check_same_money(self):
        """Refuse another quantity or price where the money was taken already (C5).

        What becomes of the difference is decided shipment by shipment.

        :raise UserError: naming the shipment and the way out
        """
        for shipment in self.filtered(lambda s: s._is_prepaid()):
            raise UserError(
                self.env._(
                    "Shipment %s is paid in advance: in bulk its product is swapped at"
                    " the same price and quantity only. Leave it out, or change it on"
                    " its order.",
                    shipment.display_name,
                )
            )

    # === ACTIONS === #

    @public()
    def action_open_update_date(self):
        """Ask for the new date of the marked shipments.

        :rtype: dict
        """
        return self._open_update("date", self.env._("Update date"))

    @public()
    def action_open_substitution(self):
        """Ask what the marked shipments send instead.

        :rtype: dict
        """
        return self._open_update("product", self.env._("Substitution"))

    def _open_update(self, kind, name):
        self._check_may_update()
        dialog = self.env["continuity.update"].create(
            {"kind": kind, "shipment_ids": [fields.Command.set(self.ids)]}
        )
        return dialog._show(name, dialog_size="extra-large")

    # === UPDATE DATE === #

    def _get_bulk_moves(self, new_date=None, days=0, scope="one"):
        """Compute what a new date, or a number of days, does (rules R13, R14).

        With *this and all later* the marked shipment of each order that leaves first
        counts.

        :param date new_date: the new date; None = shift by days
        :param int days: days to add, may be negative
        :param str scope: *one* the marked ones only, *later* and all later ones
        :return: shipment and change of every row concerned
        :rtype: list[tuple[continuity.shipment, planning.RowChange]]
        :raise UserError: a date before today
        """
        # The manager sees dates; the program that they follow from he need not open
        result = []
        plans = {}
        for order, marked in self.grouped("continuity_order_id").items():
            rows, shipments = order.sudo()._to_ledger()
            indices = [i for i, s in enumerate(shipments) if s in marked]
            try:
                with order.program_id._refusing_far_dates():
                    changes = BulkDates(order.sudo()).get(
                        plans, rows, indices, (new_date, days, scope)
                    )
            except planning.ChangeRefused as error:
                raise UserError(
                    self.env._(
                        "%(order)s: a shipment would leave on %(day)s, that day has"
                        " passed. Choose a later date, or leave this order out.",
                        order=order.display_name,
                        day=format_date(self.env, error.data.get("date")),
                    )
                ) from error
            pairs = [(shipments[change.index], change) for change in changes]
            result += sorted(pairs, key=lambda pair: pair[0]._get_leaving_key())
        return [(s.with_env(self.env), change) for s, change in result]

    def _move_in_bulk(
        self, new_date=None, days=0, scope="one", may_pass_end=False, kept=()
    ):
        """Move the marked shipments; for the parameters see :meth:`_get_bulk_moves`.

        :param bool may_pass_end: the user was told which of them leave behind the end
            their customers agreed to
        :param continuity.shipment kept: these stay, whatever they follow
        :return: the shipments that moved
        :rtype: continuity.shipment
        :raise AccessError: the user is no manager
        :raise UserError: naming what cannot be moved
        """
        self._check_may_update()
        # The job of the night takes the same lock before it makes a child; the manager
        # was checked
        self.continuity_order_id.sudo().lock_for_update(allow_referencing=True)
        changes = self._get_bulk_moves(new_date, days, scope)
        changes = [pair for pair in changes if pair[0] not in kept]
        if not may_pass_end and (warnings := self._get_end_warnings(changes)):
            raise UserError("\n".join(warnings))
        moved = self.browse()
        notes = {}
        for shipment, change in changes:
            old, new = shipment.planned_date, change.planned_date
            # The decision is the manager's, the ledger is ours
            shipment.sudo()._apply_change(
                change, shipment.company_id._continuity_today()
            )
            if old != new:
                moved |= shipment
                notes.setdefault(shipment.continuity_order_id, []).append(
                    self.env._(
                        "Shipment %(number)s: Date %(old)s → %(new)s",
                        number=shipment.number,
                        old=format_date(self.env, old),
                        new=format_date(self.env, new),
                    )
                )
        shifted = moved if scope == "later" and not new_date else self.browse()
        # As above: the flags are not the manager's to type
        (self | shifted).sudo().is_customized = True
        self._log_bulk(notes)
        return moved

    @api.model
    def _get_end_warnings(self, changes):
        """Say of each order what would leave behind the end its customer agreed to.

        :param list changes: shipments and what is about to become of them
        :rtype: list[str]
        """
        by_order = {}
        for pair in changes:
            by_order.setdefault(pair[0].continuity_order_id, []).append(pair)
        texts = [order._get_end_warning(pairs) for order, pairs in by_order.items()]
        return list(filter(None, texts))

    # === SUBSTITUTION === #

    def _get_substituted_lines(self, product):
        """Return the products of the marked shipments that are to be replaced.

        :param product.product product: what is sent now
        :rtype: continuity.shipment.line
        """
        return self.line_ids.filtered(lambda line: line.product_id == product)

    def _substitute_in_bulk(self, product, new_product, quantity=0.0, price=None):
        """Send another product in the marked shipments (rules N48).

        :param product.product product: what is sent now
        :param product.product new_product: what is sent instead
        :param float quantity: pieces per ordered series; 0 = as many as now
        :param tuple price: new price per unit, and the reason; None = the price stays
        :return: the products that were replaced
        :rtype: continuity.shipment.line
        :raise AccessError: the user is no manager
        :raise UserError: naming what cannot be replaced
        """
        self._check_may_update()
        lines = self._get_substituted_lines(product)
        shipments = lines.shipment_id
        lines._check_bulk_substitution(product, new_product, quantity, price)
        if quantity or price:
            shipments._check_same_money()
        # The job of the night takes this lock, too; the manager was checked
        shipments.continuity_order_id.sudo().lock_for_update(allow_referencing=True)
        old = {line: line._get_text() for line in lines}
        # The decision is the manager's, the flags belong to the ledger
        lines_sudo = lines.sudo()
        staying = {} if price else lines_sudo._get_staying_prices(new_product)
        for (count, kept), group in lines_sudo.grouped(
            lambda line: (
                line.shipment_id.continuity_order_id.quantity,
                staying.get(line),
            )
        ).items():
            vals = group._prepare_bulk_substitution(
                new_product, quantity * count, price
            )
            if kept is not None:
                vals["price_unit"] = kept
            group.write(vals)
        lines_sudo.shipment_id.is_customized = True
        notes = {}
        for line, text in old.items():
            notes.setdefault(line.shipment_id.continuity_order_id, []).append(
                self.env._(
                    "Shipment %(number)s: %(old)s → %(new)s",
                    number=line.shipment_id.number,
                    old=text,
                    new=line._get_text(),
                )
            )
        self._log_bulk(notes, price and price[1])
        return lines

    # === LOG === #

    def _log_undone(self):
        """Log on each order that a change was undone, and what is sent now (N81)."""
        notes = {}
        for shipment in self:
            notes.setdefault(shipment.continuity_order_id, []).append(
                self.env._(
                    "Shipment %(number)s of %(day)s: %(products)s",
                    number=shipment.number,
                    day=shipment._get_date_text(),
                    products=shipment.products_text,
                )
            )
        self._log_bulk(notes, title=self.env._("Undone"))

    def _log_bulk(self, notes, reason=None, title=None):
        """Log on each order what was changed, by whom (rules N81).

        :param dict notes: texts by order
        :param str reason: why
        :param str title: what was done; None = shipments were changed in bulk
        """
        title = title or self.env._("Change shipments")
        if reason:
            title = self.env._("%(title)s (%(reason)s)", title=title, reason=reason)
        bodies = {}
        for order, texts in notes.items():
            items = Markup().join(Markup("<li>%s</li>") % text for text in texts)
            bodies[order.id] = Markup("%s<ul>%s</ul>") % (title, items)
        orders = self.env["continuity.order"].browse(bodies)
        orders._message_log_batch(bodies=bodies, author_id=self.env.user.partner_id.id)

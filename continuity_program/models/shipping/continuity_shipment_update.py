# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date

from ... import planning


class ContinuityShipment(models.Model):
    """The shipment: brought to its event as the program says it now."""

    _inherit = "continuity.shipment"

    is_removed = fields.Boolean(
        string="Removed from the program",
        readonly=True,
        copy=False,
        help="The program does not send it any more. It counts for nothing; when the"
        " program sends it again, it is planned again.",
    )

    @api.model
    def _create_or_revive(self, vals_list):
        """Create rows; one that was removed before is planned again instead.

        The ledger holds an occurrence of an event once.

        :param list[dict] vals_list: values of the rows
        :return: the rows
        :rtype: continuity.shipment
        """
        removed = self.search(
            [
                (
                    "continuity_order_id",
                    "in",
                    [vals["continuity_order_id"] for vals in vals_list],
                ),
                ("is_removed", "=", True),
            ]
        )
        known = {
            (s.continuity_order_id.id, s.event_id.id, s.occurrence): s for s in removed
        }
        revived, new = self.browse(), []
        for vals in vals_list:
            key = vals["continuity_order_id"], vals["event_id"], vals["occurrence"]
            if shipment := known.get(key):
                shipment.line_ids.unlink()
                shipment.write({**vals, "state": "planned", "is_removed": False})
                revived |= shipment
            else:
                new.append(vals)
        return revived | self.create(new)

    # === ONE ROW === #

    def _update_from_step(self, step, number, update, scope):
        """Bring one row of the ledger to what the planning module answered.

        :param planning.UpdateStep step: what becomes of the row
        :param int number: its running number from now on
        :param OrderUpdate update: gets what was changed and kept
        :param dict scope: see :meth:`continuity.order._update_from_program`
        """
        self.ensure_one()
        if step.action == "remove":
            self._remove(number, update, scope)
            return
        vals = {"number": number}
        if self.state in ("skipped", "cancelled") and not self.child_order_id:
            # Nothing leaves, so there is nothing to say about it.
            scope["pending"].add(self, vals)
            return
        if step.action == "move":
            vals |= self._get_new_dates(step.date, scope["today"], update)
        reason = self._get_kept_reason(step, scope)
        if reason:
            self._note_kept(step, reason, update, scope)
        else:
            self._note_kept_date(step, update)
            vals |= self._get_event_vals(update)
            day = vals.get("planned_date", self.planned_date)
            self._follow_goods(day, update, scope)
        scope["pending"].add(self, vals)

    def _remove(self, number, update, scope):
        update.changes.append(self.env._("Removed: %s", self._get_row_text(update)))
        scope["pending"].add(
            self, {"state": "cancelled", "is_removed": True, "number": number}
        )

    def _get_row_text(self, update):
        """Name the row by its goods and its day, as they are before the update.

        :param OrderUpdate update: has the texts that were made before
        :rtype: str
        """
        products, day = self.products_text or "–", self.planned_date
        return update.say(
            ("row", products, day),
            lambda: self.env._(
                "%(products)s of %(date)s",
                products=products,
                date=format_date(self.env, day),
            ),
        )

    def _get_new_dates(self, day, today, update):
        """Return the dates of a row that moves; a day that has passed is today.

        :rtype: dict
        """
        order = self.continuity_order_id
        planned = max(day, today)
        if planned != self.planned_date:
            update.changes.append(
                self.env._(
                    "%(row)s moves to %(date)s",
                    row=self._get_row_text(update),
                    date=format_date(self.env, planned),
                )
            )
        return {
            "scheduled_date": day,
            "planned_date": planned,
            "is_missed": planning.is_missed(day, order.submit_date or today)
            and self.is_missed,
        }

    def _get_kept_reason(self, step, scope):
        """Say why the update leaves the row alone, False when it does not.

        :rtype: str | bool
        """
        if self.child_order_id:
            return self.env._("it has its child order %s", self.child_order_id.name)
        if self in scope["paid"]:
            return self.env._("a payment of it was made")
        if self.is_customized:
            return self.env._("it was changed for the customer")
        if step.action == "not_removed":
            return self.env._("the order is paid in advance")
        return False

    def _note_kept(self, step, reason, update, scope):
        """Note a row that differs from the program, and why it stays."""
        has_moved = step.program_date not in (None, self.scheduled_date)
        if not (has_moved or self._differs_from_event(scope)):
            return
        update.kept.append(
            self.env._(
                "%(row)s: %(reason)s", row=self._get_row_text(update), reason=reason
            )
        )

    def _note_kept_date(self, step, update):
        """Note a row that is brought in step and keeps its date all the same.

        The order would end later than the customer was told.
        """
        if step.action != "keep" or step.program_date in (None, self.scheduled_date):
            return
        update.kept.append(
            self.env._(
                "%(row)s: its date stays, it was agreed with the customer",
                row=self._get_row_text(update),
            )
        )

    def _differs_from_event(self, scope):
        """Tell whether the event is gone, or sends something else now.

        :param dict scope: see :meth:`continuity.order._update_from_program`
        :rtype: bool
        """
        event = self.event_id
        is_gone = not self.child_order_id and (
            not event.active or event.action == "skip"
        )
        return is_gone or bool(self._get_goods_changes(scope["prices"]))

    def _get_event_vals(self, update):
        """Return what the row takes over besides dates and goods.

        It is the payment schedule, as event and program say (N26).

        :param OrderUpdate update: gets what was changed
        :rtype: dict
        """
        order = self.continuity_order_id
        schedule = order._get_shipment_schedule(self.event_id)
        if self.schedule_changed or schedule == self.payment_schedule_id:
            return {}
        if not order.bill_upfront:
            update.changes.append(
                self.env._(
                    "%(row)s: payment schedule %(schedule)s",
                    row=self._get_row_text(update),
                    schedule=schedule.display_name or self.env._("none"),
                )
            )
        return {"payment_schedule_id": schedule.id}

    # === GOODS === #

    def _get_goods_changes(self, prices):
        """Compare the products with the event as it is now.

        :param dict prices: prices asked for before
        :return: line and new values; no line = a new product, no values = it is gone
        :rtype: list[tuple[continuity.shipment.line, dict | None]]
        """
        self.ensure_one()
        order, event_lines = self.continuity_order_id, self.event_id.line_ids
        lines = self.line_ids.filtered(lambda line: line.event_line_id in event_lines)
        by_event_line = {line.event_line_id: line for line in lines}
        changes = []
        for event_line in event_lines:
            vals = order._prepare_line_once(event_line, prices)
            line = by_event_line.get(event_line, lines.browse())
            if line:
                vals = line._get_program_changes(vals)
            if vals:
                changes.append((line, vals))
        return changes + [(line, None) for line in self.line_ids - lines]

    def _follow_goods(self, day, update, scope):
        """Take over products, quantities and prices of the event.

        :param date day: the day the row is going to leave
        """
        is_billed = self.continuity_order_id.bill_upfront
        for line, vals in self._get_goods_changes(scope["prices"]):
            if is_billed and not line._is_same_price_substitution(vals):
                update.kept.append(
                    self.env._(
                        "%s: paid in advance, only another product at the same price is"
                        " taken over",
                        self._get_row_text(update),
                    )
                )
            elif is_billed and not line._bears_taxes_of_invoice(
                product := self.env["product.product"].browse(vals["product_id"])
            ):
                update.kept.append(
                    self.env._(
                        "%(row)s: paid in advance, %(product)s bears other taxes",
                        row=self._get_row_text(update),
                        product=product.display_name,
                    )
                )
            elif vals is None:
                update.changes.append(
                    self.env._(
                        "%(row)s: without %(product)s",
                        row=self._get_row_text(update),
                        product=line.product_id.display_name,
                    )
                )
                scope["gone"].append(line)
            elif not line:
                scope["lines"].append({**vals, "shipment_id": self.id})
                product = self.env["product.product"].browse(vals["product_id"])
                update.changes.append(
                    self.env._(
                        "%(row)s: with %(quantity)g × %(product)s",
                        row=self._get_row_text(update),
                        quantity=vals["quantity"],
                        product=product.display_name,
                    )
                )
            else:
                line._apply_program_changes(vals, day, update, scope)

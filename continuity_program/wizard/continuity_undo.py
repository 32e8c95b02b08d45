# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..arguments import public
from ..models.agreement.ending import check_nothing_under_way
from ..models.agreement.states import ACTIVE_STATES
from ..models.shipping.continuity_shipment_line_told import TOLD

#: What the dialogs change of a shipment, and of its products
SHIPMENT_FIELDS = (
    "action",
    "is_anchor",
    "is_customized",
    "is_missed",
    "planned_date",
    "scheduled_date",
    "state",
)
LINE_FIELDS = (
    "discount",
    "price_changed",
    "price_overridden",
    "price_reason",
    "price_unit",
    "product_changed",
    "product_id",
    "quantity",
    "quantity_changed",
    "uom_id",
    # What the price was told to mean comes back with it
    *TOLD,
)


def _is_over(order):
    """Tell whether an order is closed or cancelled."""
    return order.state not in ("draft", *ACTIVE_STATES)


def _has_ended(order):
    """Tell whether an order sends nothing any more, though it may not be closed yet."""
    if _is_over(order):
        return True
    return bool(order.ended_date and not order._get_next_shipment())


class ContinuityDialog(models.AbstractModel):
    """How a dialog is shown, and how it ends: it says what was done, and closes."""

    _inherit = "continuity.dialog"

    def _show(self, name, **context):
        """Show the dialog.

        :param str name: its title
        :param context: keys of the context, such as `dialog_size`; a new dialog, that
            is not saved yet, takes its `default_…` from there
        :return: window action
        :rtype: dict
        """
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
        }
        if self:
            action["res_id"] = self.ensure_one().id
        if context:
            action["context"] = context
        return action

    def _get_done_action(self, message, can_undo=False, following=None):
        """Say what was done; for some seconds it can be undone.

        :param str message: what was done, to how many
        :param bool can_undo: offer *Undo*, see `continuity.undo.mixin`
        :param dict following: action that is done next; None = close the dialog
        :return: client action
        :rtype: dict
        """
        undo = {"model": self._name, "id": self.id} if can_undo else False
        return {
            "type": "ir.actions.client",
            "tag": "continuity_done",
            "params": {
                "message": message,
                "undo": undo,
                "next": following or {"type": "ir.actions.act_window_close"},
            },
        }


class ContinuityUndoMixin(models.AbstractModel):
    """A dialog on a shipment whose work can be undone, as long as nothing followed.

    What was there before is kept on the dialog: nobody sends it, nobody else reads it.
    """

    _name = "continuity.undo.mixin"
    _inherit = ["continuity.dialog"]
    _description = "Undo of a Continuity Dialog"

    _dialog_results = frozenset({"before", "after", "is_of_draft"})

    before = fields.Json(readonly=True)
    after = fields.Json(readonly=True)
    # Of the money of a quotation a dialog says nothing
    is_of_draft = fields.Boolean(string="Opened on a quotation", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what is said is said of a quotation, or of an order."""
        dialogs = super().create(vals_list)
        for dialog in dialogs:
            states = set(dialog._get_undo_orders().mapped("state"))
            # Nobody types it
            dialog.sudo().is_of_draft = states == {"draft"}
        return dialogs

    @api.model
    def _get_input_names(self):
        """Override: what is kept for the undo is filled in by nobody."""
        names = super()._get_input_names()
        return [name for name in names if name not in self._dialog_results]

    def _get_undo_orders(self):
        """Return the orders whose shipments the dialog changes.

        :rtype: continuity.order
        """
        return self.shipment_id.continuity_order_id

    def _check_may_undo(self):
        """Refuse who may not change back what the dialog changed.

        :raise AccessError: he may not change the orders
        """
        orders = self._get_undo_orders()
        orders.check_access("write")
        orders.shipment_ids.check_access("write")

    def _remember(self):
        """Keep what the shipments of the orders are like before the dialog works.

        :raise UserError: it was opened on a quotation that is sold by now
        """
        for dialog in self:
            if dialog.is_of_draft:
                orders = dialog._get_undo_orders()
                orders.sale_order_id._check_continuity_still_draft()
            # Nobody types it, hence in sudo
            dialog.sudo().write({"before": dialog._get_snapshot(), "after": False})

    def _note_done(self):
        """Keep what they are like afterwards, and tell whether it can be undone.

        :rtype: bool
        """
        self.ensure_one()
        if self._moves_paid_money():
            return False
        # What is kept for the undo nobody may send
        self.sudo().after = self._get_snapshot()
        return self.before != self.after

    def _moves_paid_money(self):
        """Tell whether the dialog changes what was billed already.

        Of an order that is paid in advance money is about to move: a draft credit note
        is for the accountant.

        :rtype: bool
        """
        return any(
            order.bill_upfront and order.state != "draft"
            for order in self._get_undo_orders()
        )

    def _get_snapshot(self):
        """Return what a dialog may change of the shipments of its orders.

        :return: values by model and id; keys are texts, as in what was stored
        :rtype: dict
        """
        self.ensure_one()
        # Prices and flags belong to the ledger
        shipments_sudo = self._get_undo_orders().sudo().shipment_ids
        return {
            records._name: {
                str(record.id): {
                    name: record._fields[name].convert_to_read(
                        record[name], record, use_display_name=False
                    )
                    if record._fields[name].type != "date"
                    else fields.Date.to_string(record[name])
                    for name in names
                }
                for record in records
            }
            for records, names in (
                (shipments_sudo, SHIPMENT_FIELDS),
                (shipments_sudo.line_ids, LINE_FIELDS),
            )
        }

    @public(one=True)
    def action_undo(self):
        """Give back to the shipments what they were before the dialog.

        :return: what was done
        :rtype: str
        :raise UserError: something has happened to them since
        :raise AccessError: the user may not change them
        """
        self.ensure_one()
        self._check_may_undo()
        orders = self._get_undo_orders()
        # The job of the night takes the same lock before it makes a child
        orders.sudo().lock_for_update(allow_referencing=True)
        check_nothing_under_way(orders.filtered(lambda o: o.state in ACTIVE_STATES))
        self._check_unchanged_since()
        changed = self._get_shipments_to_restore()
        changed._check_can_change(states=("planned", "skipped"))
        self._restore()
        changed._log_undone()
        # The price of the sold line follows, as after every change
        orders.sudo()._update_parent_price()
        if len(orders) == 1:
            return self.env._("Undone: %s is as it was.", orders.name)
        return self.env._("Undone: %s shipments are as they were.", len(changed))

    def _check_unchanged_since(self):
        """Refuse to undo over what somebody, or a job, has done since.

        :raise UserError: naming the first order that is not as the dialog left it
        """
        orders = self._get_undo_orders()
        snapshot = self._get_snapshot()
        # Undone already; or submitted since: its prices are those of the invoice
        if self.after and snapshot == self.after and not self._moves_paid_money():
            # Nothing may be left to send because of what the dialog did itself
            self._check_not_ended_since(orders, _is_over)
            return
        self._check_not_ended_since(orders)
        changed = self._get_changed(snapshot) if self.after else orders.shipment_ids
        # Its name, whatever companies the user has switched off meanwhile
        changed_sudo = changed.sudo()
        order_sudo = (changed_sudo.continuity_order_id or orders)[:1].sudo()
        raise UserError(
            self.env._(
                "%s has changed since, and nothing was undone. Change it back by hand.",
                order_sudo.display_name,
            )
        )

    def _check_not_ended_since(self, orders, has_ended=_has_ended):
        """Refuse to undo what belongs to an order that has ended.

        :param continuity.order orders: of the dialog
        :param Callable has_ended: tells of one of them whether it has
        :raise UserError: naming the first one, and what becomes of the others
        """
        # Its name, whatever companies the user has switched off meanwhile
        ended_sudo = orders.sudo().filtered(has_ended)
        if not ended_sudo:
            return
        name = ended_sudo[0].display_name
        if len(orders) == 1:
            raise UserError(
                self.env._(
                    "%s has ended since, and nothing was undone. Sell the program again"
                    " if the customer wants it.",
                    name,
                )
            )
        raise UserError(
            self.env._(
                "%s has ended since, and nothing was undone. Change the shipments of"
                " the other orders back by hand.",
                name,
            )
        )

    def _restore(self):
        """Write what was there before, and forget it."""
        groups = {}
        for model, records in self.before.items():
            for record_id, values in records.items():
                if values != self.after[model].get(record_id):
                    key = model, repr(sorted(values.items()))
                    groups.setdefault(key, (values, []))[1].append(int(record_id))
        for (model, _key), (values, ids) in groups.items():
            # The ledger is ours, the decision is the user's
            records_sudo = self.env[model].sudo().browse(ids)
            # All of it, changed or not: what a price was told to mean would be made
            # anew by the taxes of today where it is not written with its price
            records_sudo.write(
                {
                    name: fields.Date.to_date(value)
                    if records_sudo._fields[name].type == "date"
                    else value
                    for name, value in values.items()
                }
            )
        # What the dialog found and left is our own note: nobody types it
        self.sudo().after = False

    def _get_shipments_to_restore(self):
        """Return the shipments that the dialog changed, or a product of.

        :rtype: continuity.shipment
        """
        self.ensure_one()
        return self._get_changed(self.before)

    def _get_changed(self, other):
        """Return the shipments that differ from what the dialog left.

        :param dict other: see :meth:`_get_snapshot`
        :rtype: continuity.shipment
        """

        def changed(model):
            left = self.after[model]
            ids = {
                record_id
                for record_id in left.keys() | other[model].keys()
                if left.get(record_id) != other[model].get(record_id)
            }
            # Some may be gone since
            return self.env[model].browse(sorted(map(int, ids))).exists()

        lines = changed("continuity.shipment.line")
        return changed("continuity.shipment") | lines.shipment_id

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...arguments import public, read_text
from ..by_hand.continuity_payment_fits import ASKABLE_STATES

SELLER = "sales_team.group_sale_salesman"
MANAGER = "sales_team.group_sale_manager"
ACCOUNTANT = "account.group_account_invoice"
SYSTEM = "base.group_system"


class Mend(NamedTuple):
    """A button that exists already, and who may press it."""

    #: Path from the row to the record the button belongs to
    record: str
    #: Its method
    method: str
    #: Groups, one of which the person needs; the method checks it itself, too
    groups: str


MENDS = {
    "release": Mend("continuity_order_id", "action_release", f"{SELLER},{ACCOUNTANT}"),
    "resume": Mend("continuity_order_id", "action_resume", SELLER),
    "set_date": Mend("continuity_order_id", "action_open_pause", SELLER),
    "card_link": Mend("continuity_order_id", "action_send_card_link", SELLER),
    "add_card": Mend("continuity_order_id", "action_add_card", SELLER),
    "cancel": Mend("continuity_order_id", "action_open_cancel", SELLER),
    "release_guard": Mend("continuity_order_id", "action_open_guard_release", MANAGER),
    "credit_units": Mend(
        "continuity_order_id", "action_credit_open", f"{SELLER},{ACCOUNTANT}"
    ),
    "accept_kept": Mend("continuity_order_id", "action_accept_kept", MANAGER),
    "book_rest": Mend("continuity_order_id", "action_open_book_rest", ACCOUNTANT),
    "open_moves": Mend(
        "continuity_order_id", "action_view_moves", f"{MANAGER},{ACCOUNTANT}"
    ),
    "open_account": Mend(
        "continuity_order_id", "action_view_account", f"{SELLER},{ACCOUNTANT}"
    ),
    "open_payments": Mend(
        "continuity_order_id", "action_view_payments", f"{SELLER},{ACCOUNTANT}"
    ),
    "release_parent": Mend(
        "continuity_order_id.sale_order_id",
        "action_continuity_release",
        f"{SELLER},{ACCOUNTANT}",
    ),
    "move": Mend("shipment_id", "action_open_move", SELLER),
    "skip": Mend("shipment_id", "action_open_skip", SELLER),
    "swap": Mend("shipment_id", "action_open_swap", SELLER),
    "substitute": Mend("mend_shipment_ids", "action_open_substitution", MANAGER),
    "charge": Mend("mend_payment_ids", "action_charge_now", f"{MANAGER},{ACCOUNTANT}"),
    "ask_again": Mend("payment_id", "action_ask_again", f"{MANAGER},{ACCOUNTANT}"),
    "was_paid": Mend("payment_id", "action_open_paid", f"{MANAGER},{ACCOUNTANT}"),
    "was_not_paid": Mend(
        "payment_id", "action_was_not_paid", f"{MANAGER},{ACCOUNTANT}"
    ),
    "write_off": Mend("payment_id", "action_open_write_off", ACCOUNTANT),
    "refund": Mend("payment_id", "action_refund", ACCOUNTANT),
    "lost_refund": Mend("payment_id", "action_open_lost_refund", ACCOUNTANT),
}
#: Mends that are a process for the parent order of the row
JOBS = {
    "extend": ("extend_lines", MANAGER),
    "try_children": ("create_child_orders", MANAGER),
    "try_payments": ("process_payments", f"{MANAGER},{ACCOUNTANT}"),
    "try_close": ("close_orders", f"{MANAGER},{ACCOUNTANT}"),
}
#: Mends that open a screen
SCREENS = {
    "confirm_copy": ("continuity_program.continuity_database_action", MANAGER),
    "open_crons": ("base.ir_cron_act", SYSTEM),
    "open_runs": (
        "continuity_program.continuity_run_action",
        f"{MANAGER},{ACCOUNTANT}",
    ),
}
#: Mends that open a record
RECORDS = {
    "open_order": ("continuity_order_id", f"{SELLER},{ACCOUNTANT}"),
    "open_parent": ("continuity_order_id.sale_order_id", f"{SELLER},{ACCOUNTANT}"),
    "open_child": ("shipment_id.child_order_id", f"{SELLER},{ACCOUNTANT}"),
    "open_address": ("continuity_order_id.partner_shipping_id", SELLER),
    "open_customer": ("continuity_order_id.partner_id", SELLER),
    "open_shipment": ("shipment_id", f"{SELLER},{ACCOUNTANT}"),
    "open_provider": ("continuity_order_id.payment_token_id.provider_id", SYSTEM),
    "open_payment": ("payment_id", f"{SELLER},{ACCOUNTANT}"),
    "open_invoice": ("payment_id.invoice_id", ACCOUNTANT),
    "open_program": ("program_id", MANAGER),
    "open_late_item": ("late_item_id", MANAGER),
}
CARD = ("card_link", "add_card")
#: Nobody has asked the bank: for a setting, or because the provider was not reached
AGAIN = ("try_children", "try_payments", *CARD)
#: Client actions that say what a button did; the others open something
SAYING = ("display_notification", "continuity_done")
#: What helps, the most likely first
BY_REASON = {
    "on_hold": ("release", "charge", *CARD),
    "paused": ("resume", "set_date"),
    "parent_hold": ("release_parent", "open_parent"),
    "parent_cancelled": ("open_parent", "cancel"),
    "catchup": ("move", "skip", "open_order"),
    "nothing_to_send": ("skip", "open_order"),
    "no_method": (*CARD, "open_order"),
    "card_missing": (*CARD, "open_order"),
    "card_archived": CARD,
    "card_not_owner": (*CARD, "open_order"),
    "card_expired": CARD,
    "card_expiring": CARD,
    "card_tried": CARD,
    "provider_off": ("open_provider", *CARD),
    "address": ("open_order", "open_address"),
    "guard": ("release_guard", "charge", "cancel"),
    "declined": ("charge", *CARD, "write_off"),
    "not_sent": AGAIN,
    "configuration": (*AGAIN, "open_provider"),
    "not_now": AGAIN,
    "unknown": ("ask_again", "was_paid", "was_not_paid"),
    "pending": ("open_payment",),
    "processing": ("open_payment",),
    "lapsed": ("open_payment",),
    "earlier_open": ("open_payments",),
    "draft_credit": ("open_moves",),
    "nothing_done": ("open_invoice", "open_child"),
    "overdue": ("open_invoice", "write_off"),
    "refund": ("refund",),
    "lost_refund": ("lost_refund",),
    "payment_open": ("open_payments",),
    "units_open": ("credit_units",),
    "residue": ("book_rest", "open_moves"),
    "balance_differs": ("open_account", "open_moves"),
    "held": ("open_account", "open_moves"),
    "small_amount": ("open_account", "open_payments"),
    "use_double_charge": ("refund", "open_account"),
    "extension": ("extend",),
    "product_archived": ("substitute", "swap"),
    "address_incomplete": ("open_address", "open_order"),
    "no_email": ("open_customer",),
    "mail_failed": ("open_customer", "open_order"),
    "price_zero": ("open_shipment",),
    "kept": ("accept_kept", "open_order"),
    "program_ends": ("open_program",),
    "piece_tax": ("open_order", "open_moves"),
    "late_item": ("open_late_item",),
    "copy": ("confirm_copy",),
    "inactive": ("open_crons", "open_runs"),
    "not_finished": ("open_runs",),
}
#: A process failed for the order: it is tried again
BY_JOB = {
    "create_child_orders": "try_children",
    "process_payments": "try_payments",
    "close_orders": "try_close",
    "extend_lines": "extend",
}


class ContinuityException(models.Model):
    """What a person presses: buttons that exist already, each with its own right."""

    _inherit = "continuity.exception"

    mends = fields.Char(
        compute="_compute_mends",
        help="What may be done about it, by whoever looks at it: keys between bars.",
    )
    mend_text = fields.Char(compute="_compute_mends")
    mend_shipment_ids = fields.Many2many(
        "continuity.shipment", compute="_compute_mend_shipment_ids"
    )
    mend_payment_ids = fields.Many2many(
        "continuity.payment", compute="_compute_mend_payment_ids"
    )

    @api.depends("payment_id", "continuity_order_id")
    def _compute_mend_payment_ids(self):
        for row in self:
            # Those of the row; of an order that is held for its payment, all declined
            row.mend_payment_ids = row.payment_id or (
                row.continuity_order_id.payment_ids.filtered(
                    lambda payment: payment.state == "declined"
                )
            )

    @api.depends("shipment_id")
    def _compute_mend_shipment_ids(self):
        for row in self:
            # All that are going to send what is not for sale any more
            products = row.shipment_id._get_unsellable_products()
            row.mend_shipment_ids = row.env["continuity.shipment"].search(
                [
                    ("company_id", "=", row.company_id.id),
                    ("state", "=", "planned"),
                    ("line_ids.product_id", "in", products.ids),
                ]
            )

    @api.depends("reason", "closed_on")
    @api.depends_context("uid")
    def _compute_mends(self):
        for row in self:
            known = row._get_mends()
            mine = [key for key in known if row._may_press(key)]
            row.mends = f"|{'|'.join(mine)}|"
            row.mend_text = row._get_mend_text(known, mine)

    def _get_mends(self):
        """List the keys of what helps, whoever may press it.

        :rtype: list[str]
        """
        self.ensure_one()
        if self.closed_on:
            return []
        # What there is to press depends on records the person may not read
        row_sudo = self.sudo()
        keys = list(self._get_ways().get(self.reason, ("open_order",)))
        if self.reason == "error":
            job = row_sudo.continuity_order_id.failure_job
            keys = [BY_JOB.get(job, "open_order"), "open_order"]
        return [key for key in dict.fromkeys(keys) if row_sudo._is_of_use(key)]

    @api.model
    def _get_ways(self):
        """Return what helps against each reason, the most likely first.

        :rtype: dict[str, tuple[str]]
        """
        return BY_REASON

    @api.model
    def _get_screens(self):
        """Return the mends that open a screen, and for whom.

        :rtype: dict[str, tuple[str, str]]
        """
        return SCREENS

    @api.model
    def _get_buttons(self):
        """Return the mends that are a button of a record.

        :rtype: dict[str, Mend]
        """
        return MENDS

    def _is_of_use(self, key):
        """Say whether there is something a mend would work on."""
        order = self.continuity_order_id
        checks = {
            "release": order.hold_manual,
            "charge": self.mend_payment_ids.filtered(
                lambda payment: payment.state in ASKABLE_STATES
            ),
            "ask_again": self.payment_id.state == "unknown",
            "was_paid": self.payment_id.state == "unknown",
            "was_not_paid": self.payment_id.state == "unknown",
            "write_off": self.payment_id.state in ("declined", "billed"),
            "open_invoice": self.payment_id.invoice_id,
            "try_children": self.shipment_id or not self.payment_id,
            "try_payments": not self.shipment_id,
            "open_child": self.shipment_id.child_order_id,
        }
        if self.reason == "on_hold" and key in CARD:
            return order.hold_payment
        return bool(checks.get(key, True))

    def _get_groups(self, key):
        for table in (JOBS, self._get_screens(), RECORDS):
            if key in table:
                return table[key][1]
        return self._get_buttons()[key].groups

    def _may_press(self, key):
        return self.env.user.has_groups(self._get_groups(key))

    def _get_mend_text(self, known, mine):
        """Say who may mend it, to who may not.

        :rtype: str | bool
        """
        if not known or mine:
            return False
        names = self._get_group_names()
        groups = self._get_groups(known[0]).split(",")
        return self.env._(
            "It is mended by %s.", ", ".join(names[group] for group in groups)
        )

    @api.model
    def _get_group_names(self):
        """Say who the groups are, in a sentence.

        :rtype: dict[str, str]
        """
        return {
            SELLER: self.env._("a salesperson"),
            MANAGER: self.env._("a sales administrator"),
            ACCOUNTANT: self.env._("an accountant"),
            SYSTEM: self.env._("a system administrator"),
        }

    # === ACTIONS === #

    @public(one=True)
    def action_open_mend(self):
        """Show what may be done about the row.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @public(one=True, key=read_text)
    def action_mend(self, key=None):
        """Press a button of what the row is about; then look at it again.

        :param str key: see `mends`
        :return: the dialog, or the message, of that button
        :rtype: dict
        :raise UserError: it does not help any more, or is for somebody else
        """
        self.ensure_one()
        self.check_access("read")
        if key not in self._get_mends() or not self._may_press(key):
            raise UserError(
                self.env._(
                    "This does not help “%(record)s” any more, or it is for somebody"
                    " else. Press “Check again”.",
                    record=self.display_name,
                )
            )
        result = self._press(key)
        answer = result if isinstance(result, dict) else {}
        if answer and answer.get("tag") not in SAYING:
            return answer
        self.action_check_again()
        # What became of the row says more than that the button was pressed
        says_more = answer.get("tag") == "display_notification"
        return answer if says_more else self._get_outcome()

    def _press(self, key):
        """Do it with the rights of who presses.

        :return: what the button returns
        """
        if key in JOBS:
            job, _groups = JOBS[key]
            # What a provider answers is kept, whatever fails afterwards
            return self.env["continuity.run"].execute(
                job,
                sale_order=self.continuity_order_id.sale_order_id,
                company=self.company_id,
                commit=True,
            )
        screens = self._get_screens()
        if key in screens:
            return self.env["ir.actions.act_window"]._for_xml_id(screens[key][0])
        if key in RECORDS:
            return self.mapped(RECORDS[key][0])._get_records_action()
        mend = self._get_buttons()[key]
        return getattr(self.mapped(mend.record), mend.method)()

    def _get_outcome(self):
        """Say what became of the row.

        :rtype: dict
        """
        if self.closed_on:
            kind, text = "success", self.env._("Mended.")
        else:
            kind = "warning"
            text = self.env._("Still so: %s", self.message or self.display_name)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": text,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...arguments import public, read_text
from ..parent.sale_order_take_in import UNCONFIRMED_ACTIVITY
from .destination import note_fiscal_position
from .ending import check_nothing_under_way
from .states import ACTIVE_STATES


class ContinuityOrder(models.Model):
    """The continuity order: how its state moves (rules F1).

    The state of an active order is not chosen but shown: on hold if a hold is set, else
    paused, else running. It is written here; ``continuity_order_end`` ends it.
    """

    _inherit = "continuity.order"

    # === ACTIONS === #

    @public(one=True)
    def action_open_hold(self):
        """Ask for the reason, then put the order on hold.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        dialog = self.env["continuity.hold"].create({"order_id": self.id})
        return dialog._show(self.env._("Put %s on hold", self.name))

    @public(reason=read_text)
    def action_hold(self, reason=None):
        """Put active orders on hold by hand: no children, no charges.

        :param str reason: why; shown on the order
        """
        # Accountants hold what they may read; everybody else what he may change.
        is_accountant = self.env.user.has_group("account.group_account_invoice")
        self.check_access("read" if is_accountant else "write")
        active = self.filtered(lambda order: order.state in ACTIVE_STATES)
        active._check_moved("hold", self)
        # Whether he may was checked; an accountant may not write orders otherwise
        active.sudo().write(
            {"hold_manual": True, "hold_reason": reason or self.env._("Put on hold")}
        )
        active._refresh_active_state()

    @public()
    def action_release(self):
        """Release the manual hold; the next run takes what is due (rules N36).

        :return: says what was done
        :rtype: dict
        """
        self.check_access("read")
        self._check_may_release()
        held = self.filtered(lambda order: order.hold_manual)
        held._check_moved("release", self)
        # As for holding: an accountant may release, and write nothing else
        held.sudo().write({"hold_manual": False, "hold_reason": False})
        held._refresh_active_state()
        dialog = self.env["continuity.dialog"]
        return dialog._get_done_action(self.env._("The hold is released."))

    # === SUBMIT === #

    def _activate(self):
        """Move submitted orders from draft to running (rules F1, BR13 step 4).

        Orders billed up front get their payment rows and their invoice, which counts
        the prepaid units. Activating twice changes nothing.

        :raise UserError: an order whose payment is not secured, by whatever door
        """
        # A customer who accepts starts the series: none of what follows is his to write
        for company, orders in self.grouped("company_id").items():
            drafts_sudo = (
                orders.sudo()
                .with_company(company)
                .filtered(lambda order: order.state == "draft")
            )
            today = company._continuity_today()
            drafts_sudo._check_secured(today)
            note_fiscal_position(drafts_sudo)
            drafts_sudo._start(today)
            drafts_sudo._bill_upfront(today)
            drafts_sudo._send_submitted_notice()

    def _check_secured(self, today):
        for order in self:
            if not order._is_secured(today):
                raise UserError(
                    order._get_payment_refusal(today)
                    or self.env._("%s has not been paid.", order.display_name)
                )

    def _start(self, today):
        """Write what Submit fixes, and what had been missed on that day (rules N34)."""
        for facts, orders in self.grouped(_get_first_facts).items():
            orders.write({"state": "running", "submit_date": today, **dict(facts)})
        planned = self.shipment_ids.filtered(lambda s: s.state == "planned")
        missed = planned.filtered(lambda s: s.scheduled_date < today)
        missed.filtered(lambda s: not s.is_missed).is_missed = True
        (planned - missed).filtered("is_missed").is_missed = False
        # What the program has got since was not sold
        self.filtered(lambda order: not order.is_laid_out)._refresh_has_more()

    # === HOLDS === #

    def _hold_for_payment(self, reason):
        """Put orders on payment hold, with one activity and one mail (rules F1).

        :param str reason: what the activity says
        """
        for order in self.filtered(lambda o: o.state in ACTIVE_STATES):
            order.write({"hold_payment": True, "hold_payment_reason": reason})
            order._schedule_continuity_activity(
                "continuity_program.mail_activity_payment_failed", reason
            )
        self._refresh_active_state()

    def _release_payment_hold(self):
        """Lift the payment hold; a manual one stays (rules N36)."""
        # A new card or an answer of the provider lifts it, whoever wrote it.
        held_sudo = self.sudo().filtered(lambda order: order.hold_payment)
        held_sudo.write({"hold_payment": False, "hold_payment_reason": False})
        held_sudo.activity_unlink(["continuity_program.mail_activity_payment_failed"])
        held_sudo._refresh_active_state()

    def _release_settled_hold(self):
        """Lift the payment hold of orders without a declined payment (rules F1).

        A rest that is too little for a card is asked with the next payment.
        """
        held = self.filtered("hold_payment")
        declined = held.payment_ids.filtered(lambda row: row.state == "declined")
        declined -= declined._filter_too_little()
        (held - declined.continuity_order_id)._release_payment_hold()

    def _refresh_active_state(self):
        """Show the state that follows from the holds and the pause."""
        # The state follows from what was written, also by accountants and customers
        for order in self.sudo().filtered(lambda o: o.state in ACTIVE_STATES):
            state = "running"
            if order.hold_manual or order.hold_payment:
                state = "on_hold"
            elif order.pause_date:
                state = "paused"
            if order.state != state:
                order.state = state

    def _check_may_release(self):
        """Who may hold may release a hold by hand.

        A payment hold has no button: a new card or the payment lifts it.

        :raise AccessError: the user may not
        """
        user = self.env.user
        if user.has_group("account.group_account_invoice"):
            return
        if not user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(
                self.env._("Only sellers and accountants can release a hold.")
            )
        self.check_access("write")

    # === WITH THE PARENT ORDER: CANCEL, DELETE, BACK TO DRAFT (rules F1, F7) === #

    def _cancel_drafts(self):
        """Cancel drafts whose quotation is cancelled.

        :raise UserError: a payment is being checked
        """
        # Whoever cancels the quotation may not write the ledger
        drafts_sudo = self.sudo().filtered(lambda order: order.state == "draft")
        for order_sudo in drafts_sudo:
            if refusal := order_sudo._get_frozen_refusal():
                raise UserError(refusal)
        sale_orders_sudo = drafts_sudo.sale_order_id
        sale_orders_sudo._continuity_take_in()
        drafts_sudo._give_up_rows()
        drafts_sudo.state = "cancelled"
        drafts_sudo.activity_unlink([UNCONFIRMED_ACTIVITY])
        sale_orders_sudo._continuity_give_back()

    def _cancel_with_order(self):
        """Cancel what has not left yet, because the parent order is cancelled (F1).

        So do child orders that wait for their money (rules N52). Confirmed ones stay:
        the cancel wizard is the place to choose. What is paid in advance is proposed to
        be credited.

        :raise UserError: a payment is being made right now
        """
        check_nothing_under_way(self)
        drafts = self.filtered(lambda o: o.state == "draft")
        drafts._cancel_drafts()
        drafts.shipment_ids.filtered(lambda s: s.state == "planned").state = "cancelled"
        going = self.filtered(lambda o: o.state in ACTIVE_STATES)
        if going:
            waiting = going.child_order_ids.filtered(
                lambda child: child.state in ("draft", "sent")
            )
            going._cancel_orders(self.env._("Order cancelled"), children=waiting)

    def _unlink_draft(self):
        """Delete continuity orders whose parent line goes away (rules F1).

        :raise UserError: it was submitted, or money is on its way
        """
        self._check_not_frozen()
        for order in self:
            if order.submit_date or order.child_order_ids:
                raise UserError(
                    self.env._(
                        "%(order)s was submitted and stays as history. Archive the"
                        " customer or leave the order cancelled.",
                        order=order.display_name,
                    )
                )
        self.payment_ids.unlink()
        self.unlink()

    def _give_up_rows(self):
        """Give up the rows of drafts that are cancelled; what came is to go back."""
        reason = self.env._("the quotation was cancelled")
        rows = self.payment_ids
        rows._cancel_open("quotation", reason)
        rows._void_authorization(reason, kind="quotation")

    def _get_reset_refusal(self):
        """Say why the parent order cannot become a quotation again (rules N14).

        :rtype: str | bool
        """
        # Invoices and charges count that the seller may not see
        for order_sudo in self.sudo():
            if order_sudo.submit_date and (
                order_sudo._is_anything_charged()
                or order_sudo.upfront_invoice_id
                or order_sudo.child_order_ids
            ):
                return self.env._(
                    "%s was submitted, and something was charged, invoiced or shipped."
                    " Duplicate the order instead.",
                    order_sudo.display_name,
                )
            if order_sudo._is_anything_charged():
                return self.env._(
                    "%s was paid before it was cancelled, and the money goes back."
                    " Duplicate the order instead.",
                    order_sudo.display_name,
                )
        return False

    def _reset_to_draft(self):
        """Bring cancelled orders back to draft and plan them afresh (rules N14).

        :raise UserError: something was charged, invoiced or shipped
        """
        if refusal := self._get_reset_refusal():
            raise UserError(refusal)
        # The seller resets his quotation; rows are not his to delete
        orders_sudo = self.sudo().filtered(lambda order: order.state != "draft")
        orders_sudo.payment_ids.unlink()
        orders_sudo.write(
            {
                "state": "draft",
                "submit_date": False,
                "hold_manual": False,
                "hold_reason": False,
                "hold_payment": False,
                "hold_payment_reason": False,
                "pause_date": False,
                "resume_date": False,
                "end_reason": False,
                "end_reason_id": False,
                "ended_date": False,
            }
        )
        orders_sudo.shipment_ids.filtered(
            lambda s: s.state == "cancelled" and not s.child_order_id
        ).state = "planned"
        orders_sudo._plan()

    # === HELPERS === #

    def _check_moved(self, move, asked):
        """Refuse a move from a state that does not know it, and say the way out.

        :param str move: hold or release
        :param continuity.order asked: the orders it was asked for
        :raise UserError: some of them cannot
        """
        others = asked - self
        if not others:
            return
        states = dict(self._fields["state"]._description_selection(self.env))
        order = others[0]
        texts = {
            "hold": self.env._(
                "%(order)s is %(state)s. Only a running order can be put on hold.",
                order=order.display_name,
                state=states[order.state],
            ),
            "release": self.env._(
                "%(order)s has no hold to release: a payment hold ends with a new card"
                " or with the payment.",
                order=order.display_name,
            ),
        }
        raise UserError(texts[move])

    def _schedule_continuity_activity(self, xmlid, note):
        """Give who is responsible one activity of a kind, never a second one.

        :param str xmlid: activity type
        :param str note: what there is to do
        """
        activity_type = self.env.ref(xmlid)
        for order in self:
            if order.activity_ids.filtered(
                lambda a: a.activity_type_id == activity_type
            ):
                continue
            order.activity_schedule(
                xmlid,
                date_deadline=fields.Date.context_today(order),
                note=note,
                user_id=order._get_responsible_user().id,
            )

    def _speak_to_responsible(self):
        """Return the order in the language of who looks after it.

        What a process, a provider or the settlement writes has no language of its own.

        :rtype: continuity.order
        """
        self.ensure_one()
        # Whose language it is, is not for every caller to read
        language = self._get_responsible_user().sudo().lang
        return self.with_context(lang=language) if language else self

    def _get_responsible_user(self):
        """Who looks after the order: the salesperson, else the leader of the team, else
        whom the company names; never somebody who has left.

        :rtype: res.users
        """
        self.ensure_one()
        # Who has left, and who leads a team, is not for every caller to read
        order_sudo = self.sudo()
        return self.company_id._continuity_get_responsible(
            order_sudo.user_id, order_sudo.team_id.user_id
        )


def _get_first_facts(order):
    """Return who sold the order and what its first shipment costs, as of now.

    :param continuity.order order: the order
    :return: names and values; orders with the same are written together
    :rtype: tuple
    """
    order.ensure_one()
    sale_order = order.sale_order_id
    user, team = sale_order.user_id.id, sale_order.team_id.id
    first = order.shipment_ids.sorted("number")[:1]
    return (
        ("user_id", user),
        ("team_id", team),
        ("pricelist_id", sale_order.pricelist_id.id),
        ("first_user_id", user),
        ("first_team_id", team),
        ("offer_price", first.amount_untaxed),
    )

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import api, models

from ...billing import apply
from ..facts.continuity_billing import to_amount
from ..payments.continuity_payment import CHARGED_STATES, OPEN_STATES


class ContinuityBilling(models.AbstractModel):
    """The rows of the ledger follow from the accounts.

    What was charged, is under way or was given up is history, and never written here:
    what a provider answers is written by what takes its answer. Dates never move.
    """

    _inherit = "continuity.billing"

    @api.model
    def _apply_to_rows(self, answers):
        """Write the rows that each settlement says.

        :param dict answers: facts and settlement per scope
        :return: the same of the claims whose rows follow, with the rows as they are
        :rtype: dict
        """
        known = {scope: answers[scope] for scope in self._filter_with_rows(answers)}
        results = {
            row.key: (row, any(doc.kind == "note" for doc in facts.docs))
            for facts, settlement in known.values()
            for row in settlement.rows
        }
        # Only our own methods write the ledger
        rows_sudo = self.env["continuity.payment"].sudo().browse(results)
        declined_sudo = rows_sudo.filtered(lambda row: row.state == "declined")
        changed_sudo = rows_sudo._follow_settlement(results)
        made = self._create_rows(known)
        settled_sudo = declined_sudo.filtered(
            lambda row: row.state != "declined" or row in changed_sudo
        )
        settled_sudo.continuity_order_id._release_settled_hold()
        return self._note_written(known, set(changed_sudo.ids), made)

    @api.model
    def _note_written(self, answers, changed_ids, made):
        """Say what is known now that the rows are written.

        :param dict answers: facts and settlement per scope
        :param set[int] changed_ids: rows that were written
        :param dict[tuple, list[int]] made: ids of the rows that were made, per scope
        :return: the same, with the rows as they are
        :rtype: dict
        """
        result = {}
        for scope, (facts, settlement) in answers.items():
            kept = [row for row in facts.rows if row.key not in changed_ids]
            written = [row for row in settlement.rows if row.key in changed_ids]
            written += [
                replace(row, key=key)
                for row, key in zip(
                    settlement.new_rows, made.get(scope, ()), strict=True
                )
            ]
            after = apply(facts, written).rows
            result[scope] = replace(facts, rows=(*kept, *after)), settlement
        return result

    @api.model
    def _filter_with_rows(self, answers):
        """Say of which claims the rows follow from the account.

        Ordinary goods have none. Of a quotation, *Submit* says what they are. A child
        whose shipment was planned again keeps the rows it was charged by, and gets no
        new one: there is nothing it could hang on.

        :param dict answers: facts and settlement per scope
        :return: their scopes, in the same order
        :rtype: list[tuple[str, int]]
        """
        ids = {"child": [], "upfront": [], "ordinary": []}
        for kind, res_id in answers:
            ids[kind].append(res_id)
        # The ledger is the company's, whoever changes a fact
        children_sudo = self.env["sale.order"].sudo().browse(ids["child"])
        orders_sudo = self.env["continuity.order"].sudo().browse(ids["upfront"])
        found = {
            "child": set(children_sudo.filtered("continuity_shipment_ids").ids),
            "upfront": set(orders_sudo.filtered(lambda o: o.state != "draft").ids),
            "ordinary": (),
        }
        return [
            (kind, res_id)
            for (kind, res_id), (facts, settlement) in answers.items()
            if res_id in found[kind]
            or (kind == "child" and facts.rows and not settlement.new_rows)
        ]

    @api.model
    def _create_rows(self, answers):
        """Make the rows nobody planned, and those of invoices.

        :param dict answers: facts and settlement per scope
        :return: ids of the new rows per scope that has some
        :rtype: dict[tuple[str, int], list[int]]
        """
        vals_list, scopes = [], []
        for scope, (_facts, settlement) in answers.items():
            if settlement.new_rows:
                order_sudo, shipment_sudo = self._get_row_owner(scope)
                following = self.env["continuity.payment"]._get_next_sequence(
                    order_sudo, shipment_sudo
                )
                scopes += [scope] * len(settlement.new_rows)
                for place, row in enumerate(settlement.new_rows):
                    vals_list.append(
                        {
                            **_prepare_settled_vals(order_sudo, row),
                            "shipment_id": shipment_sudo.id,
                            "sequence": following + place,
                        }
                    )
        # Nobody may create rows; the settlement does, whoever posted the invoice
        rows_sudo = self.env["continuity.payment"].sudo().create(vals_list)
        for row_sudo in rows_sudo:
            documents = row_sudo._get_documents().sorted("invoice_date")
            if not row_sudo.shipment_id:
                documents = row_sudo.continuity_order_id.upfront_invoice_id
            row_sudo.invoice_id = row_sudo.receivable_line_id.move_id or documents[-1:]
        rows_sudo.filtered(
            lambda row: not row.receivable_line_id
        )._link_receivable_lines()
        made = {}
        for scope, row_sudo in zip(scopes, rows_sudo, strict=True):
            made.setdefault(scope, []).append(row_sudo.id)
        return made

    def _get_row_owner(self, scope):
        """Say whose the rows of a claim are.

        :param tuple scope: of a child order, or of what is billed up front
        :return: the order, and the shipment that leaves first of its parcel
        :rtype: tuple[continuity.order, continuity.shipment]
        """
        # Whose the rows are does not depend on who caused them
        kind, res_id = scope
        if kind == "upfront":
            order_sudo = self.env["continuity.order"].sudo().browse(res_id)
            return order_sudo, order_sudo.shipment_ids.browse()
        child_sudo = self.env["sale.order"].sudo().browse(res_id)
        shipments_sudo = child_sudo.continuity_shipment_ids._sorted_by_leaving()
        return child_sudo.continuity_order_id, shipments_sudo[:1]


class ContinuityPayment(models.Model):
    """The payment row: brought in step with the account of its claim."""

    _inherit = "continuity.payment"

    def _follow_settlement(self, results):
        """Write what the rows must be; one write for those that change alike.

        :param dict results: per id, what it must be, and whether there are notes
        :return: the rows that were another way
        :rtype: continuity.payment
        """
        alike, sentences = {}, {}
        for row in self.filtered(lambda row: row._is_movable()):
            result, has_notes = results[row.id]
            if vals := row._prepare_follow_vals(result):
                key = tuple(sorted(vals.items()))
                alike[key] = alike.get(key, self.browse()) | row
                sentences[row] = row._describe_follow(vals, has_notes)
        for vals, rows in alike.items():
            rows.write(dict(vals))
        self._note_each(sentences)
        return self.browse().union(*sentences)

    def _is_movable(self):
        """Say whether nothing has happened to the row but what other money has done.

        :rtype: bool
        """
        self.ensure_one()
        if self.state == "cancelled":
            return self.cancel_kind != "written_off"
        return self.state in OPEN_STATES or (
            self.state == "paid" and self.is_paid_otherwise
        )

    def _prepare_follow_vals(self, result):
        """Return what of the row has to be another way.

        What a row asked last stands on it when it is cancelled.

        :param RowResult result: what it must be
        :rtype: dict
        """
        self.ensure_one()
        if result.state in CHARGED_STATES and not result.otherwise:
            # Money of its own has come: the answer of the provider says so
            return {}
        amounts = {"amount": result.amount, "amount_planned": result.base}
        if result.state == "cancelled":
            del amounts["amount"]
        vals = {
            name: to_amount(units, self.currency_id) for name, units in amounts.items()
        }
        vals = {
            name: amount
            for name, amount in vals.items()
            if self.currency_id.compare_amounts(amount, self[name])
        }
        return {**vals, **self._prepare_follow_state(result)}

    def _prepare_follow_state(self, result):
        """Return what of the state of the row has to be another way.

        :param RowResult result: what it must be
        :rtype: dict
        """
        state = result.state
        by_bill = self.continuity_order_id.payment_method == "on_account"
        if state == "scheduled" and self.billed_date and by_bill:
            state = "billed"
        kind = result.cancel or False
        if kind == "order" and self.cancel_kind == "quotation":
            kind = "quotation"
        vals = {
            "state": state,
            "is_paid_otherwise": result.otherwise,
            "cancel_kind": kind,
        }
        vals = {name: value for name, value in vals.items() if self[name] != value}
        if "cancel_kind" in vals and ("state" in vals or not self.cancel_reason):
            vals["cancel_reason"] = self._get_cancel_words().get(kind, False)
        if vals.get("state") == "paid":
            vals["next_attempt_date"] = False
        return vals

    def _get_cancel_words(self):
        """Say in words what cancels a row.

        :rtype: dict[str, str]
        """
        return {
            "credited": self.env._("credited"),
            "corrected": self.env._("not needed any more"),
            "books": self.env._("settled in the books"),
            "child": self.env._("the child order was cancelled"),
            "order": self.env._("the order was cancelled"),
        }

    def _describe_follow(self, vals, has_notes):
        """Say what is about to become of the row, for its chatter.

        :param dict vals: see :meth:`_prepare_follow_vals`
        :param bool has_notes: a credit note may have done it
        :return: nothing, where the change of its state says enough
        :rtype: str | bool
        """
        self.ensure_one()
        state = vals.get("state")
        if state == "paid":
            return self.env._("Paid another way; not charged.")
        if state == "cancelled":
            return {
                "credited": self.env._("Credited: nothing is left to pay."),
                "corrected": self.env._("The documents do not ask for it any more."),
                "books": self.env._("Settled in the books: nothing is left to pay."),
            }.get(vals.get("cancel_kind", self.cancel_kind), False)
        if state and self.is_paid_otherwise:
            return self.env._("The payment was undone: open again.")
        if "amount" not in vals:
            return False
        amounts = {
            "before": self.currency_id.format(self.amount),
            "after": self.currency_id.format(vals["amount"]),
        }
        if has_notes:
            return self.env._("Credit note: %(before)s → %(after)s", **amounts)
        return self.env._("To pay: %(before)s → %(after)s", **amounts)


def _prepare_settled_vals(order, row):
    """Values of a row that a settlement says is to be made.

    :param continuity.order order: the order
    :param RowResult row: what it must be
    :rtype: dict
    """
    order.ensure_one()
    vals = {
        "continuity_order_id": order.id,
        "due_date": row.due,
        "amount": to_amount(row.amount, order.currency_id),
        "amount_planned": to_amount(row.base, order.currency_id),
        "kind": row.kind,
    }
    if row.line is None:
        return vals
    # Whoever posts an invoice need not read the ledger of payments
    line_sudo = order.env["account.move.line"].sudo().browse(row.line)
    day = line_sudo.move_id.invoice_date
    vals.update(basis="documents", receivable_line_id=line_sudo.id)
    if order.payment_method == "on_account":
        # The invoice itself is the bill, due by the customer's terms
        vals.update(state="billed", billed_date=day)
    else:
        vals["due_date"] = min(row.due, day)
    return vals

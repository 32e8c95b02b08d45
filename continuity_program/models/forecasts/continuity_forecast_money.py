# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...forecast.cash import Due

#: The customer has paid, or the provider has the money or is being asked
CERTAIN_STATES = ("authorized", "pending", "processing", "unknown")
#: What a pause without a date does not keep back: it is on its way, the customer has
#: the bill, or he is to get it back
WHILE_PAUSED = (*CERTAIN_STATES, "billed", "refund")
#: What no process asks for while an order is on pause
KEPT_BACK = ("scheduled", "declined")
#: What is still to come in
OPEN_STATES = ("scheduled", "declined", "billed", *CERTAIN_STATES)


class ContinuityForecastFact(models.AbstractModel):
    """What members are going to pay: open payments, and what shipments will owe."""

    _inherit = "continuity.forecast.fact"

    @api.model
    def _get_money_sql(self, look):
        """Select the open payments of each member, and what he is to get back.

        :param Look look: company, day and weeks
        :rtype: SQL
        """
        return SQL(
            """
            SELECT order_id,
                   JSONB_AGG(
                       JSONB_BUILD_ARRAY(
                           day, state, amount, sequence, is_of_shipment, number, fate,
                           term_id
                       ) ORDER BY due_date, sequence, id
                   ) AS dues
              FROM (
                   SELECT p.continuity_order_id AS order_id, p.id, p.due_date,
                          CASE WHEN p.state = 'declined'
                               THEN COALESCE(p.next_attempt_date, p.due_date)
                               ELSE p.due_date
                          END AS day,
                          CASE WHEN p.state IN %(open)s THEN p.state
                               ELSE 'refund' END AS state,
                          CASE WHEN p.state IN %(open)s THEN p.amount
                               ELSE -p.amount_to_refund END AS amount,
                          p.sequence, p.shipment_id IS NOT NULL AS is_of_shipment,
                          ledger.number, ledger.fate, NULL::int AS term_id
                     FROM continuity_payment p
                     JOIN member ON member.id = p.continuity_order_id
                     LEFT JOIN ledger ON ledger.id = p.shipment_id
                    WHERE p.state IN %(open)s OR p.amount_to_refund > 0
                    UNION ALL
                   %(sold)s
                    UNION ALL
                   %(asked)s
                    UNION ALL
                   SELECT m.continuity_order_id, m.id, %(today)s::date, %(today)s::date,
                          'drafted', -m.amount_total, 0, FALSE, NULL, NULL, NULL
                     FROM account_move m
                     JOIN member ON member.id = m.continuity_order_id
                                AND member.is_upfront
                    WHERE m.move_type = 'out_refund' AND m.state = 'draft'
                   ) due
             GROUP BY order_id
            """,
            open=OPEN_STATES,
            sold=self._get_sold_sql(look),
            asked=self._get_asked_sql(),
            today=look.today,
        )

    @api.model
    def _get_asked_sql(self):
        """Select the waiting parcels whose payment is written down, whatever it says.

        Paid, open or given up: the parcel itself owes nothing besides. What a former
        child order has left says nothing of the next one.
        """
        return SQL(
            """
            SELECT ledger.order_id, ledger.id, ledger.planned_date, ledger.planned_date,
                   'asked', 0, 0, TRUE, ledger.number, ledger.fate, NULL
              FROM ledger
              JOIN member ON member.id = ledger.order_id AND NOT member.is_upfront
              JOIN sale_order c ON c.id = ledger.child_order_id
             WHERE ledger.fate = 'waiting'
               AND EXISTS (
                       SELECT FROM continuity_payment p
                        WHERE p.child_order_id = c.id
                          AND (p.state != 'cancelled' OR p.cancel_kind = 'written_off')
                   )
            """
        )

    @api.model
    def _get_sold_sql(self, look):
        """Select parcels that have left and are not invoiced yet.

        Their payment is written down with the invoice. What has waited for longer than
        a member may, nobody is going to invoice by itself: it is late work.
        """
        return SQL(
            """
            SELECT ledger.order_id, c.id, %(today)s::date, %(today)s::date, 'sold',
                   c.amount_total, 0, TRUE, MIN(ledger.number), 'decided',
                   CASE WHEN member.method = 'on_account' THEN c.payment_term_id END
              FROM ledger
              JOIN member ON member.id = ledger.order_id AND NOT member.is_upfront
              JOIN sale_order c ON c.id = ledger.child_order_id AND c.state = 'sale'
             WHERE ledger.planned_date >= %(since)s
               AND c.amount_total > 0
               AND c.invoice_status != 'invoiced'
               AND NOT EXISTS (
                       SELECT FROM continuity_payment p
                        WHERE p.child_order_id = c.id AND p.state != 'cancelled'
                   )
             GROUP BY ledger.order_id, member.method, c.id
            """,
            today=look.today,
            since=look.today - timedelta(days=look.company.continuity_stalled_days),
        )

    def _get_dues(self, values, rows, look, known):
        """Return what members of a group are going to pay, in the company's currency.

        :param dict values: of the group
        :param list rows: see `_get_rows`
        :param Look look: company, day and weeks
        :param dict known: what was asked for before
        :rtype: tuple[Due, ...]
        """
        rate = self._get_rate(values["currency_id"], look, known)
        places = {row.turn: place for place, (row, _source) in enumerate(rows)}
        dues, paying = [], set()
        payments = _take_drafts(values["dues"] or ())
        if values["is_paused"]:
            payments = [one for one in payments if one[1] in WHILE_PAUSED]
        for payment in payments:
            state, turn, fate = payment[1], payment[5], payment[6]
            if state == "asked" or (state != "refund" and fate == "planned"):
                paying.add(turn)
            if state == "sold":
                dues += self._get_sold(payment, values, rate, look, known)
            elif state != "asked":
                dues.append(self._read_due(payment, values, rows, places, rate, look))
        if not values["is_upfront"]:
            for place, (row, source) in enumerate(rows):
                if row.turn not in paying:
                    dues += self._get_planned(values, place, source, rate, look, known)
        return tuple(sorted(dues))

    def _read_due(self, payment, values, rows, places, rate, look):
        """Read an open payment.

        That of a shipment that has left comes whatever the member does. One of the
        whole order comes as long as he is there: a cancellation takes the last ones
        away first.
        """
        day, state, amount, sequence, is_of_shipment, turn, _fate, _term = payment
        day = _get_day_after_pause(date.fromisoformat(day), payment, values)
        place = -1
        if state == "refund":
            # It waits for an accountant: what he gives back today comes off this week
            return Due(look.today, values["method"], amount * rate, "refund")
        if is_of_shipment:
            place = places.get(turn, -1)
        elif state not in CERTAIN_STATES:
            place = max(
                (p for p, (row, _source) in enumerate(rows) if row.day <= day),
                default=-1,
            )
        is_certain = state in CERTAIN_STATES
        return Due(
            day=look.today if is_certain else day,
            method=values["method"],
            amount=amount * rate,
            source="row",
            turn_row=-1 if is_certain else place,
            is_shipped=is_of_shipment,
            is_first=place >= 0
            and is_of_shipment
            and sequence == 1
            and values["method"] == "card",
            is_certain=is_certain,
        )

    def _get_sold(self, payment, values, rate, look, known):
        """List what a parcel owes that has left: it is invoiced today at the earliest.

        :rtype: list[Due]
        """
        amount, term_id = payment[2], payment[7]
        parts = self._split_by_term(
            amount, term_id, values["currency_id"], look.today, look, known
        )
        return [
            Due(when, values["method"], part * rate, "sold") for when, part in parts
        ]

    def _get_planned(self, values, place, source, rate, look, known):
        """List what a planned shipment is going to owe, by its schedule or its term.

        Without a schedule its payment is written down when the parcel is made, and
        falls due then, or by the term of the customer. A schedule counts from the day
        the parcel is promised for.
        """
        currency_id = values["currency_id"]
        if source["schedule"]:
            day = max(source["day"], look.today)
            parts = self._split(source, currency_id, day, known)
        else:
            made = source["day"] - timedelta(days=look.days_before)
            parts = self._split_by_term(
                source["amount"],
                values["term_id"],
                currency_id,
                max(made, look.today),
                look,
                known,
            )
        return [
            Due(
                day=when,
                method=values["method"],
                amount=amount * rate,
                source="planned",
                turn_row=place,
                is_first=number == 0 and values["method"] == "card",
            )
            for number, (when, amount) in enumerate(parts)
        ]

    def _split(self, source, currency_id, day, known):
        """Split an amount by the schedule of its shipment.

        :rtype: list[tuple[date, float]]
        """
        amount, schedule_id = source["amount"], source["schedule"]
        if amount <= 0:
            return []
        key = "split", amount, schedule_id, currency_id, day
        if key not in known:
            schedule = self.env["continuity.payment.schedule"].browse(schedule_id)
            currency = self.env["res.currency"].browse(currency_id)
            try:
                parts = schedule._split(amount, day, currency)
                known[key] = [(part.date, float(part.amount)) for part in parts]
            except UserError:
                # It does not fit the amount any more: the shipment itself will say so
                known[key] = [(day, amount)]
        return known[key]

    def _split_by_term(self, amount, term_id, currency_id, day, look, known):
        """Split an amount by the payment term of its invoice.

        :param float amount: in the currency
        :param int term_id: of the customer; None = due on the day of the invoice
        :param int currency_id: of the amount
        :param date day: of the invoice
        :param Look look: company, day and weeks
        :param dict known: what was asked for before
        :rtype: list[tuple[date, float]]
        """
        if amount <= 0:
            return []
        if not term_id:
            return [(day, amount)]
        key = "term", amount, term_id, currency_id, day
        if key not in known:
            # How its tax is shared out moves no date: all of it is taken for untaxed
            terms = (
                self.env["account.payment.term"]
                .browse(term_id)
                ._compute_terms(
                    date_ref=day,
                    currency=self.env["res.currency"].browse(currency_id),
                    company=look.company,
                    tax_amount=0.0,
                    tax_amount_currency=0.0,
                    sign=1,
                    untaxed_amount=amount,
                    untaxed_amount_currency=amount,
                )
            )
            known[key] = [
                (line["date"], line["foreign_amount"]) for line in terms["line_ids"]
            ] or [(day, amount)]
        return known[key]

    def _get_rate(self, currency_id, look, known):
        """Return what one unit of a currency is worth in that of the company.

        :rtype: float
        :raise UserError: the currency has no rate
        """
        key = "rate", currency_id
        if key not in known:
            company = look.company
            currency = self.env["res.currency"].browse(currency_id)
            if currency != company.currency_id:
                self.env["continuity.dunning.report"]._check_rate(company, currency)
            known[key] = currency._get_conversion_rate(
                currency, company.currency_id, company, look.today
            )
        return known[key]


def _get_day_after_pause(day, payment, values):
    """Say when a payment falls due that a pause with a date may keep back.

    Instalments move as far as the parcels; no card is asked and no bill sent before the
    order goes on.

    :param date day: the day it is due as it stands
    :param list payment: see `_get_money_sql`
    :param dict values: of the group
    :rtype: date
    """
    resume, state, is_of_shipment = values["resume_date"], payment[1], payment[4]
    if not resume:
        return day
    is_instalment = values["has_instalments"] and not is_of_shipment
    if is_instalment and state in ("scheduled", "billed"):
        day += values["step"]
    return max(day, resume) if state in KEPT_BACK else day


def _take_drafts(payments):
    """Take what draft credit notes are about off the open instalments, the last first.

    :param list payments: see `_get_money_sql`
    :return: what is left of them
    :rtype: list
    """
    drafted = -sum(payment[2] for payment in payments if payment[1] == "drafted")
    result = []
    for day, state, amount, *others in reversed(payments):
        _sequence, is_of_shipment, *_rest = others
        taken = 0
        if state in ("scheduled", "declined", "billed") and not is_of_shipment:
            taken = min(amount, drafted)
            drafted -= taken
        if state == "asked" or (state != "drafted" and amount != taken):
            result.append([day, state, amount - taken, *others])
    return result[::-1]

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ..facts.continuity_billing import to_amount


class ContinuityPayment(models.Model):
    """The payment row: what is too little for a card keeps no parcel in the house."""

    _inherit = "continuity.payment"

    def _filter_too_little(self, day=None):
        """Return the rows that no card is asked for before another one falls due.

        :param date day: of a process; None = today in each company
        :rtype: continuity.payment
        """
        if not self:
            return self
        self.env.flush_all()
        found = self.browse()
        for company, rows in self.grouped("company_id").items():
            today = max(filter(None, (day, company._continuity_today())))
            condition = self._get_too_little_sql(company, today)
            ids = self.env.execute_query(
                SQL(
                    "SELECT p.id FROM continuity_payment p WHERE p.id IN %s AND %s",
                    rows._ids,
                    condition,
                )
            )
            found |= self.browse(row[0] for row in ids)
        return found

    def _get_too_little_sql(self, companies, day):
        """Say which card rows `p` are too little, with all that is due beside them.

        What `billing.get_too_little` says of one claim, for all of them at once: such
        a rest keeps no parcel in the house, and makes no parcel an unpaid one. What
        reaches the smallest charge together is asked, and so waited for; of what
        nothing was paid there is no rest.

        :param res.company companies: of the rows, say what the smallest charge is
        :param date day: company-local day
        :rtype: SQL
        """
        smallest = self._get_smallest_charges(companies)
        if not smallest:
            return SQL("FALSE")
        return SQL(
            """(p.state IN ('scheduled', 'declined') AND p.due_date <= %(day)s
                AND EXISTS (
                    SELECT FROM continuity_order by_card
                      JOIN (VALUES %(smallest)s)
                           AS least (company_id, currency_id, amount)
                        ON least.company_id = p.company_id
                       AND least.currency_id = p.currency_id
                       AND p.amount < least.amount
                     WHERE by_card.id = p.continuity_order_id
                       AND by_card.payment_method = 'card'
                       AND (
                           SELECT SUM(beside.amount) FILTER (
                                      WHERE beside.state IN ('scheduled', 'declined')
                                        AND beside.due_date <= %(day)s
                                        AND beside.amount < least.amount
                                  ) < least.amount
                                  AND (
                                      p.amount < p.amount_planned
                                      OR BOOL_OR(
                                          beside.state IN ('paid', 'authorized')
                                      )
                                  )
                             FROM continuity_payment beside
                            WHERE beside.continuity_order_id = p.continuity_order_id
                              AND (beside.id = p.id
                                   OR beside.shipment_id IS NULL
                                      AND p.shipment_id IS NULL
                                   OR beside.child_order_id = p.child_order_id)
                       )
                ))""",
            day=day,
            smallest=SQL(", ").join(
                SQL("(%s, %s, %s::numeric)", *values) for values in smallest
            ),
        )

    def _get_smallest_charges(self, companies):
        """Say what a card is asked for at least, by company and currency.

        :param res.company companies: the companies
        :return: ids of company and currency, and amount; without those without limit
        :rtype: list[tuple[int, int, float]]
        """
        # Also the warehouse, which sees no parameters, asks whether goods may leave
        limited_sudo = companies.sudo().filtered("continuity_smallest_charge")
        if not limited_sudo:
            return []
        billing = self.env["continuity.billing"]
        # Currencies of their orders, archived by now or not
        used_sudo = (
            self.env["continuity.order"]
            .sudo()
            ._read_group(
                [("company_id", "in", limited_sudo.ids)], ["company_id", "currency_id"]
            )
        )
        amounts = []
        for company_sudo, currency in used_sudo:
            units = billing._get_company_smallest_charge(company_sudo, currency)
            if units:
                amounts.append(
                    (company_sudo.id, currency.id, to_amount(units, currency))
                )
        return amounts

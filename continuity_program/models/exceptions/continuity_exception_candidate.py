# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ...billing import NOT_ASKED
from ..offer.continuity_program_check import UPFRONT_TAXES
from ..prepaid.continuity_order_prepaid import ENDED_STATES

#: Payments are looked at when they are due within so many days
PAYMENT_DAYS = 7


class Look(NamedTuple):
    """A look at a company; the selections of the processes read it like a run."""

    company_id: models.BaseModel
    #: Today in the company
    today: object
    #: Day of the next run that makes child orders
    date: object
    #: Last day of the shipments that are looked at
    until: object
    # It has no lines, and is narrowed to nothing
    id: int = 0
    program_id: bool = False
    product_id: bool = False
    product_tmpl_id: bool = False
    sale_order_id: bool = False


class ContinuityException(models.Model):
    """Which orders may have an exception: found by the database, for all at once.

    Rather one too many: the checks of the processes decide.
    """

    _inherit = "continuity.exception"

    @api.model
    def _get_look(self, company):
        """Say which days are looked at: of the next run, and of the last one.

        A night that has made its child orders is over: the next one is tomorrow's.

        :param res.company company: the company
        :rtype: Look
        """
        today = company._continuity_today()
        is_over = self.env["continuity.run"].search_count(
            [
                ("company_id", "=", company.id),
                ("job", "=", "create_child_orders"),
                ("origin", "=", "scheduled"),
                ("date", "=", today),
                ("state", "=", "done"),
                ("dry_run", "=", False),
            ],
            limit=1,
        )
        day = today + timedelta(days=1) if is_over else today
        until = today + timedelta(days=company.continuity_exception_days)
        return Look(company, today, day, max(day, until))

    @api.model
    def _get_candidate_sql(self, company):
        """Say which continuity orders `o` may have an exception.

        :param res.company company: the company
        :rtype: SQL
        """
        look = self._get_look(company)
        active = SQL("o.state IN ('running', 'paused', 'on_hold')")
        conditions = self._get_candidate_conditions(look)
        return SQL(
            "(%s OR %s OR %s AND (%s))",
            SQL(
                """EXISTS (SELECT FROM continuity_exception e
                            WHERE e.continuity_order_id = o.id
                              AND e.closed_on IS NULL)"""
            ),
            self._get_attention_sql(),
            active,
            SQL(" OR ").join(conditions.values()),
        )

    @api.model
    def _get_attention_sql(self):
        """Say that a payment of an order `o` is on the work list."""
        return SQL(
            """EXISTS (SELECT FROM continuity_payment p
                        WHERE p.continuity_order_id = o.id AND %s IS NOT NULL)""",
            self.env["continuity.payment"]._get_attention_sql("p"),
        )

    @api.model
    def _get_candidate_conditions(self, look):
        """The conditions on active orders `o`, one of which must hold.

        :param Look look: see `_get_look`
        :rtype: dict[str, SQL]
        """
        return {
            "failed": SQL("o.failure_job IS NOT NULL"),
            # Whatever their date: somebody has to decide
            "held": SQL("o.state = 'on_hold'"),
            "kept": SQL("o.kept_text IS NOT NULL"),
            **self._get_parcel_conditions(look),
            **self._get_payment_conditions(look),
            "close": SQL(
                "o.id IN (%s)",
                self.env["continuity.job.close_orders"]._get_close_sql(look),
            ),
            "units": self._get_units_sql(),
            "piece_tax": self._get_piece_tax_sql(),
            "extension": self._get_extension_sql(),
            "warning": self._get_warning_sql(look),
        }

    def _get_parcel_conditions(self, look):
        """What may keep shipments back, in the order of the checks."""
        company = look.company_id
        last = look.until + timedelta(days=company.continuity_delivery_days)
        most = company.continuity_max_catchup
        planned = SQL(
            """s.continuity_order_id = o.id AND s.state = 'planned'
               AND s.action != 'skip' AND s.planned_date <= %s""",
            last,
        )
        due = SQL("EXISTS (SELECT FROM continuity_shipment s WHERE %s)", planned)
        conditions = {
            "late": SQL(
                """EXISTS (SELECT FROM continuity_shipment s
                            WHERE %s AND s.planned_date < %s)""",
                planned,
                look.today,
            ),
            "state": SQL("o.state != 'running' AND %s", due),
            "parent": SQL(
                """%s AND EXISTS (SELECT FROM sale_order so
                                   WHERE so.id = o.sale_order_id
                                     AND (so.state != 'sale' OR so.continuity_hold))""",
                due,
            ),
            "goods": SQL(
                """EXISTS (SELECT FROM continuity_shipment s
                            WHERE %s AND NOT EXISTS (
                                  SELECT FROM continuity_shipment_line l
                                   WHERE l.shipment_id = s.id AND l.quantity != 0))""",
                planned,
            ),
            "card": self._get_card_sql(look),
            "guard": SQL(
                """%s AND EXISTS (SELECT FROM continuity_program g
                                   WHERE g.id = o.program_id AND g.id IN %s)""",
                due,
                tuple(self._get_guarded_programs(company).ids) or (0,),
            ),
            "address": SQL(
                """%s AND EXISTS (SELECT FROM res_partner a
                                   WHERE a.id = o.partner_shipping_id
                                     AND NOT a.active)""",
                due,
            ),
            "child": SQL(
                """EXISTS (SELECT FROM sale_order c
                            WHERE c.continuity_order_id = o.id
                              AND c.state IN ('draft', 'sent'))"""
            ),
        }
        if most:
            conditions["catchup"] = SQL(
                "(SELECT COUNT(*) FROM continuity_shipment s WHERE %s) > %s",
                planned,
                most,
            )
        return conditions

    def _get_guarded_programs(self, company):
        programs = self.env["continuity.program"].with_context(active_test=False)
        return programs.search([("company_id", "=", company.id)]).filtered("has_guard")

    def _get_card_sql(self, look):
        """Say that the card of an order `o` may not do, or will not do soon.

        Of it is warned longer before than shipments are looked at.
        """
        days = timedelta(days=look.company_id.continuity_card_warning_days)
        last = max(self._get_last_planned(look), look.today + days)
        payments = self.env["continuity.payment"]
        return SQL(
            """o.payment_method = 'card' AND (
                   o.payment_token_id IS NULL
                   OR EXISTS (SELECT FROM payment_token t
                               WHERE t.id = o.payment_token_id
                                 AND (NOT t.active OR t.expiry_date < %(last)s))
                   OR %(provider)s OR %(owner)s
               ) AND EXISTS (
                   SELECT FROM continuity_shipment s
                    WHERE s.continuity_order_id = o.id AND s.state = 'planned'
                      AND s.action != 'skip' AND s.planned_date <= %(last)s
               )""",
            last=last,
            provider=payments._get_provider_off_sql(),
            owner=payments._get_not_owner_sql(),
        )

    def _get_payment_conditions(self, look):
        """What may keep payments back that nobody has asked for yet.

        What was due before today was left out by a run.
        """
        soon = look.today + timedelta(days=PAYMENT_DAYS)
        scheduled = SQL("p.continuity_order_id = o.id AND p.state = 'scheduled'")
        return {
            "payment_late": SQL(
                """EXISTS (SELECT FROM continuity_payment p
                            WHERE %s AND p.due_date < %s)""",
                scheduled,
                look.today,
            ),
            "payment_unasked": SQL(
                """EXISTS (SELECT FROM continuity_payment p
                            WHERE %s AND p.decline_kind IN %s)""",
                scheduled,
                tuple(sorted(NOT_ASKED)),
            ),
            "payment_state": SQL(
                """EXISTS (SELECT FROM continuity_payment p
                            WHERE %(row)s AND p.due_date <= %(soon)s)
                   AND (o.state != 'running' OR EXISTS (
                        SELECT FROM sale_order so
                         WHERE so.id = o.sale_order_id
                           AND (so.state != 'sale' OR so.continuity_hold)))""",
                row=scheduled,
                soon=soon,
            ),
            "payment_at_work": SQL(
                """EXISTS (SELECT FROM continuity_payment p
                            WHERE p.continuity_order_id = o.id
                              AND p.state = 'processing')"""
            ),
            "bill": SQL(
                """o.payment_method = 'on_account'
                   AND EXISTS (SELECT FROM continuity_payment p
                                 JOIN continuity_shipment s ON s.id = p.shipment_id
                                WHERE %s AND p.due_date <= %s)""",
                scheduled,
                soon + timedelta(days=look.company_id.continuity_bill_days),
            ),
        }

    def _get_units_sql(self):
        """Say that prepaid units of an order `o` may be left of ended shipments."""
        return SQL(
            """o.bill_upfront AND EXISTS (
                   SELECT FROM continuity_shipment s
                     JOIN continuity_shipment_line l ON l.shipment_id = s.id
                    WHERE s.continuity_order_id = o.id AND s.state IN %s
                      AND l.prepaid_quantity
                          > COALESCE(l.released_quantity, 0)
                            + COALESCE(l.credited_quantity, 0))""",
            ENDED_STATES,
        )

    def _get_piece_tax_sql(self):
        """Say that an order `o` is billed up front with a tax that is no percentage.

        It was sold before such a tax was refused, or the tax was changed since.
        """
        return SQL(
            """o.bill_upfront AND EXISTS (
                   SELECT FROM account_tax_sale_order_line_rel r
                LEFT JOIN account_tax_filiation_rel f
                          ON f.parent_tax = r.account_tax_id
                     JOIN account_tax t ON t.id IN (r.account_tax_id, f.child_tax)
                    WHERE r.sale_order_line_id = o.sale_order_line_id
                      AND t.amount_type NOT IN %s)""",
            (*UPFRONT_TAXES, "group"),
        )

    def _get_extension_sql(self):
        """Say that an order `o` goes on, and nothing of it is laid out."""
        return SQL(
            """o.state = 'running' AND o.has_more AND o.end_reason IS NULL
               AND NOT COALESCE(o.bill_upfront, FALSE)
               AND NOT EXISTS (SELECT FROM continuity_shipment s
                                WHERE s.continuity_order_id = o.id
                                  AND s.state = 'planned')"""
        )

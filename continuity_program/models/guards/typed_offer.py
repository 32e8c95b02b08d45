# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people type of the offer: programs, their events, schedules and products.

``typed.py`` says how it is kept.
"""

from odoo import models

from ..base.typed import always


class ContinuityProgram(models.Model):
    """The program: all but where its calendar stands, and its release to orders.

    The state is checked by whatever door it comes, for programs are imported open.
    """

    _name = "continuity.program"
    _inherit = ["continuity.program", "continuity.typed.mixin"]

    _continuity_typed = always(
        "acquisition_cost",
        "active",
        "allowed_payment_schedule_ids",
        "bill_upfront",
        "code",
        "company_id",
        "consolidate_missed",
        "current_start",
        "days_after_order",
        "event_ids",
        "forecast_joiners",
        "fulfilment_cost",
        "guard_days_overdue",
        "guard_first_paid",
        "guard_max_balance",
        "guard_max_undelivered",
        "guard_max_unpaid",
        "guard_scope",
        "guard_stop_refused",
        "joiners_per_week",
        "name",
        "order_start",
        "payment_schedule_id",
        "price_policy",
        "product_tmpl_ids",
        "prompt_payment_schedule",
        "prompt_start_date",
        "resale_percent",
        "resume_policy",
        "state",
    )


class ContinuityEvent(models.Model):
    """The event: all but its number, and when the calendar has passed it."""

    _name = "continuity.event"
    _inherit = ["continuity.event", "continuity.typed.mixin"]

    _continuity_typed = always(
        "action",
        "active",
        "date_interval_id",
        "days_from_last",
        "line_ids",
        "payment_schedule_id",
        "probability",
        "product_id",
        "program_id",
        "quantity",
        "repeat_count",
        "sequence",
        "start_order_date",
    )


class ContinuityEventLine(models.Model):
    """The product of an event."""

    _name = "continuity.event.line"
    _inherit = ["continuity.event.line", "continuity.typed.mixin"]

    _continuity_typed = always(
        "event_id",
        "price_overridden",
        "price_unit",
        "product_id",
        "quantity",
        "sequence",
        "uom_id",
    )


class ContinuityDateInterval(models.Model):
    """The interval."""

    _name = "continuity.date.interval"
    _inherit = ["continuity.date.interval", "continuity.typed.mixin"]

    _continuity_typed = always(
        "active", "anchor", "company_id", "count", "name", "sequence", "unit"
    )


class ContinuityEndReason(models.Model):
    """Why orders end before their time."""

    _name = "continuity.end.reason"
    _inherit = ["continuity.end.reason", "continuity.typed.mixin"]

    _continuity_typed = always(
        *("active", "kind", "name", "note", "sequence"),
        *("offers_discount", "offers_pause", "offers_postpone", "offers_skip"),
        "offers_swap",
    )


class ContinuityAcquisitionCost(models.Model):
    """What it costs to win a member."""

    _name = "continuity.acquisition.cost"
    _inherit = ["continuity.acquisition.cost", "continuity.typed.mixin"]

    _continuity_typed = always(
        *("amount", "campaign_id", "company_id", "kind", "month", "program_id"),
        "source_id",
    )


class ContinuityPaymentSchedule(models.Model):
    """The payment schedule."""

    _name = "continuity.payment.schedule"
    _inherit = ["continuity.payment.schedule", "continuity.typed.mixin"]

    _continuity_typed = always(
        "active",
        "allocation",
        "amount",
        "code",
        "company_id",
        "currency_id",
        "interval",
        "line_ids",
        "minimum",
        "name",
        "number_of_payments",
        "sequence",
        "unit",
    )


class ContinuityPaymentScheduleLine(models.Model):
    """The instalment of a payment schedule."""

    _name = "continuity.payment.schedule.line"
    _inherit = ["continuity.payment.schedule.line", "continuity.typed.mixin"]

    _continuity_typed = always(
        "periods_after", "quantity", "schedule_id", "sequence", "value"
    )


class ProductTemplate(models.Model):
    """The product: which program it sells."""

    _name = "product.template"
    _inherit = ["product.template", "continuity.typed.mixin"]

    _continuity_typed = always("continuity_event_duration", "continuity_program_id")

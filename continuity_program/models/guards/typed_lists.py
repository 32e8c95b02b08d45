# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people type, model by model; ``typed.py`` says how it is kept.

What belongs to the offer is in ``typed_offer.py``. Orders, their lines, documents and
shipments have guards of their own beside them. A model without a list has no field of
ours that is typed.
"""

from types import MappingProxyType

from odoo import models

from ..base.typed import ALWAYS, Typed, always

#: A continuity order that goes on
OPEN = Typed(states=("draft", "running", "paused", "on_hold"))

# === THE AGREEMENT === #


class ContinuityOrder(models.Model):
    """The continuity order: who, where and how it is paid; the plan of a draft.

    Its shipments have a list of their own.
    """

    _name = "continuity.order"
    _inherit = ["continuity.order", "continuity.typed.mixin"]

    _continuity_typed = MappingProxyType(
        {
            "card_expiry_date": ALWAYS,
            "fiscal_position_id": OPEN,
            "line_quantity": Typed(states=("draft",)),
            "partner_invoice_id": OPEN,
            "partner_shipping_id": OPEN,
            "payment_for_all": Typed(states=("draft",)),
            # Of a cancelled order what has left is still to be paid
            "payment_method": ALWAYS,
            # Which are refused after Submit with a sentence of their own
            "payment_schedule_id": ALWAYS,
            "payment_token_id": ALWAYS,
            "shipment_ids": ALWAYS,
            "start_date": ALWAYS,
            "team_id": ALWAYS,
            "user_id": ALWAYS,
        }
    )


class ContinuityPayment(models.Model):
    """The payment row: nothing."""

    _name = "continuity.payment"
    _inherit = ["continuity.payment", "continuity.typed.mixin"]


class ContinuityBalance(models.Model):
    """The account: nothing."""

    _name = "continuity.balance"
    _inherit = ["continuity.balance", "continuity.typed.mixin"]


class ContinuityException(models.Model):
    """What is not going to happen: nothing."""

    _name = "continuity.exception"
    _inherit = ["continuity.exception", "continuity.typed.mixin"]


class ContinuityLateItem(models.Model):
    """The late item: what is late, until when, and what to do, until it is decided."""

    _name = "continuity.late.item"
    _inherit = ["continuity.late.item", "continuity.typed.mixin"]

    _continuity_typed = MappingProxyType(
        dict.fromkeys(
            (
                "available_date",
                "company_id",
                "event_id",
                "new_product_id",
                "option",
                "product_id",
            ),
            Typed(states=("draft",)),
        )
    )


class ContinuityLateItemLine(models.Model):
    """The shipment of a late item: nothing; its button leaves it out."""

    _name = "continuity.late.item.line"
    _inherit = ["continuity.late.item.line", "continuity.typed.mixin"]


class ContinuityLateItemOption(models.Model):
    """The option of a late item: nothing; it is worked out."""

    _name = "continuity.late.item.option"
    _inherit = ["continuity.late.item.option", "continuity.typed.mixin"]


class ContinuityRetention(models.Model):
    """Who stays: nothing."""

    _name = "continuity.retention"
    _inherit = ["continuity.retention", "continuity.typed.mixin"]


class ContinuityValue(models.Model):
    """What a member is worth: nothing."""

    _name = "continuity.value"
    _inherit = ["continuity.value", "continuity.typed.mixin"]


class ContinuityOverview(models.Model):
    """How it goes: nothing."""

    _name = "continuity.overview"
    _inherit = ["continuity.overview", "continuity.typed.mixin"]


class ContinuitySave(models.Model):
    """Who asked to leave: nothing."""

    _name = "continuity.save"
    _inherit = ["continuity.save", "continuity.typed.mixin"]


class ContinuityForecast(models.Model):
    """The forecast: nothing."""

    _name = "continuity.forecast"
    _inherit = ["continuity.forecast", "continuity.typed.mixin"]


class ContinuityForecastLine(models.Model):
    """What is needed: nothing."""

    _name = "continuity.forecast.line"
    _inherit = ["continuity.forecast.line", "continuity.typed.mixin"]


class ContinuityRate(models.Model):
    """The rate of a forecast: nothing."""

    _name = "continuity.rate"
    _inherit = ["continuity.rate", "continuity.typed.mixin"]


class ContinuityCashLine(models.Model):
    """What comes in: nothing."""

    _name = "continuity.cash.line"
    _inherit = ["continuity.cash.line", "continuity.typed.mixin"]


class ContinuityForecastCheck(models.Model):
    """What came: nothing."""

    _name = "continuity.forecast.check"
    _inherit = ["continuity.forecast.check", "continuity.typed.mixin"]


class ContinuityPaymentShare(models.Model):
    """What a payment was made for: nothing."""

    _name = "continuity.payment.share"
    _inherit = ["continuity.payment.share", "continuity.typed.mixin"]


# === THE JOBS === #


class ContinuityRun(models.Model):
    """The run: nothing."""

    _name = "continuity.run"
    _inherit = ["continuity.run", "continuity.typed.mixin"]


class ContinuityRunLine(models.Model):
    """The line of a run: nothing."""

    _name = "continuity.run.line"
    _inherit = ["continuity.run.line", "continuity.typed.mixin"]


class ContinuityRunSignal(models.Model):
    """The request to a run: nothing."""

    _name = "continuity.run.signal"
    _inherit = ["continuity.run.signal", "continuity.typed.mixin"]


class ContinuityDatabase(models.Model):
    """The database that charges: nothing."""

    _name = "continuity.database"
    _inherit = ["continuity.database", "continuity.typed.mixin"]


# === ODOO'S MODELS === #


class ResCompany(models.Model):
    """The company: its parameters. Odoo lets only its administrator write companies."""

    _name = "res.company"
    _inherit = ["res.company", "continuity.typed.mixin"]

    _continuity_typed = always(
        "continuity_any_agent",
        "continuity_authenticate_days",
        "continuity_authorize_child",
        "continuity_bill_days",
        "continuity_card_failures_customer",
        "continuity_card_failures_order",
        "continuity_card_warning_days",
        "continuity_charge_first_at_submit",
        "continuity_delivery_days",
        "continuity_exception_days",
        "continuity_forecast_strength",
        "continuity_forecast_weeks",
        "continuity_forecast_window",
        "continuity_invoice_children",
        "continuity_link_days",
        "continuity_mail_card_warning",
        "continuity_mail_child_created",
        "continuity_mail_order_ended",
        "continuity_mail_order_submitted",
        "continuity_mail_payment_authenticate",
        "continuity_mail_payment_billed",
        "continuity_mail_payment_charged",
        "continuity_mail_payment_declined",
        "continuity_max_catchup",
        "continuity_max_child_orders",
        "continuity_payment_fee_percent",
        "continuity_pending_days",
        "continuity_prepayment_account_id",
        "continuity_repeat_threshold",
        "continuity_responsible_id",
        "continuity_retry_days",
        "continuity_retry_limit",
        "continuity_retry_on_submit",
        "continuity_revenue_journal_id",
        "continuity_run_retention_days",
        "continuity_smallest_charge",
        "continuity_stalled_days",
        "continuity_try_expired",
        "continuity_upfront_invoicing",
    )


class DigestDigest(models.Model):
    """The digest: which of our figures it tells."""

    _name = "digest.digest"
    _inherit = ["digest.digest", "continuity.typed.mixin"]

    _continuity_typed = always(
        "kpi_continuity_blocked",
        "kpi_continuity_cash",
        "kpi_continuity_left",
        "kpi_continuity_members",
    )


class ResPartner(models.Model):
    """The customer: on account. Only accountants change it, see there."""

    _name = "res.partner"
    _inherit = ["res.partner", "continuity.typed.mixin"]

    _continuity_typed = always("continuity_allow_on_account")


class PaymentToken(models.Model):
    """The card: until when it is valid. Odoo lets only its administrator write it."""

    _name = "payment.token"
    _inherit = ["payment.token", "continuity.typed.mixin"]

    _continuity_typed = always("expiry_date")


class ContinuityChargeChunk(models.Model):
    """The chunk of payments: nothing; the run makes it, and workers count on it."""

    _name = "continuity.charge.chunk"
    _inherit = ["continuity.charge.chunk", "continuity.typed.mixin"]


class ContinuityCardMessage(models.Model):
    """The message of a provider: nothing; it is noted when it comes."""

    _name = "continuity.card.message"
    _inherit = ["continuity.card.message", "continuity.typed.mixin"]


class MailActivity(models.Model):
    """The activity: nothing; for which company it is was found out.

    Who could say so would silence what another company is to be told.
    """

    _name = "mail.activity"
    _inherit = ["mail.activity", "continuity.typed.mixin"]


class PaymentTransaction(models.Model):
    """The transaction: nothing; our marks decide what is charged again."""

    _name = "payment.transaction"
    _inherit = ["payment.transaction", "continuity.typed.mixin"]


class PaymentProvider(models.Model):
    """The provider: a secret, and how much it is asked at once; whether it is left in
    peace is found out."""

    _name = "payment.provider"
    _inherit = ["payment.provider", "continuity.typed.mixin"]

    _continuity_typed = always(
        "continuity_card_secret",
        "continuity_max_parallel",
        "continuity_max_per_second",
    )

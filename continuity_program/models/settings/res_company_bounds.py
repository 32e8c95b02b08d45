# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError

# The most of every number among the parameters. None may be negative.
MOST_DAYS = 3650
MOST_COUNT = 10_000
MOST_REPEATS = 1000
MOST_ATTEMPTS = 100
MOST_MONEY = 10**9
MOST_PERCENT = 100
MOST_WEEKS = 52
UPPER_BOUNDS = {
    "continuity_delivery_days": MOST_DAYS,
    "continuity_bill_days": MOST_DAYS,
    "continuity_repeat_threshold": MOST_REPEATS,
    "continuity_max_child_orders": MOST_COUNT,
    "continuity_max_catchup": MOST_COUNT,
    "continuity_retry_limit": MOST_ATTEMPTS,
    "continuity_pending_days": MOST_DAYS,
    "continuity_card_warning_days": MOST_DAYS,
    "continuity_exception_days": MOST_DAYS,
    "continuity_stalled_days": MOST_DAYS,
    "continuity_forecast_weeks": MOST_WEEKS,
    "continuity_forecast_strength": MOST_COUNT,
    "continuity_forecast_window": MOST_DAYS,
    "continuity_payment_fee_percent": MOST_PERCENT,
    "continuity_run_retention_days": MOST_DAYS,
    "continuity_card_failures_order": MOST_ATTEMPTS,
    "continuity_card_failures_customer": MOST_ATTEMPTS,
    "continuity_link_days": MOST_DAYS,
    "continuity_authenticate_days": MOST_DAYS,
    "continuity_smallest_charge": MOST_MONEY,
}
#: What would say nothing at 0
LOWER_BOUNDS = {
    "continuity_forecast_weeks": 1,
    "continuity_forecast_strength": 1,
    "continuity_forecast_window": 1,
}


class ResCompany(models.Model):
    """What the call-center parameters may be, whoever sets them."""

    _inherit = "res.company"

    @api.constrains(*UPPER_BOUNDS)
    def _check_continuity_bounds(self):
        """A typing error must not stop the night: no number is out of this world."""
        for company in self:
            for name, most in UPPER_BOUNDS.items():
                least = LOWER_BOUNDS.get(name, 0)
                if not least <= company[name] <= most:
                    raise ValidationError(
                        self.env._(
                            "%(record)s: “%(field)s” is a number from %(least)s to"
                            " %(most)s, not %(value)s.",
                            record=company.name,
                            field=self._fields[name]._description_string(self.env),
                            least=least,
                            most=most,
                            value=f"{company[name]:g}",
                        )
                    )

    @api.constrains(
        "continuity_prepayment_account_id",
        "continuity_revenue_journal_id",
        "continuity_prepaid_product_id",
    )
    def _check_continuity_companies(self):
        """What the parameters name belongs to the company itself."""
        self._check_company(
            [
                "continuity_prepayment_account_id",
                "continuity_revenue_journal_id",
                "continuity_prepaid_product_id",
            ]
        )

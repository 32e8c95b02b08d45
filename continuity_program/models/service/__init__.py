# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The customer: search, Customer service, contact, portal."""

from . import (
    continuity_customer_service,
    continuity_customer_cards,
    continuity_customer_new,
    continuity_customer_search,
    res_partner,
    res_partner_series,
    sale_order_portal,
    sale_order_line_web,
)

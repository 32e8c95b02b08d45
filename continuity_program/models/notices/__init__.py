# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The mails to customers."""

from . import (
    continuity_order_notices,
    sale_order_notices,
    mail_template_copied,
    ir_qweb,
)

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The only place where methods of Odoo are overridden: one file per model.

A hook reads like a list of contents: its steps by name, which live in their files.
"""

from . import (
    account_analytic_distribution_model,
    account_move,
    account_move_line,
    account_partial_reconcile,
    account_payment,
    account_tax,
    digest_digest,
    ir_config_parameter,
    ir_qweb,
    ir_sequence,
    mail_template,
    payment_provider,
    payment_token,
    payment_transaction,
    res_config_settings,
    res_partner,
    sale_order,
    sale_order_line,
)

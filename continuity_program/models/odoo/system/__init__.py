# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Hooks of what all apps stand on: sequences, mails, partners, settings."""

from . import (
    digest_digest,
    ir_config_parameter,
    ir_qweb,
    ir_sequence,
    mail_template,
    res_config_settings,
    res_currency,
    res_partner,
    res_users,
)

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Continuity Programs: Stripe",
    "summary": "The same card before the eyes of its bank, and disputes",
    "version": "19.0.1.1.0",
    "category": "Sales/Sales",
    "author": "Continuity Program maintainers",
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["continuity_program", "payment_stripe"],
    "data": [
        "data/mail_activity_type_data.xml",
        "views/continuity_authenticate_templates.xml",
    ],
    "auto_install": True,
}

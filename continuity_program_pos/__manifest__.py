# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Continuity Programs: Point of Sale",
    "summary": "No till settles an order of a continuity program",
    "version": "19.0.1.1.0",
    "category": "Sales/Point of Sale",
    "author": "Continuity Program maintainers",
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["continuity_program", "pos_sale"],
    "post_init_hook": "post_init_hook",
    "auto_install": True,
}

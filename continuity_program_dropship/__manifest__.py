# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Continuity Programs: Dropshipping",
    "summary": "No vendor is told to send a parcel of a program before it is paid",
    "version": "19.0.1.1.0",
    "category": "Sales/Sales",
    "author": "Continuity Program maintainers",
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["continuity_program_stock", "stock_dropshipping"],
    "data": ["views/purchase_order_views.xml"],
    "auto_install": True,
}

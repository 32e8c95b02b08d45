# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Continuity Programs: Transfers",
    "summary": "No parcel of a continuity program leaves before it is paid",
    "version": "19.0.1.1.0",
    "category": "Sales/Sales",
    "author": "Continuity Program maintainers",
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["continuity_program", "sale_stock"],
    "data": [
        "security/ir.model.access.csv",
        "security/continuity_security.xml",
        "data/mail_activity_type_data.xml",
        "wizard/continuity_return_views.xml",
        "views/stock_picking_views.xml",
        "views/continuity_order_views.xml",
        "views/continuity_delivery_views.xml",
        "views/continuity_exception_views.xml",
        "views/continuity_forecast_views.xml",
        "views/continuity_late_item_views.xml",
        "views/continuity_overview_views.xml",
        "views/continuity_parameters_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["continuity_program_stock/static/src/**/*"],
    },
    "auto_install": True,
    "pre_init_hook": "pre_init_hook",
}

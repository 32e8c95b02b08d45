# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Continuity Programs: Delivery Methods",
    "summary": "Each shipment of a continuity program goes with its delivery method",
    "version": "19.0.1.1.0",
    "category": "Sales/Sales",
    "author": "Continuity Program maintainers",
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["continuity_program_stock", "stock_delivery"],
    "data": [
        "views/continuity_event_views.xml",
        "views/continuity_program_views.xml",
        "views/continuity_shipment_views.xml",
    ],
    "auto_install": True,
}

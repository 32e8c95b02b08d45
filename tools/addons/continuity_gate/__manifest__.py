# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Gate of the tests",
    "summary": "Sends what Odoo's payment modules send to the gate of ./dev providers",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Continuity Program maintainers",
    "license": "LGPL-3",
    "depends": [
        "continuity_program",
        "continuity_program_stripe",
        "payment_adyen",
        "payment_authorize",
        "payment_flutterwave",
        "payment_mercado_pago",
        "payment_mollie",
        "payment_razorpay",
        "payment_stripe",
        "payment_worldline",
        "payment_xendit",
    ],
}

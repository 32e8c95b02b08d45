# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PaymentToken(models.Model):
    _inherit = "payment.token"

    expiry_date = fields.Date(
        help="The last day the card is valid. Empty = unknown.",
    )

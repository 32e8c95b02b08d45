# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    # No check_company: shared products are the normal kind (implementation 15)
    continuity_program_id = fields.Many2one(
        comodel_name="continuity.program",
        string="Continuity program",
        index="btree_not_null",
        ondelete="restrict",
        help="Selling this product starts a continuity order of this program.",
    )
    continuity_event_duration = fields.Integer(
        string="Event duration",
        help="Number of events of the program this product contains. 0 = all events.",
    )

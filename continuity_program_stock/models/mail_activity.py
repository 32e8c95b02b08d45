# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class MailActivity(models.Model):
    """The activity: goods are of all companies, what is short of them is of one."""

    _inherit = "mail.activity"

    continuity_company_id = fields.Many2one(
        "res.company",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The company in which the goods are going to be short.",
    )

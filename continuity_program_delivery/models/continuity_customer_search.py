# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

#: Shorter ones are numbers of something else
MIN_PARCEL_NUMBER = 8


class ContinuityCustomerService(models.AbstractModel):
    """The search of *Customer service*: the number on the label of a parcel."""

    _inherit = "continuity.customer.service"

    @api.model
    def _get_numbered(self, term):
        """Override of `continuity_program`: the parcels, by the carrier's number.

        It is printed in groups and read out with blanks; a transfer with several
        parcels has several of them.
        """
        numbered = super()._get_numbered(term)
        number = term.replace(" ", "")
        if len(number) < MIN_PARCEL_NUMBER:
            return numbered
        said = Domain.OR(
            Domain("carrier_tracking_ref", "ilike", escape_psql(text))
            for text in {number, term}
        )
        sold = Domain("sale_id", "!=", False)
        return [*numbered, ("stock.picking", "sale_id.partner_id", said & sold)]

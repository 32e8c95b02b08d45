# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What programs and running orders stand on is archived, not deleted."""

from odoo import api, models
from odoo.exceptions import UserError

#: So many users of a record are named
NAMED = 3

#: Who pays by a schedule: see :func:`check_not_in_use`
SCHEDULE_LINKS = (
    ("continuity.program", "payment_schedule_id", "id"),
    ("continuity.program", "allowed_payment_schedule_ids", "id"),
    ("continuity.event", "payment_schedule_id", "program_id"),
    ("continuity.order", "payment_schedule_id", "id"),
    ("continuity.shipment", "payment_schedule_id", "continuity_order_id"),
)


def check_not_in_use(records, links):
    """Refuse to delete what is in use; the database would refuse it without a reason.

    :param odoo.models.BaseModel records: what is to be deleted
    :param links: model and field that lead to them, and the field of that model with
        the user who is named; ``id`` = the record itself
    :type links: tuple[tuple[str, str, str], ...]
    :raise UserError: naming one of them, and who uses it
    """
    for model, name, owner in links:
        # Hidden ones, and those of colleagues and other companies, use it as well
        model_sudo = records.env[model].sudo().with_context(active_test=False)
        rows_sudo = model_sudo.search([(name, "in", records.ids)], limit=NAMED + 1)
        if not rows_sudo:
            continue
        users_sudo = rows_sudo if owner == "id" else rows_sudo[owner]
        names = users_sudo.mapped("display_name")
        raise UserError(
            records.env._(
                "“%(record)s” is used by %(users)s and cannot be deleted. Archive it:"
                " it is not offered any more, and what uses it goes on.",
                record=(rows_sudo[name] & records)[0].display_name,
                users=", ".join(names[:NAMED]) + ("…" if names[NAMED:] else ""),
            )
        )


class ContinuityPaymentSchedule(models.Model):
    """The payment schedule: programs are sold, and members pay by it."""

    _inherit = "continuity.payment.schedule"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """Without it all would be due at once, for members as well."""
        check_not_in_use(self, SCHEDULE_LINKS)


class ProductPricelist(models.Model):
    """The price list: later parcels of a series are priced by it."""

    _inherit = "product.pricelist"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_continuity(self):
        """Without it members would pay the public price."""
        check_not_in_use(self, (("continuity.order", "pricelist_id", "id"),))


class AccountFiscalPosition(models.Model):
    """The fiscal position: the parcels of a series are taxed by it."""

    _inherit = "account.fiscal.position"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_continuity(self):
        """Without it parcels to abroad would be taxed as at home."""
        own = ("continuity.order", "fiscal_position_id", "id")
        sent = ("continuity.shipment.line", "told_position_id", "continuity_order_id")
        check_not_in_use(self, (own, sent))

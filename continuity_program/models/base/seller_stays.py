# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whose sale it is: an agent serves a colleague's customer, and takes no sale over."""

from odoo.exceptions import AccessError

#: Whose sale it is
SELLER_FIELDS = ("user_id", "team_id")
#: Who says so
SELLER_MANAGERS = (
    "sales_team.group_sale_salesman_all_leads",
    "account.group_account_invoice",
)


def check_seller_stays(records, vals):
    """Refuse that somebody who sees his own documents takes over another's sale.

    :param models.Model records: orders that are written
    :param dict vals: what is written
    :raise AccessError: names the order and the way out
    """
    env = records.env
    names = [name for name in SELLER_FIELDS if name in vals]
    if env.su or not names or any(map(env.user.has_group, SELLER_MANAGERS)):
        return
    for record in records:
        changed = any(record[name].id != (vals[name] or False) for name in names)
        if changed and record.user_id and record.user_id != env.user:
            raise AccessError(
                env._(
                    "%(order)s was sold by %(seller)s and stays that colleague's sale."
                    " A sales administrator can hand it over.",
                    order=record.display_name,
                    seller=record.user_id.name,
                )
            )


def hand_over_children(orders, vals):
    """Give what has not left the house to the seller who has the series now.

    Else he could not cancel the series: its child orders would be a colleague's.

    :param continuity.order orders: orders that were written
    :param dict vals: what was written
    """
    sale = {name: vals[name] for name in SELLER_FIELDS if name in vals}
    if not sale:
        return
    # The child orders are the former seller's; who hands over was checked before
    children_sudo = orders.sudo().child_order_ids.filtered(
        lambda child: child.state != "cancel" and not child._is_continuity_sent()
    )
    # He is told of the series
    children_sudo.with_context(mail_auto_subscribe_no_notify=True).write(sale)

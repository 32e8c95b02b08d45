# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """Who looks after what has nobody, and how much the public card page may be tried.

    Who has stolen card numbers tries them where a card can be stored for nothing.
    """

    _inherit = "res.company"

    continuity_responsible_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible manager",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Gets the activities of orders whose salesperson and team leader have left"
        " or are not set. Empty: an administrator gets them.",
    )
    continuity_card_failures_order = fields.Integer(
        string="Failed cards per order",
        default=5,
        help="Cards per order and day. So many may fail on the card page of an order,"
        " and so many may be stored there; then it is closed until tomorrow and"
        " somebody is told. 0 = the customer cannot store a card himself.",
    )
    continuity_card_failures_customer = fields.Integer(
        string="Failed cards per customer",
        default=10,
        help="Cards per customer and day, over all his orders; see failed cards per"
        " order.",
    )
    continuity_link_days = fields.Integer(
        string="Card links end after",
        default=30,
        help="Days. The link of the card page works this long; then the customer asks"
        " for a new one on the page. 0 = until the end of the day.",
    )

    @api.constrains("continuity_responsible_id")
    def _check_continuity_responsible(self):
        """Somebody who sees the orders of the company gets what there is to do."""
        for company in self:
            user_sudo = company.sudo().continuity_responsible_id
            if user_sudo and not company._continuity_can_look_after(user_sudo):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot look after the orders of %(company)s: choose"
                        " an active internal user of the company.",
                        user=user_sudo.name,
                        company=company.name,
                    )
                )

    def _continuity_can_look_after(self, user):
        """Say whether an activity reaches this user in this company.

        :param res.users user: somebody, or nobody
        :rtype: bool
        """
        self.ensure_one()
        user_sudo = user.sudo()
        return (
            user_sudo.active and not user_sudo.share and self in user_sudo.company_ids
        )

    def _continuity_get_responsible(self, *users):
        """Return who gets an activity: the first of these whom it reaches, else the
        manager named among the parameters, else an administrator.

        :param users: res.users records, the most likely one first
        :rtype: res.users
        """
        self.ensure_one()
        for user in (*users, self.sudo().continuity_responsible_id):
            if self._continuity_can_look_after(user):
                return user
        return self._continuity_get_administrator()

    def _continuity_get_administrator(self):
        """Return the first administrator who sees the company, else the first at all.

        :rtype: res.users
        """
        # Who administers is not for everybody to read
        administrators_sudo = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", self.env.ref("base.group_system").ids),
                    ("share", "=", False),
                ],
                order="id",
            )
        )
        own_sudo = administrators_sudo.filtered(lambda user: self in user.company_ids)
        found_sudo = (own_sudo or administrators_sudo)[:1]
        return found_sudo.sudo(self.env.su) or self.env.user

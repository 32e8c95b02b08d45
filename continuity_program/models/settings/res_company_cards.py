# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

MANAGER = "sales_team.group_sale_manager"


class ResCompany(models.Model):
    """Who looks after what has nobody, and how much the public card page may be tried.

    Who has stolen card numbers tries them where a card can be stored for nothing.
    """

    _inherit = "res.company"

    continuity_responsible_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible manager",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Is told when a process breaks off, and gets the activities of orders"
        " whose salesperson and team leader have left or are not set. Empty: a sales"
        " administrator of the company is told.",
    )
    continuity_card_failures_order = fields.Integer(
        string="Failed cards per order",
        default=5,
        help="Cards per order and day. This many may fail on the card page of an order,"
        " and this many may be stored there; then the page is closed until tomorrow and"
        " somebody is told. 0 = customers cannot store a card themselves.",
    )
    continuity_card_failures_customer = fields.Integer(
        string="Failed cards per customer",
        default=10,
        help="Cards per customer and day, over all orders of the customer; see “Failed"
        " cards per order”.",
    )
    continuity_link_days = fields.Integer(
        string="Card links end after",
        default=30,
        help="Days. The link of the card page works this long; then the customer asks"
        " for a new one on the page. 0 = until the end of the day.",
    )
    continuity_authenticate_days = fields.Integer(
        string="Time to authenticate",
        default=7,
        help="Days. When the bank wants to see the customer, the payment waits this"
        " long for the confirmation; then the order goes on payment hold. 0 = until the"
        " end of the day.",
    )

    continuity_try_expired = fields.Selection(
        selection=[
            ("never", "Never"),
            ("once", "Once, where the provider renews cards"),
            ("always", "Always"),
        ],
        string="Charge expired cards",
        default="once",
        required=True,
        help="Some providers go on charging a card that its bank has renewed, and do"
        " not say so. Once: such a card is tried on the due date; if it is refused, it"
        " counts as expired. Never: another card is asked for. Always: any card is"
        " tried.",
    )

    @api.constrains("continuity_responsible_id")
    def _check_continuity_responsible(self):
        """Somebody who sees the orders of the company gets what there is to do."""
        for company in self:
            # A manager may not read every user; the refusal names the one he chose
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
        # Sellers' activities are handed on; companies of a user they may not read
        user_sudo = user.sudo()
        return (
            user_sudo.active and not user_sudo.share and self in user_sudo.company_ids
        )

    def _continuity_get_responsible(self, *users):
        """Return who is told of what there is to do: of an order, or of a run.

        The first of these whom an activity reaches, else the manager named among the
        parameters, else the last one: see `_continuity_get_administrator`. It is the
        only method that decides this.

        :param users: res.users records, the most likely one first: of an order its
            salesperson and the leader of the team; of a run nobody
        :return: somebody in any case
        :rtype: res.users
        """
        self.ensure_one()
        # Not everybody who causes an activity may read the settings of the company
        for user in (*users, self.sudo().continuity_responsible_id):
            if self._continuity_can_look_after(user):
                return user
        return self._continuity_get_administrator()

    def _continuity_get_administrator(self):
        """Return the last one to be told, when nobody else is left.

        A sales administrator, whose work it is: first one of this company, then one
        who also sees it. Without any an administrator of the system, who sees the
        company before one who does not; then whoever is at work.

        :rtype: res.users
        """
        # Who administers is not for everybody to read
        users_sudo = self.env["res.users"].sudo()
        for group, is_to_see_it in ((MANAGER, True), ("base.group_system", False)):
            found_sudo = users_sudo.search(
                [
                    ("all_group_ids", "in", self.env.ref(group).ids),
                    ("share", "=", False),
                    *([("company_ids", "in", self.ids)] if is_to_see_it else []),
                ]
            ).sorted(
                lambda user: (
                    user.company_id != self,
                    self not in user.company_ids,
                    user.id,
                )
            )
            if found_sudo:
                return found_sudo[0].sudo(self.env.su)
        return self.env.user

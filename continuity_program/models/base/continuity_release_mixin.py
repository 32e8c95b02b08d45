# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...arguments import public


class ContinuityReleaseMixin(models.AbstractModel):
    """A document by which goods leave the house: it waits while their order is held.

    A model that inherits from it says three things: when it still waits
    (:meth:`_is_continuity_waiting`), whose goods it sends
    (:meth:`_get_continuity_orders`), and what people are told when it may not
    (:meth:`_get_continuity_block_text`). It asks :meth:`_check_continuity_block` where
    the goods leave, by whatever door. A sales administrator sets aside what holds the
    document back at that time, with a reason.

    Who handles goods sees texts, never payments or programs.
    """

    _name = "continuity.release.mixin"
    _inherit = ["continuity.typed.mixin", "continuity.override.mixin"]
    _description = "Release of Goods of a Continuity Program"

    continuity_block = fields.Text(
        string="Must not leave because",
        compute="_compute_continuity_block",
        compute_sudo=True,
    )
    continuity_override_reason = fields.Char(
        string="Sent unpaid because", copy=False, readonly=True
    )

    # A model adds what makes it wait, and whose goods it sends
    @api.depends("continuity_override_keys")
    def _compute_continuity_block(self):
        blocks = self._get_continuity_blocks()
        for document in self:
            document.continuity_block = blocks.get(document, False)

    # === WHAT A MODEL SAYS === #

    def _is_continuity_waiting(self):
        """Say whether the goods of the document have not been released yet.

        :rtype: bool
        """
        raise NotImplementedError

    def _get_continuity_orders(self):
        """Return the orders of continuity programs whose goods these documents send.

        :return: in sudo, for who handles goods does not see every order
        :rtype: sale.order
        """
        raise NotImplementedError

    @api.model
    def _get_continuity_block_text(self, names):
        """Say that documents must not be released, and what to do.

        :param str names: the blocked ones, each on a line with its reason
        :rtype: str
        """
        raise NotImplementedError

    @api.model
    def _get_continuity_joined_text(self, names):
        """Say that what was allowed is asked again, for goods have joined.

        :param str names: the orders whose goods they are
        :rtype: str
        """
        raise NotImplementedError

    # === THE BLOCK === #

    def _get_continuity_blocks(self):
        """Say why the goods of these documents must not leave.

        :return: text by blocked document; free ones are left out
        :rtype: dict
        """
        return {
            document: "; ".join(reasons.values())
            for document, reasons in self._get_continuity_reasons(first=True).items()
        }

    def _get_continuity_reasons(self, first=False):
        """Say all that keeps the goods of these documents back and was not set aside.

        :param bool first: of each order one reason is enough
        :return: texts by what they stand for, by blocked document
        :rtype: dict[models.Model, dict[str, str]]
        """
        orders_by_document = {
            document: document._get_continuity_orders()
            for document in self
            if document._is_continuity_waiting()
        }
        # Buyers and the warehouse get texts; payments and series they may not open
        orders_sudo = self.env["sale.order"].sudo().union(*orders_by_document.values())
        return self._get_continuity_held(
            orders_by_document, orders_sudo._get_continuity_block_reasons(), first
        )

    def _get_continuity_block_message(self):
        """Say which of the documents must not be released, why, and what to do.

        :return: False when all are free
        :rtype: str | bool
        """
        blocks = self._get_continuity_blocks()
        return bool(blocks) and self._get_continuity_block_text(
            "\n".join(
                f"- {document.display_name}: {text}"
                for document, text in blocks.items()
            )
        )

    def _check_continuity_block(self):
        """Refuse to release what is held or unpaid.

        :raise UserError: naming all blocked documents and why
        """
        if message := self._get_continuity_block_message():
            raise UserError(message)

    # === OVERRIDE === #

    def _end_foreign_override(self, orders):
        """Ask again for a document that got goods of orders nobody has looked at.

        What was allowed was said of the orders it had. Called in sudo, for whoever adds
        goods allows nothing.

        :param sale.order orders: those that are new on the document
        """
        self.ensure_one()
        added = orders._get_continuity_program_records()
        if added:
            self._ask_continuity_again()
            names = ", ".join(added.mapped("name"))
            self.message_post(body=self._get_continuity_joined_text(names))

    @public()
    def action_continuity_override(self):
        """Ask for the reason to release unpaid goods.

        :rtype: dict
        """
        return self.env["continuity.override"]._open_on(self)

    def _get_continuity_override_text(self):
        """What the dialog says is set aside; see ``continuity.override``."""
        return "\n".join(
            f"{document.display_name}: {text}"
            for document, reasons in self._get_continuity_reasons().items()
            for text in reasons.values()
        )

    def _continuity_override(self, reason):
        """Set the block of these documents aside.

        :param str reason: stands on the document and in its chatter
        :raise AccessError: the user is no sales administrator
        :raise UserError: nothing is blocked
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator can release unpaid goods.")
            )
        self.check_access("read")
        blocks = self._get_continuity_reasons()
        if not blocks:
            raise UserError(self.env._("None of them is blocked."))
        # Whoever sells does not write what the warehouse and the buyers write
        for document_sudo in self.browse().union(*blocks).sudo():
            reasons = blocks[document_sudo]
            document_sudo._set_continuity_aside(reasons, reason)
            document_sudo.message_post(
                body=self.env._(
                    "%(user)s allowed it all the same: %(block)s. Reason: %(reason)s",
                    user=self.env.user.name,
                    block="; ".join(reasons.values()),
                    reason=reason,
                ),
                author_id=self.env.user.partner_id.id,
            )

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo.tools import consteq, hmac

from ..base.of_order import OfOrder


class CardLink(OfOrder):
    """The key in the link of an order's card page, which ends."""

    def make(self):
        """Return what opens the card page, until its last day.

        The date is part of what is signed, so nothing has to be stored for a link.

        :rtype: str
        """
        company = self.order.company_id
        days = timedelta(days=company.continuity_link_days)
        day = f"{company._continuity_today() + days:%Y%m%d}"
        return f"{day}-{self._sign(day)}"

    def _sign(self, day):
        # The secret of the database is nobody's to read
        return hmac(self.env(su=True), "continuity_card_link", (self.order.id, day))

    def get_day(self, token):
        """Read a link of the card page.

        :param token: what came with the request
        :return: the last day it works; None if it is none of ours
        :rtype: datetime.date | None
        """
        if not isinstance(token, str) or not token.isascii():
            return None
        day, _dash, signature = token.partition("-")
        if not consteq(signature, self._sign(day)):
            return None
        return datetime.strptime(day, "%Y%m%d").date()

    def is_ours(self, token):
        """Say whether somebody got this from us: a link of the card page, be it an old
        one, or the key of the order's own page, which has no date and opens no form.

        :param token: what came with the request
        :rtype: bool
        """
        if self.get_day(token):
            return True
        # The visitor has no rights; the key is compared with his, never shown
        key = self.order.sudo().access_token
        return (
            bool(key)
            and isinstance(token, str)
            and consteq(token.encode(), key.encode())
        )

    def is_valid(self, token):
        """Say whether the link still opens the card page.

        :param token: what came with the request
        :rtype: bool
        """
        last_day = self.get_day(token)
        return bool(last_day) and last_day >= self.order.company_id._continuity_today()

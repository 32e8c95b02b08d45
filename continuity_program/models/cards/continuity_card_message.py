# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Providers repeat what they got no answer for during some days
KEPT_DAYS = 30


class ContinuityCardMessage(models.Model):
    """A message of a provider about a stored card: taken once, often as it comes."""

    _name = "continuity.card.message"
    _description = "Message about a Stored Card"
    _order = "id desc"

    provider_id = fields.Many2one(
        comodel_name="payment.provider",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    key = fields.Char(required=True, readonly=True)
    taken_at = fields.Datetime(required=True, readonly=True, index=True)

    _once = models.UniqueIndex("(provider_id, key)")

    @api.model
    def _take(self, provider, key):
        """Say whether a message is a new one, and note it.

        Of two that come at once the second waits for what becomes of the first.

        :param payment.provider provider: who has sent it
        :param str key: of the message
        :rtype: bool
        """
        return bool(
            self.env.execute_query(
                SQL(
                    """INSERT INTO continuity_card_message (provider_id, key, taken_at)
                       VALUES (%s, %s, %s)
                       ON CONFLICT (provider_id, key) DO NOTHING
                       RETURNING id""",
                    provider.id,
                    key,
                    fields.Datetime.now(),
                )
            )
        )

    @api.autovacuum
    def _gc_messages(self):
        """Forget messages that nobody repeats any more."""
        oldest = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("taken_at", "<", oldest)]).unlink()

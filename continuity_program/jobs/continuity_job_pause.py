# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import fields, models
from odoo.tools import SQL

#: Seconds a run waits for a provider itself; longer than that it comes back later
WAIT_SECONDS = 10
#: Times a card may be declined in so many days, over all orders
CARD_TRIES, CARD_DAYS = 10, 30


class ContinuityJob(models.AbstractModel):
    """What the processes that charge cards do about a provider or a card that is tired.

    Whoever is left out is listed, and is nobody's fault: nothing is counted or told.
    """

    _inherit = "continuity.job"

    def _get_asking_refusal(self, run, payment):
        """Say why the provider is not asked about a row that may be charged.

        :param continuity.run run: the run
        :param continuity.payment payment: the row
        :rtype: tuple[str, str] | None
        """
        # Neither sellers nor managers may read providers
        token_sudo = payment.continuity_order_id.sudo().payment_token_id
        if not token_sudo:
            # That there is no card is said by who looks at the row
            return None
        return self._get_pause_refusal(
            run, token_sudo.provider_id
        ) or self._get_tired_refusal(run, token_sudo)

    def _get_pause_refusal(self, run, provider):
        """Say whether the provider is to be left in peace; a moment is waited for."""
        until = provider._continuity_get_pause()
        if not until:
            return None
        seconds = (until - fields.Datetime.now()).total_seconds()
        if seconds <= WAIT_SECONDS and run._may_commit():
            run._checkpoint()
            time.sleep(seconds)
            if not (until := provider._continuity_get_pause()):
                return None
        return "provider_paused", provider._continuity_get_pause_text(until)

    def _get_tired_refusal(self, run, token):
        """Say whether the card was declined today already, or too often of late.

        Today is the day of the run: one for the next day tries the card again.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT continuity_asked_at, continuity_decline_kind
                     FROM payment_transaction
                    WHERE token_id = %s
                      AND continuity_asked_at > %s
                      AND continuity_decline_kind IN ('soft', 'hard', 'authenticate')
                    ORDER BY continuity_asked_at DESC
                    LIMIT %s""",
                token.id,
                fields.Datetime.subtract(fields.Datetime.now(), days=CARD_DAYS),
                CARD_TRIES,
            )
        )
        values = {"card": token.display_name}
        if len(rows) >= CARD_TRIES:
            return "card_tried", self.env._(
                "The card %(card)s was declined %(count)s times within %(days)s days."
                " Ask the customer for another one.",
                count=CARD_TRIES,
                days=CARD_DAYS,
                **values,
            )
        softs = [asked for asked, kind in rows if kind == "soft"]
        if softs and run.company_id._continuity_local_date(softs[0]) >= run.date:
            return "card_tried", self.env._(
                "The card %(card)s was declined today. It is tried again another day.",
                **values,
            )
        return None

    def _watch_provider(self, run, payment):
        """Look at what the provider made of a row that was just charged.

        In a step of its own: what was answered, and the line about it, are kept by
        then. Another worker may have written the provider.

        :param continuity.run run: the run
        :param continuity.payment payment: the row
        """
        # Transactions are for accountants
        tx_sudo = payment.sudo().transaction_ids.sorted("id")[-1:]
        is_watched = tx_sudo and tx_sudo.provider_id._continuity_is_watched(tx_sudo)
        run._checkpoint()
        if is_watched:
            tx_sudo.provider_id._continuity_watch(tx_sudo)
            run._checkpoint()

    def _forget_waiting(self, run, reasons):
        """Take out of the log what the run comes back for.

        :param continuity.run run: the run that goes on
        :param reasons: of the lines that wait
        """
        lines = self._get_waiting_lines(run, reasons)
        run.skipped_count -= len(lines.filtered(lambda line: line.outcome == "skipped"))
        lines.unlink()

    def _get_waiting_lines(self, run, reasons):
        return self.env["continuity.run.line"].search(
            [("run_id", "=", run.id), ("reason", "in", reasons)]
        )


class CreateChildOrders(models.AbstractModel):
    _inherit = "continuity.job.create_child_orders"

    def _forget_waiting(self, run, reasons):
        """Override: the order was made all the same, its payment is asked again."""
        lines = self._get_waiting_lines(run, reasons)
        lines.write({"payment_id": False, "reason": "created", "message": False})

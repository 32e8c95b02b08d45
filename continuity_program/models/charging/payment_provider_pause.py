# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ...arguments import public

#: So many requests in a row that came to nothing, and the provider is asked no more
BREAKER = 10
#: Minutes until it is asked again; each time it comes to nothing twice as long
FIRST_MINUTES, LAST_MINUTES = 10, 160
#: Seconds of the longest pause after "too many requests" without a time
LAST_SECONDS = 64
#: Answers that come to nothing, whoever's card it is
FRUITLESS = ("no_answer", "not_sent", "configuration")
TOLD = "continuity_program.mail_activity_provider_paused"


class PaymentProvider(models.Model):
    """A provider that answers nobody, or too many requests, is left in peace.

    Nobody's card is at fault then: asking ten thousand times does not help, and leaves
    ten thousand payments nobody knows the end of.
    """

    _inherit = "payment.provider"

    continuity_paused_until = fields.Datetime(
        string="Not asked before",
        readonly=True,
        copy=False,
        help="No scheduled charge asks the provider before this moment: its last"
        " requests came to nothing, or were too many.",
    )
    continuity_pause_minutes = fields.Integer(readonly=True, copy=False)
    continuity_pause_told_on = fields.Date(readonly=True, copy=False)

    @public()
    def action_continuity_end_pause(self):
        """Let the processes ask again at once: what was wrong was put right.

        :raise AccessError: whoever may not change the provider
        """
        self.check_access("write")
        # Nobody types it: this button is the door
        self.sudo().write(
            {"continuity_paused_until": False, "continuity_pause_minutes": 0}
        )

    def _continuity_get_pause(self):
        """Say until when the provider is not asked.

        :return: naive, in UTC; False when it may be asked
        :rtype: datetime | bool
        """
        self.ensure_one()
        # Another worker may have found it out a moment ago
        self.invalidate_recordset(["continuity_paused_until"])
        until = self.continuity_paused_until
        return until if until and until > fields.Datetime.now() else False

    def _continuity_get_pause_text(self, until):
        """Say that the provider is not asked, and until when.

        :param datetime until: naive, in UTC
        :rtype: str
        """
        return self.env._(
            "%(provider)s is not asked before %(time)s: its last requests came to"
            " nothing.",
            provider=self.name,
            time=self.company_id._continuity_format_time(until),
        )

    def _continuity_watch(self, transaction):
        """Draw the consequence of an answer: go on, wait, or stop asking.

        :param payment.transaction transaction: the last one that was asked
        """
        self.ensure_one()
        if transaction.continuity_decline_kind not in FRUITLESS:
            self._continuity_end_pause()
        elif transaction.continuity_http_status == 429:
            self._continuity_pause(seconds=self._continuity_get_wait(transaction))
        elif self._continuity_count_fruitless() >= BREAKER:
            self._continuity_break(transaction)
        elif transaction.continuity_decline_kind == "configuration":
            self._continuity_tell_unasked(transaction)

    def _continuity_is_watched(self, transaction):
        """Say whether an answer has a consequence: see :meth:`_continuity_watch`.

        :param payment.transaction transaction: the last one that was asked
        :rtype: bool
        """
        self.ensure_one()
        is_fruitless = transaction.continuity_decline_kind in FRUITLESS
        return is_fruitless or bool(self.continuity_paused_until)

    def _continuity_end_pause(self):
        """It answers again: the next pause is a short one."""
        if self.continuity_paused_until and self.try_lock_for_update():
            self.write(
                {"continuity_paused_until": False, "continuity_pause_minutes": 0}
            )

    def _continuity_pause(self, **duration):
        """Ask nothing for a while.

        :param duration: seconds or minutes
        :return: False where somebody else is writing the same just now
        :rtype: bool
        """
        if not self.try_lock_for_update():
            return False
        self.continuity_paused_until = fields.Datetime.now() + timedelta(**duration)
        return True

    def _continuity_break(self, transaction):
        """Ask nothing, twice as long each time, and tell somebody once a day.

        :param payment.transaction transaction: the last request that came to nothing
        """
        minutes = min(self.continuity_pause_minutes * 2, LAST_MINUTES) or FIRST_MINUTES
        if self._continuity_pause(minutes=minutes):
            self.continuity_pause_minutes = minutes
            self._continuity_tell_pause(transaction)

    def _continuity_get_wait(self, transaction):
        """Say how long to wait after "too many requests".

        As long as the provider says; else twice as long each time, a little off for
        each worker so that they do not come back together.

        :param payment.transaction transaction: the request that was too much
        :return: seconds
        :rtype: float
        """
        if transaction.continuity_retry_after:
            return transaction.continuity_retry_after
        times = self._continuity_count_fruitless(only_too_many=True)
        # No secret hangs on it
        return min(2**times, LAST_SECONDS) * random.uniform(0.5, 1.5)

    def _continuity_count_fruitless(self, only_too_many=False):
        """Count the last requests in a row that came to nothing.

        They are counted where they are written down, so that several workers count
        together.

        :param bool only_too_many: count answers that it was too many requests
        :return: at most `BREAKER`
        :rtype: int
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT continuity_decline_kind, continuity_http_status
                  FROM payment_transaction
                 WHERE provider_id = %(provider)s
                   AND continuity_asked_at IS NOT NULL
                   AND (
                       continuity_decline_kind IS NOT NULL
                       OR state IN ('pending', 'authorized', 'done')
                   )
                   AND continuity_decline_kind IS DISTINCT FROM 'not_now'
                 ORDER BY continuity_asked_at DESC, id DESC
                 LIMIT %(limit)s
                """,
                provider=self.id,
                limit=BREAKER,
            )
        )
        count = 0
        for kind, status in rows:
            if kind not in FRUITLESS or (only_too_many and status != 429):
                break
            count += 1
        return count

    def _continuity_tell_pause(self, transaction):
        """Tell a manager that the provider is not asked for a while.

        :param payment.transaction transaction: the last request that came to nothing
        """
        self._continuity_tell(
            self.env._(
                "%(provider)s: the last %(count)s requests came to nothing. The last"
                " answer: %(answer)s See whether it works and whether its keys are"
                " right. The payments wait, no customer was told, and it is asked"
                " again by itself.",
                provider=self.name,
                count=BREAKER,
                answer=transaction.state_message or "",
            )
        )

    def _continuity_tell_unasked(self, transaction):
        """Tell a manager of one request that a setting has kept from the bank.

        Others may be answered well in between: that is no reason to pause, and the same
        card would come to nothing each night.

        :param payment.transaction transaction: the request
        """
        if self.try_lock_for_update():
            self._continuity_tell(
                self.env._(
                    "%(provider)s did not pass a request on to the bank. Its answer:"
                    " %(answer)s See whether its keys are right and whether it knows"
                    " the card. The payment waits, no customer was told, and it is"
                    " asked again by itself.",
                    provider=self.name,
                    answer=transaction.state_message or "",
                )
            )

    def _continuity_tell(self, note):
        """Give a manager of the company one activity a day; it stands on its contact.

        :param str note: what the matter is
        """
        today = self.company_id._continuity_today()
        if self.continuity_pause_told_on == today:
            return
        self.continuity_pause_told_on = today
        # The contact of a company and its activities are not for the processes' users
        partner_sudo = self.company_id.partner_id.sudo()
        partner_sudo.activity_schedule(
            TOLD,
            date_deadline=today,
            note=note,
            user_id=self.company_id._continuity_get_responsible().id,
        )


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    _continuity_asked = models.Index(
        "(provider_id, continuity_asked_at, id) WHERE continuity_asked_at IS NOT NULL"
    )
    _continuity_refused = models.Index(
        "(token_id, continuity_asked_at)"
        " WHERE continuity_decline_kind IN ('soft', 'hard', 'authenticate')"
    )


#: Reasons of run lines about payments that wait for their provider
WAITING = ("provider_paused", "not_sent")

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, sql

#: First key of the advisory lock of a slot; the second: provider · MOST_SLOTS + number
SLOT_LOCK = 0x434F4E53
MOST_SLOTS = 64
#: Requests a second where nobody has said otherwise, and of those who allow more
FEW_PER_SECOND, MANY_PER_SECOND = 5, 20
ALLOWS_MANY = ("stripe", "adyen")
#: Seconds until a worker looks again for a slot
LOOK_SECONDS = 0.05


@dataclass(slots=True)
class Slot:
    """What a worker holds while it charges a payment.

    :param int number: None = there was none
    :param bool is_used: the provider was asked, which counts for the rate
    """

    number: int | None = 0
    is_used: bool = False

    @property
    def is_free(self):
        """Whether the worker may charge."""
        return self.number is not None


class PaymentProvider(models.Model):
    """How many workers may ask a provider at once, and how often in a second.

    No counter that all of them write: each holds one of so many slots while it asks,
    and long enough that all slots together keep to the rate.
    """

    _inherit = "payment.provider"

    continuity_max_parallel = fields.Integer(
        string="Requests at a time",
        default=8,
        help="The most scheduled charges under way at the same time.",
    )
    continuity_max_per_second = fields.Integer(
        string="Requests per second",
        compute="_compute_continuity_max_per_second",
        store=True,
        readonly=False,
        precompute=True,
        help="The most scheduled charges begun within a second, as the provider allows."
        " 0 = no limit.",
    )

    def _auto_init(self):
        """Override: providers there are get their rate without being written."""
        name = "continuity_max_per_second"
        if not sql.column_exists(self.env.cr, self._table, name):
            sql.create_column(self.env.cr, self._table, name, "int4")
            self.env.cr.execute(
                SQL(
                    """UPDATE payment_provider
                          SET continuity_max_per_second =
                              CASE WHEN code IN %s THEN %s ELSE %s END""",
                    ALLOWS_MANY,
                    MANY_PER_SECOND,
                    FEW_PER_SECOND,
                )
            )
        return super()._auto_init()

    @api.depends("code")
    def _compute_continuity_max_per_second(self):
        for provider in self:
            allows_many = provider.code in ALLOWS_MANY
            rate = MANY_PER_SECOND if allows_many else FEW_PER_SECOND
            provider.continuity_max_per_second = rate

    @api.constrains("continuity_max_parallel", "continuity_max_per_second")
    def _check_continuity_slots(self):
        """Refuse what would charge nobody, or by mistake everybody at once."""
        for provider in self:
            if not 1 <= provider.continuity_max_parallel <= MOST_SLOTS:
                raise ValidationError(
                    self.env._(
                        "%(provider)s: “Requests at a time” is a number from 1 to"
                        " %(most)s.",
                        provider=provider.name,
                        most=MOST_SLOTS,
                    )
                )
            if not 0 <= provider.continuity_max_per_second <= 1000:
                raise ValidationError(
                    self.env._(
                        "%(provider)s: “Requests per second” is a number from 0 to"
                        " 1000.",
                        provider=provider.name,
                    )
                )

    @contextmanager
    def _continuity_slot(self, run, deadline):
        """Hold a slot while a payment is charged, from before it is claimed.

        Nobody waits for a slot with a payment in hand. The lock belongs to the
        connection: it outlives the commits of the charge, and not its worker.

        :param continuity.run run: gets a checkpoint between two looks
        :param float deadline: of the monotonic clock; until then it is waited for
        :return: what is held; none where there is no provider to be asked
        :rtype: Slot
        """
        if not self:
            yield Slot()
            return
        slot = Slot(self._continuity_wait_for_slot(run, deadline))
        if not slot.is_free:
            yield slot
            return
        began = time.monotonic()
        try:
            # What happened while it waited is seen from here on
            run._checkpoint()
            yield slot
        except BaseException:
            if not self.env.cr.closed:
                self.env.cr.rollback()
            raise
        finally:
            if slot.is_used:
                self._continuity_wait_for_rate(began)
            keys = SQL("%s, %s", SLOT_LOCK, self.id * MOST_SLOTS + slot.number)
            # Where the connection is gone, the lock is gone with it
            with suppress(psycopg2.InterfaceError):
                self.env.execute_query(SQL("SELECT pg_advisory_unlock(%s)", keys))

    def _continuity_wait_for_slot(self, run, deadline):
        while (number := self._continuity_take_slot()) is None:
            run._checkpoint()
            if time.monotonic() > deadline:
                return None
            # A lock that is waited for would hold up the deadline
            time.sleep(LOOK_SECONDS)
        return number

    def _continuity_take_slot(self):
        """Take a free slot.

        :return: its number; None when all are taken
        :rtype: int | None
        """
        # One after the other: in a single statement more than one could be taken
        for number in range(self._continuity_count_slots()):
            keys = SQL("%s, %s", SLOT_LOCK, self.id * MOST_SLOTS + number)
            query = SQL("SELECT pg_try_advisory_lock(%s)", keys)
            if self.env.execute_query(query)[0][0]:
                return number
        return None

    def _continuity_count_slots(self):
        """Say how many slots there are: those nobody uses would slow the others down.

        :rtype: int
        """
        workers = self.env["continuity.charge.chunk"]._get_workers()
        return min(self.continuity_max_parallel, max(workers, 1))

    def _continuity_wait_for_rate(self, began):
        """Keep a slot as long as its share of the rate, in which nothing is open."""
        rate = self.continuity_max_per_second
        if rate and not self.env.cr.closed:
            least = self._continuity_count_slots() / rate
            time.sleep(max(began + least - time.monotonic(), 0.0))

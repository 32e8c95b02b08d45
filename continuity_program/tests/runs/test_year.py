# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A year of a business with continuity programs, night by night.

Nine customers of five programs, from 31 January 2027 to 30 January 2028. What has to
come out stands in the tables below, worked out by hand from the rules.
"""

import random
from datetime import date, datetime, time, timedelta

import pytz
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import ContinuityCommon

FIRST_NIGHT = date(2027, 1, 31)
NIGHTS = 365
#: Nobody noticed that the server was off, from 28 October to 3 November.
FORGOTTEN = [date(2027, 10, 28) + timedelta(days=n) for n in range(7)]

# How to read a table: Event ID and occurrence, the day of the plan, the day it is
# planned for where that is another one, what became of it; then the day the parcel
# promises, its payment with due date, and its invoice. Dates are 2027 unless written.

#: On the 31st of every month (R4). 30 April was skipped, June came late on 5 July. The
#: card was valid until 31 August and replaced on 6 October (N37). 31 October fell into
#: the forgotten week and left on the first night after it.
BOOK = """
    1.0   01-31        done  01-31   paid 15.00 01-31   invoice 15.00 01-31
    1.1   02-28        done  02-28   paid 15.00 02-28   invoice 15.00 02-28
    1.2   03-31        done  03-31   paid 15.00 03-31   invoice 15.00 03-31
    1.3   04-30        skipped
    1.4   05-31        done  05-31   paid 15.00 05-31   invoice 15.00 05-31
    1.5   06-30 07-05  done  07-05   paid 15.00 07-05   invoice 15.00 07-05
    1.6   07-31        done  07-31   paid 15.00 07-31   invoice 15.00 07-31
    1.7   08-31        done  08-31   paid 15.00 08-31   invoice 15.00 08-31
    1.8   09-30        done  10-06   paid 15.00 10-06   invoice 15.00 10-06
    1.9   10-31        done  11-04   paid 15.00 11-04   invoice 15.00 11-04
    1.10  11-30        done  11-30   paid 15.00 11-30   invoice 15.00 11-30
    1.11  12-31        done  12-31   paid 15.00 12-31   invoice 15.00 12-31
    closed
"""

#: Every 28 days from 12 February, on account: to be paid 30 days after the invoice.
#: The customer ended it with 7 May.
COFFEE_ACCOUNT = """
    1.0   02-12        done  02-12   billed 8.00 03-14   invoice 8.00 02-12
    1.1   03-12        done  03-12   billed 8.00 04-11   invoice 8.00 03-12
    1.2   04-09        done  04-09   billed 8.00 05-09   invoice 8.00 04-09
    1.3   05-07        done  05-07   billed 8.00 06-06   invoice 8.00 05-07
    1.4   06-04        cancelled
    1.5   07-02        cancelled
    closed
"""

#: Two packets each time, by card. Paused from 20 May to 2 July: 4 June became 2 July,
#: and all later ones moved along (R15, shift). On 27 August the bank said no, the next
#: night it said yes.
COFFEE_CARD = """
    1.0   02-12        done  02-12   paid 16.00 02-12   invoice 16.00 02-12
    1.1   03-12        done  03-12   paid 16.00 03-12   invoice 16.00 03-12
    1.2   04-09        done  04-09   paid 16.00 04-09   invoice 16.00 04-09
    1.3   05-07        done  05-07   paid 16.00 05-07   invoice 16.00 05-07
    1.4   07-02        done  07-02   paid 16.00 07-02   invoice 16.00 07-02
    1.5   07-30        done  07-30   paid 16.00 07-30   invoice 16.00 07-30
    1.6   08-27        done  08-27   paid 16.00 08-27   invoice 16.00 08-27
    1.7   09-24        done  09-24   paid 16.00 09-24   invoice 16.00 09-24
    1.8   10-22        done  10-22   paid 16.00 10-22   invoice 16.00 10-22
    1.9   11-19        done  11-19   paid 16.00 11-19   invoice 16.00 11-19
    1.10  12-17        done  12-17   paid 16.00 12-17   invoice 16.00 12-17
    1.11  2028-01-14  done  2028-01-14  paid 16.00 2028-01-14  invoice 16.00 2028-01-14
    closed
"""

#: Member of the club before it begins: every second month, from its first day on.
CLUB_FIRST = """
    1.0   03-01        done  03-01   paid 20.00 03-01   invoice 20.00 03-01
    2.0   05-01        done  05-01   paid 20.00 05-01   invoice 20.00 05-01
    3.0   07-01        done  07-01   paid 20.00 07-01   invoice 20.00 07-01
    4.0   09-01        done  09-01   paid 20.00 09-01   invoice 20.00 09-01
    5.0   11-01        done  11-04   paid 20.00 11-04   invoice 20.00 11-04
    closed
"""

#: Joined on 15 May, on account: begins with the event of May, on the day (N7).
CLUB_MAY = """
    2.0   05-15        done  05-15   billed 20.00 06-14   invoice 20.00 05-15
    3.0   07-01        done  07-01   billed 20.00 07-31   invoice 20.00 07-01
    4.0   09-01        done  09-01   billed 20.00 10-01   invoice 20.00 09-01
    5.0   11-01        done  11-04   billed 20.00 12-04   invoice 20.00 11-04
    closed
"""

#: Joined on 20 August: the second month after that begins on 1 October (R5). Paused
#: from 20 September to 20 October: what fell into the pause is left out (R15, keep).
CLUB_AUGUST = """
    3.0   08-20        done  08-20   paid 20.00 08-20   invoice 20.00 08-20
    4.0   10-01        skipped
    5.0   12-01        done  12-01   paid 20.00 12-01   invoice 20.00 12-01
    closed
"""

#: Joined on the last day of the last event (T56).
CLUB_LAST = """
    5.0   12-31        done  12-31   paid 20.00 12-31   invoice 20.00 12-31
    closed
"""

#: Until cancelled, every second month on the first; three are kept ready (R10). 1 May
#: was skipped, from 10 August on it is two bottles.
WINE = """
    1.0   01-31        done  01-31   paid 12.00 01-31   invoice 12.00 01-31
    1.1   03-01        done  03-01   paid 12.00 03-01   invoice 12.00 03-01
    1.2   05-01        skipped
    1.3   07-01        done  07-01   paid 12.00 07-01   invoice 12.00 07-01
    1.4   09-01        done  09-01   paid 24.00 09-01   invoice 24.00 09-01
    1.5   11-01        done  11-04   paid 24.00 11-04   invoice 24.00 11-04
    1.6  2028-01-01  done  2028-01-01  paid 24.00 2028-01-01  invoice 24.00 2028-01-01
    1.7   2028-03-01   planned
    1.8   2028-05-01   planned
    1.9   2028-07-01   planned
    running
"""

#: Twelve parts of 10.00, billed up front on 31 January and paid in three monthly
#: instalments. 31 October and all later ones were moved to the 5th.
COLLECTION = """
    paid 40.00 01-31
    paid 40.00 02-28
    paid 40.00 03-31
    upfront 120.00 01-31
    1.0   01-31        done  01-31   zero 0.00 01-31
    1.1   02-28        done  02-28   zero 0.00 02-28
    1.2   03-31        done  03-31   zero 0.00 03-31
    1.3   04-30        done  04-30   zero 0.00 04-30
    1.4   05-31        done  05-31   zero 0.00 05-31
    1.5   06-30        done  06-30   zero 0.00 06-30
    1.6   07-31        done  07-31   zero 0.00 07-31
    1.7   08-31        done  08-31   zero 0.00 08-31
    1.8   09-30        done  09-30   zero 0.00 09-30
    1.9   11-05        done  11-05   zero 0.00 11-05
    1.10  12-05        done  12-05   zero 0.00 12-05
    1.11  2028-01-05   done  2028-01-05   zero 0.00 2028-01-05
    closed
"""

#: The days on which the events of the club became the current one (T55).
CLUB_EVENTS = "03-01 05-01 07-01 09-01 11-01"

#: In the order of the jobs an order is closed the night its last document is made.
CLOSED = {
    "book": "12-31",
    "coffee account": "05-07",
    "coffee card": "2028-01-14",
    "club first": "11-04",
    "club may": "11-04",
    "club august": "12-01",
    "club last": "12-31",
    "collection": "2028-01-05",
}

YEAR = {
    "book": BOOK,
    "coffee account": COFFEE_ACCOUNT,
    "coffee card": COFFEE_CARD,
    "club first": CLUB_FIRST,
    "club may": CLUB_MAY,
    "club august": CLUB_AUGUST,
    "club last": CLUB_LAST,
    "wine": WINE,
    "collection": COLLECTION,
}


class YearCase(ContinuityCommon):
    """Five programs, and the year of their customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "continuity_repeat_threshold": 3,
                "continuity_invoice_children": "delivered",
            }
        )
        cls.month_same = cls._create_interval("same", 1)
        cls.two_months_first = cls._create_interval("first", 2)
        cls.orders = {}
        cls.jobs = [
            name
            for name in cls.env["continuity.run"]._fields["job"].get_values(cls.env)
            if f"continuity.job.{name}" in cls.env
        ]

    @classmethod
    def _create_interval(cls, anchor, count):
        return cls.env["continuity.date.interval"].create(
            {
                "name": f"{count} {anchor}",
                "unit": "month",
                "count": count,
                "anchor": anchor,
            }
        )

    def _create_item(self, code, price, *events, **values):
        """Program and parent product; each event sends the same article once."""
        # Nothing of it goes through a warehouse, whatever else is installed.
        article = self.env["product.product"].create(
            self._goods_vals(code, price, type="service")
        )
        program = self._create_program(
            code,
            events=[self._event_vals(article, **event) for event in events],
            **values,
        )
        return self._create_parent_product(program, name=code)

    def _create_items(self):
        monthly = {"date_interval_id": self.month_same.id}
        first = {"date_interval_id": self.two_months_first.id}
        thirds = self.env["continuity.payment.schedule"].create(
            {"name": "Three months", "code": "THREE", "number_of_payments": 3}
        )
        return {
            "book": self._create_item("BOOK", 15.0, {**monthly, "repeat_count": 11}),
            "coffee": self._create_item(
                "COFFEE", 8.0, {"days": 28, "repeat_count": 11}
            ),
            "club": self._create_item(
                "CLUB",
                20.0,
                {"start_order_date": date(2027, 3, 1)},
                *[first for _event in range(4)],
                order_start="current",
            ),
            "wine": self._create_item("WINE", 12.0, {**first, "repeat_count": -1}),
            "collection": self._create_item(
                "COLLECTION",
                10.0,
                {**monthly, "repeat_count": 11},
                bill_upfront=True,
                payment_schedule_id=thirds.id,
            ),
        }

    # === THE DAYS === #

    def _get_days(self):
        """What customers and sellers do, by day."""
        return {
            "2027-01-31": [
                lambda: self._sell("book", expiry=date(2027, 8, 31)),
                lambda: self._sell("club first"),
                lambda: self._sell("wine"),
                lambda: self._sell("collection"),
            ],
            "2027-02-12": [
                lambda: self._sell_on_account("coffee account"),
                lambda: self._sell("coffee card", quantity=2),
            ],
            "2027-03-10": [lambda: self._get_row("wine", "2027-05-01").action_skip()],
            "2027-04-10": [lambda: self._get_row("book", "2027-04-30").action_skip()],
            "2027-04-20": [
                lambda: self._get_row("coffee account", "2027-05-07").action_end_here()
            ],
            "2027-05-15": [lambda: self._sell_on_account("club may")],
            "2027-05-20": [lambda: self._pause("coffee card", "2027-07-02")],
            "2027-06-20": [lambda: self._move("book", "2027-06-30", "2027-07-05")],
            "2027-08-10": [lambda: self._set_quantity("wine", 2)],
            "2027-08-20": [lambda: self._sell("club august")],
            "2027-08-26": [lambda: self._set_answer("coffee card", "cancel")],
            "2027-08-28": [lambda: self._set_answer("coffee card", "done")],
            "2027-09-20": [lambda: self._pause("club august", "2027-10-20")],
            "2027-10-06": [lambda: self._set_new_card("book")],
            "2027-10-10": [
                lambda: self._move("collection", "2027-10-31", "2027-11-05", "later")
            ],
            "2027-12-31": [lambda: self._sell("club last")],
            "2028-01-01": [lambda: self._check_club_has_ended()],
        }

    def _sell(self, key, expiry=date(2035, 12, 31), **values):
        item = self.items[key.split()[0]]
        order = self._create_sold_order(
            item, self._create_token(expiry=expiry), **values
        )
        self.orders[key] = order.continuity_order_ids

    def _sell_on_account(self, key):
        term = self.env.ref("account.account_payment_term_30days")
        partner = self._create_partner(name=key, continuity_allow_on_account=True)
        order = self._create_order(
            self.items[key.split()[0]], partner_id=partner.id, payment_term_id=term.id
        )
        order.continuity_order_ids.payment_method = "on_account"
        order.action_confirm()
        self.orders[key] = order.continuity_order_ids

    def _get_row(self, key, day):
        return self.orders[key].shipment_ids.filtered(
            lambda s: s.scheduled_date == date.fromisoformat(day)
        )

    def _move(self, key, old, new, scope="one"):
        self._get_row(key, old)._set_planned_date(date.fromisoformat(new), scope)

    def _pause(self, key, until):
        self.orders[key].action_pause(date.fromisoformat(until))

    def _set_quantity(self, key, quantity):
        self.orders[key].sale_order_line_id.product_uom_qty = quantity

    def _set_answer(self, key, answer):
        self.orders[key].sudo().payment_token_id.demo_simulated_state = answer

    def _set_new_card(self, key):
        self.orders[key]._set_payment_token(self._create_token())

    def _check_club_has_ended(self):
        with self.assertRaisesRegex(UserError, "has ended"):
            self._create_order(self.items["club"])

    # === THE YEAR === #

    def _live(self, zone, twice=False, seed=None):
        """Live the year: in the morning the people, before midnight the jobs.

        :param str zone: zone of the company
        :param bool twice: every job twice a night
        :param int seed: shuffle the jobs of each night; None = in their order
        """
        self.company.partner_id.tz = zone
        zone = pytz.timezone(zone)
        order = random.Random(seed)
        with freeze_time(self._at(zone, FIRST_NIGHT, 8)) as clock:
            self.items = self._create_items()
            days = self._get_days()
            for number in range(NIGHTS):
                day = FIRST_NIGHT + timedelta(days=number)
                clock.move_to(self._at(zone, day, 9))
                for act in days.get(str(day), ()):
                    act()
                if day in FORGOTTEN:
                    continue
                clock.move_to(self._at(zone, day, 23))
                jobs = self.jobs * (2 if twice else 1)
                if seed is not None:
                    order.shuffle(jobs)
                for job in jobs:
                    # Figures are made of all there is, whatever was made before: the
                    # nights of Mondays, whose forecast is compared with what comes
                    if job != "refresh_insight" or day.weekday() == 0:
                        self._execute(job)

    def _at(self, zone, day, hour):
        local = zone.localize(datetime.combine(day, time(hour, 30)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    # === THE TABLES === #

    def _check_year(self):
        self.assertEqual(set(self.orders), set(YEAR))
        for key, table in YEAR.items():
            expected = [" ".join(line.split()) for line in table.strip().splitlines()]
            with self.subTest(order=key):
                self.assertEqual(
                    "\n".join(self._write_table(self.orders[key])), "\n".join(expected)
                )

        self.assertEqual(
            [
                self._write_day(event.processed_date)
                for event in self.items["club"].continuity_program_id.event_ids
            ],
            CLUB_EVENTS.split(),
        )

    def _check_closed(self):
        lines = self.env["continuity.run.line"].search([("reason", "=", "closed")])
        days = {line.continuity_order_id: line.run_id.date for line in lines}
        self.assertEqual(
            {
                key: self._write_day(days[order])
                for key, order in self.orders.items()
                if order in days
            },
            CLOSED,
        )

    def _write_table(self, order):
        lines = [
            self._write_payment(row)
            for row in order.payment_ids.sorted("sequence")
            if not row.shipment_id
        ]
        if order.upfront_invoice_id:
            lines.append(self._write_move("upfront", order.upfront_invoice_id))
        lines += [self._write_row(s) for s in order.shipment_ids.sorted("number")]
        return [*lines, order.state]

    def _write_row(self, shipment):
        words = [
            f"{shipment.event_number}.{shipment.occurrence}",
            self._write_day(shipment.scheduled_date),
        ]
        if shipment.planned_date != shipment.scheduled_date:
            words.append(self._write_day(shipment.planned_date))
        words.append(shipment.state)
        child = shipment.child_order_id
        if child:
            moment = child.commitment_date
            words.append(self._write_day(self.company._continuity_local_date(moment)))
        rows = shipment.continuity_order_id.payment_ids
        words += [
            self._write_payment(row) for row in rows if row.shipment_id == shipment
        ]
        name = "zero" if shipment.continuity_order_id.bill_upfront else "invoice"
        words += [self._write_move(name, move) for move in child.invoice_ids]
        return " ".join(words)

    def _write_payment(self, row):
        return f"{row.state} {row.amount:.2f} {self._write_day(row.due_date)}"

    def _write_move(self, name, move):
        if move.state != "posted":
            name = f"{move.state} {name}"
        return f"{name} {move.amount_total:.2f} {self._write_day(move.invoice_date)}"

    def _write_day(self, day):
        return f"{day:%m-%d}" if day.year == 2027 else str(day)


@tagged("post_install", "-at_install", "-standard", "heavy")
class TestYear(YearCase):
    """A year day by day: the same, however often, in whatever order and zone."""

    def test_in_order(self):
        """In Los Angeles, where the night's jobs run on the next day of UTC."""
        self._live("America/Los_Angeles")
        self._check_year()
        self._check_closed()


@tagged("post_install", "-at_install", "-standard", "heavy")
class TestYearTwice(YearCase):
    """The same year, every process twice a night and in any order."""

    def test_twice_and_shuffled(self):
        """In Auckland, where the morning is the day before in UTC."""
        self._live("Pacific/Auckland", twice=True, seed=1)
        self._check_year()

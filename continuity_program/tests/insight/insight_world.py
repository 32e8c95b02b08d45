# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""26 members of three programs, on the evening before 1 September 2027.

BOOK: six books at 20.00, monthly, by card. COFFEE: the same pack at 12.00, every 28
days, without end. TEA: four tins at 14.99, paid in advance. Costs 8, 5 and 4, a parcel
2, a new member 25, 15 and 20. Quantity 1, but A11 takes 2.
"""

from datetime import date

from odoo.fields import Command
from odoo.tests import freeze_time

from ..common import ContinuityCommon

#: The day the figures are made
DAY = date(2027, 9, 1)

#: Program, start, and what became of each turn: S shipped, R shipped and sent back, K
#: skipped, L left, D left because the card was declined, W waits for its payment
MEMBERS = {
    "A01": ("BOOK", "2027-01-11", "SSSSSS"),
    "A02": ("BOOK", "2027-01-18", "SSL"),
    "A03": ("BOOK", "2027-01-25", "SKSSSS"),
    "A04": ("BOOK", "2027-02-08", "SL"),
    "A05": ("BOOK", "2027-02-15", "SSSSSS"),
    "A06": ("BOOK", "2027-02-22", "SRSL"),
    "A07": ("BOOK", "2027-03-08", "SSD"),
    "A08": ("BOOK", "2027-04-12", "SSSSS"),
    "A09": ("BOOK", "2027-05-10", "SSSS"),
    "A10": ("BOOK", "2027-06-14", "SSS"),
    "A11": ("BOOK", "2027-07-12", "SS"),
    "A12": ("BOOK", "2027-08-02", "S"),
    "K01": ("COFFEE", "2027-01-04", "SSSSSSSSS"),
    "K02": ("COFFEE", "2027-01-18", "SSSL"),
    "K03": ("COFFEE", "2027-02-15", "SSKSSSSS"),
    "K04": ("COFFEE", "2027-03-15", "SSL"),
    "K05": ("COFFEE", "2027-04-12", "SSSSSW"),
    "K06": ("COFFEE", "2027-05-10", "SSD"),
    "K07": ("COFFEE", "2027-06-07", "SSS"),
    "K08": ("COFFEE", "2027-08-02", "SS"),
    "T01": ("TEA", "2027-02-01", "SSSS"),
    "T02": ("TEA", "2027-03-01", "SSSS"),
    "T03": ("TEA", "2027-04-05", "SRSS"),
    "T04": ("TEA", "2027-05-03", "SSL"),
    "T05": ("TEA", "2027-07-05", "SS"),
    "T06": ("TEA", "2027-08-09", "S"),
}
#: Who ended, when, and the reason
ENDED = {
    "A02": ("2027-03-15", "too_expensive"),
    "A04": ("2027-03-02", "no_interest"),
    "A06": ("2027-05-20", "not_satisfied"),
    "A07": ("2027-05-19", "not_paid"),
    "K02": ("2027-04-05", "too_many"),
    "K04": ("2027-05-03", "too_expensive"),
    "K06": ("2027-07-16", "not_paid"),
    "T04": ("2027-06-20", "moved_away"),
}
#: Paid in three instalments; the other members of TEA pay at once
BY_SCHEDULE = ("T02", "T04", "T06")
EXPIRY = {"A09": date(2027, 9, 30), "A10": date(2027, 8, 31)}
DEFAULT_EXPIRY = date(2035, 12, 31)


class InsightCase(ContinuityCommon):
    """The members by their names, in `cls.members`; the programs by theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The night would find what other tests have left behind
        cls.env["continuity.order"].search([]).state = "draft"
        cls.customer.continuity_allow_on_account = True
        cls.company.partner_id.tz = "UTC"
        cls._create_programs()
        cls.members = {}
        for name in sorted(MEMBERS, key=lambda name: MEMBERS[name][1]):
            cls.members[name] = cls._sell_member(name)
        with freeze_time(f"{DAY} 12:00:00"):
            cls._send_all()
            cls._take_back()
        for name in sorted(ENDED, key=lambda name: ENDED[name][0]):
            cls._end_member(name)
        with freeze_time("2027-08-20 12:00:00"):
            cls.members["K07"].action_pause()
        cls._write_past()

    # === PROGRAMS === #

    @classmethod
    def _create_programs(cls):
        monthly = cls.env.ref("continuity_program.continuity_date_interval_monthly")
        cls.three = cls.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        cls.books = cls._create_goods("BK", 6, 20.0, 8.0)
        cls.coffee_pack = cls._create_goods("COF", 1, 12.0, 5.0)
        cls.teas = cls._create_goods("TEA", 4, 14.99, 4.0)
        cls.book = cls._create_insight_program(
            "BOOK",
            [
                cls._event_vals(
                    goods,
                    **({"date_interval_id": monthly.id} if place else {}),
                    **({"probability": 80.0} if place == 5 else {}),
                )
                for place, goods in enumerate(cls.books)
            ],
            acquisition_cost=25.0,
        )
        cls.coffee = cls._create_insight_program(
            "COFFEE",
            [cls._event_vals(cls.coffee_pack, days=28, repeat_count=-1)],
            acquisition_cost=15.0,
        )
        cls.tea = cls._create_insight_program(
            "TEA",
            [
                cls._event_vals(
                    goods, **({"date_interval_id": monthly.id} if place else {})
                )
                for place, goods in enumerate(cls.teas)
            ],
            bill_upfront=True,
            acquisition_cost=20.0,
        )

    @classmethod
    def _create_goods(cls, name, count, price, cost):
        names = [f"{name}{place}" for place in range(1, count + 1)]
        return cls.env["product.product"].create(
            [
                cls._goods_vals(goods if count > 1 else name, price)
                | {"standard_price": cost}
                for goods in names
            ]
        )

    @classmethod
    def _create_insight_program(cls, code, events, **values):
        program = cls._create_program(code, events, fulfilment_cost=2.0, **values)
        cls._create_parent_product(program, f"Club {code}")
        return program

    # === LIVES === #

    @classmethod
    def _sell_member(cls, name):
        code, day, _fates = MEMBERS[name]
        program = getattr(cls, code.lower())
        product = program.product_tmpl_ids.product_variant_id
        with freeze_time(f"{day} 12:00:00"):
            sale_order = cls._create_order(product, quantity=2 if name == "A11" else 1)
            order = sale_order.continuity_order_ids
            values = {"payment_method": "on_account", "payment_token_id": False}
            if name != "T06":
                token = cls._create_token(expiry=EXPIRY.get(name, DEFAULT_EXPIRY))
                values = {"payment_method": "card", "payment_token_id": token.id}
            if name in BY_SCHEDULE:
                values["payment_schedule_id"] = cls.three.id
            order.write(values)
            sale_order.action_confirm()
        return order

    @classmethod
    def _get_turns(cls, fates):
        """The shipments of members with one of these fates, by place in the plan."""
        return cls.env["continuity.shipment"].union(
            *(
                shipment
                for name, (_code, _day, lived) in MEMBERS.items()
                for shipment, fate in zip(
                    cls.members[name].shipment_ids.sorted("number"), lived, strict=False
                )
                if fate in fates
            )
        )

    @classmethod
    def _send_all(cls):
        """Make the child orders of all that left, confirm and invoice them."""
        cls._get_turns("K").sudo().state = "skipped"
        waiting = cls._get_turns("DW").sudo()
        waiting._create_children(list(waiting), DAY)
        sent = cls._get_turns("SR").sudo()
        children = sent._create_children(list(sent), DAY).sudo()
        children.action_confirm()
        cls._pay()
        children._create_invoices(grouped=True).action_post()

    @classmethod
    def _take_back(cls):
        """What members send back is credited."""
        for shipment in cls._get_turns("R"):
            child = shipment.child_order_id
            cls._deliver(child)
            line = shipment.line_ids.sale_order_line_id
            notes = child._credit_continuity_return({line: 1.0}, "broken")
            notes.sudo().filtered(lambda move: move.state == "draft").action_post()

    @classmethod
    def _deliver(cls, child):
        """Deliver a child order, where there is a warehouse."""
        if "picking_ids" not in child._fields:
            return
        for move in child.sudo().picking_ids.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        child.sudo().picking_ids.button_validate()

    @classmethod
    def _end_member(cls, name):
        day, reason = ENDED[name]
        order = cls.members[name]
        with freeze_time(f"{day} 12:00:00"):
            action = order.action_open_cancel()
            dialog = cls.env[action["res_model"]].browse(action["res_id"])
            waiting = order.child_order_ids.filtered(lambda c: c.state == "draft")
            end_reason = cls.env.ref(
                f"continuity_program.continuity_end_reason_{reason}"
            )
            dialog.write(
                {
                    "end_reason_id": end_reason.id,
                    "child_ids": [Command.set(waiting.ids)],
                }
            )
            dialog.action_apply()
        with freeze_time("2027-06-25 12:00:00"):
            order.move_ids.sudo().filtered(lambda m: m.state == "draft").action_post()

    @classmethod
    def _pay(cls):
        """What was due of what has left was paid on its day, except by T06."""
        cls.env.flush_all()
        cls.env.cr.execute(
            """
            UPDATE continuity_payment p
               SET state = 'paid'
              FROM continuity_order o
             WHERE o.id = p.continuity_order_id AND o.id IN %s AND o.id != %s
               AND p.due_date < %s AND p.state IN ('scheduled', 'billed')
               AND (p.shipment_id IS NULL OR p.shipment_id IN %s)
            """,
            [
                tuple(order.id for order in cls.members.values()),
                cls.members["T06"].id,
                DAY,
                cls._get_turns("SR")._ids,
            ],
        )
        cls.env.invalidate_all()

    @classmethod
    def _write_past(cls):
        """Child orders were made, and payments made, on their days."""
        cls._pay()
        cls.env.cr.execute(
            """
            UPDATE sale_order c
               SET date_order = s.planned_date + TIME '06:00'
              FROM continuity_shipment s
             WHERE s.child_order_id = c.id AND s.continuity_order_id IN %s
            """,
            [tuple(order.id for order in cls.members.values())],
        )
        cls.env.invalidate_all()

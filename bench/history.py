"""Give the members of the bench a past, by SQL. A generator, no business code.

Each began on a day of the last year; what was planned before today has left, with a
child order and a payment, and four of ten members have ended on the way.
"""

#: Members began on one of so many days
DAYS = 360
#: Share of the members who have ended, and of the shipments that were skipped, and
#: that are late
ENDED, SKIPPED, LATE = 0.4, 0.04, 0.001


def live(env):
    """Let the members live until today.

    :param env: environment of a database that `world.py` has filled
    :return: how many rows each ledger has
    :rtype: dict[str, int]
    """
    env.flush_all()
    cr, today = env.cr, env.company._continuity_today()
    # Foreign keys are right by construction
    cr.execute("SET LOCAL session_replication_role = replica")
    cr.execute("SELECT setseed(0.42)")
    cr.execute(
        """CREATE TEMP TABLE life ON COMMIT DROP AS
           SELECT id AS order_id, age, %s - age + (luck / %s * age)::int AS ended,
                  luck < %s AS has_ended
             FROM (SELECT id, (random() * %s)::int AS age, random() AS luck
                     FROM continuity_order) o""",
        [today, ENDED, ENDED, DAYS],
    )
    cr.execute("CREATE INDEX ON life (order_id)")
    cr.execute("ANALYZE life")
    _begin_earlier(cr)
    _decide(cr, today)
    _make_children(cr)
    _pay(cr, today)
    _finish(cr)
    env.invalidate_all()
    return {
        table: _count(cr, table)
        for table in ("continuity_order", "continuity_shipment", "continuity_payment")
    }


def _begin_earlier(cr):
    cr.execute(
        """UPDATE continuity_order o
              SET submit_date = submit_date - age,
                  ended_date = CASE WHEN has_ended THEN ended END,
                  end_reason_id = CASE WHEN has_ended THEN (
                      SELECT id FROM continuity_end_reason
                       ORDER BY (id * 7919 + o.id) % 13, id LIMIT 1) END,
                  has_more = COALESCE(has_more, FALSE) AND NOT has_ended
             FROM life WHERE life.order_id = o.id"""
    )


def _decide(cr, today):
    cr.execute(
        """UPDATE continuity_shipment s
              SET planned_date = planned_date - age,
                  scheduled_date = scheduled_date - age,
                  state = CASE
                      WHEN has_ended AND planned_date - age >= ended THEN 'cancelled'
                      WHEN planned_date - age >= %s THEN 'planned'
                      WHEN random() < %s THEN 'planned'
                      WHEN random() < %s THEN 'skipped'
                      ELSE 'done' END
             FROM life WHERE life.order_id = s.continuity_order_id""",
        [today, LATE, SKIPPED],
    )


def _make_children(cr):
    """A child order for each shipment that has left: a copy of its parent."""
    _copy(
        cr,
        "sale_order",
        {
            "id": "(SELECT MAX(id) FROM sale_order) + s.id",
            "name": "'CH' || s.id",
            "state": "'sale'",
            "continuity_type": "'child'",
            "continuity_order_id": "o.id",
            "date_order": "s.planned_date + TIME '06:00'",
            "amount_untaxed": "s.amount_untaxed",
            "amount_total": "s.amount_total",
            "invoice_status": "'invoiced'",
            "access_token": "NULL",
        },
        """continuity_shipment s
           JOIN continuity_order o ON o.id = s.continuity_order_id
           JOIN sale_order t ON t.id = o.sale_order_id
          WHERE s.state = 'done'""",
    )
    cr.execute(
        """UPDATE continuity_shipment s SET child_order_id = c.id
             FROM sale_order c
            WHERE c.name = 'CH' || s.id AND s.state = 'done'"""
    )


def _pay(cr, today):
    """A payment for each parcel that is not paid in advance; those are paid by day."""
    cr.execute(
        """UPDATE continuity_payment p
              SET due_date = due_date - age,
                  state = CASE WHEN due_date - age < %s THEN 'paid' ELSE state END
             FROM life WHERE life.order_id = p.continuity_order_id""",
        [today],
    )
    _copy(
        cr,
        "continuity_payment",
        {
            "id": "(SELECT MAX(id) FROM continuity_payment) + s.id",
            "continuity_order_id": "o.id",
            "shipment_id": "s.id",
            "child_order_id": "s.child_order_id",
            "sequence": "1",
            "due_date": "s.planned_date",
            "amount": "s.amount_total",
            "amount_to_refund": "0",
            "state": "'paid'",
            "receivable_line_id": "NULL",
        },
        """continuity_shipment s
           JOIN continuity_order o ON o.id = s.continuity_order_id
           JOIN continuity_payment t
             ON t.id = (SELECT MIN(id) FROM continuity_payment)
          WHERE s.state = 'done' AND NOT COALESCE(o.bill_upfront, FALSE)""",
    )


def _finish(cr):
    """What lies ahead of each order, and where that is nothing, its end."""
    cr.execute(
        """UPDATE continuity_order o
              SET next_ship_date = ahead.day,
                  planned_count = COALESCE(ahead.count, 0),
                  state = CASE WHEN ahead.day IS NULL AND NOT o.has_more
                               THEN 'closed' ELSE o.state END
             FROM life
             LEFT JOIN (SELECT continuity_order_id, MIN(planned_date) AS day,
                              COUNT(*) AS count
                          FROM continuity_shipment WHERE state = 'planned'
                         GROUP BY continuity_order_id) ahead
               ON ahead.continuity_order_id = life.order_id
            WHERE life.order_id = o.id"""
    )


def _copy(cr, table, values, source):
    """Insert copies of rows *t* of a table, with other values in some columns."""
    cr.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name = %s""",
        [table],
    )
    names = [row[0] for row in cr.fetchall()]
    columns = ", ".join(f'"{name}"' for name in names)
    selected = ", ".join(values.get(name, f't."{name}"') for name in names)
    # Names of columns, and the expressions above: nothing comes from outside
    cr.execute(f"INSERT INTO {table} ({columns}) SELECT {selected} FROM {source}")
    cr.execute(f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))")


def _count(cr, table):
    cr.execute(f"SELECT COUNT(*) FROM {table}")
    return cr.fetchone()[0]

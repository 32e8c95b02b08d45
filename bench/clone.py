"""Multiply the members that the ORM has made, by SQL. A generator, no business code.

Every row of the ledgers is copied, with its ids and its references moved by a fixed
step per copy; the rows stay consistent as they were made. Chatter is not copied.
"""

from odoo.tools import SQL

#: What belongs to a member. Everything else (programs, goods, accounts) is shared.
TABLES = (
    "res_partner",
    "payment_token",
    "sale_order",
    "sale_order_line",
    "continuity_order",
    "continuity_shipment",
    "continuity_shipment_line",
    "continuity_payment",
    "payment_transaction",
    "continuity_payment_share",
    "account_move",
    "account_move_line",
    "account_payment",
    "account_full_reconcile",
    "account_partial_reconcile",
)
#: Dates that decide what is due: moved for the copies that are not due
DUE_DATES = {
    ("continuity_shipment", "planned_date"),
    ("continuity_payment", "due_date"),
    ("continuity_order", "next_ship_date"),
}
#: Columns that must differ from copy to copy
UNIQUE = {
    ("sale_order", "name"): "name || '-' || k",
    ("payment_transaction", "reference"): "reference || '-' || k",
    ("res_partner", "name"): "name || ' ' || k",
    ("res_partner", "complete_name"): "complete_name || ' ' || k",
    ("account_move", "name"): (
        "CASE WHEN name IS NULL OR name = '/' THEN name ELSE sequence_prefix ||"
        " lpad((sequence_number + k * {step})::text, 5, '0') END"
    ),
    ("account_move", "sequence_number"): "sequence_number + k * {step}",
}


def multiply(env, copies, due_copies):
    """Copy all members `copies` times.

    :param int copies: how often
    :param int due_copies: copies that are due on the same day as their model; the
        others follow one to 27 days later
    """
    env.flush_all()
    cr = env.cr
    # Foreign keys are right by construction; checking them row by row takes longer
    # than all the rest.
    cr.execute("SET LOCAL session_replication_role = replica")
    first = _first_ids(env)
    steps = {table: _step(cr, table) for table in TABLES}
    for table in TABLES:
        _copy_table(cr, table, first, steps, copies, due_copies)
    for table in _relations(cr):
        _copy_relation(cr, table, first, steps, copies)
    for table in TABLES:
        # The names of Odoo's own sequences and tables, none of them foreign
        cr.execute(f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))")
    env.invalidate_all()


def _first_ids(env):
    """Return the first id of a member: the partners before are the company's own."""
    env.cr.execute("SELECT MIN(id) FROM res_partner WHERE ref = 'bench'")
    return {"res_partner": env.cr.fetchone()[0]}


def _step(cr, table):
    cr.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
    return cr.fetchone()[0]


def _references(cr, table):
    """Return the columns of a table that refer to a table that is copied."""
    cr.execute(
        SQL(
            """SELECT a.attname, c.confrelid::regclass::text
                 FROM pg_constraint c
                 JOIN pg_attribute a
                   ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                WHERE c.contype = 'f' AND c.conrelid = %s::regclass""",
            table,
        )
    )
    return {column: other for column, other in cr.fetchall() if other in TABLES}


def _columns(cr, table):
    cr.execute(
        SQL(
            """SELECT column_name FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = %s""",
            table,
        )
    )
    return [row[0] for row in cr.fetchall()]


def _moved(column, other, first, steps):
    """Return the reference of the copy; what is shared stays as it is."""
    moved = f'"{column}" + k * {steps[other]}'
    if other in first:
        is_copied = f'"{column}" >= {first[other]}'
        return f'CASE WHEN {is_copied} THEN {moved} ELSE "{column}" END'
    return moved


def _copy_table(cr, table, first, steps, copies, due_copies):
    references = _references(cr, table)
    values = {}
    for column in _columns(cr, table):
        value = f'"{column}"'
        if column == "id":
            value = f"id + k * {steps[table]}"
        elif column in references:
            value = _moved(column, references[column], first, steps)
        elif (table, column) in DUE_DATES:
            value = f"{value} + CASE WHEN k > {due_copies} THEN 1 + k %% 27 ELSE 0 END"
        elif (table, column) in UNIQUE:
            value = UNIQUE[table, column].format(step=steps[table])
        elif column == "parent_path" or column == "access_token":
            value = "NULL"
        values[f'"{column}"'] = value.replace("%%", "%")
    cr.execute(
        f"INSERT INTO {table} ({', '.join(values)})"
        f" SELECT {', '.join(values.values())}"
        f" FROM {table}, generate_series(1, {copies}) k"
        f" WHERE id BETWEEN {first.get(table, 1)} AND {steps[table]}"
    )


def _relations(cr):
    """Return the tables of many2many fields of what is copied."""
    cr.execute(
        SQL(
            """SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c
                WHERE c.contype = 'f' AND c.confrelid::regclass::text = ANY(%s)
                  AND NOT EXISTS (
                      SELECT FROM pg_attribute a
                       WHERE a.attrelid = c.conrelid AND a.attname = 'id')""",
            list(TABLES),
        )
    )
    return [row[0] for row in cr.fetchall()]


def _copy_relation(cr, table, first, steps, copies):
    references = _references(cr, table)
    values = {
        f'"{column}"': _moved(column, references[column], first, steps)
        if column in references
        else f'"{column}"'
        for column in _columns(cr, table)
    }
    cr.execute(
        f"INSERT INTO {table} ({', '.join(values)})"
        f" SELECT {', '.join(values.values())}"
        f" FROM {table}, generate_series(1, {copies}) k ON CONFLICT DO NOTHING"
    )

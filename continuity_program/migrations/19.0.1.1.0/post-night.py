# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

#: The first process of the night has a next call; each starts the one after it
FIRST = "ir_cron_update_current_event"
STARTED = (
    "ir_cron_update_orders",
    "ir_cron_extend_lines",
    "ir_cron_process_payments",
    "ir_cron_create_child_orders",
    "ir_cron_close_orders",
    "ir_cron_check_balances",
    "ir_cron_refresh_insight",
)
#: The hour all of them came with
HOUR = "02:00"
#: Only what runs once a day belongs to the night: another interval is a person's own
DAILY = """c.interval_type = 'days' AND c.interval_number = 1
           AND c.nextcall < '2900-01-01'
           AND d.res_id = c.id AND d.model = 'ir.cron'
           AND d.module = 'continuity_program'"""


def migrate(cr, version):
    """Take their own next call from the processes that are started by another one.

    In SQL: a scheduled action that is running just now cannot be written. One that
    somebody has given an interval of his own keeps its time.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    _keep_chosen_hour(cr)
    # The condition is the one above, nothing comes from outside
    # pylint: disable-next=sql-injection
    cr.execute(
        f"""UPDATE ir_cron c SET nextcall = '2999-12-31 02:00:00'
              FROM ir_model_data d
             WHERE {DAILY} AND d.name IN %s""",
        [STARTED],
    )


def _keep_chosen_hour(cr):
    """Let the night begin when an administrator wanted it to.

    He may have moved those only that matter to him, as the charges. The first of the
    night takes the earliest hour he has chosen, unless he has chosen one for itself.
    """
    # pylint: disable-next=sql-injection
    cr.execute(
        f"""UPDATE ir_cron c SET nextcall = chosen.nextcall
              FROM ir_model_data d, (
                  SELECT min(c.nextcall) AS nextcall
                    FROM ir_cron c, ir_model_data d
                   WHERE {DAILY} AND d.name IN %s AND c.active
                     AND to_char(c.nextcall, 'HH24:MI') != %s
              ) AS chosen
             WHERE {DAILY} AND d.name = %s
               AND to_char(c.nextcall, 'HH24:MI') = %s
               AND chosen.nextcall IS NOT NULL""",
        [STARTED, HOUR, FIRST, HOUR],
    )

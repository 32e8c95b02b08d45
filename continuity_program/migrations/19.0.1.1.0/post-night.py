# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

#: Only the first process of the night has a next call; each starts the one after it
STARTED = (
    "ir_cron_update_orders",
    "ir_cron_extend_lines",
    "ir_cron_process_payments",
    "ir_cron_create_child_orders",
    "ir_cron_close_orders",
)


def migrate(cr, version):
    """Take their own next call from the processes that are started by another one.

    In SQL: a scheduled action that is running just now cannot be written. One that
    somebody has given an interval of his own keeps its time.
    """
    cr.execute(
        """UPDATE ir_cron SET nextcall = '2999-12-31 02:00:00'
            WHERE interval_type = 'days'
              AND interval_number = 1
              AND id IN (
                  SELECT res_id FROM ir_model_data
                   WHERE module = 'continuity_program' AND name IN %s
              )""",
        [STARTED],
    )

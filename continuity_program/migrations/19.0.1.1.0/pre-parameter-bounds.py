# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Parameters have upper bounds now: bring typing errors of the past into them."""

MOST_DAYS = 3650
DAYS = (
    "continuity_delivery_days",
    "continuity_bill_days",
    "continuity_pending_days",
    "continuity_card_warning_days",
)
# 0 says "no limit" or "keep all", which such a number meant
NO_LIMIT = {
    "continuity_repeat_threshold": 1000,
    "continuity_max_child_orders": 10_000,
    "continuity_max_catchup": 10_000,
    "continuity_run_retention_days": MOST_DAYS,
}


def migrate(cr, version):
    """Clip numbers of the companies that the constraints would refuse.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    # Not by LEAST, for which a number that was never typed is the highest of all
    columns = ", ".join(
        f"{name} = CASE WHEN {name} > {most} THEN {instead} ELSE {name} END"
        for name, most, instead in (
            *((name, MOST_DAYS, MOST_DAYS) for name in DAYS),
            *((name, most, 0) for name, most in NO_LIMIT.items()),
            ("continuity_retry_limit", 100, 100),
        )
    )
    # The names are those above, nothing comes from outside
    cr.execute(f"UPDATE res_company SET {columns}")  # pylint: disable=sql-injection
    cr.execute(
        "SELECT id, continuity_retry_days FROM res_company"
        " WHERE continuity_retry_days IS NOT NULL"
    )
    for company_id, text in cr.fetchall():
        parts = [part.strip() for part in text.split(",") if part.strip().isdecimal()]
        # More than four digits are more than ten years, whatever they say
        days = [
            min(int(part), MOST_DAYS) if len(part) <= 4 else MOST_DAYS
            for part in parts[:100]
        ]
        clipped = ",".join(map(str, days))
        if clipped != ",".join(parts):
            cr.execute(
                "UPDATE res_company SET continuity_retry_days = %s WHERE id = %s",
                [clipped, company_id],
            )

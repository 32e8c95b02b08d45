# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Companies that sell already go on charging any amount: nobody has asked them."""


def migrate(cr, version):
    """Give the companies there are no smallest charge; new ones have one.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    cr.execute(
        "ALTER TABLE res_company"
        " ADD COLUMN IF NOT EXISTS continuity_smallest_charge numeric"
    )
    cr.execute(
        "UPDATE res_company SET continuity_smallest_charge = 0"
        " WHERE continuity_smallest_charge IS NULL"
    )

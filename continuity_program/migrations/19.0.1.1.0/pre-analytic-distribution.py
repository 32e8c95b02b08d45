# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is still to be sent gets the analytic distribution of its parent line."""


def migrate(cr, version):
    """Make and fill the column in one go, not line by line in the registry.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    cr.execute(
        "ALTER TABLE continuity_shipment_line"
        " ADD COLUMN IF NOT EXISTS analytic_distribution jsonb"
    )
    cr.execute(
        "UPDATE continuity_shipment_line l"
        "   SET analytic_distribution = p.analytic_distribution"
        "  FROM continuity_shipment s"
        "  JOIN continuity_order o ON o.id = s.continuity_order_id"
        "  JOIN sale_order_line p ON p.id = o.sale_order_line_id"
        " WHERE s.id = l.shipment_id AND l.sale_order_line_id IS NULL"
        "   AND p.analytic_distribution IS NOT NULL"
    )

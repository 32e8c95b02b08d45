# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.tools import SQL

#: A mail that did not arrive so many days ago says nothing any more
MAIL_DAYS = 30


class ContinuityException(models.Model):
    """Warnings: nothing is stopped, and the next shipment may still go wrong."""

    _inherit = "continuity.exception"

    def _get_warning_sql(self, look):
        """Say which orders `o` have a warning."""
        warnings = SQL(" OR ").join(self._get_warning_conditions(look).values())
        return SQL(
            "EXISTS (SELECT FROM continuity_shipment s WHERE %s AND (%s))",
            self._get_planned_sql(look),
            warnings,
        )

    def _get_planned_sql(self, look):
        """Say which shipments `s` of an order `o` are looked at."""
        return SQL(
            """s.continuity_order_id = o.id AND s.state = 'planned'
               AND s.action != 'skip' AND s.planned_date <= %s""",
            self._get_last_planned(look),
        )

    def _find_warnings(self, orders, look, found):
        """What is missing for the next shipments, one row for each kind and order."""
        conditions = self._get_warning_conditions(look)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.id, %(flags)s
                  FROM continuity_order o
                  JOIN continuity_shipment s ON %(planned)s
                 WHERE o.id IN %(ids)s AND o.state = 'running' AND (%(any)s)
                 ORDER BY s.planned_date, s.number, s.id
                """,
                flags=SQL(", ").join(conditions.values()),
                planned=self._get_planned_sql(look),
                ids=tuple(orders.ids),
                any=SQL(" OR ").join(conditions.values()),
            )
        )
        shipments = self.env["continuity.shipment"].browse(row[0] for row in rows)
        values, known = [], set()
        for shipment, (_id, *flags) in zip(shipments, rows, strict=True):
            order = shipment.continuity_order_id
            for kind, is_so in zip(conditions, flags, strict=True):
                if is_so and (order, kind) not in known:
                    known.add((order, kind))
                    values.append(
                        self._prepare_parcel(
                            shipment,
                            kind,
                            self._get_warning_text(shipment, kind),
                            severity="warning",
                        )
                    )
        return values

    def _get_warning_conditions(self, look):
        """The conditions on a planned shipment `s` of an order `o`.

        :rtype: dict[str, SQL]
        """
        return {
            "product_archived": SQL(
                """EXISTS (SELECT FROM continuity_shipment_line l
                             JOIN product_product v ON v.id = l.product_id
                             JOIN product_template t ON t.id = v.product_tmpl_id
                            WHERE l.shipment_id = s.id AND l.quantity != 0
                              AND NOT (v.active AND t.active AND t.sale_ok))"""
            ),
            "address_incomplete": self._get_address_sql(),
            "no_email": SQL(
                """NOT EXISTS (SELECT FROM res_partner a
                                WHERE a.id IN (o.partner_id, o.partner_invoice_id)
                                  AND COALESCE(a.email, '') != '')"""
            ),
            "mail_failed": SQL(
                """COALESCE((
                       SELECT n.notification_status IN ('bounce', 'exception')
                         FROM mail_message m
                         JOIN mail_notification n ON n.mail_message_id = m.id
                        WHERE m.model = 'continuity.order' AND m.res_id = o.id
                          AND n.notification_type = 'email'
                          AND n.res_partner_id IN (o.partner_id, o.partner_invoice_id)
                          AND m.date >= %s
                        ORDER BY n.id DESC LIMIT 1), FALSE)""",
                look.today - timedelta(days=MAIL_DAYS),
            ),
            "price_zero": SQL(
                """s.amount_total = 0 AND EXISTS (
                       SELECT FROM continuity_shipment f
                        WHERE f.continuity_order_id = o.id AND f.number = 1
                          AND f.amount_total > 0)"""
            ),
        }

    def _get_address_sql(self):
        """Say that goods of a shipment `s` have no address that is complete."""
        return SQL(
            """EXISTS (SELECT FROM res_partner a
                         LEFT JOIN res_country c ON c.id = a.country_id
                        WHERE a.id = o.partner_shipping_id AND a.active
                          AND (COALESCE(a.street, '') = '' OR COALESCE(a.city, '') = ''
                               OR c.id IS NULL
                               OR c.zip_required AND COALESCE(a.zip, '') = ''
                               OR c.state_required AND a.state_id IS NULL))
               AND EXISTS (SELECT FROM continuity_shipment_line l
                             JOIN product_product v ON v.id = l.product_id
                             JOIN product_template t ON t.id = v.product_tmpl_id
                            WHERE l.shipment_id = s.id AND t.type != 'service')"""
        )

    def _get_warning_text(self, shipment, kind):
        """Say what is missing, and of what.

        :rtype: str
        """
        order = shipment.continuity_order_id
        if kind == "product_archived":
            products = shipment._get_unsellable_products()
            return self.env._(
                "Not for sale any more: %s. It is sent all the same.",
                ", ".join(products.mapped("display_name")),
            )
        if kind == "address_incomplete":
            return self.env._(
                "Street, city, country, or what the country requires, is missing: %s.",
                order.partner_shipping_id.display_name,
            )
        if kind == "price_zero":
            return self.env._("The shipment costs nothing; the first one did not.")
        texts = {
            "no_email": self.env._(
                "%s has no e-mail address.", order.partner_id.display_name
            ),
            "mail_failed": self.env._(
                "The last mail to %s did not arrive.", order.partner_id.display_name
            ),
        }
        return texts[kind]

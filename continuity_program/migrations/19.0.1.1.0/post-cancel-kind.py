# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why a payment was cancelled was told by a sentence, in the language of who did it."""

from odoo import SUPERUSER_ID, api
from odoo.tools.translate import code_translations

SENTENCES = {
    "plan": "the plan has changed",
    "quotation": "the quotation was cancelled",
    "order": "the order was cancelled",
    "child": "the child order was cancelled",
    "credited": "credited",
}
WRITTEN_OFF = "written off: %s"


def migrate(cr, version):
    """Recognise the sentences of every installed language.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    languages = [code for code, _name in env["res.lang"].get_installed()]

    def translate(source):
        texts = {
            code_translations.get_python_translations(
                "continuity_program", language
            ).get(source)
            for language in languages
        }
        return tuple(text for text in texts | {source} if text)

    for kind, source in SENTENCES.items():
        cr.execute(
            "UPDATE continuity_payment SET cancel_kind = %s"
            " WHERE state = 'cancelled' AND cancel_kind IS NULL"
            " AND cancel_reason IN %s",
            [kind, translate(source)],
        )
    for text in translate(WRITTEN_OFF):
        before, _placeholder, after = text.partition("%s")
        cr.execute(
            "UPDATE continuity_payment SET cancel_kind = 'written_off'"
            " WHERE state = 'cancelled' AND cancel_kind IS NULL"
            " AND starts_with(cancel_reason, %s)"
            " AND right(cancel_reason, length(%s)) = %s",
            [before, after, after],
        )
    # Whatever the language was: the child that was cancelled says it
    cr.execute(
        "UPDATE continuity_payment p SET cancel_kind = 'child'"
        "  FROM continuity_shipment s"
        "  JOIN sale_order c ON c.id = s.child_order_id"
        " WHERE s.id = p.shipment_id AND c.state = 'cancel'"
        "   AND p.state = 'cancelled' AND p.cancel_kind IS NULL"
    )

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
import unicodedata

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

from ...arguments import public, read_text

RESULT_LIMIT = 40
#: Orders and invoices looked at; the last part of a number is found in many years
NUMBER_LIMIT = 40
#: More words than these say nothing more about who is looked for
MAX_WORDS = 8
#: Fewer digits would find half of all telephones.
MIN_PHONE_DIGITS = 4
#: From so many on, the last ones are enough: one writes +43 660, another 0660
LONG_PHONE_DIGITS = 9
PHONE_TAIL = 8
#: Each word of what was typed is in one of these
WORD_FIELDS = ("complete_name", "email", "ref", "street", "street2", "zip", "city")
#: The last part of a number, or its last parts: 00012, 2026/00012
NUMBER = re.compile(r"[0-9]+(?:[/-][0-9]+)*")
#: What is said after a telephone number
EXTENSION = re.compile(
    r"[\s,;]*(?:extension|ext|x|#|dw)[.:]?\s*\d{1,6}$", re.IGNORECASE
)


def _get_plain_letters():
    """Pair the accented letters of Europe with those they are made of.

    Capitals, too: a database may know those of English only.

    :return: two strings of one length
    :rtype: tuple[str, str]
    """
    pairs = {"Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i"}
    for letter in map(chr, range(0xC0, 0x180)):
        plain = unicodedata.normalize("NFD", letter)[0]
        if plain != letter:
            pairs[letter] = plain
    return "".join(pairs), "".join(pairs.values())


ACCENTED, PLAIN = _get_plain_letters()


class ContinuityCustomerService(models.AbstractModel):
    """The search of the *Customer service* screen.

    The customer says anything that tells who he is. The most certain comes first: a
    number that is his, then his telephone, then his name, then the rest.
    """

    _inherit = "continuity.customer.service"

    @api.model
    @public(term=read_text)
    def search_customers(self, term):
        """Find customers by what they say on the telephone.

        :param str term: name, e-mail, telephone, address, customer number, number of
            an order or invoice; words in any order, accents and capitals do not matter
        :return: the customers, told apart by address, telephone and last order;
            whether there are more than are shown; whether the user may add one
        :rtype: dict
        """
        term = " ".join((term or "").split())
        partners = self._search_ranked(term) if term else self.env["res.partner"]
        shown = partners[:RESULT_LIMIT]
        return {
            "customers": self._get_result_rows(shown),
            "has_more": len(partners) > RESULT_LIMIT,
            "can_create": self.env["res.partner"].has_access("create"),
        }

    def _search_ranked(self, term):
        """Return one more customer than is shown, the most certain first."""
        persons = self._get_person_domain()
        found = self.env["res.partner"]
        for domain in self._get_ranked_domains(term):
            found += found.search(
                domain & persons & Domain("id", "not in", found.ids),
                order="complete_name, id",
                limit=RESULT_LIMIT + 1 - len(found),
            )
            if len(found) > RESULT_LIMIT:
                break
        return found

    def _get_ranked_domains(self, term):
        words = term.split()[:MAX_WORDS]
        in_name = Domain.AND(self._contains("complete_name", word) for word in words)
        anywhere = Domain.AND(
            Domain.OR(self._contains(name, word) for name in WORD_FIELDS)
            for word in words
        )
        numbers = Domain("id", "in", self._search_number_partners(term))
        reference = Domain("ref", "=ilike", escape_psql(term))
        return numbers | reference, self._get_phone_domain(term), in_name, anywhere

    @api.model
    def _get_person_domain(self):
        """Addresses of a person are reached through the person. A contact without a
        name is such an address, whatever its type."""
        person = Domain("type", "in", ["contact", "other", False])
        return person & Domain("name", "!=", False) & self._get_customer_domain()

    @api.model
    def _get_customer_domain(self):
        """Leave out colleagues, unless they ordered something themselves."""
        is_colleague = Domain("user_ids.share", "=", False)
        # Every customer is found, whoever sold him something; no order is shown
        orders_sudo = self.env["sale.order"].sudo()
        ordered = orders_sudo._search([("partner_id.user_ids.share", "=", False)])
        return ~is_colleague | Domain("id", "in", ordered.subselect("partner_id"))

    # === WORDS === #

    @api.model
    def _contains(self, name, word):
        """Say that a field contains a word, whatever its accents and capitals.

        :param str name: field of the partner
        :param str word: what was typed
        :rtype: Domain
        """
        if self.env.registry.has_unaccent:
            return Domain(name, "ilike", escape_psql(word))
        table = str.maketrans(ACCENTED, PLAIN)
        pattern = f"%{escape_psql(word.translate(table).lower())}%"
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "lower(translate(%s, %s, %s)) LIKE %s",
                model._field_to_sql(alias, name, query),
                ACCENTED,
                PLAIN,
                pattern,
            )
        )

    # === NUMBERS === #

    @api.model
    def _get_phone_domain(self, term):
        """Compare digits only: nobody types a number as it was written down."""
        said = EXTENSION.sub("", term)
        if re.search(r"[^\d\s+()./-]", said):
            return Domain.FALSE
        # +43 (0)660: who dials the country leaves out this zero
        digits = re.sub(r"\D", "", said.replace("(0)", ""))
        if len(digits) < MIN_PHONE_DIGITS:
            return Domain.FALSE
        # What is dialled in the country starts with 0, what is stored often with +49;
        # of the last four figures that are said, 0142, the 0 is one
        whole = digits.lstrip("0")
        if len(whole) >= MIN_PHONE_DIGITS:
            digits = whole
        if len(digits) >= LONG_PHONE_DIGITS:
            digits = digits[-PHONE_TAIL:]
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                r"regexp_replace(%s, '\D', '', 'g') LIKE %s",
                model._field_to_sql(alias, "phone", query),
                f"%{digits}%",
            )
        )

    def _search_number_partners(self, term):
        """Return the customers of the orders and invoices with a number.

        Whoever knows the number of a document finds out whose it is, and nothing else
        of it: the caller is to be served, whoever sold him something.

        :param str term: the number; letters and zeros in front may be left out, "42"
            does not find "S00142"
        :return: ids
        :rtype: list[int]
        """
        if not re.search(r"\d", term):
            return []
        in_companies = Domain("company_id", "in", self.env.companies.ids)
        # Documents of all sellers are searched; only ids of customers leave
        partners_sudo = self.env["res.partner"].sudo()
        for model, path, domain in self._get_numbered(term):
            records_sudo = self.env[model].sudo()
            domain &= in_companies
            found = records_sudo.search(domain, order="id desc", limit=NUMBER_LIMIT)
            partners_sudo |= found.mapped(path)
        addresses_sudo = partners_sudo.filtered(
            lambda partner: partner.type in ("invoice", "delivery")
        )
        return (partners_sudo - addresses_sudo | addresses_sudo.parent_id).ids

    @api.model
    def _get_numbered(self, term):
        """List what has a number that a customer may read out.

        :param str term: the number
        :return: model, path to the customer, what is true of those with the number
        :rtype: list[tuple[str, str, Domain]]
        """
        if " " in term:
            return []
        named = self._get_number_domain(term)
        invoices = Domain("move_type", "in", ("out_invoice", "out_refund"))
        return [
            ("sale.order", "partner_id", named),
            ("continuity.order", "partner_id", named),
            ("account.move", "partner_id", named & invoices),
        ]

    @api.model
    def _get_number_domain(self, term):
        """Say that the name of a document is a number, or ends with it."""
        whole = Domain("name", "=ilike", escape_psql(term))
        if not NUMBER.fullmatch(term):
            return whole
        # One figure alone would find one document of every kind
        if len(term) < MIN_PHONE_DIGITS:
            return whole
        tail = rf"(^|\D)0*{re.escape(term.lstrip('0') or '0')}$"
        return whole | Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s ~ %s", model._field_to_sql(alias, "name", query), tail
            )
        )

    # === RESULT === #

    def _get_result_rows(self, partners):
        last_orders = self._get_last_orders(partners)
        return [
            {
                **self._get_customer_values(partner),
                "last_order": last_orders.get(partner.id, False),
            }
            for partner in partners
        ]

    def _get_customer_values(self, partner):
        lines = partner._display_address(without_company=True).split("\n")
        return {
            "id": partner.id,
            "name": partner.display_name,
            "email": partner.email or "",
            "phone": partner.phone or "",
            "address": ", ".join(
                " ".join(line.split()) for line in lines if line.strip()
            ),
        }

    def _get_last_orders(self, partners):
        """Last order the customer made himself: the children are made at night."""
        rows = self.env["sale.order"]._read_group(
            [
                ("partner_id", "in", partners.ids),
                ("state", "!=", "cancel"),
                ("continuity_order_id", "=", False),
            ],
            groupby=["partner_id"],
            aggregates=["id:max"],
        )
        orders = self.env["sale.order"].browse([last_id for __, last_id in rows])
        orders.fetch(["name", "date_order", "partner_id"])
        return {
            order.partner_id.id: {
                "name": order.name,
                "date": self._get_day_text(order.date_order),
            }
            for order in orders
        }

# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ..base.continuity_bounds_mixin import MOST_SHIPMENTS

#: Taxes that come to the same on one program and on its parcels
UPFRONT_TAXES = ("percent", "division")


class ContinuityProgram(models.Model):
    """What must be true before a program may be sold (rules N6, N16, N41).

    Each check returns sentences that name the record and the way out, so that the
    manager sees everything that is missing at once.
    """

    _inherit = "continuity.program"

    def _get_size_refusal(self, number):
        """Say that an order of the program would have too many shipments.

        :param int number: shipments it would be laid out with
        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "An order of program %(program)s would have %(number)s shipments at once;"
            " %(most)s is the most. Lower the repeats of its events, sell fewer events"
            " with one product, or, if it is not billed upfront, set a repeat threshold"
            " in the call center parameters: later shipments are then added as the"
            " order goes.",
            program=self.display_name,
            number=number,
            most=MOST_SHIPMENTS,
        )

    def _check_can_open(self):
        """Refuse programs that could not be sold and shipped as they stand.

        :raise UserError: with one line per thing to mend
        """
        for program in self:
            problems = program._get_opening_problems()
            if problems:
                raise UserError(
                    self.env._(
                        "Program %(program)s cannot be open like this:\n%(problems)s",
                        program=program.display_name,
                        problems="\n".join(f"• {problem}" for problem in problems),
                    )
                )

    def _get_opening_problems(self):
        """List everything that keeps the program from being sold.

        :return: sentences for the manager
        :rtype: list[str]
        """
        self.ensure_one()
        events = self.event_ids.filtered("active").sorted("number")
        sent = events.filtered(lambda event: event.action != "skip")
        if not sent:
            return [
                self.env._(
                    "There is no event to send. Add an event, or take the “Skip” off"
                    " one."
                )
            ]
        return [
            *self._get_order_problems(sent),
            *self._get_event_problems(sent),
            *self._get_date_problems(sent),
            *self._get_endless_problems(sent),
            *self._get_far_problems(),
            *self._get_schedule_problems(),
            *self._get_upfront_problems(sent),
        ]

    # === EVENTS === #

    def _get_order_problems(self, sent):
        """At most one End event, with nothing behind it (V2, V3)."""
        ends = sent.filtered(lambda event: event.action == "end")
        if len(ends) > 1:
            return [
                self.env._(
                    "Events %(numbers)s are all marked “End”. Only one event can be"
                    " the last: set the others to “Send” or “Skip”.",
                    numbers=", ".join(str(event.number) for event in ends),
                )
            ]
        behind = sent.filtered(lambda event: ends and event.number > ends.number)
        if behind:
            return [
                self.env._(
                    "Event %(numbers)s would never be sent: event %(end)s before it is"
                    " marked “End”. Move “End” to the last event, or set the later ones"
                    " to “Skip”.",
                    numbers=", ".join(str(event.number) for event in behind),
                    end=ends.number,
                )
            ]
        return []

    def _get_event_problems(self, sent):
        """Each event that is sent has products (V1, V4)."""
        problems = [
            self.env._(
                "Event %(number)s has no product. Choose one, or set the event to"
                " “Skip”.",
                number=event.number,
            )
            for event in sent
            if not event.line_ids
        ]
        return problems + sent.line_ids._get_product_problems()

    def _get_date_problems(self, sent):
        """Each later event says when it follows, and so do repeats (V6, V11)."""
        loose = sent.filtered(
            lambda event: not event.days_from_last and not event.date_interval_id
        )
        problems = [
            self.env._(
                "Event %(number)s has no date: enter “Days from last”, a “Date"
                " interval” or a “Start order date”.",
                number=event.number,
            )
            for event in loose - sent[0]
            if not event.start_order_date
        ]
        problems += [
            self.env._(
                "Event %(number)s is repeated, but nothing says when: enter “Days from"
                " last” or a “Date interval” for its repeats.",
                number=event.number,
            )
            for event in loose.filtered("repeat_count")
        ]
        return problems

    def _get_endless_problems(self, sent):
        """An endless event is the last, and has no total (V12, V13)."""
        endless = sent.filtered(lambda event: event.repeat_count < 0)
        problems = [
            self.env._(
                "Event %(number)s is repeated until cancelled, so the events behind it"
                " never come. Make it the last one, or give it a number of repeats.",
                number=event.number,
            )
            for event in endless - sent[-1]
        ]
        if self.bill_upfront and endless:
            problems.append(
                self.env._(
                    "Event %(number)s is repeated until cancelled, so there is no total"
                    " to “Bill upfront”. Give it a number of repeats, or bill each"
                    " shipment.",
                    number=endless[0].number,
                )
            )
        return problems

    # === PAYMENT === #

    def _get_schedule_problems(self):
        """The prompt offers something, and the default is among it (V8)."""
        allowed = self.allowed_payment_schedule_ids
        if self.prompt_payment_schedule and not allowed:
            return [
                self.env._(
                    "“Prompt for payment schedule” is on, but there is nothing to"
                    " choose from: add “Valid payment schedules”, or switch the prompt"
                    " off."
                )
            ]
        if allowed and self.payment_schedule_id - allowed:
            return [
                self.env._(
                    "Payment schedule %(schedule)s is not among the valid ones. Add it"
                    " there, or choose another.",
                    schedule=self.payment_schedule_id.display_name,
                )
            ]
        return []

    def _get_upfront_problems(self, sent):
        """Accounts and taxes of a program that is billed upfront (BR12)."""
        if not self.bill_upfront:
            return []
        company = self.company_id
        parents = self.product_tmpl_ids.filtered("active")
        return [
            # The manager is told what is missing; accounts are the accountants'
            *company.sudo()._continuity_get_prepayment_problems(),
            *self._get_tax_problems(sent, parents, company),
        ]

    @api.model
    def _get_tax_problems(self, events, parent_products, company, fiscal_position=None):
        """List what is wrong with the taxes of an up-front sale (BR12).

        :param continuity.event events: the events that are sold
        :param parent_products: parent products (or templates), may be empty
        :param res.company company: company of the sale
        :param account.fiscal.position fiscal_position: of the customer, if any
        :return: sentences that name product and taxes
        :rtype: list[str]
        """
        products = [*parent_products, *events.line_ids.product_id]
        taxes = [
            self._get_sale_taxes(product, company, fiscal_position)
            for product in products
        ]
        problems = [
            self._describe_tax_difference(product, bears, products[0], taxes[0])
            for product, bears in zip(products, taxes, strict=True)
            if bears != taxes[0]
        ]
        borne = self.env["account.tax"].union(*taxes)
        return [
            *problems,
            *self._get_tax_kind_problems(borne),
            *self._get_tax_account_problems(borne),
        ]

    @api.model
    def _describe_tax_difference(self, product, taxes, other, expected):
        """Say which product bears other taxes than the rest (N41)."""
        return self.env._(
            "%(product)s bears %(taxes)s, %(other)s bears %(expected)s. One up-front"
            " invoice needs the same taxes on everything: change the taxes, or bill"
            " each shipment.",
            product=product.display_name,
            taxes=self._describe_taxes(taxes),
            other=other.display_name,
            expected=self._describe_taxes(expected),
        )

    @api.model
    def _get_sale_taxes(self, product, company, fiscal_position=None):
        """Return the taxes a product is sold with, after the fiscal position."""
        # Sellers may lack the right to read taxes of a product's other companies
        taxes_sudo = product.sudo().taxes_id._filter_taxes_by_company(company)
        return fiscal_position.map_tax(taxes_sudo) if fiscal_position else taxes_sudo

    @api.model
    def _describe_taxes(self, taxes):
        return ", ".join(taxes.mapped("name")) or self.env._("no tax")

    @api.model
    def _get_tax_kind_problems(self, taxes):
        """Refuse taxes that depend on the number of pieces, or on a formula.

        The up-front invoice counts parent products, its parcels count goods: a tax per
        piece would come to two different amounts.
        """
        return [
            self.env._(
                "Tax %(tax)s is no percentage of the price: an amount per piece differs"
                " between the up-front invoice and the parcels. Take it into the price,"
                " or bill each shipment.",
                tax=tax.name,
            )
            for tax in taxes.flatten_taxes_hierarchy()
            if tax.amount_type not in UPFRONT_TAXES
        ]

    @api.model
    def _get_tax_account_problems(self, taxes):
        """A tax without account would land on the prepayment account (N41)."""
        problems = []
        for tax in taxes.flatten_taxes_hierarchy():
            lines = (
                tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids
            ).filtered(lambda line: line.repartition_type == "tax")
            # A zero rate books nothing, wherever it would go
            if tax.amount and not all(line.account_id for line in lines):
                problems.append(
                    self.env._(
                        "Tax %(tax)s has no account on its tax lines. Up-front money"
                        " needs one for invoices and one for refunds: enter them under"
                        " Accounting ▸ Configuration ▸ Taxes.",
                        tax=tax.name,
                    )
                )
        return problems

    def _check_upfront_taxes(self, parent_products, company, fiscal_position=None):
        """Refuse an up-front sale whose goods and parent bear other taxes (N41).

        Asked when the program opens, and again at Submit with the fiscal position of
        the customer.

        :param parent_products: the parent products (or templates) sold
        :param res.company company: company of the order
        :param account.fiscal.position fiscal_position: of the order, may be empty
        :raise UserError: naming the product and the taxes
        """
        for program in self:
            sent = program.event_ids.filtered(
                lambda event: event.active and event.action != "skip"
            )
            problems = program._get_tax_problems(
                sent, parent_products, company, fiscal_position
            )
            if problems:
                raise UserError(
                    self.env._(
                        "Program %(program)s cannot be billed upfront:\n%(problems)s",
                        program=program.display_name,
                        problems="\n".join(f"• {problem}" for problem in problems),
                    )
                )

    # === HINTS === #

    def _get_warnings(self):
        """List what is allowed but often not meant (N72).

        :return: sentences for the manager
        :rtype: list[str]
        """
        self.ensure_one()
        sent = self.event_ids.filtered(
            lambda event: event.active and event.action != "skip"
        ).sorted("number")
        monthly = sent.filtered(lambda event: 28 <= event.days_from_last <= 31)
        warnings = [
            self.env._(
                "%(days)s days is not a month: a series of them begun on 1 January"
                " ships %(count)s times that year. If you mean a month, use a monthly"
                " date interval instead.",
                days=days,
                count=364 // days + 1,
            )
            for days in sorted(set(monthly.mapped("days_from_last")))
        ]
        if self.order_start == "current":
            warnings += self._get_step_warnings(sent)
        if sent and "end" not in sent.mapped("action") and sent[-1].repeat_count >= 0:
            warnings.append(
                self.env._(
                    "No event is marked “End”. The series ends after the last event in"
                    " the list; events added later continue it for new orders."
                )
            )
        return warnings

    def _get_step_warnings(self, sent):
        """New members of a club fall out of step without calendar dates."""
        loose = sent[1:].filtered(
            lambda event: (
                not event.start_order_date
                and (event.days_from_last or event.date_interval_id.anchor == "same")
            )
        )
        if not loose:
            return []
        return [
            self.env._(
                "These events count from the previous shipment: %(numbers)s. A customer"
                " who joins in the middle is then not in step with the others. Use"
                " intervals with a first or last day, or Start order dates, for a"
                " common calendar.",
                numbers=", ".join(str(event.number) for event in loose),
            )
        ]

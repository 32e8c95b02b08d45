"""The call-center walk-through of the guide, on real documents of the demo company.

Run by `./dev demo` inside Odoo: `env` is given. Karen Berg orders item 88000 on the
phone, three times, because the manager bills the program another way each time:

    A  each parcel when it leaves
    C  everything when the order is submitted
    D  everything in three monthly payments

Each step says what was done and what the state is afterwards. A step that does not give
what the guide says raises, and the exit code is not 0. New orders are made every time:
it can be repeated on the same database.
"""

from dataclasses import dataclass

from odoo.exceptions import UserError
from odoo.tests import Form

WIDTH = 96
CUSTOMER = "Karen Berg"
PLANNED = [0, 30, 60]  # days after the order
PIECE, TOTAL = 30.0, 90.0


@dataclass(frozen=True)
class Variant:
    """One way to bill program CP-88000, and what the guide expects of it."""

    letter: str
    title: str
    upfront: bool
    schedule: str  # XML id, empty: no instalments
    line_total: float  # amount of the parent line
    evaluation: tuple  # before and after Submit
    charged_at_submit: list
    charged_by_job: list
    child_total: float
    charged_with_child: list


VARIANTS = [
    Variant(
        "A",
        "each parcel is paid when it leaves",
        False,
        "",
        0.0,
        ("later", "later"),
        [],
        [],
        PIECE,
        [PIECE],
    ),
    Variant(
        "C",
        "everything is paid at Submit",
        True,
        "",
        TOTAL,
        ("now", "paid"),
        [TOTAL],
        [],
        0.0,
        [],
    ),
    Variant(
        "D",
        "three monthly payments",
        True,
        "payment_schedule_3_monthly",
        TOTAL,
        ("later", "later"),
        [],
        [PIECE],
        0.0,
        [],
    ),
]


class StepFailed(Exception):
    """A step did not give what the guide says."""


class Walkthrough:
    """The guide's steps for one variant, done as the demo manager."""

    def __init__(self, env, variant):
        manager = env.ref("continuity_program.user_manager")
        self.env = env(
            user=manager,
            su=False,
            context={**env.context, "lang": "en_US", "tz": manager.tz},
        )
        self.variant = variant
        self.company = self.env.ref("base.main_company")
        self.today = self.company._continuity_today()
        self.product = self.ref("product_88000")
        self.step = ""

    def ref(self, name):
        """Return a record of the demo data."""
        return self.env.ref(f"continuity_program.{name}")

    # === TELLING AND CHECKING === #

    def tell(self, step, done, *states):
        """Print a step and the state after it."""
        print(f"{step:>6}  {done}")
        for state in states:
            for line in str(state).splitlines():
                print(f"        → {line}")

    def expect(self, what, actual, expected):
        """Go on only if the state is what the guide says.

        :raise StepFailed: it is something else
        """
        if actual != expected:
            raise StepFailed(
                f"variant {self.variant.letter}, step {self.step}: {what}"
                f" is {actual!r},"
                f" the guide says {expected!r}"
            )

    def money(self, amount):
        """Format an amount as the company does."""
        return self.company.currency_id.format(amount)

    def records(self, rows, *names):
        """Describe records in one line each."""
        for row in rows:
            yield " · ".join(
                str(name(row) if callable(name) else row[name]) for name in names
            )

    # === THE STEPS === #

    def run(self):
        """Perform the guide's 21 steps."""
        print(
            f"\n{f' Variant {self.variant.letter}: {self.variant.title} ':═^{WIDTH}}\n"
        )
        self.set_up()
        for number, perform in (
            ("1–4", self.find_customer),
            ("5", self.new_order),
            ("6", self.enter_item),
            ("7", self.complete_too_early),
            ("8", self.choose_method),
            ("9–10", self.add_card),
            ("11–12", self.open_recap),
            ("13–14", self.submit),
            ("15–17", self.process_payments),
            ("18–21", self.create_child_order),
        ):
            self.step = number
            perform()

    def set_up(self):
        """Bill the program as the variant says: close it, change it, open it again."""
        program = self.ref("program_88000")
        schedule = self.variant.schedule and self.ref(self.variant.schedule).id
        values = {
            "bill_upfront": self.variant.upfront,
            "payment_schedule_id": schedule or False,
        }
        if any(
            program._fields[name].convert_to_write(program[name], program) != value
            for name, value in values.items()
        ):
            program.action_close()
            program.write(values)
            program.action_open()
        self.tell(
            "",
            f"{self.env.user.name} sets up program {program.code} “{program.name}”",
            f"{program.state}, bill upfront: {'yes' if program.bill_upfront else 'no'},"
            f" payment schedule: {program.payment_schedule_id.name or 'none'}",
        )

    def find_customer(self):
        """Open *Customer service*, search, mark the row, *Select*."""
        service = self.env["continuity.customer.service"]
        screen = self.ref("continuity_customer_service_menu")
        self.expect("the menu", screen._filter_visible_menus(), screen)
        path = screen.complete_name.replace("/", " ▸ ")
        self.tell("1", f"Open {path}", "the search field has the focus")
        found = service.search_customers("Karen")["customers"]
        self.expect("the result", [row["name"] for row in found], [CUSTOMER])
        self.tell(
            "2", "Search “Karen”", *self.records(found, "name", "address", "phone")
        )
        self.customer = self.env["res.partner"].browse(found[0]["id"])
        shown = service.get_customer(self.customer.id)
        self.expect("the customer", shown["customer"]["name"], CUSTOMER)
        self.tell(
            "3–4",
            "Mark the row, Select",
            f"{CUSTOMER}: {len(shown['orders'])} orders, {len(shown['series'])} series",
            *(banner["text"] for banner in shown["banners"]),
        )

    def new_order(self):
        """*New sales order*: its number is there at once."""
        created = self.env["continuity.customer.service"].create_order(self.customer.id)
        self.order = self.env["sale.order"].browse(created["id"])
        self.expect("the state", self.order.state, "draft")
        self.expect("the number of lines", len(self.order.order_line), 0)
        self.tell(
            "5",
            "New sales order",
            f"the number is {created['name']}; quotation without lines",
        )

    def enter_item(self):
        """Type 88000 into the line, Tab: the line owns a draft continuity order."""
        with Form(self.order) as form, form.order_line.new() as line:
            line.product_id = self.product
        line = self.order.order_line
        self.continuity_order = self.order.continuity_order_ids
        self.expect("the kind of the order", self.order.continuity_type, "parent")
        self.expect("the quantity", line.product_uom_qty, 1.0)
        self.expect("the number of continuity orders", len(self.continuity_order), 1)
        self.expect("its state", self.continuity_order.state, "draft")
        self.expect("its program", self.continuity_order.program_id.code, "CP-88000")
        self.expect("the amount of the line", line.price_total, self.variant.line_total)
        self.expect("the planned value", self.continuity_order.amount_planned, TOTAL)
        self.expect("the planned days", self.planned_days(), PLANNED)
        self.expect("the child orders", len(self.continuity_order.child_order_ids), 0)
        self.tell(
            "6",
            "Item number 88000, Tab",
            f"parent line, quantity 1, {self.money(line.price_total)};"
            f" planned value {self.money(self.continuity_order.amount_planned)}",
            f"continuity order {self.continuity_order.name} in state draft,"
            " three shipments, no child orders:",
            *self.describe_shipments(),
        )

    def planned_days(self):
        """Return how many days after today each shipment leaves."""
        shipments = self.continuity_order.shipment_ids.sorted("number")
        return [(shipment.planned_date - self.today).days for shipment in shipments]

    def describe_shipments(self):
        """Describe the shipping ledger."""
        return self.records(
            self.continuity_order.shipment_ids.sorted("number"),
            "number",
            lambda row: row.planned_date,
            lambda row: ", ".join(row.line_ids.product_id.mapped("name")),
            lambda row: self.money(row.amount_total),
            "state",
        )

    def complete_too_early(self):
        """*Complete* opens the wizard again, and nobody gets past it."""
        action = self.order.action_continuity_complete()
        self.expect(
            "what opens",
            (action["res_model"], action["res_id"]),
            ("continuity.order", self.continuity_order.id),
        )
        try:
            with self.env.cr.savepoint():
                self.order.action_confirm()
        except UserError as error:
            refusal = str(error)
        else:
            raise StepFailed("an order without payment was confirmed")
        self.expect("the state of the order", self.order.state, "draft")
        self.tell(
            "7",
            "Complete",
            "the Continuity wizard opens, the payment is missing",
            f"Submit is refused: {refusal}",
        )

    def choose_method(self):
        """Payment method = card."""
        view = "continuity_program.continuity_order_view_form_wizard"
        with Form(self.continuity_order, view=view) as wizard:
            wizard.payment_method = "card"
        self.expect("the method", self.continuity_order.payment_method, "card")
        self.tell("8", "Payment method: card", "stored on the continuity order")

    def add_card(self):
        """*Add credit card*: the provider stores it, as after its form."""
        action = self.continuity_order.action_add_card()
        # What the provider's form and its answer do: nobody else may write it
        provider_sudo = self.env.ref("payment.payment_provider_demo").sudo()
        transaction_sudo = provider_sudo.env["payment.transaction"].create(
            {
                "provider_id": provider_sudo.id,
                "payment_method_id": provider_sudo.payment_method_ids[:1].id,
                "reference": f"CPV-walkthrough-{self.continuity_order.id}",
                "amount": provider_sudo._get_validation_amount(),
                "currency_id": provider_sudo._get_validation_currency().id,
                "partner_id": self.customer.id,
                "operation": "validation",
                "tokenize": True,
                "continuity_order_id": self.continuity_order.id,
            }
        )
        answer = {
            "reference": transaction_sudo.reference,
            "payment_details": "•••• 4242",
            "simulated_state": "done",
        }
        transaction_sudo._process("demo", answer)
        transaction_sudo._post_process()
        token = self.continuity_order.payment_token_id
        self.expect(
            "the card of the order", token, transaction_sudo.token_id.sudo(False)
        )
        self.expect("the customer of the card", token.partner_id, self.customer)
        self.continuity_order._set_card_expiry(
            self.today.replace(year=self.today.year + 3, month=12, day=31)
        )
        self.expect("the amount charged", sum(self.charges().mapped("amount")), 0.0)
        self.tell(
            "9–10",
            "Add credit card, fill in the form, OK",
            f"{action['name']}: {token.display_name} is stored",
        )

    def charges(self):
        """Return the transactions that took money for this continuity order."""
        return self.continuity_order.sudo().payment_ids.transaction_ids.filtered(
            lambda tx: tx.state in ("authorized", "done")
        )

    def open_recap(self):
        """OK closes the wizard; *Complete* now shows the recap."""
        action = self.order.action_continuity_complete()
        self.expect("what opens", action["res_model"], "continuity.recap")
        self.recap = self.env["continuity.recap"].browse(action["res_id"])
        self.expect(
            "the evaluation",
            self.order.continuity_evaluation,
            self.variant.evaluation[0],
        )
        summary = self.continuity_order._get_schedule_summary()
        self.tell(
            "11–12",
            "Payment, OK",
            f"the recap shows: {self.evaluation()}",
            summary["headline"],
            summary["charge"],
        )

    def evaluation(self):
        """Return the evaluation as the recap shows it."""
        field = self.order._fields["continuity_evaluation"]
        return dict(field._description_selection(self.env))[
            self.order.continuity_evaluation
        ]

    def submit(self):
        """*Submit*: secured, charged if due, confirmed."""
        self.recap.action_submit()
        self.expect("the state of the order", self.order.state, "sale")
        self.expect(
            "the state of the continuity order", self.continuity_order.state, "running"
        )
        self.expect(
            "the charges", self.amounts(self.charges()), self.variant.charged_at_submit
        )
        self.expect(
            "the evaluation",
            self.order.continuity_evaluation,
            self.variant.evaluation[1],
        )
        self.expect("deliveries of the parent line", self.deliveries(self.order), 0)
        invoice = self.continuity_order.upfront_invoice_id
        self.expect(
            "the up-front invoice",
            invoice.amount_total,
            TOTAL if self.variant.upfront else 0.0,
        )
        states = [
            f"{self.order.name} is confirmed, {self.continuity_order.name} is running",
            self.describe_charges(),
        ]
        if invoice:
            self.expect("the invoice", invoice.state, "posted")
            states.append(
                f"invoice {invoice.name} of {self.money(invoice.amount_total)},"
                f" {invoice.payment_state}"
            )
        mail = self.continuity_order.message_ids.filtered(
            lambda message: message.message_type == "email_outgoing"
        )
        self.expect("who gets the mail", mail.partner_ids, self.customer)
        states.append(f"mail to {mail.partner_ids.email}: {mail.subject}")
        self.tell("13", "Submit", *states, *self.describe_payments())
        try:
            self.order.action_continuity_complete()
        except UserError as error:
            self.tell(
                "14",
                "Close the page",
                f"the order does not ask to be completed again: {error}",
            )
        else:
            raise StepFailed("a submitted order can be completed again")

    def deliveries(self, order):
        """Count the transfers of an order, where stock is installed."""
        return len(order.picking_ids) if "picking_ids" in order._fields else 0

    def amounts(self, transactions):
        """Return the amounts in the order they were charged."""
        return transactions.sorted("id").mapped("amount")

    def describe_charges(self):
        """Say what was charged so far."""
        amounts = self.amounts(self.charges())
        return f"charged so far: {', '.join(map(self.money, amounts)) or 'nothing'}"

    def describe_payments(self):
        """Describe the billing ledger."""
        return self.records(
            self.continuity_order.payment_ids.sorted(
                lambda row: (row.due_date, row.id)
            ),
            lambda row: f"payment of {row.due_date}",
            lambda row: self.money(row.amount),
            "state",
        )

    def dialog(self, job, **filters):
        """Run a process from its dialog and return the run."""
        wizard = self.env["continuity.run.wizard"].create({"job": job, **filters})
        return self.env["continuity.run"].browse(wizard.action_run()["res_id"])

    def process_payments(self):
        """*Process continuity payments* for item 88000, twice."""
        others = self.env["continuity.payment"].search_count(
            [
                ("continuity_order_id", "!=", self.continuity_order.id),
                ("continuity_order_id.product_id", "=", self.product.id),
                ("state", "in", ("scheduled", "declined")),
                ("due_date", "<=", self.today),
            ]
        )
        before = self.charges()
        run = self.dialog("process_payments", product_id=self.product.id)
        charged = self.charges() - before
        self.expect("the charges", self.amounts(charged), self.variant.charged_by_job)
        if not others:
            self.expect("the count", run.done_count, len(self.variant.charged_by_job))
        self.tell(
            "15–17",
            "Process continuity payments, item 88000, OK",
            run.message,
            *self.describe_payments(),
        )
        again = self.dialog("process_payments", product_id=self.product.id)
        self.expect("the charges of the second run", self.charges() - before, charged)
        self.expect("the count of the second run", again.done_count, 0)
        self.tell("", "The same again", again.message)

    def create_child_order(self):
        """*Create continuity child orders* for item and order, twice."""
        siblings = self.env["sale.order"].search_count(
            [("continuity_order_id", "!=", False)]
        )
        before = self.charges()
        filters = {"product_id": self.product.id, "sale_order_id": self.order.id}
        run = self.dialog("create_child_orders", **filters)
        child = self.continuity_order.child_order_ids
        self.expect("the number of child orders", len(child), 1)
        self.expect("the count", (run.done_count, run.failed_count), (1, 0))
        self.check_child(child)
        self.expect(
            "what was charged for it",
            self.amounts(self.charges() - before),
            self.variant.charged_with_child,
        )
        self.tell(
            "18–21",
            "Create continuity child orders, item 88000,"
            f" sales order {self.order.name}, OK",
            run.message,
            f"child order {child.name} of {self.order.name}:"
            f" {self.describe_lines(child)};"
            f" {self.money(child.amount_total)}, {child.state}",
            self.describe_charges(),
            *self.describe_shipments(),
        )
        again = self.dialog("create_child_orders", **filters)
        self.expect("the count of the second run", again.done_count, 0)
        total = self.env["sale.order"].search_count(
            [("continuity_order_id", "!=", False)]
        )
        self.expect("the child orders of everybody", total, siblings + 1)
        self.tell("", "The same again", again.message)

    def check_child(self, child):
        """Compare the child order with what the guide says."""
        shipment = self.continuity_order.shipment_ids.sorted("number")[0]
        goods = child.order_line.filtered(
            lambda line: not line.continuity_prepaid_line_id
        )
        self.expect("the kind of the child", child.continuity_type, "child")
        self.expect("its customer", child.partner_id, self.customer)
        self.expect("its parent", child.continuity_parent_id, self.order)
        self.expect(
            "its goods",
            [(line.product_id.default_code, line.product_uom_qty) for line in goods],
            [("BOOK-01", 1.0)],
        )
        self.expect(
            "its date",
            self.company._continuity_local_date(child.commitment_date),
            self.today,
        )
        self.expect("its total", child.amount_total, self.variant.child_total)
        self.expect("its state", child.state, "sale")
        self.expect("the child order of shipment 1", shipment.child_order_id, child)

    def describe_lines(self, child):
        """Describe the lines of a child order."""
        return ", ".join(
            f"{line.product_uom_qty:g} × {line.product_id.name}"
            for line in child.order_line
        )


def sell_to_another_customer(env):
    """Give Anders Berg the same program: a filter has something to leave out."""
    customer = env.ref("continuity_program.partner_anders_berg")
    product = env.ref("continuity_program.product_88000")
    if env["continuity.order"].search_count([("partner_id", "=", customer.id)]):
        return
    seller = env.ref("continuity_program.user_seller")
    order = env["sale.order"].with_user(seller).create({"partner_id": customer.id})
    with Form(order) as form, form.order_line.new() as line:
        line.product_id = product
    order.continuity_order_ids._set_payment_token(
        env.ref("continuity_program.card_anders")
    )
    order.action_confirm()
    print(
        f"Before: {seller.name} sold {product.default_code} to {customer.name}, too"
        f" ({order.name})."
    )


def main(env):
    """Walk through every variant; the program ends as it began."""
    print("The walk-through of the call-center guide, with Karen Berg and item 88000")
    sell_to_another_customer(env)
    for variant in VARIANTS:
        Walkthrough(env, variant).run()
    print(f"\n{' Afterwards ':═^{WIDTH}}\n")
    Walkthrough(env, VARIANTS[0]).set_up()
    env.cr.commit()


main(env)  # noqa: F821  -- given by tools/oneshot.py

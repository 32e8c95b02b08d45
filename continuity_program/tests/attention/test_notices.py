# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from unittest.mock import patch

from lxml import etree

from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_qweb import IrQweb

from ...models.agreement.prepayment_rest import Residue
from ...models.base.continuity_notice_mixin import NOTICES
from ...models.base.sealed import Sealed
from ..common import ContinuityCommon

#: How the subject of each notice begins or ends, without the company
SUBJECTS = {
    "order_submitted": "your order S",
    "child_created": "your next parcel leaves soon",
    "payment_charged": "your payment for",
    "payment_billed": "your bill for",
    "payment_declined": "we could not charge your card",
    "payment_authenticate": "your bank wants to see that it is you",
    "card_warning": "your card expires soon",
    "order_ended": "has ended",
}
#: Kinds of a charge that fails
REFUSED = {"payment_declined": "soft", "payment_authenticate": "authenticate"}
MIXIN_LOG = "odoo.addons.continuity_program.models.base.continuity_notice_mixin"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestNotices(ContinuityCommon):
    """Customers are told what happens, once, and never at the cost of what happens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What a delivery is made of is not what is tested here
        cls.goods.write({"type": "service"})
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)

    # === HELPERS === #

    def _get_mails(self, order, kind):
        """Mails of a kind in the chatter of the order."""
        return self.env["mail.mail"].search(
            [
                ("model", "=", "continuity.order"),
                ("res_id", "=", order.id),
                ("subject", "like", SUBJECTS[kind]),
            ]
        )

    def _cause(self, kind, **values):
        """Sell an order and let happen what the notice tells of."""
        token = self._create_token(
            answer="error" if kind in REFUSED else "done",
            expiry=date(2027, 10, 5) if kind == "card_warning" else date(2035, 12, 31),
        )
        order = self._create_sold_order(self.product, token, **values)
        self._repeat(kind, order.continuity_order_ids)
        return order.continuity_order_ids

    def _repeat(self, kind, order):
        """Let it happen, or try to: what has happened does not happen again."""
        if kind in ("child_created", "payment_charged", *REFUSED):
            with self._answering(REFUSED.get(kind)):
                self._execute("create_child_orders", sale_order=order.sale_order_id)
        elif kind == "card_warning":
            self._execute("process_payments", sale_order=order.sale_order_id)
        elif kind == "order_submitted":
            order._activate()
        elif kind == "order_ended":
            self._end(order)
        elif kind == "payment_billed" and not order.payment_ids:
            # Whoever bills the row asks for the mail once
            self._execute("create_child_orders", sale_order=order.sale_order_id)
            order.payment_ids._send_continuity_notice("payment_billed")

    def _answering(self, kind):
        """Say what kind of answer a charge that fails has got."""
        return patch.object(
            self.env.registry["payment.transaction"],
            "_continuity_classify",
            lambda _transaction: kind,
        )

    def _end(self, order):
        """Everything was sent; the close job finds it once."""
        if order.state == "running":
            order.shipment_ids.state = "done"
            self._execute("close_orders", sale_order=order.sale_order_id)

    # === EVERY NOTICE === #

    def test_each_once(self):
        """Each notice is queued once, to the customer, in the order's chatter."""
        for kind in NOTICES:
            with self.subTest(kind=kind):
                order = self._cause(kind)
                mail = self._get_mails(order, kind)
                self.assertRecordValues(
                    mail,
                    [{"state": "outgoing", "recipient_ids": self.customer.ids}],
                )
                self.assertIn(mail.mail_message_id, order.message_ids)
                self.assertIn(order.sale_order_id.name, mail.body_html)
                # It fits a telephone, and leads to where it is changed or cancelled
                self.assertNotRegex(mail.body_html, r'min-width: ?590px|width="590"')
                self.assertIn("how to change or cancel it</a>", mail.body_html)
                self.assertIn(f"/my/continuity/{order.id}?", mail.body_html)
                self._repeat(kind, order)
                self.assertEqual(self._get_mails(order, kind), mail)

    def test_each_switched_off(self):
        """A company that does not want a notice sends none, and the others."""
        for kind, notice in NOTICES.items():
            with self.subTest(kind=kind):
                self.company[notice.switch] = False
                order = self._cause(kind)
                self.assertFalse(self._get_mails(order, kind))
                if kind != "order_submitted":
                    self.assertEqual(len(self._get_mails(order, "order_submitted")), 1)
                self.company[notice.switch] = True

    def test_each_in_the_customers_language(self):
        """Subjects come from the template in the customer's language, dates too."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        for kind, notice in NOTICES.items():
            with self.subTest(kind=kind):
                template = self.env.ref(notice.template)
                template.with_context(lang="fr_FR").subject = f"Sujet {kind}"
                order = self._cause(kind)
                mail = self.env["mail.mail"].search(
                    [("res_id", "=", order.id), ("subject", "=", f"Sujet {kind}")]
                )
                self.assertEqual(len(mail), 1)
                if kind == "card_warning":
                    self.assertIn("dim. 10 oct. 2027", mail.body_html)
                    self.assertIn("30,00", mail.body_html)

    def test_each_rolled_back(self):
        """A mail is gone with the transaction of what it tells."""
        for kind in NOTICES:
            with self.subTest(kind=kind):
                before = self.env["mail.mail"].search_count([])
                savepoint = self.env.cr.savepoint()
                self.assertTrue(self._get_mails(self._cause(kind), kind))
                savepoint.close(rollback=True)
                self.assertEqual(self.env["mail.mail"].search_count([]), before)

    # === COMPILED ONCE === #

    def _sell_to(self, *names):
        """Orders of customers with these names and e-mail addresses."""
        orders = self.env["continuity.order"]
        for name in names:
            partner = self._create_partner(name=name, email=f"{name}@example.com")
            token = self._create_token(partner_id=partner.id)
            orders |= self._create_sold_order(
                self.product, token, partner_id=partner.id
            ).continuity_order_ids
        return orders

    @contextmanager
    def _assert_compiled(self, expected):
        """Assert how many texts that are no view are compiled within."""
        texts = []
        generate = IrQweb._generate_code_uncached

        def count(qweb, template):
            if isinstance(template, etree._Element):
                texts.append(etree.tostring(template))
            return generate(qweb, template)

        with patch.object(IrQweb, "_generate_code_uncached", count):
            yield
        self.assertEqual(len(texts), expected, texts)

    def test_text_is_compiled_once(self):
        """However many mails, now and later; each says what its own order is."""
        orders = self._sell_to("Anna", "Boris", "Zoe")
        # Another test may have compiled it
        self.env.registry.clear_cache("templates")
        with self._assert_compiled(1):
            orders._send_continuity_notice("order_ended")
        names = orders.sale_order_id.mapped("name")
        for order in orders:
            body = self._get_mails(order, "order_ended").body_html
            found = [name for name in names if name in body]
            self.assertEqual(found, [order.sale_order_id.name])
        with self._assert_compiled(0):
            orders[:2]._send_continuity_notice("order_ended")

    def test_changed_text_is_compiled_anew(self):
        """The next mail says what the administrator has written."""
        orders = self._sell_to("Anna", "Boris")
        orders._send_continuity_notice("order_ended")
        self.env.ref(
            NOTICES["order_ended"].template
        ).body_html = """<p>Goodbye <t t-out="object.partner_id.name.upper()"/></p>"""
        with self._assert_compiled(1):
            orders._send_continuity_notice("order_ended")
        for order, name in zip(orders, ("ANNA", "BORIS"), strict=True):
            mails = self._get_mails(order, "order_ended")
            bodies = [mail for mail in mails if f"Goodbye {name}" in mail.body_html]
            self.assertEqual((len(mails), len(bodies)), (2, 1))

    def test_text_is_compiled_for_each_language(self):
        """A field is written as its language does."""
        self.env["res.lang"]._activate_lang("fr_FR")
        orders = self._sell_to("Anna", "Boris")
        orders[1].partner_id.lang = "fr_FR"
        self.env.registry.clear_cache("templates")
        with self._assert_compiled(2):
            orders._send_continuity_notice("order_ended")

    def test_other_mails_are_left_to_odoo(self):
        """A mail that is no notice is rendered as it always was."""
        orders = self._sell_to("Anna", "Boris")
        template = self.env.ref(NOTICES["order_ended"].template)
        with self._assert_compiled(2):
            template.send_mail_batch(orders.ids)

    # === PREVIEW === #

    def test_preview_leaves_none(self):
        """A preview queues no mail, starts no mail queue, and marks nothing."""
        token = self._create_token(expiry=date(2027, 10, 5))
        order = self._create_sold_order(self.product, token).continuity_order_ids
        mails = self.env["mail.mail"].search_count([])
        triggers = self.env["ir.cron.trigger"].search_count([])
        for job in ("create_child_orders", "process_payments"):
            run = self._execute(job, dry_run=True)
            self.assertEqual(run.line_ids.continuity_order_id, order)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), triggers)
        self.assertFalse(order.card_warned_token_id)
        self.assertFalse(order.activity_ids)

    # === COMPANIES === #

    def test_other_company(self):
        """The switch of one company is not the other's, in one call."""
        other_company = self._create_company(
            name="Other", continuity_mail_order_ended=False
        )
        orders = self.env["continuity.order"]
        for _number in range(2):
            orders |= self._create_sold_order(self.product).continuity_order_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE continuity_order SET company_id = %s WHERE id = %s",
            (other_company.id, orders[1].id),
        )
        self.env.invalidate_all()
        orders._send_continuity_notice("order_ended")
        self.assertEqual(len(self._get_mails(orders[0], "order_ended")), 1)
        self.assertFalse(self._get_mails(orders[1], "order_ended"))

    # === WHAT CAN BE WRONG === #

    def test_without_address(self):
        """No e-mail: no mail and no failure, but a note where it is looked for."""
        self.customer.email = False
        order = self._create_sold_order(self.product).continuity_order_ids
        run = self._execute("create_child_orders")
        self.assertRecordValues(run, [{"done_count": 1, "failed_count": 0}])
        self.assertEqual(order.payment_ids.state, "paid")
        for kind in ("order_submitted", "child_created", "payment_charged"):
            self.assertFalse(self._get_mails(order, kind))
        notes = " ".join(order.message_ids.mapped("body"))
        for name in ("order submitted", "next parcel", "payment charged"):
            self.assertIn(
                f"“Continuity: {name}” was not mailed: Karen Berg has no e-mail", notes
            )

    def test_invoice_address_without_email(self):
        """Then the customer is told about payments."""
        invoicing = self._create_partner(
            name="Accounts", parent_id=self.customer.id, type="invoice"
        )
        order = self._create_sold_order(
            self.product, partner_invoice_id=invoicing.id
        ).continuity_order_ids
        self.assertEqual(order.partner_invoice_id, invoicing)
        self._execute("create_child_orders")
        self.assertEqual(order.payment_ids.state, "paid")
        mail = self._get_mails(order, "payment_charged")
        self.assertEqual(mail.recipient_ids, self.customer)
        invoicing.email = "accounts@example.com"
        self._execute("create_child_orders", date=date(2027, 10, 10))
        mails = self._get_mails(order, "payment_charged")
        self.assertEqual((mails - mail).recipient_ids, invoicing)

    @mute_logger("odoo.addons.mail.models.mail_render_mixin")
    def test_broken_template(self):
        """Money and parcels go on; the order says that its mail was not made."""
        for kind in ("child_created", "payment_charged"):
            template = self.env.ref(NOTICES[kind].template)
            template.body_html = '<p t-out="object.no_such_field"/>'
        order = self._create_sold_order(self.product).continuity_order_ids
        with self.assertLogs(MIXIN_LOG, "WARNING"):
            run = self._execute("create_child_orders")
        self.assertRecordValues(run, [{"done_count": 1, "failed_count": 0}])
        self.assertEqual(order.payment_ids.state, "paid")
        self.assertEqual(order.child_order_ids.state, "sale")
        self.assertFalse(self._get_mails(order, "payment_charged"))
        activity = order.activity_ids
        self.assertEqual(
            activity.activity_type_id,
            self.env.ref("continuity_program.mail_activity_notice_failed"),
        )
        notes = " ".join(order.message_ids.mapped("body"))
        self.assertIn("The mail “Continuity: next parcel” could not be made", notes)
        self.assertIn("The mail “Continuity: payment charged” could not be made", notes)

    @mute_logger("odoo.addons.mail.models.mail_render_mixin")
    def test_template_broken_for_one(self):
        """Of three mails in one call the two that can be made are made."""
        template = self.env.ref(NOTICES["child_created"].template)
        template.body_html = """<p t-out="1 / (object.partner_id.name != 'Poison')"/>"""
        orders = self._sell_to("Anna", "Poison", "Zoe")
        with self.assertLogs(MIXIN_LOG, "WARNING") as log:
            self._execute("create_child_orders")
        self.assertEqual(len(log.records), 1)
        self.assertEqual(
            [len(self._get_mails(order, "child_created")) for order in orders],
            [1, 0, 1],
        )
        self.assertEqual(orders.child_order_ids.mapped("state"), ["sale"] * 3)
        self.assertEqual(orders.filtered("activity_ids"), orders[1])

    def test_archived_template(self):
        """A template that was put away switches its notice off everywhere."""
        self.env.ref(NOTICES["order_submitted"].template).active = False
        order = self._create_sold_order(self.product).continuity_order_ids
        self.assertFalse(self._get_mails(order, "order_submitted"))

    # === WHAT THEY SAY === #

    def test_child_is_announced_once(self):
        """A child order that is cancelled and confirmed again is told of once."""
        order = self._create_sold_order(self.product).continuity_order_ids
        self.company.continuity_authorize_child = False
        self._execute("create_child_orders")
        child = order.child_order_ids
        child._action_cancel()
        child.action_draft()
        child.action_confirm()
        self.assertEqual(child.state, "sale")
        self.assertEqual(len(self._get_mails(order, "child_created")), 1)

    def test_missed_shipments_in_one_parcel(self):
        """A group of missed shipments is one parcel, hence one mail with all goods."""
        program = self._create_program(
            "CP-MISSED",
            consolidate_missed=True,
            events=[
                self._event_vals(self.goods_a, start_order_date=date(2027, 7, 12)),
                self._event_vals(self.goods_b, days=30),
                self._event_vals(self.goods_c, days=90, action="end"),
            ],
        )
        product = self._create_parent_product(program)
        order = self._create_sold_order(product).continuity_order_ids
        self._execute("create_child_orders")
        mail = self._get_mails(order, "child_created")
        self.assertEqual(len(mail), 1)
        self.assertIn("Fri 10 Sep 2027", mail.body_html)
        self.assertIn("Goods A", mail.body_html)
        self.assertIn("Goods B", mail.body_html)
        self.assertNotIn("Goods C", mail.body_html)
        self.assertIn("It is paid: ", mail.body_html)

    def test_parcel_payment_in_words(self):
        """How a parcel is paid depends on how the order is billed."""
        order = self._cause("child_created")
        child, shipment = order.child_order_ids, order.shipment_ids[0]
        say = child._get_parcel_payment_text
        self.assertIn("It is paid: Demo", say(shipment))
        # What has paid it is not the card, which has refused, or was never asked
        row = order.payment_ids
        for state, otherwise in (("cancel", True), ("error", False), ("done", True)):
            row.transaction_id.state = state
            row.is_paid_otherwise = otherwise
            self.assertEqual(say(shipment), "It is paid.")
        row.write({"is_paid_otherwise": False, "transaction_id": False})
        self.assertEqual(say(shipment), "It is paid.")
        order.payment_ids.state = "scheduled"
        self.assertIn("It is charged to your card: Demo", say(shipment))
        self.customer.continuity_allow_on_account = True
        order.payment_method = "on_account"
        self.assertEqual(say(shipment), "You get a bill for it.")
        order.bill_upfront = True
        self.assertEqual(say(shipment), "It is paid in advance.")
        schedule = self.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "3M",
                "allocation": "fixed_quantity",
                "unit": "months",
                "interval": 1,
                "number_of_payments": 3,
            }
        )
        order.with_context(continuity_sync=Sealed()).payment_schedule_id = schedule
        self.assertEqual(say(shipment), "It is paid in instalments: on account.")

    # === THE CARD THAT WAS CHARGED === #

    def _migrate_charged_card(self):
        """Bring the template of an older version in step, as an upgrade does."""
        path = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0"
        spec = importlib.util.spec_from_file_location(
            "charged_card", path / "post-charged-card.py"
        )
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.cr, "19.0.1.1.0")

    def _authorize(self):
        """A parcel that is authorised on the card 1111; then 9999 is stored."""
        self._migrate_charged_card()
        self.provider.capture_manually = True
        order = self._create_sold_order(
            self.product, self._create_token(payment_details="1111")
        ).continuity_order_ids
        self._execute("create_child_orders")
        self.assertEqual(order.payment_ids.state, "authorized")
        order._set_payment_token(self._create_token(payment_details="9999"))
        return order

    def _capture(self, order):
        order.child_order_ids.order_line.qty_delivered = 1
        order.child_order_ids._mark_continuity_capture()
        self._execute("resolve_payments")
        self.assertEqual(order.payment_ids.state, "paid")

    def test_the_card_that_was_charged(self):
        """The customer finds 30.00 on the card that the mail names."""
        order = self._authorize()
        self._capture(order)
        body = self._get_mails(order, "payment_charged").body_html
        self.assertIn("30.00", body)
        self.assertIn("•••• 1111", body)
        self.assertNotIn("•••• 9999", body)
        say = order.child_order_ids._get_parcel_payment_text
        self.assertIn("•••• 1111", say(order.shipment_ids[0]))

    def test_charged_and_on_account_by_now(self):
        order = self._authorize()
        say = order.child_order_ids._get_parcel_payment_text
        text = say(order.shipment_ids[0])
        self.assertIn("charged to your card: Demo •••• 1111", text)
        self.customer.continuity_allow_on_account = True
        order.write({"payment_method": "on_account", "payment_token_id": False})
        self._capture(order)
        body = self._get_mails(order, "payment_charged").body_html
        self.assertIn("•••• 1111", body)
        self.assertNotIn("on account", body)
        self.assertIn("It is paid: Demo •••• 1111", say(order.shipment_ids[0]))

    def test_the_next_charge_names_the_new_card(self):
        order = self._authorize()
        self._capture(order)
        self.provider.capture_manually = False
        first = self._get_mails(order, "payment_charged")
        self._execute("create_child_orders", date=date(2027, 10, 10))
        second = self._get_mails(order, "payment_charged") - first
        self.assertIn("•••• 9999", second.body_html)

    def test_paid_by_no_card(self):
        """What no provider has taken is paid as the order says."""
        self.customer.continuity_allow_on_account = True
        order = self._create_order(self.product).continuity_order_ids
        order.payment_method = "on_account"
        order.sale_order_id.action_confirm()
        row = self.env["continuity.payment"].new({"continuity_order_id": order.id})
        self.assertEqual(row._get_charged_text(), "on account")

    def test_upgrade_of_the_template(self):
        """Whoever has changed it keeps his words, in every language."""
        self.env["res.lang"]._activate_lang("sv_SE")
        template = self.env.ref(NOTICES["payment_charged"].template)
        asks = "object.continuity_order_id._get_payment_method_text()"
        template.body_html = f'<p>Dear, <t t-out="{asks}">Visa</t></p>'
        swedish = template.with_context(lang="sv_SE")
        swedish.body_html = f'<p>Hej, <t t-out="{asks}">Visa</t></p>'
        for _time in range(2):
            self._migrate_charged_card()
            for one, word in ((template, "Dear"), (swedish, "Hej")):
                self.assertIn(word, one.body_html)
                self.assertIn('t-out="object._get_charged_text()"', one.body_html)
                self.assertNotIn(asks, one.body_html)

    def test_end_in_words(self):
        """What ended, with what the customer got."""
        order = self._cause("order_ended")
        self.assertEqual(order.state, "closed")
        body = self._get_mails(order, "order_ended").body_html
        self.assertIn("has come to its end.", body)
        other = self._create_sold_order(self.product).continuity_order_ids
        other._close(date(2027, 9, 10), {other: Residue()})
        body = self._get_mails(other, "order_ended").body_html
        self.assertIn("has been cancelled.", body)
        self.assertIn(
            "You got 0 parcels. Nothing more is sent, and nothing more is charged.",
            body,
        )

    def test_cancelled_at_once(self):
        """Nothing has left: the customer is told right away, and once."""
        order = self._create_sold_order(self.product).continuity_order_ids
        order._end("Asked for it")
        self.assertEqual(order.state, "cancelled")
        self.assertEqual(len(self._get_mails(order, "order_ended")), 1)
        sent = self._cause("child_created")
        sent._end("Asked for it")
        self.assertEqual(sent.state, "running")
        self.assertFalse(self._get_mails(sent, "order_ended"))

    def test_one_mail_for_one_order(self):
        """Two programs, one mail that tells of both, as the lines stand."""
        other = self._create_parent_product(
            self._create_program("CP-TEA", name="Tea club"), name="Tea"
        )
        template = self.env.ref(NOTICES["order_submitted"].template)
        # As an upgrade does where nobody has changed it
        template.reset_template()
        for body, count in ((False, 1), ("<p>Old <t t-out='object.name'/></p>", 2)):
            with self.subTest(body=body):
                if body:
                    template.body_html = body
                order = self._create_order(self.product)
                order.write({"order_line": [Command.create({"product_id": other.id})]})
                orders = order.continuity_order_ids
                orders._set_payment_token(self._create_token())
                order.action_confirm()
                mails = self.env["mail.mail"].search(
                    [
                        ("model", "=", "continuity.order"),
                        ("res_id", "in", orders.ids),
                        ("message_type", "!=", "user_notification"),
                    ]
                )
                self.assertEqual(len(mails), count)
                if not body:
                    names = [
                        mails.body_html.index(f">{name}</strong>")
                        for name in (self.program.name, "Tea club")
                    ]
                    self.assertEqual(names, sorted(names))
                    self.assertEqual(mails.body_html.count("in all</p>"), 2)

    def test_made_together_each_in_its_language(self):
        """What mails have in common is common to one language and currency only."""
        self.env["res.lang"]._activate_lang("fr_FR")
        french = self.customer.copy({"lang": "fr_FR"})
        orders = self.env["continuity.order"]
        for customer in (self.customer, french):
            order = self._create_order(self.product, partner_id=customer.id)
            orders |= order.continuity_order_ids
        before = self.env["mail.mail"].search([])
        orders._send_continuity_notice("order_submitted")
        mails = self.env["mail.mail"].search([("id", "not in", before.ids)])
        english, french = mails.sorted("res_id").mapped("body_html")
        self.assertIn("Fri 10 Sep 2027", english)
        self.assertRegex(english, r"\d\.00\b")
        self.assertIn("ven. 10 sept. 2027", french)
        self.assertRegex(french, r"\d,00\b")
        self.assertNotIn("Fri 10", french)

    def test_long_plan_is_cut(self):
        """Sixty shipments are not sixty lines of a mail."""
        events = [self._event_vals(self.goods_a, days=7, repeat_count=14)]
        product = self._create_parent_product(self._create_program("CP-L", events))
        order = self._create_sold_order(product).continuity_order_ids
        body = self._get_mails(order, "order_submitted").body_html
        self.assertEqual(body.count("Goods A</td>"), 12)
        self.assertIn("You find all", body)

    def test_no_card_number(self):
        """Brand, last four digits and expiry, whatever the provider stored."""
        token = self._create_token(
            payment_details="4111 1111 1111 4242", expiry=date(2027, 10, 5)
        )
        order = self._create_sold_order(self.product, token).continuity_order_ids
        self._execute("create_child_orders")
        self._execute("process_payments")
        # Who looks after the order is told of his activity, too
        mails = self.env["mail.mail"].search(
            [("res_id", "=", order.id), ("message_type", "!=", "user_notification")]
        )
        self.assertEqual(len(mails), 4)
        for mail in mails:
            self.assertNotIn("1111 1111", mail.body_html)

    def test_queries_per_mail(self):
        """Mails are made for a whole batch: few queries, however many there are."""
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.product.id})],
                }
                for _number in range(40)
            ]
        )
        continuity_orders = orders.continuity_order_ids
        few, many = continuity_orders[:10], continuity_orders[10:]
        few._send_continuity_notice("order_ended")
        counts = []
        for batch in (few, many):
            with self._counting_queries(counts):
                batch._send_continuity_notice("order_ended")
        self.assertLess(max(counts), 40)
        self.assertLess((counts[1] - counts[0]) / 20, 0.5)

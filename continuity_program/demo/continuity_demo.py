# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import file_open


class ContinuityDemo(models.AbstractModel):
    """What the demo data needs and XML cannot say; called by the files beside this one.

    `payment_demo` is no dependency of the addon: where it is missing, the methods that
    need it do nothing.
    """

    _name = "continuity.demo"
    _description = "Continuity Demo Data"

    @api.model
    def _load_chart_of_accounts(self):
        """Give the main company the generic chart, unless it has a chart already."""
        company = self.env.ref("base.main_company")
        if not company.chart_template:
            self.env["account.chart.template"].try_loading(
                "generic_coa", company, install_demo=False
            )

    @api.model
    def _name_company(self):
        """Give the main company a name and an address, unless somebody did before."""
        partner = self.env.ref("base.main_company").partner_id
        if partner.name in ("My Company", "YourCompany"):
            partner.write(
                {
                    "name": "Harbour Lane Books",
                    "street": "12 Harbour Lane",
                    "city": "Portland",
                    "zip": "04101",
                    "state_id": self.env.ref("base.state_us_20").id,
                    "country_id": self.env.ref("base.us").id,
                    "phone": "+1 207 555 0100",
                    "email": "service@harbourlane.example.com",
                    "image_1920": self._read_image("logo"),
                }
            )
        partner.tz = partner.tz or "America/New_York"

    @api.model
    def _read_image(self, name):
        with file_open(f"continuity_program/demo/images/{name}.png", "rb") as image:
            return base64.b64encode(image.read())

    @api.model
    def _demo_provider(self):
        """Return the demo payment provider, empty without `payment_demo`."""
        # Providers are the system administrator's, whoever loads the demo data
        providers_sudo = self.env["payment.provider"].sudo()
        if "demo_simulated_state" not in self.env["payment.token"]._fields:
            return providers_sudo
        return self.env.ref("payment.payment_provider_demo").sudo()

    @api.model
    def _set_up_provider(self, outstanding_account_id):
        """Let the demo provider take cards that look like Visa, and book them.

        :param int outstanding_account_id: where card receipts wait for the bank
        """
        provider = self._demo_provider()
        if not provider:
            return
        provider.write({"state": "test", "is_published": True})
        provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == provider
        ).payment_account_id = outstanding_account_id
        visa = self.env.ref("payment.payment_method_visa")
        provider.payment_method_ids.write(
            {"name": "Visa", "active": True, "image": visa.image}
        )

    @api.model
    def _create_cards(self, *cards):
        """Store cards as the demo provider does, where there is one.

        :param list cards: dicts with the XML id, the customer, the last digits, the
            months until the card expires, and the provider's answer to charges
        """
        provider = self._demo_provider()
        if not provider:
            return
        today = self.env.ref("base.main_company")._continuity_today()
        for card in cards:
            expiry = today + relativedelta(months=card["months"], day=31)
            token = self.env["payment.token"].create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": provider.payment_method_ids[:1].id,
                    "partner_id": card["partner_id"],
                    "provider_ref": "demo card",
                    "payment_details": card["digits"],
                    "demo_simulated_state": card.get("answer", "done"),
                    "expiry_date": expiry,
                }
            )
            self.env["ir.model.data"]._update_xmlids(
                [
                    {
                        "xml_id": f"continuity_program.{card['xml_id']}",
                        "record": token,
                        "noupdate": True,
                    }
                ]
            )

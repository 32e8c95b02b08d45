"""Take every screen at every width, to be looked at, and say what is wrong with it.

A person reads the pictures; the script says where the page can be moved sideways, and
what axe-core finds, if its file is given (the one of ``axe_playwright_python``, which
the tests install)::

    python -m tools.looks URL FOLDER [--lang ar_001] [--axe axe.min.js] [NAME …]

The server shows the demo company. Quotations made on the way are deleted again; a
language, which is active, is the user's own as long as the script runs. One that is
read from right to left needs rtlcss where the server runs. A dark scheme is Odoo
Enterprise's: there is none to be looked at here.
"""

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path

from tools.screenshots import HEIGHT, Page, open_form

WIDTHS = (390, 768, 1024, 1280)
#: What of the page is wider than the window, and not in a box of its own that scrolls
WIDE = """
(() => {
    const limit = document.documentElement.clientWidth;
    const wide = document.documentElement.scrollWidth > limit
        || [...document.querySelectorAll(
            '.o_content, .o_action_manager, .modal-body, .o_form_view, main')]
            .some(e => e.scrollWidth > e.clientWidth + 1
                && getComputedStyle(e).overflowX !== 'visible'
                && e.clientWidth && !e.matches('.o_list_view .o_content'));
    if (!wide) return [];
    const names = [...document.querySelectorAll('body *')].filter(e => {
        const box = e.getBoundingClientRect();
        return box.width && (box.right > limit + 1 || box.left < -1)
            && !e.closest('.table-responsive, .o_list_renderer, .o_x2m_control_panel');
    }).map(e => [e.tagName.toLowerCase(), ...e.classList].join('.'));
    return names.length ? names.slice(-6) : ['(page)'];
})()
"""
AXE = """
axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
    .filter(v => ['serious', 'critical'].includes(v.impact))
    .flatMap(v => v.nodes.map(n => [v.impact, v.id, n.target.join(' '),
        n.failureSummary.split('\\n').slice(1).join('; ').trim(),
        n.html.slice(0, 160)])))
"""

#: Actions, without `continuity_` and `_action`
INSIGHT = (
    "overview",
    "retention",
    "value",
    "churn_report",
    "churn_month",
    "save_report",
    "demand",
    "cash",
    "forecast_check",
)
WORK = (
    "exception",
    "late_item",
    "payment_attention",
    "balance",
    "dunning_report",
    "run_report",
    "late_report",
    "prepayment_report",
    "prepayment_rollforward",
    "shipment_line",
    "run",
    "run_line",
    "program",
    "parameters",
)
#: What a view shows when it is there
SCREEN = (
    ".o_list_renderer, .o_kanban_renderer, .o_view_nocontent, .o_graph_renderer,"
    " .o_pivot, .o_form_renderer"
)


class Looks:
    """One browser that shows screens at all widths."""

    def __init__(self, page, folder, lang, axe):
        self.page, self.folder, self.lang, self.axe = page, folder, lang, axe
        self.suffix = f"_{lang}" if lang else ""
        self.findings = set()

    def take(self, name, height=1000):
        """Take the screen that is shown, at every width.

        :param str name: name of the picture
        :param int height: height of the window
        """
        for width in WIDTHS:
            self.page.send(
                "Emulation.setDeviceMetricsOverride",
                width=width,
                height=height,
                deviceScaleFactor=1,
                mobile=width < 500,
            )
            self.page.settle()
            self.page.save(f"{name}_{width}{self.suffix}", self.folder)
            if wide := self.page.run(WIDE):
                print(f"{name} {width}: moves sideways: {', '.join(wide)}")
            if self.axe and width in (WIDTHS[0], WIDTHS[-1]):
                self._ask_axe(f"{name} {width}")
        self.page.resize(HEIGHT)

    def _ask_axe(self, where):
        self.page.run(self.axe)
        for finding in self.page.run(AXE):
            if (line := " | ".join(finding)) not in self.findings:
                self.findings.add(line)
                print(f"{where}: axe: {line}")


@contextlib.contextmanager
def speaking(page, lang):
    """Let the people of the script use a language as long as the block lasts."""
    if not lang:
        yield
        return
    page.login("admin")
    people = page.call(
        "res.users", "search_read", [["login", "in", ["manager", "karen"]]], ["lang"]
    )
    for person in people:
        page.call("res.users", "write", [person["id"]], {"lang": lang})
    page.login("manager")
    try:
        yield
    finally:
        page.login("admin")
        for person in people:
            page.call("res.users", "write", [person["id"]], {"lang": person["lang"]})


def open_customer(page):
    """Karen Berg on Customer service."""
    page.open("/odoo/action-continuity_program.continuity_customer_service_action")
    page.type("input[name=customer_search]", "Karen")
    page.click("button[name=search]")
    page.click(".modal button[name=select]")
    page.see(".o_continuity_cs_customer")
    page.gone(".modal")


def look_at_customer_service(looks):
    """The customer, the dialog of the search, the dialog of a button."""
    page = looks.page
    open_customer(page)
    looks.take("customer_service", 1400)
    page.open("/odoo/action-continuity_program.continuity_customer_service_action")
    page.type("input[name=customer_search]", "be")
    page.click("button[name=search]")
    page.see(".modal button[name=select]")
    looks.take("search_dialog")
    for button in ("skip", "swap", "end", "pause", "cancel"):
        open_customer(page)
        page.click(f".o_continuity_cs_series button[name={button}]")
        page.see(".modal .o_form_view")
        looks.take(f"{button}_dialog")
        # A page with an answer that is missing asks before it is left
        page.click(".modal .btn-close")
        page.gone(".modal")


def look_at_order_entry(looks):
    """A new order, its wizard, the recap."""
    page = looks.page
    product = page.find("product.product", [["default_code", "=", "88002"]])
    order = page.call("continuity.customer.service", "create_order", page.find_karen())[
        "id"
    ]
    line = {"product_id": product, "product_uom_qty": 1}
    page.call("sale.order", "write", [order], {"order_line": [[0, 0, line]]})
    try:
        open_form(page, "sale.action_quotations_with_onboarding", order)
        looks.take("order_form")
        page.click("button[name=action_continuity_complete]")
        page.see(".modal .o_continuity_wizard")
        looks.take("wizard")
        token = page.find("payment.token", [["partner_id", "=", page.find_karen()]])
        entered = page.find("continuity.order", [["sale_order_id", "=", order]])
        card = {"payment_method": "card", "payment_token_id": token}
        page.call("continuity.order", "write", [entered], card)
        open_form(page, "sale.action_quotations_with_onboarding", order)
        page.click("button[name=action_continuity_complete]")
        page.see(".modal button[name=action_submit]")
        looks.take("recap")
        page.open(page.call("sale.order", "get_portal_url", [order]))
        page.see("#quote_content")
        looks.take("portal_quotation", 1600)
    finally:
        page.call("sale.order", "unlink", [order])


def look_at_backend(looks):
    """A continuity order and the lists."""
    page = looks.page
    record = page.find(
        "continuity.order",
        [["partner_id", "=", page.find_karen()], ["state", "=", "running"]],
    )
    open_form(page, "continuity_program.continuity_order_action", record)
    looks.take("continuity_order")
    for name in ("order", "shipment", "payment"):
        page.open(f"/odoo/action-continuity_program.continuity_{name}_action")
        page.see(".o_list_renderer, .o_kanban_renderer, .o_view_nocontent")
        looks.take(f"{name}s_list")
    page.open("/odoo/action-sale.action_quotations_with_onboarding")
    page.see(".o_list_renderer")
    looks.take("quotations_list")


def look_at_insight(looks):
    """The figures."""
    for name in INSIGHT:
        open_action(looks, name)


def look_at_work(looks):
    """What needs a person, the reports, what is set."""
    for name in WORK:
        open_action(looks, name)


def open_action(looks, name):
    """Take the screen of one of our actions."""
    page = looks.page
    page.open(f"/odoo/action-continuity_program.continuity_{name}_action")
    page.see(SCREEN)
    looks.take(name)


def look_at_portal(looks):
    """What Karen sees: lists, her order, her series."""
    page = looks.page
    page.login("karen", home="/my")
    if looks.lang:
        # The page of the log-in has kept the language of the browser
        page.send(
            "Network.setCookie", name="frontend_lang", value=looks.lang, url=page.url
        )
    for name, path in (
        ("portal_home", "/my"),
        ("portal_orders", "/my/orders"),
        ("portal_series", "/my/continuity"),
    ):
        page.open(path)
        page.see("#wrapwrap")
        looks.take(name)
    for name, list_path, link in (
        ("portal_order", "/my/orders", "a[href*='/my/orders/']"),
        ("portal_one_series", "/my/continuity", "a[href*='/my/continuity/']"),
    ):
        page.open(list_path)
        page.see(f"main {link}")
        page.open(page.run(f'document.querySelector("main {link}").href'))
        page.see("#wrapwrap")
        looks.take(name, 1600)


SCREENS = (
    look_at_customer_service,
    look_at_order_entry,
    look_at_backend,
    look_at_insight,
    look_at_work,
    look_at_portal,
)


def main(arguments):
    """Look at every screen, or at those whose function has one of the names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--lang")
    parser.add_argument("--axe", type=Path)
    options = parser.parse_args(arguments)
    axe = options.axe.read_text() if options.axe else None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page = Page(options.url, folder)
        try:
            page.login("manager")
            looks = Looks(page, options.folder, options.lang, axe)
            with speaking(page, options.lang):
                for look in SCREENS:
                    if not options.names or any(
                        n in look.__name__ for n in options.names
                    ):
                        look(looks)
        finally:
            page.close()


if __name__ == "__main__":
    main(sys.argv[1:])

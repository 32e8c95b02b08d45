"""Take the pictures of the README and of the description page: `./dev screenshots`.

Chromium shows the demo company, driven through its DevTools protocol. Every picture is
made by what a person would do: open a screen, type, click. Quotations made on the way
are deleted again.
"""

import base64
import contextlib
import io
import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import date, timedelta
from pathlib import Path

import websocket
from PIL import Image

from tools import browser
from tools.environment import CHECKOUT, say

WIDTH, HEIGHT = 1280, 800
ZONE = "America/New_York"
LIMIT = 150_000  # bytes per picture
DOCS = CHECKOUT / "docs" / "images"
DESCRIPTION = CHECKOUT / "continuity_program" / "static" / "description"
#: These are shown on the addon's own page, too
DESCRIBED = (
    "program_form",
    "continuity_wizard",
    "customer_service",
    "mail",
    "report",
    "roles",
)


class Page:
    """One tab of Chromium."""

    def __init__(self, url, folder):
        self.url = url
        command = [browser.find_chromium(), *browser.FLAGS, f"--user-data-dir={folder}"]
        command += [
            f"--window-size={WIDTH},{HEIGHT}",
            "--remote-debugging-port=0",
            "about:blank",
        ]
        self.process = subprocess.Popen(
            command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        self.socket = websocket.create_connection(
            self._find_tab(Path(folder, "DevToolsActivePort")),
            timeout=60,
            suppress_origin=True,
        )
        self.counter = itertools.count(1)
        self.resize(HEIGHT)
        # Odoo shows times in the zone of the browser: here that of the demo company
        self.send("Emulation.setTimezoneOverride", timezoneId=ZONE)

    def _find_tab(self, port_file):
        for _attempt in range(200):
            with contextlib.suppress(OSError, IndexError):
                port = port_file.read_text().split()[0]
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
                    tabs = json.load(answer)
                return next(
                    tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page"
                )
            time.sleep(0.1)
        raise TimeoutError("Chromium does not start")

    def close(self):
        """Stop Chromium."""
        self.socket.close()
        self.process.terminate()
        self.process.wait(10)

    # === DEVTOOLS === #

    def send(self, method, **parameters):
        """Call a method of the DevTools protocol and return its result."""
        number = next(self.counter)
        self.socket.send(
            json.dumps({"id": number, "method": method, "params": parameters})
        )
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def run(self, script):
        """Run JavaScript in the page and return its value."""
        result = self.send(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def resize(self, height):
        """Give the window a height; the width is always the same."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=WIDTH,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    # === WHAT A PERSON DOES === #

    def open(self, path):
        """Go to a page and wait until it is there."""
        self.send("Page.navigate", url=path if "://" in path else self.url + path)
        self.wait("document.readyState === 'complete'")

    def wait(self, condition, seconds=45):
        """Wait until a JavaScript condition holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(RuntimeError):
                if self.run(f"Boolean({condition})"):
                    return
            time.sleep(0.15)
        self.save("failed", Path(tempfile.gettempdir()))
        raise TimeoutError(
            f"waited for {condition}; see {tempfile.gettempdir()}/failed.png"
        )

    def see(self, selector):
        """Wait for an element."""
        self.wait(f"document.querySelector({json.dumps(selector)})")

    def gone(self, selector):
        """Wait until an element is gone."""
        self.wait(f"!document.querySelector({json.dumps(selector)})")

    def click(self, selector):
        """Wait for an element and click it."""
        self.see(selector)
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def type(self, selector, text):
        """Wait for a field and type into it."""
        self.see(selector)
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self.send("Input.insertText", text=text)

    def settle(self):
        """Wait until nothing is loaded or moved any more."""
        self.wait("!document.querySelector('.o_loading_indicator, .o_blockUI')")
        self.run("document.fonts.ready.then(() => true)")
        self.run(
            "Promise.all([...document.images].map(i => i.decode().catch(() => 0)))"
            ".then(() => true)"
        )
        time.sleep(0.6)

    def login(self, user, home="/odoo"):
        """Log in; the password of the demo users is their log-in."""
        # Nothing of the last user may be under way: it brings his session back
        self.open("about://blank")
        time.sleep(1)
        self.send("Network.clearBrowserCookies")
        self.open("/web/login")
        self.see("form.oe_login_form input[name=csrf_token]")
        self.run(
            "(() => { const form = document.querySelector('form.oe_login_form');"
            " const body = new FormData(form);"
            f" body.set('login', '{user}'); body.set('password', '{user}');"
            " return fetch('/web/login', {method: 'POST', body}).then(() => true) })()"
        )
        self.open(home)
        self.see(".o_main_navbar, #wrapwrap")

    def call(self, model, method, *args, **kwargs):
        """Call the server as the web client does."""
        body = {
            "jsonrpc": "2.0",
            "params": {
                "model": model,
                "method": method,
                "args": args,
                "kwargs": kwargs,
            },
        }
        answer = self.run(
            "fetch('/web/dataset/call_kw', {method: 'POST',"
            " headers: {'Content-Type': 'application/json'},"
            f" body: {json.dumps(json.dumps(body))}}}).then(answer => answer.json())"
        )
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]

    def find(self, model, domain, order="id desc"):
        """Return the id of the first record that matches."""
        return self.call(model, "search", domain, order=order, limit=1)[0]

    def find_karen(self):
        """Return the id of the customer of the walk-through."""
        return self.find("res.partner", [["email", "=", "karen.berg@example.com"]])

    # === PICTURES === #

    def save(self, name, folder, selector=None):
        """Write a picture of the window, or of one element, as a small PNG."""
        parameters = {}
        if selector:
            box = self.run(
                "(() => { const found ="
                f" document.querySelector({json.dumps(selector)});"
                " const r = found.getBoundingClientRect();"
                " return {x: r.x, y: r.y, width: r.width, height: r.height} })()"
            )
            parameters["clip"] = {**box, "scale": 1}
        data = base64.b64decode(
            self.send("Page.captureScreenshot", format="png", **parameters)["data"]
        )
        image = Image.open(io.BytesIO(data)).convert("RGB")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        for colors in (256, 128, 64, 32):
            image.quantize(colors, dither=Image.Dither.NONE).save(path, optimize=True)
            if path.stat().st_size <= LIMIT:
                break
        return path

    def take(self, name, height=HEIGHT, selector=None):
        """Take a picture for the README."""
        self.resize(height)
        self.settle()
        path = self.save(name, DOCS, selector)
        if name in DESCRIBED:
            shutil.copy(path, DESCRIPTION)
        say(f"{path.relative_to(CHECKOUT)}: {path.stat().st_size // 1000} kB")


# === THE PICTURES === #


def open_form(page, action, record):
    """Open a record in its form."""
    page.open(f"/odoo/action-{action}/{record}")
    page.see(".o_form_view .o_form_renderer")


def take_program(page):
    """The program of the walk-through."""
    program = page.find("continuity.program", [["code", "=", "CP-88000"]])
    open_form(page, "continuity_program.continuity_program_action", program)
    page.take("program_form", 760)


def take_product(page):
    """The product that stands for it, tab *Sales*."""
    product = page.find("product.template", [["default_code", "=", "88000"]])
    open_form(page, "sale.product_template_action", product)
    page.click(".o_notebook a[name=sales]")
    page.take("product_form", 620)


def take_customer_service(page):
    """Karen Berg, found by her name."""
    page.open("/odoo/action-continuity_program.continuity_customer_service_action")
    page.type("input[name=customer_search]", "Karen")
    page.click("button[name=search]")
    page.click(".modal button[name=select]")
    page.see(".o_continuity_cs_customer")
    page.gone(".modal")
    page.take("customer_service", 940)


def take_wizard_and_recap(page):
    """A new order, its wizard, and the recap once a card is there."""
    product = page.find("product.product", [["default_code", "=", "88002"]])
    order = page.call("continuity.customer.service", "create_order", page.find_karen())[
        "id"
    ]
    line = {"product_id": product, "product_uom_qty": 1}
    page.call("sale.order", "write", [order], {"order_line": [[0, 0, line]]})
    try:
        open_form(page, "sale.action_quotations_with_onboarding", order)
        page.click("button[name=action_continuity_complete]")
        page.see(".modal .o_continuity_wizard")
        page.take("continuity_wizard", 900, ".modal-content")
        token = page.find("payment.token", [["partner_id", "=", page.find_karen()]])
        continuity_order = page.find(
            "continuity.order", [["sale_order_id", "=", order]]
        )
        card = {"payment_method": "card", "payment_token_id": token}
        page.call("continuity.order", "write", [continuity_order], card)
        open_form(page, "sale.action_quotations_with_onboarding", order)
        page.click("button[name=action_continuity_complete]")
        page.see(".modal button[name=action_submit]")
        page.take("recap", 900, ".modal-content")
    finally:
        page.call("sale.order", "unlink", [order])


def take_continuity_order(page):
    """Karen's order in instalments, with both ledgers."""
    record = page.find(
        "continuity.order",
        [
            ["partner_id", "=", page.find_karen()],
            ["state", "=", "running"],
            ["payment_schedule_id", "!=", False],
        ],
    )
    open_form(page, "continuity_program.continuity_order_action", record)
    page.take("continuity_order", 760)


def take_run(page):
    """The run of the walk-through that made a child order."""
    run = page.find(
        "continuity.run", [["job", "=", "create_child_orders"], ["done_count", ">", 0]]
    )
    open_form(page, "continuity_program.continuity_run_action", run)
    page.take("run_result", 640)


def take_overview(page):
    """How it goes, with the figures of now."""
    page.call("continuity.run", "execute", "refresh_insight")
    page.open("/odoo/action-continuity_program.continuity_overview_action")
    page.see(".o_continuity_overview .o_kanban_record")
    page.take("overview", 900)


def take_late_item(page):
    """A book that comes three weeks late, and what may be done about it."""
    (line,) = page.call(
        "continuity.shipment.line",
        "search_read",
        [
            ["shipment_id.state", "=", "planned"],
            ["shipment_id.continuity_order_id.state", "=", "running"],
            ["quantity", ">", 0],
        ],
        ["product_id", "shipment_id"],
        limit=1,
    )
    (shipment,) = page.call(
        "continuity.shipment", "read", [line["shipment_id"][0]], ["planned_date"]
    )
    planned = date.fromisoformat(shipment["planned_date"])
    item = page.call(
        "continuity.late.item",
        "create",
        {
            "product_id": line["product_id"][0],
            "available_date": str(planned + timedelta(weeks=3)),
            "option": "swap",
        },
    )
    try:
        page.call("continuity.late.item", "action_compare", [item])
        open_form(page, "continuity_program.continuity_late_item_action", item)
        page.take("late_item", 760)
    finally:
        page.call("continuity.late.item", "unlink", [item])


def take_portal_order(page):
    """What Karen sees of her order on the portal."""
    order = page.find(
        "sale.order",
        [
            ["partner_id", "=", page.find_karen()],
            ["continuity_type", "=", "parent"],
            ["state", "=", "sale"],
        ],
    )
    page.open(page.call("sale.order", "get_portal_url", [order]))
    page.see("#quote_content")
    page.take("portal_order", 1000)


def take_report(page):
    """What leaves when: goods of shipments by product and month."""
    page.open("/odoo/action-continuity_program.continuity_shipment_line_action")
    page.click(".o_switch_view.o_pivot")
    page.see(".o_pivot table")
    page.take("report", 460)


def take_mail(page):
    """The mail of an order, as Karen gets it; as the administrator, who reads mails."""
    page.login("admin")
    (mail,) = page.call(
        "mail.mail",
        "search_read",
        [["model", "=", "continuity.order"], ["body_html", "like", "for your order"]],
        ["body_html"],
        limit=1,
        order="id desc",
    )
    # In a page of the server, so that its pictures are found
    html = re.sub(r'src="https?://[^/"]+/', 'src="/', mail["body_html"])
    body = f"<div id='mail' style='width: 680px'>{html}</div>"
    page.run(f"document.body.innerHTML = {json.dumps(body)}")
    page.take("mail", 1000, "#mail")


def take_roles(page):
    """Who may what: the access rights of an agent."""
    page.login("admin")
    user = page.find("res.users", [["login", "=", "seller"]])
    open_form(page, "base.action_res_users", user)
    page.take("roles", 760)


def take_settings(page):
    """The settings, as the administrator."""
    page.login("admin")
    page.open("/odoo/action-sale.action_sale_config_settings")
    page.see("#continuity_checks")
    page.resize(3000)
    page.take("settings", 3000, ".o_settings_container:has(#continuity_checks)")


PICTURES = (
    take_program,
    take_product,
    take_customer_service,
    take_wizard_and_recap,
    take_continuity_order,
    take_run,
    take_report,
    take_overview,
    take_late_item,
    take_portal_order,
    take_mail,
    take_roles,
    take_settings,
)


def main(url, *names):
    """Take every picture, or those whose function has one of the names in its name."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page = Page(url, folder)
        try:
            page.login("manager")
            for picture in PICTURES:
                if not names or any(name in picture.__name__ for name in names):
                    picture(page)
        finally:
            page.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

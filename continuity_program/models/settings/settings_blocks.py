# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page of the parameters, as Odoo's own settings page shows it.

A parameter is placed once, on the page of the parameters. Here it becomes a setting:
its field with the words behind it, and what it means below. Odoo opens its settings
for system administrators only, so nobody asks whether they sell; whether they keep the
books is asked.
"""

from copy import deepcopy

from lxml import etree

from .continuity_parameters import ACCOUNTANT

#: Which page of the parameters is shown in which block of the settings
PAGES = {
    "continuity_shipment_container": "shipments",
    "continuity_payment_container": "payments",
    "continuity_invoice_container": "invoices",
    "continuity_notice_container": "notices",
}
#: What accountants set on the page of the parameters they alone see here
OF_ACCOUNTANTS = "not may_set_accounts"


def fill_blocks(arch, parameters_arch, settings):
    """Begin the blocks of the settings with the parameters.

    :param etree.Element arch: the view of the settings; it is changed
    :param etree.Element parameters_arch: the view of the parameters
    :param res.config.settings settings: has the fields, too, but for some
    """
    for block in arch.iter("block"):
        page = PAGES.get(block.get("name"))
        if not page:
            continue
        nodes = parameters_arch.iterfind(f".//page[@name='{page}']//field")
        block[:0] = [
            _make_setting(node, settings)
            for node in nodes
            if node.get("name") in settings._fields and node.get("invisible") != "1"
        ]


def _get_groups(node):
    """Return who sees a parameter: whom its field, or what it stands in, is for."""
    if node.get("readonly") == OF_ACCOUNTANTS:
        return ACCOUNTANT
    around = (node, *node.iterancestors())
    return next((el.get("groups") for el in around if el.get("groups")), None)


def _make_setting(node, settings):
    """Return a field of the parameters as a setting, with its label and its help.

    :rtype: etree.Element
    """
    name = node.get("name")
    setting = etree.Element("setting", id=name, company_dependent="1")
    # In the language of the user, as labels are
    if text := settings._fields[name]._description_help(settings.env):
        setting.set("help", text)
    if groups := _get_groups(node):
        setting.set("groups", groups)
    field = deepcopy(node)
    field.tail = None
    for key in ("readonly", "required"):
        field.attrib.pop(key, None)
    setting.append(field)
    if words := (node.tail or "").strip():
        etree.SubElement(setting, "span", {"class": "ms-2"}).text = words
    return setting

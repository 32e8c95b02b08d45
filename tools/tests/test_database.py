"""The template holds all that our addons build on."""

from tools import database
from tools.runtime import addons


def test_dependencies_of_every_addon():
    """One that is missing would come with Odoo's demo data into the demo company."""
    assert database.dependencies() == [
        "account_payment",
        "payment_demo",
        "portal",
        "sale_management",
        "sale_stock",
        "stock_delivery",
        "stock_dropshipping",
        "web_tour",
    ]
    assert len(addons()) == 4
